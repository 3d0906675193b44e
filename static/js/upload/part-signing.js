// Signed addresses of parts, fetched some at a time and renewed before they expire.

const BATCH = 20;
const MARGIN_SECONDS = 60;

/**
 * Return a function from part number to a promise of its signed URL. `sign` takes a list of
 * numbers and resolves to {urls, expires_in}. Asking twice for a part signs it anew: the first
 * address did not work.
 */
export function partSigner({ sign, partCount, now = () => Date.now() / 1000 }) {
  const ahead = new Map();

  function fetchFrom(first) {
    const numbers = [];
    for (let n = first; n <= partCount && numbers.length < BATCH; n += 1) {
      if (n === first || !ahead.has(n)) numbers.push(n);
    }
    const answer = sign(numbers).then((signed) => ({
      urls: signed.urls,
      until: now() + signed.expires_in - MARGIN_SECONDS,
    }));
    answer.catch(() => numbers.forEach((n) => ahead.delete(n)));
    numbers.forEach((n) => ahead.set(n, answer));
    return answer;
  }

  return async function urlOf(number) {
    let batch = await (ahead.get(number) ?? fetchFrom(number));
    if (batch.until < now()) batch = await fetchFrom(number);
    ahead.delete(number);
    return batch.urls[number];
  };
}
