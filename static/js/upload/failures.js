// What an error means for the file, and what a person can do about it.

import { Refused } from "./api.js";

// Another try would end the same way.
const FINAL = new Set(["not_media", "too_large", "empty_file", "session_gone", "file_gone"]);

/**
 * Resolve to {problem: {code, detail, canRetry} or null, isStored, isClosed}. `isClosed`: the
 * upload has ended on the server; `isStored`: by having arrived, from another window or machine.
 * A detail that is empty is for the page to say by the code.
 */
export async function whyItFailed(error, item, api) {
  if (error instanceof DOMException) return failed("file_gone", "");
  if (!(error instanceof Refused)) return failed("unknown", "");
  if (!item.upload) {
    return error.status === 404 ? failed("session_gone", "") : failed(error.code, error.message);
  }
  if (error.status === 401 || error.status === 403) return failed(error.code, error.message);
  const attempt = await api.attempt(item.upload.upload_id).catch(() => null);
  if (attempt?.status === "completed") return { problem: null, isStored: true, isClosed: true };
  const isClosed =
    error.status === 404 || ["failed", "cancelled", "deleted"].includes(attempt?.status);
  if (attempt?.error) return { ...failed(attempt.error.code, attempt.error.detail), isClosed };
  return { ...failed(error.code, error.message), isClosed };
}

function failed(code, detail) {
  return { problem: { code, detail, canRetry: !FINAL.has(code) }, isStored: false, isClosed: false };
}
