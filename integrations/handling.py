"""What becomes of an event: a worker handles it, once, under a lease; staff may ask anew."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog
from django.db import DataError, IntegrityError, OperationalError, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from accounts.models import User
from filmroom.errors import FilmRoomError
from filmroom.sentences import sentence
from integrations import announcing, bookings
from integrations.models import Connection, ReceivedEvent
from integrations.news import BookingNews, News, RecordingNews
from integrations.proving import NotProven, Proof, active_connections, prove
from integrations.receivers import RECEIVERS, Delivery, NothingToDo, Unreadable, load
from integrations.receiving import sealed, unsealed
from recordings.leases import due, expired, new_owner
from recordings.lifecycle import database_now

logger = structlog.get_logger(__name__)

Outcome = ReceivedEvent.Outcome

# Longer than any platform is asked for; a lost worker's event waits for as long.
LEASE = timedelta(minutes=5)
# Half a minute, two, eight … six hours: together most of a day.
FIRST_DELAY = timedelta(seconds=30)
LONGEST_DELAY = timedelta(hours=6)
MOST_ATTEMPTS = 9
REFUSED_KEPT = timedelta(days=7)
KEPT = timedelta(days=90)
FORGOTTEN_AT_ONCE = 1000

_INTERRUPTED = sentence("Handling this was interrupted again and again on our side: tell staff.")
_UNSTORABLE = sentence("Something in this request does not fit into a row: tell staff.")
_INACTIVE = sentence("The coach is not active: activate them, then have this handled again.")
_GONE = sentence("The connection was removed, so nothing was done.")
_WRONG = sentence("Something went wrong on our side: it is tried again.")


class NothingKept(FilmRoomError):
    code = "body_not_kept"
    detail = "The body of this request was not kept: have the platform send it again."
    http_status = 409


class BeingHandled(FilmRoomError):
    code = "being_handled"
    detail = "A worker has this in hand just now: wait a few minutes."
    http_status = 409


class AlreadyReceived(FilmRoomError):
    code = "already_received"
    detail = "The same delivery was taken later on: look for it in this list."
    http_status = 409


class CoachInactive(FilmRoomError):
    code = "coach_inactive"
    detail = _INACTIVE
    http_status = 409


@dataclass
class _Effects:
    """What handling an event brought about."""

    session_id: UUID | None = None
    upload_ids: list[UUID] = field(default_factory=list)
    changed: bool = False

    def note(self, session_id: UUID | None, upload_id: UUID | None = None) -> None:
        self.changed = True
        self.session_id = self.session_id or session_id
        if upload_id is not None:
            self.upload_ids.append(upload_id)


def handle(event_id: UUID, *, worker: str) -> list[UUID]:
    """Handle one waiting event, if it is still to be done; return the uploads to be fetched.

    Safe to call any number of times: the row decides who does it. What can get better is tried
    again over a day; everything else ends as handled, ignored or failed.
    """
    event = _claim(event_id, worker)
    if event is None:
        return []
    try:
        effects = _carry_out(event)
    except NothingToDo as nothing:
        _end(event, Outcome.IGNORED, nothing.code, nothing.detail)
    except FilmRoomError as error:
        if getattr(error, "retryable", False):
            _try_later(event, error.code, error.detail, getattr(error, "retry_after", None))
        else:
            _end(event, Outcome.FAILED, error.code, error.detail)
    except DataError:
        logger.exception("event_unstorable", event_id=str(event.pk))
        _end(event, Outcome.FAILED, "unstorable", _UNSTORABLE)
    except OperationalError:
        logger.exception("event_interrupted", event_id=str(event.pk))
        _try_later(event, "database_unavailable", _WRONG)
    except Exception:
        _try_later(event, "server_error", _WRONG)
        raise
    else:
        outcome = Outcome.HANDLED if effects.changed else Outcome.IGNORED
        code = "" if effects.changed else NothingToDo.code
        _end(event, outcome, code, "", effects)
        return effects.upload_ids
    return []


def waiting(limit: int) -> list[UUID]:
    """Return events that a worker is to take up now, the oldest first."""
    rows = ReceivedEvent.objects.filter(_free(), due(), outcome=Outcome.PENDING)
    return list(rows.order_by("received_at").values_list("pk", flat=True)[:limit])


def replay(*, event: ReceivedEvent, by: User) -> ReceivedEvent:
    """Put an event back for a worker and return it, whatever came of it before.

    A rejected one has to prove itself first, by the secrets of today; its age does not count.
    Raises why it cannot: BadSignature, NothingKept, AlreadyReceived, BeingHandled, Unsealable.
    """
    if not event.sealed_body:
        raise NothingKept
    fields: dict[str, Any] = {}
    if event.outcome == Outcome.REJECTED:
        fields = _proven_fields(event)
    rows = ReceivedEvent.objects.filter(_free(), pk=event.pk, outcome=event.outcome)
    try:
        with transaction.atomic():
            moved = rows.update(
                outcome=Outcome.PENDING,
                outcome_code="",
                outcome_detail="",
                handled_at=None,
                attempts=0,
                next_attempt_at=None,
                lease_owner="",
                lease_until=None,
                **fields,
            )
    except IntegrityError as error:
        raise AlreadyReceived from error
    if not moved:
        raise BeingHandled
    logger.info("event_replayed", event_id=str(event.pk), was=event.outcome, by=str(by.pk))
    event.refresh_from_db()
    return event


def forget_old() -> int:
    """Delete events that nobody needs any more; return how many. For the sweep."""
    now = timezone.now()
    rows = ReceivedEvent.objects.filter(platform__in=Connection.Platform.values)
    old = rows.filter(
        Q(outcome=Outcome.REJECTED, received_at__lt=now - REFUSED_KEPT)
        | Q(received_at__lt=now - KEPT) & ~Q(outcome=Outcome.PENDING)
    )
    chosen = list(old.values_list("pk", flat=True)[:FORGOTTEN_AT_ONCE])
    ReceivedEvent.objects.filter(pk__in=chosen).delete()
    return len(chosen)


def _free() -> Q:
    """The condition that no worker holds an event."""
    return Q(lease_until=None) | expired()


def _claim(event_id: UUID, worker: str) -> ReceivedEvent | None:
    rows = ReceivedEvent.objects.filter(_free(), due(), pk=event_id, outcome=Outcome.PENDING)
    owner = new_owner(worker)
    if not rows.update(
        lease_owner=owner, lease_until=database_now() + LEASE, attempts=F("attempts") + 1
    ):
        return None
    event = ReceivedEvent.objects.select_related("connection__coach").get(pk=event_id)
    if event.attempts > MOST_ATTEMPTS:
        _end(event, Outcome.FAILED, "worker_lost", _INTERRUPTED)
        return None
    return event


def _carry_out(event: ReceivedEvent) -> _Effects:
    connection = event.connection
    if connection is None:
        raise NothingToDo(_GONE, code="connection_gone")
    if not connection.coach.is_active:
        raise CoachInactive
    receiver = RECEIVERS.get(event.platform)
    if receiver is None:
        raise Unreadable
    body, _signature = unsealed(event)
    effects = _Effects()
    for news in receiver.read(load(body), received_at=event.received_at):
        _apply(news, connection, effects)
    return effects


def _apply(news: News, connection: Connection, effects: _Effects) -> None:
    if isinstance(news, BookingNews):
        session = bookings.apply(news, connection=connection)
        if session is not None:
            effects.note(session.pk)
    elif isinstance(news, RecordingNews):
        recording = announcing.take_in(news, connection=connection)
        effects.note(recording.session_id, recording.upload_id)
    else:
        # A subscription's life is looked after without any recording.
        effects.changed |= news.kind == "lifecycle"
        for recording in announcing.fetch(news, connection=connection):
            effects.note(recording.session_id, recording.upload_id)


def _try_later(
    event: ReceivedEvent, code: str, detail: str, wanted_seconds: float | None = None
) -> None:
    """Give an event back for a later try, or fail it when there were enough."""
    if event.attempts >= MOST_ATTEMPTS:
        _end(event, Outcome.FAILED, code, detail)
        return
    usual = FIRST_DELAY * 4 ** (event.attempts - 1)
    delay = min(max(usual, timedelta(seconds=wanted_seconds or 0)), LONGEST_DELAY)
    _held(event).update(
        outcome_code=code[:50],
        outcome_detail=detail[:500],
        # Jittered, so that what failed together does not come back together.
        next_attempt_at=database_now() + delay * random.uniform(0.8, 1.2),  # noqa: S311
        lease_owner="",
        lease_until=None,
    )


def _end(
    event: ReceivedEvent, outcome: Outcome, code: str, detail: str, effects: _Effects | None = None
) -> None:
    effects = effects or _Effects()
    found: dict[str, Any] = {"session_id": effects.session_id} if effects.session_id else {}
    if effects.upload_ids:
        found["upload_id"] = effects.upload_ids[-1]
    _held(event).update(
        outcome=outcome,
        outcome_code=code[:50],
        outcome_detail=detail[:500],
        handled_at=timezone.now(),
        next_attempt_at=None,
        lease_owner="",
        lease_until=None,
        **found,
    )
    logger.info(
        "event_ended",
        event_id=str(event.pk),
        platform=event.platform,
        outcome=outcome.value,
        code=code or None,
    )


def _held(event: ReceivedEvent) -> QuerySet[ReceivedEvent]:
    """The event's row as long as this spell of work still holds it."""
    return ReceivedEvent.objects.filter(pk=event.pk, lease_owner=event.lease_owner)


def _proven_fields(event: ReceivedEvent) -> dict[str, Any]:
    """What a rejected event becomes once a secret of today vouches for it."""
    receiver = RECEIVERS[event.platform]
    body, signature = unsealed(event)
    proof = _prove_again(event, _again(event, body, signature))
    delivery = proof.delivery
    told = delivery.told
    return {
        "connection": proof.connection,
        "coach": proof.connection.coach_id,
        "dedupe_key": receiver.delivery_key(told, delivery),
        "event_type": receiver.event_type(told),
        "sealed_body": sealed(delivery.body),
        "body_bytes": len(delivery.body),
    }


def _again(event: ReceivedEvent, body: bytes, signature: Mapping[str, str]) -> Delivery:
    return Delivery({**event.headers, **signature}, body, event.received_at, any_age=True)


def _prove_again(event: ReceivedEvent, delivery: Delivery) -> Proof:
    candidates = active_connections(event.platform)
    if event.connection_id:
        candidates = candidates.filter(pk=event.connection_id)
    try:
        return prove(RECEIVERS[event.platform], delivery, candidates.iterator())[0]
    except NotProven as unproven:
        raise unproven.refusal from unproven
