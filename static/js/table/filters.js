// The search and the filters beside the table that they narrow: busy while it is fetched, said
// when it came, a sentence and a way on when it did not.
// Hooks: #filters, #results, #count, [data-aloud], [data-table-error].

import { announce } from "../live/announcing.js";
import { fieldsOf } from "./address.js";
import { tick, ticked } from "./selection.js";

const get = (id) => document.getElementById(id);
const isResults = (event) => event.detail.target?.id === "results";
let kept = [];

document.addEventListener("htmx:beforeRequest", (event) => {
  if (isResults(event)) get("results").setAttribute("aria-busy", "true");
});

document.addEventListener("htmx:beforeSwap", (event) => {
  if (isResults(event)) kept = ticked();
});

document.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.elt.id !== "results") return;
  showError(null);
  tick(kept);
  fill(get("filters"));
  announce(get("count").textContent, document.querySelector("[data-aloud]"));
  // What had the focus may be gone, as a filter that was taken away.
  if (document.activeElement === document.body) get("count").focus({ preventScroll: true });
});

for (const name of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(name, (event) => {
    if (isResults(event)) showError(event.detail.pathInfo.finalRequestPath);
  });
}

function showError(wanted) {
  const box = document.querySelector("[data-table-error]");
  box.hidden = wanted === null;
  get("results").removeAttribute("aria-busy");
  if (wanted !== null) box.querySelector("a").href = wanted;
}

function fill(form) {
  const fields = [...form.elements].filter((each) => each.name);
  const names = fields.map((each) => each.name);
  const values = fieldsOf(window.location.search, form.dataset.usual, names);
  for (const each of fields) {
    if (each === document.activeElement) continue; // somebody writes in it
    each.value = values[each.name];
  }
}
