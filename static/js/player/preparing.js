// A recording that no browser plays: how far the copy is that they do, until it is there.

import { fetchSources } from "./sources.js";

const EVERY_MS = 3000;

/** Return whether the copy is still moving, so that it is worth asking again. */
export function isMoving(preparing) {
  return Boolean(preparing) && preparing.status !== "failed";
}

/**
 * Show how `sources.preparing` stands in `root` and follow it; `done(sources)` is called once
 * there is something to play.
 */
export function followPreparing(root, address, sources, done) {
  const place = root.querySelector("[data-preparing]");
  show(place, sources.preparing);
  if (!isMoving(sources.preparing)) return;
  const ask = async () => {
    if (!root.isConnected) return undefined; // the page has another player by now
    if (document.hidden) return again();
    const now = await fetchSources(address).catch(() => null);
    if (!now) return again(); // the network or the bucket is away: it will come back
    if (!now.url) return followPreparing(root, address, now, done);
    place.hidden = true;
    return done(now);
  };
  const again = () => setTimeout(ask, EVERY_MS);
  again();
}

function show(place, preparing) {
  const hasFailed = preparing.status === "failed";
  place.hidden = false;
  place.dataset.status = preparing.status;
  const detail = place.querySelector("[data-preparing-detail]");
  if (detail.textContent !== preparing.detail) detail.textContent = preparing.detail;
  for (const mark of place.querySelectorAll("[data-preparing-mark]")) {
    mark.hidden = Boolean(mark.dataset.preparingMark) !== hasFailed;
  }
  place.querySelector("[data-preparing-progress]").hidden = hasFailed;
  place.querySelector("progress").value = preparing.progress_percent;
  const percent = place.querySelector("[data-preparing-percent]");
  percent.textContent = `${preparing.progress_percent} %`;
  place.querySelector("[data-preparing-retry]").hidden = !preparing.can_retry;
}
