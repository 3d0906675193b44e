// Trying again: with growing pauses, and at once when the network is said to be back. What the
// browser says of the network is a hint and no more, so the next try never depends on it.

import { Refused } from "./api.js";

const FIRST_MS = 500;
const MOST_MS = 30_000;

/** Return the pause in ms before try number `attempt` + 1 (from 0), spread by `random`. */
export function pauseBefore(attempt, random = Math.random) {
  const full = Math.min(MOST_MS, FIRST_MS * 2 ** Math.min(attempt, 16));
  return full / 2 + (random() * full) / 2;
}

/** Return whether asking again can help: no network, the server busy or away, too many requests. */
function canGetBetter(error) {
  if (error instanceof Refused) return error.status === 429 || error.status >= 500;
  return error instanceof TypeError;
}

/** Resolve after `ms` or when the network comes back, reject with AbortError by `signal`. */
export function wait(ms, signal, host = globalThis) {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(aborted());
      return;
    }
    const timer = host.setTimeout(() => end(resolve), ms);
    const onBack = () => end(resolve);
    const onAbort = () => end(() => reject(aborted()));
    function end(how) {
      host.clearTimeout(timer);
      host.removeEventListener?.("online", onBack);
      signal?.removeEventListener("abort", onAbort);
      how();
    }
    host.addEventListener?.("online", onBack);
    signal?.addEventListener("abort", onAbort);
  });
}

/**
 * Return what `act` resolves to, trying until it does or fails with what is not `isPassing`.
 * `onTrouble(isTrouble)` is told when it has to wait and when it goes on.
 */
export async function persist(act, how) {
  const { signal, onTrouble = () => {}, pause = wait, isPassing = canGetBetter } = how;
  for (let attempt = 0; ; attempt += 1) {
    try {
      const answer = await act();
      if (attempt) onTrouble(false);
      return answer;
    } catch (error) {
      if (signal?.aborted || !isPassing(error)) throw error;
      onTrouble(true);
      await pause(Math.max(pauseBefore(attempt), 1000 * (error.retryAfter ?? 0)), signal);
    }
  }
}

function aborted() {
  return new DOMException("The upload was stopped.", "AbortError");
}
