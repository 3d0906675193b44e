// The chosen files before they are sent: what each is, where it will go, what stands against it.

const MINUTES_MOST = 24 * 60;

/**
 * Return the code of what surely stands against a file before anything is sent, or null.
 * `maxBytes` is the server's limit.
 */
export function whyNot({ size, maxBytes, isUnderWay, isUnreadable, isNoRecording }) {
  if (isUnderWay) return "under_way";
  if (size === 0) return "empty_file";
  if (size > maxBytes) return "too_large";
  if (isUnreadable) return "unreadable";
  return isNoRecording ? "not_media" : null;
}

/** Return a new choice of `file` with what was read from it. */
export function newChoice({ id, file, header, code }) {
  return {
    id,
    file,
    header,
    problem: code && { code, detail: "" },
    session: null,
    fresh: null,
    sureness: "none",
    why: "",
    upload: null,
    proposals: [],
  };
}

/** Return how the API's match-files wants a choice described. */
export function described({ file, header }) {
  const seconds = header?.durationSeconds;
  return {
    filename: file.name,
    size_bytes: file.size,
    file_modified_at: new Date(file.lastModified).toISOString(),
    ...(file.type && { content_type: file.type.split(";")[0] }),
    ...(header?.recordedAt && { recorded_at: header.recordedAt.toISOString() }),
    ...(seconds && { duration_seconds: Math.round(seconds * 1000) / 1000 }),
  };
}

/**
 * Put into `choice` what the API answered. `preset`, {id, title}, is the session that the person
 * had opened; an upload that is open for the file goes on, unless it is another session's.
 */
export function placeByAnswer(choice, answer, preset) {
  choice.problem = answer.problem;
  choice.proposals = answer.proposals;
  choice.fresh = answer.new_session;
  const { open_upload: open } = answer;
  if (preset) {
    choose(choice, preset);
    if (open?.session_id === preset.id) choice.upload = open;
  } else if (open) {
    choice.upload = open;
    Object.assign(choice, { sureness: "resumed", why: "" });
    choice.session = { id: open.session_id, title: open.session_title };
  } else if (answer.proposals.length) {
    const [best] = answer.proposals;
    choice.session = asSession(best);
    Object.assign(choice, { sureness: best.sureness, why: best.why });
  }
}

/** Let a person's choice hold: a session {id, title, …}, or {title, fresh} for a new one. */
export function choose(choice, session) {
  const isSame = session.id && choice.upload?.session_id === session.id;
  if (!isSame) choice.upload = null;
  choice.session = session;
  choice.sureness = session.fresh ? "fresh" : isSame ? "resumed" : "chosen";
  choice.why = "";
}

/** Return a proposal of the API as a session that can be chosen. */
export function asSession(proposal) {
  return {
    id: proposal.session_id,
    title: proposal.title,
    at: proposal.scheduled_at,
    client: proposal.client_name,
  };
}

/** Return a session of the API's list as a session that can be chosen. */
export function asFound(row) {
  return {
    id: row.id,
    title: row.title,
    at: row.scheduled_at,
    client: row.client?.name ?? "",
    hasRecording: row.recording.has_recording,
  };
}

/** Return whether a new session, as POST /sessions takes it, says all it must. */
export function isComplete(fresh) {
  const minutes = fresh.duration_minutes;
  const hasMinutes = Number.isInteger(minutes) && minutes >= 1 && minutes <= MINUTES_MOST;
  const hasClient = !fresh.client || Boolean(fresh.client.email);
  return Boolean(fresh.title.trim() && fresh.scheduled_at && hasMinutes && hasClient);
}

/** Return the choices that can be sent as they are. */
export function ready(choices) {
  return choices.filter(
    ({ problem, session }) =>
      !problem && session && (session.id || (session.fresh && isComplete(session.fresh))),
  );
}

/** Return the ids of sessions that more than one choice goes to. */
export function sharedSessions(choices) {
  const seen = new Set();
  const shared = new Set();
  for (const { session, problem } of choices) {
    if (problem || !session?.id) continue;
    (seen.has(session.id) ? shared : seen).add(session.id);
  }
  return shared;
}
