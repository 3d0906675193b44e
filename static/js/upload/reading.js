// What can be known of a chosen file before it is sent, by reading a little of it.

import { movieHeader } from "./movie-header.js";
import { HEAD_BYTES, isSurelyNoRecording } from "./sniffing.js";

/** Resolve to {header, isUnreadable, isNoRecording} of a file; never rejects. */
export async function readFile(file) {
  let head;
  try {
    head = new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer());
  } catch {
    return { header: null, isUnreadable: true, isNoRecording: false };
  }
  if (isSurelyNoRecording(head)) return { header: null, isUnreadable: false, isNoRecording: true };
  return { header: await movieHeader(file), isUnreadable: false, isNoRecording: false };
}

/**
 * Resolve to the files that were dropped, those in dropped folders included. `entries` are what
 * webkitGetAsEntry gave while the drop lasted, `files` stand in where there are none.
 */
export async function droppedFiles({ entries, files }) {
  if (!entries.some((entry) => entry?.isDirectory)) return files;
  const found = await Promise.all(entries.filter(Boolean).map(filesIn));
  return found.flat().filter((file) => !file.name.startsWith("."));
}

async function filesIn(entry) {
  if (entry.isFile) return [await new Promise((resolve, reject) => entry.file(resolve, reject))];
  const reader = entry.createReader();
  const within = [];
  for (;;) {
    // A reader gives a hundred at a time, and none at the end.
    const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (!some.length) break;
    within.push(...some);
  }
  return (await Promise.all(within.map(filesIn))).flat();
}
