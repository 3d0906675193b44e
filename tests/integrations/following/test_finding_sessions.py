"""Which session an announced recording is given: the coach's own, surely, or none."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from accounts.models import User
from integrations import announcing
from integrations.models import AnnouncedRecording, Booking, Connection
from integrations.news import RecordingNews, Somebody
from recordings.models import SessionUpload
from sessions_app.models import Participant, Session
from tests.integrations.connections import connect
from tests.integrations.following.conftest import BEGINS, announced, put_recording, video

pytestmark = pytest.mark.django_db
MEETING = "81234567890"
KLARA = (Somebody("Klara Client", "client@example.com"),)


def take_in(connection: Connection, **fields: Any) -> AnnouncedRecording:
    return announcing.take_in(announced(**fields), connection=connection)


def waits(recording: AnnouncedRecording) -> list[str]:
    """The sessions that are suggested; the recording must wait and nothing be fetched."""
    assert (recording.status, recording.session, recording.upload) == ("waiting", None, None)
    assert SessionUpload.objects.filter(type="webhook").count() == 0
    return [each["title"] for each in recording.suggestions]


def test_the_only_session_of_that_minute_gets_it(
    zoom: Connection, session: Session, coach: User
) -> None:
    recording = take_in(zoom)

    upload = recording.upload
    assert upload is not None
    assert (recording.status, recording.session, recording.problem) == ("matched", session, "")
    assert (upload.session, upload.type, upload.status) == (session, "webhook", "pending")
    assert (upload.platform, upload.created_by, upload.expected_size_bytes) == ("zoom", coach, 5000)
    assert upload.original_url == "https://us02web.zoom.us/rec/share/abc"
    assert upload.original_filename == "Weekly talk.mp4"


@pytest.mark.parametrize("minutes", [20, 45, 120])
def test_time_alone_is_not_enough_when_it_is_not_the_same(
    zoom: Connection, session: Session, minutes: int
) -> None:
    recording = take_in(zoom, started_at=BEGINS + timedelta(minutes=minutes))

    assert waits(recording) == ["First talk"]
    assert set(recording.suggestions[0]) == {
        "session_id", "title", "scheduled_at", "score", "why",
    }  # fmt: skip
    assert recording.suggestions[0]["session_id"] == str(session.pk)


@pytest.mark.parametrize("minutes", [-50, 20, 45, 110])
def test_the_meetings_id_is(zoom: Connection, make_session: Any, minutes: int) -> None:
    session = make_session(meeting_id=MEETING)

    assert take_in(zoom, started_at=BEGINS + timedelta(minutes=minutes)).session == session


def test_recurring_meetings_share_an_id_and_the_nearest_counts(
    zoom: Connection, make_session: Callable[..., Session]
) -> None:
    sessions = [
        make_session(meeting_id=MEETING, scheduled_at=BEGINS + timedelta(weeks=week))
        for week in (-1, 0, 1)
    ]

    assert take_in(zoom).session == sessions[1]


def test_of_two_on_one_day_the_one_that_waits_for_a_recording(
    zoom: Connection, make_session: Callable[..., Session]
) -> None:
    first = make_session(meeting_id=MEETING, scheduled_at=BEGINS - timedelta(hours=1))
    second = make_session(meeting_id=MEETING)
    put_recording(first)

    assert take_in(zoom, started_at=BEGINS - timedelta(minutes=5)).session == second


def test_a_second_part_of_a_recorded_meeting_waits(
    zoom: Connection, make_session: Callable[..., Session]
) -> None:
    put_recording(make_session(meeting_id=MEETING))

    assert waits(take_in(zoom, started_at=BEGINS + timedelta(minutes=25))) == ["First talk"]


def test_two_sessions_that_fit_alike_decide_nothing(
    zoom: Connection, make_session: Callable[..., Session]
) -> None:
    make_session(title="One")
    make_session(title="Other")

    assert sorted(waits(take_in(zoom))) == ["One", "Other"]


def test_of_two_the_one_whose_client_was_there(
    zoom: Connection, make_session: Callable[..., Session], make_user: Callable[..., User]
) -> None:
    make_session(client=make_user(role="client"), meeting_id=MEETING)
    session = make_session(meeting_id=MEETING)

    assert take_in(zoom, participants=KLARA).session == session


def test_a_participant_of_the_session_counts_as_its_client(
    zoom: Connection, make_session: Callable[..., Session], make_user: Callable[..., User]
) -> None:
    make_session(client=make_user(role="client"))
    session = make_session(client=None)
    Participant.objects.create(session=session, email="Guest@example.com")

    guest = (Somebody("G", "guest@EXAMPLE.com"),)
    assert take_in(zoom, participants=guest, started_at=BEGINS + timedelta(minutes=12)).session == (
        session
    )


def test_somebody_elses_meeting_at_the_same_time_waits(zoom: Connection, session: Session) -> None:
    stranger = (Somebody("Tom Tax", "tom@tax.example"),)

    assert waits(take_in(zoom, participants=stranger)) == ["First talk"]


def test_another_meeting_at_the_same_time_waits(
    zoom: Connection, make_session: Callable[..., Session]
) -> None:
    make_session(meeting_id="99999999999")

    assert waits(take_in(zoom)) == ["First talk"]


def test_another_hosts_meeting_is_not_the_coachs_by_its_time(
    zoom: Connection, session: Session, other_coach: User, make_session: Callable[..., Session]
) -> None:
    theirs = make_session(coach=other_coach, title="Theirs")

    recording = take_in(zoom, host_email="other@example.com")

    assert waits(recording) == ["First talk"]
    assert recording.coach_id == zoom.coach_id
    assert not theirs.uploads.exists()


def test_another_host_is_known_once_a_person_has_said_so(
    zoom: Connection, make_session: Callable[..., Session], coach: User
) -> None:
    first, second = make_session(), make_session(scheduled_at=BEGINS + timedelta(days=1))
    recording = take_in(zoom, host_email="carla@work.example")
    announcing.assign(recording=recording, session=first, by=coach)

    again = take_in(
        zoom,
        external_id="uuid-2",
        host_email="carla@work.example",
        started_at=BEGINS + timedelta(days=1),
    )

    assert again.session == second


def test_another_coachs_session_never_gets_it(
    zoom: Connection, other_coach: User, make_session: Callable[..., Session]
) -> None:
    make_session(coach=other_coach, meeting_id=MEETING)

    assert waits(take_in(zoom, participants=KLARA, host_email="other@example.com")) == []


@pytest.mark.parametrize("status", ["cancelled", "no_show"])
def test_a_session_that_was_not_held_gets_nothing_by_itself(
    zoom: Connection, make_session: Callable[..., Session], status: str
) -> None:
    make_session(status=status)

    assert waits(take_in(zoom)) == ["First talk"]


def test_two_recordings_of_one_minute_do_not_share_a_session(
    zoom: Connection, session: Session
) -> None:
    first, second = take_in(zoom), take_in(zoom, external_id="uuid-2")

    assert (first.session, second.session, second.status) == (session, None, "waiting")


def test_without_a_time_only_the_meetings_id_says_enough(
    zoom: Connection, make_session: Callable[..., Session]
) -> None:
    make_session()
    assert waits(take_in(zoom, started_at=None, meeting_id="")) == []

    session = make_session(meeting_id=MEETING)
    assert take_in(zoom, external_id="uuid-2", started_at=None).session == session


def test_the_booking_that_was_recorded_tells_its_session(
    cal: Connection, make_session: Callable[..., Session], coach: User
) -> None:
    session = make_session(scheduled_at=BEGINS - timedelta(days=3))
    Booking.objects.create(coach=coach, platform="cal_com", external_id="uid-1", session=session)

    assert take_in(cal, platform="other", external_id="uid-1", meeting_id="").session == session


# --- Sessions that are made ------------------------------------------------------------------


@pytest.fixture
def making(coach: User) -> Connection:
    return connect(coach, "zoom", makes_sessions=True)[0]


def test_where_no_session_fits_one_is_made(making: Connection, coach: User) -> None:
    people = (Somebody("Carla", "coach@example.com"), *KLARA, Somebody("A phone"))

    session = take_in(making, participants=people).session

    assert session is not None
    assert (session.coach, session.title, session.status) == (coach, "Weekly talk", "completed")
    assert (session.scheduled_at, session.duration_minutes) == (BEGINS + timedelta(minutes=2), 50)
    assert session.meeting_id == MEETING
    assert session.client is not None
    assert session.client.email == "client@example.com"
    assert [each.name for each in session.participants.all()] == ["A phone"]
    assert session.uploads.get().type == "webhook"


def test_of_several_guests_none_is_the_client(making: Connection) -> None:
    people = (*KLARA, Somebody("Ben", "ben@example.com"))

    session = take_in(making, participants=people).session

    assert session is not None
    assert session.client is None
    assert session.participants.count() == 2


@pytest.mark.parametrize(
    "fields",
    [
        {"started_at": None},
        {"host_email": "somebody@else.example"},
        {"files": ()},
        {"files": (video(is_ready=False),)},
        {"files": (video(url="http://169.254.169.254/latest"),)},
        {"is_gone": True},
    ],
    ids=lambda fields: next(iter(fields)),
)
def test_no_session_is_made_where_it_would_be_a_guess_or_empty(
    making: Connection, fields: Any
) -> None:
    waits(take_in(making, **fields))

    assert Session.objects.count() == 0


def test_no_session_is_made_beside_one_that_may_well_be_meant(
    making: Connection, session: Session
) -> None:
    assert waits(take_in(making, started_at=BEGINS + timedelta(minutes=25))) == ["First talk"]
    assert Session.objects.count() == 1


def test_no_session_is_made_without_leave(zoom: Connection) -> None:
    assert waits(take_in(zoom)) == []
    assert Session.objects.count() == 0


def test_said_twice_one_session_is_made(making: Connection) -> None:
    news: RecordingNews = announced()
    for _time in range(3):
        announcing.take_in(news, connection=making)

    assert Session.objects.count() == SessionUpload.objects.count() == 1


# --- Sessions that come later ------------------------------------------------------------------


def test_a_session_that_is_made_or_changed_later_gets_what_waits(
    zoom: Connection, make_session: Callable[..., Session], other_coach: User
) -> None:
    recording = take_in(zoom)
    assert announcing.look_again() == 0

    make_session(coach=other_coach)
    assert announcing.look_again() == 0
    session = make_session()
    assert announcing.look_again() == 1
    assert announcing.look_again() == 0

    recording.refresh_from_db()
    assert (recording.session, recording.status) == (session, "matched")
    assert session.uploads.get().status == "pending"


def test_a_session_that_is_given_the_meetings_id_later_gets_it(
    zoom: Connection, make_session: Callable[..., Session]
) -> None:
    session = make_session(scheduled_at=BEGINS + timedelta(minutes=70))
    recording = take_in(zoom)
    waits(recording)

    session.meeting_id, session.scheduled_at = MEETING, BEGINS + timedelta(minutes=40)
    session.save()

    assert announcing.look_again() == 1
    recording.refresh_from_db()
    assert recording.session == session


def test_what_was_put_aside_is_not_looked_at_again(
    zoom: Connection, make_session: Callable[..., Session], coach: User
) -> None:
    announcing.dismiss(recording=take_in(zoom), by=coach)
    make_session()

    assert announcing.look_again() == 0
    assert SessionUpload.objects.count() == 0
