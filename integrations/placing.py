"""An announced recording finds its session, or makes one, or waits; then its import begins.

Everything here works on a row that the caller holds locked, together with its coach: of two
recordings of one coach the second sees what became of the first.
"""

from __future__ import annotations

import math
from contextlib import suppress
from datetime import timedelta
from urllib.parse import urlsplit

import structlog
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone

from accounts.models import User
from filmroom.errors import FilmRoomError
from filmroom.sentences import fill, sentence
from integrations import buckets, choosing
from integrations.merging import people_of
from integrations.models import AnnouncedRecording, Booking
from integrations.news import AnnouncedFile, Somebody
from integrations.sources import site_of, uses_share_link
from recordings import imports
from recordings.announced import Announced, AnnouncedMatch, match_announcement
from recordings.fetching import FetchError, check_written
from sessions_app import scheduling
from sessions_app.models import Session
from sessions_app.scheduling import Person

logger = structlog.get_logger(__name__)

Status = AnnouncedRecording.Status
# A better file that is not ready yet is waited for so long, from when the first was announced.
PATIENCE = timedelta(hours=2)
USUAL_MINUTES = 60
MOST_MINUTES = 24 * 60

STILL_PREPARED = sentence(
    "{site} is still preparing this recording: it is fetched as soon as it is ready."
)
GONE = sentence(
    "{site} says that this recording was deleted there: bring it back from the trash there, or "
    "upload the file."
)
IN_PARTS = sentence(
    "{site} has this meeting in {count} parts: the largest was taken, fetch the others by hand."
)
NO_TIME = sentence("{site} does not say when this was recorded: choose the session.")
NAMELESS = sentence("{site} recording")


def go_on(recording: AnnouncedRecording) -> None:
    """Do for a recording what can be done now: begin its import, or look for its session."""
    if recording.upload_id is not None or recording.status == Status.DISMISSED:
        return
    if recording.session is not None:
        begin(recording, recording.session, by=recording.decided_by or recording.coach)
    elif recording.status == Status.WAITING:
        look_for_session(recording)


def look_for_session(recording: AnnouncedRecording) -> None:
    """Give a waiting recording the session that surely is its own, or suggestions, or a new one."""
    recording.looked_at = timezone.now()
    match = match_announcement(described(recording))
    recording.suggestions = match.suggestions
    recording.problem = obstacle(recording)
    if recording.problem:
        return
    found = _booked_session(recording) or session_of(match, recording)
    if found is None and not match.is_likely and may_make_session(recording):
        try:
            found = new_session(recording, by=recording.coach)
        except FilmRoomError as error:
            recording.problem = error.detail[:500]
    if found is None:
        return
    begin(recording, found, by=recording.coach)
    if recording.upload is None:
        # Nobody has decided anything: it stays on the list, with what is wrong.
        recording.session, recording.status = None, Status.WAITING
        recording.suggestions = match.suggestions


def session_of(match: AnnouncedMatch, recording: AnnouncedRecording) -> Session | None:
    """Return the session of the recording's coach that a match is sure of, if it is of one."""
    if match.session_id is None:
        return None
    return Session.objects.filter(coach=recording.coach, pk=match.session_id).first()


def begin(recording: AnnouncedRecording, session: Session, *, by: User) -> None:
    """Give a recording its session and begin its import, for as long as ``by`` is active.

    What cannot be fetched yet is fetched once it can be.
    """
    recording.session, recording.status, recording.suggestions = session, Status.MATCHED, []
    recording.problem = obstacle(recording)
    if recording.problem:
        return
    chosen = choosing.best(choosing.from_rows(recording.files))
    try:
        recording.upload = imports.start_announced(
            session=session,
            platform=recording.platform,
            url=_shown_link(recording, chosen),
            filename=choosing.name_of(chosen, recording.title) if chosen else "",
            by=by,
            expected_size_bytes=chosen.size_bytes if chosen else None,
        )
    except FetchError as error:
        recording.problem = error.detail[:500]
        return
    recording.problem = _about_parts(recording, chosen)
    logger.info(
        "announced_import_started",
        recording=str(recording.pk),
        session=str(session.pk),
        upload=str(recording.upload.pk),
    )


def obstacle(recording: AnnouncedRecording) -> str:
    """Return why nothing can be fetched now, '' when something can."""
    files = choosing.from_rows(recording.files)
    chosen = choosing.best(files)
    site = site_of(recording)
    if recording.gone_at is not None:
        return fill(GONE, {"site": site})
    if chosen is None:
        return "" if uses_share_link(recording) else fill(STILL_PREPARED, {"site": site})
    if not choosing.is_whole(files) and timezone.now() < recording.created_at + PATIENCE:
        return fill(STILL_PREPARED, {"site": site})
    return buckets.obstacle(chosen.url, recording.coach_id) or _refusal(chosen.url)


def _refusal(url: str) -> str:
    """Why an address is none that an import goes to, by its text alone; '' when it may be one."""
    try:
        check_written(url)
    except FetchError as error:
        return error.detail[:500]
    return ""


def may_make_session(recording: AnnouncedRecording) -> bool:
    """Whether a session may be made for a recording without asking anybody."""
    connection = recording.connection
    allowed = connection is not None and connection.makes_sessions
    return allowed and recording.started_at is not None and is_by_coach(recording)


def new_session(recording: AnnouncedRecording, *, by: User) -> Session:
    """Return a new session for a recording, of its coach, as held.

    Its client is the one guest whose e-mail address is known; of several none is guessed.
    Raises SessionRefused.
    """
    if recording.started_at is None:
        raise scheduling.SessionRefused(NO_TIME, values={"site": site_of(recording)})
    guests = guests_of(recording)
    named = [guest for guest in guests if guest.email]
    client = named[0] if len(named) == 1 else None
    minutes = math.ceil((recording.duration_seconds or 0) / 60)
    return scheduling.create_session(
        by=by,
        coach=recording.coach,
        title=recording.title or fill(NAMELESS, {"site": site_of(recording)}),
        scheduled_at=recording.started_at,
        client=_person(client) if client else None,
        participants=[_person(guest) for guest in guests if guest is not client],
        duration_minutes=min(minutes, MOST_MINUTES) or USUAL_MINUTES,
        status=Session.Status.COMPLETED,
        meeting_id=recording.meeting_id,
    )


def guests_of(recording: AnnouncedRecording) -> list[Somebody]:
    """Return who was there beside the host and the coach; what is no address counts as none."""
    hosts = {recording.host_email.lower(), recording.coach.email.lower()} - {""}
    people = [
        Somebody(each.name, each.email if _is_address(each.email) else "")
        for each in people_of(recording)
        if each.email.lower() not in hosts
    ]
    return [each for each in people if each.name or each.email]


def is_by_coach(recording: AnnouncedRecording) -> bool:
    """Whether the coach held the meeting, as far as anybody knows.

    A platform's account may be a whole company's. Addresses of the coach are the one they log in
    with, those their connection names, and hosts whose recordings they have taken before.
    """
    host = recording.host_email.lower()
    if not host or host == recording.coach.email.lower():
        return True
    details = recording.connection.details if recording.connection else {}
    if host in {str(value).lower() for value in details.values()}:
        return True
    taken = AnnouncedRecording.objects.filter(
        coach=recording.coach, host_email=host, status=Status.MATCHED, decided_by__isnull=False
    )
    return taken.exists()


def described(recording: AnnouncedRecording) -> Announced:
    """Return what tells a recording's session, as it is weighed."""
    return Announced(
        coach_id=recording.coach_id,
        started_at=recording.started_at,
        duration_seconds=recording.duration_seconds,
        meeting_id=recording.meeting_id,
        title=recording.title,
        people=[(guest.name, guest.email) for guest in guests_of(recording)],
        by_coach=is_by_coach(recording),
    )


def _booked_session(recording: AnnouncedRecording) -> Session | None:
    """The session of the booking that the platform recorded, where one platform does both."""
    if recording.connection is None:
        return None
    booking = (
        Booking.objects.filter(
            coach=recording.coach,
            platform=recording.connection.platform,
            external_id=recording.external_id,
            session__coach=recording.coach,
            session__s3_key="",
        )
        .select_related("session")
        .first()
    )
    return booking.session if booking is not None else None


def _shown_link(recording: AnnouncedRecording, chosen: AnnouncedFile | None) -> str:
    """A link to the recording that holds no key: signed addresses do, after the question mark."""
    if recording.share_url:
        return recording.share_url
    link = chosen.url if chosen is not None else ""
    with suppress(ValueError):
        return urlsplit(link)._replace(query="", fragment="").geturl()
    return link


def _about_parts(recording: AnnouncedRecording, chosen: AnnouncedFile | None) -> str:
    count = choosing.parts(choosing.from_rows(recording.files), chosen) if chosen else 1
    return fill(IN_PARTS, {"site": site_of(recording), "count": count}) if count > 1 else ""


def _person(somebody: Somebody) -> Person:
    return Person(name=somebody.name, email=somebody.email)


def _is_address(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return len(text) <= 254
