// The player by keyboard, wherever on the page the focus is unless something there needs the key.

import { media, seekTo } from "./clock.js";
import { actionOf, isTaken, nextSpeed } from "./keys.js";
import { say } from "./saying.js";
import { followSwitch, mayBeShortcut } from "./shortcuts.js";
import { setSpeed, speedsOf } from "./speed.js";

const actions = {
  toggle: (element) => (element.paused ? element.play().catch(() => {}) : element.pause()),
  seekBy: (element, seconds) => seekTo(element.currentTime + seconds),
  seekToShare: (element, share) => seekTo((element.duration || 0) * share),
  volumeBy(element, change, root) {
    element.muted = false;
    element.volume = Math.min(Math.max(element.volume + change, 0), 1);
    say(root, `${Math.round(element.volume * 100)} %`);
  },
  mute(element) {
    element.muted = !element.muted;
  },
  speedBy(element, step, root) {
    setSpeed(root, nextSpeed(speedsOf(root), element.playbackRate, step));
  },
  fullscreen: (_element, _value, root) => press(root, "media-fullscreen-button"),
  pictureInPicture: (_element, _value, root) => press(root, "media-pip-button"),
};

/** Let keys work the player that `root` is, and `?` open the list of them. */
export function listenToKeys(root) {
  const help = document.querySelector("[data-player-keys]");
  document.addEventListener("keydown", (event) => {
    if (!root.isConnected || event.defaultPrevented || !mayBeShortcut(event)) return;
    if (document.querySelector("dialog[open]")) return;
    const focused = event.target instanceof Element ? event.target : document.body;
    const found = actionOf(event, root.contains(focused) || Boolean(document.fullscreenElement));
    if (!found || isTaken(event.key, focused)) return;
    const [name, value] = found;
    if (name === "help") {
      event.preventDefault();
      help.showModal();
    } else if (media()?.currentSrc) {
      event.preventDefault();
      actions[name](media(), value, root);
    }
  });
  root.querySelector("[data-player-help]").addEventListener("click", () => help.showModal());
  help.querySelector("[data-player-help-close]").addEventListener("click", () => help.close());
  followSwitch(help.querySelector("[data-shortcuts]"));
}

/** Media Chrome knows what the browser can do; a button that is not offered does nothing. */
function press(root, name) {
  const button = root.querySelector(name);
  if (button?.checkVisibility()) button.click();
}
