"""The table of states: who may move what where, what follows, and what no row may say."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.models import User
from recordings import lifecycle
from recordings.lifecycle import SWEEP, SYNC, TRANSITIONS, WORKER, Actor, ForbiddenMove, person
from recordings.models import SessionUpload
from recordings.signals import recording_ready, recording_removed
from sessions_app.models import Session, StageStatus, UploadStatus

NOW = datetime(2026, 1, 15, 9, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
KINDS = ("person", "worker", "sweep", "sync")
# What a row has to hold in each state.
FACTS: dict[str, dict[str, Any]] = {
    "pending": {},
    "uploading": {"lease_owner": "w", "lease_until": NOW},
    "completed": {
        "size_bytes": 7,
        "etag": "e",
        "completed_at": NOW,
        "error_code": "",
        "error_detail": "",
        "duration_seconds": 3.5,
        "mime_type": "video/mp4",
    },
    "failed": {"error_code": "gone", "error_detail": "It is gone: ask for it."},
    "cancelled": {},
    "deleted": {"deleted_at": NOW},
    "missing": {"size_bytes": 7, "etag": "e", "completed_at": NOW},
}
_numbers = count(1)


def make(session: Session, status: str, **fields: Any) -> SessionUpload:
    """Write an upload straight into the table, in any state."""
    number = next(_numbers)
    fields = {
        "type": "external",
        "original_filename": f"talk {number}.mp4",
        "s3_key": f"recordings/{number}",
        "created_at": NOW + timedelta(seconds=number),
        **FACTS[status],
        **fields,
    }
    return SessionUpload.objects.create(session=session, status=status, **fields)


def history(upload: SessionUpload) -> list[Any]:
    return list(upload.events.values_list("from_status", "to_status", "actor", "by", "note"))


def row(upload: SessionUpload) -> dict[str, Any]:
    return dict(SessionUpload.objects.filter(pk=upload.pk).values().get())


@pytest.fixture
def heard() -> Iterator[list[tuple[str, UUID, UUID]]]:
    """What the signals said: name, upload, session."""
    news: list[tuple[str, UUID, UUID]] = []

    def ready(upload_id: UUID, session_id: UUID, **_rest: Any) -> None:
        news.append(("ready", upload_id, session_id))

    def removed(upload_id: UUID, session_id: UUID, **_rest: Any) -> None:
        news.append(("removed", upload_id, session_id))

    recording_ready.connect(ready)
    recording_removed.connect(removed)
    yield news
    recording_ready.disconnect(ready)
    recording_removed.disconnect(removed)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("was", UploadStatus.values)
def test_only_the_moves_of_the_table_happen(session: Session, was: str, kind: str) -> None:
    actor = Actor(kind, session.coach if kind == "person" else None)
    for to in UploadStatus:
        SessionUpload.objects.update(status="deleted", deleted_at=NOW)
        upload = make(session, was)
        before = row(upload)
        allowed = TRANSITIONS.get((UploadStatus(was), to))
        if allowed is None or kind not in allowed[0]:
            with pytest.raises(ForbiddenMove):
                lifecycle.advance(upload, to=to, actor=actor, **FACTS[to])
            assert row(upload) == before
            assert history(upload) == []
            continue

        assert lifecycle.advance(upload, to=to, actor=actor, note="why", **FACTS[to]) is True

        assert upload.status == to
        assert row(upload) == before | FACTS[to] | {"status": to.value}
        by = actor.user.pk if actor.user else None
        assert history(upload) == [(was, to.value, kind, by, "why")]
        session.refresh_from_db()
        assert session.s3_status == ("" if to == "deleted" else to)
        assert session.recording_upload_id == (upload.pk if to == "completed" else None)
        assert session.has_recording is (to == "completed")


def test_the_table_says_what_the_contract_says() -> None:
    moves = {(was.value, to.value) for was, to in TRANSITIONS}

    assert moves == {
        ("deleted", "completed"),
        ("pending", "uploading"),
        ("pending", "completed"),
        ("pending", "failed"),
        ("pending", "cancelled"),
        ("uploading", "pending"),
        ("uploading", "completed"),
        ("uploading", "failed"),
        ("uploading", "cancelled"),
        ("failed", "pending"),
        ("completed", "deleted"),
        ("completed", "missing"),
        ("missing", "completed"),
        ("missing", "deleted"),
    }
    assert {kind for who, _why in TRANSITIONS.values() for kind in who} == set(KINDS)


def test_start_writes_row_event_and_summary(session: Session, coach: User) -> None:
    upload = SessionUpload(session=session, type="external", s3_key="recordings/a")

    lifecycle.start(upload, actor=person(coach))

    assert history(upload) == [("", "pending", "person", coach.pk, "")]
    session.refresh_from_db()
    assert (session.s3_status, session.has_recording) == ("pending", False)


@pytest.mark.parametrize("status", sorted(set(UploadStatus.values) - {"pending", "completed"}))
def test_nothing_starts_in_another_state(session: Session, status: str) -> None:
    upload = SessionUpload(session=session, type="external", status=status, **FACTS[status])

    with pytest.raises(ForbiddenMove):
        lifecycle.start(upload, actor=WORKER)

    assert not SessionUpload.objects.exists()


def test_a_condition_that_does_not_hold_changes_nothing(session: Session) -> None:
    upload = make(session, "uploading")
    SessionUpload.objects.filter(pk=upload.pk).update(lease_owner="somebody else")
    before = row(upload)

    won = lifecycle.advance(
        upload,
        to=UploadStatus.FAILED,
        actor=WORKER,
        only_if={"lease_owner": "w"},
        **FACTS["failed"],
    )

    assert won is False
    assert row(upload) == before
    assert (upload.lease_owner, history(upload)) == ("somebody else", [])


def test_a_stale_copy_loses_and_learns_what_happened(session: Session) -> None:
    upload = make(session, "uploading")
    stale = SessionUpload.objects.get(pk=upload.pk)
    lifecycle.advance(upload, to=UploadStatus.CANCELLED, actor=person(session.coach))

    won = lifecycle.advance(stale, to=UploadStatus.COMPLETED, actor=WORKER, **FACTS["completed"])

    assert (won, stale.status, stale.size_bytes) == (False, "cancelled", None)
    assert len(history(upload)) == 1


def test_failing_keeps_code_and_sentence_and_lets_the_lease_go(session: Session) -> None:
    upload = make(session, "uploading", next_attempt_at=NOW)

    assert lifecycle.fail(upload, code="c" * 60, detail="d" * 600, actor=SWEEP)

    assert (upload.error_code, upload.error_detail) == ("c" * 50, "d" * 500)
    assert (upload.lease_owner, upload.lease_until, upload.next_attempt_at) == ("", None, None)
    assert history(upload) == [("uploading", "failed", "sweep", None, "c" * 60)]


def test_signals_wait_for_the_commit(
    session: Session, heard: list[Any], django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    upload = make(session, "uploading")
    with django_capture_on_commit_callbacks(execute=True):
        lifecycle.advance(upload, to=UploadStatus.COMPLETED, actor=WORKER, **FACTS["completed"])
        assert heard == []
    assert heard == [("ready", upload.pk, session.pk)]
    heard.clear()

    with django_capture_on_commit_callbacks(execute=True):
        lifecycle.advance(upload, to=UploadStatus.MISSING, actor=SYNC)
        lifecycle.advance(upload, to=UploadStatus.COMPLETED, actor=SYNC)
        lifecycle.advance(
            upload, to=UploadStatus.DELETED, actor=person(session.coach), deleted_at=NOW
        )
    assert [name for name, *_rest in heard] == ["removed", "ready", "removed"]


def test_moves_without_news_are_silent(
    session: Session, heard: list[Any], django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    upload = make(session, "pending")
    with django_capture_on_commit_callbacks(execute=True):
        lifecycle.advance(upload, to=UploadStatus.UPLOADING, actor=WORKER, **FACTS["uploading"])
        lifecycle.advance(upload, to=UploadStatus.PENDING, actor=WORKER)
        lifecycle.advance(upload, to=UploadStatus.CANCELLED, actor=person(session.coach))

    assert heard == []


@pytest.mark.django_db(transaction=True)
def test_a_move_that_is_rolled_back_is_never_told(session: Session, heard: list[Any]) -> None:
    upload = make(session, "uploading")

    with transaction.atomic():
        lifecycle.advance(upload, to=UploadStatus.COMPLETED, actor=WORKER, **FACTS["completed"])
        transaction.set_rollback(True)

    assert heard == []
    assert (row(upload)["status"], history(upload)) == ("uploading", [])


@pytest.mark.django_db(transaction=True)
def test_of_many_callers_one_wins(session: Session, heard: list[Any]) -> None:
    upload = make(session, "uploading")
    callers = 8
    together = threading.Barrier(callers)
    results: list[bool] = []

    def move(number: int) -> None:
        mine = SessionUpload.objects.get(pk=upload.pk)
        together.wait(10)
        to = UploadStatus.COMPLETED if number % 2 else UploadStatus.FAILED
        results.append(lifecycle.advance(mine, to=to, actor=WORKER, **FACTS[to]))
        connection.close()

    threads = [threading.Thread(target=move, args=(number,)) for number in range(callers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert sorted(results) == [False] * (callers - 1) + [True]
    upload.refresh_from_db()
    assert [moved[:2] for moved in history(upload)] == [("uploading", upload.status)]
    session.refresh_from_db()
    assert session.s3_status == upload.status
    assert len(heard) == (upload.status == "completed")


@pytest.mark.django_db(transaction=True)
def test_moves_of_one_session_queue_up(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    # Each writes the summary from all uploads, so the last writer has to have seen them all.
    record = lifecycle._record

    def record_slowly(*args: Any) -> None:
        record(*args)
        time.sleep(0.05)

    monkeypatch.setattr(lifecycle, "_record", record_slowly)
    uploads = [make(session, "uploading") for _number in range(6)]
    together = threading.Barrier(len(uploads))

    def finish(upload: SessionUpload) -> None:
        connection.ensure_connection()
        together.wait(10)
        times = {"completed_at": upload.created_at}
        lifecycle.advance(
            upload, to=UploadStatus.COMPLETED, actor=WORKER, **FACTS["completed"] | times
        )
        connection.close()

    threads = [threading.Thread(target=finish, args=(upload,)) for upload in uploads]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    session.refresh_from_db()
    assert session.recording_upload_id == uploads[-1].pk
    assert session.s3_status == "completed"


@pytest.mark.parametrize(
    ("status", "lie"),
    [
        ("completed", {"size_bytes": None}),
        ("completed", {"size_bytes": 0}),
        ("completed", {"completed_at": None}),
        ("completed", {"etag": ""}),
        ("completed", {"s3_key": ""}),
        ("completed", {"error_code": "gone"}),
        ("failed", {"error_code": ""}),
        ("failed", {"error_detail": ""}),
        ("deleted", {"deleted_at": None}),
        ("pending", {"type": "manual"}),
        ("pending", {"type": "direct"}),
        ("uploading", {"lease_until": None}),
        ("uploading", {"bytes_transferred": -1}),
    ],
    ids=str,
)
def test_the_database_refuses_rows_that_lie(
    session: Session, status: str, lie: dict[str, Any]
) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        make(session, status, **lie)

    assert not SessionUpload.objects.exists()


@pytest.mark.parametrize("status", ["pending", "uploading", "completed", "missing"])
def test_one_live_upload_has_a_key(session: Session, status: str) -> None:
    make(session, status, s3_key="recordings/same")

    with pytest.raises(IntegrityError), transaction.atomic():
        make(session, "completed", s3_key="recordings/same")
    for ended in ("failed", "cancelled", "deleted"):
        make(session, ended, s3_key="recordings/same")

    assert SessionUpload.objects.count() == 4


def test_the_database_refuses_half_a_recording(session: Session) -> None:
    upload = make(session, "completed")
    lifecycle.refresh_summary(session.pk)

    for lie in ({"s3_key": ""}, {"recording_upload_id": None}, {"recording_size_bytes": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Session.objects.filter(pk=session.pk).update(**lie)

    session.refresh_from_db()
    assert session.s3_key == upload.s3_key


def test_the_newest_completed_upload_is_the_recording(session: Session) -> None:
    old = make(
        session, "completed", completed_at=NOW, platform="zoom", original_url="https://z.us/1"
    )
    new = make(session, "completed", completed_at=NOW + timedelta(hours=1), duration_seconds=9.0)
    # Begun last, done first.
    make(session, "completed", completed_at=NOW - timedelta(hours=1))
    lifecycle.refresh_summary(session.pk)

    session.refresh_from_db()
    assert (session.recording_upload_id, session.s3_key) == (new.pk, new.s3_key)
    assert session.recording_filename == new.original_filename
    assert (session.recording_size_bytes, session.recording_duration_seconds) == (7, 9.0)
    assert (session.recording_mime_type, session.s3_uploaded_at) == ("video/mp4", new.completed_at)

    lifecycle.advance(new, to=UploadStatus.MISSING, actor=SYNC)

    session.refresh_from_db()
    assert (session.recording_upload_id, session.external_platform) == (old.pk, "zoom")
    assert session.external_recording_url == "https://z.us/1"


@pytest.mark.parametrize("status", ["pending", "uploading", "failed", "cancelled"])
def test_a_later_attempt_never_hides_the_recording(session: Session, status: str) -> None:
    recording = make(session, "completed")
    make(session, status)
    lifecycle.refresh_summary(session.pk)

    session.refresh_from_db()
    assert (session.recording_upload_id, session.s3_key) == (recording.pk, recording.s3_key)
    assert session.s3_status == status


def test_what_a_person_says_of_the_origin_outlives_attempts(session: Session) -> None:
    link = "https://teams.example/rec/1"
    make(session, "completed", platform="zoom", original_url="https://zoom.us/rec/1")
    lifecycle.refresh_summary(session.pk)
    Session.objects.update(external_platform="teams", external_recording_url=link)

    make(session, "failed", platform="loom")
    lifecycle.refresh_summary(session.pk)

    session.refresh_from_db()
    assert (session.external_platform, session.external_recording_url) == ("teams", link)

    new = make(session, "completed", type="manual", platform="zoom", completed_at=LATER)
    lifecycle.refresh_summary(session.pk)

    session.refresh_from_db()
    assert session.recording_upload_id == new.pk
    assert (session.external_platform, session.external_recording_url) == ("zoom", link)


def test_the_link_of_an_earlier_recording_goes_with_it(session: Session) -> None:
    make(session, "completed", platform="dropbox", original_url="https://dropbox.com/s/1")
    lifecycle.refresh_summary(session.pk)
    make(session, "completed", type="manual", platform="zoom", completed_at=LATER)
    lifecycle.refresh_summary(session.pk)

    session.refresh_from_db()
    assert (session.external_platform, session.external_recording_url) == ("zoom", "")


def test_deleting_the_last_recording_clears_what_came_of_it(session: Session) -> None:
    upload = make(session, "completed", platform="zoom", original_url="https://zoom.us/rec/1")
    lifecycle.refresh_summary(session.pk)
    Session.objects.filter(pk=session.pk).update(
        transcript={"text": "…"},
        analysis={"pace": 1},
        transcript_status=StageStatus.COMPLETED,
        analysis_status=StageStatus.FAILED,
    )

    lifecycle.advance(upload, to=UploadStatus.DELETED, actor=person(session.coach), deleted_at=NOW)

    session.refresh_from_db()
    assert (session.s3_key, session.s3_status, session.recording_filename) == ("", "", "")
    assert (session.external_platform, session.external_recording_url) == ("", "")
    assert (session.transcript, session.analysis) == (None, None)
    assert (session.transcript_status, session.analysis_status) == ("pending", "pending")


def test_a_missing_recording_keeps_what_came_of_it(session: Session) -> None:
    upload = make(session, "completed", platform="zoom")
    lifecycle.refresh_summary(session.pk)
    Session.objects.filter(pk=session.pk).update(transcript={"text": "…"})

    lifecycle.advance(upload, to=UploadStatus.MISSING, actor=SYNC)
    session.refresh_from_db()
    assert (session.has_recording, session.s3_status) == (False, "missing")
    assert session.transcript == {"text": "…"}

    lifecycle.advance(upload, to=UploadStatus.COMPLETED, actor=SYNC)
    session.refresh_from_db()
    assert (session.recording_upload_id, session.s3_status) == (upload.pk, "completed")
    assert session.external_platform == "zoom"
