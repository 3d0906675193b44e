// Rows of the table as the server has them now, renewed cell by cell: what has not changed stays,
// with its tick, its focus and what is open in it.
// Hooks: [data-live-url] is where to ask; tr#session-<id> with data-state, data-title, data-moving;
// [data-sync] names the run; [data-aloud] is heard and not seen.

import { announce } from "../live/announcing.js";

const place = () => document.querySelector("[data-live-url]");
const rowOf = (id) => document.getElementById(`session-${id}`);

/**
 * Show the rows of these sessions anew by one request, with `sync` the last sync as well; `quiet`
 * where their news is told otherwise. Rejects with TypeError when there is no network, with Error
 * when the server cannot answer.
 */
export async function refreshRows(sessionIds, { sync = false, quiet = false } = {}) {
  const ids = sessionIds.filter(rowOf);
  if (!ids.length && !sync) return;
  const names = ids.map((id) => id.replaceAll("-", "")).join(",");
  const response = await fetch(`${place().dataset.liveUrl}?rows=${names}${sync ? "&sync" : ""}`, {
    redirect: "manual",
  });
  if (response.type === "opaqueredirect" || response.status === 403) {
    window.location.reload(); // signed out: the page itself says so
    return;
  }
  if (!response.ok) throw new Error(`${response.status}`);
  const answer = new DOMParser().parseFromString(await response.text(), "text/html");
  const said = ids.map((id) => renew(rowOf(id), answer.getElementById(`session-${id}`)));
  if (sync) said.push(renewSync(answer.querySelector("[data-sync]")));
  const news = said.filter(Boolean);
  // The rows show it to everyone who sees them.
  if (news.length && !quiet) announce(news.join(" · "), document.querySelector("[data-aloud]"));
}

/** Renew what moves, if anything: the one request of a turn. */
export function refreshMoving() {
  const ids = [...document.querySelectorAll("tr[data-moving]")].map((row) => idOf(row));
  return refreshRows(ids, { sync: isSyncMoving() });
}

/** Return whether a row or the sync is about to change by itself. */
export function isAnythingMoving() {
  return Boolean(document.querySelector("tr[data-moving]")) || isSyncMoving();
}

function isSyncMoving() {
  return Boolean(place()?.querySelector("[data-moving]"));
}

function idOf(row) {
  return row.id.slice("session-".length);
}

function renew(row, fresh) {
  if (!row) return ""; // another page of the table meanwhile
  if (!fresh) {
    delete row.dataset.moving; // gone: there is nothing to wait for
    return "";
  }
  const before = row.dataset.state;
  for (const name of ["state", "title", "moving"]) {
    if (name in fresh.dataset) row.dataset[name] = fresh.dataset[name];
    else delete row.dataset[name];
  }
  const cells = [...row.cells];
  [...fresh.cells].forEach((cell, number) => {
    if (!cell.isEqualNode(cells[number])) replace(cells[number], cell, `open-${idOf(row)}`);
  });
  const after = row.dataset.state;
  const isNews = before && before !== after && !("quiet" in row.dataset);
  return isNews ? `${row.dataset.title}: ${after}` : "";
}

function renewSync(fresh) {
  const old = place().querySelector("[data-sync]");
  const before = old?.dataset.state;
  if (fresh && (!old || !old.isEqualNode(fresh))) place().replaceChildren(fresh);
  if (!fresh || isSameSync(old, fresh)) return "";
  if (!("moving" in fresh.dataset)) place().dispatchEvent(new CustomEvent("sync:ended", { bubbles: true }));
  const isNews = before && before !== fresh.dataset.state;
  return isNews ? `${fresh.dataset.title}: ${fresh.dataset.state}` : "";
}

/** A run may be through before it was ever seen to move: it is another one all the same. */
function isSameSync(old, fresh) {
  return old?.dataset.sync === fresh.dataset.sync && old.dataset.state === fresh.dataset.state;
}

function replace(old, fresh, otherwise) {
  const focused = old.contains(document.activeElement) ? document.activeElement.id : null;
  const open = [...old.querySelectorAll("details[open][id]")].map((each) => each.id);
  old.replaceWith(fresh);
  for (const id of open) document.getElementById(id)?.setAttribute("open", "");
  if (focused !== null) {
    (document.getElementById(focused) ?? document.getElementById(otherwise))?.focus();
  }
}
