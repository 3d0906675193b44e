"""Deleting a recording, the bucket first and the row with it; and taking that back."""

from __future__ import annotations

from itertools import takewhile
from uuid import UUID

import structlog
from django.db import IntegrityError
from django.db.models import F, QuerySet
from django.utils import timezone

from accounts.models import User
from recordings import sidecars, storage
from recordings.cancelling import cancel as cancel_upload
from recordings.errors import (
    DeletionQueued,
    NoRecording,
    NothingToRestore,
    UploadClosed,
    UploadInProgress,
)
from recordings.lifecycle import SWEEP, Actor, advance, database_now, person
from recordings.models import SessionUpload
from recordings.storage import ObjectMissing, StorageError
from sessions_app.models import Session, UploadStatus

logger = structlog.get_logger(__name__)

REMOVABLE = (UploadStatus.COMPLETED, UploadStatus.MISSING)


def delete_recording(*, session: Session, by: User, cancel: bool = False) -> None:
    """Remove every recording of the session from the bucket; the uploads stay as history.

    With ``cancel`` uploads under way are cancelled first, else they raise UploadInProgress.
    Raises NoRecording when there is nothing to delete, DeletionQueued when the bucket cannot be
    reached: the sweep then does it.
    """
    uploads = SessionUpload.objects.filter(session=session)
    under_way = list(uploads.filter(status__in=(UploadStatus.PENDING, UploadStatus.UPLOADING)))
    if under_way and not cancel:
        raise UploadInProgress
    for upload in under_way:
        _cancel(upload, by)
    wanted = uploads.filter(status__in=REMOVABLE)
    found = wanted.update(removal_requested_at=database_now(), removal_requested_by=by)
    if not found and not under_way:
        raise NoRecording
    try:
        _remove_all(wanted.filter(removal_requested_at__isnull=False), person(by))
    except StorageError as error:
        logger.warning("deletion_queued", session=str(session.pk), reason=error.reason)
        raise DeletionQueued(headers={"Retry-After": "30"}) from error


def _cancel(upload: SessionUpload, by: User) -> None:
    try:
        cancel_upload(upload=upload, by=by)
    except UploadClosed:
        # It ended in this moment; if it completed, it is deleted with the rest.
        return


def retry_deletions() -> int:
    """Do the deletions that the bucket could not do when they were asked for; return how many.

    For the sweep. Stops quietly while the bucket is still away.
    """
    queued = SessionUpload.objects.filter(
        removal_requested_at__isnull=False, status__in=REMOVABLE
    ).select_related("removal_requested_by")
    try:
        return _remove_all(queued, SWEEP)
    except StorageError as error:
        logger.warning("deletions_wait", reason=error.reason)
        return 0


def _remove_all(uploads: QuerySet[SessionUpload], actor: Actor) -> int:
    """Delete objects and move rows, the oldest first: should the bucket go away half-way, no
    older recording takes the place of one that is gone.
    """
    removed = 0
    for upload in uploads.order_by("completed_at", "created_at", "id"):
        storage.delete(upload.s3_key)
        sidecars.withdraw(upload)
        while upload.status in REMOVABLE and upload.removal_requested_at is not None:
            removed += advance(
                upload,
                to=UploadStatus.DELETED,
                actor=actor,
                only_if={"removal_requested_at__isnull": False},
                # All that one person deleted at once bear the same time, so that it comes back
                # together; the event tells when each object went.
                deleted_at=F("removal_requested_at"),
                deleted_by=upload.removal_requested_by,
                removal_requested_at=None,
            )
        if upload.status == UploadStatus.COMPLETED and not _is_whole(upload):
            # Taken back in this moment, of a bucket that keeps nothing.
            logger.error("recording_lost", upload=str(upload.pk), s3_key=upload.s3_key)
    return removed


def can_restore(upload: SessionUpload) -> bool:
    """Return whether the bucket should still hold the bytes of a deleted upload, or of one whose
    deletion would keep them: it keeps old versions for `storage.KEPT_AFTER_DELETION`.
    """
    if not upload.version_id or upload.version_id == "null":
        return False
    kept_since = timezone.now() - storage.KEPT_AFTER_DELETION
    return upload.deleted_at is None or upload.deleted_at > kept_since


def restorable(session: Session) -> list[SessionUpload]:
    """Return what the session's newest deletion took, as far as it can be brought back."""
    deleted = list(session.uploads.filter(status=UploadStatus.DELETED).order_by("-deleted_at"))
    # Compared here: SQLite writes the database's own time shorter than it looks for a given one.
    together = takewhile(lambda upload: upload.deleted_at == deleted[0].deleted_at, deleted)
    return [upload for upload in together if can_restore(upload)]


def restore_recording(*, session: Session, by: User) -> list[SessionUpload]:
    """Undo the session's newest deletion, queued ones included, and bring back what is missing;
    return the uploads that are back.

    The objects come back first, then the rows. Raises NothingToRestore when there is nothing,
    ObjectMissing when the bucket has not kept the bytes, StorageError when it cannot be asked:
    nothing is lost, it can be tried again.
    """
    queued = session.uploads.filter(
        removal_requested_at__isnull=False, status=UploadStatus.COMPLETED
    )
    since = queued.values_list("removal_requested_at", flat=True).first()
    back = _call_off(list(queued.values_list("pk", flat=True)))
    gone: StorageError | None = None
    deleted = [each for each in restorable(session) if since in (None, each.deleted_at)]
    for upload in [*_under_a_marker(session), *deleted]:
        try:
            back += [upload] if _bring_back(upload, by) else []
        except ObjectMissing as error:
            gone = error
    if not back:
        raise gone or NothingToRestore
    return back


def _under_a_marker(session: Session) -> list[SessionUpload]:
    """What a sync found missing and the bucket may keep: a deletion that was called off may have
    reached it late."""
    missing = session.uploads.filter(status=UploadStatus.MISSING).order_by("id")
    return [upload for upload in missing if can_restore(upload)]


def _call_off(upload_ids: list[UUID]) -> list[SessionUpload]:
    """Take back deletions that the bucket could not do yet."""
    kept = SessionUpload.objects.filter(pk__in=upload_ids, status=UploadStatus.COMPLETED)
    kept.update(removal_requested_at=None, removal_requested_by=None)
    return [upload for upload in kept.order_by("id") if _is_whole(upload)]


def _is_whole(upload: SessionUpload) -> bool:
    """Return whether the object is there, brought back where the sweep had got as far as that."""
    try:
        if storage.head(upload.s3_key) is None:
            storage.restore(upload.s3_key, upload.version_id)
    except ObjectMissing:
        return False  # of a bucket that keeps nothing: the next sync marks it as missing
    except StorageError as error:
        # The deletion is called off all the same, and a deletion under way sees that.
        logger.warning("called_off_unseen", upload=str(upload.pk), reason=error.reason)
    return True


def _bring_back(upload: SessionUpload, by: User) -> bool:
    stored = storage.restore(upload.s3_key, upload.version_id)
    if stored.size_bytes != upload.size_bytes:
        raise ObjectMissing("VersionDiffers")
    try:
        advance(
            upload,
            to=UploadStatus.COMPLETED,
            actor=person(by),
            etag=stored.etag,
            version_id=stored.version_id or "",
            deleted_at=None,
            deleted_by=None,
            removal_requested_by=None,
        )
        _bring_sidecars_back(upload)
    except IntegrityError:
        # A sync was first and made an upload of the object: the session has its recording.
        upload.refresh_from_db()
        return True
    return upload.status == UploadStatus.COMPLETED


def _bring_sidecars_back(upload: SessionUpload) -> None:
    try:
        sidecars.bring_back(upload)
    except StorageError as error:
        # The recording is back, and that is what was asked for: the sweep brings the rest.
        logger.warning("sidecars_wait", upload=str(upload.pk), reason=error.reason)
