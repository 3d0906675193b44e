// Which key asks the player for what, as players have taught people.

const ANYWHERE = {
  " ": ["toggle"],
  k: ["toggle"],
  j: ["seekBy", -10],
  l: ["seekBy", 10],
  ArrowLeft: ["seekBy", -5],
  ArrowRight: ["seekBy", 5],
  m: ["mute"],
  f: ["fullscreen"],
  p: ["pictureInPicture"],
  "<": ["speedBy", -1],
  ">": ["speedBy", 1],
  "?": ["help"],
};

// These scroll the page, so they are the player's only while the focus is in it.
const IN_PLAYER = {
  ArrowUp: ["volumeBy", 0.05],
  ArrowDown: ["volumeBy", -0.05],
  Home: ["seekToShare", 0],
  End: ["seekToShare", 1],
};

const FIELDS = "input, textarea, select, [contenteditable]:not([contenteditable=false])";
const PRESSED = "a[href], button, summary, [role=button]";
const SLIDERS = "media-time-range, media-volume-range, [role=slider]";
const SLIDER_KEYS = ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End"];

/**
 * Return what a key asks for as [action, value], or null when it asks the player for nothing.
 * `inPlayer` says whether the focus is in the player.
 */
export function actionOf({ key, ctrlKey, metaKey, altKey }, inPlayer) {
  if (ctrlKey || metaKey || altKey) return null;
  const plain = key.length === 1 ? key.toLowerCase() : key;
  if (/^[0-9]$/.test(plain)) return ["seekToShare", Number(plain) / 10];
  return ANYWHERE[plain] ?? (inPlayer ? IN_PLAYER[plain] : null) ?? null;
}

/** Return whether the element under the focus needs the key itself: a field, a button, a slider. */
export function isTaken(key, focused) {
  if (focused.closest(FIELDS)) return true;
  if (key === " " && focused.closest(PRESSED)) return true;
  return SLIDER_KEYS.includes(key) && Boolean(focused.closest(SLIDERS));
}

/** Return the speed one step faster (1) or slower (-1) among `speeds`, which ascend. */
export function nextSpeed(speeds, current, step) {
  if (step > 0) return speeds.find((speed) => speed > current) ?? current;
  return speeds.findLast((speed) => speed < current) ?? current;
}
