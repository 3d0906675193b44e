"""A file through the server: bytes in the bucket, row and session say so, or nothing is kept."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from recordings.models import SessionUpload
from recordings.storage import StorageError
from tests.recordings.conftest import API, history, keys_in, named_file


def test_a_file_is_in_the_bucket_when_the_answer_comes(
    api: Any, session: Any, mp4: bytes, send: Any, s3: Any, bucket: str, coach: Any
) -> None:
    response = send(api, session, mp4, "Erstes Gespräch.mp4", platform="zoom")

    upload = SessionUpload.objects.get()
    assert response.status_code == 201
    assert response.json() == {
        "upload_id": str(upload.pk),
        "session_id": str(session.pk),
        "s3_key": upload.s3_key,
        "status": "completed",
        "size_bytes": len(mp4),
        "mime_type": "video/mp4",
        "checksum_sha256": hashlib.sha256(mp4).hexdigest(),
    }
    stored = s3.get_object(Bucket=bucket, Key=upload.s3_key)
    assert stored["Body"].read() == mp4
    assert stored["ServerSideEncryption"] == "AES256"
    prefix = f"recordings/{coach.pk}/{session.client_id}/2026-01-14/Erstes Gespräch_"
    assert upload.s3_key.startswith(prefix)
    assert upload.s3_key.endswith(".mp4")
    assert history(upload) == [
        ("", "pending", "person"),
        ("pending", "uploading", "person"),
        ("uploading", "completed", "person"),
    ]
    assert (upload.video_codec, upload.audio_codec) == ("h264", "aac")
    assert upload.duration_seconds == pytest.approx(2, abs=0.1)
    session.refresh_from_db()
    assert (session.s3_key, session.s3_status) == (upload.s3_key, "completed")
    assert session.recording_size_bytes == len(mp4)
    assert session.external_platform == "zoom"


def test_the_session_then_shows_its_recording(
    api: Any, session: Any, mp4: bytes, send: Any, bucket: str
) -> None:
    uploaded = send(api, session, mp4).json()
    shown = api.get(f"{API}/sessions/{session.pk}").json()
    upload = SessionUpload.objects.get()

    def stamp(time: Any) -> str:
        return time.isoformat().replace("+00:00", "Z")

    assert shown == {
        "id": str(session.pk),
        "title": "First talk",
        "description": "",
        "scheduled_at": "2026-01-14T15:00:00Z",
        "duration_minutes": 60,
        "status": "scheduled",
        "client": {
            "id": str(session.client_id),
            "name": "Klara Client",
            "email": "client@example.com",
        },
        "participants": [],
        "recording": {
            "has_recording": True,
            "s3_key": uploaded["s3_key"],
            "s3_status": "completed",
            "external_platform": None,
            "external_url": None,
            "filename": "talk.mp4",
            "mime_type": "video/mp4",
            "size_bytes": len(mp4),
            "duration_seconds": upload.duration_seconds,
            "uploaded_at": stamp(upload.completed_at),
        },
        "transcript_status": "pending",
        "analysis_status": "pending",
        "uploads": [
            {
                "id": uploaded["upload_id"],
                "type": "manual",
                "platform": None,
                "filename": "talk.mp4",
                "s3_key": uploaded["s3_key"],
                "status": "completed",
                "mime_type": "video/mp4",
                "size_bytes": len(mp4),
                "bytes_transferred": len(mp4),
                "error": None,
                "created_at": stamp(upload.created_at),
                "completed_at": stamp(upload.completed_at),
            }
        ],
    }


@pytest.mark.parametrize(
    ("data", "name", "status", "code"),
    [
        (b"", "empty.mp4", 400, "empty_file"),
        (b"PK\x03\x04" + bytes(500), "archive.mp4", 415, "not_media"),
        (b"#EXTM3U\n#EXTINF:1\nhttp://127.0.0.1/x\n" * 9, "list.mp4", 415, "not_media"),
        (b"<!doctype html><html><body>Sign in</body></html>", "page.mp4", 415, "not_media"),
        (b"MZ" + bytes(2000), "setup.mp4", 415, "not_media"),
        (b"\x00\x00\x00\x18ftypmp42" + b"PK\x03\x04" * 300, "poly.mp4", 415, "not_media"),
    ],
)
def test_what_is_no_recording_is_refused_and_nothing_kept(
    api: Any,
    session: Any,
    send: Any,
    s3: Any,
    bucket: str,
    data: bytes,
    name: str,
    status: int,
    code: str,
) -> None:
    response = send(api, session, data, name)
    assert (response.status_code, response.json()["errors"][0]["code"]) == (status, code)
    assert not SessionUpload.objects.exists()
    assert keys_in(s3, bucket) == []


def test_exactly_one_source_is_wanted(api: Any, session: Any, mp4: bytes, bucket: str) -> None:
    both = api.post(
        f"{API}/upload",
        {
            "session_id": str(session.pk),
            "file": named_file(mp4, "a.mp4"),
            "external_url": "https://example.com/a.mp4",
        },
        format="multipart",
    )
    neither = api.post(f"{API}/upload", {"session_id": str(session.pk)})
    nameless = api.post(f"{API}/upload", {"external_url": "https://example.com/a.mp4"})
    for response, code, attr in (
        (both, "exactly_one_source", None),
        (neither, "exactly_one_source", None),
        (nameless, "required", "session_id"),
    ):
        assert response.status_code == 400
        error = response.json()["errors"][0]
        assert (error["code"], error["attr"]) == (code, attr)
    assert not SessionUpload.objects.exists()


def test_a_file_over_the_limit_is_refused(
    api: Any, session: Any, mp4: bytes, send: Any, settings: Any, s3: Any, bucket: str
) -> None:
    settings.MAX_UPLOAD_BYTES = len(mp4) - 1
    response = send(api, session, mp4)
    assert response.status_code == 413
    assert response.json()["errors"][0]["code"] == "too_large"
    assert not SessionUpload.objects.exists()
    assert keys_in(s3, bucket) == []


def test_a_bucket_that_is_away_leaves_a_failed_upload(
    api: Any, session: Any, mp4: bytes, send: Any, monkeypatch: Any, bucket: str
) -> None:
    def refuse(*args: Any, **kwargs: Any) -> None:
        raise StorageError("SlowDown")

    monkeypatch.setattr("recordings.storage.put_file", refuse)
    response = send(api, session, mp4)
    upload = SessionUpload.objects.get()
    assert response.status_code == 503
    assert response.json()["errors"][0]["code"] == "storage_unavailable"
    assert (upload.status, upload.error_code) == ("failed", "storage_unavailable")
    session.refresh_from_db()
    assert (session.s3_status, session.has_recording) == ("failed", False)


def test_a_failed_attempt_does_not_hide_the_recording(
    api: Any, session: Any, mp4: bytes, send: Any, monkeypatch: Any, bucket: str
) -> None:
    first = send(api, session, mp4).json()

    def refuse(*args: Any, **kwargs: Any) -> None:
        raise StorageError("SlowDown")

    monkeypatch.setattr("recordings.storage.put_file", refuse)
    send(api, session, mp4)
    shown = api.get(f"{API}/sessions/{session.pk}").json()
    assert shown["recording"]["s3_key"] == first["s3_key"]
    assert shown["recording"]["s3_status"] == "failed"
    assert [upload["status"] for upload in shown["uploads"]] == ["failed", "completed"]


@pytest.mark.parametrize(
    "name",
    ["../../etc/passwd.mp4", "a\u202egpj.mp4", "сеанс 会话 🎬.mp4", "CON.mp4", "x" * 300 + ".mp4"],
)
def test_any_name_becomes_a_safe_key(
    api: Any, session: Any, mp4: bytes, send: Any, s3: Any, bucket: str, name: str, coach: Any
) -> None:
    response = send(api, session, mp4, name)
    assert response.status_code == 201
    key = response.json()["s3_key"]
    assert keys_in(s3, bucket) == [key]
    assert key.startswith(f"recordings/{coach.pk}/{session.client_id}/2026-01-14/")
    assert key.count("/") == 4
    assert "\u202e" not in key
    assert len(key.encode()) <= 1024


def test_the_same_idempotency_key_stores_once(
    api: Any, session: Any, mp4: bytes, send: Any, s3: Any, bucket: str
) -> None:
    headers = {"Idempotency-Key": "one"}
    first = send(api, session, mp4, headers=headers)
    again = send(api, session, mp4, headers=headers)
    other = send(api, session, mp4 + b"\x00", headers=headers)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert SessionUpload.objects.count() == 1
    assert len(keys_in(s3, bucket)) == 1
    assert other.status_code == 422
    assert other.json()["errors"][0]["code"] == "idempotency_mismatch"


def test_a_form_with_too_many_or_too_large_fields_is_refused(
    api: Any, session: Any, bucket: str, settings: Any
) -> None:
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 100
    large = api.post(
        f"{API}/upload",
        {"session_id": str(session.pk), "external_url": "x" * 3_000_000},
        format="multipart",
    )
    many = api.post(
        f"{API}/upload", {f"field{number}": "x" for number in range(101)}, format="multipart"
    )
    assert (large.status_code, large.json()["errors"][0]["code"]) == (413, "too_large")
    assert (many.status_code, many.json()["errors"][0]["code"]) == (400, "parse_error")
    assert not SessionUpload.objects.exists()
