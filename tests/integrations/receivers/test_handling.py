"""What becomes of an event: done once, tried again while it can get better, looked at by staff."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import DataError, OperationalError, connection, connections
from django.utils import timezone

from accounts.models import User
from filmroom.errors import FilmRoomError
from filmroom.sealing import seal_fields
from integrations import announcing, bookings, handling, tasks
from integrations.models import AnnouncedRecording, Connection, ReceivedEvent
from integrations.news import BookingNews, FetchNews, RecordingNews
from integrations.receivers import BadSignature
from recordings import tasks as recordings_tasks
from recordings.fetching.errors import SourceUnavailable, Unreachable
from recordings.models import SessionUpload
from recordings.storage import StorageError
from sessions_app.models import Session
from tests.attempts import add_upload
from tests.integrations.receivers.bodies import BODIES, body_of
from tests.integrations.receivers.conftest import Connect, Knock
from tests.integrations.receivers.signing import (
    PLATFORMS,
    SECRETS,
    dumped,
    other_secrets,
    signed,
)
from tests.integrations.receivers.test_answers import error_of, kept

pytestmark = pytest.mark.django_db(transaction=True)
Outcome = ReceivedEvent.Outcome


@pytest.fixture
def arrived(connect: Connect, knock: Knock, nudged: list[str]) -> Callable[..., ReceivedEvent]:
    """Have a platform send something good; return its event, which waits."""

    def arrive(platform: str = "zoom", **fields: Any) -> ReceivedEvent:
        body = dumped(BODIES[platform] | fields)
        to = Connection.objects.filter(platform=platform).first() or connect(platform)
        answer = knock(platform, body, signed(platform, body), to=to)
        assert answer.status_code in (200, 202)
        return ReceivedEvent.objects.latest("received_at")

    return arrive


class Rooms:
    """Stand-ins for the rooms that news go to: what they were given, and what they do."""

    def __init__(self) -> None:
        self.given: list[Any] = []
        self.does: Callable[[], Any] = lambda: None

    def __call__(self, news: Any, *, connection: Connection) -> Any:
        self.given.append(news)
        return self.does()


@pytest.fixture
def rooms(monkeypatch: pytest.MonkeyPatch, coach: User) -> Rooms:
    rooms = Rooms()

    def take_in(news: RecordingNews, *, connection: Connection) -> AnnouncedRecording:
        found = rooms(news, connection=connection)
        return found or AnnouncedRecording(coach=coach, external_id=news.external_id)

    def fetch(news: FetchNews, *, connection: Connection) -> list[AnnouncedRecording]:
        found = rooms(news, connection=connection)
        return [found] if found else []

    monkeypatch.setattr(announcing, "take_in", take_in)
    monkeypatch.setattr(announcing, "fetch", fetch)
    monkeypatch.setattr(bookings, "apply", rooms)
    return rooms


def handled(event: ReceivedEvent) -> ReceivedEvent:
    """Have a worker handle an event; return it as it is then."""
    tasks.handle_event(str(event.pk))
    event.refresh_from_db()
    return event


def set_row(event: ReceivedEvent, **fields: Any) -> None:
    ReceivedEvent.objects.filter(pk=event.pk).update(**fields)
    event.refresh_from_db()


def raising(error: BaseException) -> Callable[[], Any]:
    def fail() -> Any:
        raise error

    return fail


def ended(event: ReceivedEvent) -> tuple[str, str]:
    assert (event.lease_owner, event.lease_until) == ("", None)
    return event.outcome, event.outcome_code


@pytest.mark.parametrize("platform", PLATFORMS)
def test_each_platforms_news_reach_their_room(
    arrived: Callable[..., ReceivedEvent], rooms: Rooms, platform: str, session: Session
) -> None:
    upload = add_upload(session, "pending")
    recording = AnnouncedRecording(session=session, upload=upload)
    rooms.does = lambda: session if isinstance(rooms.given[-1], BookingNews) else recording

    event = handled(arrived(platform))

    assert ended(event) == ("handled", "")
    assert event.handled_at is not None
    assert event.session == session
    expected: dict[str, type] = dict.fromkeys(PLATFORMS, RecordingNews)
    expected |= dict.fromkeys(("cal_com", "calendly"), BookingNews)
    expected |= dict.fromkeys(("webex", "graph", "fireflies"), FetchNews)
    assert [type(news) for news in rooms.given] == [expected[platform]]
    assert event.upload == (None if expected[platform] is BookingNews else upload)


def test_the_import_that_begins_is_nudged_for(
    arrived: Callable[..., ReceivedEvent],
    rooms: Rooms,
    session: Session,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[Any] = []
    monkeypatch.setattr(tasks, "nudge_import", asked.append)
    upload = add_upload(session, "pending")
    rooms.does = lambda: AnnouncedRecording(session=session, upload=upload)

    handled(arrived())

    assert asked == [upload.pk]
    assert hasattr(recordings_tasks, "nudge_import")


def test_an_event_is_handled_once(arrived: Callable[..., ReceivedEvent], rooms: Rooms) -> None:
    event = arrived()
    for _each in range(3):
        assert ended(handled(event)) == ("handled", "")
    assert len(rooms.given) == 1
    assert event.attempts == 1


def test_nothing_to_do_is_ignored(arrived: Callable[..., ReceivedEvent], rooms: Rooms) -> None:
    assert ended(handled(arrived(event="meeting.ended"))) == ("ignored", "nothing_to_do")
    assert rooms.given == []
    # A booking that makes no session, a recording that is not there any more.
    assert ended(handled(arrived("cal_com"))) == ("ignored", "nothing_to_do")
    assert ended(handled(arrived("webex"))) == ("ignored", "nothing_to_do")


def test_what_cannot_be_read_fails(arrived: Callable[..., ReceivedEvent], rooms: Rooms) -> None:
    event = handled(arrived(payload={"object": {"uuid": ["x"]}}))

    assert ended(event) == ("failed", "unreadable")
    assert event.outcome_detail
    assert rooms.given == []


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (FilmRoomError("No.", code="not_possible"), "not_possible"),
        (StorageError("NoSuchBucket", retryable=False), "storage_unavailable"),
        (DataError("integer out of range"), "unstorable"),
    ],
)
def test_what_does_not_get_better_fails_at_once(
    arrived: Callable[..., ReceivedEvent], rooms: Rooms, error: Exception, code: str
) -> None:
    rooms.does = raising(error)

    event = handled(arrived())

    assert ended(event) == ("failed", code)
    assert event.attempts == 1


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (Unreachable(), "unreachable"),
        (SourceUnavailable(), "source_unavailable"),
        (StorageError("SlowDown"), "storage_unavailable"),
        (OperationalError("the server closed the connection"), "database_unavailable"),
    ],
)
def test_what_can_get_better_is_tried_for_a_day(
    arrived: Callable[..., ReceivedEvent],
    rooms: Rooms,
    nudged: list[str],
    error: Exception,
    code: str,
) -> None:
    rooms.does = raising(error)
    event = arrived()
    waited = timedelta()
    for attempt in range(1, handling.MOST_ATTEMPTS):
        before = timezone.now()
        assert ended(handled(event)) == ("pending", code)
        assert event.attempts == attempt
        assert event.next_attempt_at is not None
        waited += event.next_attempt_at - before
        # Before its time nobody takes it up, whoever asks.
        handled(event)
        assert len(rooms.given) == attempt
        assert handling.waiting(10) == []
        set_row(event, next_attempt_at=timezone.now() - timedelta(seconds=1))
        assert handling.waiting(10) == [event.pk]
    assert timedelta(hours=12) < waited < timedelta(hours=30)

    assert ended(handled(event)) == ("failed", code)
    assert event.next_attempt_at is None
    assert handling.waiting(10) == []

    rooms.does = lambda: None
    handling.replay(event=event, by=event.connection.coach)  # type: ignore[union-attr]
    assert ended(handled(event)) == ("handled", "")


def test_a_platform_that_asks_for_patience_gets_it(
    arrived: Callable[..., ReceivedEvent], rooms: Rooms
) -> None:
    error = SourceUnavailable()
    error.retry_after = 3600
    rooms.does = raising(error)

    event = handled(arrived())

    assert event.next_attempt_at is not None
    assert event.next_attempt_at > timezone.now() + timedelta(minutes=40)


def test_a_fault_of_ours_is_logged_and_tried_again(
    arrived: Callable[..., ReceivedEvent], rooms: Rooms
) -> None:
    rooms.does = raising(ZeroDivisionError())
    event = arrived()

    with pytest.raises(ZeroDivisionError):
        tasks.handle_event(str(event.pk))

    event.refresh_from_db()
    assert ended(event) == ("pending", "server_error")


def test_a_killed_workers_event_comes_back(
    arrived: Callable[..., ReceivedEvent], rooms: Rooms, nudged: list[str]
) -> None:
    event = arrived()
    held = timezone.now() + timedelta(minutes=4)
    set_row(event, lease_owner="lost:1", lease_until=held, attempts=1)
    assert handling.waiting(10) == []
    tasks.handle_event(str(event.pk))
    assert rooms.given == []

    set_row(event, lease_until=timezone.now() - timedelta(seconds=1))
    nudged.clear()
    assert tasks.nudge_events() == 1
    assert nudged == [str(event.pk)]
    assert ended(handled(event)) == ("handled", "")


def test_a_worker_that_lost_its_lease_changes_nothing_any_more(
    arrived: Callable[..., ReceivedEvent], rooms: Rooms
) -> None:
    event = arrived()
    until = timezone.now() + timedelta(minutes=5)

    def taken_over() -> None:
        set_row(event, lease_owner="another:1", lease_until=until)

    rooms.does = taken_over
    tasks.handle_event(str(event.pk))

    event.refresh_from_db()
    assert (event.outcome, event.lease_owner) == ("pending", "another:1")


def test_an_event_that_ends_every_worker_fails(
    arrived: Callable[..., ReceivedEvent], rooms: Rooms
) -> None:
    event = arrived()
    set_row(event, attempts=handling.MOST_ATTEMPTS)

    assert ended(handled(event)) == ("failed", "worker_lost")
    assert rooms.given == []


def test_a_coach_who_was_deactivated_meanwhile(
    arrived: Callable[..., ReceivedEvent], rooms: Rooms, coach: User
) -> None:
    event = arrived()
    User.objects.update(is_active=False)

    assert ended(handled(event)) == ("failed", "coach_inactive")
    assert rooms.given == []

    User.objects.update(is_active=True)
    assert ended(handled(handling.replay(event=event, by=coach))) == ("handled", "")


def test_a_connection_that_was_removed_meanwhile(
    arrived: Callable[..., ReceivedEvent], rooms: Rooms
) -> None:
    event = arrived()
    Connection.objects.all().delete()

    assert ended(handled(event)) == ("ignored", "connection_gone")
    assert rooms.given == []


def test_a_body_that_nobody_can_unseal_any_more(
    arrived: Callable[..., ReceivedEvent], rooms: Rooms, settings: Any
) -> None:
    event = arrived()
    settings.SECRET_KEY = "another " * 8

    assert ended(handled(event)) == ("failed", "secret_unreadable")


def test_the_sweep_nudges_for_what_waits_and_no_more(
    arrived: Callable[..., ReceivedEvent], rooms: Rooms, nudged: list[str]
) -> None:
    waiting, done = arrived(), arrived(event_ts=2)
    handled(done)
    nudged.clear()

    assert tasks.nudge_events() == 1
    assert nudged == [str(waiting.pk)]


def test_old_events_are_forgotten_but_not_what_waits(
    arrived: Callable[..., ReceivedEvent], knock: Knock, rooms: Rooms
) -> None:
    waiting, done = arrived(), arrived(event_ts=2)
    handled(done)
    knock("zoom", b"{}")
    refused = ReceivedEvent.objects.get(outcome="rejected")
    assert handling.forget_old() == 0

    ReceivedEvent.objects.update(received_at=timezone.now() - timedelta(days=8))
    assert handling.forget_old() == 1
    assert not ReceivedEvent.objects.filter(pk=refused.pk).exists()

    ReceivedEvent.objects.update(received_at=timezone.now() - timedelta(days=91))
    assert handling.forget_old() == 1
    assert list(ReceivedEvent.objects.all()) == [waiting]


def test_staff_have_an_event_handled_again(
    arrived: Callable[..., ReceivedEvent], rooms: Rooms, staff: User
) -> None:
    event = handled(arrived())

    again = handling.replay(event=event, by=staff)

    assert (again.outcome, again.attempts, again.handled_at) == ("pending", 0, None)
    assert ended(handled(event)) == ("handled", "")
    assert len(rooms.given) == 2
    assert rooms.given[0] == rooms.given[1]


def test_what_a_worker_has_in_hand_is_left_to_it(
    arrived: Callable[..., ReceivedEvent], staff: User
) -> None:
    event = arrived()
    held = timezone.now() + timedelta(minutes=4)
    set_row(event, lease_owner="busy:1", lease_until=held)

    with pytest.raises(handling.BeingHandled):
        handling.replay(event=event, by=staff)


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_rejected_event_is_taken_once_the_secret_is_mended(
    connect: Connect, knock: Knock, rooms: Rooms, nudged: list[str], staff: User, platform: str
) -> None:
    connected = connect(platform, secrets=other_secrets(platform))
    body = body_of(platform)
    assert error_of(knock(platform, body, signed(platform, body), to=connected))[0] == 401
    event = ReceivedEvent.objects.get()

    with pytest.raises(BadSignature):
        handling.replay(event=event, by=staff)
    event.refresh_from_db()
    assert ended(event) == ("rejected", "bad_signature")

    connected.sealed_secrets = seal_fields(SECRETS[platform])
    connected.save()
    handling.replay(event=event, by=staff)

    assert (event.outcome, event.event_type, event.coach) == (
        "pending",
        event.event_type,
        connected.coach,
    )
    assert event.event_type
    assert handled(event).outcome in ("handled", "ignored")
    assert len(rooms.given) == 1
    # The platform's own next try finds that it is done.
    knock(platform, body, signed(platform, body), to=connected)
    event.refresh_from_db()
    assert event.times_received == 2
    assert ReceivedEvent.objects.count() == 1


def test_a_stale_event_may_be_taken_by_staff(
    connect: Connect, knock: Knock, nudged: list[str], staff: User
) -> None:
    connect("zoom")
    body = body_of("zoom")
    knock("zoom", body, signed("zoom", body, ago=3600))
    event = ReceivedEvent.objects.get()
    assert ended(event) == ("rejected", "stale")

    assert handling.replay(event=event, by=staff).outcome == "pending"


def test_a_rejected_event_whose_delivery_came_again_is_left(
    connect: Connect, knock: Knock, nudged: list[str], staff: User
) -> None:
    connected = connect("zoom", secrets=other_secrets("zoom"))
    body = body_of("zoom")
    knock("zoom", body, signed("zoom", body), to=connected)
    rejected = ReceivedEvent.objects.get()
    connected.sealed_secrets = seal_fields(SECRETS["zoom"])
    connected.save()
    knock("zoom", body, signed("zoom", body), to=connected)

    with pytest.raises(handling.AlreadyReceived):
        handling.replay(event=rejected, by=staff)

    assert kept() == [("rejected", "bad_signature"), ("pending", "")]


def test_a_rejected_event_without_its_body_cannot_be_looked_at_again(
    connect: Connect, knock: Knock, staff: User
) -> None:
    body = dumped(BODIES["zoom"] | {"padding": "x" * 70_000})
    wrong = signed("zoom", body, secrets=other_secrets("zoom"))
    knock("zoom", body, wrong, to=connect("zoom"))
    event = ReceivedEvent.objects.get()
    assert (event.sealed_body, event.body_bytes) == ("", len(body))

    with pytest.raises(handling.NothingKept):
        handling.replay(event=event, by=staff)


def test_many_at_once_make_one_event_that_is_handled_once(
    connect: Connect, knock: Knock, rooms: Rooms, nudged: list[str]
) -> None:
    connected = connect("zoom")
    body = body_of("zoom")
    start = threading.Barrier(8)
    statuses: list[int] = []

    def call() -> None:
        try:
            start.wait(10)
            statuses.append(knock("zoom", body, signed("zoom", body), to=connected).status_code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=call) for _each in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert statuses == [200] * 8
    event = ReceivedEvent.objects.get()
    assert (event.times_received, event.outcome) == (8, "pending")
    assert set(nudged) == {str(event.pk)}

    def work() -> None:
        try:
            start.wait(10)
            tasks.handle_event(str(event.pk))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _each in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    event.refresh_from_db()
    assert ended(event) == ("handled", "")
    assert (event.attempts, len(rooms.given)) == (1, 1)
    assert connection.is_usable()


def test_from_zooms_call_to_the_list_of_recordings(
    arrived: Callable[..., ReceivedEvent], coach: User, contacted: list[str]
) -> None:
    """The transcript's news before the recording's, each twice: one recording, nothing lost."""
    later = {"event": "recording.transcript_completed", "event_ts": 1626230692000}
    for event in (arrived(**later), arrived(), arrived(**later), arrived()):
        assert handled(event).outcome == "handled"

    recording = AnnouncedRecording.objects.get()
    assert (recording.coach, recording.platform) == (coach, "zoom")
    assert (recording.external_id, recording.status) == ("/4444AAAiAAAAAiAiAiiAii==", "waiting")
    assert {file["kind"] for file in recording.files} >= {"video", "audio", "transcript", "chat"}
    assert SessionUpload.objects.count() == 0
    assert contacted == []
    assert "download" not in repr(ReceivedEvent.objects.values())


def test_bookings_become_sessions(
    arrived: Callable[..., ReceivedEvent], coach: User, contacted: list[str]
) -> None:
    event = arrived("cal_com")
    Connection.objects.update(makes_sessions=True)

    assert ended(handled(event)) == ("handled", "")

    session = Session.objects.get()
    assert (session.coach, session.status) == (coach, "scheduled")
    assert event.session == session
    assert contacted == []
