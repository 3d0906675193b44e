"""Files that a person wants to send: which session each belongs to, before a byte is sent.

Nothing is written. What a file tells is in `recordings.clues`, how well a session fits in
`recordings.weighing`, and who gets which in `recordings.allotting`.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from filmroom.errors import FilmRoomError
from recordings import storage
from recordings.allotting import Pair, Proposal, allot
from recordings.candidates import Candidate
from recordings.clues import Clues, LooseFile, clues_of
from recordings.errors import EmptyFile, TooLarge
from recordings.file_words import Words, names_person, names_title, title_in
from recordings.media.extensions import is_surely_no_media, looks_like_audio
from recordings.media.probing import NotMedia
from recordings.models import SessionUpload
from recordings.nearby import Nearby, Window, load_nearby, named_clients
from recordings.resuming import SentFile, find_open
from recordings.verifying import too_large
from recordings.weighing import (
    NAMES_CLIENT,
    NAMES_PART,
    NAMES_TITLE,
    Evidence,
    Source,
    weigh,
)
from sessions_app.models import Session

MOST_FILES = 200
# How far from its time a session is looked for, by who says the time. What a file system says may
# be the time of a download, after a weekend.
AROUND_RECORDER = timedelta(hours=12)
AROUND_DAY = timedelta(days=1)
BEFORE_CHANGE = timedelta(days=3)
# Nothing was recorded after it was written, but clocks differ.
AFTER_CHANGE = timedelta(minutes=15)
# Sessions of a client whom the name of a file without a time names.
BEFORE_NAMED = timedelta(days=60)
# A title says a little less than a client's name.
TITLE_SHARE = 0.9
USUAL_MINUTES = 60
MINUTES_STEP = 5
MOST_MINUTES = 24 * 60


class NewSession(NamedTuple):
    """The session that could be made for a file; a time that nothing tells is None."""

    title: str
    scheduled_at: datetime | None
    duration_minutes: int


@dataclass(frozen=True)
class MatchedFile:
    """What is known of a file before it is sent.

    ``problem`` is why it cannot be sent, ``open_upload`` the one that it can go on with.
    """

    file: LooseFile
    problem: FilmRoomError | None
    open_upload: SessionUpload | None
    proposals: Sequence[Proposal]
    new_session: NewSession


def match_files(*, files: Sequence[LooseFile], by: User, zone: tzinfo) -> list[MatchedFile]:
    """Return for each file, in the order given, the sessions it may belong to; writes nothing.

    ``zone`` is where the sender's clock stands. Sessions are those that ``by`` coaches; staff who
    coach nobody are matched with everybody's. The number of queries does not depend on the number
    of files.
    """
    sessions = _sessions_of(by)
    problems = [_problem(file) for file in files]
    fit = {place: clues_of(file, zone) for place, file in enumerate(files) if not problems[place]}
    open_uploads = find_open(by, [_sent(files[place]) for place in fit])
    uploads = {
        place: open_uploads[_sent(files[place])]
        for place in fit
        if _sent(files[place]) in open_uploads
    }
    named = named_clients(sessions, {clues.words for clues in fit.values() if _is_timeless(clues)})
    nearby = _load(sessions, fit.values(), named, uploads.values(), zone)
    pairs: list[Pair] = []
    for place, clues in fit.items():
        there = _candidates(clues, nearby, named, uploads.get(place), zone)
        pairs += _pairs(place, files[place], clues, there, zone)
    settled = {place: upload.session_id for place, upload in uploads.items()}
    proposals = allot(pairs, settled)
    return [
        MatchedFile(
            file=file,
            problem=problems[place],
            open_upload=uploads.get(place),
            proposals=proposals.get(place, ()),
            new_session=_new_session(file, fit.get(place) or clues_of(file, zone), zone),
        )
        for place, file in enumerate(files)
    ]


def _problem(file: LooseFile) -> FilmRoomError | None:
    """What can be known before the first byte; the bytes themselves are looked at later."""
    if file.size_bytes <= 0:
        return EmptyFile()
    if too_large(file.size_bytes):
        return TooLarge.over(settings.MAX_UPLOAD_BYTES)
    return NotMedia() if is_surely_no_media(file.filename, file.content_type) else None


def _sessions_of(person: User) -> QuerySet[Session]:
    visible = Session.objects.visible_to(person)
    own = visible.filter(coach=person)
    return own if not person.is_staff or own.exists() else visible


def _sent(file: LooseFile) -> SentFile:
    return SentFile(file.filename, file.size_bytes, file.file_modified_at)


def _is_timeless(clues: Clues) -> bool:
    return clues.source in (Source.FILE_SYSTEM, Source.NOBODY)


def _windows(clues: Clues, zone: tzinfo) -> list[Window]:
    """Where the sessions lie that a file may belong to by its time."""
    if clues.source is Source.DAY and clues.day is not None:
        midnight = datetime.combine(clues.day, time(), tzinfo=zone)
        return [Window(midnight - AROUND_DAY, midnight + 2 * AROUND_DAY)]
    if clues.source is Source.FILE_SYSTEM:
        return [Window(min(clues.starts) - BEFORE_CHANGE, _latest(clues))]
    return [Window(start - AROUND_RECORDER, start + AROUND_RECORDER) for start in clues.starts]


def _latest(clues: Clues) -> datetime:
    """Before when the session of a file without a time of its own must have begun."""
    return (clues.ended_by or timezone.now()) + AFTER_CHANGE


def _load(
    sessions: QuerySet[Session],
    clues: Collection[Clues],
    named: Mapping[Words, AbstractSet[UUID]],
    uploads: Iterable[SessionUpload],
    zone: tzinfo,
) -> Nearby:
    others = [Q(id__in={upload.session_id for upload in uploads})]
    for client_id, ends in _ends_by_client(clues, named).items():
        since, until = min(ends) - BEFORE_NAMED, max(ends)
        others.append(Q(client_id=client_id, scheduled_at__gte=since, scheduled_at__lt=until))
    windows = [window for each in clues for window in _windows(each, zone)]
    return load_nearby(sessions, windows, *others)


def _ends_by_client(
    clues: Iterable[Clues], named: Mapping[Words, AbstractSet[UUID]]
) -> dict[UUID, list[datetime]]:
    """Before when sessions of the clients are looked for whom files without a time name."""
    found: dict[UUID, list[datetime]] = defaultdict(list)
    for each in clues:
        for client_id in named.get(each.words, ()) if _is_timeless(each) else ():
            found[client_id].append(_latest(each))
    return found


def _candidates(
    clues: Clues,
    nearby: Nearby,
    named: Mapping[Words, AbstractSet[UUID]],
    upload: SessionUpload | None,
    zone: tzinfo,
) -> set[Candidate]:
    found = {session for window in _windows(clues, zone) for session in nearby.within(window)}
    if _is_timeless(clues):
        of_clients = nearby.with_clients(named.get(clues.words, ()))
        found.update(each for each in of_clients if each.scheduled_at < _latest(clues))
    own = nearby.get(upload.session_id) if upload is not None else None
    return found | {own} if own is not None else found


def _pairs(
    place: int, file: LooseFile, clues: Clues, candidates: Iterable[Candidate], zone: tzinfo
) -> Iterator[Pair]:
    naming = {session: _naming(clues.words, session) for session in candidates}
    surest = max((who for who, _about in naming.values()), default=0.0)
    is_audio = looks_like_audio(file.filename, file.content_type)
    name = storage.safe_display_name(file.filename)
    for session, (who, about) in naming.items():
        evidence = Evidence(
            clues.source,
            clues.starts,
            clues.day,
            zone,
            naming=surest,
            who=who / surest if surest else 0.0,
            about=about,
            duration_seconds=file.duration_seconds,
            same_file=(session.recording_filename, session.recording_size_bytes)
            == (name, file.size_bytes),
        )
        yield Pair(place, session, weigh(evidence, session), clues.source, is_audio)


def _naming(words: Words, session: Candidate) -> tuple[float, str]:
    """How surely the name of a file means the session, and by what."""
    client = names_person(words, session.client_label)
    title = TITLE_SHARE * names_title(words, session.title)
    if title > client:
        return title, NAMES_TITLE
    if not client:
        return 0.0, ""
    return client, NAMES_CLIENT if client == 1 else NAMES_PART


def _new_session(file: LooseFile, clues: Clues, zone: tzinfo) -> NewSession:
    start = _rounded(clues.guess) if clues.guess is not None else None
    title = title_in(file.filename)
    if not title and start is not None:
        day = date_format(start.astimezone(zone), "DATE_FORMAT")
        title = _("Session of {day}").format(day=day)
    minutes = math.ceil((file.duration_seconds or 0) / 60 / MINUTES_STEP) * MINUTES_STEP
    return NewSession(title or _("New session"), start, min(minutes, MOST_MINUTES) or USUAL_MINUTES)


def _rounded(moment: datetime) -> datetime:
    """The nearest moment at which a session is likely to have been scheduled."""
    step = MINUTES_STEP * 60
    return datetime.fromtimestamp(round(moment.timestamp() / step) * step, tz=UTC)
