"""Which session does a recording belong to that a platform announces?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Q

from recordings.candidates import Candidate, load_sessions
from recordings.file_words import names_person, names_title, words_of
from recordings.weighing import (
    CERTAIN_FROM,
    CERTAIN_WITHIN,
    LIKELY_FROM,
    NAMES_CLIENT,
    NAMES_PART,
    NAMES_TITLE,
    NOT_HELD,
    OTHER_MEETING,
    RIVAL_MARGIN,
    SAME_MEETING,
    Evidence,
    Fit,
    Source,
    offers,
    ranked,
    weigh,
)
from sessions_app.models import Participant, UploadStatus

# How far from its start a session is looked for, and how many are weighed at most.
AROUND = timedelta(hours=12)
MOST_AROUND = 200
# How long before its session a meeting may be opened, and after its end be begun at last.
REACH = timedelta(hours=1)
# A title says a little less than a client's name.
TITLE_SHARE = 0.9


class Announced(NamedTuple):
    """What a platform tells of a recording that lies there.

    ``people`` are names and e-mail addresses of those who were in the meeting, its host aside.
    ``by_coach``: the coach held it, as far as anybody knows.
    """

    coach_id: UUID
    started_at: datetime | None
    duration_seconds: float | None = None
    meeting_id: str = ""
    title: str = ""
    people: Sequence[tuple[str, str]] = ()
    by_coach: bool = True

    @property
    def addresses(self) -> set[str]:
        """The e-mail addresses of those who were there."""
        return {email.lower() for _name, email in self.people if email}


class AnnouncedMatch(NamedTuple):
    """The session that a recording surely belongs to, else None, and up to five suggestions.

    ``is_likely``: one of them may well be the one, so that no other is to be made for it.
    """

    session_id: UUID | None
    suggestions: list[dict[str, Any]]
    is_likely: bool


class _Naming(NamedTuple):
    """How surely a recording names a session's meeting or people, and by what; ``firmly``: by the
    meeting's id or an e-mail address, which no other session has by chance."""

    who: float
    about: str
    firmly: bool = False


def match_announcement(announced: Announced) -> AnnouncedMatch:
    """Return the coach's session that an announced recording belongs to, as far as that is sure.

    Sessions are weighed by the one scale of `recordings.weighing`: the meeting's id names one
    surely, then an e-mail address of its client or participants, then names and title. Sure is one
    that waits for a recording, that no other comes close to, and that begins about then: within
    the hour when it is named by id or address (recurring meetings share an id), within minutes
    when only time speaks for it and the coach held the meeting.
    """
    sessions = _load_around(announced)
    addresses = _addresses_of(sessions)
    naming = {each.id: _naming(announced, each, addresses[each.id]) for each in sessions}
    surest = 1.0 if announced.addresses else max((each.who for each in naming.values()), default=0)
    fits = ranked(
        (weigh(_announced_evidence(announced, naming[each.id], surest), each), each)
        for each in sessions
    )
    likely = any(
        weighed.score >= LIKELY_FROM and naming[session.id].about != OTHER_MEETING
        for weighed, session in fits
    )
    sure = fits[0][1].id if fits and _is_sure(announced, fits, naming) else None
    return AnnouncedMatch(sure, offers(fits), likely or sure is not None)


def _load_around(announced: Announced) -> list[Candidate]:
    wanted = Q(coach_id=announced.coach_id)
    if announced.started_at is not None:
        start, end = announced.started_at - AROUND, announced.started_at + AROUND
        wanted &= Q(scheduled_at__gte=start, scheduled_at__lt=end)
    elif announced.meeting_id:
        wanted &= Q(meeting_id=announced.meeting_id)
    else:
        return []
    return list(islice(load_sessions(wanted), MOST_AROUND))


def _addresses_of(sessions: Iterable[Candidate]) -> dict[UUID, set[str]]:
    """The e-mail addresses of each session's client and participants, in lower case."""
    found = {each.id: {(each.client__email or "").lower()} - {""} for each in sessions}
    rows = Participant.objects.filter(session__in=list(found))
    for session_id, *emails in rows.values_list("session_id", "email", "user__email"):
        found[session_id].update(email.lower() for email in emails if email)
    return found


def _naming(announced: Announced, session: Candidate, addresses: AbstractSet[str]) -> _Naming:
    known = bool(announced.addresses & addresses)
    if announced.meeting_id and session.meeting_id == announced.meeting_id:
        # One's own room has the same id for everybody who ever comes.
        return _Naming(1.0 if known or not announced.addresses else 0.5, SAME_MEETING, True)
    if announced.meeting_id.isdigit() and session.meeting_id.isdigit():
        return _Naming(0.0, OTHER_MEETING)
    if known:
        return _Naming(1.0, NAMES_CLIENT, True)
    by_name = max(
        (names_person(words_of(name), session.client_label) for name, _email in announced.people),
        default=0,
    )
    by_title = TITLE_SHARE * max(
        names_title(words_of(announced.title), session.title),
        names_person(words_of(announced.title), session.client_label),
    )
    if by_title > by_name:
        return _Naming(by_title, NAMES_TITLE)
    return (
        _Naming(by_name, NAMES_CLIENT if by_name == 1 else NAMES_PART)
        if by_name
        else _Naming(0.0, "")
    )


def _announced_evidence(announced: Announced, naming: _Naming, surest: float) -> Evidence:
    surest = 1.0 if naming.about == OTHER_MEETING else surest
    return Evidence(
        Source.RECORDER if announced.started_at else Source.NOBODY,
        starts=(announced.started_at,) if announced.started_at else (),
        naming=surest,
        who=naming.who / surest if surest else 0.0,
        about=naming.about,
        duration_seconds=announced.duration_seconds,
    )


def _is_sure(
    announced: Announced,
    fits: Sequence[Fit],
    naming: Mapping[UUID, _Naming],
) -> bool:
    weighed, session = fits[0]
    waits = session.recording_upload_id is None and session.status not in NOT_HELD
    if not waits or session.s3_status in (UploadStatus.PENDING, UploadStatus.UPLOADING):
        return False
    if any(other.score > weighed.score - RIVAL_MARGIN for other, _session in fits[1:]):
        return False
    start = announced.started_at
    if start is None:
        return naming[session.id].firmly
    if naming[session.id].firmly:
        first = session.scheduled_at - REACH
        last = session.scheduled_at + timedelta(minutes=session.duration_minutes) + REACH
        return first <= start <= last and weighed.score >= LIKELY_FROM
    near = weighed.apart <= CERTAIN_WITHIN and weighed.score >= CERTAIN_FROM
    return announced.by_coach and near
