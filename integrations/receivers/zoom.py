"""Zoom: recordings that are completed, and what becomes of them there."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from http import HTTPStatus

from filmroom.json import dump
from integrations.news import AnnouncedFile, FileKind, News, RecordingNews
from integrations.receivers.errors import BadChallenge, BadSignature, NothingToDo, Unreadable
from integrations.receivers.receiver import (
    Delivery,
    Receiver,
    Reply,
    check_age,
    digest,
    hex_hmac,
    key_of,
    same,
    secret_of,
)
from integrations.receivers.told import Told

VALIDATION = "endpoint.url_validation"
TOKEN_LASTS = timedelta(hours=24)
TRASH_KEEPS = timedelta(days=30)
_BROUGHT = {"recording.completed", "recording.transcript_completed", "recording.recovered"}
_KINDS = {
    "MP4": FileKind.VIDEO,
    "M4A": FileKind.AUDIO,
    "TRANSCRIPT": FileKind.TRANSCRIPT,
    "CC": FileKind.CAPTIONS,
    "CHAT": FileKind.CHAT,
}
_EXTENSIONS = {"MP4": "mp4", "M4A": "m4a", "TRANSCRIPT": "vtt", "CC": "vtt", "CHAT": "txt"}
# Never what a signature is made over ("v0:…"): an answer must not sign somebody's request.
_PLAIN_TOKEN = re.compile(r"[A-Za-z0-9_.+/=-]{1,200}")


class Zoom(Receiver):
    """``v0=`` and the hex HMAC-SHA256 over ``v0:{timestamp}:{body}``."""

    signature_headers = ("x-zm-request-timestamp", "x-zm-signature")
    success = HTTPStatus.OK  # only 200 and 204 count there

    def verify(self, delivery: Delivery, secrets: Mapping[str, str]) -> bytes:
        timestamp = delivery.header("x-zm-request-timestamp")
        message = b"v0:" + timestamp.encode("utf-8", "replace") + b":" + delivery.body
        expected = "v0=" + hex_hmac(secret_of(secrets, "webhook_secret"), message)
        if not same(delivery.header("x-zm-signature"), expected):
            raise BadSignature
        check_age(delivery, timestamp)
        return delivery.body

    def accepts_unsigned(self, told: Told) -> bool:
        return told["event"].text() == VALIDATION

    def challenge(self, told: Told, delivery: Delivery, secrets: Mapping[str, str]) -> Reply | None:
        if told["event"].text() != VALIDATION:
            return None
        token = told.at("payload.plainToken").text(201)
        if not _PLAIN_TOKEN.fullmatch(token):
            raise BadChallenge
        encrypted = hex_hmac(secret_of(secrets, "webhook_secret"), token.encode())
        answer = dump({"plainToken": token, "encryptedToken": encrypted})
        return Reply(answer, "application/json")

    def delivery_key(self, told: Told, delivery: Delivery) -> str:
        uuid, at = told.at("payload.object.uuid").name(), told["event_ts"].name(20)
        if not (uuid and at):
            return digest(delivery.body)
        return key_of(self.event_type(told), at, uuid)

    def event_type(self, told: Told) -> str:
        return told["event"].text(100)

    def read(self, told: Told, *, received_at: datetime) -> list[News]:
        event, about = self.event_type(told), told.at("payload.object")
        if event not in _BROUGHT | {"recording.trashed", "recording.deleted"}:
            raise NothingToDo
        uuid = about["uuid"].name()
        if not uuid:
            raise Unreadable
        at = told["event_ts"].clock(1000) or received_at
        token = told["download_token"].text(4000)
        brings = event in _BROUGHT
        files = tuple(file for each in about["recording_files"].each() if (file := _file(each)))
        return [
            RecordingNews(
                platform="zoom",
                external_id=uuid,
                meeting_id=about["id"].name(200),
                title=about["topic"].text(),
                host_email=about["host_email"].email(),
                started_at=about["start_time"].time(),
                duration_seconds=about["duration"].seconds(60) or None,
                share_url=about["share_url"].link(),
                files=files if brings else (),
                access={"download_token": token} if brings and token else {},
                access_until=at + TOKEN_LASTS if brings and token else None,
                expires_at=at + TRASH_KEEPS if event == "recording.trashed" else None,
                is_gone=event == "recording.deleted",
                is_back=event == "recording.recovered",
            )
        ]


def _file(told: Told) -> AnnouncedFile | None:
    """A file that is worth having; a timeline is not."""
    kind = told["file_type"].text(20).upper()
    if kind not in _KINDS:
        return None
    url = told["download_url"].link()
    extension = told["file_extension"].text(10).lower()
    return AnnouncedFile(
        # Closed captions and some chats come without an id: there is one of each.
        id=told["id"].name() or kind.lower(),
        kind=_KINDS[kind],
        url=url,
        extension=extension if extension.isalnum() else _EXTENSIONS[kind],
        view=told["recording_type"].text(100),
        size_bytes=told["file_size"].size(),
        is_ready=bool(url) and told["status"].text(20).lower() in ("completed", ""),
    )
