"""Objects that no live upload owns: adopted where a session matches, else listed as unmatched.

What counts as a recording is decided by an object's first bytes. They are read when it is to be
adopted; of one that fits no session only when its name does not end like a recording's, so that
the reason on the list is right, and once: an unchanged object keeps its reason. The name alone
decides nothing but that.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from collections.abc import Set as AbstractSet
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import NamedTuple, TypeVar
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
from recordings.media.extensions import has_media_extension
from recordings.media.probing import NotMedia
from recordings.models import ACTIVE_STATUSES, LIVE_STATUSES, SessionUpload, UnmatchedFile
from recordings.reconciling import REPLACEMENT, Tally
from recordings.storage import ListedObject, ObjectMissing, StorageError, StoredObject
from recordings.unmatched import Orphan, pair_with_list, put_on_list, strike_from_list
from recordings.verifying import completion_fields, sniff_object
from sessions_app.models import Session

logger = structlog.get_logger(__name__)

Reason = UnmatchedFile.Reason

BATCH = 500
ASKED_AT_ONCE = 8
# The random part that storage.build_key adds to a name; a date and time is digits only.
_UNIQUE_PART = re.compile(r"_(?![0-9]{16})[0-9a-f]{16}(?=\.[A-Za-z0-9]{1,10}\Z|\Z)")

Answer = TypeVar("Answer")


def display_name_of(key: str) -> str:
    """Return the filename that the key was made from, without the random part that we added."""
    return storage.safe_display_name(_UNIQUE_PART.sub("", key.rpartition("/")[2]))


def look(keys: Iterable[str], tally: Tally) -> dict[str, StoredObject | None]:
    """Return what the bucket holds under each key now, several asked at once.

    A key that the bucket refuses for good is noted in ``tally`` and left out. Raises StorageError
    when the bucket cannot be asked at all.
    """
    return _ask(storage.head, keys, tally)


class Sight(NamedTuple):
    """An object and the MIME type that its first bytes tell; empty for no audio or video."""

    stored: StoredObject
    mime_type: str


def _look_inside(key: str) -> Sight | None:
    stored = storage.head(key)
    if stored is None:
        return None
    try:
        return Sight(stored, sniff_object(stored).mime_type)
    except NotMedia:
        return Sight(stored, "")
    except ObjectMissing:
        return None


def _ask(question: Callable[[str], Answer], keys: Iterable[str], tally: Tally) -> dict[str, Answer]:
    wanted = list(keys)
    if not wanted:
        return {}

    def answer_of(key: str) -> Answer | StorageError:
        try:
            return question(key)
        except StorageError as error:
            if error.retryable:
                raise
            return error

    found: dict[str, Answer] = {}
    with ThreadPoolExecutor(ASKED_AT_ONCE) as pool:
        for key, answer in zip(wanted, pool.map(answer_of, wanted), strict=True):
            if isinstance(answer, StorageError):
                tally.error(key, answer.code, answer.detail)
            else:
                found[key] = answer
    return found


# What was seen of each key that was asked for; without a value where the bucket refused.
Seen = Mapping[str, Sight | None]


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
        matches, seen = self._look_and_match(
            [o for o in orphans if o.key not in owned and o.key not in in_flight], candidates
        )
        to_list: list[tuple[Orphan, str]] = []
        for orphan in orphans:
            if orphan.key in in_flight and orphan.key not in owned:
                self.tally.unmatched_files += orphan.listed is not None
                continue
            reason = ""
            if orphan.key not in owned:
                reason = self._place(matches[orphan.key], seen.get(orphan.key))
            if reason:
                to_list.append((orphan, reason))
            elif orphan.listed is not None:
                gone.append(orphan.listed.id)
        self.tally.unmatched_files += len(to_list)
        put_on_list(to_list, dry_run=self.dry_run)
        if not self.dry_run:
            strike_from_list(gone)

    def _look_and_match(
        self, orphans: list[Orphan], candidates: Candidates
    ) -> tuple[dict[str, Match], Seen]:
        """Match the orphans, and look at those that it depends on, until nothing is open.

        What turns out to be no recording gives its session free for another file of the day, so
        all are matched again.
        """
        seen: dict[str, Sight | None] = {}
        asked: set[str] = set()
        while True:
            taken = set(self._taken)
            matches = {}
            for orphan in orphans:
                match = _match(orphan, candidates, seen, refused=asked - seen.keys(), taken=taken)
                matches[orphan.key] = match
                if match.contested and match.session_id is not None:
                    taken.add(match.session_id)
            unseen = [
                orphan.key
                for orphan in orphans
                if orphan.key not in asked and _depends_on_bytes(orphan, matches[orphan.key])
            ]
            if not unseen:
                self._taken = taken
                return matches, seen
            asked.update(unseen)
            seen |= _ask(_look_inside, unseen, self.tally)

    def _place(self, match: Match, sight: Sight | None) -> str:
        """Adopt an orphan, or return the reason why it belongs on the list; empty: neither."""
        if match.session_id is None or sight is None:
            return match.reason
        if self.dry_run or _adopt(match.session_id, sight):
            self.tally.new_records += 1
        return ""


def _match(
    orphan: Orphan,
    candidates: Candidates,
    seen: Seen,
    *,
    refused: AbstractSet[str],
    taken: AbstractSet[UUID],
) -> Match:
    """The session of an orphan as far as it is known; an empty reason: the object is gone."""
    if orphan.key in seen:
        unfit = _unfitness(orphan.key, seen[orphan.key])
    elif orphan.found.size_bytes == 0:
        unfit = Reason.EMPTY
    else:
        unfit = Reason.NOT_MEDIA if orphan.known_reason == Reason.NOT_MEDIA else None
    if unfit is not None:
        return Match(None, unfit)
    match = matching.match_key(orphan.file, candidates, taken)
    if match.session_id is not None and orphan.key in refused:
        return Match(None, Reason.NO_SESSION)
    return match


def _unfitness(key: str, sight: Sight | None) -> str | None:
    if sight is None:
        # Gone since it was listed; a key that is no UTF-8 cannot be asked for at all.
        return Reason.BAD_KEY if REPLACEMENT in key else ""
    if sight.stored.size_bytes == 0:
        return Reason.EMPTY
    return None if sight.mime_type else Reason.NOT_MEDIA


def _depends_on_bytes(orphan: Orphan, match: Match) -> bool:
    if match.session_id is not None:
        return True
    if match.reason in (Reason.EMPTY, Reason.NOT_MEDIA):
        return False
    return not has_media_extension(orphan.key) and not orphan.known_reason


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


def _adopt(session_id: UUID, sight: Sight) -> bool:
    """Make a completed upload of an object; say whether this call did."""
    stored = sight.stored
    fields = completion_fields(stored, mime_type=sight.mime_type)
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
