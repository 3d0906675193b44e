"""Which session does an object in the bucket belong to?

The decisions are pure; the queries load what many files need at once, so that their number
follows the batches and not the files.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Q

from recordings import storage
from recordings.batches import batches
from recordings.candidates import Candidate, load_sessions
from recordings.file_times import time_in_name
from recordings.models import SessionUpload, UnmatchedFile
from recordings.storage import KeyParts
from recordings.weighing import (
    NO_CLIENT,
    NOT_HELD,
    SAME_CLIENT,
    Evidence,
    Source,
    offers,
    ranked,
    weigh,
)

Reason = UnmatchedFile.Reason

PLACES_PER_QUERY = 100
# How far from its day a file of a known coach may belong, and one of nobody's from its hour.
COACH_REACH = timedelta(days=7)
ANYONES_REACH = timedelta(hours=12)

_OWNER = re.compile(
    rf"{storage.KEY_ROOT}([0-9a-f]{{8}}(?:-[0-9a-f]{{4}}){{3}}-[0-9a-f]{{12}})/", re.ASCII
)


class FileToPlace(NamedTuple):
    """What is known of a file: its key, and when it reached the bucket."""

    key: str
    last_modified: datetime


class Match(NamedTuple):
    """The session a file belongs to, or the reason why there is none.

    ``contested``: other sessions of the day were possible too, so the next file of that day must
    not get this one.
    """

    session_id: UUID | None
    reason: str = ""
    contested: bool = False


Place = tuple[UUID, UUID | None, date]


@dataclass(frozen=True)
class Candidates:
    """The sessions that a batch of files may belong to."""

    by_key: Mapping[str, UUID] = field(default_factory=dict)
    by_place: Mapping[Place, Sequence[Candidate]] = field(default_factory=dict)

    def sessions_of(self, key: str) -> set[UUID]:
        """The ids of all sessions that the key points at."""
        parts = storage.parse_key(key)
        there = () if parts is None else self.by_place.get(parts[:3], ())
        earlier = self.by_key.get(key)
        return {session.id for session in there} | ({earlier} if earlier else set())


def match_key(file: FileToPlace, candidates: Candidates, taken: AbstractSet[UUID]) -> Match:
    """Return the session of a file: by its very key, else by coach, client and UTC day of the key.

    Of several sessions that day it is the one without a recording (and not in ``taken``) whose
    time is nearest to the time in the file's name, or else to when it reached the bucket; two
    that are equally near decide nothing. Cancelled sessions count only when there is no other.
    """
    parts = storage.parse_key(file.key)
    if parts is None:
        return Match(None, Reason.BAD_KEY)
    earlier = candidates.by_key.get(file.key)
    if earlier is not None:
        return Match(earlier, contested=True)
    there = candidates.by_place.get(parts[:3], ())
    fitting = [session for session in there if session.status not in NOT_HELD] or there
    if not fitting:
        return Match(None, Reason.NO_SESSION)
    if len(fitting) == 1:
        return Match(fitting[0].id)
    nearest = _nearest_free(file, parts, fitting, taken)
    if nearest is None:
        return Match(None, Reason.SEVERAL_SESSIONS)
    return Match(nearest.id, contested=True)


def _nearest_free(
    file: FileToPlace,
    parts: KeyParts,
    sessions: Iterable[Candidate],
    taken: AbstractSet[UUID],
) -> Candidate | None:
    free = sorted(
        (abs(session.scheduled_at - _moment(file, parts, session)), number, session)
        for number, session in enumerate(sessions)
        if session.recording_upload_id is None and session.id not in taken
    )
    if not free or (len(free) > 1 and free[0][0] == free[1][0]):
        return None
    return free[0][2]


def _moment(file: FileToPlace, parts: KeyParts, session: Candidate) -> datetime:
    """The time in the file's name, in its coach's zone where it names none, else of its arrival."""
    return time_in_name(parts.filename, session.zone) or file.last_modified


def owner_in_key(key: str) -> UUID | None:
    """Return the id at the place where keys name their coach, whatever follows it."""
    match = _OWNER.match(key)
    return UUID(match[1]) if match else None


def load_candidates(files: Iterable[FileToPlace]) -> Candidates:
    """Return the sessions that the keys of ``files`` point at, in a few queries."""
    parsed = [(file.key, storage.parse_key(file.key)) for file in files]
    places = {parts[:3]: None for _key, parts in parsed if parts is not None}
    if not places:
        return Candidates()
    by_place: dict[Place, list[Candidate]] = {place: [] for place in places}
    for chunk in batches(places, PLACES_PER_QUERY):
        wanted = Q()
        for coach_id, client_id, day in chunk:
            start = _midnight(day)
            wanted |= Q(
                coach_id=coach_id,
                client_id=client_id,
                scheduled_at__gte=start,
                scheduled_at__lt=start + timedelta(days=1),
            )
        for session in load_sessions(wanted):
            day = session.scheduled_at.astimezone(UTC).date()
            by_place[session.coach_id, session.client_id, day].append(session)
    return Candidates(_sessions_by_key(dict(parsed)), by_place)


def _sessions_by_key(parsed: Mapping[str, KeyParts | None]) -> dict[str, UUID]:
    """The session of the newest upload that ever had the key, if it is the coach's of the key."""
    rows = (
        SessionUpload.objects.filter(s3_key__in=list(parsed))
        .order_by("created_at", "id")
        .values_list("s3_key", "session_id", "session__coach_id")
    )
    found = {}
    for key, session_id, coach_id in rows:
        parts = parsed[key]
        if parts is not None and parts.coach_id == coach_id:
            found[key] = session_id
    return found


def suggestions(
    files: Iterable[FileToPlace], coach_of: Mapping[str, UUID | None]
) -> dict[str, list[dict[str, Any]]]:
    """Return for each key up to five sessions it may belong to, the likeliest first.

    Each is ``{"session_id", "title", "scheduled_at", "score", "why"}`` with a score from 0 to 1
    and one sentence. Files of a coach (``coach_of``) are only offered that coach's sessions;
    files of nobody, which only staff see, everyone's.
    """
    windows: dict[tuple[UUID | None, datetime, datetime], list[FileToPlace]] = defaultdict(list)
    for file in files:
        windows[_window(file, coach_of[file.key])].append(file)
    found: dict[str, list[dict[str, Any]]] = {}
    for chunk in batches(windows, PLACES_PER_QUERY):
        nearby = _load_nearby(chunk)
        for window in chunk:
            for file in windows[window]:
                found[file.key] = _best(file, nearby[window])
    return found


_Window = tuple[UUID | None, datetime, datetime]


def _window(file: FileToPlace, coach_id: UUID | None) -> _Window:
    when = _known_time(file)
    if coach_id is not None:
        day = _midnight(when.date())
        return coach_id, day - COACH_REACH, day + COACH_REACH + timedelta(days=1)
    hour = when.replace(minute=0, second=0, microsecond=0)
    return None, hour - ANYONES_REACH, hour + ANYONES_REACH + timedelta(hours=1)


def _known_time(file: FileToPlace) -> datetime:
    """The best guess at when the file was recorded, before its coach's time zone is known."""
    named = time_in_name(file.key.rpartition("/")[2])
    if named is not None:
        return named
    parts = storage.parse_key(file.key)
    return _midnight(parts.date) if parts is not None else file.last_modified.astimezone(UTC)


def _load_nearby(windows: Iterable[_Window]) -> dict[_Window, list[Candidate]]:
    wanted = Q()
    nearby: dict[_Window, list[Candidate]] = {}
    of_coach: dict[UUID | None, list[_Window]] = defaultdict(list)
    for window in windows:
        coach_id, start, end = window
        owner = {} if coach_id is None else {"coach_id": coach_id}
        wanted |= Q(**owner, scheduled_at__gte=start, scheduled_at__lt=end)
        nearby[window] = []
        of_coach[coach_id].append(window)
    for session in load_sessions(wanted):
        for window in (*of_coach[session.coach_id], *of_coach[None]):
            if window[1] <= session.scheduled_at < window[2]:
                nearby[window].append(session)
    return nearby


def _best(file: FileToPlace, nearby: Iterable[Candidate]) -> list[dict[str, Any]]:
    return offers(ranked((weigh(_evidence(file, session), session), session) for session in nearby))


def _evidence(file: FileToPlace, session: Candidate) -> Evidence:
    parts = storage.parse_key(file.key)
    evidence = _time_evidence(file, parts, session)
    if parts is None:
        return evidence
    about = SAME_CLIENT if parts.client_id else NO_CLIENT
    same = parts.client_id == session.client_id
    return evidence._replace(naming=1.0, who=float(same), about=about if same else "")


def _time_evidence(file: FileToPlace, parts: KeyParts | None, session: Candidate) -> Evidence:
    named = time_in_name(file.key.rpartition("/")[2], session.zone)
    if named is not None:
        return Evidence(Source.RECORDER, starts=(named,))
    if parts is not None:
        return Evidence(Source.DAY, day=parts.date)
    return Evidence(Source.FILE_SYSTEM, starts=(file.last_modified,))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=UTC)
