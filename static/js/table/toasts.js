// What an act had for its outcome, for ten seconds and for as long as somebody points at it.
// Hooks: [data-toasts] is the place, [data-toast] one of them with data-seconds,
// [data-toast-close] closes it.

import { countdown } from "./countdown.js";

const place = () => document.querySelector("[data-toasts]");
const clocks = new WeakMap();

/** Show a toast; `focus` puts whoever works by keyboard on its way back, if it has one. */
export function showToast(toast, { focus = false } = {}) {
  place().append(toast);
  begin(toast);
  if (focus) toast.querySelector("form button")?.focus();
}

/** Say that something did not work, where there is no dialog to say it in. */
export function showFailure(sentence) {
  const toast = document.createElement("div");
  toast.className = "toast error";
  toast.dataset.toast = "";
  toast.dataset.seconds = "10";
  const words = document.createElement("p");
  words.textContent = sentence;
  toast.append(words);
  showToast(toast);
}

/** Take a toast away; who had the focus in it finds it at the table. */
export function closeToast(toast) {
  clocks.get(toast)?.stop();
  const hadFocus = toast.contains(document.activeElement);
  toast.remove();
  if (hadFocus) (document.getElementById("count") ?? document.getElementById("main")).focus();
}

function begin(toast) {
  const clock = countdown(Number(toast.dataset.seconds) * 1000, () => closeToast(toast));
  clocks.set(toast, clock);
  const goOn = () => {
    if (!toast.matches(":hover, :focus-within")) clock.goOn();
  };
  toast.addEventListener("pointerenter", clock.hold);
  toast.addEventListener("focusin", clock.hold);
  toast.addEventListener("pointerleave", goOn);
  toast.addEventListener("focusout", () => queueMicrotask(goOn));
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-toast-close]");
  if (button) closeToast(button.closest("[data-toast]"));
});

document.addEventListener("keydown", (event) => {
  const toast = event.key === "Escape" && event.target.closest?.("[data-toast]");
  if (toast) closeToast(toast);
});

for (const toast of document.querySelectorAll("[data-toast]")) begin(toast);
