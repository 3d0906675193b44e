"""Moments of a recording: which are sane, and how players write and people type them."""

from __future__ import annotations

import math
import re

from recordings.errors import InvalidMoment

# A week: no recording is longer.
LATEST_SECONDS = 7 * 24 * 3600

_CLOCK = re.compile(
    r"(?:(?:(?P<hours>[0-9]{1,3}):(?=[0-5][0-9]:))?(?P<minutes>[0-9]{1,5}):(?=[0-5][0-9]))?"
    r"(?P<seconds>[0-9]{1,6}(?:[.,][0-9]{1,9})?)"
)


def check_moment(at_seconds: float) -> float:
    """Return ``at_seconds`` if a recording can have that moment.

    Raises InvalidMoment when it is not finite, before the start or later than LATEST_SECONDS.
    """
    if not math.isfinite(at_seconds) or not 0 <= at_seconds <= LATEST_SECONDS:
        raise InvalidMoment
    return at_seconds


def as_clock(at_seconds: float) -> str:
    """Write a moment as players do, 12:30 or 1:02:03; what has begun of a second is left out."""
    minutes, seconds = divmod(int(at_seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def from_clock(written: str) -> float:
    """Return the seconds of a moment that a person typed: 12:30, 1:02:03, or seconds alone.

    Raises InvalidMoment for anything else.
    """
    found = _CLOCK.fullmatch(written.strip())
    if found is None:
        raise InvalidMoment("Write the moment as minutes and seconds, for example 12:30.")
    hours, minutes = int(found["hours"] or 0), int(found["minutes"] or 0)
    return check_moment(hours * 3600 + minutes * 60 + float(found["seconds"].replace(",", ".")))
