// The parts of the API that uploading needs, spoken by a page: session cookie and CSRF header.

/** What the API refuses, with the sentence that it wrote for the coach. */
export class Refused extends Error {
  constructor(status, code, detail, retryAfter = 0) {
    super(detail);
    this.status = status;
    this.code = code;
    this.retryAfter = retryAfter;
  }
}

/**
 * Return the calls of one page. `base` is the address of the API, `csrfToken` the token of the
 * page. Each call resolves to the answer's JSON and rejects with Refused, or with TypeError when
 * there is no network. Where `key` is given, saying the same twice does it once.
 */
export function uploadApi({ base, csrfToken, request = (...args) => fetch(...args) }) {
  async function call(method, path, body, key) {
    const response = await request(base + path, {
      method,
      credentials: "same-origin",
      headers: {
        Accept: "application/json",
        "X-CSRFToken": csrfToken,
        ...(key && { "Idempotency-Key": key }),
        ...(body && { "Content-Type": "application/json" }),
      },
      body: body && JSON.stringify(body),
    });
    if (response.ok) return response.status === 204 ? null : response.json();
    throw await refusal(response);
  }
  const parts = "/recordings/multipart";
  return {
    match: (files) => call("POST", "/recordings/match-files", { files }),
    search: (q) => call("GET", `/recordings/sessions?limit=8&q=${encodeURIComponent(q)}`),
    createSession: (session, key) => call("POST", "/sessions", session, key),
    unfinished: () => call("GET", `${parts}?limit=50`),
    open: (description, key) => call("POST", parts, description, key),
    sign: (id, numbers) => call("POST", `${parts}/${id}/parts`, { part_numbers: numbers }),
    parts: (id) => call("GET", `${parts}/${id}/parts`),
    complete: (id, list) => call("POST", `${parts}/${id}/complete`, { parts: list }),
    abort: (id) => call("DELETE", `${parts}/${id}`),
    /**
     * Return an open upload with the bytes that the bucket has now, as the server said them last
     * where the bucket cannot be asked; null when it has ended.
     */
    async howFar(upload) {
      try {
        const known = await call("GET", `${parts}/${upload.upload_id}/parts`);
        const bytes = known.parts.reduce((sum, part) => sum + part.size_bytes, 0);
        return { ...upload, bytes_transferred: bytes };
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        return error.status === 404 || error.status === 409 ? null : upload;
      }
    },
    attempt: (id) => call("GET", `/recordings/uploads/${id}`),
  };
}

async function refusal(response) {
  const retryAfter = Number(response.headers.get("Retry-After")) || 0;
  try {
    const [error] = (await response.json()).errors;
    return new Refused(response.status, error.code, error.detail, retryAfter);
  } catch {
    return new Refused(response.status, "error", "", retryAfter);
  }
}
