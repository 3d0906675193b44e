"""From a completed upload to objects and rows, by a worker."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import av
import pytest
from django.utils import timezone

from recordings import producing, rendering, storage
from recordings.errors import NotRetryable
from recordings.media.rendering import RenderingFailed
from recordings.models import Rendition, SessionUpload
from recordings.storage import StorageError
from tests.recordings.conftest import keys_in
from tests.recordings.media.variants import sample, without_sound
from tests.recordings.rendering.conftest import work_off

pytestmark = pytest.mark.django_db(transaction=True)
Recorded = Callable[..., SessionUpload]


def body(s3: Any, bucket: str, rendition: Rendition) -> bytes:
    """The rendition's bytes, by an S3 client of the test's own."""
    answer = s3.get_object(Bucket=bucket, Key=rendition.s3_key)
    assert answer["ServerSideEncryption"] == "AES256"
    assert (answer["ContentLength"], answer["ContentType"]) == (
        rendition.size_bytes,
        rendition.mime_type,
    )
    data: bytes = answer["Body"].read()
    return data


def test_a_video_gets_a_poster_and_thumbnails(
    recorded: Recorded, mp4: bytes, s3: Any, bucket: str
) -> None:
    upload = recorded(mp4)
    made = work_off(upload)
    assert set(made) == {"poster", "thumbnails"}
    for rendition in made.values():
        assert (rendition.status, rendition.mime_type) == ("completed", "image/jpeg")
        assert (rendition.lease_owner, rendition.lease_until) == ("", None)
        assert (rendition.attempts, rendition.progress_percent) == (1, 100)
        assert rendition.completed_at is not None
        assert rendition.s3_key == (
            f"renditions/{upload.session.coach_id}/{upload.pk}/{rendition.pk}.jpg"
        )
    with av.open(BytesIO(body(s3, bucket, made["poster"])), "r", format="jpeg_pipe") as opened:
        frame = next(opened.decode(video=0))
    assert (frame.width, frame.height) == (320, 180)
    assert made["thumbnails"].details["tile_width"] == 160
    assert rendering.plan(upload.pk) == []
    assert rendering.unplanned(10) == []


def test_sound_gets_a_waveform(recorded: Recorded, m4a: bytes, s3: Any, bucket: str) -> None:
    made = work_off(recorded(m4a, "talk.m4a"))
    assert set(made) == {"waveform"}
    said = json.loads(body(s3, bucket, made["waveform"]))
    assert made["waveform"].mime_type == "application/json"
    assert len(said["peaks"]) == made["waveform"].details["count"]


def test_what_browsers_do_not_play_gets_a_copy_and_then_thumbnails(
    recorded: Recorded, mkv: bytes, s3: Any, bucket: str
) -> None:
    upload = recorded(mkv, "talk.mkv")
    planned = rendering.plan(upload.pk)
    assert {row.kind for row in planned} == {"poster", "web_copy"}
    made = work_off(upload)
    assert set(made) == {"poster", "web_copy", "thumbnails"}
    copy = made["web_copy"]
    assert (copy.status, copy.mime_type) == ("completed", "video/mp4")
    assert copy.s3_key.endswith(".mp4")
    with av.open(BytesIO(body(s3, bucket, copy))) as opened:
        assert [stream.type for stream in opened.streams] == ["video", "audio"]
    original = s3.get_object(Bucket=bucket, Key=upload.s3_key)["Body"].read()
    assert original == mkv


def test_a_picture_without_sound_and_what_says_nothing(recorded: Recorded) -> None:
    assert set(work_off(recorded(without_sound(sample("mp4", seconds=1))))) == {
        "poster",
        "thumbnails",
    }
    unreadable = recorded(b"no recording at all" * 100)
    assert unreadable.media_state == "unreadable"
    assert work_off(unreadable) == {}


def test_only_the_sessions_recording_is_planned_for(recorded: Recorded, m4a: bytes) -> None:
    older = recorded(m4a, "first.m4a")
    newer = recorded(m4a, "second.m4a")
    assert rendering.plan(older.pk) == []
    assert rendering.unplanned(10) == [newer.pk]


def test_a_row_is_taken_up_once(recorded: Recorded, m4a: bytes) -> None:
    (row,) = rendering.plan(recorded(m4a).pk)
    first = rendering._claim(row.pk, "one")
    assert first is not None
    assert rendering._claim(row.pk, "two") is None
    assert rendering.run(row.pk, worker="two") is None
    row.refresh_from_db()
    assert (row.status, row.lease_owner) == ("processing", first.lease_owner)


def test_a_failure_is_tried_again_and_then_said(
    recorded: Recorded, m4a: bytes, monkeypatch: pytest.MonkeyPatch, coach: Any
) -> None:
    (row,) = rendering.plan(recorded(m4a).pk)

    def crash(*_args: Any, **_more: Any) -> None:
        raise RenderingFailed

    with monkeypatch.context() as patch:
        patch.setattr(producing, "make_picture", crash)
        for tries in (1, 2):
            rendering.run(row.pk, worker="test")
            row.refresh_from_db()
            assert (row.status, row.attempts, row.lease_owner) == ("pending", tries, "")
            assert row.next_attempt_at is not None
            assert row.next_attempt_at > timezone.now() + timedelta(seconds=30)
            assert rendering.waiting(10) == []
            assert rendering.run(row.pk, worker="test") is None
            Rendition.objects.update(next_attempt_at=None)
        rendering.run(row.pk, worker="test")
    row.refresh_from_db()
    assert (row.status, row.error_code) == ("failed", "rendering_failed")
    assert row.error_detail == RenderingFailed.detail

    rendering.retry_rendition(rendition=row, by=coach)
    assert (row.status, row.attempts, row.error_code) == ("pending", 0, "")
    with pytest.raises(NotRetryable):
        rendering.retry_rendition(rendition=row, by=coach)
    done = rendering.run(row.pk, worker="test")
    assert done is not None
    assert (done.status, done.error_code) == ("completed", "")


def test_what_can_never_work_fails_at_once(
    recorded: Recorded, mkv: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = recorded(mkv)
    SessionUpload.objects.update(container="flv")  # a demuxer that cannot read it
    row = rendering.plan(upload.pk)[0]
    rendering.run(row.pk, worker="test")
    row.refresh_from_db()
    assert (row.status, row.error_code, row.attempts) == ("failed", "unreadable", 1)


def test_a_full_disk_is_said_before_anything_is_written(
    recorded: Recorded, mkv: bytes, monkeypatch: pytest.MonkeyPatch, s3: Any, bucket: str
) -> None:
    upload = recorded(mkv)
    rows = {row.kind: row for row in rendering.plan(upload.pk)}
    monkeypatch.setattr(producing, "ROOM_FOR_OTHERS_BYTES", 2**60)
    Rendition.objects.update(attempts=rendering.MOST_TRIES - 1)
    rendering.run(rows["web_copy"].pk, worker="test")
    rows["web_copy"].refresh_from_db()
    assert (rows["web_copy"].status, rows["web_copy"].error_code) == ("failed", "no_room")
    assert keys_in(s3, bucket) == [upload.s3_key]


def test_a_bucket_that_is_away_costs_a_try(
    recorded: Recorded, m4a: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    (row,) = rendering.plan(recorded(m4a).pk)

    def away(*_args: Any, **_more: Any) -> None:
        raise StorageError("EndpointConnectionError")

    monkeypatch.setattr(storage, "put_file", away)
    rendering.run(row.pk, worker="test")
    row.refresh_from_db()
    assert (row.status, row.attempts, row.error_code) == ("pending", 1, "storage_unavailable")


def test_the_object_of_a_try_that_died_is_replaced(
    recorded: Recorded, m4a: bytes, s3: Any, bucket: str
) -> None:
    (row,) = rendering.plan(recorded(m4a).pk)
    s3.put_object(Bucket=bucket, Key=row.s3_key, Body=b"half")
    done = rendering.run(row.pk, worker="test")
    assert done is not None
    assert json.loads(body(s3, bucket, done))["peaks"]


def test_a_lost_worker_gives_back_and_the_third_loss_fails(recorded: Recorded, m4a: bytes) -> None:
    (row,) = rendering.plan(recorded(m4a).pk)
    for tries in (1, 2, 3):
        claimed = rendering._claim(row.pk, "lost")
        assert claimed is not None
        assert rendering.return_expired() == 0, "its lease still holds"
        Rendition.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
        assert rendering.return_expired() == (1 if tries < 3 else 0)
        row.refresh_from_db()
    assert (row.status, row.error_code, row.lease_owner) == ("failed", "worker_lost", "")


def test_copies_of_coaches_take_turns(
    recorded: Recorded, mkv: bytes, make_session: Any, other_coach: Any, m4a: bytes
) -> None:
    mine = [recorded(mkv, of=make_session()) for _ in range(3)]
    other = recorded(mkv, of=make_session(coach=other_coach))
    for upload in [*mine, other]:
        rendering.plan(upload.pk)
    copies = dict(Rendition.objects.filter(kind="web_copy").values_list("upload", "pk"))

    assert rendering.waiting(9, ["web_copy"]) == [copies[mine[0].pk], copies[other.pk]]
    rendering.run(copies[mine[0].pk], worker="test")
    assert rendering.waiting(9, ["web_copy"]) == [copies[other.pk], copies[mine[1].pk]]
    assert len(rendering.waiting(9, ["poster"])) == 4
