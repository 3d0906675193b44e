// Links marked [data-dialog-open] open in the page's one dialog instead of leading to a page.
// Without JavaScript they lead to the page. "dialog:opened" is told where it has its content.

const dialog = document.querySelector("[data-dialog]");
const body = dialog.querySelector("[data-dialog-body]");
let openerId = "";

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-dialog-open]");
  if (link && isPlainClick(event)) {
    event.preventDefault();
    openDialog(link.href, link.id);
  } else if (event.target.closest("[data-dialog-close]") && dialog.open) {
    event.preventDefault();
    dialog.close();
  }
});

dialog.addEventListener("close", () => {
  body.replaceChildren();
  // The row may have been renewed meanwhile: its new link has the same id.
  document.getElementById(openerId)?.focus();
});

function isPlainClick(event) {
  return event.button === 0 && !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey);
}

/**
 * Show what the server answers at `href` in the dialog; the focus returns to the element with the
 * id `opener`. Where it answers nothing to show, the page itself is opened.
 */
export async function openDialog(href, opener) {
  let response;
  try {
    response = await fetch(href, { headers: { "HX-Request": "true" } });
  } catch {
    response = null;
  }
  if (!response?.ok || response.redirected) {
    window.location.assign(href); // signed out, gone or offline: the page itself says so
    return;
  }
  openerId = opener;
  show(await response.text());
}

// Other modules have something to ask: {html, openerId}, the id of what the focus returns to.
document.addEventListener("dialog:show", ({ detail }) => {
  openerId = detail.openerId;
  show(detail.html);
});

function show(html) {
  body.innerHTML = html;
  window.htmx?.process(body);
  if (!dialog.open) dialog.showModal();
  body.querySelector("input:not([type=hidden])")?.focus();
  body.dispatchEvent(new CustomEvent("dialog:opened", { bubbles: true }));
}
