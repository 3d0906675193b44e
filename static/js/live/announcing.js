// What changes by itself is said aloud, and a session that has ended is noticed.
// Hooks: [data-live] is the region; [data-state] and [data-title] of a row are what is said.

const states = new Map();

/** Put a sentence where screen readers hear it and everyone sees it: at the top, or in `region`. */
export function announce(sentence, region = document.querySelector("[data-live]")) {
  const message = document.createElement("p");
  message.className = "message";
  message.textContent = sentence;
  region.replaceChildren(message);
}

document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr, target, pathInfo } = event.detail;
  if (xhr.responseURL && pathOf(xhr.responseURL) !== pathOf(pathInfo.requestPath)) {
    event.preventDefault(); // led to the login
    window.location.reload();
    return;
  }
  states.set(target.id, target.dataset.state);
});

document.addEventListener("htmx:historyCacheMissLoad", (event) => {
  const { xhr, path } = event.detail;
  if (pathOf(xhr.responseURL) !== pathOf(path)) window.location.reload();
});

document.addEventListener("htmx:load", (event) => {
  const row = event.detail.elt;
  const before = states.get(row.id);
  if (before && before !== row.dataset.state) {
    announce(`${row.dataset.title}: ${row.dataset.state}`);
  }
});

function pathOf(address) {
  return new URL(address, window.location.href).pathname;
}
