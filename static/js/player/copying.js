// Buttons that copy what their data-copy holds; data-copied is what is said then.

import { announce } from "../live/announcing.js";

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  await navigator.clipboard.writeText(button.dataset.copy);
  announce(button.dataset.copied);
});
