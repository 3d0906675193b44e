// Windows of one browser tell each other what they send, so that none offers to give it up.

const PREFIX = "film-room-upload-";

/** Return what `act` resolves to; while it runs, other windows know that the upload is sent. */
export function whileSending(uploadId, act) {
  if (!navigator.locks) return act(); // only where the page came by TLS
  return navigator.locks.request(PREFIX + uploadId, { mode: "shared" }, act);
}

/** Resolve to the ids of the uploads that windows of this browser are sending. */
export async function sentByWindows() {
  const held = (await navigator.locks?.query())?.held ?? [];
  const names = held.map((lock) => lock.name).filter((name) => name.startsWith(PREFIX));
  return new Set(names.map((name) => name.slice(PREFIX.length)));
}
