"""Deleting: the bucket first, the row with it, the history stays."""

from __future__ import annotations

from typing import Any

import requests

from recordings import removal, storage
from recordings.models import SessionUpload
from recordings.storage import StorageError
from tests.recordings.conftest import API, history, keys_in


def test_delete_empties_bucket_and_session_and_keeps_history(
    api: Any, session: Any, mp4: bytes, send: Any, s3: Any, bucket: str, coach: Any
) -> None:
    send(api, session, mp4, platform="zoom")
    send(api, session, mp4)
    assert api.delete(f"{API}/recording/{session.pk}").status_code == 204
    assert keys_in(s3, bucket) == []
    shown = api.get(f"{API}/sessions/{session.pk}").json()
    assert shown["recording"] == {
        "has_recording": False,
        "s3_key": None,
        "s3_status": None,
        "external_platform": None,
        "external_url": None,
        "filename": None,
        "mime_type": None,
        "size_bytes": None,
        "duration_seconds": None,
        "uploaded_at": None,
    }
    assert [upload["status"] for upload in shown["uploads"]] == ["deleted", "deleted"]
    for upload in SessionUpload.objects.all():
        assert upload.deleted_at is not None
        assert upload.deleted_by == coach
        assert history(upload)[-1] == ("completed", "deleted", "person")
    again = api.delete(f"{API}/recording/{session.pk}")
    assert (again.status_code, again.json()["errors"][0]["code"]) == (404, "no_recording")
    download = api.get(f"{API}/download/{session.pk}")
    assert (download.status_code, download.json()["errors"][0]["code"]) == (404, "no_recording")


def test_an_upload_under_way_stands_in_the_way(
    api: Any, session: Any, mp4: bytes, send: Any, s3: Any, bucket: str
) -> None:
    send(api, session, mp4)
    api.get(f"{API}/presigned-upload-url", {"session_id": str(session.pk), "filename": "b.mp4"})
    refused = api.delete(f"{API}/recording/{session.pk}")
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (
        409,
        "upload_in_progress",
    )
    assert len(keys_in(s3, bucket)) == 1
    assert api.delete(f"{API}/recording/{session.pk}?cancel=true").status_code == 204
    assert keys_in(s3, bucket) == []
    assert set(SessionUpload.objects.values_list("status", flat=True)) == {"cancelled", "deleted"}


def test_a_bucket_that_is_away_queues_the_deletion(
    api: Any, session: Any, mp4: bytes, send: Any, s3: Any, bucket: str, monkeypatch: Any
) -> None:
    send(api, session, mp4)

    def refuse(*args: Any, **kwargs: Any) -> None:
        raise StorageError("SlowDown")

    with monkeypatch.context() as patch:
        patch.setattr("recordings.storage.delete", refuse)
        response = api.delete(f"{API}/recording/{session.pk}")
        assert (response.status_code, response.json()["errors"][0]["code"]) == (
            503,
            "storage_unavailable",
        )
        assert SessionUpload.objects.get().status == "completed"
        assert removal.retry_deletions() == 0
    assert removal.retry_deletions() == 1
    assert SessionUpload.objects.get().status == "deleted"
    assert keys_in(s3, bucket) == []


def test_a_deletion_that_stops_half_way_brings_no_older_recording_back(
    api: Any, session: Any, mp4: bytes, m4a: bytes, send: Any, bucket: str, monkeypatch: Any
) -> None:
    send(api, session, m4a, "older.m4a")
    send(api, session, mp4, "newer.mp4")
    deleted: list[str] = []

    def delete_one(key: str) -> None:
        if deleted:
            raise StorageError("SlowDown")
        deleted.append(key)
        storage_delete(key)

    with monkeypatch.context() as patch:
        storage_delete = storage.delete
        patch.setattr("recordings.storage.delete", delete_one)
        assert api.delete(f"{API}/recording/{session.pk}").status_code == 503
    shown = api.get(f"{API}/sessions/{session.pk}").json()
    assert shown["recording"]["filename"] == "newer.mp4"
    assert [upload["status"] for upload in shown["uploads"]] == ["completed", "deleted"]
    assert removal.retry_deletions() == 1


def test_a_download_is_the_same_bytes_under_the_original_name(
    api: Any, session: Any, mp4: bytes, send: Any, bucket: str
) -> None:
    send(api, session, mp4, 'Größe "1".mp4')
    link = api.get(f"{API}/download/{session.pk}").json()
    answer = requests.get(link["download_url"], timeout=10)
    assert answer.content == mp4
    assert answer.headers["Content-Type"] == "video/mp4"
    disposition = answer.headers["Content-Disposition"]
    assert disposition.startswith("attachment")
    assert "filename*=UTF-8''Gr%C3%B6%C3%9Fe" in disposition
    assert (link["expires_in"], link["size_bytes"]) == (3600, len(mp4))
    inline = api.get(f"{API}/download/{session.pk}", {"disposition": "inline"}).json()
    shown = requests.get(inline["download_url"], timeout=10)
    assert shown.headers["Content-Disposition"].startswith("inline")
    odd = api.get(f"{API}/download/{session.pk}", {"disposition": "sideways"})
    assert odd.status_code == 400


def test_a_lost_object_is_said(
    api: Any, session: Any, mp4: bytes, send: Any, s3: Any, bucket: str
) -> None:
    uploaded = send(api, session, mp4).json()
    s3.delete_object(Bucket=bucket, Key=uploaded["s3_key"])
    versions = s3.list_object_versions(Bucket=bucket)
    for version in versions["Versions"] + versions["DeleteMarkers"]:
        s3.delete_object(Bucket=bucket, Key=version["Key"], VersionId=version["VersionId"])
    response = api.get(f"{API}/download/{session.pk}")
    assert (response.status_code, response.json()["errors"][0]["code"]) == (
        410,
        "recording_missing",
    )
