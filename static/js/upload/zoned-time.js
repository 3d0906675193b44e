// Moments as a clock in a time zone shows them, and back: what a datetime-local field holds.

/** Return "2026-01-14T16:00" for an instant (ISO text) on the clock of `timeZone`. */
export function toClock(iso, timeZone) {
  const parts = new Intl.DateTimeFormat("en-CA", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
  }).formatToParts(new Date(iso));
  const of = (type) => parts.find((part) => part.type === type).value;
  return `${of("year").padStart(4, "0")}-${of("month")}-${of("day")}T${of("hour")}:${of("minute")}`;
}

/**
 * Return the instant (ISO text in UTC) at which the clock of `timeZone` shows `clock`, null for
 * what is no time. Of an hour that happens twice it is the first; one that is skipped counts on.
 */
export function fromClock(clock, timeZone) {
  const asUtc = Date.parse(`${clock}Z`);
  if (Number.isNaN(asUtc)) return null;
  const offsetAt = (ms) => Date.parse(`${toClock(new Date(ms).toISOString(), timeZone)}Z`) - ms;
  const guesses = [asUtc - offsetAt(asUtc - 864e5), asUtc - offsetAt(asUtc + 864e5)];
  const right = guesses.filter((ms) => ms + offsetAt(ms) === asUtc);
  const found = right.length ? Math.min(...right) : Math.max(...guesses);
  return new Date(found).toISOString().replace(".000Z", "Z");
}
