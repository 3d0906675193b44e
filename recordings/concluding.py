"""What follows from the differences: missing, back again, replaced, adopted or listed.

Nothing is written before the walk has ended, so a run that fails or halts has changed nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from filmroom.sentences import fill, sentence
from recordings import lifecycle
from recordings.adopting import Adoption, look
from recordings.batches import batches
from recordings.lifecycle import SYNC, advance
from recordings.models import SessionUpload, SyncRun
from recordings.reconciling import Differences, Spool, Tally, compare
from recordings.storage import StoredObject
from recordings.verifying import checksum_of
from sessions_app.models import Session, UploadStatus

logger = structlog.get_logger(__name__)

KEYS_AT_ONCE = 500
NUL_IN_KEY = sentence("This key holds a NUL character: rename the file.")
REPLACED = sentence(
    "The file in the bucket was replaced by another: play it to see whether it is right."
)
TOO_MANY_MISSING = sentence(
    "{missing} of {known} recordings are not in the bucket, so nothing was changed:"
    " check the bucket, then staff may confirm and sync again."
)
# Of other bytes everything has to be read anew.
FORGOTTEN_FACTS: dict[str, Any] = {
    "media_state": SessionUpload.MediaState.PENDING,
    "media_attempts": 0,
    "duration_seconds": None,
    "container": "",
    "video_codec": "",
    "audio_codec": "",
    "width": None,
    "height": None,
    "frame_rate": None,
    "truncated": False,
}


class Reconciliation:
    """One run: compare everything, decide about absence, then act on each kind of difference.

    A dry run takes every step but the writes. ``keep_alive`` is called all along; what it raises
    ends the run.
    """

    def __init__(self, run: SyncRun, tally: Tally, *, keep_alive: Callable[[], None]) -> None:
        self.run = run
        self.tally = tally
        self.keep_alive = keep_alive

    def carry_out(self) -> str:
        """Do the run and return the status that it ends with; the counts go to the tally.

        Raises StorageError or KeysOutOfOrder when the comparison could not be made, or the bucket
        not be asked afterwards: what was done until then is right and stays.
        """
        with Differences() as found:
            compare(found, self.run.prefix, keep_alive=self.keep_alive)
            self.tally.total_files = found.total_files
            for key in found.unspeakable:
                self.tally.error(key, "bad_key", NUL_IN_KEY)
            if self._too_many_missing(found):
                return SyncRun.Status.HALTED
            self._mark_missing(found.absent)
            self._bring_back(found.returned)
            self._record_drift(found.drifted)
            adoption = Adoption(self.tally, dry_run=self.run.dry_run)
            for _batch in adoption.settle(found.orphans(), self.run.prefix):
                self.keep_alive()
        return SyncRun.Status.COMPLETED

    def _too_many_missing(self, found: Differences) -> bool:
        if self.run.accept_missing or found.absent.count <= settings.SYNC_MISSING_LIMIT_COUNT:
            return False
        missing = sum(len(self._absent_rows(keys)) for keys in self._keys(found.absent))
        if (
            missing <= settings.SYNC_MISSING_LIMIT_COUNT
            or missing <= settings.SYNC_MISSING_LIMIT_RATIO * found.known_recordings
        ):
            return False
        self.tally.missing_records = missing
        self.tally.error(
            "",
            "too_many_missing",
            fill(TOO_MANY_MISSING, {"missing": missing, "known": found.known_recordings}),
        )
        return True

    def _keys(self, spool: Spool) -> Iterator[list[str]]:
        for batch in batches(spool, KEYS_AT_ONCE):
            self.keep_alive()
            yield [key for (key,) in batch]

    def _absent_rows(self, keys: Iterable[str]) -> QuerySet[SessionUpload]:
        """Rows that were completed before the walk began, and that nobody else looks after."""
        began = self.run.started_at
        return _settled(keys, UploadStatus.COMPLETED).filter(
            created_at__lt=began, completed_at__lt=began
        )

    def _mark_missing(self, absent: Spool) -> None:
        for upload, held in self._looked_at(absent, self._absent_rows):
            if held is not None and held.size_bytes > 0:
                continue
            if self.run.dry_run or advance(
                upload,
                to=UploadStatus.MISSING,
                actor=SYNC,
                note="not in the bucket",
                only_if={"s3_key": upload.s3_key, "removal_requested_at": None},
            ):
                self.tally.missing_records += 1

    def _bring_back(self, returned: Spool) -> None:
        for upload, held in self._looked_at(
            returned, lambda keys: _settled(keys, UploadStatus.MISSING)
        ):
            if held is None or held.size_bytes == 0:
                continue
            same = _has_same_bytes(upload, held)
            if self.run.dry_run or advance(
                upload,
                to=UploadStatus.COMPLETED,
                actor=SYNC,
                note="back in the bucket" if same else "back in the bucket, with other bytes",
                only_if={"s3_key": upload.s3_key, "removal_requested_at": None},
                **_place_of(held),
                **({} if same else FORGOTTEN_FACTS),
            ):
                self.tally.updated_records += 1
                if not same:
                    self._note_drift(upload.s3_key)

    def _record_drift(self, drifted: Spool) -> None:
        for upload, held in self._looked_at(
            drifted, lambda keys: _settled(keys, UploadStatus.COMPLETED)
        ):
            if held is None or held.size_bytes == 0 or _has_same_bytes(upload, held):
                continue
            if self.run.dry_run or self._store_drift(upload, held):
                self.tally.updated_records += 1
                self._note_drift(upload.s3_key)

    def _store_drift(self, upload: SessionUpload, held: StoredObject) -> bool:
        with transaction.atomic():
            # The session's row first, always, as lifecycle does.
            Session.objects.select_for_update().get(pk=upload.session_id)
            stored = (
                _settled([upload.s3_key], UploadStatus.COMPLETED)
                .filter(pk=upload.pk, etag=upload.etag, size_bytes=upload.size_bytes)
                .update(**_place_of(held), **FORGOTTEN_FACTS)
            )
            if stored:
                lifecycle.refresh_summary(upload.session_id)
        logger.warning("recording_drifted", upload=str(upload.pk), recorded=bool(stored))
        return bool(stored)

    def _note_drift(self, key: str) -> None:
        self.tally.error(
            key,
            "drifted",
            REPLACED,
        )

    def _looked_at(
        self, spool: Spool, rows: Callable[[list[str]], QuerySet[SessionUpload]]
    ) -> Iterator[tuple[SessionUpload, StoredObject | None]]:
        """Each row that ``rows`` gives for the spooled keys, with its object as it is now."""
        for keys in self._keys(spool):
            uploads = list(rows(keys))
            held = look((upload.s3_key for upload in uploads), self.tally)
            for upload in uploads:
                if upload.s3_key in held:
                    self.keep_alive()
                    yield upload, held[upload.s3_key]


def _settled(keys: Iterable[str], status: UploadStatus) -> QuerySet[SessionUpload]:
    """Rows of these keys that no deletion is asked for, and whose presigned form is sealed.

    Until a sweep has sealed it, whatever the form wrote is the sweep's to undo.
    """
    return SessionUpload.objects.filter(
        s3_key__in=list(keys), status=status, removal_requested_at=None, grant_until=None
    ).order_by("s3_key")


def _has_same_bytes(upload: SessionUpload, held: StoredObject) -> bool:
    return upload.size_bytes == held.size_bytes and upload.etag == held.etag


def _place_of(held: StoredObject) -> dict[str, Any]:
    """What a row says of the object that lies under its key now."""
    algorithm, value = checksum_of(held)
    return {
        "size_bytes": held.size_bytes,
        "bytes_transferred": held.size_bytes,
        "etag": held.etag,
        "version_id": held.version_id or "",
        "checksum_algorithm": algorithm,
        "checksum_value": value,
    }
