// One file on its way to the bucket in parts, by Uppy, from what the bucket already has.

import { persist } from "./patience.js";
import { partSender } from "./part-sending.js";
import { partSigner } from "./part-signing.js";

const SILENT = { debug() {}, warn() {}, error() {} }; // the page says what happens

/**
 * Send what the bucket lacks of `file` and resolve once the server has accepted the recording.
 *
 * `uppy` is Uppy's module, `upload` the open upload as the API describes it. Rejects with Refused
 * when the server says no, with AbortError by `signal`, which leaves the upload open: only
 * `api.abort` gives it up. Parts and calls that fail are tried again for as long as it takes;
 * `onTrouble(isTrouble)` is told. `onProgress` gets the bytes that have arrived or are on their
 * way, `onFinishing` is called before the parts are put together.
 */
export async function sendInParts({ uppy: { Uppy, AwsS3 }, api, upload, file, ...how }) {
  const { signal, partsAtOnce, onProgress, onTrouble, onFinishing } = how;
  signal.throwIfAborted();
  const id = upload.upload_id;
  const place = { uploadId: id, key: upload.s3_key };
  const keep = (act) => persist(act, { signal, onTrouble });
  const urlOf = partSigner({
    sign: (numbers) => keep(() => api.sign(id, numbers)),
    partCount: upload.part_count,
  });
  let reason = null;
  const explained = (promise) =>
    promise.catch((error) => {
      reason ??= error;
      throw error;
    });

  const uppy = new Uppy({ logger: SILENT });
  uppy.use(AwsS3, {
    limit: partsAtOnce,
    retryDelays: [], // trying again is done below, without an end
    shouldUseMultipart: true,
    getChunkSize: () => upload.part_size_bytes,
    createMultipartUpload: async () => place,
    listParts: () => explained(keep(() => api.parts(id)).then(listed)),
    signPart: (_file, { partNumber }) =>
      explained(urlOf(partNumber).then((url) => ({ url, partNumber }))),
    uploadPartBytes: (part) => explained(send(part)),
    completeMultipartUpload: (_file, { parts }) => {
      onFinishing();
      return explained(keep(() => api.complete(id, parts.map(asApi))).then(() => ({})));
    },
    // Uppy also aborts when a part fails; only a person gives up what was sent.
    abortMultipartUpload: async () => {},
  });
  const send = partSender({
    put: AwsS3.uploadPartBytes,
    renew: (partNumber) => urlOf(partNumber),
    check: () => keep(() => api.parts(id)),
    onTrouble,
  });

  function listed({ parts }) {
    onProgress(parts.reduce((sum, part) => sum + part.size_bytes, 0));
    return parts.map(asUppy);
  }

  uppy.on("upload-progress", (_file, { bytesUploaded }) => onProgress(bytesUploaded));
  const fileId = uppy.addFile({ name: file.name, type: file.type, data: file, source: "page" });
  // A known place makes Uppy resume: it asks the bucket what is there before it sends.
  uppy.setFileState(fileId, { s3Multipart: place });
  try {
    const result = await Promise.race([uppy.upload(), stopped(signal)]);
    if (result?.failed?.length) throw reason ?? new Error(result.failed[0].error);
  } finally {
    uppy.destroy();
  }
}

function stopped(signal) {
  return new Promise((_resolve, reject) => {
    const stop = () => reject(new DOMException("The upload was stopped.", "AbortError"));
    if (signal.aborted) stop();
    signal.addEventListener("abort", stop, { once: true });
  });
}

function asUppy(part) {
  return { PartNumber: part.part_number, ETag: part.etag, Size: part.size_bytes };
}

function asApi(part) {
  return { part_number: part.PartNumber, etag: part.ETag };
}
