"""Asking for an import while the broker is away, and what a worker does after one."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from kombu import pools

from filmroom.celery import app
from recordings import tasks
from recordings.models import SessionUpload
from sessions_app.models import Session
from tests.origins import Origin, a_file, closed_port
from tests.recordings.conftest import API

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def nudged(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """The nudges that were sent: task and row; without those about what is made of recordings."""
    sent: list[tuple[str, str]] = []

    def send(task: Any, row: Any, *, after: int = 0) -> None:
        if task is not tasks.plan_renditions:
            sent.append((task.name.split(".")[-1], str(row)))

    monkeypatch.setattr(tasks, "send", send)
    return sent


@pytest.mark.parametrize("kind", ["socket", "port", "silent"])
def test_asking_for_an_import_needs_no_broker(
    kind: str,
    api: Any,
    session: Session,
    origin: Origin,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    bucket: str,
) -> None:
    with closed_port() as port, socket.create_server(("127.0.0.2", 0)) as silent:
        urls = {
            "socket": f"redis+socket://{tmp_path}/nobody.sock",
            "port": f"redis://127.0.0.2:{port}/0",
            "silent": f"redis://127.0.0.2:{silent.getsockname()[1]}/0",
        }
        dead = pools.producers[app.connection_for_write(urls[kind])]
        monkeypatch.setattr(app.amqp, "_producer_pool", dead)
        began = time.monotonic()
        answer = api.post(
            f"{API}/upload",
            {"session_id": str(session.pk), "external_url": origin.url("/call.mp4")},
        )
        took = time.monotonic() - began

    assert answer.status_code == 202
    upload = SessionUpload.objects.get()
    assert answer.json() == {
        "upload_id": str(upload.pk),
        "session_id": str(session.pk),
        "s3_key": upload.s3_key,
        "status": "pending",
        "platform": "other",
    }
    assert upload.status == "pending"
    # A second is promised; left to themselves the libraries try for six and more.
    assert took < 3


def test_a_nudge_is_sent_once_the_row_is_there(
    api: Any, session: Session, origin: Origin, nudged: list[tuple[str, str]]
) -> None:
    answer = api.post(
        f"{API}/upload", {"session_id": str(session.pk), "external_url": origin.url("/call.mp4")}
    )

    assert nudged == [("run_import", answer.json()["upload_id"])]


def test_a_worker_that_is_done_nudges_for_the_next(
    ask: Callable[..., SessionUpload],
    origin: Origin,
    mp4: bytes,
    bucket: str,
    nudged: list[tuple[str, str]],
) -> None:
    url = origin.serve("/call.mp4", a_file(mp4))
    first, second = ask(url), ask(url)

    tasks.run_import(str(first.pk))

    first.refresh_from_db()
    assert first.status == "completed"
    assert nudged == [("run_import", str(second.pk))]


def test_a_full_worker_leaves_the_row_to_another(
    ask: Callable[..., SessionUpload],
    origin: Origin,
    monkeypatch: pytest.MonkeyPatch,
    nudged: list[tuple[str, str]],
) -> None:
    upload = ask(origin.url("/call.mp4"))
    monkeypatch.setattr(tasks, "_transfer_slots", threading.BoundedSemaphore(1))

    with tasks._transfer_slots:
        tasks.run_import(str(upload.pk))

    upload.refresh_from_db()
    assert (upload.status, origin.requests, nudged) == ("pending", [], [])


def test_the_sweep_nudges_what_waits(
    ask: Callable[..., SessionUpload], origin: Origin, nudged: list[tuple[str, str]], bucket: str
) -> None:
    upload = ask(origin.url("/call.mp4"))

    tasks.sweep_transfers()

    assert nudged == [("run_import", str(upload.pk))]
