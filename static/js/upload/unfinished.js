// Uploads that an earlier visit left: how much of each is in the bucket, and how to go on.

import { isSameFile } from "./queue.js";
import { percent } from "./speed.js";
import { sentByWindows } from "./windows.js";
import { workspace } from "./workspace.js";

/** Show what of this person's uploads is open and under way in no window of this browser. */
export async function showUnfinished(address) {
  const shared = await workspace(null, address);
  const { results } = await shared.api.unfinished();
  const sent = await sentByWindows();
  const left = results.filter((upload) => !sent.has(upload.upload_id));
  for (const upload of await Promise.all(left.map(shared.api.howFar))) {
    if (upload) shared.tray.addUnfinished(unfinishedView(upload, shared));
  }
}

function unfinishedView(upload, { words, clone, icon, api, sender, tray, config, announce }) {
  const name = upload.filename;
  const element = clone("item");
  const part = (hook) => element.querySelector(`[data-${hook}]`);
  element.dataset.unfinished = upload.upload_id;
  part("name").textContent = name;
  part("session-link").textContent = upload.session_title;
  part("session-link").href = `${config.sessions}${upload.session_id}`;
  part("state").className = "state quiet";
  part("state").append(icon("pause"), words.say("states.unfinished"));
  const share = percent(upload.bytes_transferred, upload.size_bytes);
  part("progress").value = share;
  part("progress").setAttribute("aria-label", name);
  part("detail").textContent = words.say("inBucket", { percent: words.percent(share) });

  const input = document.createElement("input");
  input.type = "file";
  input.hidden = true;
  const choose = button("choose", "upload", () => input.click());
  part("tools").append(choose, input, button("giveUp", "close", giveUp));

  function button(act, symbol, onClick) {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "tool";
    made.title = words.say(`actions.${act}`, { name });
    made.setAttribute("aria-label", made.title);
    made.append(icon(symbol));
    made.addEventListener("click", onClick);
    return made;
  }

  function leave() {
    element.remove();
    document.querySelector("#tray-title").focus();
    tray.redraw();
  }

  function complain(sentence) {
    part("problem").hidden = false;
    part("problem").textContent = sentence;
    announce(sentence);
  }

  async function giveUp() {
    try {
      await api.abort(upload.upload_id);
    } catch (error) {
      if (!error.status) {
        complain(words.say("problems.unknown"));
        return;
      } // else it had ended by itself
    }
    leave();
    announce(words.say("said.cancelled", { name }));
    const detail = { sessions: [upload.session_id] };
    document.dispatchEvent(new CustomEvent("recordings:changed", { detail }));
  }

  input.addEventListener("change", () => {
    const [file] = input.files;
    input.value = "";
    if (!file) return;
    const chosen = { name: file.name, size: file.size, modified: file.lastModified };
    const wanted = {
      name,
      size: upload.size_bytes,
      modified: upload.file_modified_at && Date.parse(upload.file_modified_at),
    };
    if (!isSameFile(chosen, wanted)) {
      complain(words.say("problems.other_file", { name, size: words.size(upload.size_bytes) }));
      return;
    }
    const session = { id: upload.session_id, title: upload.session_title };
    sender.add([{ file, session, upload }]);
    leave();
  });

  return element;
}
