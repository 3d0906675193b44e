"""Whole imports from platforms: the recording and what lies beside it in the bucket, or why not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from recordings.models import SessionUpload, Sidecar, UploadEvent
from tests.origins import Behaviour, Origin, stand_in, status
from tests.recordings.conftest import history, keys_in, open_multiparts
from tests.recordings.segmented import hls, sample, serve
from tests.recordings.sources.conftest import cookies_of, told
from tests.recordings.sources.zoom_player import CHAT, HOSTS, MEETING_ID, PLAYS, SHARE, VTT, Zoom

pytestmark = pytest.mark.django_db(transaction=True)
Bring = Callable[..., SessionUpload]
PASSCODE = "s3s&me"


@pytest.fixture
def zoom(monkeypatch: pytest.MonkeyPatch, mp4: bytes) -> Iterator[Zoom]:
    """A recording behind a passcode."""
    with Origin(tls_names=HOSTS) as origin:
        stand_in(monkeypatch, origin, *HOSTS)
        yield Zoom(origin, mp4, passcode=PASSCODE)


def test_a_recording_with_a_passcode_comes_with_what_lies_beside_it(
    bring: Bring, zoom: Zoom, mp4: bytes, s3: Any, bucket: str
) -> None:
    upload = bring(SHARE, passcode=PASSCODE)

    assert (upload.status, upload.platform, upload.error_code) == ("completed", "zoom", "")
    assert s3.get_object(Bucket=bucket, Key=upload.s3_key)["Body"].read() == mp4
    beside = {
        each.kind: s3.get_object(Bucket=bucket, Key=each.s3_key)["Body"].read()
        for each in Sidecar.objects.filter(upload=upload, status="completed")
    }
    assert beside == {"transcript": VTT, "captions": VTT, "chat": CHAT}
    assert open_multiparts(s3, bucket) == []
    assert upload.sealed_passcode in ("", b"", None)
    assert PASSCODE not in str(list(UploadEvent.objects.values()))


@pytest.mark.parametrize(
    ("passcode", "code"), [("", "needs_passcode"), ("sesame", "wrong_passcode")]
)
def test_without_the_right_passcode_nothing_is_stored(
    bring: Bring,
    zoom: Zoom,
    nothing_left: Callable[[], None],
    bucket: str,
    passcode: str,
    code: str,
) -> None:
    upload = bring(SHARE, passcode=passcode)

    assert (upload.status, upload.error_code) == ("failed", code)
    assert "Zoom" in upload.error_detail
    assert history(upload)[-1] == ("uploading", "failed", "worker")
    assert upload.attempts == 1
    nothing_left()
    assert not Sidecar.objects.exists()
    assert not [each for each in zoom.asked() if "ssrweb" in each]


def test_an_owner_who_forbids_downloading_is_respected(
    bring: Bring, zoom: Zoom, nothing_left: Callable[[], None], bucket: str
) -> None:
    zoom.plays = {**PLAYS, "disableDownload": True}

    upload = bring(SHARE, passcode=PASSCODE)

    assert (upload.status, upload.error_code) == ("failed", "download_disabled")
    nothing_left()
    assert not [each for each in zoom.asked() if "ssrweb" in each]


def test_an_import_is_made_whole_after_trouble_at_the_platform(
    bring: Bring, zoom: Zoom, s3: Any, bucket: str
) -> None:
    path = f"/nws/recording/1.0/play/share-info/{MEETING_ID}"
    zoom.origin.serve(path, status(503), zoom.origin.behaviour(path))

    upload = bring(SHARE, passcode=PASSCODE)

    assert (upload.status, upload.attempts) == ("completed", 2)
    assert upload.s3_key in keys_in(s3, bucket)


def test_a_clip_becomes_one_mp4(
    bring: Bring, zoom: Zoom, s3: Any, bucket: str, tmp_path: Path
) -> None:
    signed = "CloudFront-Policy=p0licy"
    files = hls(sample(tmp_path, seconds=2), tmp_path / "out")

    def to_signed(behave: Behaviour) -> Behaviour:
        return lambda exchange: (behave if signed in cookies_of(exchange) else status(403))(
            exchange
        )

    serve(zoom.origin, files, under="/clips")
    for name in files:
        zoom.origin.serve(f"/clips/{name}", to_signed(zoom.origin.behaviour(f"/clips/{name}")))
    info = {"mediaInfo": {"playUrl": "https://ssrweb.zoom.us/clips/media.m3u8"}}
    cookie = f"{signed}; domain=.zoom.us; path=/; secure"
    zoom.origin.serve(
        "/nws/marvel/2.0/clips/share/cl1p_x", told({"result": info}, cookies=(cookie,))
    )

    upload = bring("https://zoom.us/clips/share/cl1p_x")

    assert (upload.status, upload.mime_type, upload.error_code) == ("completed", "video/mp4", "")
    assert upload.duration_seconds == pytest.approx(2, abs=0.2)
    assert s3.head_object(Bucket=bucket, Key=upload.s3_key)["ContentLength"] == upload.size_bytes
