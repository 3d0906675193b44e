"""Time zones of the IANA database: which there are, and how far they are from UTC."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import cache
from importlib import resources
from zoneinfo import ZoneInfo, available_timezones


@cache
def _known() -> frozenset[str]:
    return frozenset(available_timezones())


def is_time_zone(name: str) -> bool:
    """Whether ``name`` is one of the IANA database, older spellings included."""
    return name in _known()


@cache
def places() -> tuple[str, ...]:
    """Return the names people choose from, sorted: one for each place, without older spellings."""
    table = resources.files("tzdata").joinpath("zoneinfo", "zone.tab").read_text(encoding="utf-8")
    return tuple(sorted({"UTC", *_third_columns(table)}))


def _third_columns(table: str) -> Iterator[str]:
    for line in table.splitlines():
        if line and not line.startswith("#"):
            yield line.split("\t")[2]


def offset(name: str, at: datetime) -> str:
    """Return how far the zone ``name`` is from UTC at the aware time ``at``: ``+05:30``."""
    text = at.astimezone(ZoneInfo(name)).strftime("%z")
    return f"{text[:3]}:{text[3:5]}"
