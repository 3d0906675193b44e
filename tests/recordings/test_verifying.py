"""Facts read afterwards: by ranges, once at a time, and files kept that cannot be read."""

from __future__ import annotations

import hashlib
import socket
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from recordings import verifying
from recordings.models import SessionUpload
from recordings.storage import StorageError
from tests.attempts import add_found


@pytest.fixture
def found(session: Any, s3: Any, bucket: str) -> Any:
    """A completed upload of bytes that somebody put into the bucket by hand."""

    def make(data: bytes, name: str = "talk.mp4") -> SessionUpload:
        return add_found(session, s3, bucket, data, name=name)

    return make


def test_examining_fills_upload_and_session(found: Any, mp4: bytes) -> None:
    upload = found(mp4)
    assert verifying.unexamined(10) == [upload.pk]
    verifying.examine(upload.pk)
    upload.refresh_from_db()
    assert (upload.media_state, upload.mime_type) == ("known", "video/mp4")
    assert (upload.video_codec, upload.width, upload.height) == ("h264", 320, 180)
    assert (upload.checksum_algorithm, upload.checksum_value) == (
        "sha256",
        hashlib.sha256(mp4).hexdigest(),
    )
    assert upload.lease_until is None
    assert upload.session.recording_duration_seconds == pytest.approx(2, abs=0.1)
    assert verifying.unexamined(10) == []


def test_what_cannot_be_read_is_kept_and_marked(found: Any, s3: Any, bucket: str) -> None:
    upload = found(b"no recording at all" * 100)
    verifying.examine(upload.pk)
    upload.refresh_from_db()
    assert (upload.status, upload.media_state) == ("completed", "unreadable")
    assert s3.head_object(Bucket=bucket, Key=upload.s3_key)["ContentLength"] == 1900


def test_a_bucket_that_is_away_says_nothing_about_the_file(
    found: Any, mp4: bytes, monkeypatch: Any
) -> None:
    upload = found(mp4)
    tried = verifying.MOST_MEDIA_ATTEMPTS - 1
    SessionUpload.objects.update(checksum_value="known", media_attempts=tried)

    def refuse(*_args: Any) -> None:
        raise StorageError("EndpointConnectionError")

    with monkeypatch.context() as patch, socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))  # nobody listens
        url = f"http://127.0.0.1:{closed.getsockname()[1]}/talk.mp4"
        patch.setattr(verifying, "_probe_url", lambda *_args: url)
        patch.setattr(verifying, "head", refuse)
        with pytest.raises(StorageError):
            verifying.examine(upload.pk)
    upload.refresh_from_db()
    shown = (upload.media_state, upload.media_attempts, upload.lease_until)
    assert shown == ("pending", tried, None)
    verifying.examine(upload.pk)
    upload.refresh_from_db()
    assert upload.media_state == "known"


def test_nobody_examines_what_another_has_in_hand(found: Any, mp4: bytes) -> None:
    upload = found(mp4)
    SessionUpload.objects.update(lease_until=timezone.now() + timedelta(minutes=5))
    verifying.examine(upload.pk)
    upload.refresh_from_db()
    assert (upload.media_state, upload.media_attempts) == ("pending", 0)
    assert verifying.unexamined(10) == []
    SessionUpload.objects.update(lease_until=timezone.now() - timedelta(seconds=5))
    verifying.examine(upload.pk)
    upload.refresh_from_db()
    assert upload.media_state == "known"
