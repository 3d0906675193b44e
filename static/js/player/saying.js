// A word over the picture for a moment: what a key has done. It is read aloud as well.

const SHOWN_MS = 1200;
let timer = null;

/** Show `word` in the player that `root` is. */
export function say(root, word) {
  const place = root.querySelector("[data-player-word]");
  place.textContent = word;
  clearTimeout(timer);
  timer = setTimeout(() => {
    place.textContent = "";
  }, SHOWN_MS);
}
