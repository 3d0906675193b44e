// One file in the tray: its name, session, state, progress, and what can be done with it.

import { percent, secondsLeft } from "./speed.js";

const LOOKS = {
  waiting: ["waiting", "quiet"],
  sending: ["moving", "busy"],
  finishing: ["moving", "busy"],
  trouble: ["offline", "busy"],
  paused: ["pause", "quiet"],
  failed: ["warning", "bad"],
  done: ["check", "good"],
};
const TOOLS = {
  waiting: ["pause", "cancel"],
  sending: ["pause", "cancel"],
  finishing: [],
  paused: ["resume", "cancel"],
  failed: ["retry", "cancel"],
  done: ["remove"],
};
const ICONS = { pause: "pause", resume: "play", retry: "retry", cancel: "close", remove: "close" };

/** Return {element, update()} of an item of the sender; `act(name)` is what its buttons do. */
export function itemView(item, { words, clone, icon, config }, act) {
  const element = clone("item");
  const part = (name) => element.querySelector(`[data-${name}]`);
  part("name").textContent = item.name;
  part("progress").setAttribute("aria-label", item.name);
  part("tools").addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button) act(button.dataset.act);
  });
  let drawn = "";

  function update() {
    const shown = item.trouble && item.state !== "paused" ? "trouble" : item.state;
    const look = `${shown} ${item.session.id} ${item.problem?.canRetry}`;
    if (look !== drawn) draw(shown);
    drawn = look;
    const share = percent(item.bytesDone, item.size);
    part("progress").value = share;
    part("progress").hidden = ["done", "failed"].includes(item.state);
    part("detail").textContent = detail(share);
  }

  function draw(shown) {
    const [symbol, tone] = LOOKS[shown];
    part("state").className = `state ${tone}`;
    part("state").replaceChildren(icon(symbol), words.say(`states.${shown}`));
    const link = part("session-link");
    link.textContent = item.session.title;
    if (item.session.id) link.href = `${config.sessions}${item.session.id}`;
    part("problem").hidden = item.state !== "failed";
    part("problem").textContent = problemOf(item, words);
    drawTools();
  }

  function drawTools() {
    const had = part("tools").contains(document.activeElement);
    const acts = TOOLS[item.state].filter((name) => name !== "retry" || item.problem?.canRetry);
    part("tools").replaceChildren(
      ...acts.map((name) => {
        const button = document.createElement("button");
        button.type = "button";
        button.className = "tool";
        button.dataset.act = name;
        button.setAttribute("aria-label", words.say(`actions.${name}`, { name: item.name }));
        button.title = button.getAttribute("aria-label");
        button.append(icon(ICONS[name]));
        return button;
      }),
    );
    if (had) (part("tools").querySelector("button") ?? document.querySelector("#tray-title")).focus();
  }

  function detail(share) {
    if (["done", "failed"].includes(item.state)) return words.size(item.size);
    const parts = [
      words.say("progress", {
        percent: words.percent(share),
        done: words.size(item.bytesDone),
        total: words.size(item.size),
      }),
    ];
    const rate = item.state === "sending" && !item.trouble ? item.meter.rate() : null;
    if (rate) parts.push(words.say("perSecond", { size: words.size(rate) }));
    const left = rate && secondsLeft(item.size - item.bytesDone, rate);
    if (left) parts.push(words.say("timeLeft", { time: words.duration(left) }));
    return parts.join(" · ");
  }

  return { element, update };
}

/** Return the sentence that says what is wrong with a file that failed. */
export function problemOf({ problem }, words) {
  if (!problem) return "";
  return problem.detail || words.say(`problems.${words.has(`problems.${problem.code}`) ? problem.code : "unknown"}`);
}
