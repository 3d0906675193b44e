"""Several workers at once: one row, one import, and no session twice."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection as database

from integrations import announcing, bookings
from integrations.models import AnnouncedRecording, Booking, Connection
from recordings.models import SessionUpload
from sessions_app.models import Session
from tests.integrations.following.conftest import announced
from tests.integrations.following.test_bookings import CANCELLED, MADE, MOVED

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts: Callable[[], object]) -> None:
    """Do all at the same moment, each over a database connection of its own."""
    barrier = threading.Barrier(len(acts))

    def do(act: Callable[[], object]) -> None:
        try:
            barrier.wait(10)
            act()
        finally:
            database.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        for done in [pool.submit(do, act) for act in acts]:
            done.result(60)


def test_the_same_news_in_six_workers(zoom: Connection, session: Session) -> None:
    at_once(*[lambda: announcing.take_in(announced(), connection=zoom)] * 6)

    assert AnnouncedRecording.objects.get().session == session
    assert SessionUpload.objects.count() == 1


def test_of_several_recordings_of_one_hour_one_gets_the_session(
    zoom: Connection, session: Session
) -> None:
    def tell(number: int) -> Callable[[], object]:
        news = announced(external_id=f"uuid-{number}")
        return lambda: announcing.take_in(news, connection=zoom)

    at_once(*map(tell, range(5)))

    assert sorted(AnnouncedRecording.objects.values_list("status", flat=True)) == [
        "matched", "waiting", "waiting", "waiting", "waiting",
    ]  # fmt: skip
    assert SessionUpload.objects.get().session == session


def test_a_booking_that_is_made_moved_and_cancelled_in_one_moment(cal: Connection) -> None:
    news = (MADE, MOVED, CANCELLED, MADE, MOVED)
    at_once(*[lambda each=each: bookings.apply(each, connection=cal) for each in news])

    session = Session.objects.get()
    assert (session.scheduled_at, session.status) == (MOVED.starts_at, "cancelled")
    assert set(Booking.objects.values_list("session", flat=True)) == {session.pk}
