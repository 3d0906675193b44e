// What is to be copied goes to the clipboard; where a browser refuses (without TLS it has none),
// that is said and the text is chosen, to be copied by hand.
// Hooks: [data-copy] is a button that copies what stands in the element of that id; data-copied
// and data-not-copied are what is said then, in the dialog's [data-copy-said] or at the top.

import { announce } from "./announcing.js";

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const source = document.getElementById(button.dataset.copy);
  const region = button.closest("dialog")?.querySelector("[data-copy-said]") ?? undefined;
  const isCopied = await copy(textOf(source));
  if (!isCopied) choose(source);
  announce(isCopied ? button.dataset.copied : button.dataset.notCopied, region);
});

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

function choose(source) {
  if (source.matches("input, textarea")) source.select();
  else window.getSelection().selectAllChildren(source);
}

/** Of links their addresses, one on each line; of a field what it holds; else what is read. */
function textOf(source) {
  if (source.matches("input, textarea")) return source.value;
  const links = [...source.querySelectorAll("a[data-link]")];
  return links.length ? links.map((link) => link.href).join("\n") : source.textContent.trim();
}
