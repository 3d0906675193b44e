// The multipart endpoints of the API, spoken by a page: session cookie and CSRF header.

/** What the API refuses, with the sentence that it wrote for the coach. */
export class Refused extends Error {
  constructor(status, code, detail) {
    super(detail);
    this.status = status;
    this.code = code;
  }
}

/**
 * Return the calls of one page. `base` is the address of the endpoint, `csrfToken` the token of
 * the form. Each call resolves to the answer's JSON and rejects with Refused, or with TypeError
 * when there is no network.
 */
export function multipartApi({ base, csrfToken, request = (...args) => fetch(...args) }) {
  async function call(method, path, body) {
    const response = await request(base + path, {
      method,
      credentials: "same-origin",
      headers: {
        Accept: "application/json",
        "X-CSRFToken": csrfToken,
        ...(body && { "Content-Type": "application/json" }),
      },
      body: body && JSON.stringify(body),
    });
    if (response.ok) return response.status === 204 ? null : response.json();
    throw await refusal(response);
  }
  return {
    open: (description) => call("POST", "", description),
    sign: (id, numbers) => call("POST", `/${id}/parts`, { part_numbers: numbers }),
    parts: (id) => call("GET", `/${id}/parts`),
    complete: (id, parts) => call("POST", `/${id}/complete`, { parts }),
    abort: (id) => call("DELETE", `/${id}`),
  };
}

async function refusal(response) {
  try {
    const [error] = (await response.json()).errors;
    return new Refused(response.status, error.code, error.detail);
  } catch {
    return new Refused(response.status, "error", "");
  }
}
