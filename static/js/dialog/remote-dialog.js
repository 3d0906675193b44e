// Links marked [data-dialog-open] open in the page's one dialog instead of leading to a page.
// Without JavaScript they lead to the page.

const dialog = document.querySelector("[data-dialog]");
const body = dialog.querySelector("[data-dialog-body]");
let openerId = "";

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-dialog-open]");
  if (link && isPlainClick(event)) {
    event.preventDefault();
    open(link);
  } else if (event.target.closest("[data-dialog-close]") && dialog.open) {
    event.preventDefault();
    close();
  }
});

// Escape closes like the button does, so that whoever works inside is asked.
dialog.addEventListener("cancel", (event) => {
  event.preventDefault();
  close();
});

dialog.addEventListener("close", () => {
  body.replaceChildren();
  // The row may have been renewed meanwhile: its new link has the same id.
  document.getElementById(openerId)?.focus();
});

function isPlainClick(event) {
  return event.button === 0 && !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey);
}

async function open(link) {
  openerId = link.id;
  let response;
  try {
    response = await fetch(link.href, { headers: { "HX-Request": "true" } });
  } catch {
    response = null;
  }
  if (!response?.ok || response.redirected) {
    window.location.assign(link.href); // signed out, gone or offline: the page itself says so
    return;
  }
  body.innerHTML = await response.text();
  dialog.showModal();
  body.querySelector("input:not([type=hidden])")?.focus();
}

function close() {
  const goOn = dialog.dispatchEvent(
    new CustomEvent("dialog:closing", { bubbles: true, cancelable: true }),
  );
  if (goOn) dialog.close();
}
