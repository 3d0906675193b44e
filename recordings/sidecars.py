"""What a platform had beside a recording (captions, transcript, chat), kept in the bucket too."""

from __future__ import annotations

import hashlib
import io
from datetime import timedelta
from typing import NamedTuple

import structlog
from django.db import IntegrityError, transaction
from django.utils import timezone

from recordings import storage
from recordings.models import LIVE_STATUSES, SessionUpload, Sidecar
from recordings.playback import Disposition, Link, link_lifetime
from recordings.storage import ObjectMissing, StorageError
from sessions_app.models import Session, UploadStatus

logger = structlog.get_logger(__name__)

MOST_BYTES = 20 * 1024 * 1024
BATCH = 200
UNFINISHED_AFTER = timedelta(hours=1)


class _Format(NamedTuple):
    extension: str
    mime_type: str


_FORMATS = {
    form.extension: form
    for form in (
        _Format("vtt", "text/vtt"),
        _Format("srt", "application/x-subrip"),
        _Format("json", "application/json"),
        _Format("txt", "text/plain"),
    )
}
_PLAIN = _FORMATS["txt"]


def keep(
    *,
    upload: SessionUpload,
    kind: str,
    source_id: str,
    filename: str,
    language: str = "",
    data: bytes,
) -> Sidecar | None:
    """Store a file (at most MOST_BYTES) beside the recording of ``upload``, and return it.

    ``kind`` is a value of Sidecar.Kind, ``language`` BCP 47 or ''. Said again with the same
    ``source_id`` it changes nothing: what is there stays. Returns None for a file that is empty
    or too large, and for an upload that is over. Raises StorageError: say it again.
    """
    if not 0 < len(data) <= MOST_BYTES or upload.status not in LIVE_STATUSES:
        logger.info("sidecar_left_out", upload=str(upload.pk), kind=kind, size=len(data))
        return None
    sidecar = _row(upload, kind, source_id[:200], filename, language[:35])
    if sidecar.status != Sidecar.Status.PENDING:
        return sidecar
    sha256 = hashlib.sha256(data).hexdigest()
    try:
        stored = storage.put_file(
            sidecar.s3_key, io.BytesIO(data), content_type=sidecar.mime_type, sha256=sha256
        )
    except storage.KeyTaken:
        # Of a worker that was lost before it could say so; the platform may have changed a word.
        storage.delete_all_versions(sidecar.s3_key)
        stored = storage.put_file(
            sidecar.s3_key, io.BytesIO(data), content_type=sidecar.mime_type, sha256=sha256
        )
    Sidecar.objects.filter(pk=sidecar.pk, status=Sidecar.Status.PENDING).update(
        status=Sidecar.Status.COMPLETED,
        size_bytes=stored.size_bytes,
        checksum_sha256=sha256,
        version_id=stored.version_id or "",
    )
    sidecar.refresh_from_db()
    return sidecar


def _row(upload: SessionUpload, kind: str, source_id: str, filename: str, language: str) -> Sidecar:
    """The sidecar's row, which comes before its object, made unless it is there."""
    extension = filename.rpartition(".")[2].lower()
    form = _FORMATS.get(extension, _PLAIN)
    sidecar = Sidecar(
        upload=upload,
        kind=kind,
        source_id=source_id,
        language=language,
        filename=storage.safe_display_name(filename) or f"{kind}.{form.extension}",
        mime_type=form.mime_type,
    )
    sidecar.s3_key = storage.sidecar_key(
        coach_id=upload.session.coach_id,
        upload_id=upload.pk,
        sidecar_id=sidecar.pk,
        extension=form.extension,
    )
    try:
        with transaction.atomic():
            sidecar.save(force_insert=True)
    except IntegrityError:
        return Sidecar.objects.get(upload=upload, kind=kind, source_id=source_id)
    return sidecar


def of_recording(session: Session) -> list[Sidecar]:
    """Return what lies beside the session's recording, in the bucket and fit to be read."""
    return list(
        Sidecar.objects.filter(
            upload=session.recording_upload_id, status=Sidecar.Status.COMPLETED
        ).order_by("kind", "language", "created_at", "id")
    )


def signed_link(sidecar: Sidecar, *, disposition: Disposition = "attachment") -> Link:
    """Return a URL for a completed sidecar, valid for DOWNLOAD_URL_SECONDS."""
    seconds, expires_at = link_lifetime()
    url = storage.presign_get(
        sidecar.s3_key,
        filename=sidecar.filename,
        mime_type=f"{sidecar.mime_type}; charset=utf-8",
        disposition=disposition,
        expires_in=seconds,
    )
    return Link(
        url, seconds, expires_at, sidecar.filename, sidecar.size_bytes or 0, sidecar.mime_type
    )


def withdraw(upload: SessionUpload) -> None:
    """Delete what lies beside a recording that is being deleted; `bring_back` can undo it.

    Raises StorageError: what is left is done by `settle`.
    """
    for sidecar in upload.sidecars.filter(status=Sidecar.Status.COMPLETED):
        storage.delete(sidecar.s3_key)
        Sidecar.objects.filter(pk=sidecar.pk).update(status=Sidecar.Status.DELETED)


def bring_back(upload: SessionUpload) -> None:
    """Undo `withdraw` for a recording that is back. What the bucket has not kept is forgotten.

    Raises StorageError: what is left is done by `settle`.
    """
    for sidecar in upload.sidecars.filter(status=Sidecar.Status.DELETED):
        try:
            storage.restore(sidecar.s3_key, sidecar.version_id)
        except ObjectMissing:
            logger.warning("sidecar_lost", upload=str(upload.pk), s3_key=sidecar.s3_key)
            sidecar.delete()
        else:
            Sidecar.objects.filter(pk=sidecar.pk).update(status=Sidecar.Status.COMPLETED)


def settle() -> int:
    """Bring sidecars in line with their uploads; return how many were not. For the sweep.

    They go with a deleted recording and come back with it, leave with an attempt that failed, and
    what a lost worker left unfinished is removed. Stops quietly while the bucket is away.
    """
    try:
        return _follow_recordings() + _remove_unwanted()
    except StorageError as error:
        logger.warning("sidecars_wait", reason=error.reason)
        return 0


def _follow_recordings() -> int:
    done = 0
    deleted = Sidecar.objects.filter(
        status=Sidecar.Status.COMPLETED, upload__status=UploadStatus.DELETED
    )
    back = Sidecar.objects.filter(
        status=Sidecar.Status.DELETED, upload__status=UploadStatus.COMPLETED
    )
    for rows, act in ((deleted, withdraw), (back, bring_back)):
        ids = set(rows.values_list("upload", flat=True)[:BATCH])
        for upload in SessionUpload.objects.filter(pk__in=ids):
            act(upload)
            done += 1
    return done


def _remove_unwanted() -> int:
    """Erase those of attempts that came to nothing, and the unfinished ones of lost workers."""
    ended = Sidecar.objects.filter(upload__status__in=(UploadStatus.FAILED, UploadStatus.CANCELLED))
    unfinished = Sidecar.objects.filter(
        status=Sidecar.Status.PENDING, created_at__lt=timezone.now() - UNFINISHED_AFTER
    )
    gone = Sidecar.objects.filter(
        status=Sidecar.Status.DELETED,
        upload__deleted_at__lt=timezone.now() - storage.KEPT_AFTER_DELETION,
    )
    done = 0
    for rows in (ended, unfinished, gone):
        for sidecar in rows[:BATCH]:
            storage.delete_all_versions(sidecar.s3_key)
            # Unless the attempt was retried, or the work went on, in this moment.
            done += rows.filter(pk=sidecar.pk).delete()[0]
    return done
