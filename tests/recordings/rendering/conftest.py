"""Recordings whose renditions a worker makes in the test's own process."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from recordings import leases, rendering, verifying
from recordings.models import Rendition, SessionUpload
from sessions_app.models import Session
from tests.attempts import add_found
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
        mark = f"{SessionUpload.objects.count()}_"
        upload = add_found(of or session, s3, bucket, data, name=name, mark=mark)
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
