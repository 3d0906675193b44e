"""Sync runs: who may ask for one, what is concluded, and what a second one does."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, connections
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from filmroom.errors import FilmRoomError
from recordings import reconciling, storage
from recordings.models import SessionUpload, SyncRun, UnmatchedFile
from recordings.sync import request_sync, run_sync, waiting_runs
from sessions_app.models import Session

from .conftest import counts

pytestmark = pytest.mark.django_db
Sync = Callable[..., SyncRun]
Put = Callable[..., None]
Drop = Callable[[str], None]
Recorded = Callable[..., SessionUpload]


@pytest.fixture
def many(make_session: Callable[..., Session], make_upload: Any, own_prefix: str) -> Any:
    """Rows of that many recordings, without objects; gives their keys."""

    def many(count: int, name: str = "m") -> list[str]:
        keys = [
            f"{own_prefix}no-client/2026-01-14/{name}{number:03}.mp4" for number in range(count)
        ]
        for key in keys:
            make_upload(s3_key=key)
        return keys

    return many


@pytest.fixture
def listing(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Have the bucket list these keys, with the facts that ``many`` gives its rows."""

    def listing(*keys: str) -> None:
        page = [storage.ListedObject(key, 10, "e" * 32, timezone.now()) for key in sorted(keys)]
        monkeypatch.setattr(storage, "list_objects", lambda prefix: iter([page]))

    return listing


def rows(status: str) -> int:
    return SessionUpload.objects.filter(status=status).count()


def test_a_recording_that_is_gone_is_missing_and_comes_back_by_itself(
    session: Session, recorded: Recorded, put: Put, drop: Drop, sync: Sync
) -> None:
    upload = recorded(session)
    drop(upload.s3_key)

    assert counts(sync(dry_run=True)) == {"missing_records": 1}
    upload.refresh_from_db()
    assert upload.status == "completed"

    assert counts(sync()) == {"missing_records": 1}
    upload.refresh_from_db()
    session.refresh_from_db()
    assert (upload.status, session.has_recording, session.s3_status) == (
        "missing",
        False,
        "missing",
    )
    assert counts(sync()) == {}

    put(upload.s3_key)
    assert counts(sync(dry_run=True)) == {"total_files": 1, "updated_records": 1}
    run = sync()
    assert (counts(run), run.errors) == ({"total_files": 1, "updated_records": 1}, [])
    held = storage.head(upload.s3_key)
    assert held is not None
    upload.refresh_from_db()
    session.refresh_from_db()
    assert (upload.status, upload.version_id) == ("completed", held.version_id)
    assert session.recording_upload_id == upload.pk
    assert list(upload.events.values_list("from_status", "to_status", "actor", "note")) == [
        ("", "completed", "worker", ""),
        ("completed", "missing", "sync", "not in the bucket"),
        ("missing", "completed", "sync", "back in the bucket"),
    ]


def test_an_emptied_object_counts_as_gone(
    session: Session, recorded: Recorded, put: Put, sync: Sync
) -> None:
    upload = recorded(session)
    put(upload.s3_key, b"")
    assert counts(sync()) == {"total_files": 1, "missing_records": 1}
    assert counts(sync()) == {"total_files": 1}
    upload.refresh_from_db()
    assert upload.status == "missing"
    assert not UnmatchedFile.objects.exists()


def test_other_bytes_under_the_key_are_recorded_and_told(
    session: Session, recorded: Recorded, put: Put, sync: Sync
) -> None:
    upload = recorded(
        session,
        media_state="known",
        duration_seconds=60.0,
        checksum_algorithm="sha256",
        checksum_value="of the old bytes",
    )
    put(upload.s3_key, b"other and longer bytes")

    for dry_run in (True, False):
        run = sync(dry_run=dry_run)
        assert counts(run) == {"total_files": 1, "updated_records": 1}
        assert [(e["s3_key"], e["code"]) for e in run.errors] == [(upload.s3_key, "drifted")]

    held = storage.head(upload.s3_key)
    assert held is not None
    was = (upload.etag, upload.version_id)
    upload.refresh_from_db()
    session.refresh_from_db()
    assert (upload.etag, upload.version_id) == (held.etag, held.version_id) != was
    assert (upload.size_bytes, session.recording_size_bytes) == (22, 22)
    assert (upload.media_state, upload.duration_seconds) == ("pending", None)
    assert upload.checksum_value != "of the old bytes"
    assert session.recording_duration_seconds is None
    run = sync()
    assert (counts(run), run.errors) == ({"total_files": 1}, [])


def test_a_recording_that_comes_back_with_other_bytes_is_told(
    session: Session, recorded: Recorded, put: Put, drop: Drop, sync: Sync
) -> None:
    upload = recorded(session, media_state="known")
    drop(upload.s3_key)
    sync()
    put(upload.s3_key, b"other and longer bytes")
    run = sync()
    assert counts(run) == {"total_files": 1, "updated_records": 1}
    assert [error["code"] for error in run.errors] == ["drifted"]
    upload.refresh_from_db()
    assert (upload.status, upload.size_bytes, upload.media_state) == ("completed", 22, "pending")


@pytest.mark.parametrize("body", [None, b"other and longer bytes"])
@pytest.mark.parametrize(
    "claim",
    [
        {"grant_until": timezone.now() + timedelta(minutes=5), "grant_key": "k"},
        {"grant_until": timezone.now() - timedelta(minutes=5), "grant_key": "k"},
        {"removal_requested_at": timezone.now()},
    ],
)
def test_what_a_form_may_still_write_or_a_deletion_waits_for_is_not_judged(
    session: Session,
    recorded: Recorded,
    put: Put,
    drop: Drop,
    sync: Sync,
    claim: dict[str, Any],
    body: bytes | None,
) -> None:
    upload = recorded(session, **claim)
    before = SessionUpload.objects.values().get()
    if body is None:
        drop(upload.s3_key)
    else:
        put(upload.s3_key, body)
    run = sync()
    assert (run.missing_records, run.updated_records, run.errors) == (0, 0, [])
    assert SessionUpload.objects.values().get() == before


def test_a_recording_completed_while_the_bucket_was_listed_is_not_missing(
    session: Session, recorded: Recorded, sync: Sync
) -> None:
    recorded(session, body=None, completed_at=timezone.now() + timedelta(minutes=1))
    assert counts(sync()) == {}
    assert rows("completed") == 1


def test_an_object_that_the_listing_left_out_but_is_there_is_not_missing(
    session: Session, recorded: Recorded, sync: Sync, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorded(session)
    monkeypatch.setattr(storage, "list_objects", lambda prefix: iter(()))
    assert counts(sync()) == {}
    assert rows("completed") == 1


def test_an_error_on_a_later_page_concludes_nothing(
    session: Session, recorded: Recorded, put: Put, sync: Sync, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorded(session, "gone.mp4", body=None)
    put("recordings/new.mp4")
    real = storage.list_objects

    def break_off(prefix: str) -> Iterator[list[storage.ListedObject]]:
        yield from real(prefix)
        raise storage.StorageError("SlowDown")

    monkeypatch.setattr(storage, "list_objects", break_off)
    run = sync()
    assert (run.status, run.missing_records, run.new_records) == ("failed", 0, 0)
    assert [(e["s3_key"], e["code"]) for e in run.errors] == [("", "storage_unavailable")]
    assert run.finished_at is not None
    assert rows("completed") == 1
    assert not UnmatchedFile.objects.exists()

    monkeypatch.undo()
    assert counts(sync()) == {"total_files": 1, "missing_records": 1, "unmatched_files": 1}


def test_a_bucket_that_does_not_exist_fails_the_run_with_its_sentence(
    session: Session, make_upload: Any, settings: Any, sync: Sync
) -> None:
    make_upload(s3_key="recordings/a.mp4")
    settings.AWS_S3_BUCKET = "nowhere"
    run = sync()
    assert (run.status, run.errors[0]["detail"]) == ("failed", storage.BucketMissing.detail)
    assert rows("completed") == 1


def test_too_many_missing_halts_and_changes_nothing(
    many: Any, listing: Any, sync: Sync, staff: User
) -> None:
    listing(*many(100)[21:], "recordings/new.mp4")
    before = list(SessionUpload.objects.order_by("pk").values())
    for dry_run in (True, False):
        run = sync(dry_run=dry_run)
        assert run.status == "halted"
        assert counts(run) == {"total_files": 80, "missing_records": 21}
        assert run.errors[0]["code"] == "too_many_missing"
        assert run.errors[0]["detail"].startswith("21 of 100 recordings")
        assert list(SessionUpload.objects.order_by("pk").values()) == before
        assert not UnmatchedFile.objects.exists()

    run = sync(by=staff, accept_missing=True)
    assert (run.status, run.missing_records) == ("completed", 21)
    assert rows("missing") == 21


@pytest.mark.parametrize(("known", "gone"), [(20, 20), (210, 21)])
def test_few_missing_or_a_small_part_do_not_halt(
    many: Any, listing: Any, sync: Sync, known: int, gone: int
) -> None:
    listing(*many(known)[gone:])
    run = sync()
    assert (run.status, run.missing_records, rows("missing")) == ("completed", gone, gone)


def test_a_second_run_writes_nothing_and_asks_no_more_for_more_objects(
    coach: User,
    make_session: Callable[..., Session],
    recorded: Recorded,
    put: Put,
    drop: Drop,
    sync: Sync,
) -> None:
    def fill(first: int, last: int) -> None:
        for number in range(first, last):
            session = make_session()
            recorded(session, f"talk{number}.mp4")
            drop(recorded(session, f"gone{number}.mp4").s3_key)
            put(f"recordings/{coach.pk}/lost{number}.mp4")
        sync()

    def queries() -> list[str]:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            run = sync()
        assert (run.new_records, run.updated_records, run.missing_records) == (0, 0, 0)
        assert run.unmatched_files == UnmatchedFile.objects.count()
        return [entry["sql"] for entry in captured]

    fill(0, 3)
    few = queries()
    fill(3, 9)
    more = queries()

    writes = [sql for sql in more if sql.startswith(("INSERT", "UPDATE", "DELETE"))]
    assert [sql for sql in writes if "recordings_syncrun" not in sql] == []
    assert len(more) == len(few)


NASTY = [
    "ä ö.mp4",
    "a\u0308.mp4",
    "\uff61half.mp4",
    "😀.mp4",
    "\ufffdodd.mp4",
    "+plus%20.mp4",
    "a&b<c>\"'.mp4",
    "tab\there.mp4",
    "\u202eright.mp4",
    " .mp4",
    "~.mp4",
]


def test_nasty_keys_are_adopted_kept_and_missed_like_others(
    session: Session, key_in: Callable[..., str], put: Put, drop: Drop, sync: Sync
) -> None:
    keys = [key_in(session, name) for name in NASTY]
    for key in keys:
        put(key)
    others = [f"recordings/{'//'}x.mp4", "recordings/./x.mp4", "recordings/../x.mp4"]
    for key in others:
        put(key)
    run = sync()
    assert (counts(run), run.errors) == (
        {"total_files": 14, "new_records": 11, "unmatched_files": 3},
        [],
    )
    assert set(SessionUpload.objects.values_list("s3_key", flat=True)) == set(keys)
    assert set(UnmatchedFile.objects.values_list("s3_key", flat=True)) == set(others)
    assert counts(sync()) == {"total_files": 14, "unmatched_files": 3}
    for key in keys:
        drop(key)
    assert counts(sync()) == {"total_files": 3, "missing_records": 11, "unmatched_files": 3}


def test_a_key_that_no_row_can_hold_is_told(sync: Sync, monkeypatch: pytest.MonkeyPatch) -> None:
    odd = storage.ListedObject("recordings/a\0b.mp4", 1, "e", timezone.now())
    monkeypatch.setattr(storage, "list_objects", lambda prefix: iter([[odd]]))
    run = sync()
    assert (run.status, counts(run)) == ("completed", {"total_files": 1})
    assert [(e["s3_key"], e["code"]) for e in run.errors] == [
        ("recordings/a\u2400b.mp4", "bad_key")
    ]


def test_a_listing_out_of_order_fails_the_run(
    many: Any, sync: Sync, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = [storage.ListedObject(key, 1, "e", timezone.now()) for key in ("r/b", "r/a")]
    many(1)
    monkeypatch.setattr(storage, "list_objects", lambda prefix: iter([page]))
    run = sync()
    assert (run.status, run.errors[0]["code"]) == ("failed", "keys_out_of_order")
    assert rows("completed") == 1


def test_no_more_errors_are_kept_than_the_limit(
    session: Session,
    recorded: Recorded,
    put: Put,
    sync: Sync,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert reconciling.MOST_ERRORS == 100
    monkeypatch.setattr(reconciling, "MOST_ERRORS", 2)
    for number in range(3):
        upload = recorded(session, f"{number}.mp4")
        put(upload.s3_key, b"other and longer bytes")
    run = sync()
    assert (run.updated_records, len(run.errors)) == (3, 2)


def test_a_coachs_sync_sees_their_own_prefix_only(
    coach: User,
    other_coach: User,
    make_session: Callable[..., Session],
    recorded: Recorded,
    put: Put,
    sync: Sync,
) -> None:
    own, foreign = make_session(), make_session(coach=other_coach)
    recorded(own, "gone.mp4", body=None)
    recorded(foreign, "gone.mp4", body=None)
    put(f"recordings/{coach.pk}/a.mp4")
    put(f"recordings/{other_coach.pk}/a.mp4")
    put("recordings/a.mp4")

    run = sync(coach=coach, by=coach, trigger="button")

    assert (run.prefix, run.coach, run.requested_by) == (f"recordings/{coach.pk}/", coach, coach)
    assert counts(run) == {"total_files": 1, "missing_records": 1, "unmatched_files": 1}
    assert SessionUpload.objects.get(status="completed").session == foreign
    assert UnmatchedFile.objects.get().coach == coach

    run = sync()
    assert counts(run) == {"total_files": 3, "missing_records": 1, "unmatched_files": 3}


@pytest.mark.parametrize("whole", [True, False])
def test_a_person_may_only_sync_their_own_files(
    coach: User, other_coach: User, client_user: User, whole: bool
) -> None:
    for person in (coach, client_user):
        wanted = None if whole else other_coach
        with pytest.raises(FilmRoomError) as refused:
            request_sync(coach=wanted, by=person, trigger="api")
        assert (refused.value.code, refused.value.http_status) == ("not_found", 404)
    with pytest.raises(FilmRoomError):
        request_sync(coach=client_user, by=client_user, trigger="api")
    assert not SyncRun.objects.exists()


def test_staff_may_sync_any_coach_and_the_whole_bucket(coach: User, staff: User) -> None:
    assert request_sync(coach=coach, by=staff, trigger="admin").coach == coach
    assert request_sync(coach=None, by=staff, trigger="admin").prefix == "recordings/"


def test_only_staff_may_accept_missing_recordings(coach: User, staff: User) -> None:
    for person in (coach, None):
        with pytest.raises(FilmRoomError) as refused:
            request_sync(coach=coach, by=person, trigger="api", accept_missing=True)
        assert refused.value.http_status == 403
    request_sync(coach=coach, by=coach, trigger="api")
    with pytest.raises(FilmRoomError) as busy:
        request_sync(coach=coach, by=staff, trigger="admin", accept_missing=True)
    assert (busy.value.code, busy.value.http_status) == ("sync_in_progress", 409)


def test_the_active_run_of_the_same_prefix_is_answered(coach: User, staff: User) -> None:
    first = request_sync(coach=coach, by=coach, trigger="button")
    assert request_sync(coach=coach, by=staff, trigger="admin") == first
    assert request_sync(coach=coach, by=coach, trigger="api", dry_run=True) != first
    assert request_sync(coach=None, by=staff, trigger="admin") != first


def test_a_request_that_loses_the_race_answers_the_winner(
    coach: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    winner = request_sync(coach=coach, by=coach, trigger="schedule")
    real = QuerySet.get

    def look_too_early(rows: Any, *args: Any, **kwargs: Any) -> Any:
        monkeypatch.setattr(QuerySet, "get", real)
        raise SyncRun.DoesNotExist

    monkeypatch.setattr(QuerySet, "get", look_too_early)
    assert request_sync(coach=coach, by=coach, trigger="api") == winner
    assert SyncRun.objects.count() == 1


def losing_the_race(monkeypatch: pytest.MonkeyPatch, *, times: int) -> None:
    """Have an active run be in the way of the insert, and ended when it is looked for."""
    real = SyncRun.save
    left = [times]

    def collide(run: SyncRun, *args: Any, **kwargs: Any) -> None:
        if left[0]:
            left[0] -= 1
            raise IntegrityError
        real(run, *args, **kwargs)

    monkeypatch.setattr(SyncRun, "save", collide)


def test_a_run_that_ends_in_the_moment_it_is_in_the_way_is_followed_by_a_new_one(
    coach: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    losing_the_race(monkeypatch, times=2)
    run = request_sync(coach=coach, by=coach, trigger="api", dry_run=True)
    assert SyncRun.objects.get() == run
    assert (run.prefix, run.dry_run, run.coach, run.requested_by, run.trigger) == (
        f"recordings/{coach.pk}/",
        True,
        coach,
        coach,
        "api",
    )


def test_runs_that_are_in_the_way_again_and_again_are_told(
    coach: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    losing_the_race(monkeypatch, times=3)
    with pytest.raises(FilmRoomError) as busy:
        request_sync(coach=coach, by=coach, trigger="api")
    assert (busy.value.code, busy.value.http_status) == ("sync_in_progress", 409)
    assert not SyncRun.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_many_requests_at_once_open_one_run(coach: User) -> None:
    answers: list[Any] = []
    start = threading.Barrier(6)

    def ask() -> None:
        try:
            start.wait()
            answers.append(request_sync(coach=coach, by=coach, trigger="api").pk)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(answers), len(set(answers)), SyncRun.objects.count()) == (6, 1, 1)


@pytest.mark.django_db(transaction=True)
def test_of_many_workers_one_does_the_run(
    bucket: str, session: Session, key_in: Callable[..., str], put: Put
) -> None:
    put(key_in(session))
    run = request_sync(coach=None, by=None, trigger="api")
    start = threading.Barrier(4)

    def work() -> None:
        try:
            start.wait()
            run_sync(run.pk, worker="same-name")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    run.refresh_from_db()
    assert (run.status, run.attempts, run.new_records) == ("completed", 1, 1)
    assert SessionUpload.objects.count() == 1


def test_a_run_in_other_hands_is_left_to_them(bucket: str, put: Put) -> None:
    put("recordings/a.mp4")
    run = request_sync(coach=None, by=None, trigger="api")
    held = timezone.now() + timedelta(minutes=1)
    SyncRun.objects.update(status="running", lease_owner="other", lease_until=held, attempts=1)
    assert waiting_runs() == []
    assert run_sync(run.pk, worker="me").status == "running"
    assert not UnmatchedFile.objects.exists()


def test_the_run_of_a_lost_worker_starts_over(bucket: str, put: Put) -> None:
    put("recordings/a.mp4")
    run = request_sync(coach=None, by=None, trigger="api")
    assert waiting_runs() == [run.pk]
    gone = timezone.now() - timedelta(minutes=1)
    SyncRun.objects.update(status="running", lease_owner="other", lease_until=gone, attempts=1)
    assert waiting_runs() == [run.pk]
    run = run_sync(run.pk, worker="me")
    assert (run.status, run.attempts, run.unmatched_files) == ("completed", 2, 1)
    assert waiting_runs() == []


def test_after_three_lost_workers_the_run_fails(bucket: str) -> None:
    run = request_sync(coach=None, by=None, trigger="api")
    gone = timezone.now() - timedelta(minutes=1)
    SyncRun.objects.update(status="running", lease_owner="other", lease_until=gone, attempts=3)
    run = run_sync(run.pk, worker="me")
    assert (run.status, run.attempts) == ("failed", 3)
    assert [error["code"] for error in run.errors] == ["worker_lost"]
    assert request_sync(coach=None, by=None, trigger="api") != run


def test_a_worker_whose_lease_was_taken_stops_and_writes_no_end(
    bucket: str, put: Put, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.HEARTBEAT_SECONDS = 0
    put("recordings/a.mp4")
    run = request_sync(coach=None, by=None, trigger="api")
    real = storage.list_objects

    def lose_lease(prefix: str) -> Any:
        SyncRun.objects.update(lease_owner="other")
        return real(prefix)

    monkeypatch.setattr(storage, "list_objects", lose_lease)
    assert run_sync(run.pk, worker="me").status == "running"
    assert not UnmatchedFile.objects.exists()


def test_the_lease_is_renewed_while_the_run_goes_on(
    bucket: str, put: Put, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.HEARTBEAT_SECONDS = 0
    put("recordings/a.mp4")
    run = request_sync(coach=None, by=None, trigger="api")
    real = storage.list_objects
    late = timezone.now() - timedelta(hours=1)

    def run_late(prefix: str) -> Any:
        SyncRun.objects.update(lease_until=late)
        for page in real(prefix):
            yield page
            assert SyncRun.objects.filter(lease_until__gt=timezone.now()).exists()

    monkeypatch.setattr(storage, "list_objects", run_late)
    assert run_sync(run.pk, worker="me").status == "completed"
    run.refresh_from_db()
    assert run.lease_until is None


def test_an_ended_run_is_not_done_again(bucket: str, sync: Sync, put: Put) -> None:
    run = sync()
    put("recordings/a.mp4")
    assert run_sync(run.pk, worker="me").finished_at == run.finished_at
    assert not UnmatchedFile.objects.exists()
