"""Links that lead to a recording: its bytes lie in the bucket, row and session say so."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import pytest

from recordings import transferring
from recordings.models import SessionUpload
from recordings.storage import put_part
from tests.origins import (
    Origin,
    a_file,
    chunked,
    redirect,
    resetting,
    without_length,
)
from tests.recordings.conftest import history, open_multiparts
from tests.recordings.imports.conftest import MIB, work

pytestmark = pytest.mark.django_db(transaction=True)
Bring = Callable[..., SessionUpload]
MADE = [("", "pending", "person"), ("pending", "uploading", "worker")]


def bytes_of(s3: Any, bucket: str, upload: SessionUpload) -> bytes:
    data: bytes = s3.get_object(Bucket=bucket, Key=upload.s3_key)["Body"].read()
    return data


def test_a_recording_is_brought_in_whole(
    bring: Bring, origin: Origin, mp4: bytes, session: Any, s3: Any, bucket: str, coach: Any
) -> None:
    headers = {"Content-Disposition": "attachment; filename*=UTF-8''Gespr%C3%A4ch.mp4"}
    url = origin.serve("/d/call%20one.mp4", a_file(mp4, headers=headers))

    upload = bring(url)

    stored = s3.get_object(Bucket=bucket, Key=upload.s3_key)
    assert stored["Body"].read() == mp4
    assert stored["ServerSideEncryption"] == "AES256"
    assert stored["ContentType"] == "video/mp4"
    assert open_multiparts(s3, bucket) == []
    assert upload.s3_key.startswith(
        f"recordings/{coach.pk}/{session.client_id}/2026-01-14/call one_"
    )
    assert history(upload) == [*MADE, ("uploading", "completed", "worker")]
    assert upload.checksum == f"sha256:{hashlib.sha256(mp4).hexdigest()}"
    assert (upload.size_bytes, upload.bytes_transferred) == (len(mp4), len(mp4))
    assert (upload.original_filename, upload.mime_type) == ("Gespräch.mp4", "video/mp4")
    assert (upload.etag, upload.version_id) == (stored["ETag"].strip('"'), stored["VersionId"])
    assert (upload.media_state, upload.video_codec, upload.audio_codec) == ("known", "h264", "aac")
    assert upload.duration_seconds == pytest.approx(2, abs=0.1)
    assert (upload.multipart_id, upload.lease_owner, upload.lease_until) == ("", "", None)
    assert (upload.error_code, upload.attempts, upload.lost_workers) == ("", 1, 0)
    session.refresh_from_db()
    assert (session.s3_key, session.s3_status) == (upload.s3_key, "completed")
    assert session.external_recording_url == url
    assert session.recording_size_bytes == len(mp4)


@pytest.mark.parametrize("behaviour", [without_length, chunked])
def test_a_body_of_unknown_length_is_brought_in(
    bring: Bring, origin: Origin, mp4: bytes, s3: Any, bucket: str, behaviour: Any
) -> None:
    upload = bring(origin.serve("/call.mp4", behaviour(mp4)))

    assert (upload.status, upload.size_bytes) == ("completed", len(mp4))
    assert bytes_of(s3, bucket, upload) == mp4


def test_a_long_recording_goes_in_parts(
    bring: Bring,
    origin: Origin,
    long_mp4: bytes,
    s3: Any,
    bucket: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sizes: list[int] = []

    def noting(key: str, multipart_id: str, number: int, data: memoryview) -> Any:
        sizes.append(len(data))
        return put_part(key, multipart_id, number, data)

    monkeypatch.setattr(transferring, "put_part", noting)

    upload = bring(origin.serve("/call.mp4", a_file(long_mp4)))

    assert sizes == [5 * MIB, 5 * MIB, 2 * MIB]
    assert bytes_of(s3, bucket, upload) == long_mp4
    assert upload.checksum == f"sha256:{hashlib.sha256(long_mp4).hexdigest()}"
    assert upload.etag.endswith("-3")


def test_what_is_missing_after_a_reset_is_fetched_and_nothing_else(
    bring: Bring, origin: Origin, long_mp4: bytes, s3: Any, bucket: str
) -> None:
    sent = 7 * MIB + 123
    url = origin.serve("/call.mp4", resetting(long_mp4, sent=sent), a_file(long_mp4))

    upload = bring(url)

    assert bytes_of(s3, bucket, upload) == long_mp4
    assert upload.checksum == f"sha256:{hashlib.sha256(long_mp4).hexdigest()}"
    first, second = origin.requests
    assert "range" not in first.headers
    # What a reset overtakes on its way was never received.
    start = int(second.headers["range"].removeprefix("bytes=").removesuffix("-"))
    assert 0 < start <= sent
    assert second.headers["if-range"] == '"v1"'
    assert upload.attempts == 2
    assert open_multiparts(s3, bucket) == []


@pytest.mark.parametrize("etag", ['"v2"', None, 'W/"v1"'])
def test_a_file_that_changed_between_two_tries_is_fetched_from_its_start(
    bring: Bring,
    origin: Origin,
    long_mp4: bytes,
    mp4: bytes,
    s3: Any,
    bucket: str,
    etag: str | None,
) -> None:
    url = origin.serve("/call.mp4", resetting(long_mp4, sent=6 * MIB), a_file(mp4, etag=etag))

    upload = bring(url)

    assert bytes_of(s3, bucket, upload) == mp4
    assert upload.checksum == f"sha256:{hashlib.sha256(mp4).hexdigest()}"
    assert (upload.size_bytes, upload.expected_size_bytes) == (len(mp4), len(mp4))


def test_a_file_without_a_strong_etag_is_never_resumed(
    bring: Bring, origin: Origin, long_mp4: bytes, s3: Any, bucket: str
) -> None:
    weak = resetting(long_mp4, sent=6 * MIB, etag='W/"v1"')
    upload = bring(origin.serve("/call.mp4", weak, a_file(long_mp4, etag='W/"v1"')))

    assert bytes_of(s3, bucket, upload) == long_mp4
    assert [request.headers.get("range") for request in origin.requests] == [None, None]


def test_a_rest_of_another_length_makes_the_import_begin_anew(
    bring: Bring, origin: Origin, long_mp4: bytes, s3: Any, bucket: str
) -> None:
    # The same ETag, and yet another file: an origin that lies.
    shorter = a_file(long_mp4[: 9 * MIB])
    url = origin.serve(
        "/call.mp4", resetting(long_mp4, sent=6 * MIB), shorter, a_file(long_mp4, etag='"v2"')
    )

    upload = bring(url)

    assert bytes_of(s3, bucket, upload) == long_mp4
    assert upload.checksum == f"sha256:{hashlib.sha256(long_mp4).hexdigest()}"


def test_redirects_are_followed(
    bring: Bring, origin: Origin, mp4: bytes, s3: Any, bucket: str
) -> None:
    target = origin.serve("/files/call.mp4", a_file(mp4))
    upload = bring(origin.serve("/s/share", redirect(target)))

    assert bytes_of(s3, bucket, upload) == mp4
    assert upload.original_url == origin.url("/s/share")
    assert upload.original_filename == "call.mp4"


def test_a_finished_import_is_not_done_again(
    bring: Bring, origin: Origin, mp4: bytes, s3: Any, bucket: str
) -> None:
    upload = bring(origin.serve("/call.mp4", a_file(mp4)))

    again = work(upload)

    assert len(origin.requests) == 1
    assert history(again) == [*MADE, ("uploading", "completed", "worker")]
    assert again.completed_at == upload.completed_at
