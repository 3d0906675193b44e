// One part on its way to the bucket, until it is there: a part that fails never ends an upload.

import { pauseBefore, wait } from "./patience.js";

// A connection that carried bytes and then nothing for so long is dead, whatever it says.
const STALL_MS = 120_000;

/**
 * Return what Uppy takes as `uploadPartBytes`. `put` is Uppy's own; `renew(partNumber)` resolves
 * to a fresh signed URL; `check()` rejects when the bucket has no such upload any more.
 * `onTrouble(isTrouble)` is told when a part has to be sent again, and when one got through.
 */
export function partSender({ put, renew, check, onTrouble, pause = wait, stallMs = STALL_MS }) {
  return async function uploadPartBytes(part) {
    const { signature, body, onProgress, signal } = part;
    let { url } = signature;
    for (let attempt = 0; ; attempt += 1) {
      const watch = watchdog(signal, stallMs);
      try {
        const sent = await put({
          ...part,
          signature: { url, method: "PUT" },
          signal: watch.signal,
          onProgress(event) {
            watch.pat();
            onProgress(event);
          },
        });
        onTrouble(false);
        return sent;
      } catch (error) {
        if (signal?.aborted) throw error;
        onProgress({ loaded: 0, lengthComputable: true });
        onTrouble(true);
        await body.slice(0, 1).arrayBuffer(); // a file that is gone or changed ends it here
        await pause(pauseBefore(attempt), signal);
        if (error.source?.status === 404) await check();
        url = await renew(signature.partNumber);
      } finally {
        watch.end();
      }
    }
  };
}

function watchdog(outer, ms) {
  const controller = new AbortController();
  const stop = () => controller.abort();
  let timer = null;
  outer?.addEventListener("abort", stop);
  return {
    signal: controller.signal,
    pat() {
      clearTimeout(timer);
      timer = setTimeout(stop, ms);
    },
    end() {
      clearTimeout(timer);
      outer?.removeEventListener("abort", stop);
    },
  };
}
