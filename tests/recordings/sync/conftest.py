"""A bucket and a table to compare."""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from recordings import lifecycle, storage, verifying
from recordings.media.sniffing import HEAD_BYTES
from recordings.models import SessionUpload, SyncRun
from recordings.sync import request_sync, run_sync
from sessions_app.models import Session

COUNTS = ("total_files", "new_records", "updated_records", "missing_records", "unmatched_files")


# The header of a WAV file whose data may be of any length: one channel, 8 kHz, 16 bits.
WAV = (
    b"RIFF\xff\xff\xff\xffWAVEfmt "
    + struct.pack("<IHHIIHH", 16, 1, 1, 8000, 16000, 2, 16)
    + b"data\xff\xff\xff\xff"
)
HTML = b"<!doctype html><html><body>Sign in</body></html>"


def counts(run: SyncRun) -> dict[str, int]:
    """The counts of a run that are not zero."""
    return {name: value for name in COUNTS if (value := getattr(run, name))}


@pytest.fixture
def put(bucket: str, s3: Any) -> Callable[..., None]:
    """Put an object into the bucket by hand."""

    def put(key: str, body: bytes = WAV + bytes(8)) -> None:
        s3.put_object(Bucket=bucket, Key=key, Body=body)

    return put


@pytest.fixture
def requests_of(bucket: str, s3: Any, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """What is asked about single objects from now on: ("head" or "read", key)."""
    asked: list[tuple[str, str]] = []
    head, read = storage.head, storage.read_range

    def note_head(key: str, version_id: str | None = None) -> Any:
        asked.append(("head", key))
        return head(key, version_id)

    def note_read(key: str, start: int, length: int, version_id: str | None = None) -> bytes:
        assert (start, length) == (0, HEAD_BYTES)
        asked.append(("read", key))
        return read(key, start, length, version_id)

    monkeypatch.setattr(storage, "head", note_head)
    monkeypatch.setattr(verifying, "read_range", note_read)
    return asked


@pytest.fixture
def drop(bucket: str, s3: Any) -> Callable[[str], None]:
    """Remove an object from the bucket by hand."""
    return lambda key: s3.delete_object(Bucket=bucket, Key=key)


@pytest.fixture
def sync(bucket: str) -> Callable[..., SyncRun]:
    """Do a whole sync; keyword arguments are those of request_sync."""

    def sync(**options: Any) -> SyncRun:
        options = {"coach": None, "by": None, "trigger": "command"} | options
        return run_sync(request_sync(**options).pk, worker="test")

    return sync


@pytest.fixture
def key_in() -> Callable[..., str]:
    """The key that a file has, put by hand under the prefix of a session."""

    def key_in(session: Session, name: str = "talk.mp4") -> str:
        prefix = storage.session_prefix(
            coach_id=session.coach_id,
            client_id=session.client_id,
            scheduled_at=session.scheduled_at,
        )
        return prefix + name

    return key_in


@pytest.fixture
def recorded(put: Callable[..., None], key_in: Callable[..., str]) -> Callable[..., SessionUpload]:
    """Make a completed upload of a session, with its object; keyword arguments are its fields."""

    def recorded(
        session: Session,
        name: str = "talk.mp4",
        *,
        body: bytes | None = WAV + bytes(8),
        **fields: Any,
    ) -> SessionUpload:
        key = fields.pop("s3_key", None) or key_in(session, name)
        facts: dict[str, Any] = {"size_bytes": 10, "etag": "e" * 32}
        if body is not None:
            put(key, body)
            held = storage.head(key)
            assert held is not None
            facts = {
                "size_bytes": held.size_bytes,
                "etag": held.etag,
                "version_id": held.version_id,
            }
        upload = SessionUpload(
            session=session,
            type="manual",
            status="completed",
            s3_key=key,
            **{"completed_at": timezone.now(), **facts, **fields},
        )
        return lifecycle.start(upload, actor=lifecycle.WORKER)

    return recorded


@pytest.fixture
def uploads_of() -> Callable[[Session], list[SessionUpload]]:
    return lambda session: list(SessionUpload.objects.filter(session=session).order_by("s3_key"))


@pytest.fixture
def own_prefix(coach: User) -> str:
    return storage.coach_prefix(coach.pk)


@pytest.fixture
def make_upload(session: Session) -> Callable[..., SessionUpload]:
    """A completed row without an object; keyword arguments are its fields."""

    def make_upload(**fields: Any) -> SessionUpload:
        facts = {"size_bytes": 10, "etag": "e" * 32, "completed_at": timezone.now()}
        return SessionUpload.objects.create(
            **{"session": session, "type": "manual", "status": "completed", **facts, **fields}
        )

    return make_upload
