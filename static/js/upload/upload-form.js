// The upload form, on its own page or in the dialog: a file goes straight to the bucket.
// Hooks: [data-upload-form] and the data-upload-* parts inside it.

import { announce } from "../live/announcing.js";
import { percent, whyNot } from "./choice.js";
import { multipartApi, Refused } from "./multipart-api.js";
import { openTransfer } from "./transfer.js";

/** The one upload that this page is sending: {form, file, transfer, running}. */
let current = null;

document.addEventListener("submit", (event) => {
  const form = event.target.closest("[data-upload-form]");
  const file = form?.elements.file.files[0];
  if (!file) return; // a link goes the way of every form
  event.preventDefault();
  if (current?.running) return;
  const reason = whyNot({
    size: file.size,
    hasLink: form.elements.external_url.value.trim() !== "",
    maxBytes: Number(form.dataset.maxBytes),
  });
  if (reason) showError(form, form.dataset[reason]);
  else send(form, file);
});

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-upload-cancel]") || !current) return;
  if (current.form.closest("dialog")) return; // the dialog says when it is to be closed
  const leaveTo = event.target.closest("a").href;
  event.preventDefault();
  giveUp().then(() => window.location.assign(leaveTo));
});

document.addEventListener("dialog:closing", (event) => {
  if (!current) return;
  event.preventDefault();
  const { form } = current;
  giveUp().then(() => form.closest("dialog").close());
});

window.addEventListener("beforeunload", (event) => {
  if (current?.running) event.preventDefault();
});

async function send(form, file) {
  if (current?.file !== file) current = { form, file, transfer: null, running: false };
  const mine = current;
  mine.running = true;
  showRunning(form, file);
  try {
    mine.transfer ??= await openTransfer({
      uploaderUrl: form.dataset.uploader,
      api: apiOf(form),
      description: describe(form, file),
      file,
      onProgress: (done, total) => showProgress(form, percent(done, total)),
    });
    await mine.transfer.send();
  } catch (error) {
    if (current !== mine) return; // cancelled meanwhile
    mine.running = false;
    if (error instanceof Refused) current = null;
    showIdle(form);
    showError(form, (error instanceof Refused && error.message) || form.dataset.failed);
    return;
  }
  if (current !== mine) return;
  current = null;
  showDone(form);
}

async function giveUp() {
  const { form, transfer } = current;
  current = null;
  try {
    await transfer?.cancel();
  } catch (error) {
    if (!(error instanceof Refused)) throw error; // it had ended by itself
  }
  announce(form.dataset.cancelled);
}

function apiOf(form) {
  const csrfToken = form.elements.csrfmiddlewaretoken.value;
  return multipartApi({ base: form.dataset.api, csrfToken });
}

function describe(form, file) {
  return {
    session_id: form.dataset.session,
    filename: file.name,
    content_type: file.type,
    size_bytes: file.size,
    platform: form.elements.platform.value,
  };
}

function part(form, name) {
  return form.querySelector(`[data-upload-${name}]`);
}

function showRunning(form, file) {
  part(form, "errors").replaceChildren();
  part(form, "fields").hidden = true;
  part(form, "submit").disabled = true;
  part(form, "name").textContent = file.name;
  part(form, "progress").hidden = false;
  showProgress(form, 0);
}

function showIdle(form) {
  part(form, "fields").hidden = false;
  part(form, "submit").disabled = false;
  part(form, "progress").hidden = true;
}

function showProgress(form, value) {
  form.querySelector("progress").value = value;
  part(form, "percent").textContent = `${value} %`;
}

function showError(form, sentence) {
  const box = document.createElement("p");
  box.className = "message error";
  box.setAttribute("role", "alert");
  box.textContent = sentence;
  part(form, "errors").replaceChildren(box);
}

function showDone(form) {
  const row = document.getElementById(`session-${form.dataset.session}`);
  const dialog = form.closest("dialog");
  if (!dialog) {
    window.location.assign(part(form, "cancel").href);
  } else if (!row) {
    window.location.reload();
  } else {
    row.dataset.state = ""; // its change is told here
    window.htmx.ajax("GET", row.dataset.row, { target: row, swap: "outerHTML" });
    dialog.close();
    announce(form.dataset.done);
  }
}
