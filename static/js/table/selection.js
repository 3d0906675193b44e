// Ticked rows: Shift takes a range along, the heading takes the page, a new page of the table
// keeps the ticks of rows that it still shows.
// Hooks: input[name=id] in rows, [data-select-page], [data-select-none], [data-select-all],
// [data-chosen] with its sentence.

import { between } from "./ranges.js";

const ticks = () => [...document.querySelectorAll("#results input[name=id]")];
const one = (selector) => document.querySelector(selector);
let last = "";
let withShift = false;

document.addEventListener("click", (event) => {
  withShift = event.shiftKey;
  if (event.target.closest("[data-select-none]")) {
    tick([]);
    one("[data-select-page]").focus();
  }
});

document.addEventListener("change", ({ target }) => {
  if (target.matches("[data-select-page]")) {
    tick(target.checked ? ticks().map((each) => each.value) : []);
  } else if (target.matches("#results input[name=id]")) {
    if (withShift && last) takeAlong(target);
    last = target.value;
    show();
  } else if (target.matches("[data-select-all]")) {
    show();
  }
});

/** Return the ids of the rows that are ticked. */
export function ticked() {
  return ticks().flatMap((each) => (each.checked ? [each.value] : []));
}

/** Tick exactly the rows of these ids, as far as the page has them. */
export function tick(ids) {
  for (const each of ticks()) each.checked = ids.includes(each.value);
  const all = one("[data-select-all]");
  if (all) all.checked = false;
  show();
}

function takeAlong(target) {
  const range = between(ticks().map((each) => each.value), last, target.value);
  for (const each of ticks()) if (range.includes(each.value)) each.checked = target.checked;
}

function show() {
  const page = one("[data-select-page]");
  if (!page) return;
  const number = ticked().length;
  page.checked = number > 0 && number === ticks().length;
  page.indeterminate = number > 0 && !page.checked;
  const all = one("[data-select-all]");
  const chosen = one("[data-chosen]");
  const count = all?.checked ? Number(all.dataset.selectAll) : number;
  chosen.textContent = number
    ? chosen.dataset.chosen.replace("{n}", count.toLocaleString(document.documentElement.lang))
    : "";
}
