// The shape of a sound over time, drawn from peaks that the worker has made; a click jumps.
// The time range below is its equal for keyboards and readers.

import { media, onTime, seekTo } from "./clock.js";

const BAR_PIXELS = 3;
const GAP_PIXELS = 1;

/** Return `count` heights from 0 to 1: each the loudest of the peaks that fall into its place. */
export function barsOf(peaks, count) {
  return Array.from({ length: count }, (_, bar) => {
    const first = Math.floor((bar * peaks.length) / count);
    const behind = Math.max(Math.floor(((bar + 1) * peaks.length) / count), first + 1);
    return Math.max(0, ...peaks.slice(first, behind));
  });
}

/** Draw the peaks behind `url` into the waveform of `root`; without them its place stays away. */
export async function drawWaveform(root, url) {
  const place = root.querySelector("[data-player-waveform]");
  const canvas = place?.querySelector("canvas");
  if (!canvas || !url) return;
  const answer = await fetch(url).catch(() => null);
  if (!answer?.ok) return;
  const { peaks } = await answer.json();
  place.hidden = false;
  const draw = () => paint(canvas, peaks);
  onTime(draw);
  new ResizeObserver(draw).observe(place);
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    jump(canvas, event);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (canvas.hasPointerCapture(event.pointerId)) jump(canvas, event);
  });
}

function jump(canvas, event) {
  const box = canvas.getBoundingClientRect();
  const share = Math.min(Math.max((event.clientX - box.left) / box.width, 0), 1);
  seekTo(share * (media()?.duration || 0));
}

function paint(canvas, peaks) {
  const { clientWidth: width, clientHeight: height } = canvas;
  const scale = window.devicePixelRatio;
  canvas.width = width * scale;
  canvas.height = height * scale;
  const pen = canvas.getContext("2d");
  pen.scale(scale, scale);
  const colours = getComputedStyle(canvas);
  const { currentTime = 0, duration = 0 } = media() ?? {};
  const bars = barsOf(peaks, Math.floor(width / (BAR_PIXELS + GAP_PIXELS)));
  bars.forEach((bar, index) => {
    const isPlayed = duration > 0 && index / bars.length < currentTime / duration;
    const tall = Math.max(bar * height, 2);
    pen.fillStyle = colours.getPropertyValue(isPlayed ? "--accent" : "--line-strong");
    pen.fillRect(index * (BAR_PIXELS + GAP_PIXELS), (height - tall) / 2, BAR_PIXELS, tall);
  });
}
