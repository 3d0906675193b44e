// What an MP4 or MOV file says of itself: when it was recorded and how long it is.
// ISO/IEC 14496-12, 8.2.2: the box `mvhd` in the box `moov`, at the start or the end of the file.

const MOST_BOXES = 40;
const FIRST_SANE_YEAR = 2000;
const SECONDS_1904_TO_1970 = 2_082_844_800;

/**
 * Return {recordedAt (Date or null), durationSeconds (number or null)} of a Blob, null when it is
 * no such file. Reads a few hundred bytes. A camera without a clock writes no year of ours, which
 * counts as unknown.
 */
export async function movieHeader(blob, now = new Date()) {
  const movie = await findBox(blob, "moov", 0, blob.size);
  const header = movie && (await findBox(blob, "mvhd", movie.body, movie.end));
  if (!header) return null;
  const view = await read(blob, header.body, 32);
  if (!view || view.byteLength < 32) return null;
  const isLong = view.getUint8(0) === 1;
  const created = isLong ? Number(view.getBigUint64(4)) : view.getUint32(4);
  const perSecond = view.getUint32(isLong ? 20 : 12);
  const units = isLong ? Number(view.getBigUint64(24)) : view.getUint32(16);
  return {
    recordedAt: saneDate(created, now),
    durationSeconds: perSecond && units && isKnown(units) ? units / perSecond : null,
  };
}

async function findBox(blob, wanted, start, end) {
  let at = start;
  for (let number = 0; number < MOST_BOXES && at + 8 <= end; number += 1) {
    const view = await read(blob, at, 16);
    if (!view || view.byteLength < 8) return null;
    const type = String.fromCharCode(...new Uint8Array(view.buffer, 4, 4));
    let [size, body] = [view.getUint32(0), 8];
    if (size === 1 && view.byteLength === 16) [size, body] = [Number(view.getBigUint64(8)), 16];
    else if (size === 0) size = end - at;
    if (size < body || !/^[\x20-\x7e\xa9]{4}$/.test(type)) return null;
    if (type === wanted) return { body: at + body, end: Math.min(end, at + size) };
    at += size;
  }
  return null;
}

async function read(blob, from, length) {
  try {
    return new DataView(await blob.slice(from, from + length).arrayBuffer());
  } catch {
    return null; // taken away or not to be read: sending it will say so
  }
}

function saneDate(seconds1904, now) {
  const date = new Date((seconds1904 - SECONDS_1904_TO_1970) * 1000);
  const isSane = date.getUTCFullYear() >= FIRST_SANE_YEAR && date.getTime() < now.getTime() + 864e5;
  return isSane ? date : null;
}

function isKnown(units) {
  return units !== 0xffffffff && units < Number.MAX_SAFE_INTEGER;
}
