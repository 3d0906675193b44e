// What can be said of a chosen file before its first byte is sent.

/**
 * Return the name of the sentence that refuses the choice (a data- attribute of the form), or null
 * when the file may be sent. `maxBytes` is the server's limit.
 */
export function whyNot({ size, hasLink, maxBytes }) {
  if (hasLink) return "both";
  if (size === 0) return "empty";
  if (size > maxBytes) return "tooLarge";
  return null;
}

/** Return whole per cent, which is 100 only when everything has arrived. */
export function percent(done, total) {
  return total ? Math.floor((done * 100) / total) : 0;
}
