// Notes along the recording.

// Players land a hair beside the moment that they are sent to.
const NEAR_SECONDS = 0.1;

/** The index of the last of the ascending `moments` that `seconds` has reached; -1 for none. */
export function reached(moments, seconds) {
  let last = -1;
  while (last + 1 < moments.length && moments[last + 1] <= seconds + NEAR_SECONDS) last += 1;
  return last;
}
