// Which rows a click with Shift takes along, apart from the page.

/** Return the ids from `first` to `last` in the order of `ids`, whichever comes first. */
export function between(ids, first, last) {
  const [a, b] = [ids.indexOf(first), ids.indexOf(last)].sort((x, y) => x - y);
  return a < 0 ? [last] : ids.slice(a, b + 1);
}
