"""Straight to the bucket: a presigned form with confirm, and parts."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import requests
from django.db import connection
from django.utils import timezone

from recordings import accepting, sweeping, verifying
from recordings.models import SessionUpload
from tests.recordings.conftest import API, history, keys_in, open_multiparts


@pytest.fixture
def form(api: Any, session: Any, bucket: str) -> dict[str, Any]:
    """A presigned form for talk.mp4."""
    response = api.get(
        f"{API}/presigned-upload-url",
        {"session_id": str(session.pk), "filename": "talk.mp4", "content_type": "video/mp4"},
    )
    assert response.status_code == 200
    answer: dict[str, Any] = response.json()
    return answer


def test_a_form_then_confirm_completes(
    api: Any, session: Any, form: Any, post_form: Any, mp4: bytes, s3: Any, bucket: str
) -> None:
    assert form["method"] == "POST"
    assert form["fields"]["key"] == form["s3_key"]
    assert form["fields"]["x-amz-server-side-encryption"] == "AES256"
    assert post_form(form, mp4).status_code == 204

    response = api.post(f"{API}/confirm-upload/{form['upload_id']}")
    expected = {
        "upload_id": form["upload_id"],
        "session_id": str(session.pk),
        "status": "completed",
        "s3_key": form["s3_key"],
        "size_bytes": len(mp4),
        "mime_type": "video/mp4",
    }
    assert (response.status_code, response.json()) == (200, expected)
    again = api.post(f"{API}/confirm-upload/{form['upload_id']}")
    assert (again.status_code, again.json()) == (200, expected)
    upload = SessionUpload.objects.get()
    assert history(upload) == [("", "pending", "person"), ("pending", "completed", "person")]
    assert s3.get_object(Bucket=bucket, Key=form["s3_key"])["Body"].read() == mp4


def test_before_the_file_is_there_the_upload_stays_pending(api: Any, form: Any) -> None:
    response = api.post(f"{API}/confirm-upload/{form['upload_id']}")
    assert response.status_code == 409
    assert response.json() == {
        "type": "client_error",
        "errors": [
            {
                "code": "not_uploaded",
                "detail": "The file is not in the bucket yet:"
                " finish sending it, then confirm again.",
                "attr": None,
            }
        ],
    }
    assert SessionUpload.objects.get().status == "pending"


def test_what_is_no_recording_leaves_the_bucket(
    api: Any, form: Any, post_form: Any, s3: Any, bucket: str
) -> None:
    post_form(form, b"just some text, whatever its name" * 50)
    response = api.post(f"{API}/confirm-upload/{form['upload_id']}")
    assert (response.status_code, response.json()["errors"][0]["code"]) == (415, "not_media")
    assert keys_in(s3, bucket) == []
    upload = SessionUpload.objects.get()
    assert (upload.status, upload.error_code) == ("failed", "not_media")
    closed = api.post(f"{API}/confirm-upload/{form['upload_id']}")
    assert (closed.status_code, closed.json()["errors"][0]["code"]) == (409, "upload_closed")


def test_a_file_of_another_size_than_announced_is_removed(
    api: Any, session: Any, mp4: bytes, s3: Any, bucket: str
) -> None:
    form = api.get(
        f"{API}/presigned-upload-url",
        {"session_id": str(session.pk), "filename": "a.mp4", "size_bytes": len(mp4) + 1},
    ).json()
    assert form["max_size_bytes"] == len(mp4) + 1
    s3.put_object(Bucket=bucket, Key=form["s3_key"], Body=mp4)
    response = api.post(f"{API}/confirm-upload/{form['upload_id']}")
    assert (response.status_code, response.json()["errors"][0]["code"]) == (409, "size_mismatch")
    assert keys_in(s3, bucket) == []
    assert SessionUpload.objects.get().status == "failed"


def test_too_large_is_said_before_the_first_byte(api: Any, session: Any, settings: Any) -> None:
    settings.MAX_UPLOAD_BYTES = 1000
    query = {"session_id": str(session.pk), "filename": "a.mp4", "size_bytes": 1001}
    presigned = api.get(f"{API}/presigned-upload-url", query)
    multipart = api.post(f"{API}/multipart", {**query, "content_type": "video/mp4"})
    for response in (presigned, multipart):
        assert (response.status_code, response.json()["errors"][0]["code"]) == (413, "too_large")
    assert not SessionUpload.objects.exists()


def test_a_second_post_to_the_form_does_not_change_what_was_confirmed(
    api: Any, session: Any, form: Any, post_form: Any, mp4: bytes, m4a: bytes, s3: Any, bucket: str
) -> None:
    post_form(form, mp4)
    api.post(f"{API}/confirm-upload/{form['upload_id']}")
    assert post_form(form, m4a).status_code == 204

    link = api.get(f"{API}/download/{session.pk}").json()
    assert requests.get(link["download_url"], timeout=10).content == mp4

    SessionUpload.objects.update(grant_until=timezone.now() - timedelta(seconds=1))
    assert sweeping.seal_grants() == 1
    assert s3.get_object(Bucket=bucket, Key=form["s3_key"])["Body"].read() == mp4
    link = api.get(f"{API}/download/{session.pk}").json()
    assert requests.get(link["download_url"], timeout=10).content == mp4
    assert sweeping.seal_grants() == 0


def test_without_versions_the_confirmed_bytes_move_out_of_reach(
    api: Any, session: Any, form: Any, post_form: Any, mp4: bytes, m4a: bytes, s3: Any, bucket: str
) -> None:
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Suspended"})
    post_form(form, mp4)
    confirmed = api.post(f"{API}/confirm-upload/{form['upload_id']}").json()
    assert confirmed["status"] == "completed"
    assert keys_in(s3, bucket) == [confirmed["s3_key"]]
    post_form(form, m4a)
    link = api.get(f"{API}/download/{session.pk}").json()
    assert requests.get(link["download_url"], timeout=10).content == mp4
    SessionUpload.objects.update(grant_until=timezone.now() - timedelta(seconds=1))
    sweeping.seal_grants()
    assert keys_in(s3, bucket) == [confirmed["s3_key"]]


def test_an_upload_nobody_confirms_is_expired_with_its_object(
    api: Any, form: Any, post_form: Any, mp4: bytes, s3: Any, bucket: str
) -> None:
    post_form(form, mp4)
    assert sweeping.expire_unconfirmed() == 0
    SessionUpload.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert sweeping.expire_unconfirmed() == 1
    upload = SessionUpload.objects.get()
    assert (upload.status, upload.error_code) == ("failed", "expired")
    assert keys_in(s3, bucket) == []
    assert history(upload)[-1] == ("pending", "failed", "sweep")


@pytest.fixture
def parted(api: Any, session: Any, bucket: str, mp4: bytes, settings: Any) -> dict[str, Any]:
    """A multipart upload of a recording in two parts: 5 MiB of filler after the MP4."""
    data = mp4 + b"\x00\x00\x00\x00" + b"free" + bytes(5 * 1024 * 1024)
    settings.PART_SIZE_BYTES = 5 * 1024 * 1024
    response = api.post(
        f"{API}/multipart",
        {
            "session_id": str(session.pk),
            "filename": "long.mp4",
            "content_type": "video/mp4",
            "size_bytes": len(data),
        },
    )
    assert response.status_code == 201
    answer: dict[str, Any] = response.json()
    assert (answer["part_size_bytes"], answer["part_count"]) == (5 * 1024 * 1024, 2)
    return {**answer, "data": data}


def _put_parts(api: Any, parted: dict[str, Any], numbers: list[int]) -> list[dict[str, Any]]:
    path = f"{API}/multipart/{parted['upload_id']}/parts"
    signed = api.post(path, {"part_numbers": numbers}).json()
    size, done = parted["part_size_bytes"], []
    for number in numbers:
        piece = parted["data"][(number - 1) * size : number * size]
        answer = requests.put(signed["urls"][str(number)], data=piece, timeout=10)
        assert answer.status_code == 200
        done.append({"part_number": number, "etag": answer.headers["ETag"]})
    return done


def test_parts_can_be_resumed_and_completed(
    api: Any, parted: dict[str, Any], s3: Any, bucket: str
) -> None:
    path = f"{API}/multipart/{parted['upload_id']}"
    first = _put_parts(api, parted, [1])
    listed = api.get(f"{path}/parts").json()
    assert listed == {
        "parts": [
            {
                "part_number": 1,
                "size_bytes": 5 * 1024 * 1024,
                "etag": first[0]["etag"].strip('"'),
            }
        ]
    }
    too_early = api.post(f"{path}/complete", {"parts": first})
    assert (too_early.status_code, too_early.json()["errors"][0]["code"]) == (400, "parts_mismatch")

    second = _put_parts(api, parted, [2])
    response = api.post(f"{path}/complete", {"parts": first + second})
    assert response.status_code == 200
    assert response.json()["size_bytes"] == len(parted["data"])
    again = api.post(f"{path}/complete", {"parts": first + second})
    assert (again.status_code, again.json()) == (200, response.json())
    assert s3.get_object(Bucket=bucket, Key=parted["s3_key"])["Body"].read() == parted["data"]
    assert open_multiparts(s3, bucket) == []
    assert history(SessionUpload.objects.get()) == [
        ("", "pending", "person"),
        ("pending", "uploading", "person"),
        ("uploading", "completed", "person"),
    ]


def test_an_aborted_upload_leaves_no_part(
    api: Any, parted: dict[str, Any], s3: Any, bucket: str
) -> None:
    path = f"{API}/multipart/{parted['upload_id']}"
    _put_parts(api, parted, [1])
    assert api.delete(path).status_code == 204
    assert open_multiparts(s3, bucket) == []
    assert SessionUpload.objects.get().status == "cancelled"
    for response in (api.delete(path), api.get(f"{path}/parts")):
        assert (response.status_code, response.json()["errors"][0]["code"]) == (
            409,
            "upload_closed",
        )


@pytest.mark.parametrize("numbers", [[], [0], [3], list(range(1, 102)), ["x"]])
def test_odd_part_numbers_are_refused(api: Any, parted: dict[str, Any], numbers: Any) -> None:
    path = f"{API}/multipart/{parted['upload_id']}/parts"
    assert api.post(path, {"part_numbers": numbers}).status_code == 400


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("versioning", ["Enabled", "Suspended"])
def test_twenty_confirms_at_once_make_one_transition(
    api: Any, form: Any, post_form: Any, mp4: bytes, s3: Any, bucket: str, versioning: str
) -> None:
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": versioning})
    post_form(form, mp4)

    def confirm(_number: int) -> tuple[int, Any]:
        try:
            response = api.post(f"{API}/confirm-upload/{form['upload_id']}")
            return response.status_code, response.json()
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(confirm, range(20)))
    assert {status for status, _ in answers} == {200}
    assert all(body == answers[0][1] for _, body in answers)
    assert history(SessionUpload.objects.get()) == [
        ("", "pending", "person"),
        ("pending", "completed", "person"),
    ]
    assert keys_in(s3, bucket) == [answers[0][1]["s3_key"]]


def test_a_confirm_that_meets_a_moved_object_answers_the_same(
    api: Any, form: Any, post_form: Any, mp4: bytes, s3: Any, bucket: str, monkeypatch: Any
) -> None:
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Suspended"})
    post_form(form, mp4)
    path, first = f"{API}/confirm-upload/{form['upload_id']}", []

    def slow_sniff(stored: Any) -> Any:
        monkeypatch.setattr(accepting, "sniff_object", verifying.sniff_object)
        first.append(api.post(path).json())
        return verifying.sniff_object(stored)

    monkeypatch.setattr(accepting, "sniff_object", slow_sniff)
    second = api.post(path)
    assert (second.status_code, second.json()) == (200, first[0])


def test_the_platform_of_a_direct_upload_is_kept(api: Any, session: Any, bucket: str) -> None:
    body = {"session_id": str(session.pk), "filename": "a.mp4", "platform": "teams"}
    api.post(f"{API}/multipart", {**body, "size_bytes": 5_000_000})
    api.get(f"{API}/presigned-upload-url", body)
    assert list(SessionUpload.objects.values_list("platform", flat=True)) == ["teams", "teams"]


def test_a_confirm_that_died_after_copying_is_finished_by_the_next(
    api: Any, form: Any, post_form: Any, mp4: bytes, s3: Any, bucket: str, monkeypatch: Any
) -> None:
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Suspended"})
    post_form(form, mp4)
    path = f"{API}/confirm-upload/{form['upload_id']}"

    def die(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("killed")

    with monkeypatch.context() as patch:
        patch.setattr(accepting, "complete", die)
        assert api.post(path).status_code == 500
    assert len(keys_in(s3, bucket)) == 2
    confirmed = api.post(path)
    assert confirmed.status_code == 200
    assert keys_in(s3, bucket) == [confirmed.json()["s3_key"]]


def test_an_expired_upload_leaves_neither_original_nor_copy(
    api: Any, form: Any, post_form: Any, mp4: bytes, s3: Any, bucket: str, monkeypatch: Any
) -> None:
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Suspended"})
    post_form(form, mp4)

    def die(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("killed")

    monkeypatch.setattr(accepting, "complete", die)
    api.post(f"{API}/confirm-upload/{form['upload_id']}")
    SessionUpload.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert sweeping.expire_unconfirmed() == 1
    assert keys_in(s3, bucket) == []
