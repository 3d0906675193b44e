"""Imports that run in the test's own process: an origin, a link asked for, a worker's turn."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from recordings import imports, leases
from recordings.media.boxes import free_box
from recordings.models import SessionUpload
from sessions_app.models import Session, UploadStatus
from tests.origins import Behaviour, Exchange, Origin
from tests.recordings.conftest import keys_in, open_multiparts

MIB = 1024**2


@pytest.fixture(autouse=True)
def _impatient(settings: Any) -> Iterator[None]:
    """Tries, pauses and heartbeats follow quickly; no lease outlives its test."""
    settings.IMPORT_RETRY_BASE_SECONDS = 0.01
    settings.HEARTBEAT_SECONDS = 0.05
    yield
    assert not leases._keeper._leases


@pytest.fixture
def origin() -> Iterator[Origin]:
    with Origin() as served:
        yield served


@pytest.fixture(scope="session")
def long_mp4(mp4: bytes) -> bytes:
    """A real recording of 12 MiB: three parts of the least size, no two alike."""
    filler = 12 * MIB - len(mp4)
    return mp4 + free_box(filler) + random.Random(4711).randbytes(filler - 16)


@pytest.fixture
def ask(session: Session, coach: Any) -> Callable[..., SessionUpload]:
    """Ask for an import of a link, as the door does."""

    def start(url: str, **more: Any) -> SessionUpload:
        return imports.start_import(**{"session": session, "url": url, "by": coach, **more})

    return start


@pytest.fixture
def bring(ask: Callable[..., SessionUpload]) -> Callable[..., SessionUpload]:
    """Ask for an import, let a worker do it, return the row as it ended."""

    def bring_in(url: str, **more: Any) -> SessionUpload:
        return work(ask(url, **more))

    return bring_in


@pytest.fixture
def nothing_left(s3: Any, bucket: str) -> Callable[[], None]:
    """Check that the bucket shows no object and no part."""

    def check() -> None:
        assert keys_in(s3, bucket) == []
        assert open_multiparts(s3, bucket) == []

    return check


def work(upload: SessionUpload, worker: str = "worker") -> SessionUpload:
    """A worker's turn at one import; the row as it is afterwards."""
    imports.run(upload.pk, worker=worker)
    return SessionUpload.objects.get(pk=upload.pk)


class Worker(threading.Thread):
    """A worker at one import, in a thread with a database connection of its own."""

    def __init__(self, upload: SessionUpload, name: str = "worker") -> None:
        super().__init__(name=name, daemon=True)
        self.upload = upload
        self.finished = False
        self.start()

    def run(self) -> None:
        try:
            imports.run(self.upload.pk, worker=self.name)
            self.finished = True
        finally:
            connection.close()

    def ends(self, seconds: float = 10) -> SessionUpload:
        """Wait until it has ended; the row as it is then."""
        self.join(seconds)
        assert not self.is_alive(), "the worker goes on"
        assert self.finished, "the worker failed"
        return SessionUpload.objects.get(pk=self.upload.pk)


def flowing(head: bytes) -> Behaviour:
    """A recording that begins well and goes on for as long as one lets it."""

    def behave(exchange: Exchange) -> None:
        exchange.send_head(200, {"Content-Type": "video/mp4", "ETag": '"endless"'})
        exchange.send(head)
        while True:
            exchange.send(bytes(65536))
            exchange.wait(0.02)

    return behave


def is_flowing(upload: SessionUpload) -> bool:
    """Whether the row says that bytes came and parts are open."""
    return (
        SessionUpload.objects.filter(pk=upload.pk, bytes_transferred__gt=0)
        .exclude(multipart_id="")
        .exists()
    )


def lose_worker(upload: SessionUpload) -> bool:
    """Let the lease run out and the sweep find it; False when the worker renewed it meanwhile."""
    SessionUpload.objects.filter(pk=upload.pk, status=UploadStatus.UPLOADING).update(
        lease_until=timezone.now() - timedelta(seconds=1)
    )
    return upload.pk in imports.return_expired()
