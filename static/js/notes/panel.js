// The notes beside the player: jump to them, change them, hear what became of them.
// Hooks: [data-notes] is the panel, [data-note-list] the list that htmx renews in it,
// [data-moment] of an item its second. The server says what is told: event "notes:changed".

import { announce } from "../live/announcing.js";
import { media, onTime, seekTo } from "../player/clock.js";
import { meaningInField } from "./keys.js";
import { reached } from "./moments.js";
import { followPlayer } from "./writing.js";

const UNDO_SECONDS = 10;

const panel = document.querySelector("[data-notes]");
const form = panel.querySelector("[data-note-form]");
const ended = followPlayer(form);
/** The id of what has the focus again once a change is cancelled. */
let returnTo = "";

panel.addEventListener("click", (event) => {
  const link = event.target.closest("[data-note-jump]");
  if (!link || !media()) return;
  event.preventDefault();
  seekTo(Number(link.closest("[data-moment]").dataset.moment));
});

panel.addEventListener("keydown", (event) => {
  const edited = event.target.closest("[data-note-edit] textarea")?.form;
  const meaning = edited ? meaningInField(event) : "";
  if (!meaning) return;
  event.preventDefault();
  if (meaning === "save") edited.requestSubmit();
  else edited.querySelector("[data-note-cancel]").click();
});

onTime((seconds) => {
  const items = [...panel.querySelectorAll("[data-moment]")];
  const now = reached(items.map((item) => Number(item.dataset.moment)), seconds);
  items.forEach((item, index) => item.toggleAttribute("data-now", index === now));
});

// A refusal with its sentence comes with a place to stand in; the note stays in its form.
panel.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr, isError } = event.detail;
  if (!isError || !xhr.getResponseHeader("HX-Retarget")) return;
  event.detail.shouldSwap = true;
  event.detail.isError = false;
});

panel.addEventListener("htmx:afterRequest", (event) => {
  const { elt, successful, xhr } = event.detail;
  if (elt === form && successful) ended();
  else if (!successful && !xhr?.getResponseHeader("HX-Retarget")) explain(elt, xhr?.status);
});

panel.addEventListener("htmx:beforeRequest", (event) => {
  returnTo = event.detail.elt.dataset.noteCancel ?? "";
});

panel.addEventListener("htmx:load", (event) => {
  const { elt } = event.detail;
  if (returnTo) document.getElementById(returnTo)?.focus();
  elt.querySelector("[data-note-edit] textarea")?.focus();
  const undo = elt.querySelector("[data-note-undo]");
  if (undo) setTimeout(withdraw, UNDO_SECONDS * 1000, undo);
});

document.addEventListener("notes:changed", (event) => {
  const { sentence, focus } = event.detail;
  tell(sentence);
  if (focus) document.getElementById(focus)?.focus();
});

/** Say it beside the notes: whoever watches looks there, and nothing moves under their eyes. */
function tell(sentence) {
  announce(sentence, panel.querySelector("[data-note-told]"));
}

/** Take the offer away, but not from under somebody's hand. */
function withdraw(undo) {
  if (undo.matches(":hover, :has(:focus-visible)")) setTimeout(withdraw, 1000, undo);
  else undo.remove();
}

function explain(elt, status) {
  const sentence = status === 404 ? panel.dataset.gone : panel.dataset.failed;
  const place = elt.querySelector("[data-note-errors]");
  if (!place) {
    tell(sentence);
    return;
  }
  const box = document.createElement("p");
  box.className = "message error";
  box.setAttribute("role", "alert");
  box.textContent = sentence;
  place.replaceChildren(box);
}
