// The player of a session's page. Hooks: [data-player] and the data- attributes inside it.

import { mountChrome } from "./chrome.js";
import { media } from "./clock.js";
import { listenToKeys } from "./keyboard.js";
import { drawMarks } from "./marks.js";
import { followPreparing } from "./preparing.js";
import { rememberPosition } from "./remembering.js";
import { keepValid } from "./renewal.js";
import { fetchSources, Refused } from "./sources.js";
import { rememberSpeed } from "./speed.js";
import { drawWaveform } from "./waveform.js";

// Without a network, or while the bucket is away.
const AGAIN_MS = 5000;

async function start(root) {
  if (!root.isConnected) return; // the page has another player by now
  root.dataset.player = "started";
  const address = root.dataset.media;
  let sources;
  try {
    sources = await fetchSources(address);
  } catch (error) {
    media().hidden = Boolean(error.isFinal);
    showProblem(root, error);
    if (!error.isFinal) setTimeout(start, AGAIN_MS, root);
    return;
  }
  root.querySelector("[data-problem]").hidden = true;
  if (sources.url) await play(root, address, sources);
  else {
    media().hidden = true;
    followPreparing(root, address, sources, (ready) => play(root, address, ready));
  }
}

async function play(root, address, sources) {
  const element = elementFor(root, sources.kind);
  element.preload = "metadata";
  if (sources.poster_url) element.poster = sources.poster_url;
  if (sources.thumbnails_url) element.append(thumbnailTrack(sources.thumbnails_url));
  element.src = sources.url;
  const current = () => root.querySelector("video, audio");
  const tell = () => root.dispatchEvent(new CustomEvent("player:media", { bubbles: true }));
  keepValid({
    address,
    first: sources,
    current,
    renewed: tell,
    failed: (error) => showProblem(root, error),
  });
  rememberPosition(root);
  const hasControls = await mountChrome(root, sources.kind).then(
    () => true,
    () => false, // the browser's own controls stay
  );
  if (hasControls) {
    rememberSpeed(root);
    listenToKeys(root);
    drawMarks(root);
    drawWaveform(root, sources.waveform_url);
  }
  tell();
}

/** The page was written before the codecs were known: a sound in a video's box becomes a sound. */
function elementFor(root, kind) {
  const element = media();
  element.hidden = false;
  root.dataset.kind = kind;
  if (element.localName === kind) return element;
  const other = document.createElement(kind);
  other.controls = true;
  other.className = element.className;
  element.replaceWith(other);
  return other;
}

function thumbnailTrack(address) {
  const track = document.createElement("track");
  // The names under which Media Chrome looks for them.
  Object.assign(track, { kind: "metadata", label: "thumbnails", default: true, src: address });
  return track;
}

function showProblem(root, error) {
  const place = root.querySelector("[data-problem]");
  place.querySelector("[data-problem-sentence]").textContent = sentenceOf(error, place.dataset);
  place.hidden = false;
}

/** What the server says in its own words, and what this page has to say of the rest. */
function sentenceOf(error, { signedOut, newer, offline, unplayable }) {
  if (error instanceof TypeError) return offline;
  if (!(error instanceof Refused)) return unplayable;
  return { signed_out: signedOut, newer }[error.code] ?? (error.message || offline);
}

function startAll() {
  document.querySelectorAll('[data-player=""]').forEach(start);
}

startAll();
document.addEventListener("htmx:load", startAll);
