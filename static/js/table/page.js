// The recordings page: what moves is asked for, what is done is told.
// Hooks: [data-offline] is the banner.

import { startPolling } from "../live/polling.js";
import "./acts.js";
import "./filters.js";
import { isAnythingMoving, refreshMoving } from "./rows.js";

const wake = startPolling({
  isMoving: isAnythingMoving,
  ask: refreshMoving,
  onConnection(online) {
    document.querySelector("[data-offline]").hidden = online;
  },
});

// New rows may move: from a search, from an act, from other modules that use htmx.
for (const name of ["htmx:load", "htmx:historyRestore", "rows:changed"]) {
  document.addEventListener(name, wake);
}

// A sync may have brought recordings to any row.
document.addEventListener("sync:ended", () => {
  if (!document.getElementById("results")) window.location.reload();
  else window.htmx.ajax("GET", window.location.href, { target: "#results", swap: "outerHTML" });
});
