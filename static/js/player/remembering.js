// Where a person stopped watching: sent while they watch, gone back to when they come again.
// Hooks: [data-position] is the form that is sent, its value the second kept so far;
// [data-resumed] is the offer to start anew.

import { asClock, media, onTime, seekTo } from "./clock.js";

const EVERY_SECONDS = 10;
// Below this there is nothing to go back to.
const WORTH_SECONDS = 5;

/** Return whether `seconds` is far enough from what was `sent` last to be sent while playing. */
export function isDue(seconds, sent) {
  return sent === null || Math.abs(seconds - sent) >= EVERY_SECONDS;
}

/** Return the second to go on at, or null to start at the beginning. */
export function resumeAt(kept, duration) {
  return kept >= WORTH_SECONDS && kept < duration - 1 ? kept : null;
}

/** Go on where the person stopped, and keep what they watch from now on. */
export function rememberPosition(root) {
  const form = root.querySelector("[data-position]");
  if (!form) return;
  goBack(root, Number(form.dataset.position));
  let sent = null;

  function send(seconds) {
    if (!root.isConnected || (sent !== null && Math.abs(seconds - sent) < 0.5)) return;
    sent = seconds;
    const body = new FormData(form);
    body.set("at_seconds", seconds.toFixed(1));
    // Outlives the page; when it does not arrive, the next one says more.
    fetch(form.action, { method: "POST", body, keepalive: true }).catch(() => {});
  }

  onTime((seconds) => {
    if (!media().paused && isDue(seconds, sent)) send(seconds);
  });
  const now = () => {
    const element = media();
    if (element?.played.length || sent !== null) send(element.currentTime);
  };
  document.addEventListener("pause", (event) => event.target === media() && now(), true);
  document.addEventListener("visibilitychange", () => document.hidden && now());
  window.addEventListener("pagehide", now);
}

function goBack(root, kept) {
  const element = media();
  const offer = root.querySelector("[data-resumed]");
  whenKnown(element, () => {
    const seconds = resumeAt(kept, element.duration);
    if (seconds === null) return;
    seekTo(seconds);
    const text = offer.querySelector("[data-resumed-text]");
    text.textContent = offer.dataset.resumed.replace("{time}", asClock(seconds));
    offer.hidden = false;
  });
  offer.querySelector("button").addEventListener("click", () => {
    seekTo(0);
    offer.hidden = true;
    root.querySelector("media-play-button")?.focus();
  });
}

function whenKnown(element, act) {
  if (element.readyState >= HTMLMediaElement.HAVE_METADATA) act();
  else element.addEventListener("loadedmetadata", act, { once: true });
}
