"""People before their browsers, and recordings to look at."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from accounts.models import User
from recordings import lifecycle
from recordings.media.samples import write_sample
from recordings.models import SessionUpload
from sessions_app.models import Session, UploadStatus


@pytest.fixture(autouse=True)
def _plain_static_files(settings: Settings) -> None:
    """Pages name static files as they lie; nothing was collected for a test."""
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }


@pytest.fixture
def web_for() -> Callable[[User | None], Client]:
    """Return a browser, signed in as the person (or nobody)."""

    def make(user: User | None) -> Client:
        client = Client()
        if user is not None:
            client.force_login(user)
        return client

    return make


@pytest.fixture
def web(web_for: Callable[[User | None], Client], coach: User) -> Client:
    """The coach's browser."""
    return web_for(coach)


@pytest.fixture(scope="session")
def mp4() -> bytes:
    """A small real recording."""
    buffer = io.BytesIO()
    write_sample(buffer, container="mp4", seconds=1)
    return buffer.getvalue()


@pytest.fixture
def mp4_file(mp4: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("Talk één.mp4", mp4, content_type="video/mp4")


@pytest.fixture
def add_upload() -> Callable[..., SessionUpload]:
    """Give a session an upload in any state, by the moves of the lifecycle; no object behind it."""

    def add(session: Session, status: str = "completed", **fields: Any) -> SessionUpload:
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
            lifecycle.advance(
                upload,
                to=UploadStatus.UPLOADING,
                actor=actor,
                lease_until=now + timedelta(minutes=1),
            )
        elif status == "failed":
            lifecycle.fail(upload, code="gone", detail="The link is gone: ask for it.", actor=actor)
        elif status == "cancelled":
            lifecycle.advance(upload, to=UploadStatus.CANCELLED, actor=actor)
        return upload

    return add
