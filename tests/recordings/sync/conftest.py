"""A bucket and a table to compare."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from recordings import lifecycle, storage
from recordings.models import SessionUpload, SyncRun
from recordings.sync import request_sync, run_sync
from sessions_app.models import Session

COUNTS = ("total_files", "new_records", "updated_records", "missing_records", "unmatched_files")


def counts(run: SyncRun) -> dict[str, int]:
    """The counts of a run that are not zero."""
    return {name: value for name in COUNTS if (value := getattr(run, name))}


@pytest.fixture
def put(bucket: str, s3: Any) -> Callable[..., None]:
    """Put an object into the bucket by hand."""

    def put(key: str, body: bytes = b"some bytes") -> None:
        s3.put_object(Bucket=bucket, Key=key, Body=body)

    return put


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
        body: bytes | None = b"some bytes",
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
