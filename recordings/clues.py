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
    """What a file tells.

    ``starts`` are the moments at which it may begin, the likeliest first, by ``source``; ``guess``
    is the best single one, ``ended_by`` when it was all there, ``words`` what its name says.
    """

    source: Source
    starts: tuple[datetime, ...]
    day: date | None
    guess: datetime | None
    ended_by: datetime | None
    words: Words


def clues_of(file: LooseFile, zone: tzinfo) -> Clues:
    """Return the clues of a file whose sender's clock is in ``zone``.

    A time in the name counts first; then the time inside the file, which is that of its start or
    of its end; then a day in the name; last the file system's, which is that of the end.
    """
    words = words_of_file(file.filename)
    length = timedelta(seconds=file.duration_seconds or 0)
    changed = _sane(file.file_modified_at)
    inside = _from_inside(_sane(file.recorded_at), changed, length)
    named = _named_time(file.filename, zone, inside)
    day = day_in_name(file.filename)
    if named is not None:
        return Clues(Source.RECORDER, (named,), day, named, None, words)
    if inside:
        return Clues(Source.RECORDER, inside, day, inside[0], None, words)
    starts = _before(changed, length)
    if day is not None:
        same = tuple(start for start in starts if start.astimezone(zone).date() == day)
        guess = same[0] if same else datetime.combine(day, time(12), tzinfo=zone)
        return Clues(Source.DAY, same, day, guess, None, words)
    if starts:
        return Clues(Source.FILE_SYSTEM, starts, None, starts[0], changed, words)
    return Clues(Source.NOBODY, (), None, None, None, words)


def _sane(moment: datetime | None) -> datetime | None:
    if moment is None or moment.year < _EARLIEST_YEAR:
        return None
    return moment if moment <= timezone.now() + _CLOCK_AHEAD else None


def _from_inside(
    inside: datetime | None, changed: datetime | None, length: timedelta
) -> tuple[datetime, ...]:
    """When a file may begin whose own clock says ``inside``: cameras write the start, some
    programs the end. The file system's time tells which, where it was not copied since.
    """
    if inside is None:
        return ()
    if not length:
        return (inside,)
    if changed is not None and abs(changed - inside) <= _AT_ONCE:
        return (inside - length,)
    if changed is not None and abs(changed - inside - length) <= _AT_ONCE:
        return (inside,)
    return (inside, inside - length)


def _before(changed: datetime | None, length: timedelta) -> tuple[datetime, ...]:
    """When a file that was last written at ``changed`` may have begun."""
    if changed is None:
        return ()
    return (changed - length,) if length else (changed - _USUAL, changed)


def _named_time(filename: str, zone: tzinfo, inside: tuple[datetime, ...]) -> datetime | None:
    """The time in the name; one without a zone is UTC where only that agrees with the file."""
    local, utc = time_in_name(filename, zone), time_in_name(filename)
    for reading in (local, utc):
        if reading is not None and any(abs(reading - each) <= _AGREE for each in inside):
            return reading
    return local
