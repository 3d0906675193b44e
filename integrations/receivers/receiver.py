"""What every receiver answers: whether a request is genuine, which delivery it is, what it tells.

Pure: no database, no network, no clock of its own. To add a platform, copy a module beside this
one, name it in ``RECEIVERS``, and say in `integrations.platforms` what connects it.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from http import HTTPStatus

from integrations.news import News
from integrations.receivers.errors import BadSignature, Stale
from integrations.receivers.told import Told, load

TOLERANCE = timedelta(minutes=5)
_SECONDS = re.compile(r"[0-9]{1,12}")
_PLAIN_KEY = re.compile(r"[A-Za-z0-9_.:=-]{1,150}")


@dataclass(frozen=True)
class Delivery:
    """A request as it came: header names in lower case, the body's exact bytes.

    ``any_age`` is for what is looked at again, long after it came.
    """

    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    received_at: datetime
    query: Mapping[str, str] = field(default_factory=dict, repr=False)
    any_age: bool = False

    @cached_property
    def told(self) -> Told:
        """The body as JSON, parsed once however many secrets are tried. Raises NotJson."""
        return load(self.body)

    def header(self, name: str) -> str:
        """Return a header's value, '' where there is none."""
        return self.headers.get(name, "").strip()


@dataclass(frozen=True)
class Reply:
    """An answer that a platform wants word for word."""

    body: bytes
    content_type: str


class Receiver(ABC):
    """One platform's webhooks. ``secrets`` are a connection's secrets and details by name."""

    # What the signature is made of beside the body; kept sealed with a refused request.
    signature_headers: tuple[str, ...] = ()
    # What the platform takes for success.
    success: HTTPStatus = HTTPStatus.ACCEPTED

    @abstractmethod
    def verify(self, delivery: Delivery, secrets: Mapping[str, str]) -> bytes:
        """Return the body, or the part of it that ``secrets`` vouch for.

        Secrets are compared in constant time. Raises BadSignature, Stale, and NotJson where the
        proof stands inside of the body.
        """

    def greeting(self, delivery: Delivery) -> Reply | None:
        """Return the answer to a platform that asks whether somebody is here, before any proof."""
        return None

    def challenge(self, told: Told, delivery: Delivery, secrets: Mapping[str, str]) -> Reply | None:
        """Return the answer to a genuine request that asks for proof of the secret; else None.

        Raises BadChallenge.
        """
        return None

    def accepts_unsigned(self, told: Told) -> bool:
        """Whether a request without any signature may be answered at a connection's own address."""
        return False

    def delivery_key(self, told: Told, delivery: Delivery) -> str:
        """Return what names this delivery, the same each time the platform repeats it."""
        return digest(delivery.body)

    @abstractmethod
    def event_type(self, told: Told) -> str:
        """Return the platform's own word for what happened, '' where it has none."""

    @abstractmethod
    def read(self, told: Told, *, received_at: datetime) -> list[News]:
        """Return what the request tells.

        Raises Unreadable when it does not say what it is about, NothingToDo for what is no news.
        """


def same(given: str, expected: str) -> bool:
    """Whether two texts are alike, in constant time, whatever characters were given."""
    return hmac.compare_digest(
        given.encode("utf-8", "surrogatepass"), expected.encode("utf-8", "surrogatepass")
    )


def one_of(given: Iterable[str], expected: str) -> bool:
    """Whether one of several texts is the expected one; the time does not tell which."""
    return sum(same(each, expected) for each in given) > 0


def hex_hmac(secret: str, message: bytes, algorithm: str = "sha256") -> str:
    """Return the HMAC of ``message`` in lower-case hexadecimal."""
    return hmac.new(secret.encode(), message, algorithm).hexdigest()


def secret_of(secrets: Mapping[str, str], name: str) -> str:
    """Return a secret. Raises BadSignature where the connection has none: nothing proves then."""
    secret = secrets.get(name, "")
    if not secret:
        raise BadSignature
    return secret


def check_age(delivery: Delivery, seconds: str) -> None:
    """Raise Stale for a request signed more than ``TOLERANCE`` ago, or ahead of our clock."""
    if delivery.any_age:
        return
    if not _SECONDS.fullmatch(seconds):
        raise Stale
    if abs(delivery.received_at.timestamp() - int(seconds)) > TOLERANCE.total_seconds():
        raise Stale


def digest(data: bytes) -> str:
    """Return a name for exactly these bytes."""
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def key_of(*parts: str) -> str:
    """Return a delivery's key made of ``parts``: as they are where that is short and plain."""
    key = ":".join(parts)
    return key if _PLAIN_KEY.fullmatch(key) else digest(key.encode("utf-8", "surrogatepass"))
