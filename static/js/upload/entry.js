// The little that a page loads at once: files dropped on it, the dialog, what was left unfinished.
// The uploader itself is fetched when it is first used.
// Hooks: [data-drop-overlay] of pages/uploading/_entry.html; a row is tr#session-<id> with the
// link #upload-<id>; [data-add-recordings] is the dialog's content.

import { openDialog } from "../dialog/remote-dialog.js";
import { announce } from "../live/announcing.js";
import { followTabs } from "./tabs.js";

const overlay = document.querySelector("[data-drop-overlay]");
let row = null;
let dropped = null;

const carriesFiles = (event) => event.dataTransfer?.types.includes("Files");

document.addEventListener("dragover", (event) => {
  if (!carriesFiles(event)) return;
  event.preventDefault();
  const dialog = event.target.closest?.("dialog");
  const isTaken = !dialog || dialog.querySelector("[data-drop-zone]");
  event.dataTransfer.dropEffect = isTaken ? "copy" : "none";
  if (!dialog) show(rowFor(event));
});

document.addEventListener("dragleave", (event) => {
  if (!event.relatedTarget) hide();
});

document.addEventListener("drop", async (event) => {
  if (!carriesFiles(event)) return;
  event.preventDefault();
  const target = rowFor(event);
  hide();
  const { items, files } = event.dataTransfer;
  // Both are empty once the event is over.
  const what = { files: [...files], entries: [...items].map((item) => item.webkitGetAsEntry?.()) };
  const root = event.target.closest?.("dialog")?.querySelector("[data-add-recordings]");
  if (root) {
    root.dispatchEvent(new CustomEvent("files:dropped", { detail: what }));
    return;
  }
  dropped = what;
  const link = target?.querySelector("a[id^=upload-]");
  const { addUrl, sessionUrl } = overlay.dataset;
  const preset = link?.href ?? (isOne(what) ? sessionUrl : null);
  await openDialog(preset ?? addUrl, link?.id ?? "");
});

document.addEventListener("dialog:opened", async (event) => {
  const root = event.target.querySelector("[data-add-recordings]");
  if (!root) return;
  followTabs(root.querySelector("[role=tablist]"));
  const what = dropped;
  dropped = null;
  await begin(root, what);
});

/** Where the uploader cannot be fetched the dialog says so, and the next click in it tries again. */
async function begin(root, what) {
  const said = root.querySelector("[data-choices-said]");
  const panel = await import("./panel.js").catch(() => null);
  if (!root.isConnected) return; // closed meanwhile
  said.textContent = panel ? "" : overlay.dataset.notLoaded;
  if (panel) await panel.startPanel(root, overlay.dataset.addUrl, what);
  else root.addEventListener("click", () => begin(root, what), { once: true });
}

// What changed elsewhere on the page, by an upload or a link, is shown in its row.
document.addEventListener("recordings:changed", async ({ detail }) => {
  if (!document.querySelector("[data-live-url]")) return;
  const rows = detail.sessions.map((id) => document.getElementById(`session-${id}`));
  // Who changed it says so: the row need not.
  for (const each of rows) each?.setAttribute("data-quiet", "");
  const { refreshRows } = await import("../table/rows.js");
  await refreshRows(detail.sessions).catch(() => {}); // offline: the table says so
  document.dispatchEvent(new CustomEvent("rows:changed"));
  if (detail.isUnderWay) return;
  for (const each of rows) each?.removeAttribute("data-quiet");
});

if (document.querySelector("[data-upload-form]")) {
  import("./page-form.js")
    .then(({ followForm }) => followForm(overlay.dataset))
    .catch(() => {}); // the form works without it
}
if ("unfinished" in overlay.dataset) {
  showUnfinished().catch(() => {
    announce(overlay.dataset.notLoaded);
    tryAtNextClick();
  });
}

async function showUnfinished() {
  const unfinished = await import("./unfinished.js");
  await unfinished.showUnfinished(overlay.dataset.addUrl);
}

/** It was said once: clicks that are about something else are not to say it again. */
function tryAtNextClick() {
  const again = () => showUnfinished().catch(tryAtNextClick);
  document.addEventListener("click", again, { once: true });
}

function isOne({ files }) {
  return files.length === 1;
}

/** One file goes to the row it is held over; many are matched, wherever they are let go. */
function rowFor(event) {
  return event.dataTransfer.items.length === 1 ? event.target.closest?.("tr[id^=session-]") : null;
}

function show(target) {
  if (row !== target) {
    row?.classList.remove("drop-here");
    target?.classList.add("drop-here");
    row = target;
  }
  overlay.hidden = false;
  overlay.classList.toggle("on-row", Boolean(row));
  overlay.querySelector("[data-drop-row]").hidden = !row;
  overlay.querySelector("[data-drop-anywhere]").hidden = Boolean(row);
}

function hide() {
  row?.classList.remove("drop-here");
  row = null;
  overlay.hidden = true;
}
