"""Uploads in parts that are still open: listed, found again for their file, kept open by signs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from recordings import sweeping, uploads
from recordings.models import SessionUpload
from recordings.resuming import SentFile, find_open, open_multiparts
from sessions_app.models import Session
from tests.recordings.conftest import API
from tests.recordings.conftest import open_multiparts as open_in_bucket

CHANGED = datetime(2026, 1, 14, 16, 0, 30, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def opened(api: Any, session: Session, bucket: str) -> SessionUpload:
    """An upload in parts of ``Größe 1.mp4``, 20 MB, last changed at CHANGED."""
    response = api.post(
        f"{API}/multipart",
        {
            "session_id": str(session.pk),
            "filename": "C:\\clips\\Gro\u0308ße  1.mp4",
            "size_bytes": 20_000_000,
            "file_modified_at": "2026-01-14T17:00:30.250+01:00",
        },
    )
    assert response.status_code == 201
    return SessionUpload.objects.get(pk=response.json()["upload_id"])


def test_ones_own_open_uploads_are_listed_newest_first(
    api: Any,
    api_for: Callable[..., Any],
    opened: SessionUpload,
    session: Session,
    coach: User,
    staff: User,
    other_coach: User,
) -> None:
    second = uploads.open_multipart(
        session=session, filename="b.mp4", content_type="", size_bytes=9, by=coach
    )
    uploads.open_multipart(session=session, filename="s", content_type="", size_bytes=9, by=staff)
    uploads.presign(session=session, filename="form.mp4", by=coach)
    closed = uploads.open_multipart(
        session=session, filename="c.mp4", content_type="", size_bytes=9, by=coach
    )
    uploads.cancel(upload=closed, by=coach)

    answer = api.get(f"{API}/multipart").json()

    assert (answer["count"], answer["next"], answer["previous"]) == (2, None, None)
    assert [row["upload_id"] for row in answer["results"]] == [str(second.pk), str(opened.pk)]
    assert answer["results"][1] == {
        "upload_id": str(opened.pk),
        "session_id": str(session.pk),
        "session_title": session.title,
        "filename": "Größe 1.mp4",
        "size_bytes": 20_000_000,
        "file_modified_at": "2026-01-14T16:00:30.250000Z",
        "s3_key": opened.s3_key,
        "part_size_bytes": 16 * 1024**2,
        "part_count": 2,
        "bytes_transferred": 0,
        "expires_at": f"{opened.expires_at:%Y-%m-%dT%H:%M:%S.%fZ}",
        "created_at": f"{opened.created_at:%Y-%m-%dT%H:%M:%S.%fZ}",
    }
    paged = api.get(f"{API}/multipart", {"limit": 1, "offset": 1}).json()
    assert [row["upload_id"] for row in paged["results"]] == [str(opened.pk)]
    assert api_for(other_coach).get(f"{API}/multipart").json()["results"] == []
    assert api_for(coach, "read").get(f"{API}/multipart").json()["count"] == 2


def test_an_upload_of_a_session_one_coaches_no_more_is_not_listed(
    opened: SessionUpload, session: Session, coach: User, other_coach: User
) -> None:
    assert list(open_multiparts(coach)) == [opened]
    Session.objects.filter(pk=session.pk).update(coach=other_coach)
    assert list(open_multiparts(coach)) == []
    assert list(open_multiparts(other_coach)) == []


@pytest.mark.parametrize(
    ("file", "found"),
    [
        (SentFile("Größe 1.mp4", 20_000_000, CHANGED), True),
        (SentFile("folder/Größe 1.mp4", 20_000_000, CHANGED + timedelta(seconds=2)), True),
        (SentFile("Größe 1.mp4", 20_000_000, None), True),
        (SentFile("Größe 1.mp4", 20_000_000, CHANGED + timedelta(seconds=3)), False),
        (SentFile("Größe 1.mp4", 20_000_001, CHANGED), False),
        (SentFile("Größe 2.mp4", 20_000_000, CHANGED), False),
    ],
)
def test_the_open_upload_of_a_file_is_found_by_name_size_and_time(
    opened: SessionUpload, coach: User, staff: User, file: SentFile, found: bool
) -> None:
    assert find_open(coach, [file]) == ({file: opened} if found else {})
    assert find_open(staff, [file]) == {}


def test_of_several_the_newest_is_found_and_an_unknown_time_fits(
    opened: SessionUpload, session: Session, coach: User
) -> None:
    newer = uploads.open_multipart(
        session=session, filename="Größe 1.mp4", content_type="", size_bytes=20_000_000, by=coach
    )
    file = SentFile("Größe 1.mp4", 20_000_000, CHANGED)
    assert find_open(coach, [file]) == {file: newer}
    assert find_open(coach, []) == {}


def set_row(upload: SessionUpload, **fields: Any) -> None:
    SessionUpload.objects.filter(pk=upload.pk).update(**fields)
    upload.refresh_from_db()


def test_an_upload_lives_a_day_from_its_last_sign_of_life(
    api: Any, opened: SessionUpload, s3: Any, bucket: str
) -> None:
    path = f"{API}/multipart/{opened.pk}"
    soon = timezone.now() + timedelta(minutes=1)

    set_row(opened, expires_at=soon)
    assert api.get(f"{path}/parts").status_code == 200
    opened.refresh_from_db()
    assert opened.expires_at == soon  # looking is no sign of life

    for send in (
        lambda: api.post(f"{path}/parts", {"part_numbers": [1]}),
        lambda: api.post(f"{path}/complete", {"parts": [{"part_number": 1, "etag": "x"}]}),
    ):
        set_row(opened, expires_at=soon)
        send()
        opened.refresh_from_db()
        assert opened.expires_at is not None
        assert abs(opened.expires_at - timezone.now() - 3 * DAY) < timedelta(minutes=1)

    set_row(opened, expires_at=timezone.now() - timedelta(seconds=1))
    assert list(open_multiparts(opened.session.coach)) == []
    assert sweeping.expire_unconfirmed() == 1
    assert open_in_bucket(s3, bucket) == []


def test_no_upload_outlives_the_parts_that_the_bucket_keeps(
    api: Any, opened: SessionUpload
) -> None:
    began = timezone.now() - timedelta(days=6, hours=12)
    set_row(opened, created_at=began)
    api.post(f"{API}/multipart/{opened.pk}/parts", {"part_numbers": [1]})
    opened.refresh_from_db()
    assert opened.expires_at == began + timedelta(days=7)


def test_the_sweep_of_strays_leaves_what_is_open(
    api: Any, opened: SessionUpload, s3: Any, bucket: str
) -> None:
    api.post(f"{API}/multipart/{opened.pk}/parts", {"part_numbers": [1]})
    set_row(opened, created_at=timezone.now() - timedelta(days=6))
    assert sweeping.abort_stray_parts() == 0
    assert open_in_bucket(s3, bucket) == [opened.s3_key]


@pytest.mark.parametrize("value", ["soon", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", 5, []])
def test_a_modification_time_that_cannot_be_is_refused(
    api: Any, session: Session, bucket: str, value: Any
) -> None:
    body = {"session_id": str(session.pk), "filename": "a.mp4", "size_bytes": 9}
    response = api.post(f"{API}/multipart", body | {"file_modified_at": value})
    assert (response.status_code, response.json()["errors"][0]["attr"]) == (400, "file_modified_at")
    assert not SessionUpload.objects.exists()


def test_the_modification_time_may_be_left_out(api: Any, session: Session, bucket: str) -> None:
    body = {"session_id": str(session.pk), "filename": "a.mp4", "size_bytes": 9}
    for more in ({}, {"file_modified_at": None}):
        assert api.post(f"{API}/multipart", body | more).status_code == 201
    times = SessionUpload.objects.values_list("file_modified_at", flat=True)
    assert list(times) == [None, None]
