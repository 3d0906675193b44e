// The fields of a session that is to be created for a file.

import { fromClock, toClock } from "./zoned-time.js";

/**
 * Make the fields in `root` work. `onChange(draft)` is told what POST /sessions is to take, in the
 * clock of `timeZone`. Return {fill(draft)}.
 */
export function followFresh(root, timeZone, onChange) {
  const field = (name) => root.querySelector(`[data-fresh-field=${name}]`);

  root.addEventListener("input", () => {
    const email = field("email").value.trim();
    const name = field("name").value.trim();
    onChange({
      title: field("title").value,
      scheduled_at: fromClock(field("when").value, timeZone),
      duration_minutes: field("minutes").valueAsNumber,
      ...((email || name) && { client: { email, name } }),
    });
  });

  return {
    fill(draft) {
      field("title").value = draft.title;
      field("when").value = draft.scheduled_at ? toClock(draft.scheduled_at, timeZone) : "";
      field("minutes").value = draft.duration_minutes;
      field("name").value = draft.client?.name ?? "";
      field("email").value = draft.client?.email ?? "";
    },
  };
}
