"""An import under way that has to stop: cancelled, forbidden, lost or shut down with its worker."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import InterfaceError, OperationalError

from accounts.models import ApiToken
from accounts.tokens import revoke_token
from recordings import imports, leases, sweeping
from recordings.models import SessionUpload
from tests.origins import Origin, a_file, stalling, status, wait_until
from tests.recordings.conftest import API, history
from tests.recordings.imports.conftest import (
    MIB,
    Worker,
    flowing,
    is_flowing,
    lose_worker,
    work,
)

pytestmark = pytest.mark.django_db(transaction=True)
Ask = Callable[..., SessionUpload]
BEGUN = [("", "pending", "person"), ("pending", "uploading", "worker")]


@pytest.fixture
def head(mp4: bytes) -> bytes:
    """What a flowing recording begins with: more than one part."""
    return mp4 + bytes(6 * MIB)


@pytest.fixture
def shut_down() -> Iterator[Callable[[], None]]:
    """Stop this process's transfers, as SIGTERM does, and let it start some again afterwards."""
    yield leases.stop_all
    leases._keeper._ending = False


def test_a_cancel_stops_the_bytes(
    ask: Ask, api: Any, origin: Origin, head: bytes, nothing_left: Callable[[], None]
) -> None:
    upload = ask(origin.serve("/call.mp4", flowing(head)))
    worker = Worker(upload)
    wait_until(lambda: is_flowing(upload))
    seen = api.get(f"{API}/uploads/{upload.pk}").json()
    assert (seen["status"], seen["bytes_transferred"] > 0) == ("uploading", True)

    answer = api.post(f"{API}/uploads/{upload.pk}/cancel")

    assert (answer.status_code, answer.json()["status"]) == (200, "cancelled")
    upload = worker.ends()
    assert history(upload) == [*BEGUN, ("uploading", "cancelled", "person")]
    assert (upload.lease_owner, upload.lease_until) == ("", None)
    # Whoever was last, the person or the worker, the sweep looks once more.
    sweeping.remove_all_leftovers()
    upload.refresh_from_db()
    assert upload.leftovers is False
    nothing_left()
    assert len(origin.requests) == 1


@pytest.mark.parametrize("behaviour", [stalling(), stalling(b"\0\0", declared=1000)])
def test_a_cancel_stops_a_host_that_says_nothing(
    ask: Ask,
    api: Any,
    origin: Origin,
    behaviour: Any,
    nothing_left: Callable[[], None],
) -> None:
    upload = ask(origin.serve("/call.mp4", behaviour))
    worker = Worker(upload)
    wait_until(lambda: len(origin.requests) == 1)

    api.post(f"{API}/uploads/{upload.pk}/cancel")

    assert worker.ends().status == "cancelled"
    nothing_left()
    assert len(origin.requests) == 1


def test_a_cancel_ends_a_pause_between_tries(
    ask: Ask, api: Any, origin: Origin, bucket: str
) -> None:
    upload = ask(origin.serve("/call.mp4", status(503, headers={"Retry-After": "50"})))
    worker = Worker(upload)
    wait_until(lambda: len(origin.requests) == 1)

    api.post(f"{API}/uploads/{upload.pk}/cancel")

    assert worker.ends().status == "cancelled"
    assert len(origin.requests) == 1


def test_an_import_that_was_cancelled_before_is_not_begun(
    ask: Ask, api: Any, origin: Origin, mp4: bytes, nothing_left: Callable[[], None]
) -> None:
    upload = ask(origin.serve("/call.mp4", a_file(mp4)))
    api.post(f"{API}/uploads/{upload.pk}/cancel")

    assert work(upload).status == "cancelled"
    assert origin.requests == []
    nothing_left()


def last_note(upload: SessionUpload) -> str:
    return upload.events.values_list("note", flat=True).order_by("-id")[0]


def deactivate(upload: SessionUpload) -> None:
    assert upload.created_by is not None
    type(upload.created_by).objects.filter(pk=upload.created_by.pk).update(is_active=False)


def revoke(upload: SessionUpload) -> None:
    assert upload.created_by is not None
    revoke_token(token=ApiToken.objects.get(id=upload.created_with_token), by=upload.created_by)


@pytest.mark.parametrize("forbid", [deactivate, revoke])
def test_the_bytes_stop_when_whoever_asked_may_not_any_more(
    api: Any,
    session: Any,
    origin: Origin,
    head: bytes,
    nothing_left: Callable[[], None],
    forbid: Callable[[SessionUpload], None],
) -> None:
    url = origin.serve("/call.mp4", flowing(head))
    started = api.post(f"{API}/upload", {"session_id": str(session.pk), "external_url": url})
    upload = SessionUpload.objects.get(pk=started.json()["upload_id"])
    worker = Worker(upload)
    wait_until(lambda: is_flowing(upload))

    forbid(upload)

    upload = worker.ends()
    assert history(upload) == [*BEGUN, ("uploading", "cancelled", "worker")]
    assert last_note(upload) == "forbidden"
    nothing_left()


@pytest.mark.parametrize("forbid", [deactivate, revoke])
def test_an_import_of_whoever_may_not_any_more_is_not_begun(
    api: Any,
    session: Any,
    origin: Origin,
    mp4: bytes,
    nothing_left: Callable[[], None],
    forbid: Callable[[SessionUpload], None],
) -> None:
    url = origin.serve("/call.mp4", a_file(mp4))
    started = api.post(f"{API}/upload", {"session_id": str(session.pk), "external_url": url})
    upload = SessionUpload.objects.get(pk=started.json()["upload_id"])
    forbid(upload)

    assert work(upload).status == "cancelled"
    assert origin.requests == []
    nothing_left()


def test_a_shutdown_gives_the_work_back(
    ask: Ask,
    origin: Origin,
    head: bytes,
    mp4: bytes,
    nothing_left: Callable[[], None],
    shut_down: Callable[[], None],
) -> None:
    upload = ask(origin.serve("/call.mp4", flowing(head), a_file(mp4)))
    worker = Worker(upload)
    wait_until(lambda: is_flowing(upload))

    shut_down()

    upload = worker.ends()
    assert history(upload) == [*BEGUN, ("uploading", "pending", "worker")]
    assert last_note(upload) == "shutdown"
    assert (upload.lease_owner, upload.lease_until, upload.next_attempt_at) == ("", None, None)
    # A restart of ours costs the link none of its tries.
    assert (upload.attempts, upload.lost_workers, upload.bytes_transferred) == (0, 0, 0)
    nothing_left()
    # While it ends it takes up nothing new.
    assert work(upload).status == "pending"
    assert len(origin.requests) == 1
    leases._keeper._ending = False
    assert work(upload).status == "completed"


def test_a_worker_that_lost_its_lease_leaves_the_next_one_alone(
    ask: Ask, origin: Origin, head: bytes, long_mp4: bytes, s3: Any, bucket: str
) -> None:
    upload = ask(origin.serve("/call.mp4", flowing(head), a_file(long_mp4)))
    first = Worker(upload, "first")
    wait_until(lambda: is_flowing(upload))
    wait_until(lambda: lose_worker(upload))

    second = work(upload, "second")

    assert (second.status, second.lost_workers) == ("completed", 1)
    assert first.ends().completed_at == second.completed_at
    assert s3.get_object(Bucket=bucket, Key=second.s3_key)["Body"].read() == long_mp4
    assert len(s3.list_object_versions(Bucket=bucket)["Versions"]) == 1
    assert "Uploads" not in s3.list_multipart_uploads(Bucket=bucket)
    assert history(second) == [
        *BEGUN,
        ("uploading", "pending", "sweep"),
        ("pending", "uploading", "worker"),
        ("uploading", "completed", "worker"),
    ]


def test_a_worker_that_cannot_reach_the_database_stops_before_its_lease_is_anothers(
    ask: Ask,
    origin: Origin,
    head: bytes,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
    s3: Any,
    bucket: str,
) -> None:
    settings.LEASE_SECONDS = 0.5
    upload = ask(origin.serve("/call.mp4", flowing(head)))

    def away(self: leases.Lease) -> None:
        raise OperationalError("no route to host")

    monkeypatch.setattr(leases.Lease, "renew", away)
    worker = Worker(upload)

    # Its row is not its own any more: it leaves it to the sweep.
    assert worker.ends().status == "uploading"
    assert "Uploads" not in s3.list_multipart_uploads(Bucket=bucket)
    assert imports.return_expired() == [upload.pk]


def test_a_keeper_that_is_stuck_in_the_database_holds_no_worker(
    ask: Ask,
    origin: Origin,
    head: bytes,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
    bucket: str,
) -> None:
    settings.LEASE_SECONDS = 0.5
    upload = ask(origin.serve("/call.mp4", flowing(head)))
    monkeypatch.setattr(leases._Keeper, "_renew", lambda self, lease: None)

    assert Worker(upload).ends().status == "uploading"


def test_a_keeper_outlives_a_broken_connection(
    ask: Ask, origin: Origin, head: bytes, api: Any, monkeypatch: pytest.MonkeyPatch, bucket: str
) -> None:
    renew, failures = leases.Lease.renew, iter([True, True])

    def sometimes(self: leases.Lease) -> None:
        if next(failures, False):
            raise InterfaceError("connection already closed")
        renew(self)

    monkeypatch.setattr(leases.Lease, "renew", sometimes)
    upload = ask(origin.serve("/call.mp4", flowing(head)))
    worker = Worker(upload)

    wait_until(lambda: is_flowing(upload))
    api.post(f"{API}/uploads/{upload.pk}/cancel")

    assert worker.ends().status == "cancelled"
