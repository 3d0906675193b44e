"""The same Idempotency-Key answers the first result again and does nothing twice."""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import IdempotentAnswer, User
from filmroom.errors import FilmRoomError

LONGEST_KEY = 255
# How long a second request waits for the first one's answer before it is sent away.
PATIENCE_SECONDS = 10.0
# A first request that left no answer for so long died on the way.
ABANDONED_AFTER = timedelta(hours=1)


class BadKey(FilmRoomError):
    code = "invalid_idempotency_key"
    detail = "An Idempotency-Key has 1 to 255 characters."


class Mismatch(FilmRoomError):
    code = "idempotency_mismatch"
    detail = "This Idempotency-Key was used for another request: choose a new one."
    http_status = 422


class StillRunning(FilmRoomError):
    code = "idempotency_in_progress"
    detail = "The first request with this Idempotency-Key is still running: try again shortly."
    http_status = 409


@dataclass(frozen=True)
class Answer:
    """What the first request was answered."""

    status_code: int
    body: Any
    location: str


def fingerprint(*parts: bytes) -> str:
    """Return the SHA-256 (hex) of ``parts``, their borders included."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return digest.hexdigest()


def begin(*, user: User, key: str, print_: str) -> tuple[IdempotentAnswer | None, Answer | None]:
    """Reserve ``key`` for this request, or return what the first request was answered.

    Returns ``(reservation, None)`` for the first request, which has to call `finish` or `release`,
    and ``(None, answer)`` for a later one. Raises BadKey, Mismatch for another request's
    fingerprint, StillRunning when the first one does not end in time.
    """
    if not 1 <= len(key) <= LONGEST_KEY or "\x00" in key:
        raise BadKey
    give_up = time.monotonic() + PATIENCE_SECONDS
    while True:
        reservation = _reserve(user, key, print_)
        if reservation is not None:
            return reservation, None
        row = IdempotentAnswer.objects.filter(user=user, key=key).first()
        if row is None:
            continue
        if _is_over(row):
            IdempotentAnswer.objects.filter(pk=row.pk, created_at=row.created_at).delete()
            continue
        if row.fingerprint != print_:
            raise Mismatch
        if row.status_code is not None:
            return None, Answer(row.status_code, row.body, row.location)
        if time.monotonic() > give_up:
            raise StillRunning
        time.sleep(0.1)


def _reserve(user: User, key: str, print_: str) -> IdempotentAnswer | None:
    try:
        with transaction.atomic():
            return IdempotentAnswer.objects.create(user=user, key=key, fingerprint=print_)
    except IntegrityError:
        return None


def _is_over(row: IdempotentAnswer) -> bool:
    if row.is_stale(keep=timedelta(seconds=settings.IDEMPOTENCY_KEEP_SECONDS)):
        return True
    return not row.is_done and row.is_stale(keep=ABANDONED_AFTER)


def finish(reservation: IdempotentAnswer, answer: Answer) -> None:
    """Keep the first request's answer."""
    IdempotentAnswer.objects.filter(pk=reservation.pk).update(
        status_code=answer.status_code, body=answer.body, location=answer.location
    )


def release(reservation: IdempotentAnswer) -> None:
    """Forget a request that came to nothing, so that it may be tried again."""
    IdempotentAnswer.objects.filter(pk=reservation.pk).delete()


def forget_old() -> int:
    """Delete answers older than they are kept; return how many. For the sweep."""
    before = timezone.now() - timedelta(seconds=settings.IDEMPOTENCY_KEEP_SECONDS)
    return IdempotentAnswer.objects.filter(created_at__lt=before).delete()[0]
