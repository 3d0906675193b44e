"""Bucket against table: find every difference, and change nothing.

Two streams in key order, the listing and the rows, are walked side by side. Differences go to
temporary files, because what follows from them may only be done once the whole listing has been
seen: memory stays constant for any number of keys, and a run that halts has touched nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from tempfile import SpooledTemporaryFile
from types import TracebackType
from typing import Any, Self, TypeVar

import orjson
from django.db.models import QuerySet

from filmroom.errors import FilmRoomError
from recordings import storage
from recordings.models import LIVE_STATUSES, SessionUpload
from recordings.storage import ListedObject
from sessions_app.models import UploadStatus

ROWS_PER_QUERY = 5000
MOST_ERRORS = 100
SPOOL_MEMORY_BYTES = 4 * 1024 * 1024
# A key that is no UTF-8 is listed with this character, and then not at its own place.
REPLACEMENT = "\ufffd"

Left = TypeVar("Left", bound=tuple[Any, ...])
Right = TypeVar("Right", bound=tuple[Any, ...])


class KeysOutOfOrder(FilmRoomError):
    code = "keys_out_of_order"
    detail = "Bucket and table sort keys differently: ask staff to check the database's collation."
    http_status = 500


@dataclass
class Tally:
    """The counts of a run as its row will show them."""

    total_files: int = 0
    new_records: int = 0
    updated_records: int = 0
    missing_records: int = 0
    unmatched_files: int = 0
    errors: list[dict[str, str]] = field(default_factory=list)

    def error(self, key: str, code: str, detail: str) -> None:
        """Note one more thing that went wrong, or that somebody should know, about a key."""
        if len(self.errors) < MOST_ERRORS:
            # PostgreSQL's JSON cannot hold a NUL.
            shown = key.replace("\0", "\u2400")
            self.errors.append({"s3_key": shown, "code": code, "detail": detail})


class Spool:
    """Lists of plain values, in order, on disk once they are many."""

    def __init__(self) -> None:
        self._file = SpooledTemporaryFile(max_size=SPOOL_MEMORY_BYTES)  # noqa: SIM115
        self.count = 0

    def add(self, *values: Any) -> None:
        self._file.write(orjson.dumps(values) + b"\n")
        self.count += 1

    def __iter__(self) -> Iterator[list[Any]]:
        self._file.seek(0)
        for line in self._file:
            yield orjson.loads(line)

    def close(self) -> None:
        self._file.close()


class Differences:
    """What one walk found. A context manager: the files go when it is left."""

    def __init__(self) -> None:
        self.total_files = 0
        self.known_recordings = 0
        self._orphans = Spool()
        self.absent = Spool()  # keys of completed rows without an object
        self.returned = Spool()  # keys of missing rows with one
        self.drifted = Spool()  # keys of completed rows whose object is another now
        self.unspeakable: list[str] = []
        self._open = ExitStack()
        for spool in (self._orphans, self.absent, self.returned, self.drifted):
            self._open.callback(spool.close)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._open.close()

    def orphans(self) -> Iterator[ListedObject]:
        """The objects without a live row, in key order."""
        for key, size, etag, last_modified in self._orphans:
            yield ListedObject(key, size, etag, datetime.fromisoformat(last_modified))

    def note(self, found: ListedObject | None, row: tuple[Any, ...] | None) -> None:
        """File one pair of the walk where it belongs."""
        if row is None:
            if found is not None:
                self._orphans.add(*found)
            return
        key, status, size_bytes, etag = row
        # An empty object is no recording, whatever once was there.
        there = found is not None and found.size_bytes > 0
        if status == UploadStatus.MISSING:
            if there:
                self.returned.add(key)
        elif status == UploadStatus.COMPLETED:
            self.known_recordings += 1
            if not there:
                self.absent.add(key)
            elif found is not None and (found.size_bytes != size_bytes or found.etag != etag):
                self.drifted.add(key)


def compare(differences: Differences, prefix: str, *, keep_alive: Callable[[], None]) -> None:
    """Walk everything under ``prefix`` to the end and fill ``differences``.

    ``prefix`` ends in a slash; ``keep_alive`` is called for every page. Raises StorageError when
    any page cannot be had, KeysOutOfOrder when the streams disagree about order: then nothing
    may be concluded from what was noted so far.
    """
    rows = in_key_order(
        SessionUpload.objects.filter(status__in=LIVE_STATUSES),
        prefix,
        "status",
        "size_bytes",
        "etag",
    )
    for found, row in outer_join(_listing(differences, prefix, keep_alive), rows):
        differences.note(found, row)


def _listing(
    differences: Differences, prefix: str, keep_alive: Callable[[], None]
) -> Iterator[ListedObject]:
    for page in storage.list_objects(prefix):
        keep_alive()
        differences.total_files += len(page)
        for found in page:
            # PostgreSQL's text cannot hold a NUL, so no row can have this key.
            if "\0" in found.key:
                differences.unspeakable.append(found.key)
            else:
                yield found


def outer_join(
    left: Iterable[Left], right: Iterable[Right]
) -> Iterator[tuple[Left | None, Right | None]]:
    """Pair the tuples of two streams by their first value, a key; None where one has no partner.

    Both streams ascend by key, compared by code point, which is the order of UTF-8 bytes. Keys
    with U+FFFD may come at any place, are kept in memory and paired at the end. Raises
    KeysOutOfOrder when another key does not ascend.
    """
    odd_left: dict[str, Left] = {}
    odd_right: dict[str, Right] = {}
    lefts, rights = _ascending(left, odd_left), _ascending(right, odd_right)
    one, other = next(lefts, None), next(rights, None)
    while one is not None and other is not None:
        if one[0] == other[0]:
            yield one, other
            one, other = next(lefts, None), next(rights, None)
        elif one[0] < other[0]:
            yield one, None
            one = next(lefts, None)
        else:
            yield None, other
            other = next(rights, None)
    while one is not None:
        yield one, None
        one = next(lefts, None)
    while other is not None:
        yield None, other
        other = next(rights, None)
    for key in sorted(odd_left.keys() | odd_right.keys()):
        yield odd_left.get(key), odd_right.get(key)


def _ascending(items: Iterable[Left], odd: dict[str, Left]) -> Iterator[Left]:
    last = ""
    for item in items:
        key = item[0]
        if REPLACEMENT in key:
            odd[key] = item
            continue
        if key <= last:
            raise KeysOutOfOrder
        last = key
        yield item


def in_key_order(rows: QuerySet[Any], prefix: str, *fields: str) -> Iterator[tuple[Any, ...]]:
    """``(s3_key, *fields)`` of the rows below ``prefix``, which ends in a slash, in key order.

    Read in short queries: one open cursor would hold SQLite's snapshot for the whole walk, and
    then no write of this connection could succeed after another process had written.
    """
    # "0" is the character that follows "/".
    below = rows.filter(s3_key__lt=f"{prefix.removesuffix('/')}0").order_by("s3_key")
    page = below.filter(s3_key__gte=prefix).values_list("s3_key", *fields)[:ROWS_PER_QUERY]
    while found := list(page):
        yield from found
        if len(found) < ROWS_PER_QUERY:
            return
        after = below.filter(s3_key__gt=found[-1][0])
        page = after.values_list("s3_key", *fields)[:ROWS_PER_QUERY]
