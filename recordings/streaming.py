"""Streams that come in segments, made into one MP4 on this machine's disk."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO

from recordings.fetching import FetchSession
from recordings.sources import Media


@contextmanager
def assemble(
    media: Media,
    *,
    site: str,
    session: FetchSession,
    check: Callable[[], None],
    on_bytes: Callable[[int], None],
) -> Iterator[IO[bytes]]:
    """Fetch all streams of ``media`` and give the finished MP4, open at its start.

    ``check`` is called about every second, also while nothing comes, and what it raises ends the
    work; ``on_bytes`` gets the bytes fetched so far, all streams together. Nothing is left on the
    disk afterwards. Raises SourceError kinds for streams that give no recording of ``site``,
    FetchError kinds (NoRoom among them) for what may get better.
    """
    raise NotImplementedError
    yield
