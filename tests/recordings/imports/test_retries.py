"""What can get better is tried again, with patience; what cannot ends with a code."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError
from django.utils import timezone

from recordings import bringing, imports, lifecycle, turns
from recordings.errors import NotRetryable
from recordings.leases import Lease
from recordings.models import SessionUpload
from recordings.storage import StorageError
from tests.origins import Origin, a_file, lying_length, status
from tests.recordings.conftest import API, history
from tests.recordings.imports.conftest import work

pytestmark = pytest.mark.django_db(transaction=True)
Bring = Callable[..., SessionUpload]


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long workers waited between tries, in seconds; nobody really does."""
    seconds: list[float] = []
    monkeypatch.setattr(Lease, "wait", lambda self, pause: seconds.append(pause))
    return seconds


def test_a_short_wait_that_the_host_asks_for_is_waited(
    bring: Bring, origin: Origin, mp4: bytes, bucket: str, waits: list[float]
) -> None:
    busy = status(429, headers={"Retry-After": "7"})

    upload = bring(origin.serve("/call.mp4", busy, a_file(mp4)))

    assert waits == [7.0]
    assert (upload.status, upload.attempts) == ("completed", 2)


def test_a_long_wait_is_not_spent_in_a_worker(
    bring: Bring,
    origin: Origin,
    mp4: bytes,
    bucket: str,
    waits: list[float],
    nothing_left: Callable[[], None],
) -> None:
    before = timezone.now()
    upload = bring(
        origin.serve("/call.mp4", status(429, headers={"Retry-After": "3600"}), a_file(mp4))
    )

    assert (upload.status, upload.attempts, upload.error_code) == ("pending", 1, "")
    assert upload.next_attempt_at is not None
    assert timedelta(minutes=59) < upload.next_attempt_at - before < timedelta(minutes=61)
    assert (upload.lease_owner, upload.lease_until) == ("", None)
    assert waits == []
    nothing_left()
    # Before its time nobody takes it up, after it the next worker does.
    assert turns.waiting(10) == []
    assert work(upload).status == "pending"
    assert len(origin.requests) == 1
    SessionUpload.objects.update(next_attempt_at=timezone.now() - timedelta(seconds=1))
    assert turns.waiting(10) == [upload.pk]
    assert work(upload).status == "completed"
    assert history(upload) == [
        ("", "pending", "person"),
        ("pending", "uploading", "worker"),
        ("uploading", "pending", "worker"),
        ("pending", "uploading", "worker"),
        ("uploading", "completed", "worker"),
    ]


def test_a_host_that_puts_us_off_for_ever_gets_five_tries_in_all(
    bring: Bring, origin: Origin, bucket: str, nothing_left: Callable[[], None]
) -> None:
    upload = bring(origin.serve("/call.mp4", status(503, headers={"Retry-After": "86400"})))
    for _ in range(10):
        SessionUpload.objects.update(next_attempt_at=None)
        upload = work(upload)

    assert (upload.status, upload.error_code) == ("failed", "source_unavailable")
    assert len(origin.requests) == 5
    nothing_left()


def test_a_host_that_is_down_for_a_moment_is_asked_again(
    bring: Bring, origin: Origin, mp4: bytes, bucket: str, waits: list[float], settings: Any
) -> None:
    settings.IMPORT_RETRY_BASE_SECONDS = 1.0
    url = origin.serve("/call.mp4", status(503), status(500), status(502), a_file(mp4))

    upload = bring(url)

    assert (upload.status, upload.attempts) == ("completed", 4)
    # Twice as long each time, give or take a half.
    assert len(waits) == 3
    for wait, base in zip(waits, (1, 2, 4), strict=True):
        assert base * 0.5 <= wait <= base * 1.5


@pytest.mark.parametrize(
    ("behaviour", "code", "sentence"),
    [
        (
            lambda mp4: status(503),
            "source_unavailable",
            "The site is busy or down at the moment; try again later, "
            "or download the recording and upload the file here.",
        ),
        (
            lambda mp4: lying_length(mp4, declared=len(mp4) + 1),
            "truncated",
            "The connection ended before the whole recording had arrived; try again, "
            "or download the recording and upload the file here.",
        ),
    ],
)
def test_after_five_tries_it_is_failed(
    bring: Bring,
    api: Any,
    origin: Origin,
    session: Any,
    nothing_left: Callable[[], None],
    mp4: bytes,
    behaviour: Any,
    code: str,
    sentence: str,
) -> None:
    upload = bring(origin.serve("/call.mp4", behaviour(mp4)))

    assert (upload.status, upload.error_code, upload.attempts) == ("failed", code, 5)
    assert len(origin.requests) == 5
    shown = api.get(f"{API}/uploads/{upload.pk}").json()
    assert (shown["status"], shown["error"]) == ("failed", {"code": code, "detail": sentence})
    nothing_left()
    session.refresh_from_db()
    assert (session.s3_status, session.recording_upload_id) == ("failed", None)


def test_a_failed_import_can_be_tried_again(
    bring: Bring, api: Any, origin: Origin, mp4: bytes, s3: Any, bucket: str
) -> None:
    failed = bring(origin.serve("/call.mp4", status(404)))
    origin.serve("/call.mp4", a_file(mp4))

    answer = api.post(f"{API}/uploads/{failed.pk}/retry")

    assert answer.status_code == 202
    assert (answer.json()["status"], answer.json()["error"]) == ("pending", None)
    upload = work(failed)
    assert (upload.status, upload.attempts) == ("completed", 1)
    assert upload.s3_key != failed.s3_key
    assert s3.get_object(Bucket=bucket, Key=upload.s3_key)["Body"].read() == mp4
    assert history(upload)[2:4] == [
        ("uploading", "failed", "worker"),
        ("failed", "pending", "person"),
    ]


def test_a_retry_does_not_depend_on_who_asked_first(
    ask: Bring, origin: Origin, mp4: bytes, bucket: str, staff: Any, coach: Any
) -> None:
    failed = work(ask(origin.serve("/call.mp4", status(404))))
    origin.serve("/call.mp4", a_file(mp4))
    type(coach).objects.filter(pk=coach.pk).update(is_active=False)

    imports.retry(upload=failed, by=staff)

    assert work(failed).status == "completed"


def test_only_failed_imports_are_retried(
    bring: Bring, ask: Bring, api: Any, origin: Origin, mp4: bytes, bucket: str
) -> None:
    done = bring(origin.serve("/call.mp4", a_file(mp4)))
    waiting = ask(origin.url("/call.mp4"))

    for upload in (done, waiting):
        answer = api.post(f"{API}/uploads/{upload.pk}/retry")
        assert answer.status_code == 409
        assert answer.json()["errors"][0]["code"] == "not_retryable"
        upload.refresh_from_db()
    assert (done.status, waiting.status) == ("completed", "pending")


def test_two_retries_at_once_are_one(bring: Bring, coach: Any, origin: Origin, bucket: str) -> None:
    failed = bring(origin.serve("/call.mp4", status(404)))
    same = SessionUpload.objects.get(pk=failed.pk)

    imports.retry(upload=failed, by=coach)
    with pytest.raises(NotRetryable):
        imports.retry(upload=same, by=coach)

    assert [move for move in history(failed) if move[1] == "pending"] == [
        ("", "pending", "person"),
        ("failed", "pending", "person"),
    ]


def test_a_retry_waits_until_what_the_last_try_left_is_gone(
    bring: Bring, coach: Any, origin: Origin, bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed = bring(origin.serve("/call.mp4", status(404)))
    SessionUpload.objects.update(leftovers=True)
    failed.refresh_from_db()
    monkeypatch.setattr(imports, "remove_leftovers", lambda upload: False)

    with pytest.raises(StorageError):
        imports.retry(upload=failed, by=coach)

    assert SessionUpload.objects.get(pk=failed.pk).status == "failed"


def test_a_database_that_is_away_at_the_end_costs_no_second_fetch(
    ask: Bring,
    origin: Origin,
    mp4: bytes,
    s3: Any,
    bucket: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    upload = ask(origin.serve("/call.mp4", a_file(mp4)))
    with monkeypatch.context() as patched:

        def refuse(*args: Any, **kwargs: Any) -> bool:
            raise OperationalError("the server closed the connection")

        patched.setattr(bringing, "completion_fields", refuse)
        with pytest.raises(OperationalError):
            imports.run(upload.pk, worker="first")
    SessionUpload.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert imports.return_expired() == [upload.pk]

    upload = work(upload, "second")

    assert len(origin.requests) == 1
    assert (upload.status, upload.lost_workers, upload.size_bytes) == ("completed", 1, len(mp4))
    versions = s3.list_object_versions(Bucket=bucket)
    assert [version["Key"] for version in versions["Versions"]] == [upload.s3_key]
    assert lifecycle.SWEEP.kind in [actor for _, _, actor in history(upload)]
