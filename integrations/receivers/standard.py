"""Standard Webhooks: the scheme that many senders share, and the body for tools of one's own.

The body is described in docs/webhooks.md.
"""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Mapping
from datetime import datetime

from integrations.news import (
    AnnouncedFile,
    BookingChange,
    BookingNews,
    FileKind,
    News,
    RecordingNews,
    Somebody,
)
from integrations.receivers.errors import BadSignature, NothingToDo, Unreadable
from integrations.receivers.receiver import (
    Delivery,
    Receiver,
    check_age,
    digest,
    key_of,
    one_of,
    secret_of,
)
from integrations.receivers.told import Told, seconds_between
from recordings.sources.links import part_passcode

MOST_SIGNATURES = 20
_CHANGES = {
    "booking.created": BookingChange.MADE,
    "booking.rescheduled": BookingChange.MOVED,
    "booking.cancelled": BookingChange.CANCELLED,
}
_RECORDINGS = {"recording.completed", "recording.transcript_completed", "recording.deleted"}


class StandardScheme(Receiver):
    """``v1,{base64}``: HMAC-SHA256 over ``{id}.{timestamp}.{body}``, several with blanks between.

    The key is what base64 says after ``whsec_``. ``webhook-id`` stays the same on retries.
    """

    signature_headers = ("webhook-id", "webhook-timestamp", "webhook-signature")

    def verify(self, delivery: Delivery, secrets: Mapping[str, str]) -> bytes:
        key = _key(secret_of(secrets, "webhook_secret"))
        name, timestamp = delivery.header("webhook-id"), delivery.header("webhook-timestamp")
        message = f"{name}.{timestamp}.".encode("utf-8", "replace") + delivery.body
        expected = base64.b64encode(hmac.digest(key, message, "sha256")).decode()
        given = delivery.header("webhook-signature").split()[:MOST_SIGNATURES]
        signatures = (each[3:] for each in given if each.startswith("v1,"))
        if not one_of(signatures, expected) or not name:
            raise BadSignature
        check_age(delivery, timestamp)
        return delivery.body

    def delivery_key(self, told: Told, delivery: Delivery) -> str:
        given = delivery.header("webhook-id")
        return key_of(given) if given else digest(delivery.body)


class Standard(StandardScheme):
    """Tools of one's own: ``{"type", "data"}`` as docs/webhooks.md has it."""

    def event_type(self, told: Told) -> str:
        return told["type"].text(100)

    def read(self, told: Told, *, received_at: datetime) -> list[News]:
        event, about = self.event_type(told), told["data"]
        if event not in _RECORDINGS and event not in _CHANGES:
            raise NothingToDo
        if not about["id"].name():
            raise Unreadable
        if event in _CHANGES:
            told_at = told["timestamp"].time() or received_at
            return [_booking(about, _CHANGES[event], told_at)]
        return [_recording(about, is_gone=event == "recording.deleted")]


def _booking(about: Told, change: BookingChange, told_at: datetime) -> BookingNews:
    return BookingNews(
        external_id=about["id"].name(),
        change=change,
        told_at=told_at,
        moved_from=about["moved_from"].name(),
        title=about["title"].text(),
        description=about["description"].text(5000),
        starts_at=about["starts_at"].time(),
        ends_at=about["ends_at"].time(),
        host_email=about["host_email"].email(),
        attendees=people(about["attendees"]),
        meeting_url=about["meeting_url"].link(),
    )


def _recording(about: Told, *, is_gone: bool) -> RecordingNews:
    start, end = about["started_at"].time(), about["ended_at"].time()
    share_url, passcode = part_passcode(about["share_url"].link())
    files = (_file(each, number) for number, each in enumerate(about["files"].each()))
    return RecordingNews(
        platform="other",
        external_id=about["id"].name(),
        meeting_id=about["meeting_id"].name(200),
        title=about["title"].text(),
        host_email=about["host_email"].email(),
        participants=people(about["participants"]),
        started_at=start,
        duration_seconds=about["duration_seconds"].seconds() or seconds_between(start, end),
        share_url=share_url,
        access={"passcode": passcode} if passcode else {},
        files=() if is_gone else tuple(file for file in files if file),
        expires_at=about["expires_at"].time(),
        is_gone=is_gone,
    )


def _file(told: Told, number: int) -> AnnouncedFile | None:
    url, kind = told["url"].link(), told["kind"].text(20).lower() or FileKind.VIDEO
    if not url or kind not in set(FileKind):
        return None
    extension = told["extension"].text(10).lower().removeprefix(".")
    return AnnouncedFile(
        id=told["id"].name() or str(number),
        kind=FileKind(kind),
        url=url,
        extension=extension if extension.isalnum() else "",
        view=told["view"].text(100),
        size_bytes=told["size_bytes"].size(),
        language=told["language"].text(35),
    )


def people(told: Told) -> tuple[Somebody, ...]:
    """Return those of a list who have a name or an address."""
    found = (Somebody(each["name"].text(), each["email"].email()) for each in told.each())
    return tuple(each for each in found if each.name or each.email)


def _key(secret: str) -> bytes:
    try:
        key = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadSignature from error
    if not key:
        raise BadSignature
    return key
