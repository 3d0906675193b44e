// When a signed URL is renewed, and where its successor takes over: numbers in, numbers out.

const MARGIN_SECONDS = 120;
const MARGIN_SHARE = 0.3;
const LEAD_SECONDS = 1;
const LONGEST_RETRY_SECONDS = 60;

/** Return after how many seconds a URL that lives `lifetime` seconds is to be renewed. */
export function renewalDelay(lifetime) {
  return Math.max(lifetime - Math.min(MARGIN_SECONDS, lifetime * MARGIN_SHARE), 0.5);
}

/** Return how many seconds to wait after `failures` renewals in a row have failed. */
export function retryDelay(failures) {
  return Math.min(2 ** failures, LONGEST_RETRY_SECONDS);
}

/**
 * Return the second of the recording at which a prepared element takes over from one that stands
 * at `currentTime`: there when it rests, somewhat later when it plays, for preparing takes a while
 * (longer on each `attempt`, from 0). Null when the recording ends before.
 */
export function meetingPoint({ currentTime, paused, playbackRate, duration }, attempt) {
  if (paused) return currentTime;
  const point = currentTime + LEAD_SECONDS * 2 ** attempt * playbackRate;
  return point < duration ? point : null;
}

/** Return how many milliseconds an element that plays needs to `point`; negative: it has passed. */
export function millisecondsTo(point, { currentTime, playbackRate }) {
  return ((point - currentTime) / playbackRate) * 1000;
}
