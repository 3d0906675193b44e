// A time that can be held, apart from the page.

/** Call `done` after `ms` milliseconds that were not held; return {hold, goOn, stop}. */
export function countdown(ms, done, clock = globalThis) {
  let left = ms;
  let since = 0;
  let timer = null;
  function goOn() {
    if (timer !== null) return;
    since = clock.performance.now();
    timer = clock.setTimeout(done, left);
  }
  function hold() {
    if (timer === null) return;
    clock.clearTimeout(timer);
    timer = null;
    left -= clock.performance.now() - since;
  }
  goOn();
  return { hold, goOn, stop: hold };
}
