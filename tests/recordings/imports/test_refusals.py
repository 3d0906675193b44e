"""Links that lead to no recording: one code, one sentence, and nothing stays in the bucket."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest

from recordings import verifying
from recordings.media.probing import NotMedia
from recordings.models import SessionUpload
from tests.origins import (
    Origin,
    a_file,
    a_page,
    endless,
    gzip_bomb,
    lying_length,
    redirect,
    status,
)
from tests.recordings.conftest import API, history
from tests.recordings.imports.conftest import MIB

pytestmark = pytest.mark.django_db(transaction=True)
Bring = Callable[..., SessionUpload]


def a_zip() -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("call.mp4", bytes(1000))
    return held.getvalue()


SIGN_IN = b"<html><title>Sign in to continue</title><h1>Sign in</h1></html>"
PASSCODE = b"<html><title>Recording</title><form><input type=password name=passcode></form></html>"
INWARD_SEGMENT = b"#EXTINF:5,\nhttp://169.254.169.254/b.ts\n#EXT-X-ENDLIST\n"
NO_RECORDING = {
    "missing": (lambda mp4: status(404), "expired_or_deleted", 1),
    "gone": (lambda mp4: status(410), "expired_or_deleted", 1),
    "forbidden": (lambda mp4: status(403), "sign_in_required", 1),
    "unauthorized": (lambda mp4: status(401), "sign_in_required", 1),
    "wall": (lambda mp4: a_page(SIGN_IN), "sign_in_required", 1),
    "passcode": (lambda mp4: a_page(PASSCODE), "needs_passcode", 1),
    "page": (lambda mp4: a_page(b"<!doctype html><title>Player</title>"), "not_media", 1),
    "page called video": (lambda mp4: a_file(b"<html>nothing</html>"), "not_media", 1),
    "zip": (lambda mp4: a_file(a_zip(), content_type="video/mp4"), "not_media", 1),
    "playlist": (lambda mp4: a_file(b"#EXTM3U\n" + INWARD_SEGMENT), "blocked_address", 3),
    "empty": (lambda mp4: a_file(b""), "empty_file", 1),
    "too large": (lambda mp4: a_file(mp4 + bytes(9 * MIB)), "too_large", 1),
    "endless": (lambda mp4: endless(chunk=mp4), "too_large", 1),
    "too few": (lambda mp4: lying_length(mp4, declared=len(mp4) + 1), "truncated", 5),
    "too many": (lambda mp4: lying_length(mp4, declared=len(mp4) - 1), "truncated", 5),
    "gzip bomb": (lambda mp4: gzip_bomb(), "source_refused", 1),
    "inward": (lambda mp4: redirect("http://127.0.0.1:80/latest"), "blocked_address", 1),
    "metadata": (lambda mp4: redirect("http://169.254.169.254/latest"), "blocked_address", 1),
    "file": (lambda mp4: redirect("file:///etc/passwd"), "unsupported_scheme", 1),
    "in circles": (lambda mp4: redirect("/call.mp4"), "too_many_redirects", 6),
}


@pytest.mark.parametrize("case", NO_RECORDING)
def test_what_is_no_recording_is_failed_with_its_reason(
    case: str,
    bring: Bring,
    origin: Origin,
    mp4: bytes,
    settings: Any,
    session: Any,
    nothing_left: Callable[[], None],
) -> None:
    behaviour, code, requests = NO_RECORDING[case]
    settings.MAX_UPLOAD_BYTES = 8 * MIB

    upload = bring(origin.serve("/call.mp4", behaviour(mp4)))

    assert (upload.status, upload.error_code) == ("failed", code)
    assert upload.error_detail.endswith((".", "file here."))
    assert origin.address not in upload.error_detail
    assert len(origin.requests) == requests
    assert (upload.lease_owner, upload.lease_until, upload.multipart_id) == ("", None, "")
    assert (upload.completed_at, upload.leftovers) == (None, False)
    assert history(upload)[-1] == ("uploading", "failed", "worker")
    nothing_left()
    session.refresh_from_db()
    assert (session.s3_key, session.s3_status) == ("", "failed")


def test_a_failed_import_hides_no_recording_that_is_there(
    bring: Bring, origin: Origin, mp4: bytes, session: Any, s3: Any, bucket: str
) -> None:
    done = bring(origin.serve("/call.mp4", a_file(mp4)))
    bring(origin.serve("/gone.mp4", status(404)))

    session.refresh_from_db()
    assert (session.s3_key, session.s3_status) == (done.s3_key, "failed")
    assert session.recording_upload_id == done.pk
    assert s3.head_object(Bucket=bucket, Key=done.s3_key)["ContentLength"] == len(mp4)


def test_what_the_prober_rejects_leaves_the_bucket(
    bring: Bring,
    origin: Origin,
    mp4: bytes,
    nothing_left: Callable[[], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def rejects(*args: Any) -> Any:
        raise NotMedia

    monkeypatch.setattr(verifying, "probe", rejects)

    upload = bring(origin.serve("/call.mp4", a_file(mp4)))

    assert (upload.status, upload.error_code) == ("failed", "not_media")
    assert upload.error_detail == NotMedia.detail
    nothing_left()


def test_what_the_prober_cannot_read_just_now_is_kept(
    bring: Bring, origin: Origin, mp4: bytes, bucket: str, settings: Any
) -> None:
    settings.MEDIA_PROBE_SECONDS = 0.0

    upload = bring(origin.serve("/call.mp4", a_file(mp4)))

    assert (upload.status, upload.media_state) == ("completed", "pending")
    assert (upload.mime_type, upload.size_bytes) == ("video/mp4", len(mp4))


REFUSED = {
    "file:///etc/passwd": "unsupported_scheme",
    "ftp://example.com/call.mp4": "unsupported_scheme",
    "javascript:alert(1)": "unsupported_scheme",
    "call.mp4": "invalid_url",
    "http://": "invalid_url",
    "https://user:secret@example.com/call.mp4": "invalid_url",
    "http://127.0.0.3:{port}\\@example.com/": "invalid_url",
    "http://127.0.0.3:{port}/call.mp4": "blocked_address",
    "http://2130706435:{port}/call.mp4": "blocked_address",
    "http://0x7f.0.0.3:{port}/call.mp4": "blocked_address",
    "http://127.3:{port}/call.mp4": "blocked_address",
    "http://[::ffff:127.0.0.3]:{port}/call.mp4": "blocked_address",
    "http://localhost:{port}/call.mp4": "blocked_address",
    "http://169.254.169.254/latest/meta-data/": "blocked_address",
    "http://metadata.google.internal/": "blocked_address",
    "http://10.0.0.1/call.mp4": "blocked_address",
    "http://8.8.8.8:22/": "blocked_address",
}


@pytest.mark.parametrize("url", REFUSED)
def test_a_refused_link_is_refused_at_the_door(
    url: str, api: Any, session: Any, bucket: str
) -> None:
    with Origin(address="127.0.0.3") as inside:
        inside.serve("/call.mp4", status(200))
        answer = api.post(
            f"{API}/upload",
            {"session_id": str(session.pk), "external_url": url.format(port=inside.port)},
        )

        assert inside.requests == []
    assert answer.status_code == 400
    body = answer.json()
    assert [(error["code"], error["attr"]) for error in body["errors"]] == [
        (REFUSED[url], "external_url")
    ]
    assert not SessionUpload.objects.exists()
