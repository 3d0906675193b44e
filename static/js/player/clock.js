// The moment being watched: where others read it, follow it and jump.

/** Return the page's media element, or null while there is none; it may be replaced at any time. */
export function media() {
  return document.querySelector("[data-player] :is(video,audio)");
}

/** Jump to `seconds` of the recording, or as near as it has; nothing happens without a recording. */
export function seekTo(seconds) {
  const element = media();
  if (!element) return;
  const end = Number.isFinite(element.duration) ? element.duration : seconds;
  element.currentTime = Math.min(Math.max(seconds, 0), end);
}

/**
 * Call `callback(seconds)` while the recording plays, some four times a second, and after each
 * jump; return a function that ends it.
 */
export function onTime(callback) {
  // Media events do not bubble, yet they are captured; so a replaced element needs no new listener.
  const listen = (event) => {
    if (event.target === media()) callback(event.target.currentTime);
  };
  document.addEventListener("timeupdate", listen, true);
  document.addEventListener("seeking", listen, true);
  return () => {
    document.removeEventListener("timeupdate", listen, true);
    document.removeEventListener("seeking", listen, true);
  };
}

/** Write seconds as players do: 12:30 or 1:02:03. */
export function asClock(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (number) => String(number).padStart(2, "0");
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  return hours ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}
