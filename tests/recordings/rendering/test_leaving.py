"""Renditions go with their recording, whatever was under way, and come back with it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.utils import timezone

from recordings import clearing, leases, producing, removal, rendering, storage
from recordings.errors import NotRetryable
from recordings.media import children
from recordings.models import Rendition, SessionUpload
from recordings.storage import StorageError
from tests.origins import wait_until
from tests.recordings.conftest import keys_in
from tests.recordings.rendering.conftest import versions_in, work_off

pytestmark = pytest.mark.django_db(transaction=True)
Recorded = Callable[..., SessionUpload]


def past_undo() -> None:
    """Let the time pass in which a deletion leaves renditions alone."""
    earlier = timezone.now() - timedelta(seconds=clearing.UNDO_SECONDS + 1)
    SessionUpload.objects.filter(status="deleted").update(deleted_at=earlier)


def test_a_deletion_leaves_nothing_behind(
    recorded: Recorded, mp4: bytes, s3: Any, bucket: str, coach: Any
) -> None:
    upload = recorded(mp4)
    work_off(upload)
    assert len(versions_in(s3, bucket)) == 2

    removal.delete_recording(session=upload.session, by=coach)
    assert clearing.remove_unwanted() == 0, "an undo finds them still there"
    past_undo()
    assert clearing.remove_unwanted(upload.pk) == 2

    assert versions_in(s3, bucket) == []
    assert not Rendition.objects.exists()
    assert rendering.plan(upload.pk) == []


def test_an_undone_deletion_keeps_them_or_makes_them_anew(
    recorded: Recorded, mp4: bytes, s3: Any, bucket: str, coach: Any
) -> None:
    upload = recorded(mp4)
    made = work_off(upload)
    removal.delete_recording(session=upload.session, by=coach)
    upload.session.refresh_from_db()
    removal.restore_recording(session=upload.session, by=coach)
    assert clearing.remove_unwanted() == 0
    assert {row.pk for row in upload.renditions.all()} == {row.pk for row in made.values()}

    removal.delete_recording(session=upload.session, by=coach)
    past_undo()
    assert clearing.remove_unwanted() == 2
    SessionUpload.objects.update(deleted_at=timezone.now())
    removal.restore_recording(session=upload.session, by=coach)
    assert {row.status for row in work_off(upload).values()} == {"completed"}
    assert len(versions_in(s3, bucket)) == 2


def test_a_newer_recording_takes_the_olders_away(
    recorded: Recorded, m4a: bytes, s3: Any, bucket: str
) -> None:
    older = recorded(m4a, "first.m4a")
    work_off(older)
    newer = recorded(m4a, "second.m4a")
    (kept,) = work_off(newer).values()
    assert clearing.remove_unwanted() == 1
    assert versions_in(s3, bucket) == [kept.s3_key]
    assert not older.renditions.exists()


def test_a_bucket_that_is_away_keeps_the_keys(
    recorded: Recorded, m4a: bytes, monkeypatch: pytest.MonkeyPatch, coach: Any
) -> None:
    upload = recorded(m4a)
    work_off(upload)
    removal.delete_recording(session=upload.session, by=coach)
    past_undo()

    def away(*_args: Any) -> None:
        raise StorageError("EndpointConnectionError")

    with monkeypatch.context() as patch:
        patch.setattr(storage, "delete_all_versions", away)
        assert clearing.remove_unwanted() == 0
    assert Rendition.objects.count() == 1
    assert clearing.remove_unwanted() == 1


def test_a_deletion_in_the_middle_ends_the_child(
    recorded: Recorded,
    mkv: bytes,
    s3: Any,
    bucket: str,
    coach: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    upload = recorded(mkv)
    copy = next(row for row in rendering.plan(upload.pk) if row.kind == "web_copy")
    monkeypatch.setattr(
        "recordings.media.rendering._BOOTSTRAP",
        "import sys, time; print(40, flush=True); time.sleep(60)",
    )
    monkeypatch.setattr(children, "CHECK_SECONDS", 0.05)
    ended: list[Any] = []

    def work() -> None:
        try:
            ended.append(rendering.run(copy.pk, worker="test"))
        finally:
            connection.close()

    worker = threading.Thread(target=work)
    worker.start()
    wait_until(lambda: Rendition.objects.get(pk=copy.pk).progress_percent == 40)
    removal.delete_recording(session=upload.session, by=coach)
    worker.join(20)

    assert not worker.is_alive()
    copy.refresh_from_db()
    assert (copy.status, copy.attempts, copy.lease_owner) == ("pending", 0, "")
    past_undo()
    clearing.remove_unwanted()
    assert (versions_in(s3, bucket), list(Rendition.objects.all())) == ([], [])


def test_what_was_put_after_the_deletion_is_taken_out_again(
    recorded: Recorded,
    m4a: bytes,
    s3: Any,
    bucket: str,
    coach: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    upload = recorded(m4a)
    (row,) = rendering.plan(upload.pk)
    put = producing._put

    def delete_meanwhile(*args: Any) -> int:
        removal.delete_recording(session=upload.session, by=coach)
        return put(*args)

    monkeypatch.setattr(producing, "_put", delete_meanwhile)
    rendering.run(row.pk, worker="test")
    assert versions_in(s3, bucket) == []
    past_undo()
    assert clearing.remove_unwanted() == 1


def test_a_lost_lease_leaves_the_other_workers_object(
    recorded: Recorded, m4a: bytes, s3: Any, bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (row,) = rendering.plan(recorded(m4a).pk)
    put = producing._put

    def lose_meanwhile(*args: Any) -> int:
        Rendition.objects.update(lease_owner="another")
        return put(*args)

    monkeypatch.setattr(producing, "_put", lose_meanwhile)
    rendering.run(row.pk, worker="test")
    row.refresh_from_db()
    assert (row.status, row.lease_owner) == ("processing", "another")
    assert versions_in(s3, bucket) == [row.s3_key]


def test_a_worker_that_shuts_down_gives_back_without_a_try(recorded: Recorded, m4a: bytes) -> None:
    (row,) = rendering.plan(recorded(m4a).pk)
    leases.stop_all()
    try:
        rendering.run(row.pk, worker="test")
    finally:
        leases._keeper._ending = False
    row.refresh_from_db()
    assert (row.status, row.attempts, row.lease_owner) == ("pending", 0, "")


def test_objects_that_no_row_knows_are_removed_and_others_are_not(
    recorded: Recorded, m4a: bytes, s3: Any, bucket: str
) -> None:
    upload = recorded(m4a)
    (kept,) = work_off(upload).values()
    for number in range(3):
        s3.put_object(Bucket=bucket, Key=f"renditions/stray/{number}.jpg", Body=b"x")
    assert clearing.remove_strays() == 3
    assert sorted(keys_in(s3, bucket)) == sorted([upload.s3_key, kept.s3_key])
    assert versions_in(s3, bucket) == [kept.s3_key]
    # The next look begins behind the last key, and then at the front again.
    assert cache.get(clearing._PLACE) == "renditions/stray/2.jpg"
    assert clearing.remove_strays() == 0
    assert cache.get(clearing._PLACE) == ""


def test_parts_that_a_dead_worker_left_are_aborted(
    bucket: str, s3: Any, monkeypatch: pytest.MonkeyPatch, db: None
) -> None:
    s3.create_multipart_upload(Bucket=bucket, Key="renditions/a/b/c.mp4")
    with monkeypatch.context() as patch:
        # The bucket of the tests dates every upload in parts to 2010.
        patch.setattr(clearing, "STRAY_PARTS_AFTER", timedelta(days=36_500))
        assert clearing.remove_strays() == 0
    assert clearing.remove_strays() == 1
    assert "Uploads" not in s3.list_multipart_uploads(Bucket=bucket)


def test_what_is_no_recording_any_more_is_not_made_again(
    recorded: Recorded, m4a: bytes, coach: Any
) -> None:
    upload = recorded(m4a)
    (row,) = rendering.plan(upload.pk)
    Rendition.objects.update(status="failed", error_code="unreadable")
    removal.delete_recording(session=upload.session, by=coach)
    with pytest.raises(NotRetryable):
        rendering.retry_rendition(rendition=row, by=coach)
    Rendition.objects.update(status="pending")
    assert rendering.waiting(10) == []
    assert rendering.run(row.pk, worker="test") is None
