"""What is checked before an upload may be called completed, and what is read from it afterwards."""

from __future__ import annotations

import hashlib
import threading
from base64 import b64decode
from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog
from django.conf import settings
from django.db.models import F, Q

from recordings import lifecycle
from recordings.media.facts import MediaFacts
from recordings.media.probing import NotMedia, ProbeFailed, UrlSource, probe
from recordings.media.sniffing import HEAD_BYTES, Sniffed, sniff
from recordings.models import LIVE_STATUSES, SessionUpload
from recordings.storage import (
    StorageError,
    StoredObject,
    abort_multipart,
    delete,
    head,
    iter_object,
    list_multiparts,
    presign_get,
    read_range,
    version_to_name,
)

logger = structlog.get_logger(__name__)

PROBE_URL_SECONDS = 900
MOST_MEDIA_ATTEMPTS = 5
EXAMINATION_LEASE = timedelta(hours=1)
MediaState = SessionUpload.MediaState
_hash_slots = threading.BoundedSemaphore(4)
_UNEXAMINED = Q(media_state=MediaState.PENDING) | Q(checksum_value="")
_NOT_IN_HAND = Q(lease_until=None) | Q(lease_until__lt=lifecycle.database_now())


def sniff_object(stored: StoredObject) -> Sniffed:
    """Return what the first bytes of a stored object are.

    Raises NotMedia when they are no audio or video, StorageError when they cannot be read.
    """
    first = read_range(stored.key, 0, HEAD_BYTES, stored.version_id)
    sniffed = sniff(first, total_size=stored.size_bytes)
    if sniffed is None:
        raise NotMedia
    return sniffed


def completion_fields(
    stored: StoredObject, *, mime_type: str, sha256: str = "", facts: MediaFacts | None = None
) -> dict[str, Any]:
    """Return the columns that a completed upload takes from its object, hash and media facts.

    ``sha256`` (hex) is of the bytes as we sent them; without it the bucket's own checksum counts.
    """
    algorithm, value = ("sha256", sha256) if sha256 else checksum_of(stored)
    fields: dict[str, Any] = {
        "s3_key": stored.key,
        "size_bytes": stored.size_bytes,
        "bytes_transferred": stored.size_bytes,
        "mime_type": mime_type,
        "checksum_algorithm": algorithm,
        "checksum_value": value,
        "etag": stored.etag,
        "version_id": stored.version_id or "",
        "completed_at": lifecycle.database_now(),
        "error_code": "",
        "error_detail": "",
        "lease_owner": "",
        "lease_until": None,
        "next_attempt_at": None,
        "expires_at": None,
        "multipart_id": "",
        "leftovers": False,
    }
    return fields | (media_fields(facts) if facts else {})


def media_fields(facts: MediaFacts) -> dict[str, Any]:
    """Return the columns that an upload takes from its media facts."""
    return {
        "media_state": MediaState.KNOWN,
        "mime_type": facts.mime_type,
        "duration_seconds": facts.duration_seconds,
        "container": facts.container,
        "video_codec": facts.video_codec or "",
        "audio_codec": facts.audio_codec or "",
        "width": facts.width,
        "height": facts.height,
        "frame_rate": facts.frame_rate,
        "truncated": facts.truncated,
    }


def probe_object(stored: StoredObject) -> MediaFacts | None:
    """Return the facts of a stored object, or None when they cannot be read just now.

    Raises NotMedia when the prober finds neither audio nor video.
    """
    try:
        return probe(UrlSource(_probe_url(stored.key, None), stored.size_bytes))
    except ProbeFailed:
        return None


def examine(upload_id: UUID) -> None:
    """Read what is not known yet of a completed upload: media facts, and a checksum.

    Safe to repeat; a checksum that has to wait for its turn is left to the next call. A file that
    cannot be read as media is kept and marked; after MOST_MEDIA_ATTEMPTS tries that failed for
    other reasons it is marked as well.
    Raises StorageError when the bucket cannot be asked, which counts for no try.
    """
    row = SessionUpload.objects.filter(pk=upload_id, status="completed")
    # A large object takes minutes to hash: nobody else is to begin meanwhile.
    if not row.filter(_UNEXAMINED, _NOT_IN_HAND).update(
        media_attempts=F("media_attempts") + 1,
        lease_until=lifecycle.database_now() + EXAMINATION_LEASE,
    ):
        return
    try:
        _examine(row.get())
    except StorageError:
        row.update(media_attempts=F("media_attempts") - 1)
        raise
    finally:
        row.update(lease_until=None)


def _examine(upload: SessionUpload) -> None:
    fields: dict[str, Any] = {}
    # Hashing reads every byte and may take minutes: not all threads of a worker are to do it.
    if not upload.checksum_value and _hash_slots.acquire(blocking=False):
        try:
            fields |= _hash_object(upload)
        finally:
            _hash_slots.release()
    if upload.media_state == MediaState.PENDING:
        fields |= _read_media(upload)
    # Only if the row still speaks of the bytes that were read.
    same = SessionUpload.objects.filter(pk=upload.pk, status="completed", etag=upload.etag)
    if fields and same.update(**fields):
        lifecycle.refresh_summary(upload.session_id)
        logger.info("media_read", upload=str(upload.pk), state=fields.get("media_state"))


def unexamined(limit: int) -> list[UUID]:
    """Return completed uploads whose facts or checksum are not known yet, the oldest first."""
    rows = SessionUpload.objects.filter(_UNEXAMINED, _NOT_IN_HAND, status="completed")
    return list(rows.order_by("completed_at").values_list("pk", flat=True)[:limit])


def remove_leftovers(upload: SessionUpload) -> bool:
    """Remove parts and object of an upload that ended without a recording; say whether all is gone.

    Never touches the object of a live upload. A bucket that cannot be reached leaves the mark on
    the row, and the sweep comes again.
    """
    keys = {upload.s3_key, upload.grant_key} - {""}
    owned = SessionUpload.objects.filter(s3_key__in=keys, status__in=LIVE_STATUSES)
    if owned.exclude(pk=upload.pk).exists() or upload.status in LIVE_STATUSES:
        return False
    try:
        for multipart_id in _open_multiparts(upload):
            abort_multipart(upload.s3_key, multipart_id)
        for key in keys:
            if head(key) is not None:
                delete(key)
    except StorageError as error:
        logger.warning("leftovers_stay", upload=str(upload.pk), reason=error.reason)
        return False
    SessionUpload.objects.filter(pk=upload.pk).update(leftovers=False, multipart_id="")
    return True


def _open_multiparts(upload: SessionUpload) -> set[str]:
    """Ids of the key's multipart uploads: the row's, and one whose id never reached the row."""
    found = list_multiparts(upload.s3_key)
    ids = {pending.multipart_id for pending in found if pending.key == upload.s3_key}
    return (ids | {upload.multipart_id}) - {""}


def checksum_of(stored: StoredObject) -> tuple[str, str]:
    """Return algorithm and value as rows keep them: SHA-256 in hex, others in base64.

    Both are empty when the bucket names no checksum.
    """
    algorithm, value = stored.checksum_algorithm.lower(), stored.checksum_value
    return algorithm, b64decode(value).hex() if algorithm == "sha256" else value


def _probe_url(key: str, version_id: str | None) -> str:
    return presign_get(
        key,
        filename="recording",
        mime_type="application/octet-stream",
        expires_in=PROBE_URL_SECONDS,
        version_id=version_id,
    )


def _hash_object(upload: SessionUpload) -> dict[str, str]:
    """SHA-256 of an object whose store names no checksum: the one thing that reads every byte."""
    digest = hashlib.sha256()
    for chunk in iter_object(upload.s3_key, upload.pinned_version):
        digest.update(chunk)
    return {"checksum_algorithm": "sha256", "checksum_value": digest.hexdigest()}


def _read_media(upload: SessionUpload) -> dict[str, Any]:
    url = _probe_url(upload.s3_key, version_to_name(upload.s3_key, upload.pinned_version))
    try:
        return media_fields(probe(UrlSource(url, upload.size_bytes or 0)))
    except NotMedia:
        return {"media_state": MediaState.UNREADABLE}
    except ProbeFailed:
        # A bucket that is away says nothing about the file.
        head(upload.s3_key, upload.pinned_version)
        if upload.media_attempts < MOST_MEDIA_ATTEMPTS:
            return {}
        return {"media_state": MediaState.UNREADABLE}


def too_large(size_bytes: int) -> bool:
    """Whether a recording of that size is over the limit."""
    return size_bytes > settings.MAX_UPLOAD_BYTES
