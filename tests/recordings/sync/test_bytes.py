"""Files put into the bucket by hand: their bytes say what they are, and are read once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from accounts.models import User
from recordings import storage, verifying
from recordings.models import SessionUpload, SyncRun, UnmatchedFile
from sessions_app.models import Session
from tests.recordings.media.variants import sample

from .conftest import HTML, WAV, counts

pytestmark = pytest.mark.django_db
Sync = Callable[..., SyncRun]
Put = Callable[..., None]
KeyIn = Callable[..., str]
Asked = list[tuple[str, str]]


def listed() -> dict[str, str]:
    return dict(UnmatchedFile.objects.values_list("s3_key", "reason"))


def test_a_page_called_mp4_is_listed_and_the_recording_stays(
    session: Session,
    recorded: Callable[..., SessionUpload],
    put: Put,
    key_in: KeyIn,
    sync: Sync,
) -> None:
    mine = recorded(session, "mine.wav")
    page = key_in(session, "talk.mp4")
    put(page, HTML)
    for dry_run in (True, False, False):
        run = sync(dry_run=dry_run)
        assert (run.status, run.errors) == ("completed", [])
        assert counts(run) == {"total_files": 2, "unmatched_files": 1}
    assert SessionUpload.objects.get() == mine
    session.refresh_from_db()
    assert session.recording_upload_id == mine.pk
    assert listed() == {page: "not_media"}
    assert UnmatchedFile.objects.get().suggestions == []


@pytest.mark.parametrize("name", ["Talk", "Talk.txt", "Talk.mp4"])
def test_a_recording_is_adopted_whatever_it_is_called(
    session: Session, put: Put, key_in: KeyIn, sync: Sync, name: str
) -> None:
    put(key_in(session, name), sample("m4a", seconds=1))
    for dry_run in (True, False):
        assert counts(sync(dry_run=dry_run)) == {"total_files": 1, "new_records": 1}
    upload = SessionUpload.objects.get()
    assert (upload.session, upload.status, upload.original_filename, upload.mime_type) == (
        session,
        "completed",
        name,
        "audio/mp4",
    )
    assert listed() == {}


def test_bytes_are_read_where_it_matters_and_once(
    coach: User, session: Session, put: Put, key_in: KeyIn, sync: Sync, requests_of: Asked
) -> None:
    talk, page = key_in(session, "talk.wav"), key_in(session, "page.wav")
    stray, notes, nameless = (f"recordings/{coach.pk}/{n}" for n in ("a.wav", "b.txt", "c"))
    for key in (talk, stray, nameless):
        put(key)
    for key in (page, notes):
        put(key, HTML)
    expected = {"total_files": 5, "new_records": 1, "unmatched_files": 4}

    assert counts(sync()) == expected

    assert sorted(requests_of) == sorted(
        (what, key) for what in ("head", "read") for key in (talk, page, notes, nameless)
    )
    reasons = {page: "not_media", stray: "bad_key", notes: "not_media", nameless: "bad_key"}
    assert listed() == reasons
    before = list(UnmatchedFile.objects.order_by("pk").values())
    requests_of.clear()
    assert counts(sync()) == {"total_files": 5, "unmatched_files": 4}
    assert requests_of == []
    assert list(UnmatchedFile.objects.order_by("pk").values()) == before

    put(notes)
    put(page, WAV + bytes(2))
    assert counts(sync()) == {"total_files": 5, "new_records": 1, "unmatched_files": 3}
    assert sorted(requests_of) == sorted(
        (what, key) for what in ("head", "read") for key in (page, notes)
    )
    assert listed() == {stray: "bad_key", notes: "bad_key", nameless: "bad_key"}


def test_what_is_no_recording_takes_no_session_from_one(
    make_session: Callable[..., Session], put: Put, key_in: KeyIn, sync: Sync
) -> None:
    morning = make_session(scheduled_at=datetime(2026, 1, 14, 9, tzinfo=UTC))
    make_session(scheduled_at=datetime(2026, 1, 14, 18, tzinfo=UTC))
    for number in range(3):
        put(key_in(morning, f"a{number}.mp4"), HTML)
    for number in range(2):
        put(key_in(morning, f"b{number}.mp4"))
    for dry_run in (True, False):
        run = sync(dry_run=dry_run)
        assert counts(run) == {"total_files": 5, "new_records": 2, "unmatched_files": 3}
    assert set(listed().values()) == {"not_media"}
    assert counts(sync()) == {"total_files": 5, "unmatched_files": 3}


def test_a_file_whose_bytes_are_refused_is_listed_and_asked_for_again(
    session: Session, put: Put, key_in: KeyIn, sync: Sync, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*args: Any) -> bytes:
        raise storage.StorageError("AccessDenied", retryable=False)

    key = key_in(session)
    put(key)
    with monkeypatch.context() as patch:
        patch.setattr(verifying, "read_range", refuse)
        for _again in range(2):
            run = sync()
            assert counts(run) == {"total_files": 1, "unmatched_files": 1}
            assert [(e["s3_key"], e["code"]) for e in run.errors] == [(key, "storage_unavailable")]
            assert listed() == {key: "no_session"}
    assert counts(sync()) == {"total_files": 1, "new_records": 1}
    assert listed() == {}


def test_a_bucket_that_gives_no_bytes_just_now_fails_the_run(
    session: Session, put: Put, key_in: KeyIn, sync: Sync, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: Any) -> bytes:
        raise storage.StorageError("SlowDown")

    put(key_in(session))
    monkeypatch.setattr(verifying, "read_range", fail)
    run = sync()
    assert (run.status, [e["code"] for e in run.errors]) == ("failed", ["storage_unavailable"])
    assert (SessionUpload.objects.count(), listed()) == (0, {})


def test_a_file_that_vanishes_before_it_is_read_is_neither_adopted_nor_listed(
    session: Session, put: Put, key_in: KeyIn, sync: Sync, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*args: Any) -> bytes:
        raise storage.ObjectMissing("NoSuchKey")

    put(key_in(session))
    monkeypatch.setattr(verifying, "read_range", gone)
    run = sync()
    assert (counts(run), run.errors) == ({"total_files": 1}, [])
    assert (SessionUpload.objects.count(), listed()) == (0, {})


@pytest.mark.parametrize("name", ["../notes", "./notes", "/notes", "a%2Fb c+d", "\ufffd"])
def test_odd_keys_of_nobody_are_looked_at_like_others(put: Put, sync: Sync, name: str) -> None:
    put(f"recordings/{name}", HTML)
    run = sync()
    assert (run.status, counts(run)) == ("completed", {"total_files": 1, "unmatched_files": 1})
    assert listed() == {f"recordings/{name}": "not_media"}
