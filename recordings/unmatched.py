"""The list of files that nobody owns: written only where something about a file has changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from recordings import matching
from recordings.matching import FileToPlace
from recordings.models import LIVE_STATUSES, SessionUpload, UnmatchedFile
from recordings.reconciling import in_key_order, outer_join
from recordings.storage import ListedObject

Reason = UnmatchedFile.Reason

# What can be assigned to a session once somebody knows which.
ASSIGNABLE = (Reason.NO_SESSION, Reason.SEVERAL_SESSIONS, Reason.BAD_KEY)
FACTS = ("coach_id", "reason", "suggestions", "size_bytes", "etag", "last_modified")


class Listed(NamedTuple):
    """What the list says of a file."""

    s3_key: str
    id: UUID
    coach_id: UUID | None
    reason: str
    suggestions: list[dict[str, Any]]
    size_bytes: int
    etag: str
    last_modified: datetime


class Orphan(NamedTuple):
    """An object without a live upload, and its place on the list if it has one."""

    found: ListedObject
    listed: Listed | None

    @property
    def key(self) -> str:
        return self.found.key

    @property
    def file(self) -> FileToPlace:
        return FileToPlace(self.found.key, self.found.last_modified)

    @property
    def known_reason(self) -> str:
        """Why the list has these very bytes; empty when it has not."""
        if self.listed is None:
            return ""
        size_bytes, etag, _last_modified = _facts(self.found)
        same = (self.listed.size_bytes, self.listed.etag) == (size_bytes, etag)
        return self.listed.reason if same else ""


def pair_with_list(
    orphans: Iterable[ListedObject], prefix: str
) -> Iterator[tuple[Orphan | None, Listed | None]]:
    """Each orphan with its place on the list, and each place below ``prefix`` without an orphan."""
    rows = in_key_order(UnmatchedFile.objects.all(), prefix, "id", *FACTS)
    for found, row in outer_join(orphans, rows):
        listed = Listed(*row) if row is not None else None
        yield (Orphan(found, listed), None) if found is not None else (None, listed)


def put_on_list(orphans: Iterable[tuple[Orphan, str]], *, dry_run: bool) -> None:
    """List each orphan with the reason why it is there and the sessions it may belong to."""
    reasons = {orphan.key: (orphan, reason) for orphan, reason in orphans}
    if not reasons or dry_run:
        return
    coach_of = _coaches(reasons)
    wanted = [orphan.file for orphan, reason in reasons.values() if reason in ASSIGNABLE]
    offered = matching.suggestions(wanted, coach_of)
    changed = []
    for key, (orphan, reason) in reasons.items():
        facts = (coach_of[key], reason, offered.get(key, []), *_facts(orphan.found))
        if orphan.listed is None or orphan.listed[2:] != facts:
            changed.append(UnmatchedFile(s3_key=key, **dict(zip(FACTS, facts, strict=True))))
    _write(changed)


def strike_from_list(ids: Iterable[UUID]) -> None:
    """Take files off the list whose object is gone or has an owner."""
    wanted = list(ids)
    if wanted:
        UnmatchedFile.objects.filter(pk__in=wanted).delete()


def _facts(found: ListedObject) -> tuple[int, str, datetime]:
    return found.size_bytes, found.etag[:100], found.last_modified


def _coaches(keys: Iterable[str]) -> Mapping[str, UUID | None]:
    """The person whose prefix each key lies below, where there is such a person."""
    named = {key: matching.owner_in_key(key) for key in keys}
    ids = {owner for owner in named.values() if owner is not None}
    known = set(User.objects.filter(pk__in=ids).values_list("pk", flat=True)) if ids else set()
    return {key: owner if owner in known else None for key, owner in named.items()}


def _write(files: list[UnmatchedFile]) -> None:
    if not files:
        return
    now = timezone.now()
    with transaction.atomic():
        # Somebody may have assigned one of them since the walk.
        keys = [file.s3_key for file in files]
        owned = set(
            SessionUpload.objects.filter(s3_key__in=keys, status__in=LIVE_STATUSES).values_list(
                "s3_key", flat=True
            )
        )
        for file in files:
            file.last_seen_at = now
        UnmatchedFile.objects.bulk_create(
            [file for file in files if file.s3_key not in owned],
            update_conflicts=True,
            unique_fields=["s3_key"],
            update_fields=[*(name.replace("coach_id", "coach") for name in FACTS), "last_seen_at"],
        )
