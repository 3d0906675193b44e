"""Webex: says only that a recording or transcript is there; its API says the rest."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from integrations.news import FetchNews, News, RecordingNews
from integrations.receivers.errors import BadSignature, NothingToDo, Unreadable
from integrations.receivers.receiver import Delivery, Receiver, hex_hmac, same, secret_of
from integrations.receivers.told import Told

_KINDS = {"recordings": "recording", "meetingTranscripts": "transcript"}


class Webex(Receiver):
    """Hex HMAC-SHA1 over the body, as Webex has it."""

    signature_headers = ("x-spark-signature",)

    def verify(self, delivery: Delivery, secrets: Mapping[str, str]) -> bytes:
        expected = hex_hmac(secret_of(secrets, "webhook_secret"), delivery.body, "sha1")
        if not same(delivery.header("x-spark-signature").lower(), expected):
            raise BadSignature
        return delivery.body

    def event_type(self, told: Told) -> str:
        resource, event = told["resource"].text(50), told["event"].text(49)
        return f"{resource}.{event}" if event else resource

    def read(self, told: Told, *, received_at: datetime) -> list[News]:
        resource, event = told["resource"].text(50), told["event"].text(50)
        if resource not in _KINDS:
            raise NothingToDo
        given = told.at("data.id").name()
        if not given:
            raise Unreadable
        if event != "deleted":
            return [FetchNews(_KINDS[resource], given)]
        if resource == "recordings":
            return [RecordingNews(platform="webex", external_id=given, is_gone=True)]
        raise NothingToDo
