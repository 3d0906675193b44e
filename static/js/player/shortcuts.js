// Whether a key of one character is a shortcut here, as a person chose on this device: who speaks
// to the computer, or whose hand trembles, presses such keys unmeant (WCAG 2.1.4).

const KEPT_AS = "film-room:shortcuts";

/** Return whether the key of `event` may be a shortcut; keys like the arrows always may. */
export function mayBeShortcut({ key }) {
  return key.length > 1 || localStorage.getItem(KEPT_AS) !== "off";
}

/** Let the checkbox `box` say whether they are on, and turn them on and off. */
export function followSwitch(box) {
  box.checked = localStorage.getItem(KEPT_AS) !== "off";
  box.addEventListener("change", () => {
    localStorage.setItem(KEPT_AS, box.checked ? "on" : "off");
  });
}
