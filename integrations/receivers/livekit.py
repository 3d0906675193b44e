"""LiveKit: a recording (egress) of a coach's own rooms has ended."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import jwt

from filmroom.sentences import sentence
from integrations.news import AnnouncedFile, FileKind, News, RecordingNews
from integrations.receivers.errors import BadSignature, NothingToDo, Stale, Unreadable
from integrations.receivers.receiver import (
    TOLERANCE,
    Delivery,
    Receiver,
    digest,
    key_of,
    same,
    secret_of,
)
from integrations.receivers.told import LONGEST_LINK, Told

# At a limit of time or size it ended early, and the file is there all the same.
_WITH_FILE = {"EGRESS_COMPLETE", "EGRESS_LIMIT_REACHED"}
_SOUND = {"ogg", "mp3", "m4a", "aac", "wav"}
_NANOSECONDS = 1_000_000_000
_NOWHERE = sentence(
    "LiveKit gives neither a web link nor a bucket: let the egress write where one can read it."
)
_PLACE = re.compile(r"s3://[a-z0-9.-]{3,63}/\S+")


class LiveKit(Receiver):
    """A JWT (HS256, by the API secret) whose claim ``sha256`` is the base64 hash of the body."""

    signature_headers = ("authorization",)

    def verify(self, delivery: Delivery, secrets: Mapping[str, str]) -> bytes:
        token = delivery.header("authorization").removeprefix("Bearer ").strip()
        claims = _claims(token, secret_of(secrets, "api_secret"))
        expected = base64.b64encode(hashlib.sha256(delivery.body).digest()).decode()
        genuine = same(str(claims.get("sha256", "")), expected)
        if key := secrets.get("api_key", ""):
            genuine &= same(str(claims.get("iss", "")), key)
        if not genuine:
            raise BadSignature
        _check_times(Told(claims), delivery)
        return delivery.body

    def delivery_key(self, told: Told, delivery: Delivery) -> str:
        given = told["id"].name()
        return key_of(given) if given else digest(delivery.body)

    def event_type(self, told: Told) -> str:
        return told["event"].text(100)

    def read(self, told: Told, *, received_at: datetime) -> list[News]:
        about = told["egressInfo"]
        if self.event_type(told) != "egress_ended" or about["status"].text() not in _WITH_FILE:
            raise NothingToDo
        egress = about["egressId"].name()
        if not egress:
            raise Unreadable
        results = about["fileResults"].each() or [about["file"]]
        files = [
            file for number, each in enumerate(results) if (file := _file(each, egress, number))
        ]
        if not files:
            raise NothingToDo(_NOWHERE)
        return [
            RecordingNews(
                platform="other",
                external_id=egress,
                meeting_id=about["roomName"].name(200),
                title=about["roomName"].text(),
                started_at=results[0]["startedAt"].clock(_NANOSECONDS)
                or about["startedAt"].clock(_NANOSECONDS),
                duration_seconds=results[0]["duration"].seconds(1 / _NANOSECONDS) or None,
                files=tuple(files),
            )
        ]


def _claims(token: str, secret: str) -> dict[str, Any]:
    try:
        # Times are looked at by the caller, against the time at which the request came.
        return jwt.decode(
            token,
            secret,
            algorithms=["HS256"],
            options={
                "verify_exp": False,
                "verify_nbf": False,
                "verify_iat": False,
                "verify_aud": False,
                "verify_iss": False,
                "verify_sub": False,
                "verify_jti": False,
            },
        )
    except (jwt.InvalidTokenError, jwt.InvalidKeyError, ValueError, RecursionError) as error:
        raise BadSignature from error


def _check_times(claims: Told, delivery: Delivery) -> None:
    if delivery.any_age:
        return
    now, leeway = delivery.received_at.timestamp(), TOLERANCE.total_seconds()
    for name, sign in (("exp", 1), ("nbf", -1)):
        limit = claims[name].number()
        if claims[name] and (limit is None or sign * (now - limit) > leeway):
            raise Stale


def _place(told: Told) -> str:
    """A place in a bucket, which may be our own."""
    text = told.text(LONGEST_LINK + 1)
    return text if _PLACE.fullmatch(text) and len(text) <= LONGEST_LINK else ""


def _file(told: Told, egress: str, number: int) -> AnnouncedFile | None:
    url = told["location"].link() or _place(told["location"])
    if not url:
        return None
    name = told["filename"].text(1000) or url.partition("?")[0]
    extension = name.rpartition(".")[2].lower()
    extension = extension if extension.isalnum() and len(extension) <= 5 else ""
    return AnnouncedFile(
        id=egress if not number else f"{egress}/{number}",
        kind=FileKind.AUDIO if extension in _SOUND else FileKind.VIDEO,
        url=url,
        extension=extension,
        size_bytes=told["size"].size(),
    )
