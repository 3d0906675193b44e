"""All segments of a stream, fetched one after the other through the guard into one file."""

from __future__ import annotations

from collections.abc import Callable
from typing import IO

from recordings.fetching import FetchSession
from recordings.sources import Stream


def gather(
    stream: Stream,
    *,
    site: str,
    session: FetchSession,
    target: IO[bytes],
    limit: int,
    check: Callable[[], None],
    on_bytes: Callable[[int], None],
) -> None:
    """Write the bytes of ``stream`` to ``target``, in the order of its segments.

    At most ``limit`` bytes. ``check`` is called at least every second, and what it raises ends the
    work; ``on_bytes`` gets the length of each piece as it comes. A segment that may get better is
    tried five times. Raises SourceError kinds for a playlist that gives no recording of ``site``,
    FetchError kinds for what cannot be fetched.
    """
    raise NotImplementedError
