"""Workers that vanish: their work is taken up where it can be, and never for ever."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from recordings import imports, storage, transferring, turns
from recordings.lifecycle import WORKER, advance
from recordings.models import SessionUpload
from sessions_app.models import UploadStatus
from tests.origins import Origin, a_file, wait_until
from tests.recordings.conftest import API, history, keys_in, open_multiparts
from tests.recordings.imports.conftest import Worker, lose_worker, work

pytestmark = pytest.mark.django_db(transaction=True)
Ask = Callable[..., SessionUpload]


def vanish(upload: SessionUpload) -> None:
    """A worker takes the import up, opens its parts, and is killed."""
    upload.refresh_from_db()
    if upload.multipart_id:
        storage.abort_multipart(upload.s3_key, upload.multipart_id)
    advance(
        upload,
        to=UploadStatus.UPLOADING,
        actor=WORKER,
        lease_owner=f"gone:{upload.lost_workers}",
        lease_until=timezone.now() - timedelta(seconds=1),
        multipart_id=storage.create_multipart(upload.s3_key, content_type="video/mp4"),
    )
    storage.put_part(upload.s3_key, upload.multipart_id, 1, b"half a part")


def test_the_next_worker_clears_away_and_begins_anew(
    ask: Ask, origin: Origin, mp4: bytes, s3: Any, bucket: str
) -> None:
    upload = ask(origin.serve("/call.mp4", a_file(mp4)))
    vanish(upload)
    assert work(upload).status == "uploading", "nobody takes what another holds"

    assert imports.return_expired() == [upload.pk]
    assert imports.return_expired() == []
    upload = work(upload)

    assert (upload.status, upload.lost_workers, upload.lease_owner) == ("completed", 1, "")
    assert s3.get_object(Bucket=bucket, Key=upload.s3_key)["Body"].read() == mp4
    assert open_multiparts(s3, bucket) == []


def test_a_lease_that_holds_is_left_alone(
    ask: Ask, origin: Origin, mp4: bytes, bucket: str
) -> None:
    upload = ask(origin.serve("/call.mp4", a_file(mp4)))
    vanish(upload)
    SessionUpload.objects.update(lease_until=timezone.now() + timedelta(seconds=30))

    assert imports.return_expired() == []
    assert SessionUpload.objects.get().lost_workers == 0


def test_three_lost_workers_are_the_end(
    ask: Ask, api: Any, origin: Origin, mp4: bytes, nothing_left: Callable[[], None]
) -> None:
    upload = ask(origin.serve("/call.mp4", a_file(mp4)))
    for _ in range(3):
        vanish(upload)
        imports.return_expired()
    upload.refresh_from_db()

    assert (upload.status, upload.error_code, upload.lost_workers) == ("failed", "worker_lost", 3)
    assert api.get(f"{API}/uploads/{upload.pk}").json()["error"] == {
        "code": "worker_lost",
        "detail": "The import was interrupted three times on our side: "
        "retry it, and tell staff if that fails.",
    }
    assert turns.waiting(10) == []
    nothing_left()
    assert origin.requests == []
    # A person may say go on; the count starts again.
    api.post(f"{API}/uploads/{upload.pk}/retry")
    upload = work(upload)
    assert (upload.status, upload.lost_workers) == ("completed", 0)


@pytest.mark.parametrize("announced", [True, False])
def test_an_object_that_was_completed_is_taken_without_fetching(
    ask: Ask, origin: Origin, mp4: bytes, s3: Any, bucket: str, announced: bool
) -> None:
    upload = ask(origin.serve("/call.mp4", a_file(mp4)))
    vanish(upload)
    s3.put_object(Bucket=bucket, Key=upload.s3_key, Body=mp4)
    SessionUpload.objects.update(expected_size_bytes=len(mp4) if announced else None)
    imports.return_expired()

    upload = work(upload)

    assert origin.requests == []
    assert (upload.status, upload.size_bytes, upload.mime_type) == (
        "completed",
        len(mp4),
        "video/mp4",
    )
    assert upload.media_state == "known"
    assert history(upload)[-1] == ("uploading", "completed", "worker")


def test_parts_of_a_lost_worker_go_even_when_its_object_is_taken(
    ask: Ask, origin: Origin, mp4: bytes, s3: Any, bucket: str
) -> None:
    upload = ask(origin.serve("/call.mp4", a_file(mp4)))
    vanish(upload)
    s3.put_object(Bucket=bucket, Key=upload.s3_key, Body=mp4)
    imports.return_expired()

    assert work(upload).status == "completed"
    assert open_multiparts(s3, bucket) == []


def test_a_worker_that_finishes_after_another_makes_no_second_copy(
    ask: Ask,
    origin: Origin,
    mp4: bytes,
    s3: Any,
    bucket: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    upload = ask(origin.serve("/call.mp4", a_file(mp4)))
    reached, go_on = threading.Event(), threading.Event()
    complete = storage.complete_multipart

    def slowly(*arguments: Any) -> Any:
        if threading.current_thread().name == "first":
            reached.set()
            go_on.wait(10)
        return complete(*arguments)

    monkeypatch.setattr(transferring, "complete_multipart", slowly)
    first = Worker(upload, "first")
    assert reached.wait(10)
    wait_until(lambda: lose_worker(upload))
    second = work(upload, "second")
    go_on.set()

    after = first.ends()

    assert (after.status, after.completed_at) == ("completed", second.completed_at)
    assert history(after).count(("uploading", "completed", "worker")) == 1
    assert keys_in(s3, bucket) == [after.s3_key]
    versions = s3.list_object_versions(Bucket=bucket)["Versions"]
    assert [version["VersionId"] for version in versions] == [after.version_id]
    assert open_multiparts(s3, bucket) == []


def test_a_worker_that_finishes_before_the_next_one_does_its_work_for_it(
    ask: Ask,
    origin: Origin,
    mp4: bytes,
    s3: Any,
    bucket: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The second is about to complete its parts when the first, long given up, does."""
    upload = ask(origin.serve("/call.mp4", a_file(mp4)))
    complete = storage.complete_multipart

    def after_another(key: str, *arguments: Any) -> Any:
        s3.put_object(Bucket=bucket, Key=key, Body=mp4)
        return complete(key, *arguments)

    monkeypatch.setattr(transferring, "complete_multipart", after_another)

    upload = work(upload)

    assert (upload.status, upload.size_bytes) == ("completed", len(mp4))
    assert len(s3.list_object_versions(Bucket=bucket)["Versions"]) == 1
    assert open_multiparts(s3, bucket) == []
