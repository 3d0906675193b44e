// Writing a note at the moment being watched: the recording waits for whoever writes.
// Hooks: [data-note-form] and the data-note-* parts inside it.

import { asClock, media, onTime } from "../player/clock.js";
import { mayBeShortcut } from "../player/shortcuts.js";
import { meaningInField, startsNote } from "./keys.js";

/** Make the form follow the player; returns what to do once its note is saved. */
export function followPlayer(form) {
  const field = form.elements.text;
  /** The note being written: {atSeconds, playsOn, returnTo}; null while nobody writes. */
  let writing = null;

  document.addEventListener("keydown", async (event) => {
    if (!startsNote(event) || !mayBeShortcut(event) || !media()) return;
    if (document.querySelector("dialog[open]")) return;
    event.preventDefault();
    const returnTo = document.activeElement;
    begin();
    writing.returnTo = returnTo;
    // A player that fills the screen would hide the field.
    if (document.fullscreenElement) await document.exitFullscreen();
    field.focus();
  });
  field.addEventListener("pointerdown", begin);
  field.addEventListener("input", begin);
  field.addEventListener("keydown", (event) => {
    const meaning = meaningInField(event);
    if (!meaning) return;
    event.preventDefault();
    if (meaning === "save" && field.value.trim()) form.requestSubmit();
    else end();
  });
  // Nothing was written: the next note takes its own moment.
  form.addEventListener("focusout", (event) => {
    if (!form.contains(event.relatedTarget) && !field.value.trim()) forget();
  });
  part("give-up").addEventListener("click", end);
  onTime((seconds) => writing || show(seconds));
  forget();
  keepDraft();
  return end;

  function begin() {
    const player = media();
    if (writing || !player) return;
    const playsOn = !player.paused && !player.ended;
    writing = { atSeconds: player.currentTime, playsOn, returnTo: null };
    player.pause();
    showWriting();
  }

  function showWriting() {
    show(writing.atSeconds);
    part("give-up").hidden = part("keys").hidden = false;
  }

  function show(seconds) {
    form.elements.at_seconds.value = seconds.toFixed(3);
    part("clock").textContent = asClock(seconds);
    part("at").hidden = false;
    part("typed").hidden = true;
  }

  /** The note is saved or given up: clear the form, go back, play on. */
  function end() {
    const ended = writing;
    field.value = "";
    form.querySelector("[data-note-errors]").replaceChildren();
    forget();
    if (!ended) return;
    if (ended.returnTo) field.blur();
    ended.returnTo?.focus({ preventScroll: true });
    if (ended.playsOn) media()?.play().catch(() => {}); // the browser wants a click: it waits
  }

  function forget() {
    writing = null;
    part("give-up").hidden = part("keys").hidden = true;
    if (media()) show(media().currentTime);
  }

  /** What was not saved outlives a reload, as after a login that had ended. */
  function keepDraft() {
    const name = `note ${form.action}`;
    const kept = JSON.parse(sessionStorage.getItem(name));
    if (kept) {
      field.value = kept.text;
      writing = { atSeconds: kept.atSeconds, playsOn: false, returnTo: null };
      showWriting();
    }
    window.addEventListener("pagehide", () => {
      const draft = { text: field.value, atSeconds: writing?.atSeconds };
      if (writing && field.value.trim()) sessionStorage.setItem(name, JSON.stringify(draft));
      else sessionStorage.removeItem(name);
    });
  }

  function part(name) {
    return form.querySelector(`[data-note-${name}]`);
  }
}
