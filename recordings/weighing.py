"""How well does a session fit a file? One scale for what a sync finds and for what a person sends.

A score goes from 0 to 1. It is the weighted mean of what the file tells: time counts 0.5, who is
named 0.35, that the session lacks a recording 0.15, length 0.1; what the file does not tell is left
out. A time that only the file system knows counts 0.6 of one that the recorder wrote down, no time
at all halves the score, and so does a session that was not held.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo
from enum import Enum
from itertools import pairwise
from typing import Any, NamedTuple

from filmroom.sentences import fill, sentence, told
from recordings.candidates import Candidate
from sessions_app.models import Session, UploadStatus

# From here on a fit is worth a person's look, and from here on it may be taken unless they object.
POSSIBLE_FROM = 0.3
LIKELY_FROM = 0.66
CERTAIN_FROM = 0.85
# "Certain" besides asks that the file starts so near, and that no other session comes so close.
CERTAIN_WITHIN = timedelta(minutes=15)
RIVAL_MARGIN = 0.15
MOST_SUGGESTIONS = 5

NOT_HELD = frozenset({Session.Status.CANCELLED, Session.Status.NO_SHOW})

_TIME, _WHO, _LACKING, _LENGTH = 0.5, 0.35, 0.15, 0.1
_BY_FILE_SYSTEM = 0.6
_NOT_HELD_FACTOR = _TIMELESS_FACTOR = 0.5
# How much a start so many minutes from the scheduled one says; straight lines between.
_NEARNESS = (
    *((0, 1.0), (10, 1.0), (15, 0.9), (30, 0.6), (60, 0.45)),
    *((120, 0.35), (720, 0.25), (1440, 0.2), (8 * 1440, 0.0)),
)
# Whoever comes late or records a second part still starts in the first half of the session.
_DURING = 0.7
# Of several moments at which a file may begin, each counts so much less than the one before.
_SECOND_BEST = 0.95
_DAYS = 8

WITHIN_MINUTES = sentence("starts within minutes of it")
WITHIN_THE_HOUR = sentence("starts within the hour")
DURING = sentence("starts during the session")
HOURS_APART = sentence("{hours} h apart")
SAME_DAY = sentence("same day")
DAY_APART = sentence("1 day apart")
DAYS_APART = sentence("{days} days apart")
NO_TIME = sentence("no time known")
SAME_CLIENT = sentence("same client")
NO_CLIENT = sentence("neither has a client")
NAMES_CLIENT = sentence("names the client")
NAMES_PART = sentence("names part of the client's name")
NAMES_TITLE = sentence("names the title")
SAME_MEETING = sentence("same online meeting")
OTHER_MEETING = sentence("another online meeting")
LENGTH_FITS = sentence("as long as planned")
NO_RECORDING = sentence("no recording yet")
HAS_RECORDING = sentence("has a recording already")
HAS_THIS_FILE = sentence("has this very file already")
UNDER_WAY = sentence("an upload is under way")
NOT_HELD_REASONS = {
    Session.Status.CANCELLED: sentence("was cancelled"),
    Session.Status.NO_SHOW: sentence("nobody came"),
}


class Source(Enum):
    """Who says when a file was recorded, the most trustworthy first."""

    RECORDER = "recorder"
    DAY = "day"
    FILE_SYSTEM = "file system"
    NOBODY = "nobody"


class Evidence(NamedTuple):
    """What a file tells of its session.

    ``starts`` are the moments at which it may begin; with ``Source.DAY`` only ``day`` is known, one
    of ``zone``. ``naming`` is how surely the file names anybody (0: it names nobody), ``who`` this
    session's share of that, ``about`` says so in words.
    """

    source: Source
    starts: tuple[datetime, ...] = ()
    day: date | None = None
    zone: tzinfo = UTC
    naming: float = 0.0
    who: float = 0.0
    about: str = ""
    duration_seconds: float | None = None
    same_file: bool = False


class Weighed(NamedTuple):
    """How well a session fits: the score, how far the file starts from it, and why in English."""

    score: float
    apart: timedelta
    why: str


def weigh(evidence: Evidence, session: Candidate) -> Weighed:
    """Return how well the session fits a file of that evidence."""
    near, apart, reason = _time(evidence, session)
    reasons, parts = [reason], [(_TIME, near)]
    if evidence.source is Source.NOBODY:
        parts = []
    if evidence.naming:
        parts.append((_WHO * evidence.naming, evidence.who))
        reasons.append(evidence.about)
    lacking, reason = _recording(evidence, session)
    parts.append((_LACKING, lacking))
    if evidence.duration_seconds:
        fits = _length(evidence.duration_seconds, session.duration_minutes)
        parts.append((_LENGTH, fits))
        reasons.append(LENGTH_FITS if fits == 1 else "")
    reasons.append(reason)
    score = sum(weight * value for weight, value in parts) / sum(weight for weight, _ in parts)
    if evidence.source is Source.NOBODY:
        score *= _TIMELESS_FACTOR
    if session.status in NOT_HELD:
        score *= _NOT_HELD_FACTOR
        reasons.append(NOT_HELD_REASONS[Session.Status(session.status)])
    return Weighed(round(score, 2), apart, because(reasons))


Fit = tuple[Weighed, Candidate]


def ranked(scored: Iterable[Fit]) -> list[Fit]:
    """Return the sessions that may fit at all, the likeliest first, of equals the nearest."""
    fitting = [pair for pair in scored if pair[0].score >= POSSIBLE_FROM]
    fitting.sort(key=lambda pair: (-pair[0].score, pair[0].apart, pair[1].scheduled_at, pair[1].id))
    return fitting


def offers(fitting: Sequence[Fit]) -> list[dict[str, Any]]:
    """Return up to five sessions as rows keep suggestions:
    ``{"session_id", "title", "scheduled_at", "score", "why"}``.
    """
    return [
        {
            "session_id": str(session.id),
            "title": session.title,
            "scheduled_at": session.scheduled_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "score": weighed.score,
            "why": weighed.why,
        }
        for weighed, session in fitting[:MOST_SUGGESTIONS]
    ]


def because(reasons: Iterable[str]) -> str:
    """Return the reasons as one English sentence, as rows keep it."""
    return f"{fill(', '.join(filter(None, reasons)), {})}."


def with_reason(why: str, reason: str) -> str:
    """Return a sentence of `because` with one more reason."""
    return f"{why.removesuffix('.')}, {reason}."


def told_why(why: str) -> str:
    """Return a sentence of `because` in the active language."""
    first, *others = why.removesuffix(".").split(", ")
    return because([told(first[:1].lower() + first[1:]), *map(told, others)])


def _time(evidence: Evidence, session: Candidate) -> tuple[float, timedelta, str]:
    if evidence.source is Source.DAY and evidence.day is not None:
        local = session.scheduled_at.astimezone(evidence.zone).date()
        days = abs((local - evidence.day).days)
        apart = min((abs(each - session.scheduled_at) for each in evidence.starts), default=None)
        return max(0.0, 1 - days / _DAYS), apart or timedelta(days=days), _days_apart(days)
    if not evidence.starts:
        return 0.0, timedelta.max, NO_TIME
    weighed = [(_start(start, session), place) for place, start in enumerate(evidence.starts)]
    (near, reason, apart), place = max(
        weighed, key=lambda pair: (pair[0][0] * _SECOND_BEST ** pair[1], -pair[1])
    )
    trust = _BY_FILE_SYSTEM if evidence.source is Source.FILE_SYSTEM else 1.0
    return near * _SECOND_BEST**place * trust, apart, reason


def _start(start: datetime, session: Candidate) -> tuple[float, str, timedelta]:
    """What a start says for the session: how much, in words, and how far from the scheduled one."""
    apart = abs(start - session.scheduled_at)
    near, half = _nearness(apart), timedelta(minutes=session.duration_minutes) / 2
    if near < _DURING and session.scheduled_at <= start < session.scheduled_at + half:
        return _DURING, DURING, apart
    return near, _how_near(apart), apart


def _nearness(apart: timedelta) -> float:
    minutes = apart / timedelta(minutes=1)
    for (left, more), (right, less) in pairwise(_NEARNESS):
        if minutes <= right:
            return more + (less - more) * (minutes - left) / (right - left)
    return 0.0


def _how_near(apart: timedelta) -> str:
    if apart <= CERTAIN_WITHIN:
        return WITHIN_MINUTES
    if apart < timedelta(hours=1):
        return WITHIN_THE_HOUR
    if apart < timedelta(days=1):
        return HOURS_APART.format(hours=round(apart / timedelta(hours=1)))
    return _days_apart(apart.days)


def _days_apart(days: int) -> str:
    if days == 0:
        return SAME_DAY
    return DAY_APART if days == 1 else DAYS_APART.format(days=days)


def _recording(evidence: Evidence, session: Candidate) -> tuple[float, str]:
    if evidence.same_file:
        return 0.0, HAS_THIS_FILE
    if session.recording_upload_id is not None:
        return 0.0, HAS_RECORDING
    if session.s3_status in (UploadStatus.PENDING, UploadStatus.UPLOADING):
        return 0.5, UNDER_WAY
    return 1.0, NO_RECORDING


def _length(seconds: float, planned_minutes: int) -> float:
    share = seconds / (planned_minutes * 60)
    if 0.5 <= share <= 1.5:
        return 1.0
    return 0.6 if 0.25 <= share <= 2 else 0.2
