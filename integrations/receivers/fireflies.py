"""Fireflies: a meeting was transcribed; its API has the transcript and the recording."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from integrations.news import FetchNews, News
from integrations.receivers.errors import BadSignature, NothingToDo, Unreadable
from integrations.receivers.receiver import Delivery, Receiver, hex_hmac, same, secret_of
from integrations.receivers.told import Told

# Version 2's words, and version 1's.
_TRANSCRIBED = {"meeting.transcribed", "transcription completed"}


class Fireflies(Receiver):
    """Hex HMAC-SHA256 over the body: after ``sha256=`` in version 2, bare in version 1.

    Fireflies signs nothing when it has no secret; such a request is refused.
    """

    signature_headers = ("x-hub-signature",)

    def verify(self, delivery: Delivery, secrets: Mapping[str, str]) -> bytes:
        expected = hex_hmac(secret_of(secrets, "webhook_secret"), delivery.body)
        given = delivery.header("x-hub-signature").removeprefix("sha256=")
        if not same(given.lower(), expected):
            raise BadSignature
        return delivery.body

    def event_type(self, told: Told) -> str:
        return told["event"].text(100) or told["eventType"].text(100)

    def read(self, told: Told, *, received_at: datetime) -> list[News]:
        if self.event_type(told).lower() not in _TRANSCRIBED:
            raise NothingToDo
        meeting = told["meeting_id"].name() or told["meetingId"].name()
        if not meeting:
            raise Unreadable
        reference = told["client_reference_id"].name() or told["clientReferenceId"].name()
        details = {"client_reference_id": reference} if reference else {}
        return [FetchNews("transcript", meeting, details)]
