"""Rows against bucket, told and left alone: for whoever wants to know that all is as it says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from recordings import storage
from recordings.adopting import look, owned_keys
from recordings.batches import batches
from recordings.models import SessionUpload, Sidecar, UnmatchedFile
from recordings.reconciling import Differences, Tally, compare, in_key_order
from recordings.storage import StoredObject
from recordings.verifying import checksum_of
from sessions_app.models import UploadStatus

KEYS_AT_ONCE = 500

MISSING = "Its object is not in the bucket: run a sync, which marks it, and look for a version."
SIDECAR_MISSING = "This caption, transcript or chat file is not in the bucket: import it again."
REPLACED = "Its object is not the one that was confirmed: play it, and restore the older version."
NO_CHECKSUM = "No checksum is known yet: a worker reads it; look again in some minutes."
CHECKSUM_DIFFERS = "The bucket names another checksum than the row: restore an older version."
NOT_MISSING = "It is marked as missing, and its object is there: run a sync."
UNKNOWN = "No upload owns this object, and it is not on the list of unmatched files: run a sync."
BAD_KEY = "This key holds a NUL character, so no row can have it: rename the file."


class Finding(NamedTuple):
    """One difference: the key it is about, a stable code and one sentence."""

    s3_key: str
    code: str
    detail: str


def audit() -> Iterator[Finding]:
    """Yield everything in which uploads and bucket differ; change nothing.

    Each recording is asked for by HEAD, its bytes are not read: the bucket's own size, ETag and
    checksum are compared with the row's. Raises StorageError, or KeysOutOfOrder, when the bucket
    cannot be asked: then nothing is known of the rest.
    """
    with Differences() as found:
        compare(found, storage.KEY_ROOT, keep_alive=lambda: None)
        for key in found.unspeakable:
            yield Finding(key, "bad_key", BAD_KEY)
        for (key,) in found.returned:
            yield Finding(key, "not_missing", NOT_MISSING)
        for batch in batches(found.orphans(), KEYS_AT_ONCE):
            yield from _of_nobody([orphan.key for orphan in batch])
    completed = SessionUpload.objects.filter(status=UploadStatus.COMPLETED)
    for rows in batches(in_key_order(completed, storage.KEY_ROOT), KEYS_AT_ONCE):
        yield from _of_recordings([key for (key,) in rows])

    yield from _of_sidecars()


def _of_sidecars() -> Iterator[Finding]:
    kept = Sidecar.objects.filter(status=Sidecar.Status.COMPLETED).order_by("s3_key")
    for sidecar in kept.iterator():
        held = storage.head(sidecar.s3_key)
        if held is None:
            yield Finding(sidecar.s3_key, "missing", SIDECAR_MISSING)
        elif held.size_bytes != sidecar.size_bytes:
            yield Finding(sidecar.s3_key, "replaced", REPLACED)


def _of_nobody(keys: list[str]) -> Iterator[Finding]:
    listed = UnmatchedFile.objects.filter(s3_key__in=keys).values_list("s3_key", flat=True)
    known = owned_keys(keys) | set(listed)
    for key in keys:
        if key not in known:
            yield Finding(key, "unknown", UNKNOWN)


def _of_recordings(keys: list[str]) -> Iterator[Finding]:
    refused = Tally()
    held = look(keys, refused)
    for error in refused.errors:
        yield Finding(error["s3_key"], error["code"], error["detail"])
    # Read after the objects: what was deleted meanwhile is no difference.
    uploads = SessionUpload.objects.filter(s3_key__in=list(held), status=UploadStatus.COMPLETED)
    for upload in uploads.order_by("s3_key"):
        yield from _of_recording(upload, _confirmed(upload, held[upload.s3_key]))


def _confirmed(upload: SessionUpload, held: StoredObject | None) -> StoredObject | None:
    """The object that was confirmed, should a presigned form have put another over it."""
    version_id = upload.pinned_version
    if version_id is None or (held is not None and held.version_id == version_id):
        return held
    return storage.head(upload.s3_key, version_id)


def _of_recording(upload: SessionUpload, held: StoredObject | None) -> Iterator[Finding]:
    if held is None:
        yield Finding(upload.s3_key, "missing", MISSING)
    elif (held.size_bytes, held.etag) != (upload.size_bytes, upload.etag):
        yield Finding(upload.s3_key, "replaced", REPLACED)
    elif not upload.checksum_value:
        yield Finding(upload.s3_key, "no_checksum", NO_CHECKSUM)
    elif held.checksum_algorithm.lower() == upload.checksum_algorithm and (
        checksum_of(held)[1] != upload.checksum_value
    ):
        yield Finding(upload.s3_key, "checksum_differs", CHECKSUM_DIFFERS)
