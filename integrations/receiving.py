"""What platforms send: proven, kept once, handled by a worker, looked at again by staff.

The row is the queue: `receive` answers as soon as it is there.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from http import HTTPStatus
from typing import Protocol
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import Count, F, Q
from django.utils import timezone

from filmroom.api_errors import IncompleteRequest
from filmroom.errors import BodyTooLarge, FilmRoomError
from filmroom.ids import as_uuid
from filmroom.sealing import seal_fields, unseal_fields
from integrations.models import Connection, ReceivedEvent
from integrations.proving import (
    NotProven,
    Proof,
    active_connections,
    is_signed,
    prove,
    prove_unsigned,
)
from integrations.receivers import (
    RECEIVERS,
    BadSignature,
    Delivery,
    Receiver,
    Refused,
    Reply,
    Told,
    clean,
    load,
)

logger = structlog.get_logger(__name__)

Outcome = ReceivedEvent.Outcome

MOST_BODY_BYTES = 1024 * 1024
MOST_REFUSED_BYTES = 64 * 1024
PATIENCE_SECONDS = 20
# What is refused is kept for staff to see why, in such numbers that nobody can fill the table.
REFUSED_AN_HOUR = 300
REFUSED_AN_HOUR_BY_ADDRESS = 60
KEPT_HEADERS = (
    "content-type",
    "user-agent",
    "webhook-id",
    "webhook-timestamp",
    "x-zm-request-timestamp",
    "x-zm-trackingid",
)
BODY = "body"


class UnknownPlatform(Refused):
    code = "unknown_platform"
    detail = "No platform calls this address: copy it again from your connections."
    http_status = 404


class UnknownConnection(Refused):
    code = "unknown_connection"
    detail = "There is no such connection: copy the address again from your connections."
    http_status = 404


class TooSlow(Refused):
    code = "too_slow"
    detail = "The request came too slowly: send it again."
    http_status = 408


class TooManyRefused(Refused):
    code = "throttled"
    detail = "Too many requests had to be refused: mend the signature, then try again."
    http_status = 429

    def __init__(self) -> None:
        super().__init__(headers={"Retry-After": "600"})


class Readable(Protocol):
    """Where a body comes from."""

    def read(self, size: int, /) -> bytes: ...


@dataclass(frozen=True)
class Received:
    """What is answered, and the events that workers are to be nudged for.

    ``reply`` is what some platforms want word for word; else any body will do.
    """

    status: HTTPStatus
    reply: Reply | None = None
    waiting: tuple[UUID, ...] = ()


def receive(
    *,
    platform: str,
    connection_id: str | None,
    headers: Mapping[str, str],
    query: Mapping[str, str],
    stream: Readable,
    length: int | None,
) -> Received:
    """Take one request in: keep it when a connection's secret proves it, and say what to answer.

    ``headers`` are named in lower case; ``length`` is what was announced, None for a body in
    chunks. Without ``connection_id`` the secrets of all active connections of the platform are
    tried. The same delivery again only counts up, and is answered as the first was.

    Raises UnknownPlatform, and what else is refused, each kept as a rejected event:
    UnknownConnection, BadSignature, Stale, NotJson, BadChallenge, BodyTooLarge,
    IncompleteRequest, TooSlow, Unsealable; TooManyRefused when there is no room for more of them.
    """
    receiver = RECEIVERS.get(platform)
    if receiver is None:
        raise UnknownPlatform
    delivery = Delivery(headers, b"", timezone.now(), query)
    connection = None
    try:
        if connection_id is not None:
            connection = _connection(platform, connection_id)
        greeting = receiver.greeting(delivery)
        if greeting is not None:
            return Received(HTTPStatus.OK, greeting)
        if connection is None and not is_signed(receiver, delivery):
            raise BadSignature
        delivery = replace(delivery, body=_read(stream, length))
        proofs = _proofs(receiver, platform, delivery, connection)
    except NotProven as unproven:
        refusal = unproven.refusal
        _keep_refused(receiver, platform, connection or unproven.connection, delivery, refusal)
        raise refusal from unproven
    except FilmRoomError as refusal:
        _keep_refused(receiver, platform, connection, delivery, refusal)
        raise
    taken = [_take(receiver, proof) for proof in proofs]
    return replace(taken[0], waiting=tuple(event for each in taken for event in each.waiting))


def _connection(platform: str, written: str) -> Connection:
    found = as_uuid(written)
    connection = active_connections(platform).filter(pk=found).first() if found else None
    if connection is None:
        raise UnknownConnection
    return connection


def _read(stream: Readable, length: int | None) -> bytes:
    if length is not None and length > MOST_BODY_BYTES:
        raise BodyTooLarge
    until = time.monotonic() + PATIENCE_SECONDS
    chunks: list[bytes] = []
    total = 0
    while chunk := stream.read(min(65536, MOST_BODY_BYTES + 1 - total)):
        chunks.append(chunk)
        total += len(chunk)
        if total > MOST_BODY_BYTES:
            raise BodyTooLarge
        if time.monotonic() > until:
            raise TooSlow
    if length is not None and total < length:
        raise IncompleteRequest
    return b"".join(chunks)


def _proofs(
    receiver: Receiver, platform: str, delivery: Delivery, connection: Connection | None
) -> list[Proof]:
    if not receiver.signature_headers:
        load(delivery.body)  # what is no JSON proves nothing, whoever is asked
    if connection is None:
        return prove(receiver, delivery, active_connections(platform).iterator())
    if not is_signed(receiver, delivery):
        return [prove_unsigned(receiver, delivery, connection)]
    return prove(receiver, delivery, [connection])


def _take(receiver: Receiver, proof: Proof) -> Received:
    """Keep a genuine delivery, answer a challenge. Raises NotJson and BadChallenge, once kept."""
    delivery = proof.delivery
    try:
        told = delivery.told
        reply = receiver.challenge(told, delivery, proof.secrets)
    except Refused as refusal:
        key = receiver.delivery_key(Told(None), delivery)
        _keep(proof, key=key, outcome=Outcome.FAILED, code=refusal.code, detail=refusal.detail)
        raise
    key, event_type = receiver.delivery_key(told, delivery), receiver.event_type(told)
    if reply is not None:
        _keep(proof, key=key, event_type=event_type, outcome=Outcome.IGNORED, code="challenge")
        return Received(HTTPStatus.OK, reply)
    waiting = _keep(proof, key=key, event_type=event_type)
    return Received(receiver.success, waiting=(waiting,) if waiting else ())


def _keep(
    proof: Proof,
    *,
    key: str,
    event_type: str = "",
    outcome: Outcome = Outcome.PENDING,
    code: str = "",
    detail: str = "",
) -> UUID | None:
    """Store a delivery once; return its event if that waits for a worker."""
    connection, delivery = proof.connection, proof.delivery
    events = ReceivedEvent.objects.filter(connection=connection, dedupe_key=key)
    with transaction.atomic():
        # Taken first, this row lets deliveries of one connection come one after the other.
        if not Connection.objects.filter(pk=connection.pk).update(
            last_event_at=delivery.received_at
        ):
            raise UnknownConnection
        if events.update(times_received=F("times_received") + 1):
            return events.filter(outcome=Outcome.PENDING).values_list("pk", flat=True).first()
        event = ReceivedEvent.objects.create(
            platform=connection.platform,
            connection=connection,
            coach_id=connection.coach_id,
            dedupe_key=key,
            event_type=event_type,
            headers=_kept_headers(delivery),
            sealed_body=sealed(delivery.body),
            body_bytes=len(delivery.body),
            received_at=delivery.received_at,
            outcome=outcome,
            outcome_code=code,
            outcome_detail=detail,
            handled_at=None if outcome == Outcome.PENDING else delivery.received_at,
        )
    return event.pk if outcome == Outcome.PENDING else None


def _keep_refused(
    receiver: Receiver,
    platform: str,
    connection: Connection | None,
    delivery: Delivery,
    refusal: FilmRoomError,
) -> None:
    """Keep what was refused, so that staff see why and may look again once a secret is mended.

    Its key is nobody's, so that a forged delivery never stands in a genuine one's way. Raises
    TooManyRefused, with nothing kept, when there are enough of them.
    """
    has_room = _has_room(platform, connection, delivery)
    logger.warning(
        "webhook_refused",
        platform=platform,
        connection=str(connection.pk) if connection else None,
        code=refusal.code,
        kept=has_room,
    )
    if not has_room:
        raise TooManyRefused from refusal
    body = delivery.body if len(delivery.body) <= MOST_REFUSED_BYTES else b""
    signature = {
        name: value for name in receiver.signature_headers if (value := delivery.header(name))
    }
    event = ReceivedEvent(
        platform=platform,
        connection=connection,
        coach_id=connection.coach_id if connection else None,
        headers=_kept_headers(delivery),
        sealed_body=sealed(body, signature) if body else "",
        body_bytes=len(delivery.body),
        received_at=delivery.received_at,
        outcome=Outcome.REJECTED,
        outcome_code=refusal.code,
        outcome_detail=refusal.detail,
        handled_at=delivery.received_at,
    )
    event.dedupe_key = f"rejected:{event.pk}"
    event.save(force_insert=True)


def _has_room(platform: str, connection: Connection | None, delivery: Delivery) -> bool:
    hour = delivery.received_at - timedelta(hours=1)
    recent = ReceivedEvent.objects.filter(
        platform=platform, received_at__gt=hour, outcome=Outcome.REJECTED
    )
    count = recent.aggregate(all=Count("pk"), here=Count("pk", filter=Q(connection=connection)))
    here = count["here"] < REFUSED_AN_HOUR_BY_ADDRESS or connection is None
    return here and count["all"] < REFUSED_AN_HOUR


def _kept_headers(delivery: Delivery) -> dict[str, str]:
    return {name: clean(value)[:200] for name in KEPT_HEADERS if (value := delivery.header(name))}


def sealed(body: bytes, signature: Mapping[str, str] | None = None) -> str:
    """Return a body, and the headers that sign it, as a row keeps them."""
    # Latin-1 gives each byte a character, whatever the bytes are.
    signature = {name: clean(value) for name, value in (signature or {}).items()}
    return seal_fields({BODY: body.decode("latin-1"), **signature})


def unsealed(event: ReceivedEvent) -> tuple[bytes, dict[str, str]]:
    """Return an event's body and the headers that sign it. Raises Unsealable."""
    fields = unseal_fields(event.sealed_body)
    return fields.pop(BODY, "").encode("latin-1"), fields
