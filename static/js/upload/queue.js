// The files of one page on their way: who is sent now, who waits, what may be done with each.

/** What a person may do with a file in each state, and what happens to it by itself. */
const MOVES = {
  waiting: { start: "sending", pause: "paused", cancel: "cancelled", fail: "failed" },
  sending: {
    finish: "finishing",
    pause: "paused",
    cancel: "cancelled",
    fail: "failed",
    done: "done",
  },
  finishing: { done: "done", fail: "failed", again: "sending" },
  paused: { resume: "waiting", cancel: "cancelled" },
  failed: { retry: "waiting", cancel: "cancelled" },
  done: {},
  cancelled: {},
};

/** Return the state after `act`, or null when that cannot be done in `state`. */
export function after(state, act) {
  return MOVES[state]?.[act] ?? null;
}

/** Return whether a file keeps the page from being left. */
export function isUnderWay(item) {
  return ["waiting", "sending", "finishing"].includes(item.state);
}

/**
 * Return the waiting files that may start now, in the order they came, so that at most `atOnce`
 * are sent together.
 */
export function toStart(items, atOnce) {
  const busy = items.filter((item) => ["sending", "finishing"].includes(item.state)).length;
  return items.filter((item) => item.state === "waiting").slice(0, Math.max(0, atOnce - busy));
}

/**
 * Return what is shown of all files together: {count, done, failed, underWay, paused, bytesDone,
 * bytesTotal}. Bytes are those of files that have not failed.
 */
export function totals(items) {
  const live = items.filter((item) => !["failed", "cancelled"].includes(item.state));
  const inState = (state) => items.filter((item) => item.state === state).length;
  return {
    count: items.length,
    done: inState("done"),
    failed: inState("failed"),
    paused: inState("paused"),
    underWay: items.filter(isUnderWay).length,
    bytesDone: live.reduce((sum, item) => sum + item.bytesDone, 0),
    bytesTotal: live.reduce((sum, item) => sum + item.size, 0),
  };
}

/** Return whether two descriptions, {name, size, modified}, are of the same file. */
export function isSameFile(one, other) {
  return (
    one.name === other.name &&
    one.size === other.size &&
    // File systems keep seconds, some of them two; a time that is not known speaks for nothing.
    (!one.modified || !other.modified || Math.abs(one.modified - other.modified) <= 2000)
  );
}
