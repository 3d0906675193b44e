"""What a file on a person's machine tells about when it was recorded, and of whom."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, tzinfo
from typing import NamedTuple

from django.utils import timezone

from recordings.file_times import day_in_name, time_in_name
from recordings.file_words import Words, words_of_file
from recordings.weighing import Source

# Earlier ones are clocks that were never set: 1904, 1970 and 1980 are where counting starts.
_EARLIEST_YEAR = 2000
_CLOCK_AHEAD = timedelta(days=1)
# As long as two clocks of one recording differ.
_AGREE = timedelta(minutes=10)
_AT_ONCE = timedelta(minutes=2)
_USUAL = timedelta(hours=1)


class LooseFile(NamedTuple):
    """A file as its sender describes it: size in bytes, ``recorded_at`` from inside of it."""

    filename: str
    size_bytes: int
    file_modified_at: datetime | None = None
    recorded_at: datetime | None = None
    duration_seconds: float | None = None
    content_type: str = ""


class Clues(NamedTuple):
    """When a file may begin and who says so, the best single guess, and the words of its name."""

    source: Source
    starts: tuple[datetime, ...]
    day: date | None
    guess: datetime | None
    words: Words


def clues_of(file: LooseFile, zone: tzinfo) -> Clues:
    """Return the clues of a file whose sender's clock is in ``zone``.

    A time in the name counts first; then the time inside the file, which is that of its start or
    of its end; then a day in the name; last the file system's, which is that of the end.
    """
    words = words_of_file(file.filename)
    length = timedelta(seconds=file.duration_seconds or 0)
    inside, changed = _sane(file.recorded_at), _sane(file.file_modified_at)
    named = _named_time(file.filename, zone, _either_end(inside, length))
    day = day_in_name(file.filename)
    if named is not None:
        return Clues(Source.RECORDER, (named,), day, named, words)
    if inside is not None:
        at_end = changed is not None and abs(changed - inside) <= _AT_ONCE
        guess = inside - length if at_end else inside
        return Clues(Source.RECORDER, _either_end(inside, length), day, guess, words)
    starts = _before(changed, length)
    if day is not None:
        same = [start for start in starts if start.astimezone(zone).date() == day]
        guess = same[-1] if same else datetime.combine(day, time(12), tzinfo=zone)
        return Clues(Source.DAY, tuple(same), day, guess, words)
    source = Source.FILE_SYSTEM if starts else Source.NOBODY
    return Clues(source, starts, None, starts[-1] if starts else None, words)


def _sane(moment: datetime | None) -> datetime | None:
    if moment is None or moment.year < _EARLIEST_YEAR:
        return None
    return moment if moment <= timezone.now() + _CLOCK_AHEAD else None


def _either_end(inside: datetime | None, length: timedelta) -> tuple[datetime, ...]:
    if inside is None:
        return ()
    return (inside, inside - length) if length else (inside,)


def _before(changed: datetime | None, length: timedelta) -> tuple[datetime, ...]:
    """When a file that was last written at ``changed`` may have begun."""
    if changed is None:
        return ()
    return (changed - length,) if length else (changed, changed - _USUAL)


def _named_time(filename: str, zone: tzinfo, inside: tuple[datetime, ...]) -> datetime | None:
    """The time in the name; one without a zone is UTC where only that agrees with the file."""
    local, utc = time_in_name(filename, zone), time_in_name(filename)
    for reading in (local, utc):
        if reading is not None and any(abs(reading - each) <= _AGREE for each in inside):
            return reading
    return local
