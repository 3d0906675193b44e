// Keeps the media element on a URL that is valid: renewed ahead of time, and after a failure.

import { renewalDelay, retryDelay } from "./schedule.js";
import { fetchSources, Refused } from "./sources.js";
import { swapInPlace, takeOver } from "./takeover.js";

// A recording that fails this often in a row, each time on a fresh URL, cannot be played.
const REPAIRS = 2;

/**
 * Keep the element that `current()` returns playable; its URL came with `first`, an answer of
 * `address`. `renewed(element)` is told after each change, `failed(error)` once nothing helps: with
 * Refused, of code "newer" when the session has another recording by now, or with what the browser
 * says.
 */
export function keepValid({ address, first, current, renewed, failed }) {
  let timer = null;
  let dueAt = 0;
  let failures = 0;
  let repairs = 0;
  let isBusy = false;
  let isOver = false;
  let watched = { at: 0, playing: false };

  function plan(seconds) {
    clearTimeout(timer);
    dueAt = Date.now() + seconds * 1000;
    timer = setTimeout(renew, seconds * 1000);
  }

  async function renew() {
    isOver ||= !current()?.isConnected; // the player has left the page
    if (isBusy || isOver) return;
    isBusy = true;
    try {
      const sources = await fetchSources(address);
      if (sources.upload_id !== first.upload_id) throw new Refused("newer", "");
      renewed(await (current().error ? repair(sources.url) : takeOver(current(), sources.url)));
      failures = 0;
      plan(renewalDelay(sources.expires_in));
    } catch (error) {
      failures += 1;
      if (error.isFinal || repairs > REPAIRS) giveUp(error);
      else plan(retryDelay(failures));
    } finally {
      isBusy = false;
    }
  }

  function repair(url) {
    repairs += 1;
    return swapInPlace(current(), url, watched);
  }

  function giveUp(error) {
    isOver = true;
    clearTimeout(timer);
    failed(error);
  }

  function follow(event) {
    const element = event.target;
    if (element !== current() || element.error || !element.readyState || isBusy) return;
    watched = { at: element.currentTime, playing: !element.paused };
    if (event.type === "timeupdate" && watched.playing) repairs = 0;
  }

  for (const name of ["timeupdate", "seeking", "play", "pause"]) {
    document.addEventListener(name, follow, true);
  }
  // The URL may have expired while the laptop slept.
  document.addEventListener("error", (event) => event.target === current() && renew(), true);
  // Timers stand still meanwhile.
  const wake = () => {
    if (!document.hidden && Date.now() > dueAt) renew();
  };
  document.addEventListener("visibilitychange", wake);
  window.addEventListener("online", wake);
  plan(renewalDelay(first.expires_in));
}
