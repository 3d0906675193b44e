// The tab "Files" of the dialog: files are chosen, matched, put right by a person, and sent.
// Hooks: [data-add-recordings] and what is in it, of pages/uploading/_dialog.html.

import { choiceView } from "./choice-view.js";
import {
  choose,
  described,
  newChoice,
  placeByAnswer,
  ready,
  sharedSessions,
  whyNot,
} from "./choices.js";
import { droppedFiles, readFile } from "./reading.js";
import { workspace } from "./workspace.js";

// As many as match-files takes in one request.
const MOST_AT_ONCE = 200;

/** What was chosen and not sent yet outlives the dialog: {preset's id, choices}. */
let kept = { presetId: "", choices: [] };
let lastId = 0;

/** Make the dialog's content work, with the files `dropped` on the page, or null. */
export async function startPanel(root, address, dropped) {
  const shared = await workspace(root, address);
  const { session, title } = root.dataset;
  const preset = session ? { id: session, title } : null;
  if (kept.presetId !== (session ?? "")) kept = { presetId: session ?? "", choices: [] };
  const panel = filesPanel(root, shared, preset, kept.choices);
  if (dropped) await panel.take(dropped);
}

function filesPanel(root, shared, preset, choices) {
  const { words, api, sender, config } = shared;
  const part = (name) => root.querySelector(`[data-${name}]`);
  const input = root.querySelector("#add-files");
  const views = new Map();
  let reading = 0;

  function tell(sentence) {
    part("choices-said").textContent = sentence;
  }

  function addView(choice) {
    const view = choiceView(choice, { ...shared, tell }, {
      onChange: refresh,
      onRemove: () => drop(choice),
    });
    views.set(choice, view);
    part("choices").append(view.element);
  }

  function drop(choice) {
    const next = views.get(choice).element.nextElementSibling;
    choices.splice(choices.indexOf(choice), 1);
    views.get(choice).element.remove();
    views.delete(choice);
    tell(words.say("removed", { name: choice.file.name }));
    refresh();
    (next?.querySelector("[data-remove]") ?? input).focus();
  }

  function refresh() {
    const shares = sharedSessions(choices);
    for (const choice of choices) views.get(choice)?.update(shares.has(choice.session?.id));
    const count = ready(choices).length;
    part("send").disabled = !count || reading > 0;
    if (count) part("send-label").textContent = words.counted("upload", count);
  }

  async function take(what) {
    const files = await droppedFiles(what);
    if (!files.length) return;
    reading += 1;
    tell(words.say("matching"));
    refresh();
    try {
      const added = [];
      for (const file of files) added.push(await choiceOf(file));
      const isMatched = await match(added.filter((choice) => !choice.problem));
      choices.push(...added);
      added.forEach(addView);
      const values = { ready: ready(choices).length };
      tell(isMatched ? words.counted("matched", choices.length, values) : words.say("noMatch"));
    } finally {
      reading -= 1;
      refresh();
    }
  }

  async function choiceOf(file) {
    const { header, ...read } = await readFile(file);
    const same = { name: file.name, size: file.size, modified: file.lastModified };
    const isChosen = choices.some(({ file: other }) => isSame(other, file));
    const isUnderWay = isChosen || Boolean(sender.find(same));
    const code = whyNot({ ...read, size: file.size, maxBytes: config.maxBytes, isUnderWay });
    lastId += 1;
    return newChoice({ id: lastId, file, header, code });
  }

  async function match(added) {
    let isMatched = true;
    for (let from = 0; from < added.length; from += MOST_AT_ONCE) {
      const some = added.slice(from, from + MOST_AT_ONCE);
      const answer = await api.match(some.map(described)).then(withOpen).catch(() => null);
      isMatched &&= Boolean(answer);
      some.forEach((choice, number) => {
        if (answer) placeByAnswer(choice, answer.files[number], preset);
        else if (preset) choose(choice, preset);
      });
    }
    return isMatched;
  }

  async function withOpen({ files }) {
    const asked = files.map(({ open_upload: open }) => open && api.howFar(open));
    const found = await Promise.all(asked);
    return { files: files.map((file, number) => ({ ...file, open_upload: found[number] })) };
  }

  function send() {
    const sent = ready(choices);
    if (!sent.length) return;
    sender.add(sent.map(({ file, session, upload }) => ({ file, session, upload })));
    for (const choice of sent) choices.splice(choices.indexOf(choice), 1);
    for (const choice of sent) {
      views.get(choice).element.remove();
      views.delete(choice);
    }
    refresh();
    const said = words.counted("started", sent.length);
    shared.announce(said);
    if (choices.length) tell(said);
    else root.closest("dialog").close();
  }

  async function takeChosen() {
    const files = [...input.files];
    input.value = "";
    await take({ files, entries: [] });
  }

  input.addEventListener("change", takeChosen);
  root.addEventListener("files:dropped", ({ detail }) => take(detail));
  part("send").addEventListener("click", send);
  choices.forEach(addView);
  refresh();
  if (input.files.length) takeChosen(); // chosen before this was here
  return { take };
}

function isSame(one, other) {
  return (
    one.name === other.name && one.size === other.size && one.lastModified === other.lastModified
  );
}
