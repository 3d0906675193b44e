"""Past recordings of a Zoom account: listed by days, chosen, imported, and what they became."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from accounts.models import User
from integrations.models import AnnouncedRecording, Connection
from recordings import tasks
from recordings.models import SessionUpload
from sessions_app.models import Session
from tests.integrations.connections import connect
from tests.origins import ALLOWED_ADDRESS, Origin, a_file, stand_in, status

URL = "/dashboard/coach/connections"
DAYS = {"since": "2026-01-01", "until": "2026-01-20"}
HOSTS = ("zoom.us", "api.zoom.us")


def _json(data: Any) -> Any:
    return a_file(json.dumps(data).encode(), content_type="application/json", etag=None)


def _meeting(number: int, title: str, start: str, **fields: Any) -> dict[str, Any]:
    return {
        "uuid": f"uuid-{number}",
        "id": 81234567890 + number,
        "topic": title,
        "host_email": "somebody@example.org",
        "start_time": start,
        "duration": 50,
        "recording_files": [
            {
                "id": f"v{number}",
                "file_type": "MP4",
                "file_extension": "MP4",
                "file_size": 5_000_000,
                "download_url": f"https://us02web.zoom.us/rec/download/v{number}",
                "status": "completed",
                "recording_type": "shared_screen_with_speaker_view",
            }
        ],
        **fields,
    }


MEETINGS = (
    _meeting(1, "First talk", "2026-01-14T15:00:10Z"),
    _meeting(2, "With nobody known", "2026-01-05T09:00:00Z"),
    _meeting(3, "Here already", "2026-01-08T09:00:00Z"),
    _meeting(4, "Put aside", "2026-01-09T09:00:00Z"),
    _meeting(5, "Without a file", "2026-01-10T09:00:00Z", recording_files=[]),
)


TITLES = [each["topic"] for each in MEETINGS]


@pytest.fixture
def platform(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Origin]:
    """Zoom, which lists some meetings of January."""
    settings.IMPORT_ALLOWED_ORIGIN = ALLOWED_ADDRESS
    with Origin(tls_names=HOSTS) as origin:
        stand_in(monkeypatch, origin, *HOSTS)
        origin.serve("/oauth/token", _json({"access_token": "oauth-token-1", "expires_in": 3600}))
        origin.serve("/v2/users/me/recordings", _json({"meetings": list(MEETINGS)}))
        yield origin


@pytest.fixture
def zoom(coach: User) -> Connection:
    secrets = {"webhook_secret": "zoom-secret-token", "client_secret": "zoom-client-secret"}
    details = {"account_id": "acc-1", "client_id": "app-1"}
    return connect(coach, "zoom", secrets=secrets, details=details)[0]


@pytest.fixture
def nudged(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    woken: list[Any] = []
    monkeypatch.setattr(tasks, "nudge_import", woken.append)
    return woken


@pytest.fixture
def held(session: Session, zoom: Connection, make_session: Callable[..., Session]) -> Session:
    """The session of the first meeting; of the others one is here, one was put aside."""
    there = make_session(title="Of January 8", scheduled_at=datetime(2026, 1, 8, 9, 0, tzinfo=UTC))
    upload = SessionUpload(session=there, type="webhook", s3_key="recordings/a", platform="zoom")
    upload.save()
    common = {"connection": zoom, "coach": zoom.coach, "platform": "zoom"}
    AnnouncedRecording.objects.create(
        external_id="uuid-3", status="matched", session=there, upload=upload, **common
    )
    AnnouncedRecording.objects.create(external_id="uuid-4", status="dismissed", **common)
    session.meeting_id = "81234567891"
    session.save()
    return session


def test_first_the_days_are_asked_for_and_nothing_is_contacted(
    web: Client, zoom: Connection, platform: Origin
) -> None:
    own = f"{URL}/{zoom.pk}"
    assert f'href="{own}/past"' in web.get(own).text

    text = web.get(f"{own}/past").text

    assert 'name="since"' in text
    assert "List the recordings" in text
    assert platform.requests == []


def test_a_listing_says_of_each_where_it_stands_and_stores_nothing(
    web: Client, zoom: Connection, platform: Origin, held: Session
) -> None:
    before = AnnouncedRecording.objects.count()

    text = web.get(f"{URL}/{zoom.pk}/past", DAYS).text

    rows = re.findall(r"<li>.*?</li>", text[text.index('class="past"') :], re.DOTALL)
    listed = {title: next(row for row in rows if f">{title}<" in row) for title in TITLES}
    chosen = {title: "checked" in row for title, row in listed.items() if "checkbox" in row}
    assert chosen == {"First talk": True, "With nobody known": True, "Put aside": False}
    assert f'href="/dashboard/coach/sessions/{held.pk}"' in listed["First talk"]
    assert "Not here yet" in listed["First talk"]
    assert "4.8" in listed["First talk"]
    assert "it will wait on the list of unmatched recordings" in listed["With nobody known"]
    assert "Waiting" in listed["Here already"]
    assert "Not wanted earlier" in listed["Put aside"]
    assert "Nothing to fetch" in listed["Without a file"]
    for secret in ("oauth-token-1", "zoom-client-secret", "rec/download"):
        assert secret not in text
    assert AnnouncedRecording.objects.count() == before
    assert {each.headers["host"] for each in platform.requests} == set(HOSTS)
    asked = [each.path for each in platform.requests if "recordings" in each.path]
    assert all("from=2026-01-01&to=2026-01-20" in path for path in asked)


def test_what_is_chosen_is_taken_in_and_its_fate_is_told(
    web: Client, zoom: Connection, platform: Origin, held: Session, nudged: list[Any]
) -> None:
    data = DAYS | {"recording": ["uuid-1", "uuid-2", "uuid-99"]}

    answer = web.post(f"{URL}/{zoom.pk}/past", data)

    first = AnnouncedRecording.objects.get(external_id="uuid-1")
    second = AnnouncedRecording.objects.get(external_id="uuid-2")
    assert (first.session, first.status) == (held, "matched")
    assert second.status == "waiting"
    assert nudged == [first.upload_id]
    assert "2 recordings were taken in" in answer.text
    assert f'href="/dashboard/coach/unmatched/{second.pk}"' in answer.text
    assert "Waits for its session" in answer.text
    assert AnnouncedRecording.objects.get(external_id="uuid-4").status == "dismissed"


def test_choosing_none_is_said(web: Client, zoom: Connection, platform: Origin) -> None:
    answer = web.post(f"{URL}/{zoom.pk}/past", DAYS)

    assert answer.status_code == 400
    assert "Choose at least one recording." in answer.text
    assert platform.requests == []


@pytest.mark.parametrize(
    ("days", "said"),
    [
        ({"since": "2026-01-20", "until": "2026-01-01"}, "turn them round"),
        ({"since": "2024-01-01", "until": "2026-01-01"}, "At most a year at once"),
        ({"since": "yesterday", "until": "2026-01-01"}, "Enter a valid date."),
        ({"since": "2026-01-01", "until": ""}, "This field is required."),
    ],
)
def test_days_that_make_no_range_are_refused(
    web: Client, zoom: Connection, platform: Origin, days: dict[str, str], said: str
) -> None:
    answer = web.get(f"{URL}/{zoom.pk}/past", days)

    assert answer.status_code == 400
    assert said in answer.text
    assert platform.requests == []


def test_days_to_come_are_refused(web: Client, zoom: Connection, platform: Origin) -> None:
    day = (timezone.now() + timedelta(days=2)).date().isoformat()

    answer = web.get(f"{URL}/{zoom.pk}/past", {"since": day, "until": day})

    assert "Choose days that have been." in answer.text


def test_nothing_recorded_is_said(web: Client, zoom: Connection, platform: Origin) -> None:
    platform.serve("/v2/users/me/recordings", _json({"meetings": []}))

    assert "Nothing was recorded in these days" in web.get(f"{URL}/{zoom.pk}/past", DAYS).text


def test_what_zoom_refuses_is_said_on_the_page(
    web: Client, zoom: Connection, platform: Origin
) -> None:
    platform.serve("/oauth/token", status(400))

    answer = web.get(f"{URL}/{zoom.pk}/past", DAYS)

    assert answer.status_code == 409
    assert "does not accept this connection&#x27;s credentials" in answer.text
    assert 'name="since"' in answer.text


def test_without_an_app_past_recordings_cannot_be_listed(
    web: Client, coach: User, platform: Origin
) -> None:
    connection, _made = connect(coach, "zoom")
    own = f"{URL}/{connection.pk}"
    assert f'href="{own}/past"' not in web.get(own).text
    assert "enter them in the connection first" in web.get(f"{own}/past").text

    answer = web.get(f"{own}/past", DAYS)

    assert answer.status_code == 409
    assert platform.requests == []


def test_the_test_button_asks_zoom(web: Client, zoom: Connection, platform: Origin) -> None:
    answer = web.post(f"{URL}/{zoom.pk}/test", follow=True)

    assert "Zoom lists 5 recordings of the last 30 days." in answer.text
    platform.serve("/oauth/token", status(400))
    platform.serve("/v2/users/me/recordings", status(401))

    answer = web.post(f"{URL}/{zoom.pk}/test", follow=True)

    assert "Needs a look" in answer.text
    zoom.refresh_from_db()
    assert zoom.problem.startswith("Zoom does not accept this connection's credentials")


def test_listings_are_limited(web: Client, zoom: Connection, platform: Origin) -> None:
    platform.serve("/v2/users/me/recordings", _json({"meetings": []}))
    statuses = [web.get(f"{URL}/{zoom.pk}/past", DAYS).status_code for _time in range(21)]

    assert statuses == [200] * 20 + [429]


def test_another_coachs_account_is_not_listed(
    web_for: Callable[..., Client], other_coach: User, zoom: Connection, platform: Origin
) -> None:
    other = web_for(other_coach)

    assert other.get(f"{URL}/{zoom.pk}/past", DAYS).status_code == 404
    assert other.post(f"{URL}/{zoom.pk}/past", DAYS).status_code == 404
    assert platform.requests == []
