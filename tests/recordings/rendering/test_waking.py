"""Who wakes the workers: a recording that comes, one that goes, a sweep, a worker that is done."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

from filmroom.celery import app
from recordings import clearing, removal, rendering, tasks
from recordings.models import Rendition, SessionUpload
from tests.recordings.rendering.conftest import versions_in

pytestmark = pytest.mark.django_db(transaction=True)
Recorded = Callable[..., SessionUpload]


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str, int]]:
    """The messages that were sent: task, row, delay in seconds."""
    messages: list[tuple[str, str, int]] = []

    def send(task: Any, row: Any, *, after: int = 0) -> None:
        messages.append((task.name.rpartition(".")[2], str(row), after))

    monkeypatch.setattr(tasks, "send", send)
    return messages


def work_through(sent: list[tuple[str, str, int]]) -> None:
    """Do what the messages ask for, as workers do, until there are none."""
    while sent:
        name, row, _after = sent.pop(0)
        getattr(tasks, name)(row)


def test_a_recording_that_completes_is_rendered(
    recorded: Recorded, mkv: bytes, sent: list[tuple[str, str, int]]
) -> None:
    upload = recorded(mkv)
    assert ("plan_renditions", str(upload.pk), 0) in sent
    work_through(sent)
    made = dict(upload.renditions.values_list("kind", "status"))
    assert made == {"poster": "completed", "web_copy": "completed", "thumbnails": "completed"}


def test_reading_the_facts_asks_for_renditions(
    recorded: Recorded, m4a: bytes, sent: list[tuple[str, str, int]]
) -> None:
    upload = recorded(m4a)
    sent.clear()
    tasks.read_media_facts(str(upload.pk))
    (row,) = upload.renditions.all()
    assert sent == [("render", str(row.pk), 0)]


def test_a_recording_that_goes_takes_them_along_after_the_undo(
    recorded: Recorded,
    m4a: bytes,
    sent: list[tuple[str, str, int]],
    coach: Any,
    s3: Any,
    bucket: str,
) -> None:
    upload = recorded(m4a)
    work_through(sent)
    removal.delete_recording(session=upload.session, by=coach)
    ((name, row, after),) = sent
    assert (name, row) == ("clear_renditions", str(upload.pk))
    assert after > clearing.UNDO_SECONDS
    SessionUpload.objects.update(deleted_at=timezone.now() - timedelta(seconds=after))
    work_through(sent)
    assert (versions_in(s3, bucket), Rendition.objects.count()) == ([], 0)


def test_the_sweeps_make_good_what_messages_lost(
    recorded: Recorded, m4a: bytes, sent: list[tuple[str, str, int]]
) -> None:
    upload = recorded(m4a)
    sent.clear()
    call_command("sweep", "renditions")
    (row,) = upload.renditions.all()
    assert (row.status, sent) == ("pending", [])
    call_command("sweep", "waiting")
    assert sent == [("render", str(row.pk), 0)]
    rendering._claim(row.pk, "lost")
    Rendition.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    call_command("sweep", "leases")
    row.refresh_from_db()
    assert row.status == "pending"


def test_a_full_worker_leaves_the_row_to_another(
    recorded: Recorded, mkv: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = {row.kind: row for row in rendering.plan(recorded(mkv).pk)}
    monkeypatch.setattr(tasks, "_web_copy_slots", threading.BoundedSemaphore(1))
    with tasks._web_copy_slots:
        for row in rows.values():
            tasks.render(str(row.pk))
    for row in rows.values():
        row.refresh_from_db()
    # Pictures do not wait for copies.
    assert (rows["web_copy"].status, rows["poster"].status) == ("pending", "completed")


def test_renditions_have_a_queue_and_threads_of_their_own() -> None:
    route = app.amqp.router.route({}, "recordings.tasks.render")
    assert route["queue"].name == "renditions"
    processes = (settings.BASE_DIR / "Procfile").read_text().splitlines()
    worker = next(line for line in processes if line.startswith("worker:"))
    assert "--queues transfers,renditions,deliveries,short" in worker
    assert "+ 15)" in worker, "8 for short tasks, 3 for renditions, 4 for webhooks"
