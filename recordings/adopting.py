"""Objects that no live upload owns: adopted where a session matches, else listed as unmatched."""

from __future__ import annotations

import re
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.conf import settings
from django.db import IntegrityError
from django.db.models import Q
from django.utils import timezone

from recordings import lifecycle, matching, storage
from recordings.batches import batches
from recordings.lifecycle import SYNC
from recordings.matching import Candidates, Match
from recordings.media.containers import CONTAINERS
from recordings.models import ACTIVE_STATUSES, LIVE_STATUSES, SessionUpload, UnmatchedFile
from recordings.reconciling import REPLACEMENT, Tally
from recordings.storage import ListedObject, StorageError, StoredObject
from recordings.unmatched import Orphan, pair_with_list, put_on_list, strike_from_list
from recordings.verifying import completion_fields
from sessions_app.models import Session

logger = structlog.get_logger(__name__)

Reason = UnmatchedFile.Reason

BATCH = 500
HEADS_AT_ONCE = 8
# The random part that storage.build_key adds to a name; a date and time is digits only.
_UNIQUE_PART = re.compile(r"_(?![0-9]{16})[0-9a-f]{16}(?=\.[A-Za-z0-9]{1,10}\Z|\Z)")
# Further spellings of the extensions that CONTAINERS names.
_SPELLINGS = {
    ".aac": (".adts",),
    ".aiff": (".aif", ".aifc"),
    ".amr": (".awb",),
    ".3gp": (".3g2",),
    ".mov": (".qt",),
    ".mp3": (".mpga", ".mp2"),
    ".mp4": (".m4v", ".f4v"),
    ".m4a": (".m4b",),
    ".mpg": (".mpeg", ".mpe", ".m2v", ".vob"),
    ".ogg": (".oga", ".opus", ".spx"),
    ".ogv": (".ogm",),
    ".ts": (".m2ts", ".mts"),
    ".wav": (".wave",),
    ".wmv": (".asf",),
}


def _media_types() -> dict[str, str]:
    types: dict[str, str] = {}
    for container in CONTAINERS.values():
        for is_video in (True, False):
            extension = container.extension(is_video=is_video)
            types.setdefault(extension, container.mime_type(is_video=is_video))
    for extension, others in _SPELLINGS.items():
        types |= dict.fromkeys(others, types[extension])
    return types


MEDIA_TYPES = _media_types()


def media_type_of(key: str) -> str:
    """Return the MIME type that the key's extension promises; empty for no audio or video."""
    _stem, dot, extension = key.rpartition("/")[2].rpartition(".")
    return MEDIA_TYPES.get(f"{dot}{extension}".lower(), "")


def display_name_of(key: str) -> str:
    """Return the filename that the key was made from, without the random part that we added."""
    return storage.safe_display_name(_UNIQUE_PART.sub("", key.rpartition("/")[2]))


def look(keys: Iterable[str], tally: Tally) -> dict[str, StoredObject | None]:
    """Return what the bucket holds under each key now, several asked at once.

    A key that the bucket refuses for good is noted in ``tally`` and left out. Raises StorageError
    when the bucket cannot be asked at all.
    """
    wanted = list(keys)
    if not wanted:
        return {}
    with ThreadPoolExecutor(HEADS_AT_ONCE) as pool:
        answers = list(pool.map(_head, wanted))
    found: dict[str, StoredObject | None] = {}
    for key, answer in zip(wanted, answers, strict=True):
        if isinstance(answer, StorageError):
            tally.error(key, answer.code, answer.detail)
        else:
            found[key] = answer
    return found


def _head(key: str) -> StoredObject | StorageError | None:
    try:
        return storage.head(key)
    except StorageError as error:
        if error.retryable:
            raise
        return error


class Adoption:
    """Goes through the orphans of one run; with ``dry_run`` it counts and writes nothing."""

    def __init__(self, tally: Tally, *, dry_run: bool) -> None:
        self.tally = tally
        self.dry_run = dry_run
        # Contested sessions given away in this run, which a dry run does not see in the table.
        self._taken: set[UUID] = set()

    def settle(self, orphans: Iterable[ListedObject], prefix: str) -> Iterable[None]:
        """Adopt or list every orphan below ``prefix``; strike what is gone. Yields per batch."""
        for batch in batches(pair_with_list(orphans, prefix), BATCH):
            gone = [listed.id for _orphan, listed in batch if listed is not None]
            self._settle_batch([orphan for orphan, _listed in batch if orphan is not None], gone)
            yield

    def _settle_batch(self, orphans: list[Orphan], gone: list[UUID]) -> None:
        owned = owned_keys(orphan.key for orphan in orphans)
        candidates = matching.load_candidates(orphan.file for orphan in orphans)
        in_flight = _in_flight(orphans, candidates)
        matches = {
            orphan.key: self._match(orphan, candidates)
            for orphan in orphans
            if orphan.key not in owned and orphan.key not in in_flight
        }
        stored = look([key for key, match in matches.items() if match.session_id], self.tally)
        to_list: list[tuple[Orphan, str]] = []
        for orphan in orphans:
            if orphan.key in in_flight and orphan.key not in owned:
                self.tally.unmatched_files += orphan.listed is not None
                continue
            reason = ""
            if orphan.key not in owned:
                reason = self._place(orphan, matches[orphan.key], stored)
            if reason:
                to_list.append((orphan, reason))
            elif orphan.listed is not None:
                gone.append(orphan.listed.id)
        self.tally.unmatched_files += len(to_list)
        put_on_list(to_list, dry_run=self.dry_run)
        if not self.dry_run:
            strike_from_list(gone)

    def _match(self, orphan: Orphan, candidates: Candidates) -> Match:
        if orphan.found.size_bytes == 0:
            return Match(None, Reason.EMPTY)
        if not media_type_of(orphan.key):
            return Match(None, Reason.NOT_MEDIA)
        match = matching.match_key(orphan.file, candidates, self._taken)
        if match.contested and match.session_id is not None:
            self._taken.add(match.session_id)
        return match

    def _place(self, orphan: Orphan, match: Match, stored: dict[str, StoredObject | None]) -> str:
        """Adopt the orphan, or return the reason why it belongs on the list; empty: neither."""
        if match.session_id is None:
            return match.reason
        if orphan.key not in stored:
            return Reason.NO_SESSION
        held = stored[orphan.key]
        if held is None:
            # Gone since it was listed; a key that is no UTF-8 cannot be asked for at all.
            return Reason.BAD_KEY if REPLACEMENT in orphan.key else ""
        if held.size_bytes == 0:
            return Reason.EMPTY
        if self.dry_run or _adopt(match.session_id, held):
            self.tally.new_records += 1
        return ""


def owned_keys(keys: Iterable[str]) -> set[str]:
    """Return the keys that an upload owns: live, writable by its form, or yet to be removed."""
    wanted = list(keys)
    uploads = SessionUpload.objects.filter(
        Q(s3_key__in=wanted) & (Q(status__in=LIVE_STATUSES) | Q(leftovers=True))
    )
    granted = SessionUpload.objects.filter(grant_key__in=wanted, grant_until__isnull=False)
    return {
        *uploads.values_list("s3_key", flat=True),
        *granted.values_list("grant_key", flat=True),
    }


def _in_flight(orphans: Iterable[Orphan], candidates: Candidates) -> set[str]:
    """Keys of objects so young that an upload under way for their session may have made them.

    An upload that is being confirmed on a bucket without versions moves to a key that its row
    names only a moment later.
    """
    since = timezone.now() - timedelta(seconds=settings.SYNC_YOUNG_OBJECT_SECONDS)
    sessions = {
        orphan.key: candidates.sessions_of(orphan.key)
        for orphan in orphans
        if orphan.found.last_modified > since
    }
    wanted = set().union(*sessions.values())
    if not wanted:
        return set()
    active = SessionUpload.objects.filter(session_id__in=wanted, status__in=ACTIVE_STATUSES)
    busy = set(active.values_list("session_id", flat=True))
    return {key for key, ids in sessions.items() if ids & busy}


def _adopt(session_id: UUID, stored: StoredObject) -> bool:
    """Make a completed upload of an object; say whether this call did."""
    fields = completion_fields(stored, mime_type=media_type_of(stored.key))
    fields["completed_at"] = _written_at(stored)
    upload = SessionUpload(
        session_id=session_id,
        type=SessionUpload.Type.SYNC,
        status=SessionUpload.Status.COMPLETED,
        original_filename=display_name_of(stored.key),
        **fields,
    )
    try:
        lifecycle.start(upload, actor=SYNC)
    except (IntegrityError, Session.DoesNotExist) as error:
        # Another sync was first, or the session went: the next run sees which.
        logger.info("not_adopted", key=stored.key, reason=type(error).__name__)
        return False
    logger.info("adopted", upload=str(upload.pk), session=str(session_id))
    return True


def _written_at(stored: StoredObject) -> datetime:
    """When the object was written: S3 tells the second only, so at its end at the latest."""
    return min(timezone.now(), stored.last_modified + timedelta(microseconds=999_999))
