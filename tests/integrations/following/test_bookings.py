"""Bookings become, move and cancel sessions, in whatever order they are told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest

from accounts.models import User
from integrations import bookings, connecting
from integrations.models import Booking, Connection
from integrations.news import BookingChange, BookingNews, Somebody
from sessions_app import scheduling
from sessions_app.models import Session
from tests.integrations.connections import connect
from tests.integrations.following.conftest import put_recording

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
KLARA = Somebody("Klara Client", "klara@example.com")


def booking(name: str = "uid-1", change: str = "made", minute: int = 0, **fields: Any) -> Any:
    return BookingNews(
        **{
            "external_id": name,
            "change": BookingChange(change),
            "told_at": NOON - timedelta(days=3) + timedelta(minutes=minute),
            "title": "Coaching with Klara",
            "description": "About the new job.",
            "starts_at": NOON,
            "ends_at": NOON + timedelta(minutes=45),
            "host_email": "carla@cal.example",
            "attendees": (KLARA,),
            "meeting_url": "https://acme.zoom.us/j/81234567890?pwd=x",
            **fields,
        }
    )


MADE = booking()
MOVED = booking(
    "uid-2",
    "moved",
    1,
    moved_from="uid-1",
    starts_at=NOON + timedelta(days=1),
    ends_at=NOON + timedelta(days=1, minutes=45),
)
CANCELLED = booking("uid-2", "cancelled", 2, starts_at=MOVED.starts_at, ends_at=MOVED.ends_at)


def told(cal: Connection, *news: BookingNews) -> Session | None:
    session = None
    for each in news:
        session = bookings.apply(each, connection=cal)
    return session


def state(coach: User) -> list[tuple[Any, ...]]:
    return [
        (each.title, each.scheduled_at, each.status, each.client and each.client.email)
        for each in Session.objects.filter(coach=coach)
    ]


def test_a_booking_becomes_a_session_with_all_that_it_says(cal: Connection, coach: User) -> None:
    session = told(
        cal,
        booking(
            attendees=(
                Somebody("Carla Coach", "carla@cal.example"),
                Somebody("Coach", "coach@example.com"),
                KLARA,
                Somebody("Ben", "ben@example.com"),
                Somebody("A voice"),
            )
        ),
    )

    assert session is not None
    session.refresh_from_db()
    assert (session.coach, session.title, session.description) == (
        coach, "Coaching with Klara", "About the new job.",
    )  # fmt: skip
    assert (session.scheduled_at, session.duration_minutes) == (NOON, 45)
    assert (session.status, session.meeting_id) == ("scheduled", "81234567890")
    assert session.external_platform == "zoom"
    assert session.client is not None
    assert (session.client.email, session.client_name) == ("klara@example.com", "Klara Client")
    assert [(each.name, each.email) for each in session.participants.all()] == [
        ("Ben", "ben@example.com"),
        ("A voice", ""),
    ]
    row = Booking.objects.get()
    assert (row.coach, row.session, row.external_id, row.is_cancelled) == (
        coach, session, "uid-1", False,
    )  # fmt: skip


@pytest.mark.parametrize("order", list(permutations((MADE, MOVED, CANCELLED))))
def test_the_order_in_which_it_is_told_does_not_matter(
    cal: Connection, coach: User, order: tuple[BookingNews, ...]
) -> None:
    told(cal, *order)
    told(cal, *order)

    assert state(coach) == [
        ("Coaching with Klara", MOVED.starts_at, "cancelled", "klara@example.com")
    ]
    assert {row.session_id for row in Booking.objects.all()} == {Session.objects.get().pk}


@pytest.mark.parametrize("order", list(permutations((MADE, MOVED))))
def test_a_booking_that_moves_takes_its_session_along(
    cal: Connection, coach: User, order: tuple[BookingNews, ...]
) -> None:
    told(cal, *order)

    assert state(coach) == [
        ("Coaching with Klara", MOVED.starts_at, "scheduled", "klara@example.com")
    ]


AGAIN = booking("uid-3", "moved", 3, moved_from="uid-2", starts_at=NOON + timedelta(days=5))


@pytest.mark.parametrize("order", list(permutations((MADE, MOVED, AGAIN))))
def test_of_two_moves_in_any_order_one_session_stands(
    cal: Connection, coach: User, order: tuple[BookingNews, ...]
) -> None:
    told(cal, *order)

    standing = [each for each in state(coach) if each[2] != "cancelled"]
    assert standing == [("Coaching with Klara", AGAIN.starts_at, "scheduled", "klara@example.com")]


def test_a_move_from_a_booking_that_nobody_knows_makes_a_session(
    cal: Connection, coach: User
) -> None:
    assert told(cal, MOVED) is not None
    assert [each[1:3] for each in state(coach)] == [(MOVED.starts_at, "scheduled")]


def test_old_news_change_nothing(cal: Connection, coach: User) -> None:
    told(cal, MADE, booking(minute=5, title="A new title", starts_at=NOON + timedelta(hours=2)))
    told(cal, booking(minute=1, title="An old title", starts_at=NOON + timedelta(hours=9)))

    assert [each[:2] for each in state(coach)] == [("A new title", NOON + timedelta(hours=2))]


def test_what_a_person_changed_stays_and_the_booking_still_says_when(
    cal: Connection, coach: User, client_user: User
) -> None:
    session = told(cal, MADE)
    assert session is not None
    person = scheduling.Person(email="someone@example.com", name="Someone Else")
    scheduling.change_session(
        session=session, by=coach, changes={"title": "My own title", "client": person}
    )

    told(cal, MADE, MOVED)

    assert state(coach) == [("My own title", MOVED.starts_at, "scheduled", "someone@example.com")]


def test_of_what_a_booking_says_anew_only_what_nobody_changed_is_taken(
    cal: Connection, coach: User
) -> None:
    session = told(cal, MADE)
    assert session is not None
    scheduling.change_session(session=session, by=coach, changes={"title": "My own title"})
    ben = Somebody("Ben", "ben@example.com")

    news = booking(minute=5, title="Theirs", description="Anew.", attendees=(KLARA, ben))
    session = told(cal, news)

    assert session is not None
    session.refresh_from_db()
    assert (session.title, session.description) == ("My own title", "Anew.")
    assert [each.email for each in session.participants.all()] == ["ben@example.com"]


def test_what_a_person_says_of_the_status_stays(cal: Connection, coach: User) -> None:
    session = told(cal, MADE)
    assert session is not None
    scheduling.change_session(session=session, by=coach, changes={"status": "no_show"})

    told(cal, booking(change="cancelled", minute=4))

    assert [each[2] for each in state(coach)] == ["no_show"]
    assert Booking.objects.get().is_cancelled


def test_a_replayed_cancellation_does_not_undo_a_persons_decision(
    cal: Connection, coach: User
) -> None:
    gone = booking(change="cancelled", minute=4)
    session = told(cal, MADE, gone)
    assert session is not None
    scheduling.change_session(session=session, by=coach, changes={"status": "scheduled"})

    told(cal, gone, MADE)

    assert [each[2] for each in state(coach)] == ["scheduled"]


def test_a_session_with_a_recording_is_neither_cancelled_nor_moved(
    cal: Connection, coach: User
) -> None:
    session = told(cal, MADE)
    assert session is not None
    put_recording(session)

    told(cal, booking(change="cancelled", minute=4))
    told(cal, booking("uid-2", "moved", 5, moved_from="uid-1", starts_at=MOVED.starts_at))

    assert sorted(each[1:3] for each in state(coach)) == [
        (NOON, "scheduled"),
        (MOVED.starts_at, "scheduled"),
    ]


def test_a_cancellation_of_a_booking_that_nobody_knows_makes_no_session(
    cal: Connection, coach: User
) -> None:
    assert told(cal, CANCELLED) is None
    assert state(coach) == []


def test_two_coaches_with_one_booking_have_a_session_each(
    cal: Connection, coach: User, other_coach: User
) -> None:
    other = connect(other_coach, "cal_com")[0]

    told(cal, MADE)
    told(other, MADE, booking(change="cancelled", minute=3))

    assert [each[2] for each in state(coach)] == ["scheduled"]
    assert [each[2] for each in state(other_coach)] == ["cancelled"]


def test_without_leave_no_session_is_made_but_those_that_are_go_on(
    cal: Connection, coach: User
) -> None:
    told(cal, MADE)
    connecting.change(connection=cal, by=coach, makes_sessions=False)
    cal.refresh_from_db()

    assert told(cal, booking("uid-9")) is None
    told(cal, MOVED)

    assert [each[1] for each in state(coach)] == [MOVED.starts_at]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"ends_at": None}, 60),
        ({"ends_at": NOON - timedelta(hours=1)}, 60),
        ({"ends_at": NOON + timedelta(days=9)}, 1440),
    ],
)
def test_odd_ends_of_a_booking(cal: Connection, fields: Any, expected: int) -> None:
    session = told(cal, booking(**fields))
    assert session is not None
    assert session.duration_minutes == expected


def test_a_booking_with_odd_words_and_nobody_in_it(cal: Connection) -> None:
    session = told(
        cal,
        booking(
            title="", attendees=(Somebody("x" * 900, "no address"),), meeting_url="in the park"
        ),
    )
    assert session is not None
    assert (session.title, session.client, session.external_platform) == (
        "Cal.com booking", None, "",
    )  # fmt: skip
    assert [len(each.name) for each in session.participants.all()] == [200]
