"""Past recordings of a range of dates, and what a webhook has missed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.utils import timezone

from accounts.models import User
from integrations import announcing, polling
from integrations.announcing import NotYours
from integrations.clients import ClientError
from integrations.models import AnnouncedRecording, Connection
from integrations.polling import NoPast, RangeRefused
from recordings.models import SessionUpload
from sessions_app.models import Session
from tests.integrations.connections import connect
from tests.integrations.following.conftest import announced, hosts, zoom_meeting
from tests.origins import Origin, status

pytestmark = pytest.mark.django_db
RANGE = {"since": date(2026, 1, 1), "until": date(2026, 1, 20)}
OLD = zoom_meeting(uuid="old", topic="Earlier", start_time="2026-01-03T09:00:00Z")
NEW = zoom_meeting()


def test_a_preview_says_what_is_there_and_stores_nothing(
    zoom_oauth: Connection, plays_zoom: Callable[..., None], coach: User, session: Session
) -> None:
    announcing.take_in(announced(external_id="old", started_at=None), connection=zoom_oauth)
    plays_zoom(OLD, NEW)
    before = list(AnnouncedRecording.objects.values())

    past = polling.past_recordings(connection=zoom_oauth, by=coach, **RANGE)

    assert [(each.external_id, each.title, each.size_bytes) for each in past] == [
        ("uuid-1==", "Weekly talk", 5000),
        ("old", "Earlier", 5000),
    ]
    assert [each.started_at for each in past] == [
        datetime(2026, 1, 14, 15, 2, tzinfo=UTC),
        datetime(2026, 1, 3, 9, tzinfo=UTC),
    ]
    assert [each.duration_seconds for each in past] == [3000.0, 3000.0]
    assert [each.session for each in past] == [session, None]
    assert [each.announced is not None for each in past] == [False, True]
    assert [each.is_here for each in past] == [False, False]
    assert list(AnnouncedRecording.objects.values()) == before
    assert SessionUpload.objects.count() == 0


def test_what_is_chosen_is_taken_in_and_nothing_else(
    zoom_oauth: Connection, plays_zoom: Callable[..., None], coach: User, session: Session
) -> None:
    plays_zoom(OLD, NEW, zoom_meeting(uuid="not chosen"))

    taken = polling.import_past(
        connection=zoom_oauth, chosen=["uuid-1==", "old", "unknown"], by=coach, **RANGE
    )

    assert {(each.external_id, each.status) for each in taken} == {
        ("uuid-1==", "matched"),
        ("old", "waiting"),
    }
    assert AnnouncedRecording.objects.count() == 2
    assert SessionUpload.objects.get().session == session
    past = polling.past_recordings(connection=zoom_oauth, by=coach, **RANGE)
    assert [each.is_here for each in past if each.external_id == "uuid-1=="] == [True]


def test_what_was_put_aside_is_taken_up_when_it_is_chosen(
    zoom_oauth: Connection, plays_zoom: Callable[..., None], coach: User, session: Session
) -> None:
    plays_zoom(zoom_meeting(start_time="2026-01-14T20:00:00Z"))
    (taken,) = polling.import_past(connection=zoom_oauth, chosen=["uuid-1=="], by=coach, **RANGE)
    announcing.dismiss(recording=taken, by=coach)

    (again,) = polling.import_past(connection=zoom_oauth, chosen=["uuid-1=="], by=coach, **RANGE)

    assert again.status == "waiting"


@pytest.mark.parametrize("who", ["other_coach", "client_user"])
def test_nobody_else_sees_what_lies_there(
    zoom_oauth: Connection, web: Origin, request: Any, who: str
) -> None:
    by = request.getfixturevalue(who)
    with pytest.raises(NotYours):
        polling.past_recordings(connection=zoom_oauth, by=by, **RANGE)
    with pytest.raises(NotYours):
        polling.import_past(connection=zoom_oauth, chosen=["x"], by=by, **RANGE)
    assert web.requests == []


def test_without_an_app_there_is_no_past(zoom: Connection, web: Origin, coach: User) -> None:
    for connection in (zoom, connect(coach, "webex")[0]):
        with pytest.raises(NoPast):
            polling.past_recordings(connection=connection, by=coach, **RANGE)
    assert web.requests == []


@pytest.mark.parametrize(
    ("since", "days"), [(date(2026, 1, 1), -1), (date(2026, 1, 1), 367), (date(1, 1, 1), 20)]
)
def test_odd_ranges_are_refused(
    zoom_oauth: Connection,
    plays_zoom: Callable[..., None],
    web: Origin,
    coach: User,
    since: date,
    days: int,
) -> None:
    plays_zoom(NEW)
    with pytest.raises(RangeRefused):
        polling.past_recordings(
            connection=zoom_oauth, by=coach, since=since, until=since + timedelta(days=days)
        )
    assert web.requests == []


def test_what_zoom_refuses_is_said(zoom_oauth: Connection, web: Origin, coach: User) -> None:
    web.serve("/oauth/token", status(401))
    with pytest.raises(ClientError):
        polling.past_recordings(connection=zoom_oauth, by=coach, **RANGE)


# --- Once a day ---------------------------------------------------------------------------------


def test_what_a_webhook_missed_is_found_once_a_day(
    zoom_oauth: Connection,
    zoom: Connection,
    plays_zoom: Callable[..., None],
    web: Origin,
    session: Session,
) -> None:
    plays_zoom(NEW)

    assert polling.poll_due() == 1
    asked = len(web.requests)
    assert polling.poll_due() == 0
    assert len(web.requests) == asked

    zoom_oauth.refresh_from_db()
    assert SessionUpload.objects.get().session == session
    assert zoom_oauth.polled_at is not None
    assert abs(timezone.now() - zoom_oauth.polled_at) < timedelta(minutes=5)
    listed = next(each.path for each in web.requests if "recordings" in each.path)
    today = timezone.now().date()
    assert f"from={today - timedelta(days=2)}&to={today}" in listed

    before = timezone.now() - timedelta(hours=25)
    Connection.objects.filter(pk=zoom_oauth.pk).update(polled_at=before)
    assert polling.poll_due() == 0
    assert len(web.requests) > asked
    assert SessionUpload.objects.count() == 1


def test_of_two_workers_one_polls(
    zoom_oauth: Connection, plays_zoom: Callable[..., None], web: Origin
) -> None:
    plays_zoom(NEW)
    seen_by_both = Connection.objects.get(pk=zoom_oauth.pk)

    polling.poll_due()
    asked = len(web.requests)

    assert polling._poll(seen_by_both) == 0
    assert len(web.requests) == asked


def test_a_poll_that_fails_says_why_and_one_that_works_says_nothing(
    zoom_oauth: Connection, web: Origin, plays_zoom: Callable[..., None]
) -> None:
    web.serve("/oauth/token", status(401))
    assert polling.poll_due() == 0
    zoom_oauth.refresh_from_db()
    assert zoom_oauth.problem.startswith("Zoom does not accept this connection's credentials")
    assert zoom_oauth.polled_at is None

    plays_zoom(NEW)
    cache.clear()
    polling.poll_due()
    zoom_oauth.refresh_from_db()
    assert zoom_oauth.problem == ""
    assert zoom_oauth.polled_at is not None


@pytest.mark.parametrize(("code", "minutes"), [(503, 60), (401, 24 * 60)])
def test_after_a_failure_it_is_asked_later_for_all_that_was_missed_meanwhile(
    zoom_oauth: Connection,
    web: Origin,
    plays_zoom: Callable[..., None],
    code: int,
    minutes: int,
) -> None:
    before = timezone.now() - timedelta(days=9)
    Connection.objects.update(polled_at=before)
    web.serve("/oauth/token", status(code))
    polling.poll_due()
    asked = len(web.requests)
    polling.poll_due()
    assert len(web.requests) == asked
    pause = cache.ttl(polling._pause_of(zoom_oauth))  # type: ignore[attr-defined]  # of Redis
    assert minutes * 60 - 60 < pause <= minutes * 60

    cache.clear()
    plays_zoom(NEW)
    assert polling.poll_due() == 1

    listed = next(each.path for each in web.requests if "/recordings" in each.path)
    assert f"from={before.date() - timedelta(days=2)}&" in listed


def test_a_coach_who_is_not_active_is_left_alone(
    zoom_oauth: Connection, web: Origin, coach: User
) -> None:
    coach.is_active = False
    coach.save()

    assert polling.poll_due() == 0
    assert hosts(web) == []
