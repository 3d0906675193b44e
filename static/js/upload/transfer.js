// One file on its way to the bucket, in parts, by Uppy.

import { Refused } from "./multipart-api.js";
import { partSigner } from "./part-signing.js";

/**
 * Open an upload and return its handle: `send()` resolves once the recording is stored and may be
 * called again after a failure (only missing parts are sent), `cancel()` gives everything up.
 * `send` rejects with Refused when the server says no, with Error when the network did not carry.
 */
export async function openTransfer({ uploaderUrl, api, description, file, onProgress }) {
  const { Uppy, AwsS3 } = await import(uploaderUrl);
  const opened = await api.open(description);
  const id = opened.upload_id;
  const place = { uploadId: id, key: opened.s3_key };
  const sign = partSigner({
    sign: (numbers) => api.sign(id, numbers),
    partCount: opened.part_count,
  });
  let refused = null;

  const uppy = new Uppy();
  uppy.use(AwsS3, {
    shouldUseMultipart: true,
    getChunkSize: () => opened.part_size_bytes,
    createMultipartUpload: async () => place,
    listParts: async () => (await api.parts(id)).parts.map(asUppy),
    signPart: async (_file, { partNumber }) => ({ url: await sign(partNumber) }),
    completeMultipartUpload: async (_file, { parts }) => {
      try {
        await api.complete(id, parts.map(asApi));
      } catch (error) {
        refused = error instanceof Refused ? error : null;
        throw error;
      }
      return {};
    },
    // Uppy also aborts when a part fails; only a person's cancel() gives up what was sent.
    abortMultipartUpload: async () => {},
  });
  uppy.on("upload-progress", (_file, { bytesUploaded, bytesTotal }) => {
    onProgress(bytesUploaded, bytesTotal);
  });
  const fileId = uppy.addFile({ name: file.name, type: file.type, data: file, source: "form" });
  // Known parts make Uppy resume, so it asks the bucket what is there before it sends.
  uppy.setFileState(fileId, { s3Multipart: place });

  let tried = false;
  return {
    async send() {
      const result = await (tried ? uppy.retryUpload(fileId) : uppy.upload());
      tried = true;
      if (result?.failed?.length) throw refused ?? new Error(result.failed[0].error);
    },
    async cancel() {
      uppy.cancelAll();
      await api.abort(id);
    },
  };
}

function asUppy(part) {
  return { PartNumber: part.part_number, ETag: part.etag, Size: part.size_bytes };
}

function asApi(part) {
  return { part_number: part.PartNumber, etag: part.ETag };
}
