// The player of a session's page. Hooks: [data-player] and the data- attributes inside it.

import { mountChrome } from "./chrome.js";
import { media } from "./clock.js";
import { listenToKeys } from "./keyboard.js";
import { drawMarks } from "./marks.js";
import { followPreparing } from "./preparing.js";
import { rememberPosition } from "./remembering.js";
import { keepValid } from "./renewal.js";
import { fetchSources } from "./sources.js";
import { rememberSpeed } from "./speed.js";
import { drawWaveform } from "./waveform.js";

async function start(root) {
  root.dataset.player = "started";
  const address = root.dataset.media;
  let sources;
  try {
    sources = await fetchSources(address);
  } catch (error) {
    showProblem(root, error);
    return;
  }
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
    lifetime: sources.expires_in,
    current,
    renewed: tell,
    failed: (error) => showProblem(root, error),
  });
  await mountChrome(root, sources.kind);
  rememberSpeed(root);
  rememberPosition(root);
  listenToKeys(root);
  drawMarks(root);
  drawWaveform(root, sources.waveform_url);
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
  const sentence = error?.code === "signed_out" ? place.dataset.signedOut : error?.message;
  const isSentence = error?.name === "Error" && sentence; // of the server, not of the browser
  const told = place.querySelector("[data-problem-sentence]");
  told.textContent = isSentence ? sentence : place.dataset.unplayable;
  place.hidden = false;
}

function startAll() {
  document.querySelectorAll('[data-player=""]').forEach(start);
}

startAll();
document.addEventListener("htmx:load", startAll);
