"""The list: filters, order, pages, a constant number of queries."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from recordings.models import SessionUpload
from sessions_app.models import Participant, Session
from tests.recordings.conftest import API

START = datetime(2026, 1, 1, 9, tzinfo=UTC)


def _many(coach: Any, client: Any, count: int) -> None:
    sessions = [
        Session(
            title=f"Talk {number:04}",
            scheduled_at=START + timedelta(hours=number),
            coach=coach,
            client=client,
        )
        for number in range(count)
    ]
    Session.objects.bulk_create(sessions)
    SessionUpload.objects.bulk_create(
        SessionUpload(
            session=session,
            type="manual",
            status="failed",
            error_code="x",
            error_detail="y",
            s3_key=f"recordings/{session.pk}/{attempt}",
        )
        for session in sessions
        for attempt in range(2)
    )
    Participant.objects.bulk_create(
        Participant(session=session, name="Guest", email="g@example.com") for session in sessions
    )


@pytest.mark.parametrize("count", [50, 500])
def test_the_number_of_queries_does_not_grow(
    api: Any, coach: Any, client_user: Any, count: int
) -> None:
    _many(coach, client_user, count)
    with CaptureQueriesContext(connection) as captured:
        response = api.get(f"{API}/sessions", {"limit": 500})
    body = response.json()
    assert (body["count"], len(body["results"])) == (count, count)
    assert all(len(row["uploads"]) == 2 for row in body["results"])
    # Token, its owner's expired tokens, count, page of ids, sessions, participants, uploads.
    assert len(captured) == 7


def test_pages_are_newest_first_and_linked(api: Any, coach: Any, client_user: Any) -> None:
    _many(coach, client_user, 120)
    first = api.get(f"{API}/sessions").json()
    assert [len(first["results"]), first["count"], first["previous"]] == [50, 120, None]
    assert first["results"][0]["title"] == "Talk 0119"
    third = api.get(api.get(first["next"]).json()["next"]).json()
    assert [row["title"] for row in third["results"]][-1] == "Talk 0000"
    assert third["next"] is None


@pytest.fixture
def various(make_session: Any, make_user: Any, coach: Any) -> dict[str, Session]:
    other_client = make_user(email="zoe@example.com", name="Zoë Zander", role="client")
    return {
        "plain": make_session(title="Plain"),
        "zoe": make_session(
            title="Later", client=other_client, scheduled_at=START + timedelta(days=40)
        ),
        "failed": make_session(title="Broken", s3_status="failed", status="completed"),
        "moving": make_session(title="Moving", s3_status="uploading", external_platform="zoom"),
        "there": make_session(
            title="There",
            s3_status="completed",
            s3_key="recordings/x",
            s3_uploaded_at=START,
            recording_size_bytes=5,
            recording_upload_id="01890000-0000-7000-8000-000000000000",
            transcript_status="completed",
        ),
    }


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"q": "plain"}, {"Plain"}),
        ({"q": "Zander"}, {"Later"}),
        ({"q": "zoe@example"}, {"Later"}),
        ({"status": "completed"}, {"Broken"}),
        ({"recording": "any"}, {"There"}),
        ({"recording": "none"}, {"Plain", "Later", "Broken", "Moving"}),
        ({"recording": "failed"}, {"Broken"}),
        ({"recording": "uploading"}, {"Moving"}),
        ({"platform": "zoom"}, {"Moving"}),
        ({"transcript_status": "completed"}, {"There"}),
        ({"from": "2026-02-01"}, {"Later"}),
        ({"from": "2026-02-10T09:00:00Z", "to": "2026-02-10"}, {"Later"}),
        ({"to": "2026-01-14T14:59:59Z"}, set()),
        ({"nonsense": "1"}, {"Plain", "Later", "Broken", "Moving", "There"}),
    ],
)
def test_filters(
    api: Any, various: dict[str, Session], query: dict[str, str], expected: set[str]
) -> None:
    response = api.get(f"{API}/sessions", query)
    assert {row["title"] for row in response.json()["results"]} == expected


def test_ordering(api: Any, various: dict[str, Session]) -> None:
    titles = [
        row["title"] for row in api.get(f"{API}/sessions", {"ordering": "title"}).json()["results"]
    ]
    assert titles == ["Broken", "Later", "Moving", "Plain", "There"]


@pytest.mark.parametrize(
    "query",
    [
        {"status": "nope"},
        {"recording": "nope"},
        {"client": "nope"},
        {"from": "yesterday"},
        {"to": "0001-01-01T00:00:00+14:00"},
        {"to": "9999-12-31"},
        {"ordering": "password"},
        {"q": "a\x00b"},
        {"include_transcript": "perhaps"},
    ],
)
def test_a_bad_filter_value_is_refused(api: Any, query: dict[str, str]) -> None:
    response = api.get(f"{API}/sessions", query)
    assert response.status_code == 400
    assert response.json()["type"] == "validation_error"
    assert response.json()["errors"][0]["attr"] == next(iter(query))


def test_transcript_and_analysis_come_when_asked_for(api: Any, session: Session) -> None:
    path = f"{API}/sessions/{session.pk}"
    assert "transcript" not in api.get(path).json()
    asked = api.get(path, {"include_transcript": "true", "include_analysis": "true"}).json()
    assert (asked["transcript"], asked["analysis"]) == (None, None)


def test_there_is_one_format_whatever_is_asked_for(api: Any, session: Any) -> None:
    response = api.get(f"{API}/sessions?format=csv")
    assert (response.status_code, response["Content-Type"]) == (200, "application/json")
    assert response.json() == api.get(f"{API}/sessions").json()
