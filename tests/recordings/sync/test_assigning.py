"""A file from the list becomes a session's recording."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import User
from filmroom.errors import FilmRoomError
from recordings import storage
from recordings.media.samples import write_sample
from recordings.models import SessionUpload, SyncRun, UnmatchedFile
from recordings.sync import assign_unmatched
from sessions_app.models import Session

from .conftest import counts

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def recording() -> bytes:
    file = io.BytesIO()
    write_sample(file, container="wav", seconds=0.2)
    return file.getvalue()


@pytest.fixture
def listed(put: Callable[..., None], sync: Callable[..., SyncRun], recording: bytes) -> Any:
    def listed(key: str, body: bytes = recording) -> UnmatchedFile:
        put(key, body)
        sync()
        return UnmatchedFile.objects.get(s3_key=key)

    return listed


def refusal(**arguments: Any) -> tuple[str, int]:
    with pytest.raises(FilmRoomError) as refused:
        assign_unmatched(**arguments)
    return refused.value.code, refused.value.http_status


def test_staff_assign_a_file_where_it_lies(
    listed: Any, session: Session, staff: User, recording: bytes, sync: Callable[..., SyncRun]
) -> None:
    file = listed("recordings/lost/Talk.mp4")

    upload = assign_unmatched(file=file, session=session, by=staff)

    held = storage.head("recordings/lost/Talk.mp4")
    assert held is not None
    assert upload == SessionUpload.objects.get()
    assert (upload.type, upload.status, upload.session) == ("sync", "completed", session)
    assert (upload.s3_key, upload.original_filename) == ("recordings/lost/Talk.mp4", "Talk.mp4")
    assert (upload.size_bytes, upload.etag, upload.version_id) == (
        len(recording),
        held.etag,
        held.version_id,
    )
    assert (upload.mime_type, upload.created_by) == ("audio/wav", staff)
    assert list(upload.events.values_list("to_status", "actor", "by")) == [
        ("completed", "person", staff.pk)
    ]
    session.refresh_from_db()
    assert session.recording_upload_id == upload.pk
    assert not UnmatchedFile.objects.exists()
    assert counts(sync()) == {"total_files": 1}


def test_a_coach_assigns_their_own_file_to_their_own_session_only(
    listed: Any,
    coach: User,
    other_coach: User,
    client_user: User,
    make_session: Callable[..., Session],
) -> None:
    own, foreign = make_session(), make_session(coach=other_coach)
    file = listed(f"recordings/{coach.pk}/Talk.wav")
    nobodys = listed("recordings/Talk.wav")
    for person, unmatched, session in (
        (coach, file, foreign),
        (coach, nobodys, own),
        (other_coach, file, foreign),
        (other_coach, file, own),
        (client_user, file, own),
    ):
        answer = refusal(file=unmatched, session=session, by=person)
        assert answer == ("not_found", 404)
    assert not SessionUpload.objects.exists()
    assert assign_unmatched(file=file, session=own, by=coach).session == own


def test_a_file_that_is_gone_leaves_the_list(
    listed: Any, session: Session, staff: User, drop: Callable[[str], None]
) -> None:
    file = listed("recordings/Talk.wav")
    drop(file.s3_key)
    assert refusal(file=file, session=session, by=staff) == ("object_gone", 409)
    assert not UnmatchedFile.objects.exists()
    assert not SessionUpload.objects.exists()


def test_what_is_no_recording_stays_on_the_list(listed: Any, session: Session, staff: User) -> None:
    for name, body in (("page.mp4", b"<html></html>"), ("empty.mp4", b"")):
        file = listed(f"recordings/{name}", body)
        assert refusal(file=file, session=session, by=staff) == ("not_media", 415)
    assert UnmatchedFile.objects.count() == 2
    assert not SessionUpload.objects.exists()


def test_a_file_is_assigned_once_and_never_listed_beside_its_recording(
    listed: Any, session: Session, make_session: Callable[..., Session], staff: User
) -> None:
    file = listed("recordings/Talk.wav")
    assign_unmatched(file=file, session=session, by=staff)
    # A sync that looked before may have put it back on the list.
    file.save(force_insert=True)
    answer = refusal(file=file, session=make_session(), by=staff)
    assert answer == ("already_assigned", 409)
    assert SessionUpload.objects.get().session == session
    assert not UnmatchedFile.objects.exists()


def test_a_bucket_that_cannot_be_asked_changes_nothing(
    listed: Any, session: Session, staff: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(key: str, version_id: str | None = None) -> None:
        raise storage.StorageError("SlowDown")

    file = listed("recordings/Talk.wav")
    monkeypatch.setattr(storage, "head", fail)
    assert refusal(file=file, session=session, by=staff) == ("storage_unavailable", 503)
    assert UnmatchedFile.objects.count() == 1
