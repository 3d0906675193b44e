// Asks again while something moves: not in a hidden window, not without a network, and slower when
// the server cannot answer.

import { pauseBefore } from "./rhythm.js";

/**
 * Return a function to call whenever something may have begun to move. `isMoving` tells whether
 * there is anything to ask for, `ask` asks and rejects with TypeError when there is no network,
 * `onConnection` is told true or false as the network comes and goes.
 */
export function startPolling({ isMoving, ask, onConnection }) {
  let timer = 0;
  let failures = 0;
  let asking = false;

  function wake() {
    clearTimeout(timer);
    if (asking) return;
    const visible = !document.hidden;
    const online = navigator.onLine;
    const wait = pauseBefore({ moving: isMoving(), visible, online, failures });
    if (wait !== null) timer = setTimeout(turn, wait);
  }

  async function turn() {
    clearTimeout(timer);
    if (asking || document.hidden || !isMoving()) return;
    asking = true;
    try {
      await ask();
      failures = 0;
      onConnection(true);
    } catch (error) {
      failures += 1;
      if (error instanceof TypeError) onConnection(false);
    }
    asking = false;
    wake();
  }

  window.addEventListener("offline", () => {
    clearTimeout(timer);
    onConnection(false);
  });
  window.addEventListener("online", () => {
    failures = 0;
    onConnection(true);
    turn();
  });
  document.addEventListener("visibilitychange", turn);
  if (!navigator.onLine) onConnection(false);
  wake();
  return wake;
}
