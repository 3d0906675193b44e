"""Uploads in any state, by the moves of the lifecycle; no object lies behind them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from recordings import lifecycle
from recordings.models import SessionUpload
from sessions_app.models import Session, UploadStatus


def add_upload(session: Session, status: str = "completed", **fields: Any) -> SessionUpload:
    """Give ``session`` an import that stands at ``status``; ``fields`` are columns of it."""
    now = timezone.now()
    fields = {
        "type": "external",
        "original_filename": "talk.mp4",
        "original_url": "https://files.example.com/talk.mp4",
        "created_by": session.coach,
        **fields,
    }
    upload = SessionUpload(session=session, s3_key=f"recordings/{session.pk}/{now}", **fields)
    actor = lifecycle.person(session.coach)
    lifecycle.start(upload, actor=actor)
    if status == "completed":
        stored: dict[str, Any] = {
            "size_bytes": 5_000_000,
            "etag": "e",
            "completed_at": now,
            "media_state": "known",
            "duration_seconds": 3541.0,
        }
        lifecycle.advance(upload, to=UploadStatus.COMPLETED, actor=actor, **stored)
    elif status == "uploading":
        until = now + timedelta(minutes=1)
        lifecycle.advance(upload, to=UploadStatus.UPLOADING, actor=actor, lease_until=until)
    elif status == "failed":
        fail(upload)
    elif status == "cancelled":
        lifecycle.advance(upload, to=UploadStatus.CANCELLED, actor=actor)
    return upload


def add_found(
    session: Session, s3: Any, bucket: str, data: bytes, *, name: str, mark: str = ""
) -> SessionUpload:
    """Put an object into the bucket and give ``session`` the upload that a sync makes of it.

    ``mark`` stands before the name in the key, so that several may have the same.
    """
    key = f"recordings/{session.coach_id}/{session.client_id}/2026-01-14/{mark}{name}"
    answer = s3.put_object(Bucket=bucket, Key=key, Body=data)
    return lifecycle.start(
        SessionUpload(
            session=session,
            type="sync",
            status="completed",
            s3_key=key,
            original_filename=name,
            size_bytes=len(data),
            etag=answer["ETag"].strip('"'),
            version_id=answer["VersionId"],
            completed_at=timezone.now(),
        ),
        actor=lifecycle.SYNC,
    )


def fail(upload: SessionUpload) -> None:
    """Let an import that is under way fail."""
    detail = "The link is gone: ask for it."
    lifecycle.fail(upload, code="gone", detail=detail, actor=lifecycle.WORKER)
