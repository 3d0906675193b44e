"""Language and time zone: chosen by the person, else the browser's, else the house's."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import OperationalError
from django.test import Client
from django.utils import timezone, translation
from rest_framework.test import APIClient

from accounts.models import ApiToken, User
from sessions_app.models import Session

URL = "/dashboard/settings"
NEW = "/dashboard/coach/sessions/new"
TOKENS = "/dashboard/tokens"
TALK = {"title": "Talk", "duration_minutes": "60", "status": "completed"}


def _prefer(user: User, **preferences: str) -> None:
    User.objects.filter(pk=user.pk).update(**preferences)


def test_a_person_chooses_name_language_and_time_zone(web: Client, coach: User) -> None:
    choice = {"name": "Carla C.", "language": "de", "time_zone": "Europe/Berlin (UTC+01:00)"}

    answer = web.post(URL, choice)

    coach.refresh_from_db()
    assert (answer.status_code, answer["Location"]) == (302, URL)
    assert (coach.name, coach.language, coach.time_zone) == ("Carla C.", "de", "Europe/Berlin")
    page = web.get(URL)
    assert '<html lang="de"' in page.text
    assert page["Content-Language"] == "de"
    assert {"Cookie", "Accept-Language"} <= set(page["Vary"].split(", "))
    shown = page.context["form"]["time_zone"].value()
    assert re.fullmatch(r"Europe/Berlin \(UTC\+0[12]:00\)", shown)


def test_going_back_to_automatic(web: Client, coach: User) -> None:
    _prefer(coach, language="de", time_zone="Asia/Tokyo")

    web.post(URL, {"name": coach.name, "language": "", "time_zone": ""})

    coach.refresh_from_db()
    assert (coach.language, coach.time_zone) == ("", "")
    page = web.get(URL, headers={"Accept-Language": "de-AT,de;q=0.9,en;q=0.5"})
    assert page["Content-Language"] == "de"
    assert web.get(URL)["Content-Language"] == "en"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"time_zone": "Atlantis/Capital"}, "time_zone"),
        ({"time_zone": "../etc"}, "time_zone"),
        ({"time_zone": "Europe"}, "time_zone"),
        ({"language": "tlh"}, "language"),
        ({"name": "x" * 201}, "name"),
        ({"name": "a\x00b"}, "name"),
    ],
)
def test_what_cannot_be_chosen_is_said_beside_the_field(
    web: Client, coach: User, wrong: dict[str, str], field: str
) -> None:
    answer = web.post(URL, {"name": "New", "language": "de", "time_zone": ""} | wrong)

    assert answer.status_code == 400
    assert list(answer.context["form"].errors) == [field]
    coach.refresh_from_db()
    assert (coach.name, coach.language, coach.time_zone) == ("Carla Coach", "", "")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("europe/berlin", "Europe/Berlin"),
        ("Berlin", "Europe/Berlin"),
        ("America/New York (UTC-05:00)", "America/New_York"),
        ("new york", "America/New_York"),
        ("Asia/Calcutta", "Asia/Calcutta"),
        ("UTC", "UTC"),
    ],
)
def test_a_time_zone_may_be_typed(web: Client, coach: User, written: str, meant: str) -> None:
    assert web.post(URL, {"time_zone": written}).status_code == 302

    coach.refresh_from_db()
    assert coach.time_zone == meant


def test_clients_choose_as_well(web_for: Callable[..., Client], client_user: User) -> None:
    web = web_for(client_user)

    page = web.get(URL)
    web.post(URL, {"name": "Klara", "language": "de"})

    assert page.status_code == 200
    assert f'class="button" href="{TOKENS}"' not in page.text
    client_user.refresh_from_db()
    assert client_user.language == "de"


def test_times_follow_the_person_then_the_browser_then_the_house(web: Client, coach: User) -> None:
    def offered() -> Any:
        return web.get(NEW).context["form"]["scheduled_at"].help_text

    assert offered() == "By your clock: UTC."
    web.cookies["time_zone"] = "America/New_York"
    assert offered() == "By your clock: America/New_York."
    assert "Automatic: America/New York" in web.get(URL).text
    web.cookies["time_zone"] = "Nowhere/At_All"
    assert offered() == "By your clock: UTC."
    _prefer(coach, time_zone="Asia/Tokyo")
    assert offered() == "By your clock: Asia/Tokyo."
    _prefer(coach, time_zone="Gone/Since")
    assert offered() == "By your clock: UTC."


def test_only_a_guessed_clock_may_be_asked_for_again(web: Client, coach: User) -> None:
    assert 'data-clock="UTC"' in web.get(URL).text
    assert "data-clock" not in web.post(URL, {"time_zone": "x"}).text
    _prefer(coach, time_zone="Asia/Tokyo")
    assert "data-clock" not in web.get(URL).text


def test_nothing_of_a_request_stays_behind(web: Client, coach: User) -> None:
    _prefer(coach, language="de", time_zone="Asia/Tokyo")
    web.get(URL)
    assert timezone.get_current_timezone_name() == "UTC"
    assert Client().get("/accounts/login/")["Content-Language"] == "en"
    translation.activate("en")


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("2026-01-14T16:00", datetime(2026, 1, 14, 15, 0, tzinfo=UTC)),
        ("2026-07-14T16:00", datetime(2026, 7, 14, 14, 0, tzinfo=UTC)),
    ],
)
def test_a_coach_writes_down_their_own_time(
    web: Client, coach: User, written: str, stored: datetime
) -> None:
    _prefer(coach, time_zone="Europe/Berlin")

    answer = web.post(NEW, TALK | {"scheduled_at": written})

    session = Session.objects.get()
    assert session.scheduled_at == stored
    assert f'value="{written}"' in web.get(f"{answer['Location']}/edit").text


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("2026-03-29T02:30", "clocks go forward"),
        ("2026-3-29T2:30", "clocks go forward"),
        ("2026-10-25T02:30", "clocks go back"),
    ],
)
def test_a_time_that_is_skipped_or_comes_twice_is_refused(
    web: Client, coach: User, written: str, sentence: str
) -> None:
    _prefer(coach, time_zone="Europe/Berlin")

    answer = web.post(NEW, TALK | {"scheduled_at": written})

    assert answer.status_code == 400
    [error] = answer.context["form"].errors["scheduled_at"]
    assert sentence in error
    assert not Session.objects.exists()


@pytest.mark.parametrize(
    "at",
    [
        datetime(2026, 10, 25, 0, 30, 17, tzinfo=UTC),  # 02:30 in Berlin, for the first time
        datetime(2026, 10, 25, 1, 30, tzinfo=UTC),  # 02:30 again
        datetime(2026, 1, 14, 15, 0, 59, tzinfo=UTC),
    ],
)
def test_a_time_that_is_not_touched_stays_to_the_second(
    web: Client, coach: User, make_session: Callable[..., Session], at: datetime
) -> None:
    _prefer(coach, time_zone="Europe/Berlin")
    session = make_session(scheduled_at=at)
    url = f"/dashboard/coach/sessions/{session.pk}/edit"
    shown = at.astimezone(ZoneInfo("Europe/Berlin")).strftime("%Y-%m-%dT%H:%M")

    answer = web.post(url, TALK | {"title": "Renamed", "scheduled_at": shown})

    session.refresh_from_db()
    assert answer.status_code == 302
    assert (session.title, session.scheduled_at) == ("Renamed", at)


def test_a_tokens_last_day_ends_at_the_coachs_midnight(web: Client, coach: User) -> None:
    _prefer(coach, time_zone="Pacific/Auckland")
    today = timezone.localdate(timezone=ZoneInfo("Pacific/Auckland"))

    web.post(TOKENS, {"name": "Short", "scope": "read", "expires_on": today.isoformat()})

    expiry = ApiToken.objects.get().expiry
    assert expiry is not None
    midnight = datetime.combine(today, time.max, tzinfo=ZoneInfo("Pacific/Auckland"))
    assert abs(expiry - midnight) < timedelta(seconds=5)


def test_the_api_speaks_utc_whatever_a_person_prefers(web: Client, coach: User) -> None:
    _prefer(coach, time_zone="Asia/Tokyo")
    body = {"title": "Talk", "scheduled_at": "2026-01-14T15:00:00"}

    made = web.post("/api/v1/sessions", body, "application/json")
    shifted = body | {"scheduled_at": "2026-01-14T15:00:00+09:00"}
    other = web.post("/api/v1/sessions", shifted, "application/json")
    listed = web.get("/api/v1/recordings/sessions")

    assert made.json()["scheduled_at"] == "2026-01-14T15:00:00Z"
    assert other.json()["scheduled_at"] == "2026-01-14T06:00:00Z"
    assert made.json()["created_at"].endswith("Z")
    times = [each["scheduled_at"] for each in listed.json()["results"]]
    assert times == ["2026-01-14T15:00:00Z", "2026-01-14T06:00:00Z"]


def test_programs_read_english_unless_they_ask_for_another_language(
    api: APIClient, coach: User
) -> None:
    _prefer(coach, language="de")

    plain = api.get("/api/v1/recordings/sessions/no")
    asked = api.get("/api/v1/recordings/sessions/no", headers={"Accept-Language": "de"})

    assert plain["Content-Language"] == "en"
    assert asked["Content-Language"] == "de"


def test_who_is_signed_in_is_not_asked_of_a_database_that_is_down(
    web: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(*_args: Any) -> None:
        raise OperationalError("no route to host")

    monkeypatch.setattr("django.contrib.auth.middleware.auth.get_user", down)

    assert web.get("/healthz").status_code == 200
    assert web.get(URL).status_code == 503


def test_staff_set_a_persons_preferences(
    web_for: Callable[..., Client], staff: User, coach: User
) -> None:
    url = f"/admin/accounts/user/{coach.pk}/change/"
    web = web_for(staff)
    _prefer(staff, time_zone="Asia/Tokyo")
    form = {"email": coach.email, "name": "Carla", "role": "coach", "is_active": "on"}

    wrong = web.post(url, form | {"time_zone": "Atlantis"})
    answer = web.post(url, form | {"language": "de", "time_zone": "Berlin"})

    assert "There is no time zone of this name" in wrong.text
    assert answer.status_code == 302
    coach.refresh_from_db()
    assert (coach.language, coach.time_zone) == ("de", "Europe/Berlin")


def test_a_time_in_a_files_name_is_by_the_senders_clock(web: Client, coach: User) -> None:
    files = {"files": [{"filename": "Talk-20260114_160000-Meeting Recording.mp4", "size_bytes": 9}]}

    def start() -> str:
        answer = web.post("/api/v1/recordings/match-files", files, "application/json")
        return str(answer.json()["files"][0]["new_session"]["scheduled_at"])

    assert start() == "2026-01-14T16:00:00Z"
    web.cookies["time_zone"] = "Europe/Berlin"
    assert start() == "2026-01-14T15:00:00Z"
    _prefer(coach, time_zone="Asia/Tokyo")
    assert start() == "2026-01-14T07:00:00Z"
