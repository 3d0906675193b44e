// All files that this page sends: a few at a time, the others in the order they came. No DOM.

import { persist } from "./patience.js";
import { whyItFailed } from "./failures.js";
import { Refused } from "./api.js";
import { after, isSameFile, toStart } from "./queue.js";
import { speedometer } from "./speed.js";
import { sendInParts } from "./transfer.js";
import { whileSending } from "./windows.js";

const FILES_AT_ONCE = 2;
// Browsers open six connections to a host: one file takes them all, two share them.
const PARTS_AT_ONCE = 3;
const PARTS_ALONE = 6;
const MOST_ATTEMPTS = 3;
const SIGN_OF_LIFE_SECONDS = 10;

/**
 * Return the sender of a page. `loadUppy()` resolves to Uppy's module, `onChange(item, what)` is
 * told of everything that happens: what is "added", "opened", "progress", "trouble", "removed",
 * "gone" (what was sent of a cancelled file) or the new state. `now()` are seconds.
 */
export function createSender({ api, loadUppy, onChange, now = () => performance.now() / 1000 }) {
  const items = [];
  let lastId = 0;

  function move(item, act) {
    const state = after(item.state, act);
    if (!state) return false;
    item.state = state;
    if (state !== "sending") item.meter.pause();
    onChange(item, state);
    startWaiting();
    return true;
  }

  function startWaiting() {
    for (const item of toStart(items, FILES_AT_ONCE)) {
      item.state = "sending";
      item.problem = null;
      item.controller = new AbortController();
      onChange(item, "sending");
      run(item, item.controller.signal);
    }
  }

  async function run(item, signal) {
    try {
      await bringIn(item, signal);
      item.bytesDone = item.size;
      move(item, "done");
    } catch (error) {
      if (item.state === "cancelled") giveUp(item); // opened in the meantime
      if (signal.aborted) return; // a person paused or cancelled
      const { problem, isStored, isClosed } = await whyItFailed(error, item, api);
      if (signal.aborted) return;
      if (isClosed) item.upload = null;
      item.problem = problem;
      if (isStored) move(item, "done");
      else move(item, "fail");
    }
  }

  async function bringIn(item, signal) {
    const onTrouble = (isTrouble) => {
      if (item.trouble === isTrouble || signal.aborted) return;
      item.trouble = isTrouble;
      onChange(item, "trouble");
    };
    onTrouble(false);
    item.upload ??= await open(item, signal, onTrouble);
    onChange(item, "opened");
    await whileSending(item.upload.upload_id, () => sendAll(item, signal, onTrouble));
  }

  async function sendAll(item, signal, onTrouble) {
    const uppy = await persist(loadUppy, { signal, onTrouble });
    for (let attempt = 1; ; attempt += 1) {
      try {
        await sendInParts({
          uppy,
          api,
          upload: item.upload,
          file: item.file,
          partsAtOnce: items.filter(isOpen).length > 1 ? PARTS_AT_ONCE : PARTS_ALONE,
          signal,
          onTrouble,
          onProgress: (bytes) => progress(item, bytes, signal),
          onFinishing: () => move(item, "finish"),
        });
        return;
      } catch (error) {
        // Another window or machine may have sent a part anew in between: look again.
        if (error.code !== "parts_mismatch" || attempt === MOST_ATTEMPTS) throw error;
        move(item, "again");
      }
    }
  }

  async function open(item, signal, onTrouble) {
    // What was answered with an error made a row of its own: that is for a person to try again.
    const isPassing = (error) => !(error instanceof Refused) || error.status === 429;
    const how = { signal, onTrouble, isPassing };
    if (!item.session.id) {
      const made = await persist(() => api.createSession(item.session.fresh, item.key), how);
      item.session = { id: made.id, title: made.title };
    }
    const description = {
      session_id: item.session.id,
      filename: item.name,
      size_bytes: item.size,
      file_modified_at: new Date(item.modified).toISOString(),
      ...(item.platform && { platform: item.platform }),
      ...(item.file.type && { content_type: item.file.type.split(";")[0] }),
    };
    const opened = await persist(() => api.open(description, `${item.key}-${item.tries}`), how);
    return { ...opened, session_id: item.session.id };
  }

  function progress(item, bytes, signal) {
    if (signal.aborted) return;
    item.bytesDone = bytes;
    item.meter.add(bytes, now());
    onChange(item, "progress");
    if (now() - item.lastSign < SIGN_OF_LIFE_SECONDS) return;
    item.lastSign = now();
    api.parts(item.upload.upload_id).catch(() => {}); // so that the server knows how far it is
  }

  function giveUp(item) {
    const id = item.upload?.upload_id;
    item.upload = null;
    if (!id) return;
    persist(() => api.abort(id), {})
      .catch(() => {}) // it had ended by itself
      .then(() => onChange(item, "gone"));
  }

  function stop(item) {
    item.controller?.abort();
    item.trouble = false;
  }

  return {
    items,
    /** Take files in: {file, session: {id, title} or {title, fresh}, upload, platform} each. */
    add(choices) {
      for (const { file, session, upload, platform } of choices) {
        lastId += 1;
        const item = {
          id: lastId,
          file,
          name: file.name,
          size: file.size,
          modified: file.lastModified,
          session,
          upload: upload ?? null,
          platform,
          state: "waiting",
          bytesDone: upload?.bytes_transferred ?? 0,
          trouble: false,
          problem: null,
          meter: speedometer(),
          controller: null,
          key: randomKey(),
          tries: 0,
          lastSign: now(),
        };
        items.push(item);
        onChange(item, "added");
      }
      startWaiting();
    },
    /** Return the file that is under way here, described as {name, size, modified}, if it is. */
    find: (file) => items.find((item) => isSameFile(item, file) && isOpen(item)),
    pause(item) {
      if (after(item.state, "pause")) stop(item);
      move(item, "pause");
    },
    resume: (item) => move(item, "resume"),
    retry(item) {
      item.tries += 1;
      return move(item, "retry");
    },
    /** Give a file up; what the bucket has of it is removed. */
    cancel(item) {
      if (!after(item.state, "cancel")) return;
      stop(item);
      move(item, "cancel");
      items.splice(items.indexOf(item), 1);
      onChange(item, "removed");
      giveUp(item);
    },
    /** Take a file that is through, or that cannot be sent, off the list. */
    remove(item) {
      if (!["done", "failed"].includes(item.state)) return;
      items.splice(items.indexOf(item), 1);
      onChange(item, "removed");
    },
  };
}

function isOpen(item) {
  return ["waiting", "sending", "finishing", "paused"].includes(item.state);
}

function randomKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
