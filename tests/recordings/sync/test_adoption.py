"""Files put into the bucket by hand: adopted where a session fits, else listed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from recordings import lifecycle, storage
from recordings.adopting import display_name_of
from recordings.media.extensions import has_media_extension
from recordings.models import SessionUpload, SyncRun, UnmatchedFile
from sessions_app.models import Session

from .conftest import HTML, WAV, counts

pytestmark = pytest.mark.django_db
Sync = Callable[..., SyncRun]
Put = Callable[..., None]
KeyIn = Callable[..., str]


def test_a_file_under_a_sessions_prefix_becomes_its_recording(
    session: Session, put: Put, key_in: KeyIn, sync: Sync
) -> None:
    key = key_in(session, "My talk_0f3c5a7e9b1d2c4e.mp4")
    put(key, WAV + bytes(6))

    run = sync()

    assert (run.status, counts(run), run.errors) == (
        "completed",
        {"total_files": 1, "new_records": 1},
        [],
    )
    upload = SessionUpload.objects.get()
    held = storage.head(key)
    assert held is not None
    assert (upload.session_id, upload.type, upload.status) == (session.pk, "sync", "completed")
    assert (upload.s3_key, upload.size_bytes, upload.bytes_transferred) == (key, 50, 50)
    assert (upload.etag, upload.version_id) == (held.etag, held.version_id)
    assert (upload.checksum_algorithm, upload.checksum_value) == (
        held.checksum_algorithm.lower(),
        held.checksum_value,
    )
    assert (upload.original_filename, upload.mime_type) == ("My talk.mp4", "audio/wav")
    assert (upload.created_by, upload.media_state) == (None, "pending")
    event = upload.events.get()
    assert (event.from_status, event.to_status) == ("", "completed")
    assert (event.actor, event.by) == ("sync", None)
    session.refresh_from_db()
    assert (session.s3_key, session.recording_upload_id, session.recording_size_bytes) == (
        key,
        upload.pk,
        50,
    )
    assert not UnmatchedFile.objects.exists()


def test_a_newer_file_replaces_the_recording_and_an_older_one_does_not(
    session: Session,
    put: Put,
    key_in: KeyIn,
    sync: Sync,
    recorded: Callable[..., SessionUpload],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    real = storage.head

    def head_of_yesterday(key: str, version_id: str | None = None) -> Any:
        found = real(key, version_id)
        assert found is not None
        return replace(found, last_modified=found.last_modified - timedelta(days=1))

    mine = recorded(session, "mine.mp4")
    put(key_in(session, "old.mp4"))
    monkeypatch.setattr(storage, "head", head_of_yesterday)
    assert sync().new_records == 1
    session.refresh_from_db()
    assert session.recording_upload_id == mine.pk

    monkeypatch.undo()
    put(key_in(session, "new.mp4"))
    assert sync().new_records == 1
    session.refresh_from_db()
    assert session.s3_key == key_in(session, "new.mp4")


def test_two_files_of_one_session_are_both_adopted(
    session: Session, put: Put, key_in: KeyIn, sync: Sync
) -> None:
    put(key_in(session, "talk.mp4"))
    put(key_in(session, "talk.m4a"))
    assert counts(sync()) == {"total_files": 2, "new_records": 2}


@pytest.mark.parametrize(
    ("name", "body", "reason"),
    [
        ("notes.txt", b"text", "not_media"),
        ("no-extension", b"bytes", "not_media"),
        ("talk.mp4", HTML, "not_media"),
        ("talk.mp4", b"", "empty"),
        ("", b"", "empty"),
    ],
)
def test_what_is_no_recording_is_listed_with_its_reason(
    session: Session, put: Put, key_in: KeyIn, sync: Sync, name: str, body: bytes, reason: str
) -> None:
    put(key_in(session, name), body)
    assert counts(sync()) == {"total_files": 1, "unmatched_files": 1}
    listed = UnmatchedFile.objects.get()
    assert (listed.reason, listed.suggestions) == (reason, [])
    assert not SessionUpload.objects.exists()


def test_a_file_that_fits_no_session_is_listed_for_its_coach_with_suggestions(
    coach: User, client_user: User, session: Session, put: Put, sync: Sync
) -> None:
    key = f"recordings/{coach.pk}/{client_user.pk}/2026-01-16/talk.mp4"
    put(key, b"x" * 7)

    assert counts(sync()) == {"total_files": 1, "unmatched_files": 1}

    listed = UnmatchedFile.objects.get()
    held = storage.head(key)
    assert held is not None
    assert (listed.s3_key, listed.coach, listed.reason) == (key, coach, "no_session")
    assert (listed.size_bytes, listed.etag, listed.last_modified) == (
        7,
        held.etag,
        held.last_modified,
    )
    assert listed.suggestions == [
        {
            "session_id": str(session.pk),
            "title": "First talk",
            "scheduled_at": "2026-01-14T15:00:00Z",
            "score": 0.88,
            "why": "2 days apart, same client, no recording yet.",
        }
    ]


def test_a_file_under_no_prefix_is_listed_for_staff_only(
    coach: User, staff: User, put: Put, sync: Sync
) -> None:
    put("recordings/lost/talk.mp4")
    put(f"recordings/{'0' * 8}-0000-0000-0000-{'0' * 12}/no-client/2026-01-14/talk.mp4")
    sync()
    listed = UnmatchedFile.objects.order_by("reason")
    assert [(file.reason, file.coach) for file in listed] == [
        ("bad_key", None),
        ("no_session", None),
    ]
    assert not UnmatchedFile.objects.visible_to(coach).exists()
    assert UnmatchedFile.objects.visible_to(staff).count() == 2


def test_suggestions_for_a_coachs_file_are_that_coachs_sessions_only(
    coach: User, other_coach: User, make_session: Callable[..., Session], put: Put, sync: Sync
) -> None:
    make_session(coach=other_coach, title="Not yours")
    own = make_session(title="Yours")
    put(f"recordings/{coach.pk}/GMT20260114-150000_talk.mp4")
    sync()
    listed = UnmatchedFile.objects.get()
    assert (listed.reason, listed.coach) == ("bad_key", coach)
    assert [(entry["session_id"], entry["why"]) for entry in listed.suggestions] == [
        (str(own.pk), "Starts within minutes of it, no recording yet.")
    ]


def test_several_sessions_that_day_are_told_apart_by_the_time_in_the_name(
    make_session: Callable[..., Session], put: Put, key_in: KeyIn, sync: Sync, uploads_of: Any
) -> None:
    morning = make_session(scheduled_at=datetime(2026, 1, 14, 9, tzinfo=UTC))
    evening = make_session(scheduled_at=datetime(2026, 1, 14, 18, tzinfo=UTC))
    put(key_in(morning, "GMT20260114-090200_Recording.mp4"))
    put(key_in(morning, "x-20260114_180100.mp4"))

    for dry_run in (True, False):
        run = sync(dry_run=dry_run)
        assert counts(run) == {"total_files": 2, "new_records": 2}

    assert [u.original_filename for u in uploads_of(morning)] == [
        "GMT20260114-090200_Recording.mp4"
    ]
    assert [u.original_filename for u in uploads_of(evening)] == ["x-20260114_180100.mp4"]


def test_more_files_than_sessions_that_day_are_listed(
    make_session: Callable[..., Session], put: Put, key_in: KeyIn, sync: Sync
) -> None:
    morning = make_session(scheduled_at=datetime(2026, 1, 14, 9, tzinfo=UTC))
    make_session(scheduled_at=datetime(2026, 1, 14, 18, tzinfo=UTC))
    for number in range(3):
        put(key_in(morning, f"part{number}.mp4"))
    for dry_run in (True, False):
        run = sync(dry_run=dry_run)
        assert counts(run) == {"total_files": 3, "new_records": 2, "unmatched_files": 1}
    listed = UnmatchedFile.objects.get()
    assert (listed.reason, len(listed.suggestions)) == ("several_sessions", 2)


def test_a_listed_file_is_adopted_once_its_session_exists_and_leaves_the_list(
    coach: User, client_user: User, make_session: Callable[..., Session], put: Put, sync: Sync
) -> None:
    put(f"recordings/{coach.pk}/{client_user.pk}/2026-01-14/talk.mp4")
    sync()
    assert UnmatchedFile.objects.count() == 1
    make_session()
    assert counts(sync()) == {"total_files": 1, "new_records": 1}
    assert not UnmatchedFile.objects.exists()


def test_a_listed_file_that_is_gone_leaves_the_list(
    put: Put, drop: Callable[[str], None], sync: Sync
) -> None:
    put("recordings/a.mp4")
    put("recordings/b.mp4")
    sync()
    drop("recordings/a.mp4")
    assert counts(sync(dry_run=True)) == {"total_files": 1, "unmatched_files": 1}
    assert UnmatchedFile.objects.count() == 2
    assert counts(sync()) == {"total_files": 1, "unmatched_files": 1}
    assert list(UnmatchedFile.objects.values_list("s3_key", flat=True)) == ["recordings/b.mp4"]


def test_a_listed_file_that_changed_is_told_anew_and_keeps_its_first_day(
    put: Put, sync: Sync
) -> None:
    put("recordings/a.mp4", b"one")
    sync()
    before = UnmatchedFile.objects.get()
    put("recordings/a.mp4", b"three")
    sync()
    after = UnmatchedFile.objects.get()
    assert (after.pk, after.first_seen_at, after.size_bytes) == (before.pk, before.first_seen_at, 5)
    assert after.last_seen_at > before.last_seen_at


def test_a_deleted_recordings_file_put_back_by_hand_is_a_new_upload_of_its_session(
    make_session: Callable[..., Session],
    recorded: Callable[..., SessionUpload],
    put: Put,
    sync: Sync,
) -> None:
    make_session(scheduled_at=datetime(2026, 1, 14, 9, tzinfo=UTC))
    session = make_session()
    old = recorded(session)
    SessionUpload.objects.filter(pk=old.pk).update(status="deleted", deleted_at=timezone.now())
    assert counts(sync()) == {"total_files": 1, "new_records": 1}
    new = SessionUpload.objects.exclude(pk=old.pk).get()
    assert (new.session_id, new.s3_key, new.status) == (session.pk, old.s3_key, "completed")
    old.refresh_from_db()
    assert old.status == "deleted"


def test_what_an_upload_still_owns_is_left_alone(
    make_session: Callable[..., Session], put: Put, key_in: KeyIn, sync: Sync
) -> None:
    session, another = make_session(), make_session(scheduled_at=timezone.now())
    soon = timezone.now() + timedelta(hours=1)
    rows = {
        "active.mp4": {"status": "pending", "expires_at": soon},
        "leftover.mp4": {
            "status": "failed",
            "error_code": "x",
            "error_detail": "x",
            "leftovers": True,
        },
        "sealing.mp4": {
            "status": "cancelled",
            "s3_key": key_in(session, "confirmed.mp4"),
            "grant_key": key_in(session, "sealing.mp4"),
            "grant_until": timezone.now() - timedelta(hours=1),
        },
    }
    for name, fields in rows.items():
        key = key_in(session, name)
        put(key)
        # Under way for another session, so that none of these files is merely young.
        owner = another if name == "active.mp4" else session
        SessionUpload.objects.create(
            **{"session": owner, "type": "direct", "s3_key": key, **fields}
        )
    assert counts(sync()) == {"total_files": 3}
    assert SessionUpload.objects.count() == 3
    assert not UnmatchedFile.objects.exists()


def test_a_young_file_waits_while_an_upload_of_its_session_is_under_way(
    session: Session, put: Put, key_in: KeyIn, sync: Sync, settings: Any
) -> None:
    SessionUpload.objects.create(
        session=session,
        type="direct",
        status="pending",
        s3_key=key_in(session, "coming.mp4"),
        expires_at=timezone.now() + timedelta(hours=1),
    )
    put(key_in(session, "promoted.mp4"))
    assert counts(sync()) == {"total_files": 1}
    assert not UnmatchedFile.objects.exists()

    settings.SYNC_YOUNG_OBJECT_SECONDS = 0
    assert counts(sync()) == {"total_files": 1, "new_records": 1}


def test_another_sync_that_adopted_the_file_in_this_moment_wins(
    session: Session,
    put: Put,
    key_in: KeyIn,
    sync: Sync,
    recorded: Callable[..., SessionUpload],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    put(key_in(session))
    real = storage.head
    others = []

    def head_while_the_other_adopts(key: str, version_id: str | None = None) -> Any:
        found = real(key, version_id)
        others.append(key)
        return found

    def adopt_first(upload: SessionUpload, *, actor: Any) -> SessionUpload:
        monkeypatch.undo()
        recorded(session, s3_key=upload.s3_key, body=None)
        return lifecycle.start(upload, actor=actor)

    monkeypatch.setattr(storage, "head", head_while_the_other_adopts)
    monkeypatch.setattr("recordings.adopting.lifecycle.start", adopt_first)
    run = sync()
    assert others == [key_in(session)]
    assert (run.status, counts(run)) == ("completed", {"total_files": 1})
    assert SessionUpload.objects.get().type == "manual"
    assert not UnmatchedFile.objects.exists()


def test_a_file_that_vanishes_before_it_is_adopted_is_neither_adopted_nor_listed(
    session: Session, put: Put, key_in: KeyIn, sync: Sync, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(key_in(session))
    monkeypatch.setattr(storage, "head", lambda key, version_id=None: None)
    assert counts(sync()) == {"total_files": 1}
    assert not SessionUpload.objects.exists()
    assert not UnmatchedFile.objects.exists()


def test_a_file_that_the_bucket_refuses_to_describe_is_listed_and_told(
    session: Session, put: Put, key_in: KeyIn, sync: Sync, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(key: str, version_id: str | None = None) -> None:
        raise storage.StorageError("AccessDenied", retryable=False)

    put(key_in(session))
    monkeypatch.setattr(storage, "head", refuse)
    run = sync()
    assert (run.status, counts(run)) == ("completed", {"total_files": 1, "unmatched_files": 1})
    assert [(e["s3_key"], e["code"]) for e in run.errors] == [
        (key_in(session), "storage_unavailable")
    ]


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("a/b/Talk_0f3c5a7e9b1d2c4e.mp4", "Talk.mp4"),
        ("a/b/Talk_0f3c5a7e9b1d2c4e", "Talk"),
        ("a/b/clip_20260114.mp4", "clip_20260114.mp4"),
        ("a/b/clip_2026011415000000.mp4", "clip_2026011415000000.mp4"),
        ("a/b/Talk_0F3C5A7E9B1D2C4E.mp4", "Talk_0F3C5A7E9B1D2C4E.mp4"),
        ("a/b/Ärzte 😀.webm", "Ärzte 😀.webm"),
    ],
)
def test_only_our_own_random_part_is_taken_off_the_name(key: str, name: str) -> None:
    assert display_name_of(key) == name


@pytest.mark.parametrize(
    ("key", "is_medias"),
    [
        ("a/talk.MP4", True),
        ("a/talk.m4a", True),
        ("a/talk.opus", True),
        ("a/talk.mkv", True),
        ("a/talk.m3u8", False),
        ("a.mp4/talk", False),
        ("a/mp4", False),
    ],
)
def test_some_names_end_like_a_recordings(key: str, is_medias: bool) -> None:
    assert has_media_extension(key) is is_medias
