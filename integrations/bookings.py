"""Bookings become, move and cancel sessions, in whatever order a platform tells of them.

What was put into a session is kept beside its booking (`Booking.written`): a field that says
something else now was changed by a person and stays as it is, unless the booking itself says
something new about when and where it is held. A session is never deleted.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

import structlog
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.dateparse import parse_datetime

from accounts.models import User
from filmroom.sentences import fill, sentence
from integrations.merging import one_line
from integrations.models import Booking, Connection
from integrations.news import BookingChange, BookingNews, Somebody
from recordings.sources import platform_of
from sessions_app import scheduling
from sessions_app.meetings import meeting_id_of
from sessions_app.models import Participant, Platform, Session
from sessions_app.scheduling import MOST_PARTICIPANTS, Person

logger = structlog.get_logger(__name__)

Status = Session.Status
USUAL_MINUTES = 60
MOST_MINUTES = 24 * 60
# About when and where it is held, a booking that changes knows better than an earlier correction.
OF_THE_BOOKING = frozenset({"scheduled_at", "duration_minutes", "meeting_id", "external_platform"})
# Where one meets; a booking's link may also lead to a map.
_MEETING_PLATFORMS = frozenset({Platform.ZOOM, Platform.TEAMS, Platform.MEET, Platform.WEBEX})
# When the details in `Booking.written` were told.
TOLD_AT = "told_at"
NAMELESS = sentence("{site} booking")


def apply(news: BookingNews, *, connection: Connection) -> Session | None:
    """Return the session of a booking after what the news say of it, None when it has none.

    Replays change nothing, and of what comes in another order the newest news (``told_at``)
    count. A booking that takes the place of another one takes over its session, unless that was
    recorded already. Without ``makes_sessions`` of its connection a booking makes none.
    """
    with transaction.atomic():
        # Of one coach one after the other: what takes the place of another sees that one.
        coach = User.objects.select_for_update(no_key=True).get(pk=connection.coach_id)
        booking = _row(news, connection, coach)
        if news.moved_from:
            booking.moved_from = booking.moved_from or news.moved_from[:300]
        if _is_newer(news.told_at, booking.told_at):
            booking.told_at = news.told_at or booking.told_at
            booking.is_cancelled = news.change == BookingChange.CANCELLED
        successor = _successor(booking)
        if booking.session is None:
            booking.session = successor.session if successor else _taken_over(booking)
            if booking.session is not None and not successor:
                booking.written = _written_before(booking)
        if successor is None:
            _carry_out(booking, news, connection)
        booking.save()
        _retire_earlier(booking)
        logger.info(
            "booking_applied",
            booking=str(booking.pk),
            change=news.change.value,
            session=str(booking.session_id or ""),
        )
        return booking.session


def _row(news: BookingNews, connection: Connection, coach: User) -> Booking:
    booking, _created = Booking.objects.get_or_create(
        coach=coach,
        platform=connection.platform,
        external_id=news.external_id,
        defaults={"connection": connection},
    )
    if booking.connection_id is None:
        booking.connection = connection
    return booking


def _bookings_beside(booking: Booking) -> Any:
    return Booking.objects.filter(coach=booking.coach, platform=booking.platform).select_related(
        "session"
    )


def _successor(booking: Booking) -> Booking | None:
    """The booking that has taken the place of this one: the session is that one's now."""
    return _bookings_beside(booking).filter(moved_from=booking.external_id).first()


def _predecessor(booking: Booking) -> Booking | None:
    if not booking.moved_from:
        return None
    return _bookings_beside(booking).filter(external_id=booking.moved_from).first()


def _taken_over(booking: Booking) -> Session | None:
    """The session of the booking that this one takes the place of; a recorded one stays there."""
    before = _predecessor(booking)
    session = before.session if before is not None else None
    if session is None or session.has_recording or session.status == Status.COMPLETED:
        return None
    return session


def _written_before(booking: Booking) -> dict[str, Any]:
    before = _predecessor(booking)
    written = dict(before.written) if before is not None else {}
    written.pop(TOLD_AT, None)
    return written


def _retire_earlier(booking: Booking) -> None:
    """Cancel the session of a booking whose successor had made one before anybody knew of it."""
    before = _predecessor(booking)
    if before is None or before.session is None or booking.session is None:
        return
    earlier = before.session
    if earlier == booking.session or earlier.has_recording or earlier.status != Status.SCHEDULED:
        return
    scheduling.cancel_session(session=earlier, by=booking.coach)
    Booking.objects.filter(pk=before.pk).update(session=booking.session)


def _is_newer(told_at: datetime | None, known: datetime | None) -> bool:
    return told_at is None or known is None or told_at >= known


def _carry_out(booking: Booking, news: BookingNews, connection: Connection) -> None:
    """Bring the session in line with its booking, and make one where there is none yet."""
    told = _told(news, connection)
    coach = booking.coach
    if booking.session is None:
        makes = connection.makes_sessions and "scheduled_at" in told
        if news.change == BookingChange.CANCELLED or not makes:
            return
        fields = {name: value for name, value in told.items() if name != "participants"}
        fields["title"] = fields.get("title") or fill(
            NAMELESS, {"site": connection.get_platform_display()}
        )
        booking.session = scheduling.create_session(
            by=coach,
            coach=coach,
            participants=told.get("participants", ()),
            status=Status.CANCELLED if booking.is_cancelled else Status.SCHEDULED,
            **fields,
        )
        booking.written = _as_kept({**told, **fields}) | {"status": booking.session.status}
    else:
        known = parse_datetime(booking.written.get(TOLD_AT, ""))
        if not _is_newer(news.told_at, known):
            told = {}
        _change(booking, booking.session, told, coach)
    if told and news.told_at is not None:
        booking.written[TOLD_AT] = _text_of(news.told_at)


def _change(booking: Booking, session: Session, told: Mapping[str, Any], coach: User) -> None:
    written, kept = dict(booking.written), _as_kept(told)
    changes: dict[str, Any] = {}
    for name, value in kept.items():
        if written.get(name) == value:
            continue  # nothing new: what a person made of it stays
        if name in OF_THE_BOOKING or _is_as_written(session, name, written):
            changes[name] = told[name]
        written[name] = value
    wanted = Status.CANCELLED if booking.is_cancelled else Status.SCHEDULED
    by_us = written.get("status", Status.SCHEDULED)
    if wanted != by_us and session.status == by_us:
        changes["status"] = wanted
    written["status"] = wanted
    if session.has_recording:
        changes = {}  # it was held, whatever becomes of its booking
    if changes:
        booking.session = scheduling.change_session(session=session, by=coach, changes=changes)
    booking.written = written


def _is_as_written(session: Session, name: str, written: Mapping[str, Any]) -> bool:
    if name not in written:
        return not _current(session, name)
    return bool(_current(session, name) == written[name])


def _current(session: Session, name: str) -> Any:
    if name == "client":
        return session.client.email if session.client else ""
    if name == "participants":
        return _names(session.participants.all())
    value = getattr(session, name)
    return _text_of(value) if isinstance(value, datetime) else value


def _told(news: BookingNews, connection: Connection) -> dict[str, Any]:
    """What the news say of the session, as `create_session` takes it; nothing where they do not.

    The client is the first who booked; further ones take part.
    """
    told: dict[str, Any] = {}
    if title := one_line(news.title, 200):
        told["title"] = title
    if description := news.description.replace("\x00", "").strip()[:20_000]:
        told["description"] = description
    if news.starts_at is not None:
        told["scheduled_at"] = news.starts_at
        told["duration_minutes"] = _minutes(news.starts_at, news.ends_at)
    if meeting_id := meeting_id_of(news.meeting_url):
        told["meeting_id"] = meeting_id
        if (platform := platform_of(news.meeting_url)) in _MEETING_PLATFORMS:
            told["external_platform"] = platform
    guests = _guests(news, connection)
    client = next((guest for guest in guests if guest.email), None)
    if client is not None:
        told["client"] = client
    if guests:
        others = [guest for guest in guests if guest is not client]
        told["participants"] = others[:MOST_PARTICIPANTS]
    return told


def _guests(news: BookingNews, connection: Connection) -> list[Person]:
    """Who booked or comes along: neither the host nor the coach, and nobody twice."""
    hosts = {news.host_email.lower(), connection.coach.email.lower()} - {""}
    found: dict[str, Person] = {}
    for each in news.attendees:
        guest = _person(each)
        if guest.email not in hosts and (guest.email or guest.name):
            found.setdefault(guest.email or guest.name, guest)
    return list(found.values())


def _person(somebody: Somebody) -> Person:
    email = somebody.email.strip().lower()
    try:
        validate_email(email)
    except ValidationError:
        email = ""
    return Person(name=one_line(somebody.name, 200), email=email if len(email) <= 254 else "")


def _as_kept(told: Mapping[str, Any]) -> dict[str, Any]:
    """What was told, as the row keeps it to compare with."""
    kept = dict(told)
    if "participants" in kept:
        kept["participants"] = _names(kept["participants"])
    if "client" in kept:
        kept["client"] = kept["client"].email
    if "scheduled_at" in kept:
        kept["scheduled_at"] = _text_of(kept["scheduled_at"])
    return kept


def _names(people: Iterable[Person | Participant]) -> list[str]:
    return sorted(each.email or each.name for each in people)


def _text_of(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()


def _minutes(start: datetime, end: datetime | None) -> int:
    minutes = math.ceil((end - start).total_seconds() / 60) if end is not None else 0
    return min(minutes, MOST_MINUTES) if minutes > 0 else USUAL_MINUTES
