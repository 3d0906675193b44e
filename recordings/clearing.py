"""Renditions leave the bucket when their upload is not a session's recording any more."""

from __future__ import annotations

from datetime import timedelta
from itertools import islice
from uuid import UUID

import structlog
from django.core.cache import cache
from django.db.models import Q
from django.utils import timezone

from recordings import storage
from recordings.models import Rendition, SessionUpload
from recordings.storage import StorageError
from sessions_app.models import StageStatus

logger = structlog.get_logger(__name__)

# A deletion that is undone at once finds its renditions still there: a web copy takes an hour.
UNDO_SECONDS = 60
BATCH = 200
STRAY_PARTS_AFTER = timedelta(hours=12)
_PLACE = "renditions-looked-through-up-to"


def remove_renditions(upload: SessionUpload) -> int:
    """Remove every version of the upload's renditions from the bucket, then their rows; return
    how many are gone.

    What a worker holds stays: it notices within seconds that it is not wanted any more, and the
    next sweep removes it. Raises StorageError: then rows stay, and with them the keys.
    """
    removed = 0
    for rendition in upload.renditions.filter(~_held()):
        storage.delete_all_versions(rendition.s3_key)
        # Unless the upload came back and a worker took it up in this moment.
        same = Rendition.objects.filter(
            ~_held(), pk=rendition.pk, status=rendition.status, attempts=rendition.attempts
        )
        removed += same.delete()[0]
    if removed:
        logger.info("renditions_removed", upload=str(upload.pk), count=removed)
    return removed


def _held() -> Q:
    return Q(status=StageStatus.PROCESSING)


def remove_unwanted(upload_id: UUID | None = None) -> int:
    """Remove the renditions of uploads that are not their session's recording, of this one or of
    all; return how many.

    Those of an upload that was deleted less than UNDO_SECONDS ago wait. Stops quietly while the
    bucket is away.
    """
    undoable = timezone.now() - timedelta(seconds=UNDO_SECONDS)
    current = Rendition.objects.current()
    unwanted = Rendition.objects.exclude(pk__in=current.values("pk")).exclude(
        upload__deleted_at__gt=undoable
    )
    if upload_id is not None:
        unwanted = unwanted.filter(upload=upload_id)
    uploads = SessionUpload.objects.filter(pk__in=unwanted.values("upload"))
    try:
        return sum(remove_renditions(upload) for upload in uploads[:BATCH])
    except StorageError as error:
        logger.warning("renditions_stay", reason=error.reason)
        return 0


def remove_strays() -> int:
    """Remove objects and open uploads in parts under the renditions' prefix that no row knows;
    return how many.

    A worker that dies at the worst moment could leave one. Looks through one page of the listing
    each time, going on where it stopped.
    """
    try:
        return _remove_stray_objects() + _abort_stray_parts()
    except StorageError as error:
        logger.warning("renditions_stay", reason=error.reason)
        return 0


def _remove_stray_objects() -> int:
    pages = storage.list_objects(storage.RENDITION_ROOT, start_after=cache.get(_PLACE) or "")
    page = next(islice(pages, 1), [])
    cache.set(_PLACE, page[-1].key if page else "", timeout=None)
    keys = [listed.key for listed in page]
    # Rows come before objects: a key that is listed and has no row has no owner.
    known = set(Rendition.objects.filter(s3_key__in=keys).values_list("s3_key", flat=True))
    strays = [key for key in keys if key not in known]
    for key in strays:
        storage.delete_all_versions(key)
    if strays:
        logger.warning("stray_renditions_removed", count=len(strays))
    return len(strays)


def _abort_stray_parts() -> int:
    aborted = 0
    for pending in storage.list_multiparts(storage.RENDITION_ROOT):
        if pending.initiated_at < timezone.now() - STRAY_PARTS_AFTER:
            storage.abort_multipart(pending.key, pending.multipart_id)
            aborted += 1
    return aborted
