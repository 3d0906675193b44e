"""Time zones of the IANA database: which there are, and how people read and write them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache, lru_cache
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


def label(name: str, at: datetime) -> str:
    """Write ``name`` with its offset at the aware time ``at``: ``Asia/Tokyo (UTC+09:00)``."""
    offset = at.astimezone(ZoneInfo(name)).strftime("%z")
    return f"{name.replace('_', ' ')} (UTC{offset[:3]}:{offset[3:5]})"


def labels() -> tuple[str, ...]:
    """Return `places` as `label` writes them now."""
    return _labels_within(datetime.now(UTC).replace(minute=0, second=0, microsecond=0))


@lru_cache(maxsize=1)
def _labels_within(hour: datetime) -> tuple[str, ...]:
    # Reading 400 zones takes a tenth of a second, and their offsets stand for weeks.
    return tuple(label(name, hour) for name in places())


def find(text: str) -> str:
    """Return the name of the zone that a person wrote, as `label` does or by its city alone.

    Empty when there is none, or when several cities have that name.
    """
    wanted = text.partition("(")[0].strip().replace(" ", "_").casefold()
    whole = [name for name in _known() if name.casefold() == wanted]
    of_city = [name for name in places() if name.rpartition("/")[2].casefold() == wanted]
    found = whole or of_city
    return found[0] if len(found) == 1 else ""
