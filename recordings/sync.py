"""Bucket against database: what lies there is adopted or listed, what is gone is said."""

from __future__ import annotations

import time
from contextlib import suppress
from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F, Q

from accounts.models import User
from filmroom.errors import FilmRoomError
from filmroom.sentences import sentence
from recordings import leases, lifecycle, storage
from recordings.adopting import display_name_of
from recordings.concluding import Reconciliation
from recordings.lifecycle import database_now, person
from recordings.models import SessionUpload, SyncRun, UnmatchedFile
from recordings.reconciling import KeysOutOfOrder, Tally
from recordings.signals import sync_finished
from recordings.storage import StorageError
from recordings.verifying import completion_fields, sniff_object
from sessions_app.models import Session, UploadStatus

logger = structlog.get_logger(__name__)

Status = SyncRun.Status
# Longer than the tries for one page of the listing may take.
LEASE = timedelta(minutes=5)
MOST_LOST_WORKERS = 3
MOST_LOST_RACES = 3
WORKER_LOST = sentence("The sync was interrupted three times: start it again.")


class NotYours(FilmRoomError):
    code = "not_found"
    detail = "There is nothing here that you may see: check the id."
    http_status = 404


class StaffOnly(FilmRoomError):
    code = "permission_denied"
    detail = "Only staff may confirm that many recordings are gone: ask them to look at the bucket."
    http_status = 403


class SyncInProgress(FilmRoomError):
    code = "sync_in_progress"
    detail = "A sync of the same files is under way: confirm again once it has ended."
    http_status = 409


class ObjectGone(FilmRoomError):
    code = "object_gone"
    detail = "This file is not in the bucket any more: it was taken off the list."
    http_status = 409


class AlreadyAssigned(FilmRoomError):
    code = "already_assigned"
    detail = "This file belongs to a recording already: it was taken off the list."
    http_status = 409


class LeaseLost(Exception):
    """Another worker does this run now."""


def request_sync(
    *,
    coach: User | None,
    by: User | None,
    trigger: str,
    dry_run: bool = False,
    accept_missing: bool = False,
) -> SyncRun:
    """Return a sync run of ``coach``'s files, or of the whole bucket: the active one, or a new one.

    ``by`` None is the schedule or the command line. ``accept_missing`` says that staff know that
    many recordings are gone. Raises NotYours when a person who is not staff asks for anybody's
    files but their own, StaffOnly when they accept missing ones, SyncInProgress when that cannot
    be told to a run that goes on already, or when other runs come and go too fast.
    """
    _check_request(coach, by, accept_missing)
    prefix = storage.KEY_ROOT if coach is None else storage.coach_prefix(coach.pk)
    run, created = _get_or_create(
        prefix,
        dry_run,
        coach=coach,
        trigger=trigger,
        accept_missing=accept_missing,
        requested_by=by,
    )
    if accept_missing and not created and not run.accept_missing:
        raise SyncInProgress
    return run


def _get_or_create(prefix: str, dry_run: bool, **defaults: Any) -> tuple[SyncRun, bool]:
    """The active run of the prefix and False, or a new one and True.

    Of two that ask at once, the partial unique constraint lets one create and both answer it.
    A run that ends just after it was in the way is in nobody's way at the next try.
    """
    for _try in range(MOST_LOST_RACES):
        with suppress(IntegrityError):
            return SyncRun.objects.get_or_create(
                prefix=prefix,
                dry_run=dry_run,
                status__in=(Status.PENDING, Status.RUNNING),
                defaults=defaults,
            )
    raise SyncInProgress


def _check_request(coach: User | None, by: User | None, accept_missing: bool) -> None:
    if by is not None and not by.is_staff and (coach != by or by.role != User.Role.COACH):
        raise NotYours
    if accept_missing and (by is None or not by.is_staff):
        raise StaffOnly


def waiting_runs() -> list[UUID]:
    """Return the runs that somebody should take up: new ones, and those of lost workers."""
    waiting = Q(status=Status.PENDING) | Q(status=Status.RUNNING) & leases.expired()
    return list(SyncRun.objects.filter(waiting).order_by("created_at").values_list("pk", flat=True))


class _Lease:
    """One run in the hands of this call, renewed from time to time while it goes on."""

    def __init__(self, run_id: UUID, owner: str) -> None:
        self._run_id = run_id
        self.row = SyncRun.objects.filter(pk=run_id, lease_owner=owner, status=Status.RUNNING)
        self._renewed = time.monotonic()

    def renew(self) -> None:
        """Say that the run goes on. Raises LeaseLost when it was given to somebody else."""
        if time.monotonic() - self._renewed < settings.HEARTBEAT_SECONDS:
            return
        if not self.row.update(lease_until=database_now() + LEASE):
            raise LeaseLost
        self._renewed = time.monotonic()

    def finish(self, status: str, tally: Tally) -> None:
        """Write the run's end and its counts, if it is still ours; then tell of it."""
        ended = self.row.update(
            status=status,
            finished_at=database_now(),
            lease_until=None,
            total_files=tally.total_files,
            new_records=tally.new_records,
            updated_records=tally.updated_records,
            missing_records=tally.missing_records,
            unmatched_files=tally.unmatched_files,
            errors=tally.errors,
        )
        if ended:
            _tell_of_end(self._run_id)


def run_sync(run_id: UUID, *, worker: str) -> SyncRun:
    """Do a sync run, unless somebody else does or it has ended; return it as it stands then.

    The whole bucket is compared before anything is changed. Whoever takes up the run of a lost
    worker starts over, which changes nothing twice; after three lost workers it fails with
    ``worker_lost``. Raises SyncRun.DoesNotExist.
    """
    lease = _claim(run_id, leases.new_owner(worker))
    run = SyncRun.objects.get(pk=run_id)
    if lease is None:
        return run
    tally = Tally()
    try:
        status = Reconciliation(run, tally, keep_alive=lease.renew).carry_out()
        lease.finish(status, tally)
    except LeaseLost:
        logger.warning("sync_lease_lost", run=str(run_id))
    except (StorageError, KeysOutOfOrder) as error:
        tally.error("", error.code, error.detail)
        lease.finish(Status.FAILED, tally)
        logger.warning("sync_failed", run=str(run_id), code=error.code)
    run.refresh_from_db()
    return run


def _claim(run_id: UUID, owner: str) -> _Lease | None:
    lost = SyncRun.objects.filter(leases.expired(), pk=run_id, status=Status.RUNNING)
    given_up = lost.filter(attempts__gte=MOST_LOST_WORKERS).update(
        status=Status.FAILED,
        finished_at=database_now(),
        lease_until=None,
        errors=[
            {
                "s3_key": "",
                "code": "worker_lost",
                "detail": WORKER_LOST,
            }
        ],
    )
    if given_up:
        _tell_of_end(run_id)
    free = SyncRun.objects.filter(pk=run_id).filter(
        Q(status=Status.PENDING) | Q(status=Status.RUNNING) & leases.expired()
    )
    won = free.update(
        status=Status.RUNNING,
        started_at=database_now(),
        lease_owner=owner,
        lease_until=database_now() + LEASE,
        attempts=F("attempts") + 1,
    )
    return _Lease(run_id, owner) if won else None


def _tell_of_end(run_id: UUID) -> None:
    transaction.on_commit(lambda: sync_finished.send_robust(sender=SyncRun, run_id=run_id))


def assign_unmatched(*, file: UnmatchedFile, session: Session, by: User) -> SessionUpload:
    """Make an unmatched file the recording of ``session``, where it lies; return the upload.

    Staff may do it, and the coach whose file and session it is. Raises NotYours for others,
    ObjectGone and AlreadyAssigned (either takes the file off the list), NotMedia when its first
    bytes are no audio or video, StorageError when the bucket cannot be asked.
    """
    if not by.is_staff and not (file.coach_id == session.coach_id == by.pk):
        raise NotYours
    held = storage.head(file.s3_key)
    if held is None:
        file.delete()
        raise ObjectGone
    sniffed = sniff_object(held)
    upload = SessionUpload(
        session=session,
        type=SessionUpload.Type.SYNC,
        status=UploadStatus.COMPLETED,
        original_filename=display_name_of(file.s3_key),
        created_by=by,
        **completion_fields(held, mime_type=sniffed.mime_type),
    )
    try:
        with transaction.atomic():
            lifecycle.start(upload, actor=person(by))
            UnmatchedFile.objects.filter(pk=file.pk).delete()
    except IntegrityError:
        UnmatchedFile.objects.filter(pk=file.pk).delete()
        raise AlreadyAssigned from None
    logger.info("file_assigned", upload=str(upload.pk), session=str(session.pk), by=str(by.pk))
    upload.refresh_from_db()
    return upload
