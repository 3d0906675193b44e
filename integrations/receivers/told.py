"""JSON that somebody else wrote, read without trusting its types.

A field that is missing, of another type, too long or out of range reads as nothing; text comes
without what a database does not store.
"""

from __future__ import annotations

import json
import math
import re
from datetime import UTC, datetime, timedelta
from typing import Any, NoReturn
from urllib.parse import urlsplit

import orjson
from django.utils.dateparse import parse_datetime

from integrations.receivers.errors import NotJson

MOST_ITEMS = 500
LONGEST_TITLE = 200
LONGEST_ID = 300
LONGEST_LINK = 2048
MOST_BYTES = 2**53
LONGEST_SECONDS = 14 * 86400
_EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
_LATEST = datetime(2200, 1, 1, tzinfo=UTC)
_EMAIL = re.compile(r"[^\s@<>,;\"]{1,64}@[^\s@<>,;\"]{1,189}")
_INTEGER = re.compile(r"-?[0-9]{1,30}")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


class Told:
    """A value of somebody else's JSON."""

    def __init__(self, value: Any) -> None:
        self._value = value

    def __repr__(self) -> str:
        return f"<Told {type(self._value).__name__}>"

    def __getitem__(self, name: str) -> Told:
        """Return a field of an object; of anything else, nothing."""
        return Told(self._value.get(name)) if isinstance(self._value, dict) else Told(None)

    def __bool__(self) -> bool:
        """Whether anything was said at all."""
        return self._value is not None

    def at(self, path: str) -> Told:
        """Return what lies behind dotted names."""
        found = self
        for name in path.split("."):
            found = found[name]
        return found

    def under(self, path: str) -> dict[str, Any]:
        """Return an object that holds this behind dotted names, as `at` finds it."""
        held = self._value
        for name in reversed(path.split(".")):
            held = {name: held}
        return held

    def each(self, most: int = MOST_ITEMS) -> list[Told]:
        """Return the items of a list, at most ``most``."""
        items = self._value if isinstance(self._value, list) else []
        return [Told(item) for item in items[:most]]

    def text(self, longest: int = LONGEST_TITLE) -> str:
        """Return text, cut to ``longest``; a whole number reads as its digits."""
        value = self._value
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        return clean(value)[:longest].strip() if isinstance(value, str) else ""

    def name(self, longest: int = LONGEST_ID) -> str:
        """Return an id: '' when it is longer than ``longest``, as half an id names another."""
        text = self.text(longest + 1)
        return text if len(text) <= longest else ""

    def email(self) -> str:
        """Return an e-mail address in lower case."""
        text = self.text(255).lower()
        return text if _EMAIL.fullmatch(text) else ""

    def link(self) -> str:
        """Return an http or https address."""
        text = self.text(LONGEST_LINK + 1)
        if len(text) > LONGEST_LINK or any(letter.isspace() for letter in text):
            return ""
        try:
            parts = urlsplit(text)
        except ValueError:
            return ""
        return text if parts.scheme in ("http", "https") and parts.hostname else ""

    def number(self) -> float | None:
        """Return a finite number."""
        value = self._value
        if isinstance(value, str) and _INTEGER.fullmatch(value):
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int | float):
            return None
        try:
            number = float(value)
        except OverflowError:
            return None
        return number if math.isfinite(number) else None

    def is_true(self) -> bool:
        """Whether it is ``true`` itself, not what else might pass for it."""
        return self._value is True

    def size(self) -> int | None:
        """Return a number of bytes."""
        number = self.number()
        return int(number) if number is not None and 0 <= number < MOST_BYTES else None

    def seconds(self, unit: float = 1) -> float | None:
        """Return a duration, of which ``unit`` seconds make one."""
        number = self.number()
        seconds = None if number is None else number * unit
        return seconds if seconds is not None and 0 <= seconds <= LONGEST_SECONDS else None

    def time(self) -> datetime | None:
        """Return a time written as ISO 8601, of which one without a zone is UTC."""
        text = self.text(40)
        try:
            moment = parse_datetime(text)
        except ValueError:
            return None
        if moment is None:
            return None
        return _sane(moment if moment.tzinfo else moment.replace(tzinfo=UTC))

    def clock(self, per_second: int) -> datetime | None:
        """Return a time counted since 1970, ``per_second`` to the second."""
        number = self.number()
        if number is None or not 0 <= number / per_second <= _LATEST.timestamp():
            return None
        return _sane(datetime.fromtimestamp(number / per_second, tz=UTC))


def load(body: bytes) -> Told:
    """Return a JSON object. Raises NotJson for anything else.

    Half of a character pair (a title that a platform cut in the middle of an emoji) is no reason
    to lose what the rest says.
    """
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError:
        value = _load_with_surrogates(body)
    if not isinstance(value, dict):
        raise NotJson
    return Told(value)


def clean(text: str) -> str:
    """Return ``text`` without NUL and lone surrogates, which no database stores."""
    return _LONE_SURROGATE.sub("\ufffd", text).replace("\x00", "")


def seconds_between(start: datetime | None, end: datetime | None) -> float | None:
    """Return how long something took, None when that is not known or cannot be."""
    if start is None or end is None:
        return None
    seconds = (end - start).total_seconds()
    return seconds if 0 <= seconds <= LONGEST_SECONDS else None


def _load_with_surrogates(body: bytes) -> Any:
    if rb"\ud" not in body.lower():
        raise NotJson
    try:
        return json.loads(body.decode("utf-8"), parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise NotJson from error


def _refuse(name: str) -> NoReturn:
    raise ValueError(name)


def _sane(moment: datetime) -> datetime | None:
    try:
        moment = moment.astimezone(UTC)
    except (OverflowError, ValueError):
        return None
    return moment if _EARLIEST <= moment <= _LATEST - timedelta(days=1) else None
