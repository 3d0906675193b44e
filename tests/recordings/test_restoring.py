"""Taking a deletion back: the same bytes, the same rows, or a clear no."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import requests

from accounts.models import User
from recordings import removal, storage, sync
from recordings.models import SessionUpload
from recordings.storage import StorageError
from sessions_app.models import Session
from tests.recordings.conftest import API, history, keys_in


@pytest.fixture
def deleted(api: Any, session: Session, mp4: bytes, m4a: bytes, send: Any, bucket: str) -> Session:
    """A session whose two recordings were deleted together."""
    send(api, session, m4a, "older.m4a")
    send(api, session, mp4, "newer.mp4", platform="zoom")
    assert api.delete(f"{API}/recording/{session.pk}").status_code == 204
    return session


def test_everything_that_was_deleted_together_comes_back(
    api: Any, deleted: Session, mp4: bytes, s3: Any, bucket: str, coach: User
) -> None:
    answer = api.post(f"{API}/recording/{deleted.pk}/restore")

    assert answer.status_code == 200
    shown = answer.json()
    assert shown["recording"]["filename"] == "newer.mp4"
    assert shown["recording"]["external_platform"] == "zoom"
    assert [upload["status"] for upload in shown["uploads"]] == ["completed", "completed"]
    uploads = SessionUpload.objects.all()
    assert keys_in(s3, bucket) == sorted(upload.s3_key for upload in uploads)
    for upload in uploads:
        assert (upload.deleted_at, upload.deleted_by, upload.removal_requested_by) == (None,) * 3
        assert history(upload)[-1] == ("deleted", "completed", "person")
    link = api.get(f"{API}/download/{deleted.pk}").json()["download_url"]
    assert requests.get(link, timeout=10).content == mp4
    again = api.post(f"{API}/recording/{deleted.pk}/restore")
    assert (again.status_code, again.json()["errors"][0]["code"]) == (404, "nothing_to_restore")


def test_an_earlier_deletion_stays_one(
    api: Any, deleted: Session, mp4: bytes, send: Any, s3: Any, bucket: str
) -> None:
    send(api, deleted, mp4, "third.mp4")
    assert api.delete(f"{API}/recording/{deleted.pk}").status_code == 204

    [back] = api.post(f"{API}/recording/{deleted.pk}/restore").json()["uploads"][:1]

    assert (back["filename"], back["status"]) == ("third.mp4", "completed")
    assert keys_in(s3, bucket) == [back["s3_key"]]


def test_a_newer_recording_stays_the_recording(
    api: Any, deleted: Session, mp4: bytes, send: Any
) -> None:
    send(api, deleted, mp4, "since then.mp4")
    shown = api.post(f"{API}/recording/{deleted.pk}/restore").json()
    assert shown["recording"]["filename"] == "since then.mp4"
    assert [upload["status"] for upload in shown["uploads"]] == ["completed"] * 3


def test_what_the_bucket_did_not_keep_is_said(
    api: Any, deleted: Session, s3: Any, bucket: str
) -> None:
    for upload in SessionUpload.objects.all():
        storage.delete_all_versions(upload.s3_key)
    answer = api.post(f"{API}/recording/{deleted.pk}/restore")
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (410, "object_missing")
    assert set(SessionUpload.objects.values_list("status", flat=True)) == {"deleted"}


def test_nothing_is_promised_that_the_bucket_forgets(deleted: Session) -> None:
    assert [upload.original_filename for upload in removal.restorable(deleted)] != []
    SessionUpload.objects.update(version_id="")
    assert removal.restorable(deleted) == []
    SessionUpload.objects.update(version_id="v1")
    upload = SessionUpload.objects.first()
    assert upload is not None
    assert upload.deleted_at is not None
    SessionUpload.objects.update(deleted_at=upload.deleted_at - timedelta(days=31))
    assert removal.restorable(deleted) == []


def test_a_queued_deletion_is_called_off(
    api: Any, session: Session, mp4: bytes, m4a: bytes, send: Any, s3: Any, bucket: str
) -> None:
    send(api, session, m4a, "older.m4a")
    send(api, session, mp4, "newer.mp4")
    delete = storage.delete
    done: list[str] = []

    def delete_one(key: str) -> None:
        if done:
            raise StorageError("SlowDown")
        done.append(key)
        delete(key)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(storage, "delete", delete_one)
        assert api.delete(f"{API}/recording/{session.pk}").status_code == 503

    shown = api.post(f"{API}/recording/{session.pk}/restore").json()

    assert [upload["status"] for upload in shown["uploads"]] == ["completed", "completed"]
    assert len(keys_in(s3, bucket)) == 2
    assert removal.retry_deletions() == 0
    assert len(keys_in(s3, bucket)) == 2


def test_called_off_while_the_sweep_has_the_object_in_hand(
    api: Any, session: Session, mp4: bytes, send: Any, s3: Any, bucket: str, coach: User
) -> None:
    send(api, session, mp4)
    delete = storage.delete

    def delete_then_undo(key: str) -> None:
        removal.restore_recording(session=session, by=coach)
        delete(key)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(storage, "delete", delete_then_undo)
        api.delete(f"{API}/recording/{session.pk}")

    upload = SessionUpload.objects.get()
    assert (upload.status, upload.removal_requested_at) == ("completed", None)
    assert keys_in(s3, bucket) == [upload.s3_key]


def test_a_sync_that_was_first_is_left_alone(
    api: Any, deleted: Session, s3: Any, bucket: str
) -> None:
    upload = SessionUpload.objects.get(original_filename="newer.mp4")
    storage.restore(upload.s3_key, upload.version_id)
    run = api.post(f"{API}/sync-bucket").json()
    sync.run_sync(run["id"], worker="w")
    shown = api.post(f"{API}/recording/{deleted.pk}/restore").json()
    statuses = [each["status"] for each in shown["uploads"]]
    assert statuses.count("completed") == 2
    assert len(keys_in(s3, bucket)) == 2


def test_a_deletion_is_called_off_while_the_bucket_is_away(
    api: Any, session: Session, mp4: bytes, send: Any, s3: Any, bucket: str
) -> None:
    send(api, session, mp4)

    def away(*args: Any, **kwargs: Any) -> None:
        raise StorageError("SlowDown")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(storage, "delete", away)
        patch.setattr(storage, "head", away)
        assert api.delete(f"{API}/recording/{session.pk}").status_code == 503
        answer = api.post(f"{API}/recording/{session.pk}/restore")

    assert answer.status_code == 200
    assert removal.retry_deletions() == 0
    upload = SessionUpload.objects.get()
    assert (upload.status, upload.removal_requested_at) == ("completed", None)
    assert keys_in(s3, bucket) == [upload.s3_key]


def test_a_recording_that_a_late_deletion_reached_comes_back(
    api: Any, session: Session, mp4: bytes, send: Any, s3: Any, bucket: str
) -> None:
    send(api, session, mp4)
    upload = SessionUpload.objects.get()
    s3.delete_object(Bucket=bucket, Key=upload.s3_key)
    run = api.post(f"{API}/sync-bucket").json()
    sync.run_sync(run["id"], worker="w")
    upload.refresh_from_db()
    assert upload.status == "missing"

    assert api.post(f"{API}/recording/{session.pk}/restore").status_code == 200

    upload.refresh_from_db()
    assert upload.status == "completed"
    assert history(upload)[-1] == ("missing", "completed", "person")
    assert keys_in(s3, bucket) == [upload.s3_key]
