"""Deleting a recording: the bucket is asked first, the row moves with it."""

from __future__ import annotations

import structlog
from django.db.models import QuerySet

from accounts.models import User
from recordings import storage
from recordings.cancelling import cancel as cancel_upload
from recordings.errors import DeletionQueued, NoRecording, UploadClosed, UploadInProgress
from recordings.lifecycle import SWEEP, Actor, advance, database_now, person
from recordings.models import SessionUpload
from recordings.storage import StorageError
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
        while upload.status in REMOVABLE:
            removed += advance(
                upload,
                to=UploadStatus.DELETED,
                actor=actor,
                deleted_at=database_now(),
                deleted_by=upload.removal_requested_by,
                removal_requested_at=None,
            )
    return removed
