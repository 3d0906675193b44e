// The plain form of one session, with a script: a file goes straight to the bucket, by the tray.

import { whyNot } from "./choices.js";
import { readFile } from "./reading.js";
import { workspace } from "./workspace.js";

/**
 * Take the file of [data-upload-form] over; a link goes the way of every form. `addUrl` is where
 * the words are fetched, `notLoaded` the sentence for when they cannot be.
 */
export function followForm({ addUrl, notLoaded }) {
  const form = document.querySelector("[data-upload-form]");
  form.addEventListener("submit", (event) => {
    const [file] = form.elements.file.files;
    if (!file || form.elements.external_url.value.trim()) return; // the server says what is wrong
    event.preventDefault();
    send(form, file, addUrl).catch(() => complain(form, notLoaded));
  });
}

async function send(form, file, address) {
  const { words, sender, config, announce } = await workspace(null, address);
  stopComplaining(form);
  const isUnderWay = Boolean(
    sender.find({ name: file.name, size: file.size, modified: file.lastModified }),
  );
  const read = await readFile(file);
  const code = whyNot({ ...read, size: file.size, maxBytes: config.maxBytes, isUnderWay });
  if (code) {
    complain(form, words.say(`problems.${code}`));
    return;
  }
  const { session: id, title } = form.dataset;
  const platform = form.elements.platform.value;
  sender.add([{ file, session: { id, title }, upload: null, platform }]);
  form.reset();
  announce(words.counted("started", 1));
}

function stopComplaining(form) {
  form.querySelector("[data-form-problem]")?.remove();
}

function complain(form, sentence) {
  stopComplaining(form);
  const box = document.createElement("p");
  box.className = "message error";
  box.setAttribute("role", "alert");
  box.dataset.formProblem = "";
  box.textContent = sentence;
  form.prepend(box);
}
