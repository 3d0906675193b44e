// Forms that act on rows, without leaving the page: the answer is a toast, or a question for the
// dialog. Hooks: form[data-act]; [data-undo] is one that a toast offers.

import { refreshRows } from "./rows.js";
import { tick } from "./selection.js";
import { closeToast, showFailure, showToast } from "./toasts.js";

document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-act]");
  if (!form) return;
  event.preventDefault();
  if (!form.hasAttribute("aria-busy")) act(form, event.submitter);
});

async function act(form, submitter) {
  const byKeyboard = Boolean(submitter?.matches(":focus-visible"));
  form.setAttribute("aria-busy", "true");
  const answer = await send(form, submitter);
  form.removeAttribute("aria-busy");
  if (!answer) return;
  const toast = answer.querySelector("[data-toast]");
  if (toast) show(form, toast, byKeyboard);
  else ask(answer.body.innerHTML, submitter?.id ?? "");
}

async function send(form, submitter) {
  let response;
  try {
    response = await fetch(submitter?.getAttribute("formaction") ?? form.action, {
      method: "POST",
      body: new FormData(form, submitter),
      headers: { "HX-Request": "true" },
      redirect: "manual",
    });
  } catch {
    fail(form, "");
    return null;
  }
  if (response.type === "opaqueredirect") {
    window.location.reload(); // signed out
    return null;
  }
  const answer = new DOMParser().parseFromString(await response.text(), "text/html");
  if (response.ok) return answer;
  fail(form, answer.querySelector("[role=alert]")?.textContent);
  return null;
}

function show(form, toast, byKeyboard) {
  const dialog = form.closest("dialog");
  dialog?.close();
  if (form.hasAttribute("data-undo")) closeToast(form.closest("[data-toast]"));
  if (dialog) tick([]);
  const changed = toast.dataset.changed.split(" ");
  showToast(toast, { focus: byKeyboard });
  refreshRows(changed, { sync: true, quiet: true })
    .catch(() => {}) // offline: the banner says so
    .then(() => document.dispatchEvent(new CustomEvent("rows:changed")));
}

function ask(html, openerId) {
  document.dispatchEvent(new CustomEvent("dialog:show", { detail: { html, openerId } }));
}

function fail(form, sentence) {
  const said = sentence || document.querySelector("[data-toasts]").dataset.failed;
  if (!form.closest("dialog")) {
    showFailure(said);
    return;
  }
  form.querySelector("[data-failure]")?.remove();
  const box = document.createElement("p");
  box.className = "message error";
  box.setAttribute("role", "alert");
  box.dataset.failure = "";
  box.textContent = said;
  form.prepend(box);
}
