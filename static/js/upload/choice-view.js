// One chosen file in the dialog: what it is, the session it goes to, how sure that is.

import { asFound, asSession, choose, isComplete } from "./choices.js";
import { followCombobox } from "./combobox.js";
import { followFresh } from "./fresh-view.js";

const LOOKS = {
  certain: ["check", "good"],
  likely: ["check", "busy"],
  possible: ["question", "busy"],
  chosen: ["check", "quiet"],
  resumed: ["retry", "good"],
  fresh: ["plus", "quiet"],
  none: ["question", "bad"],
};

/**
 * Return {element, update(isShared)} of a choice. `onChange()` is told when a person changed it,
 * `onRemove()` when they took it off.
 */
export function choiceView(choice, shared, { onChange, onRemove }) {
  const { words, clone, icon, api, config } = shared;
  const element = clone("choice");
  const part = (name) => element.querySelector(`[data-${name}]`);
  const { file, header } = choice;
  part("name").textContent = file.name;
  part("facts").textContent = [
    words.size(file.size),
    header?.durationSeconds && words.duration(header.durationSeconds),
    header?.recordedAt && words.moment(header.recordedAt),
  ]
    .filter(Boolean)
    .join(" · ");
  const remove = part("remove");
  remove.setAttribute("aria-label", words.say("actions.remove", { name: file.name }));
  remove.addEventListener("click", onRemove);

  const fresh = followFresh(part("fresh"), config.timeZone, (draft) => {
    choice.session = { title: draft.title, fresh: draft };
    combobox.refresh();
    onChange();
  });

  function take(session) {
    choose(choice, session);
    if (session.fresh) fresh.fill(session.fresh);
    onChange();
  }

  const combobox = followCombobox(part("combobox"), {
    label: words.say("actions.session", { name: file.name }),
    find,
    onChoose: take,
    shown: () => (choice.session ? sessionLine(choice.session, words) : ""),
    onFound(options) {
      const count = options.filter(({ value }) => value.id).length;
      shared.tell(words.counted("found", count));
    },
  });

  async function find(query) {
    const sessions = query
      ? (await api.search(query).catch(() => ({ results: [] }))).results.map(asFound)
      : choice.proposals.map(asSession);
    const draft = choice.fresh && {
      title: query || choice.fresh.title,
      scheduled_at: choice.fresh.scheduled_at,
      duration_minutes: choice.fresh.duration_minutes,
    };
    const options = sessions.map((session) => ({
      label: session.title,
      hint: hintOf(session, words),
      value: session,
    }));
    if (draft) {
      const value = { title: draft.title, fresh: draft };
      options.push({ label: words.say("createSession", draft), hint: "", value });
    }
    return options;
  }

  function update(isShared) {
    const { problem, session, sureness } = choice;
    part("session-part").hidden = Boolean(problem);
    part("problem").hidden = !problem;
    if (problem) {
      const known = words.say(`problems.${problem.code}`, {});
      part("problem").textContent = problem.detail || known;
      return;
    }
    combobox.refresh();
    const [symbol, tone] = LOOKS[sureness];
    const badge = part("sureness");
    badge.className = `state ${tone}`;
    badge.replaceChildren(icon(symbol), words.say(`sureness.${sureness}`));
    part("fresh").hidden = !session?.fresh;
    part("why").textContent = [why(choice, words), isShared && words.say("shared")]
      .filter(Boolean)
      .join(" ");
  }

  return { element, update };
}

function why(choice, words) {
  const { session, upload, sureness } = choice;
  if (sureness === "none") return words.say("chooseSession");
  if (session?.fresh && !isComplete(session.fresh)) return words.say("problems.fresh");
  if (upload && sureness === "resumed") {
    const share = Math.floor((upload.bytes_transferred * 100) / upload.size_bytes);
    return words.say("resumes", { percent: words.percent(share) });
  }
  return choice.why;
}

function sessionLine(session, words) {
  return [session.title, session.at && words.moment(session.at), session.client]
    .filter(Boolean)
    .join(" · ");
}

function hintOf(session, words) {
  return [
    session.at && words.moment(session.at),
    session.client,
    session.hasRecording && words.say("hasRecording"),
  ]
    .filter(Boolean)
    .join(" · ");
}
