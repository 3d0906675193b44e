// The speed, chosen from a list or by keys and remembered in this browser.

import { media } from "./clock.js";
import { say } from "./saying.js";

const KEPT_AS = "film-room:speed";

/** Return the speeds on offer, ascending. */
export function speedsOf(root) {
  return [...menuOf(root).options].map((option) => Number(option.value));
}

/** Play at `speed` from now on, here and the next time, and say so. */
export function setSpeed(root, speed) {
  apply(root, speed);
  localStorage.setItem(KEPT_AS, String(speed));
  say(root, `${menuOf(root).selectedOptions[0]?.textContent ?? ""}`);
}

/** Start at the remembered speed and listen to the list. */
export function rememberSpeed(root) {
  const kept = Number(localStorage.getItem(KEPT_AS));
  if (speedsOf(root).includes(kept)) apply(root, kept);
  menuOf(root).addEventListener("change", (event) => setSpeed(root, Number(event.target.value)));
}

function apply(root, speed) {
  const element = media();
  element.defaultPlaybackRate = speed; // what a new URL starts with
  element.playbackRate = speed;
  menuOf(root).value = String(speed);
}

function menuOf(root) {
  return root.querySelector("[data-player-speed]");
}
