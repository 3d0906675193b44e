// When to ask next, apart from clock and page.

const USUAL_MS = 2000;
const LONGEST_MS = 30_000;

/**
 * Return in how many milliseconds to ask again what moves, or null: not before something changes.
 * `failures` is how often asking has failed in a row.
 */
export function pauseBefore({ moving, visible, online, failures }) {
  if (!moving || !visible || !online) return null;
  return Math.min(USUAL_MS * 2 ** failures, LONGEST_MS);
}
