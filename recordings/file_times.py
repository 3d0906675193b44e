"""When was it recorded? What recorders, phones and systems write into the names of files."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo

# 2026-01-14, 2026_01_14, 2026/01/14, 20260114, 14.01.2026. File systems take no slash and not
# every one a colon, so browsers and drives put something else in their place.
_DATE = (
    r"(?:(?P<year>20\d\d)(?P<mark>[-_./:]?)(?P<month>\d\d)(?P=mark)(?P<day>\d\d)"
    r"|(?P<day_first>\d\d)\.(?P<month_second>\d\d)\.(?P<year_last>20\d\d))"
)
_BETWEEN = r"(?:[T _-]{1,3}|,? ?[ _](?:at|um|à|a las|alle|kl\.?|om)[ _]|(?<=20\d{6}))"
_CLOCK = (
    r"(?P<hour>\d{1,2})(?P<colon>[-_.:]?)(?P<minute>\d\d)"
    r"(?:(?P=colon)(?P<second>\d\d)(?:[.,]?\d{3})?)?(?!\d)"
    r"(?:[ _]?(?P<half>[AaPp])\.?[Mm]\b)?"
)
_ZONE = (
    r"(?:[ _]?(?:GMT|UTC)(?P<offset>[+\-\u2212]\d{1,2})(?:[-:_.]?(?P<offset_minute>\d\d))?(?!\d)"
    r"|(?P<zulu>Z|[ _]?(?:GMT|UTC))(?![A-Za-z])|[ _](?P<zone>[A-Z]{3,4})(?![A-Za-z]))?"
)
_TIME = re.compile(
    rf"(?<!\d)(?P<utc>(?<=GMT)|(?<=PXL_))?{_DATE}{_BETWEEN}{_CLOCK}{_ZONE}", re.ASCII
)
_DAY = re.compile(rf"(?<!\d){_DATE}(?!\d)", re.ASCII)
_SAMSUNG = re.compile(r"(?<=Voice[ _])(?=[2-9]\d(?:0\d|1[0-2])[0-3]\d_\d{6}(?!\d))")
# What Meet and others write instead of an offset, as hours from UTC.
_ABBREVIATIONS = {
    name: hours
    for hours, names in {
        -8: "PST",
        -7: "MST PDT",
        -6: "CST MDT",
        -5: "EST CDT",
        -4: "AST EDT",
        -3: "ADT",
        0: "WET",
        1: "CET BST WEST",
        2: "EET CEST",
        3: "EEST",
        9: "JST",
        10: "AEST",
        11: "AEDT",
    }.items()
    for name in names.split()
}


def time_in_name(filename: str, zone: tzinfo = UTC) -> datetime | None:
    """Return the time that a recorder wrote into a file's name, in UTC, or None.

    Understands ``GMT20260114-150000`` (Zoom), ``20260114_150000`` (Teams, phones),
    ``2026/01/14 10:00 GMT-05:00`` and ``(2026-01-14 at 15_00 GMT+1)`` (Meet),
    ``2026-01-14 15-00-00`` (OBS), ``2026-01-14 at 3.00.00 PM`` (macOS), ``PXL_20260114_150000123``
    (Pixel, UTC) and their relatives. A time without a zone is one of ``zone``. Of several the last
    path segment's counts, and in it the first.
    """
    for text in _places(filename):
        for match in _TIME.finditer(text):
            found = _read(match, zone)
            if found is not None:
                return found
    return None


def day_in_name(filename: str) -> date | None:
    """Return the first day that a file's name tells, with or without a time."""
    for text in _places(filename):
        for match in _DAY.finditer(text):
            try:
                return date(*_numbers(match))
            except ValueError:
                continue
    return None


def without_times(text: str) -> str:
    """Return ``text`` with a blank in the place of every date and time."""
    return _DAY.sub(" ", _TIME.sub(" ", normal(text)))


def normal(text: str) -> str:
    """Return ``text`` with one spelling for what looks alike: macOS puts a narrow blank before PM,
    others write wide colons.
    """
    return _SAMSUNG.sub("20", unicodedata.normalize("NFKC", text))


def _places(filename: str) -> list[str]:
    """Where to look: the name itself, then all of it, for Meet's own slashes and Zoom's folders."""
    whole = normal(filename)
    return [whole.rpartition("/")[2], whole]


def _numbers(match: re.Match[str]) -> tuple[int, int, int]:
    if match["year"]:
        return int(match["year"]), int(match["month"]), int(match["day"])
    return int(match["year_last"]), int(match["month_second"]), int(match["day_first"])


def _read(match: re.Match[str], zone: tzinfo) -> datetime | None:
    hour = int(match["hour"])
    if len(match["hour"]) == 1 and not match["colon"]:
        return None
    if match["half"]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if match["half"] in "Pp" else 0)
    try:
        local = datetime(
            *_numbers(match), hour, int(match["minute"]), int(match["second"] or 0), tzinfo=zone
        )
    except ValueError:
        return None
    return local.replace(tzinfo=_zone_of(match, local)).astimezone(UTC)


def _zone_of(match: re.Match[str], local: datetime) -> tzinfo | None:
    if match["utc"] is not None or match["zulu"]:
        return UTC
    if match["offset"]:
        sign = 1 if match["offset"].startswith("+") else -1
        minutes = int(match["offset"][1:]) * 60 + int(match["offset_minute"] or 0)
        return timezone(sign * timedelta(minutes=min(minutes, 23 * 60 + 59)))
    named = match["zone"]
    if named in _ABBREVIATIONS and named != local.tzname():
        return timezone(timedelta(hours=_ABBREVIATIONS[named]))
    return local.tzinfo
