"""Dates and times as people write them into a list."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, tzinfo
from typing import NamedTuple

FIRST_YEAR, LAST_YEAR = 1900, 2999  # of sessions
_DAY = re.compile(r"(\d{1,4})([./-])(\d{1,2})\2(\d{1,4})", re.ASCII)
_CLOCK = re.compile(
    r"(\d{1,2})(?:[:.h](\d{2}))?(?:[:.](\d{2}))?\s*(am|pm|a\.m\.|p\.m\.|uhr|h)?", re.ASCII | re.I
)


class When(NamedTuple):
    """A day in the reader's zone, and the very time where one was given."""

    day: date
    at: datetime | None


def read_when(text: str, zone: tzinfo) -> When | None:
    """Return the day, or day and time, that ``text`` names, or None when it can be read in no
    way or in two.

    Understands ISO 8601 (with an offset it counts), ``14.01.2026 15:00``, ``2026/01/14 3 pm`` and
    ``31/01/2026`` or ``01/31/2026`` where only one of the two is a date. Times without an offset
    are in ``zone``.
    """
    text = " ".join(text.split())
    try:
        return _iso(text, zone) or _written(text, zone)
    except (ValueError, OverflowError):
        return None


def _iso(text: str, zone: tzinfo) -> When | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise ValueError(text)
    if not any(mark in text for mark in ":T "):
        return When(found.date(), None)
    found = found.astimezone(zone) if found.tzinfo else found.replace(tzinfo=zone)
    return When(found.date(), found.astimezone(UTC))


def _written(text: str, zone: tzinfo) -> When | None:
    match = _DAY.match(text)
    if match is None:
        return None
    day = _day(match[1], match[2], match[3], match[4])
    rest = text[match.end() :].lstrip(" ,T")
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        return None
    if not rest:
        return When(day, None)
    return When(day, datetime.combine(day, _clock(rest), zone).astimezone(UTC))


def _day(first: str, separator: str, second: str, third: str) -> date:
    if len(first) == 4:
        return date(int(first), int(second), int(third))
    if len(third) not in (2, 4):
        raise ValueError(third)
    year = int(third) + (2000 if len(third) == 2 else 0)
    a, b = int(first), int(second)
    if separator == "." or a > 12 or a == b:
        return date(year, b, a)
    if b > 12:
        return date(year, a, b)
    raise ValueError("day or month first?")


def _clock(text: str) -> time:
    match = _CLOCK.fullmatch(text)
    if match is None or not (match[2] or match[4]):
        raise ValueError(text)
    hour, half = int(match[1]), (match[4] or "").replace(".", "").lower()
    if half in ("am", "pm"):
        if not 1 <= hour <= 12:
            raise ValueError(text)
        hour = hour % 12 + (12 if half == "pm" else 0)
    return time(hour, int(match[2] or 0), int(match[3] or 0))
