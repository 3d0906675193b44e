"""Writing down and changing sessions by the pages' forms."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from sessions_app.models import Session

NEW = "/dashboard/coach/sessions/new"
FILLED = {
    "title": "Second talk",
    "client_name": "Nina",
    "client_email": "Nina@Example.com",
    "scheduled_at": "2026-03-02T09:30",
    "duration_minutes": "45",
    "status": "completed",
    "external_platform": "zoom",
    "description": "About goals",
}


def test_a_session_is_written_down(web: Client, coach: User) -> None:
    answer = web.post(NEW, FILLED)

    session = Session.objects.get()
    assert (answer.status_code, answer["Location"]) == (
        302,
        f"/dashboard/coach/sessions/{session.pk}",
    )
    assert session.coach == coach
    assert session.client is not None
    assert (session.client.email, session.client.role) == ("nina@example.com", "client")
    assert session.client_display_name == "Nina"
    assert session.scheduled_at == datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
    stored = (session.title, session.duration_minutes, session.status, session.external_platform)
    assert stored == ("Second talk", 45, "completed", "zoom")
    assert "Second talk" in web.get(answer["Location"]).text


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": ""},
        {"title": "a\x00b"},
        {"scheduled_at": "yesterday"},
        {"scheduled_at": "9999-12-31T23:59"},
        {"duration_minutes": "0"},
        {"duration_minutes": "1441"},
        {"status": "gone"},
        {"client_email": ""},
        {"client_email": "nobody"},
        {"title": "x" * 201},
    ],
)
def test_what_is_wrong_is_said_beside_the_field(web: Client, wrong: dict[str, str]) -> None:
    answer = web.post(NEW, FILLED | wrong)

    assert answer.status_code == 400
    assert 'class="errors"' in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert not Session.objects.exists()


def test_nobody_chooses_the_coach_or_the_key(web: Client, coach: User, other_coach: User) -> None:
    web.post(NEW, FILLED | {"coach": str(other_coach.pk), "s3_key": "recordings/x"})

    session = Session.objects.get()
    assert (session.coach, session.s3_key) == (coach, "")


def test_a_session_is_changed_and_keeps_what_was_not_touched(
    web: Client, session: Session, client_user: User
) -> None:
    url = f"/dashboard/coach/sessions/{session.pk}/edit"
    form: Any = web.get(url).context["form"]
    values = {name: form[name].value() for name in form.fields}
    assert values["scheduled_at"].isoformat() == "2026-01-14T15:00:00"
    values["scheduled_at"] = "2026-01-15T16:00"

    answer = web.post(url, values | {"title": "Renamed"})

    session.refresh_from_db()
    assert answer.status_code == 302
    assert session.title == "Renamed"
    assert session.scheduled_at == datetime(2026, 1, 15, 16, tzinfo=UTC)
    assert (session.client, session.client_name) == (client_user, "")
