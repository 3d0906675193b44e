"""Where somebody stopped watching."""

from __future__ import annotations

import math
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from accounts.models import User
from recordings.errors import InvalidMoment
from recordings.models import PlaybackPosition
from recordings.moments import as_clock, from_clock
from recordings.positions import position_of, remember
from sessions_app.models import Session


def test_each_person_goes_on_where_they_stopped(
    session: Session, make_session: Callable[..., Session], coach: User, staff: User
) -> None:
    assert position_of(session=session, by=coach) == 0
    for at_seconds in (10.5, 70.25):
        remember(session=session, by=coach, at_seconds=at_seconds)
    remember(session=session, by=staff, at_seconds=5)

    assert position_of(session=session, by=coach) == 70.25
    assert position_of(session=session, by=staff) == 5
    assert position_of(session=make_session(), by=coach) == 0
    assert PlaybackPosition.objects.count() == 2
    row = PlaybackPosition.objects.get(user=coach)
    before = row.updated_at
    remember(session=session, by=coach, at_seconds=0)
    row.refresh_from_db()
    assert (row.at_seconds, row.updated_at > before) == (0, True)


@pytest.mark.parametrize(
    ("duration", "last_kept", "watched"),
    [
        (None, 604_800, None),
        (3600, 3419.9, 3420),  # 5 %
        (100, 84.9, 85),  # 15 seconds
        (6, 2.9, 3),  # half
        (60, 44.9, 604_800),  # of a longer recording that was replaced
    ],
)
def test_who_stopped_near_the_end_begins_anew(
    session: Session, coach: User, duration: float | None, last_kept: float, watched: float | None
) -> None:
    session.recording_duration_seconds = duration
    remember(session=session, by=coach, at_seconds=last_kept)
    assert position_of(session=session, by=coach) == last_kept
    if watched is not None:
        remember(session=session, by=coach, at_seconds=watched)
        assert position_of(session=session, by=coach) == 0


@pytest.mark.parametrize("at_seconds", [-1, math.nan, math.inf, 604_801])
def test_a_position_that_is_none_changes_nothing(
    session: Session, coach: User, at_seconds: float
) -> None:
    remember(session=session, by=coach, at_seconds=7)
    with pytest.raises(InvalidMoment):
        remember(session=session, by=coach, at_seconds=at_seconds)
    assert position_of(session=session, by=coach) == 7


@pytest.mark.django_db(transaction=True)
def test_two_tabs_leave_one_position(session: Session, coach: User) -> None:
    def watch(at_seconds: int) -> None:
        try:
            remember(session=session, by=coach, at_seconds=at_seconds)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as tabs:
        list(tabs.map(watch, range(1, 13)))

    assert 1 <= PlaybackPosition.objects.get().at_seconds <= 12


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        ("12:30", 750),
        (" 0:07 ", 7),
        ("90:00", 5400),
        ("1:02:03", 3723),
        ("100:00:00", 360_000),
        ("75", 75),
        ("75.125", 75.125),
        ("0:07,5", 7.5),
    ],
)
def test_moments_as_people_write_them(written: str, seconds: float) -> None:
    assert from_clock(written) == seconds


@pytest.mark.parametrize(
    "written",
    [
        *("", ":", "1:2", "1:60", "1:75:00", "1:2:03", "1:00:00:00", "200:00:00", "9" * 400),
        *("-5", "nan", "inf", "1e3", "٣", "12:30pm", "5\x00"),
    ],
)
def test_what_is_no_moment(written: str) -> None:
    with pytest.raises(InvalidMoment):
        from_clock(written)


@pytest.mark.parametrize(
    ("seconds", "written"), [(0, "0:00"), (59.99, "0:59"), (750.5, "12:30"), (3723, "1:02:03")]
)
def test_moments_as_players_write_them(seconds: float, written: str) -> None:
    assert as_clock(seconds) == written
