// How fast bytes go and when the last one will have gone, apart from the page.

const HALF_LIFE_SECONDS = 4;

/**
 * Return a meter of bytes per second. `add(total, now)` tells how many bytes had gone at `now`
 * seconds; bytes that were taken back (a part starts anew) count as none. `rate()` is smoothed,
 * null until it is known; `pause()` forgets the time that is not spent sending.
 */
export function speedometer() {
  let last = null;
  let smooth = null;

  function add(total, now) {
    if (last !== null && now > last.now) {
      const seconds = now - last.now;
      const rate = Math.max(0, total - last.total) / seconds;
      const weight = 0.5 ** (seconds / HALF_LIFE_SECONDS);
      smooth = smooth === null ? rate : weight * smooth + (1 - weight) * rate;
    }
    if (last === null || now > last.now) last = { total, now };
  }

  return {
    add,
    rate: () => smooth,
    pause() {
      last = null;
      smooth = null;
    },
  };
}

/**
 * Return the seconds that `bytes` still take at `rate` bytes per second, rounded as people say it;
 * null when nobody can know.
 */
export function secondsLeft(bytes, rate) {
  if (!rate || rate < 1) return null;
  const seconds = bytes / rate;
  if (seconds < 10) return Math.max(1, Math.ceil(seconds));
  if (seconds < 60) return Math.ceil(seconds / 5) * 5;
  return Math.ceil(seconds / 60) * 60;
}

/** Return whole per cent, which is 100 only when everything has arrived. */
export function percent(done, total) {
  return total ? Math.floor((Math.min(done, total) * 100) / total) : 0;
}
