"""A worker's turn at one import: its bytes fetched, verified, completed."""

from __future__ import annotations

import structlog
from django.db import close_old_connections
from django.db.models import F

from filmroom.sealing import unseal
from recordings import sidecars, storage
from recordings.leases import LOST, Lease, LeaseStopped
from recordings.lifecycle import WORKER, advance
from recordings.media.sniffing import Sniffed
from recordings.models import SessionUpload
from recordings.sources import SidecarLink, Source
from recordings.sources.links import site_name
from recordings.storage import StorageError, StoredObject
from recordings.transferring import TRIES, Transfer
from recordings.verifying import completion_fields, probe_object, remove_leftovers, sniff_object
from sessions_app.models import UploadStatus

logger = structlog.get_logger(__name__)


def bring(upload: SessionUpload, lease: Lease, source: Source) -> None:
    """Fetch the recording that ``source`` knows, verify it, complete the upload.

    What an earlier worker had put together is verified and not fetched again. Raises what stops
    it: LeaseStopped, TryLater, FetchError, SourceError, StorageError, NotMedia, Unsealable.
    """
    if upload.multipart_id:
        # Of a lost worker. Also when an object is there: another one may have made it.
        storage.abort_multipart(upload.s3_key, upload.multipart_id)
    stored, sha256 = _found_already(upload), ""
    if stored is None:
        transfer = _transfer_of(upload, lease, source)
        try:
            stored = transfer.run()
        except storage.KeyTaken:
            # A worker whose lease had run out finished all the same: its object is the recording.
            _abandon(transfer, upload)
            stored = storage.head(upload.s3_key)
            if stored is None:
                raise
        except BaseException:
            _abandon(transfer, upload)
            raise
        else:
            sha256 = transfer.sha256
        # Hours may have gone by, in which the database has hung up on us.
        close_old_connections()
    _complete(upload, lease, stored, sha256)


def _found_already(upload: SessionUpload) -> StoredObject | None:
    """The object that an earlier worker completed before it was lost, if it did."""
    if not upload.lost_workers:
        return None
    stored = storage.head(upload.s3_key)
    if stored is None or upload.expected_size_bytes not in (None, stored.size_bytes):
        return None
    return stored


def _transfer_of(upload: SessionUpload, lease: Lease, source: Source) -> Transfer:
    row = SessionUpload.objects.filter(pk=upload.pk, **lease.condition)

    def on_try() -> None:
        if not row.update(attempts=F("attempts") + 1):
            raise LeaseStopped(LOST)

    def on_opened(multipart_id: str) -> None:
        if not row.update(multipart_id=multipart_id):
            raise LeaseStopped(LOST)
        upload.multipart_id = multipart_id

    def on_described(name: str, size: int | None, sniffed: Sniffed) -> None:
        row.update(
            original_filename=storage.safe_display_name(name) or upload.original_filename,
            mime_type=sniffed.mime_type,
            expected_size_bytes=size,
        )

    def on_sidecar(link: SidecarLink, data: bytes) -> None:
        try:
            sidecars.keep(
                upload=upload,
                kind=link.kind.value,
                source_id=link.source_id,
                filename=link.filename,
                language=link.language,
                data=data,
            )
        except StorageError as error:
            # The recording itself goes on; it fails by itself if the bucket stays away.
            logger.warning("sidecar_not_stored", upload=str(upload.pk), reason=error.reason)

    return Transfer(
        key=upload.s3_key,
        source=source,
        url=upload.original_url,
        passcode=unseal(upload.sealed_passcode),
        site=site_name(upload.platform),
        hold=lease,
        tries_left=max(TRIES - upload.attempts, 1),
        on_try=on_try,
        on_opened=on_opened,
        on_described=on_described,
        on_sidecar=on_sidecar,
    )


def _abandon(transfer: Transfer, upload: SessionUpload) -> None:
    try:
        transfer.abandon()
    except StorageError as error:
        # The id stays in the row: the next worker or the sweep aborts the parts.
        logger.warning("parts_stay", upload=str(upload.pk), reason=error.reason)
        SessionUpload.objects.filter(pk=upload.pk).update(leftovers=True)
    else:
        SessionUpload.objects.filter(pk=upload.pk, multipart_id=upload.multipart_id).update(
            multipart_id=""
        )


def _complete(upload: SessionUpload, lease: Lease, stored: StoredObject, sha256: str) -> None:
    facts = probe_object(stored)
    mime_type = facts.mime_type if facts else sniff_object(stored).mime_type
    fields = completion_fields(stored, mime_type=mime_type, sha256=sha256, facts=facts)
    won = advance(
        upload, to=UploadStatus.COMPLETED, actor=WORKER, only_if=lease.condition, **fields
    )
    if not won and upload.status in (UploadStatus.CANCELLED, UploadStatus.FAILED):
        remove_leftovers(upload)
