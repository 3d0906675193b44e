"""What endpoints are told of: by signal, made good by a sweep, each once, and nobody else's."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import User
from integrations import deliveries, tasks
from integrations.endpoints import change_endpoint, disable_endpoint, enable_endpoint
from integrations.models import WebhookDelivery, WebhookEndpoint
from recordings import imports, lifecycle, sync
from recordings.lifecycle import SYNC, person
from recordings.models import SessionUpload, SyncRun, UploadEvent
from sessions_app.models import Session, UploadStatus
from tests.attempts import add_upload, fail
from tests.integrations.outgoing.conftest import send, verified
from tests.origins import Origin

pytestmark = pytest.mark.django_db(transaction=True)
Make = Callable[..., WebhookEndpoint]


@pytest.fixture(autouse=True)
def nudged(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The deliveries that workers were asked to send."""
    asked: list[str] = []

    monkeypatch.setattr(tasks, "nudge_delivery", lambda pk: asked.append(str(pk)))
    return asked


def told(endpoint: WebhookEndpoint | None = None) -> list[str]:
    """The types that were queued, oldest first."""
    rows = WebhookDelivery.objects.order_by("pk")
    if endpoint is not None:
        rows = rows.filter(endpoint=endpoint)
    return list(rows.values_list("event_type", flat=True))


def delete(upload: SessionUpload, coach: User) -> None:
    upload.refresh_from_db()
    lifecycle.advance(
        upload, to=UploadStatus.DELETED, actor=person(coach), deleted_at=timezone.now()
    )


def test_a_completed_recording_is_told_whole(
    endpoint: WebhookEndpoint, session: Session, nudged: list[str], listener: Origin
) -> None:
    upload = add_upload(
        session,
        platform="zoom",
        mime_type="video/mp4",
        checksum_algorithm="CRC64NVME",
        checksum_value="abc=",
    )

    (delivery,) = WebhookDelivery.objects.all()
    moved = UploadEvent.objects.get(upload=upload, to_status="completed")
    assert nudged == [str(delivery.pk)]
    assert (delivery.endpoint, delivery.status, delivery.attempts) == (endpoint, "pending", 0)
    assert send(delivery).status == "delivered"
    assert verified(listener.requests[0], endpoint.secret) == {  # type: ignore[attr-defined]
        "type": "recording.completed",
        "timestamp": moved.at.isoformat().replace("+00:00", "Z"),
        "data": {
            "session_id": str(session.pk),
            "upload_id": str(upload.pk),
            "coach_id": str(session.coach_id),
            "status": "completed",
            "upload_type": "external",
            "platform": "zoom",
            "filename": "talk.mp4",
            "size_bytes": 5_000_000,
            "mime_type": "video/mp4",
            "duration_seconds": 3541.0,
            "checksum": "CRC64NVME:abc=",
            "error": None,
        },
    }


def test_failure_and_deletion_are_told(
    endpoint: WebhookEndpoint, make_session: Callable[..., Session], coach: User
) -> None:
    add_upload(make_session(), "failed")
    delete(add_upload(make_session()), coach)

    assert told() == ["recording.failed", "recording.completed", "recording.deleted"]
    failed = WebhookDelivery.objects.get(event_type="recording.failed").content["data"]
    assert failed["status"] == "failed"  # type: ignore[index]
    assert failed["error"] == {  # type: ignore[index]
        "code": "gone",
        "detail": "The link is gone: ask for it.",
    }


def test_what_is_no_news_is_not_told(
    endpoint: WebhookEndpoint, make_session: Callable[..., Session]
) -> None:
    for status in ("pending", "uploading", "cancelled"):
        add_upload(make_session(), status)
    upload = add_upload(make_session())
    upload.refresh_from_db()
    lifecycle.advance(upload, to=UploadStatus.MISSING, actor=SYNC)
    lifecycle.advance(upload, to=UploadStatus.COMPLETED, actor=SYNC)

    assert deliveries.queue_missed() == []
    assert told() == ["recording.completed"]


def test_a_retry_that_fails_again_is_told_again(
    endpoint: WebhookEndpoint, session: Session, coach: User
) -> None:
    upload = add_upload(session, "failed")
    fail(imports.retry(upload=upload, by=coach))

    assert told() == ["recording.failed", "recording.failed"]
    assert len(set(WebhookDelivery.objects.values_list("source", flat=True))) == 2


def test_a_restored_recording_is_told_as_complete(
    endpoint: WebhookEndpoint, session: Session, coach: User
) -> None:
    upload = add_upload(session)
    delete(upload, coach)
    lifecycle.advance(upload, to=UploadStatus.COMPLETED, actor=person(coach), deleted_at=None)

    assert told() == ["recording.completed", "recording.deleted", "recording.completed"]


def test_only_what_was_asked_for(make_endpoint: Make, session: Session) -> None:
    deletions = make_endpoint(events=["recording.deleted"])
    completions = make_endpoint(events=["recording.completed", "sync.completed"])

    add_upload(session)

    assert told(deletions) == []
    assert told(completions) == ["recording.completed"]


def test_an_endpoint_is_told_what_its_owner_may_see(
    make_endpoint: Make, session: Session, other_coach: User, staff: User, coach: User
) -> None:
    own, others, of_staff = (make_endpoint(owner=who) for who in (coach, other_coach, staff))

    add_upload(session)
    deliveries.queue_missed()

    assert told(own) == told(of_staff) == ["recording.completed"]
    assert told(others) == []
    ids = WebhookDelivery.objects.values_list("pk", flat=True)
    assert len(set(ids)) == 2, "each has a webhook-id of its own"


@pytest.mark.parametrize("change", [{"is_active": False}, {"role": "client"}])
def test_nothing_is_queued_for_who_may_not_see(
    endpoint: WebhookEndpoint, session: Session, coach: User, change: dict[str, Any]
) -> None:
    User.objects.filter(pk=coach.pk).update(**change)

    add_upload(session)
    deliveries.queue_missed()

    assert told() == []


def test_a_sync_is_told_as_the_api_shows_it(
    endpoint: WebhookEndpoint, make_endpoint: Make, coach: User, staff: User, s3: Any, bucket: str
) -> None:
    of_staff = make_endpoint(owner=staff)
    run = sync.request_sync(coach=coach, by=coach, trigger=SyncRun.Trigger.API)
    whole = sync.request_sync(coach=None, by=None, trigger=SyncRun.Trigger.SCHEDULE)
    for each in (run, whole):
        sync.run_sync(each.pk, worker="worker")
    deliveries.queue_missed()

    assert (told(endpoint), len(told(of_staff))) == (["sync.completed"], 2)
    run.refresh_from_db()
    assert run.started_at is not None
    assert run.finished_at is not None
    (delivery,) = endpoint.deliveries.all()
    assert delivery.content["data"] == {
        "coach_id": str(coach.pk),
        "id": str(run.pk),
        "scope": f"recordings/{coach.pk}/",
        "trigger": "api",
        "status": "completed",
        "dry_run": False,
        "total_files": 0,
        "new_records": 0,
        "updated_records": 0,
        "missing_records": 0,
        "unmatched_files": 0,
        "errors": [],
        "started_at": run.started_at.isoformat().replace("+00:00", "Z"),
        "finished_at": run.finished_at.isoformat().replace("+00:00", "Z"),
    }


def test_a_sync_that_did_not_complete_is_not_told(
    endpoint: WebhookEndpoint, coach: User, s3: Any, bucket: str, settings: Any
) -> None:
    run = sync.request_sync(coach=coach, by=coach, trigger=SyncRun.Trigger.API)
    s3.delete_bucket(Bucket=bucket)

    assert sync.run_sync(run.pk, worker="worker").status == "failed"
    s3.create_bucket(Bucket=bucket)

    assert deliveries.queue_missed() == []
    assert told() == []


def test_the_sweep_makes_good_what_a_signal_lost_once(
    endpoint: WebhookEndpoint,
    session: Session,
    coach: User,
    monkeypatch: pytest.MonkeyPatch,
    nudged: list[str],
) -> None:
    monkeypatch.setattr(lifecycle, "_announce", lambda *_: None)
    add_upload(session)
    SyncRun.objects.create(
        prefix=f"recordings/{coach.pk}/",
        coach=coach,
        trigger="api",
        status="completed",
        finished_at=timezone.now(),
    )
    assert told() == []

    assert tasks.queue_missed() == 2
    assert sorted(told()) == ["recording.completed", "sync.completed"]
    assert len(nudged) == 2
    assert tasks.queue_missed() == 0


def test_what_is_older_than_two_days_is_let_go(endpoint: WebhookEndpoint, session: Session) -> None:
    long_ago = timezone.now() - timedelta(hours=49)
    WebhookEndpoint.objects.update(listening_since=long_ago)
    add_upload(session)
    WebhookDelivery.objects.all().delete()
    UploadEvent.objects.update(at=long_ago + timedelta(minutes=1))

    assert deliveries.queue_missed() == []


def test_what_was_before_an_endpoint_is_not_told(
    make_endpoint: Make, make_session: Callable[..., Session], coach: User
) -> None:
    add_upload(make_session())
    endpoint = make_endpoint(events=["recording.failed"])
    deliveries.queue_missed()
    assert told() == []

    add_upload(make_session())
    change_endpoint(endpoint=endpoint, changes={"events": ["recording.completed"]}, by=coach)
    deliveries.queue_missed()
    assert told() == []

    disable_endpoint(endpoint=endpoint, by=coach)
    add_upload(make_session())
    enable_endpoint(endpoint=endpoint, by=coach)
    deliveries.queue_missed()
    assert told() == []

    add_upload(make_session())
    assert told() == ["recording.completed"]


def test_signals_and_sweeps_at_once_make_one(
    endpoint: WebhookEndpoint, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lifecycle, "_announce", lambda *_: None)
    upload = add_upload(session)
    ways: list[Callable[[], Any]] = [
        deliveries.queue_missed,
        lambda: deliveries.queue_of_upload(upload_id=upload.pk, session_id=session.pk),
    ]
    start = threading.Barrier(6)
    queued: list[int] = []

    def run(queue: Callable[[], Any]) -> None:
        try:
            start.wait(10)
            queued.append(len(queue()))
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(ways[n % 2],)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert sorted(queued) == [0, 0, 0, 0, 0, 1]
    assert told() == ["recording.completed"]


def test_a_broken_signal_breaks_no_recording(
    endpoint: WebhookEndpoint, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(**_more: Any) -> None:
        raise RuntimeError("no news today")

    monkeypatch.setattr(deliveries, "queue_of_upload", broken)

    upload = add_upload(session)

    assert SessionUpload.objects.get(pk=upload.pk).status == "completed"
