// Marks on the time line where the page names moments: [data-moment] holds the second.

import { media, seekTo } from "./clock.js";

/** Return where on a line each moment lies, from 0 to 1; moments outside of it are left out. */
export function sharesOf(moments, duration) {
  return moments
    .filter((moment) => moment >= 0 && moment <= duration)
    .map((moment) => moment / duration);
}

/** Draw the marks on the time line of `root`, and keep them as the page's moments change. */
export function drawMarks(root) {
  const place = root.querySelector("[data-player-marks]");
  const draw = () => {
    const { duration } = media() ?? {};
    if (!Number.isFinite(duration)) return;
    const moments = [...document.querySelectorAll("[data-moment]")].map((each) =>
      Number(each.dataset.moment),
    );
    place.replaceChildren(...sharesOf(moments, duration).map((share) => mark(share, duration)));
  };
  document.addEventListener("durationchange", draw, true);
  const watched = document.querySelector("[data-moments]");
  if (watched) {
    const options = { childList: true, subtree: true, attributeFilter: ["data-moment"] };
    new MutationObserver(draw).observe(watched, options);
  }
  draw();
}

function mark(share, duration) {
  const line = document.createElement("span"); // the list is what a keyboard and a reader use
  line.style.insetInlineStart = `${share * 100}%`;
  line.addEventListener("click", () => seekTo(share * duration));
  return line;
}
