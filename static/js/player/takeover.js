// One media element takes over from another at the same moment, so that a new URL is not noticed.

import { meetingPoint, millisecondsTo } from "./schedule.js";

const ATTEMPTS = 4;
const PATIENCE_MS = 20_000;
// Nearer than this two elements stand at the same moment.
const SAME_SECONDS = 0.05;
// Of a timer that comes late, or an element that had to wait for data.
const SLACK_MS = 400;
const CHANGES = ["seeking", "pause", "play", "ratechange"];

/**
 * Go on at the same moment with `url`; resolve to the element that plays then. That is a fresh one
 * that was prepared beside `old`, or `old` itself where the browser ties it to a window of its own
 * or nobody has watched yet. Rejects when the URL cannot be loaded; `old` then goes on as it was.
 */
export async function takeOver(old, url) {
  if (isTied(old) || isUntouched(old)) return swapInPlace(old, url);
  const fresh = twinOf(old, url);
  try {
    await meet(old, fresh);
  } catch (error) {
    release(fresh);
    throw error;
  }
  copySettings(old, fresh);
  if (!old.paused) {
    try {
      await fresh.play();
    } catch {
      release(fresh); // this browser lets only the element play that a person has started
      return swapInPlace(old, url);
    }
  }
  old.replaceWith(fresh);
  release(old);
  return fresh;
}

/**
 * Give `element` another URL and go on at `at` seconds, playing or not; resolves to it once it is
 * there, rejects when the URL cannot be loaded.
 */
export async function swapInPlace(
  element,
  url,
  { at = element.currentTime, playing = !element.paused } = {},
) {
  element.defaultPlaybackRate = element.playbackRate;
  element.src = url;
  // Its cues name a signed picture as well.
  for (const track of element.querySelectorAll("track")) track.replaceWith(track.cloneNode());
  await ready(element, "loadedmetadata");
  if (at > 0) element.currentTime = at;
  if (playing) await element.play();
  return element;
}

function isTied(element) {
  return (
    element === document.pictureInPictureElement ||
    element === document.fullscreenElement ||
    element.webkitDisplayingFullscreen === true ||
    element.webkitPresentationMode === "picture-in-picture"
  );
}

/** Nobody has watched yet, so nothing is to be seen of a change, nor to be loaded ahead for it. */
function isUntouched(element) {
  return element.paused && element.currentTime === 0;
}

function twinOf(old, url) {
  const fresh = old.cloneNode(true);
  fresh.preload = "auto";
  fresh.src = url;
  return fresh;
}

/** Bring `fresh` to where `old` is: resting with it, or at a moment that `old` has just reached. */
async function meet(old, fresh) {
  await ready(fresh, "loadedmetadata");
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const point = meetingPoint(old, attempt);
    if (point === null) throw new Error("the recording ends before");
    await seek(fresh, point);
    if (await reaches(old, point)) return;
  }
  throw new Error("never there in time");
}

/** Resolve to true when `old` is at `point`, to false when it will not come by or has passed it. */
function reaches(old, point) {
  const wait = millisecondsTo(point, old);
  if (old.paused) return Math.abs(old.currentTime - point) < SAME_SECONDS;
  if (wait < 0) return false;
  return new Promise((resolve) => {
    const end = (isThere) => {
      clearTimeout(timer);
      CHANGES.forEach((name) => old.removeEventListener(name, changed));
      resolve(isThere);
    };
    const changed = () => end(false);
    const timer = setTimeout(() => end(Math.abs(millisecondsTo(point, old)) < SLACK_MS), wait);
    CHANGES.forEach((name) => old.addEventListener(name, changed));
  });
}

async function seek(element, seconds) {
  if (Math.abs(element.currentTime - seconds) > SAME_SECONDS) {
    element.currentTime = seconds;
    await ready(element, "seeked");
  }
  if (element.readyState < HTMLMediaElement.HAVE_FUTURE_DATA && !element.ended) {
    await ready(element, "canplay");
  }
}

function ready(element, name) {
  return new Promise((resolve, reject) => {
    const settle = (act) => () => {
      clearTimeout(timer);
      element.removeEventListener(name, good);
      element.removeEventListener("error", bad);
      act();
    };
    const good = settle(resolve);
    const bad = settle(() => reject(new Error(`no ${name}`)));
    const timer = setTimeout(bad, PATIENCE_MS);
    element.addEventListener(name, good);
    element.addEventListener("error", bad);
  });
}

function copySettings(old, fresh) {
  fresh.defaultPlaybackRate = old.defaultPlaybackRate;
  fresh.playbackRate = old.playbackRate;
  fresh.volume = old.volume;
  fresh.muted = old.muted;
  fresh.loop = old.loop;
  [...fresh.textTracks].forEach((track, index) => {
    track.mode = old.textTracks[index]?.mode ?? track.mode;
  });
}

function release(element) {
  element.pause();
  element.removeAttribute("src");
  element.load(); // lets go of the connection
}
