// The tray: every file on its way, on the page whether the dialog is open or not.

import { itemView, problemOf } from "./item-view.js";
import { isUnderWay, totals } from "./queue.js";
import { percent, secondsLeft, speedometer } from "./speed.js";

const DRAW_MS = 250;
// Where the list would cover the page, it is opened by whoever wants it.
const SMALL = "(max-width: 40rem)";

/** Return {show(item, what), addUnfinished(element), isBusy()} of the page's tray. */
export function createTray(shared) {
  const { words, clone } = shared;
  const element = clone("tray");
  const part = (name) => element.querySelector(`[data-${name}]`);
  const list = element.querySelector("#tray-list");
  const views = new Map();
  const meter = speedometer();
  let timer = null;
  let wasUnderWay = 0;
  let isFoldedByHand = false;
  document.body.append(element);
  // The rest of the page keeps out of its way: what sticks to the bottom, and what has the focus.
  new ResizeObserver(() => {
    document.documentElement.style.setProperty("--tray-height", `${element.offsetHeight}px`);
  }).observe(element);

  const sender = () => shared.sender;

  function show(item, what) {
    if (what === "added") {
      if (!isFoldedByHand) fold(window.matchMedia(SMALL).matches);
      const view = itemView(item, shared, (act) => sender()[act](item));
      views.set(item, view);
      const left = list.querySelector(`[data-unfinished="${item.upload?.upload_id}"]`);
      if (left) left.replaceWith(view.element);
      else list.append(view.element);
    } else if (what === "removed") {
      remove(item);
    } else if (["done", "failed"].includes(what)) {
      const problem = problemOf(item, words);
      shared.announce(words.say(`said.${what}`, { name: item.name, problem }));
    } else if (what === "cancelled") {
      shared.announce(words.say("said.cancelled", { name: item.name }));
    }
    if (["opened", "done", "failed", "gone"].includes(what) && item.session.id) {
      tellPage(item, what === "opened");
    }
    if (!["progress", "cancelled"].includes(what)) views.get(item)?.update();
    timer ??= setTimeout(draw, what === "progress" ? DRAW_MS : 0);
  }

  function remove(item) {
    const view = views.get(item);
    const had = view.element.contains(document.activeElement);
    view.element.remove();
    views.delete(item);
    if (had) part("tray-summary").parentElement.querySelector("h2").focus();
  }

  function draw() {
    timer = null;
    for (const view of views.values()) view.update();
    const { items } = sender();
    const sum = totals(items);
    element.hidden = !list.children.length;
    document.body.classList.toggle("has-tray", !element.hidden);
    const isSending = items.some((item) => item.state === "sending" && !item.trouble);
    if (isSending) meter.add(sum.bytesDone, performance.now() / 1000);
    else meter.pause();
    part("tray-summary").textContent = summary(sum, meter.rate());
    part("tray-progress").hidden = !sum.underWay;
    part("tray-progress").value = percent(sum.bytesDone, sum.bytesTotal);
    showTools(items, sum);
    if (wasUnderWay > 1 && !sum.underWay && sum.done) {
      shared.announce(words.counted("said.allDone", sum.done));
    }
    wasUnderWay = sum.underWay ? Math.max(wasUnderWay, sum.underWay) : 0;
  }

  function summary(sum, rate) {
    const parts = [];
    const unfinished = list.querySelectorAll("[data-unfinished]").length;
    const counts = { sending: sum.underWay, paused: sum.paused, failed: sum.failed, unfinished };
    if (!sum.underWay) counts.done = sum.done;
    for (const [name, count] of Object.entries(counts)) {
      if (count) parts.push(words.counted(`summary.${name}`, count));
    }
    const left = sum.underWay && rate ? secondsLeft(sum.bytesTotal - sum.bytesDone, rate) : null;
    if (left) {
      parts.push(words.say("perSecond", { size: words.size(rate) }));
      parts.push(words.say("timeLeft", { time: words.duration(left) }));
    }
    return parts.join(" · ");
  }

  function showTools(items, sum) {
    const failed = items.filter((item) => item.problem?.canRetry && item.state === "failed");
    const visible = {
      pause: items.some((item) => ["waiting", "sending"].includes(item.state)),
      resume: sum.paused > 0,
      retry: failed.length > 1,
      cancel: sum.underWay + sum.paused > 1,
      clear: !sum.underWay && sum.done > 0,
    };
    for (const [name, isVisible] of Object.entries(visible)) {
      const button = part(`all=${name}`);
      if (!isVisible && button === document.activeElement) element.querySelector("h2").focus();
      button.hidden = !isVisible;
    }
  }

  function actOnAll(name) {
    const { items, ...acts } = sender();
    if (name === "cancel") {
      ask(true);
      return;
    }
    for (const item of [...items]) {
      if (name === "clear") acts.remove(item);
      else if (name !== "retry" || item.problem?.canRetry) acts[name](item);
    }
  }

  function ask(isAsked) {
    part("sure").hidden = !isAsked;
    if (isAsked) part("sure-no").focus();
    else element.querySelector("h2").focus();
  }

  element.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.dataset.all) actOnAll(button.dataset.all);
    if ("sureNo" in button.dataset) ask(false);
    if ("sureYes" in button.dataset) {
      for (const item of [...sender().items]) {
        if (item.state !== "done" && item.state !== "failed") sender().cancel(item);
      }
      ask(false);
    }
    if ("fold" in button.dataset) {
      isFoldedByHand = true;
      fold(!list.hidden);
    }
  });

  function fold(isFolded) {
    list.hidden = isFolded;
    element.classList.toggle("folded", isFolded);
    part("fold").setAttribute("aria-expanded", String(!isFolded));
  }

  // What merely waits for somebody says so in one line.
  fold(true);

  return {
    show,
    /** Show an upload that is not under way here; `element` marked [data-unfinished]. */
    addUnfinished(unfinished) {
      list.append(unfinished);
      draw();
    },
    redraw: draw,
    isBusy: () => sender().items.some(isUnderWay),
  };
}

function tellPage(item, isUnderWay) {
  const detail = { sessions: [item.session.id], isUnderWay };
  document.dispatchEvent(new CustomEvent("recordings:changed", { detail }));
}
