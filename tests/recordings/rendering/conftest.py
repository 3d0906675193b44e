"""Recordings whose renditions a worker makes in the test's own process."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.utils import timezone

from recordings import leases, rendering, verifying
from recordings.lifecycle import SYNC, start
from recordings.models import Rendition, SessionUpload
from sessions_app.models import Session
from tests.recordings.media.variants import sample


@pytest.fixture(autouse=True)
def _impatient(settings: Any) -> Iterator[None]:
    """Heartbeats follow quickly; no lease outlives its test."""
    settings.HEARTBEAT_SECONDS = 0.05
    yield
    assert not leases._keeper._leases


@pytest.fixture(scope="session")
def mkv() -> bytes:
    """A recording that browsers play only from another container."""
    return sample("matroska", seconds=1)


@pytest.fixture
def recorded(session: Session, s3: Any, bucket: str) -> Callable[..., SessionUpload]:
    """Give the session a completed upload of these bytes, examined."""

    def make(data: bytes, name: str = "talk.mp4", *, of: Session | None = None) -> SessionUpload:
        of = of or session
        number = SessionUpload.objects.count()
        key = f"recordings/{of.coach_id}/{of.client_id}/2026-01-14/{number}_{name}"
        answer = s3.put_object(Bucket=bucket, Key=key, Body=data)
        upload = start(
            SessionUpload(
                session=of,
                type="sync",
                status="completed",
                s3_key=key,
                original_filename=name,
                size_bytes=len(data),
                etag=answer["ETag"].strip('"'),
                version_id=answer["VersionId"],
                completed_at=timezone.now(),
            ),
            actor=SYNC,
        )
        verifying.examine(upload.pk)
        upload.refresh_from_db()
        return upload

    return make


def work_off(upload: SessionUpload) -> dict[str, Rendition]:
    """Plan, make what waits, and once more; return the renditions by kind."""
    for _ in range(2):
        for rendition in rendering.plan(upload.pk):
            rendering.run(rendition.pk, worker="test")
    return {made.kind: made for made in upload.renditions.all()}


def versions_in(s3: Any, bucket: str, prefix: str = "renditions/") -> list[str]:
    """Keys of all versions and delete markers below the prefix, by a client of the test's own."""
    answer = s3.list_object_versions(Bucket=bucket, Prefix=prefix)
    found = answer.get("Versions", []) + answer.get("DeleteMarkers", [])
    return [version["Key"] for version in found]
