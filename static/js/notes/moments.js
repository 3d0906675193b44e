// Notes along the recording.

/** The index of the last of the ascending `moments` that `seconds` has reached; -1 for none. */
export function reached(moments, seconds) {
  let last = -1;
  while (last + 1 < moments.length && moments[last + 1] <= seconds) last += 1;
  return last;
}
