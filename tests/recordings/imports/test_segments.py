"""Imports of recordings that come in segments, from the link to the object in the bucket."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from recordings.models import SessionUpload
from tests.origins import Origin, a_file, endless, status, wait_until
from tests.recordings.conftest import API
from tests.recordings.imports.conftest import Worker
from tests.recordings.segmented import counted, dash, hls, sample, serve

pytestmark = pytest.mark.django_db(transaction=True)
Bring = Callable[..., SessionUpload]


@pytest.fixture(autouse=True)
def folder(settings: Settings, tmp_path: Path) -> Path:
    """Where temporary files lie."""
    place = tmp_path / "temporary"
    place.mkdir()
    settings.FILE_UPLOAD_TEMP_DIR = str(place)
    return place


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    return sample(tmp_path, seconds=2)


@pytest.mark.parametrize("cut", [hls, dash], ids=["hls", "dash"])
def test_a_manifest_becomes_a_recording(
    cut: Callable[..., dict[str, bytes]],
    recording: Path,
    bring: Bring,
    origin: Origin,
    s3: Any,
    bucket: str,
    folder: Path,
    tmp_path: Path,
) -> None:
    files = cut(recording, tmp_path / "cut")
    serve(origin, files)
    name = next(name for name in files if name.endswith((".m3u8", ".mpd")))
    upload = bring(origin.url(f"/v/{name}"))
    assert (upload.status, upload.error_code) == ("completed", "")
    stored = s3.get_object(Bucket=bucket, Key=upload.s3_key)["Body"].read()
    assert upload.size_bytes == len(stored)
    assert upload.checksum == f"sha256:{hashlib.sha256(stored).hexdigest()}"
    assert (upload.mime_type, upload.video_codec, upload.audio_codec) == (
        "video/mp4", "h264", "aac",
    )  # fmt: skip
    assert upload.duration_seconds == pytest.approx(2, abs=0.1)
    (tmp_path / "stored.mp4").write_bytes(stored)
    assert counted(tmp_path / "stored.mp4").packets == counted(recording).packets
    assert os.listdir(folder) == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (b"#EXTM3U\n#EXTINF:1,\nhttp://169.254.169.254/a.ts\n#EXT-X-ENDLIST\n", "blocked_address"),
        (b"#EXTM3U\n#EXTINF:1,\na.ts\n#EXT-X-ENDLIST\n", "expired_or_deleted"),
        (b'#EXTM3U\n#EXT-X-KEY:METHOD=SAMPLE-AES,URI="k"\n#EXTINF:1,\na.ts\n', "download_disabled"),
        (b"#EXTM3U\n", "still_processing"),
    ],
)  # fmt: skip
def test_a_manifest_that_gives_none(
    text: bytes,
    code: str,
    bring: Bring,
    origin: Origin,
    nothing_left: Callable[[], None],
    folder: Path,
) -> None:
    serve(origin, {"media.m3u8": text})
    origin.serve("/v/a.ts", status(404))
    upload = bring(origin.url("/v/media.m3u8"))
    assert upload.error_code == code or upload.events.filter(note=code).exists()
    nothing_left()
    assert os.listdir(folder) == []


def test_a_cancel_while_segments_come_leaves_nothing(
    ask: Bring,
    api: Any,
    recording: Path,
    origin: Origin,
    nothing_left: Callable[[], None],
    folder: Path,
    tmp_path: Path,
) -> None:
    files = hls(recording, tmp_path / "cut")
    serve(origin, files)
    origin.serve("/v/media1.ts", endless(chunk=b"\x47" * 1000))
    upload = ask(origin.url("/v/media.m3u8"))
    worker = Worker(upload)
    wait_until(lambda: SessionUpload.objects.filter(pk=upload.pk, bytes_transferred__gt=0).exists())
    assert os.listdir(folder) != []
    assert api.post(f"{API}/uploads/{upload.pk}/cancel").json()["status"] == "cancelled"
    assert worker.ends().status == "cancelled"
    nothing_left()
    assert os.listdir(folder) == []


def test_a_cancel_while_a_segment_stalls_leaves_nothing(
    ask: Bring,
    api: Any,
    recording: Path,
    origin: Origin,
    nothing_left: Callable[[], None],
    folder: Path,
    tmp_path: Path,
) -> None:
    files = hls(recording, tmp_path / "cut")
    serve(origin, files)
    origin.serve("/v/media1.ts", lambda exchange: exchange.stall())
    upload = ask(origin.url("/v/media.m3u8"))
    worker = Worker(upload)
    wait_until(lambda: "/v/media1.ts" in origin.paths())
    assert api.post(f"{API}/uploads/{upload.pk}/cancel").json()["status"] == "cancelled"
    assert worker.ends().status == "cancelled"
    nothing_left()
    assert os.listdir(folder) == []


def test_a_file_that_lies_at_the_same_link_later_is_taken_as_it_is(
    bring: Bring, origin: Origin, bucket: str, mp4: bytes
) -> None:
    text = b"#EXTM3U\n#EXTINF:1,\na.ts\n#EXT-X-ENDLIST\n"
    origin.serve("/v/media.m3u8", a_file(text), status(503), a_file(mp4))
    upload = bring(origin.url("/v/media.m3u8"))
    assert (upload.status, upload.size_bytes) == ("completed", len(mp4))
