"""Who vouches for a request to a receiver: connections, tried secret by secret."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from django.db.models import QuerySet

from filmroom.errors import FilmRoomError
from filmroom.sealing import Unsealable, unseal_fields
from integrations.models import Connection
from integrations.receivers import BadSignature, Delivery, NotJson, Receiver, Stale


@dataclass(frozen=True)
class Proof:
    """A connection whose secrets vouch for a request; ``delivery.body`` is what they vouch for."""

    connection: Connection
    secrets: Mapping[str, str] = field(repr=False)
    delivery: Delivery


class NotProven(Exception):
    """Nobody vouches for a request: why not, and whose it is if that is known."""

    def __init__(self, refusal: FilmRoomError, connection: Connection | None) -> None:
        self.refusal = refusal
        self.connection = connection
        super().__init__(refusal.code)


def active_connections(platform: str) -> QuerySet[Connection]:
    """Return the platform's connections whose coach may act."""
    return Connection.objects.filter(platform=platform, coach__is_active=True)


def is_signed(receiver: Receiver, delivery: Delivery) -> bool:
    """Whether a request carries what could be a proof; in some, only its body could."""
    names = receiver.signature_headers
    return not names or any(delivery.header(name) for name in names)


def prove(receiver: Receiver, delivery: Delivery, candidates: Iterable[Connection]) -> list[Proof]:
    """Return a proof for each connection whose secrets fit, at least one. Raises NotProven.

    All are tried, so that the time it takes does not tell which one fitted.
    """
    proofs: list[Proof] = []
    refused = NotProven(BadSignature(), None)
    for candidate in candidates:
        try:
            proofs.append(_proof(receiver, delivery, candidate))
        except FilmRoomError as error:
            # Of many, the one whose secret fits says more than those it was never meant for.
            if not isinstance(refused.refusal, Stale):
                refused = NotProven(error, candidate)
    if not proofs:
        raise refused
    return proofs


def prove_unsigned(receiver: Receiver, delivery: Delivery, connection: Connection) -> Proof:
    """Return a proof of sorts for what a platform may ask unsigned at a connection's own address.

    Raises NotProven for anything else.
    """
    try:
        if receiver.accepts_unsigned(delivery.told):
            return Proof(connection, _secrets(connection), delivery)
    except NotJson:
        pass  # as unproven as any other body
    except Unsealable as error:
        raise NotProven(error, connection) from error
    raise NotProven(BadSignature(), connection)


def _proof(receiver: Receiver, delivery: Delivery, connection: Connection) -> Proof:
    secrets = _secrets(connection)
    genuine = receiver.verify(delivery, secrets)
    return Proof(connection, secrets, replace(delivery, body=genuine))


def _secrets(connection: Connection) -> dict[str, str]:
    """A connection's secrets and details by name. Raises Unsealable."""
    values = {**connection.details, **unseal_fields(connection.sealed_secrets)}
    return {name: value for name, value in values.items() if isinstance(value, str)}
