"""What has stood too long is resolved: uploads nobody confirmed, parts and objects left behind."""

from __future__ import annotations

from datetime import timedelta
from itertools import islice

import structlog
from django.utils import timezone

from filmroom.errors import FilmRoomError
from filmroom.sentences import sentence
from recordings import storage
from recordings.accepting import accept
from recordings.lifecycle import SWEEP, fail
from recordings.models import ACTIVE_STATUSES, LIVE_STATUSES, SessionUpload
from recordings.resuming import patience
from recordings.storage import MultipartGone, StorageError
from recordings.verifying import remove_leftovers
from sessions_app.models import UploadStatus

logger = structlog.get_logger(__name__)

STRAY_AFTER = timedelta(hours=1)
# Without a sign of life for so long, nobody is just putting the parts together.
QUIET = timedelta(minutes=10)
BATCH = 500
EXPIRED = sentence(
    "The upload was not finished in time and was removed: upload the recording again."
)

PARTS_LOST = sentence("The bucket no longer has the parts that were sent: upload the file again.")


def expire_unconfirmed() -> int:
    """Fail uploads that nobody finished or confirmed, remove what they left; return how many."""
    expired = 0
    rows = SessionUpload.objects.filter(
        status__in=ACTIVE_STATUSES,
        type__in=(SessionUpload.Type.MANUAL, SessionUpload.Type.DIRECT),
        expires_at__lt=timezone.now(),
    )
    for upload in rows[:BATCH]:
        condition = {"expires_at": upload.expires_at}
        if fail(
            upload, code="expired", detail=EXPIRED, actor=SWEEP, only_if=condition, leftovers=True
        ):
            remove_leftovers(upload)
            expired += 1
    return expired


def remove_all_leftovers() -> int:
    """Remove parts and objects that could not be removed when their upload ended."""
    rows = SessionUpload.objects.filter(
        leftovers=True, status__in=(UploadStatus.FAILED, UploadStatus.CANCELLED)
    )
    return sum(remove_leftovers(upload) for upload in rows[:BATCH])


def seal_grants() -> int:
    """Undo what a presigned form wrote after its upload was confirmed or ended; return how many.

    A form stays valid for UPLOAD_URL_SECONDS, whatever becomes of its upload. Once it is not, the
    confirmed version is made the current one again, or the key is emptied.
    """
    sealed = 0
    rows = SessionUpload.objects.filter(grant_until__lt=timezone.now()).exclude(
        status__in=ACTIVE_STATUSES
    )
    for upload in rows[:BATCH]:
        try:
            _seal(upload)
        except StorageError as error:
            logger.warning("grant_not_sealed", upload=str(upload.pk), reason=error.reason)
            continue
        sealed += 1
    return sealed


def _seal(upload: SessionUpload) -> None:
    done: dict[str, object] = {"grant_until": None}
    stored = storage.head(upload.grant_key)
    holds_recording = upload.status in LIVE_STATUSES and upload.s3_key == upload.grant_key
    if stored is not None and holds_recording and stored.version_id != upload.version_id:
        restored = storage.restore(upload.s3_key, upload.version_id)
        done |= {"version_id": restored.version_id or "", "etag": restored.etag}
        if upload.media_state == SessionUpload.MediaState.UNREADABLE:
            # What was tried while another version lay over it says nothing.
            done |= {"media_state": SessionUpload.MediaState.PENDING, "media_attempts": 0}
    elif stored is not None and not _has_owner(upload.grant_key):
        storage.delete(upload.grant_key)
    SessionUpload.objects.filter(pk=upload.pk, version_id=upload.version_id).update(**done)


def _has_owner(key: str) -> bool:
    return SessionUpload.objects.filter(s3_key=key, status__in=LIVE_STATUSES).exists()


def abort_stray_parts() -> int:
    """Abort multipart uploads in the bucket that no open upload knows; return how many.

    A process that died between opening one and noting it leaves such parts.
    """
    aborted = 0
    try:
        for pending in storage.list_multiparts(storage.KEY_ROOT):
            if pending.initiated_at > timezone.now() - STRAY_AFTER:
                continue
            known = SessionUpload.objects.filter(
                s3_key=pending.key,
                multipart_id=pending.multipart_id,
                status__in=ACTIVE_STATUSES,
            )
            if not known.exists():
                storage.abort_multipart(pending.key, pending.multipart_id)
                aborted += 1
    except StorageError as error:
        logger.warning("stray_parts_stay", reason=error.reason)
    return aborted


def settle_without_parts() -> int:
    """Settle uploads in parts that the bucket knows nothing of any more; return how many.

    Their object is there when whoever put the parts together was gone before the row could say
    so: then the upload completes. Otherwise the bucket has dropped the parts, and it fails.
    """
    settled = 0
    quiet_since = timezone.now() - QUIET
    rows = SessionUpload.objects.filter(
        status__in=ACTIVE_STATUSES,
        type=SessionUpload.Type.DIRECT,
        created_at__lt=quiet_since,
        expires_at__lt=quiet_since + patience(),
    ).exclude(multipart_id="")
    try:
        known = {pending.multipart_id for pending in storage.list_multiparts(storage.KEY_ROOT)}
        unlisted = (
            each for each in rows.select_related("session") if each.multipart_id not in known
        )
        for upload in islice(unlisted, BATCH):
            settled += _settle_without_parts(upload)
    except StorageError as error:
        logger.warning("parts_not_compared", reason=error.reason)
    return settled


def _settle_without_parts(upload: SessionUpload) -> bool:
    stored = storage.head(upload.s3_key)
    if stored is None:
        try:
            # MinIO lists open uploads by whole key only: absence from a listing proves nothing.
            storage.list_parts(upload.s3_key, upload.multipart_id)
        except MultipartGone:
            return fail(upload, code="parts_lost", detail=PARTS_LOST, actor=SWEEP)
        return False
    try:
        accept(upload, stored, SWEEP)
    except StorageError:
        raise
    except FilmRoomError as error:
        # The upload says so itself; the sweep goes on with the next.
        logger.info("parts_refused", upload=str(upload.pk), code=error.code)
    return True
