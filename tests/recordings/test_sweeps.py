"""What stands too long is resolved by itself, by beat and from the command line alike."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from io import BytesIO, StringIO
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import IdempotentAnswer, User
from filmroom.celery import app
from integrations.management.commands.sweep import SWEEPS
from integrations.tasks import INTEGRATION_SWEEPS, SLOW_INTEGRATION_SWEEPS
from recordings import removal, storage, sweeping, sync, tasks, uploads
from recordings.errors import DeletionQueued
from recordings.models import SessionUpload, SyncRun
from recordings.storage import PendingMultipart, StorageError
from sessions_app.models import Session
from tests.attempts import add_upload
from tests.recordings.conftest import history, keys_in, open_multiparts

HOUR = timedelta(hours=1)


def sweep(*names: str) -> dict[str, int]:
    """Run sweeps from the command line and return what it printed."""
    out = StringIO()
    call_command("sweep", *names, stdout=out)
    lines = [line.split(": ") for line in out.getvalue().splitlines()]
    return {name: int(count) for name, count in lines}


def put(key: str, data: bytes) -> None:
    storage.put_file(key, BytesIO(data), content_type="video/mp4")


def set_row(upload: SessionUpload, **fields: Any) -> None:
    SessionUpload.objects.filter(pk=upload.pk).update(**fields)
    upload.refresh_from_db()


def open_parts(session: Session, size_bytes: int = 9) -> SessionUpload:
    """An upload in parts with one part in the bucket."""
    upload = uploads.open_multipart(
        session=session, filename="p.mp4", content_type="", size_bytes=size_bytes, by=session.coach
    )
    uploads.sign_parts(upload=upload, part_numbers=[1], by=session.coach)
    storage.put_part(upload.s3_key, upload.multipart_id, 1, b"123")
    return upload


def form(session: Session) -> SessionUpload:
    upload, _form, _limit = uploads.presign(session=session, filename="f.mp4", by=session.coach)
    return upload


@pytest.fixture
def away(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Let named functions of the storage fail, as while the bucket cannot be reached."""

    def refuse(*_args: Any, **_kwargs: Any) -> None:
        raise StorageError("SlowDown")

    def take(module: Any, *names: str) -> None:
        for name in names:
            monkeypatch.setattr(module, name, refuse)

    return take


@pytest.fixture
def nudged(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, UUID]]:
    """The nudges that were sent: task and row."""
    sent: list[tuple[str, UUID]] = []
    for task in (tasks.run_import, tasks.run_sync, tasks.read_media_facts):

        def note(args: tuple[str], name: str = task.name, **_options: Any) -> None:
            sent.append((name.rpartition(".")[2], UUID(args[0])))

        monkeypatch.setattr(task, "apply_async", note)
    return sent


def test_beat_runs_every_sweep(db: None, bucket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[str] = []

    def note(name: str) -> int:
        ran.append(name)
        return 0

    groups: tuple[dict[str, Callable[[], int]], ...] = (
        tasks.TRANSFER_SWEEPS,
        tasks.UPLOAD_SWEEPS,
        INTEGRATION_SWEEPS,
        SLOW_INTEGRATION_SWEEPS,
    )
    for group in groups:
        for name in group:
            monkeypatch.setitem(group, name, partial(note, name))
    app.loader.import_default_modules()
    scheduled = {str(entry["task"]) for entry in django_settings.CELERY_BEAT_SCHEDULE.values()}

    assert scheduled <= set(app.tasks)
    for task in scheduled:
        if "sweep" in task:
            app.tasks[task]()
    assert sorted(ran) == sorted(SWEEPS)


def test_the_command_runs_what_it_is_told(db: None, bucket: str) -> None:
    assert sweep() == dict.fromkeys(SWEEPS, 0)
    assert sweep("grants", "parts") == {"grants": 0, "parts": 0}
    with pytest.raises(CommandError, match="There is no sweep dust"):
        sweep("grants", "dust")


def test_unconfirmed_uploads_expire_with_all_they_left(
    session: Session, bucket: str, s3: Any
) -> None:
    sent, empty, parts = form(session), form(session), open_parts(session)
    put(sent.s3_key, b"never confirmed")
    past = timezone.now() - timedelta(seconds=1)
    for upload in (sent, empty, parts):
        set_row(upload, expires_at=past)
    young, imported = form(session), add_upload(session, "pending")
    put(young.s3_key, b"just sent")

    assert sweep("unconfirmed") == {"unconfirmed": 3}

    for upload in (sent, empty, parts):
        upload.refresh_from_db()
        assert (upload.status, upload.error_code) == ("failed", "expired")
        assert upload.error_detail == sweeping.EXPIRED
        assert (upload.leftovers, upload.multipart_id) == (False, "")
        assert history(upload)[-1][1:] == ("failed", "sweep")
    for upload in (young, imported):
        upload.refresh_from_db()
        assert upload.status == "pending"
    assert keys_in(s3, bucket) == [young.s3_key]
    assert open_multiparts(s3, bucket) == []
    assert sweep("unconfirmed") == {"unconfirmed": 0}


def test_leftovers_wait_for_the_bucket(
    session: Session, bucket: str, s3: Any, away: Callable[..., None]
) -> None:
    parts = open_parts(session)
    sent = form(session)
    put(sent.s3_key, b"sent")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("abort_multipart", "head"):
            patch.setattr(f"recordings.verifying.{name}", _refuse)
        for upload in (parts, sent):
            uploads.cancel(upload=upload, by=session.coach)
            upload.refresh_from_db()
            assert (upload.status, upload.leftovers) == ("cancelled", True)
        assert sweep("leftovers") == {"leftovers": 0}
    assert keys_in(s3, bucket) == [sent.s3_key]
    assert open_multiparts(s3, bucket) == [parts.s3_key]

    assert sweep("leftovers") == {"leftovers": 2}

    assert (keys_in(s3, bucket), open_multiparts(s3, bucket)) == ([], [])
    for upload in (parts, sent):
        upload.refresh_from_db()
        assert upload.leftovers is False


def _refuse(*_args: Any, **_kwargs: Any) -> None:
    raise StorageError("SlowDown")


def test_leftovers_never_touch_a_live_recording(session: Session, bucket: str, s3: Any) -> None:
    recording = add_upload(session)
    put(recording.s3_key, b"the recording")
    failed = add_upload(session, "failed")
    set_row(failed, s3_key=recording.s3_key, leftovers=True)

    assert sweep("leftovers") == {"leftovers": 0}

    assert keys_in(s3, bucket) == [recording.s3_key]


def test_a_form_used_again_after_confirm_is_undone(
    session: Session, bucket: str, s3: Any, mp4: bytes
) -> None:
    upload = form(session)
    put(upload.s3_key, mp4)
    uploads.confirm(upload=upload, by=session.coach)
    s3.put_object(Bucket=bucket, Key=upload.s3_key, Body=b"something else")
    assert sweep("grants") == {"grants": 0}  # the form may still be used
    set_row(upload, grant_until=timezone.now() - HOUR)

    assert sweep("grants") == {"grants": 1}

    upload.refresh_from_db()
    held = storage.head(upload.s3_key)
    assert held is not None
    assert (held.version_id, held.etag) == (upload.version_id, upload.etag)
    assert s3.get_object(Bucket=bucket, Key=upload.s3_key)["Body"].read() == mp4
    assert (upload.status, upload.grant_until) == ("completed", None)
    assert sweep("grants") == {"grants": 0}


def test_a_form_used_after_its_upload_ended_leaves_nothing(
    session: Session, bucket: str, s3: Any
) -> None:
    upload = form(session)
    uploads.cancel(upload=upload, by=session.coach)
    put(upload.s3_key, b"too late")
    set_row(upload, grant_until=timezone.now() - HOUR)

    assert sweep("grants") == {"grants": 1}

    assert keys_in(s3, bucket) == []


def test_a_grant_stays_open_while_the_bucket_is_away(
    session: Session, bucket: str, away: Callable[..., None]
) -> None:
    upload = form(session)
    uploads.cancel(upload=upload, by=session.coach)
    set_row(upload, grant_until=timezone.now() - HOUR)
    away(storage, "head")

    assert sweep("grants") == {"grants": 0}

    upload.refresh_from_db()
    assert upload.grant_until is not None


def test_parts_that_no_row_knows_are_aborted(
    session: Session,
    bucket: str,
    s3: Any,
    away: Callable[..., None],
) -> None:
    known = open_parts(session)
    stray = "recordings/nobody/knows.mp4"
    s3.create_multipart_upload(Bucket=bucket, Key=stray)
    s3.create_multipart_upload(Bucket=bucket, Key="exports/not ours.mp4")
    listed = storage.list_multiparts

    def just_opened(prefix: str) -> list[PendingMultipart]:
        return [replace(each, initiated_at=timezone.now()) for each in listed(prefix)]

    # The test's server says that every upload began in 2010.
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(storage, "list_multiparts", just_opened)
        assert sweep("parts") == {"parts": 0}  # its row may be on its way
    assert sweep("parts") == {"parts": 1}
    assert set(open_multiparts(s3, bucket)) == {known.s3_key, "exports/not ours.mp4"}

    away(storage, "list_multiparts")
    assert sweep("parts") == {"parts": 0}


def test_an_upload_whose_parts_are_gone_says_so(
    session: Session, bucket: str, s3: Any, away: Callable[..., None]
) -> None:
    upload, open_still = open_parts(session), open_parts(session)
    storage.abort_multipart(upload.s3_key, upload.multipart_id)
    assert sweep("unlisted") == {"unlisted": 0}  # somebody may be putting them together
    for each in (upload, open_still):
        set_row(each, created_at=timezone.now() - HOUR, expires_at=timezone.now() + HOUR)

    assert sweep("unlisted") == {"unlisted": 1}

    upload.refresh_from_db()
    open_still.refresh_from_db()
    assert (upload.status, upload.error_code) == ("failed", "parts_lost")
    assert open_still.is_active
    away(storage, "list_multiparts")
    assert sweep("unlisted") == {"unlisted": 0}


def test_an_upload_that_a_bucket_does_not_list_is_asked_for_itself(
    session: Session, bucket: str, s3: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = open_parts(session)
    storage.put_part(upload.s3_key, upload.multipart_id, 1, b"the first part")
    set_row(upload, created_at=timezone.now() - HOUR, expires_at=timezone.now() + HOUR)
    monkeypatch.setattr(storage, "list_multiparts", lambda prefix: [])

    assert sweep("unlisted") == {"unlisted": 0}

    upload.refresh_from_db()
    assert upload.is_active
    assert set(open_multiparts(s3, bucket)) == {upload.s3_key}


def test_a_recording_whose_row_was_never_told_completes_however_late(
    session: Session, bucket: str, s3: Any, mp4: bytes
) -> None:
    upload = open_parts(session, size_bytes=len(mp4))
    part = storage.put_part(upload.s3_key, upload.multipart_id, 1, mp4)
    storage.complete_multipart(upload.s3_key, upload.multipart_id, [part])
    set_row(upload, created_at=timezone.now() - 25 * HOUR, expires_at=timezone.now() - HOUR)

    assert sweep("unlisted", "unconfirmed") == {"unlisted": 1, "unconfirmed": 0}

    upload.refresh_from_db()
    assert (upload.status, upload.size_bytes) == ("completed", len(mp4))
    assert history(upload)[-1][1:] == ("completed", "sweep")
    assert keys_in(s3, bucket) == [upload.s3_key]


def test_deletions_wait_for_the_bucket(session: Session, coach: User, bucket: str, s3: Any) -> None:
    upload = add_upload(session)
    put(upload.s3_key, b"the recording")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(storage, "delete", _refuse)
        with pytest.raises(DeletionQueued):
            removal.delete_recording(session=session, by=coach)
        assert sweep("deletions") == {"deletions": 0}
    upload.refresh_from_db()
    assert (upload.status, upload.removal_requested_by) == ("completed", coach)
    assert keys_in(s3, bucket) == [upload.s3_key]

    assert sweep("deletions") == {"deletions": 1}

    upload.refresh_from_db()
    session.refresh_from_db()
    assert (upload.status, upload.deleted_by) == ("deleted", coach)
    assert (upload.deleted_at is not None, upload.removal_requested_at) == (True, None)
    assert history(upload)[-1] == ("completed", "deleted", "sweep")
    assert (session.has_recording, keys_in(s3, bucket)) == (False, [])
    assert sweep("deletions") == {"deletions": 0}


def test_leases_that_ran_out_go_back_and_the_third_time_fail(session: Session, bucket: str) -> None:
    held, lost = add_upload(session, "uploading"), add_upload(session, "uploading")
    for number in range(1, 4):
        set_row(lost, status="uploading", lease_owner="w", lease_until=timezone.now() - HOUR)
        assert sweep("leases") == {"leases": 1 if number < 3 else 0}
        lost.refresh_from_db()
        assert (lost.lost_workers, lost.lease_owner) == (number, "")

    held.refresh_from_db()
    assert held.status == "uploading"
    assert (lost.status, lost.error_code) == ("failed", "worker_lost")
    assert [moved[1:] for moved in history(lost)[-3:]] == [
        ("pending", "sweep"),
        ("pending", "sweep"),
        ("failed", "sweep"),
    ]


def test_what_waits_is_nudged(
    session: Session,
    coach: User,
    nudged: list[tuple[str, UUID]],
    django_capture_on_commit_callbacks: Callable[..., Any],
) -> None:
    waiting, later = add_upload(session, "pending"), add_upload(session, "pending")
    set_row(later, next_attempt_at=timezone.now() + HOUR)
    add_upload(session, "uploading")
    run = sync.request_sync(coach=coach, by=coach, trigger=SyncRun.Trigger.BUTTON)

    with django_capture_on_commit_callbacks(execute=True):
        assert sweep("waiting") == {"waiting": 2}

    assert nudged == [("run_import", waiting.pk), ("run_sync", run.pk)]


def test_what_was_not_read_is_nudged(
    session: Session,
    nudged: list[tuple[str, UUID]],
    django_capture_on_commit_callbacks: Callable[..., Any],
) -> None:
    known, no_checksum, no_facts = (add_upload(session) for _number in range(3))
    for upload in (known, no_facts):
        set_row(upload, checksum_algorithm="sha256", checksum_value="x")
    set_row(no_facts, media_state="pending")
    unreadable = add_upload(session)
    set_row(unreadable, media_state="unreadable", checksum_value="x")

    with django_capture_on_commit_callbacks(execute=True):
        assert sweep("unexamined") == {"unexamined": 2}

    assert set(nudged) == {
        ("read_media_facts", no_checksum.pk),
        ("read_media_facts", no_facts.pk),
    }


def test_old_answers_are_forgotten(coach: User) -> None:
    old, young = (
        IdempotentAnswer.objects.create(user=coach, key=key, fingerprint="x", created_at=when)
        for key, when in (
            ("old", timezone.now() - timedelta(hours=25)),
            ("young", timezone.now() - timedelta(hours=23)),
        )
    )

    assert sweep("idempotency") == {"idempotency": 1}

    assert list(IdempotentAnswer.objects.all()) == [young]
    assert old != young
