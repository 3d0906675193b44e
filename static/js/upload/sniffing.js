// What is surely no recording, by its first bytes. The server decides on everything else.

/** As many bytes of a file as `isSurelyNoRecording` wants to see. */
export const HEAD_BYTES = 4096;

const STARTS = [
  "504b0304", // zip, and office documents that are one
  "504b0506",
  "d0cf11e0a1b11ae1", // older office documents
  "25504446", // PDF
  "7b5c727466", // RTF
  "1f8b", // gzip
  "377abcaf271c", // 7-Zip
  "526172211a07", // RAR
  "fd377a585a00", // xz
  "28b52ffd", // Zstandard
  "89504e470d0a1a0a", // PNG
  "ffd8ff", // JPEG
  "474946383761", // GIF
  "474946383961",
  "49492a00", // TIFF
  "4d4d002a",
  "7f454c46", // programs
  "4d5a9000",
  "53514c69746520666f726d6174203300", // SQLite
];
const PICTURE_BRANDS = new Set(["heic", "heix", "heim", "heis", "mif1", "avif", "avis", "crx "]);

/**
 * Return whether `head`, the first HEAD_BYTES of a file as a Uint8Array (all of a shorter one),
 * can only belong to an archive, a document, a picture, a program or a text.
 */
export function isSurelyNoRecording(head) {
  const hex = [...head.subarray(0, 16)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  if (STARTS.some((start) => hex.startsWith(start))) return true;
  const latin = (from, to) => String.fromCharCode(...head.subarray(from, to));
  if (latin(0, 4) === "RIFF" && latin(8, 12) === "WEBP") return true;
  if (latin(4, 8) === "ftyp" && PICTURE_BRANDS.has(latin(8, 12))) return true;
  return isText(head);
}

function isText(head) {
  if (head.length < 16 || head.some(isControl)) return false;
  try {
    // A character may be cut in two at the end.
    new TextDecoder("utf-8", { fatal: true }).decode(head, { stream: true });
    return true;
  } catch {
    return false;
  }
}

function isControl(byte) {
  return (byte < 0x20 && ![0x09, 0x0a, 0x0c, 0x0d].includes(byte)) || byte === 0x7f;
}
