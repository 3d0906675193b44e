// What the dialog, the tray and the form share on a page: the words, the API and the one sender.

import { announce } from "../live/announcing.js";
import { uploadApi } from "./api.js";
import { createSender } from "./sender.js";
import { createTray } from "./tray.js";
import { wording } from "./wording.js";

let made = null;

/**
 * Resolve to {config, words, api, sender, tray, clone, icon, announce}. `source` is the dialog's
 * content where it is open, `address` where else to fetch it. Made once; a fetch that fails is
 * tried by the next call.
 */
export function workspace(source, address) {
  made ??= make(source ?? fetched(address)).catch((error) => {
    made = null;
    throw error;
  });
  return made;
}

async function fetched(address) {
  const response = await fetch(address, { headers: { "HX-Request": "true" } });
  if (!response.ok || response.redirected) throw new Error(`${response.status}`);
  return new DOMParser().parseFromString(await response.text(), "text/html");
}

async function make(source) {
  const root = await source;
  const config = JSON.parse(root.querySelector("#uploader-config").textContent);
  const templates = new Map();
  for (const template of root.querySelectorAll("template[data-template]")) {
    templates.set(template.dataset.template, document.importNode(template, true));
  }
  const shared = {
    config,
    words: wording(config),
    api: uploadApi({ base: config.api, csrfToken: config.csrfToken }),
    clone: (name) => templates.get(name).content.firstElementChild.cloneNode(true),
    icon: (name) => icon(config.icons, name),
    announce,
  };
  shared.sender = createSender({
    api: shared.api,
    loadUppy: () => import(config.uppy),
    onChange: (item, what) => shared.tray.show(item, what),
  });
  shared.tray = createTray(shared);
  window.addEventListener("beforeunload", (event) => {
    if (shared.tray.isBusy()) event.preventDefault();
  });
  return shared;
}

function icon(sprite, name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `${sprite}#${name}`);
  svg.append(use);
  return svg;
}
