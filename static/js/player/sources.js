// What there is to play, asked of the server.

/**
 * What the server refuses, with the sentence that it wrote for the coach; "" when it has none.
 * `isFinal`: asking again later answers the same.
 */
export class Refused extends Error {
  constructor(code, detail, isFinal = true) {
    super(detail);
    this.code = code;
    this.isFinal = isFinal;
  }
}

/**
 * Resolve to the answer of a session's media address. Rejects with Refused (code "signed_out"
 * when the login has ended), or with TypeError when there is no network.
 */
export async function fetchSources(address, request = (...args) => fetch(...args)) {
  const response = await request(address, { headers: { Accept: "application/json" } });
  if (response.redirected) throw new Refused("signed_out", "");
  const answer = await response.json().catch(() => null);
  if (response.ok && answer) return answer;
  const [error] = answer?.errors ?? [];
  throw new Refused(error?.code ?? "error", error?.detail ?? "", response.status < 500);
}
