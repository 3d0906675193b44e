"""Sessions through the API: create, read, change, cancel; foreign ids and fields do nothing."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import User
from sessions_app.models import Session

API = "/api/v1/sessions"
BODY = {
    "title": "Kick-off",
    "scheduled_at": "2026-03-01T10:00:00+01:00",
    "client": {"name": "Nina New", "email": "Nina@Example.com"},
    "participants": [{"name": "Paul"}, {"email": "guest@example.com"}],
    "external_platform": "zoom",
}


def test_create_shows_the_whole_session(api: Any, coach: User) -> None:
    response = api.post(API, BODY)
    session = Session.objects.get()
    client = User.objects.get(email="nina@example.com")
    body = response.json()
    assert response.status_code == 201
    assert body.pop("created_at").endswith("Z")
    assert body.pop("updated_at").endswith("Z")
    assert body == {
        "id": str(session.pk),
        "title": "Kick-off",
        "description": "",
        "scheduled_at": "2026-03-01T09:00:00Z",
        "duration_minutes": 60,
        "status": "scheduled",
        "coach": {"id": str(coach.pk), "name": "Carla Coach", "email": "coach@example.com"},
        "client": {"id": str(client.pk), "name": "Nina New", "email": "nina@example.com"},
        "participants": [
            {"id": None, "name": "Paul", "email": ""},
            {"id": None, "name": "", "email": "guest@example.com"},
        ],
        "meeting_id": None,
        "external_platform": "zoom",
        "external_recording_url": None,
    }
    assert (client.role, client.has_usable_password()) == ("client", False)
    assert api.get(f"{API}/{session.pk}").json()["title"] == "Kick-off"
    assert api.get(f"{API}/").json()["count"] == 1


def test_fields_nobody_may_set_are_ignored(api: Any, coach: User, other_coach: User) -> None:
    api.post(
        API,
        {
            **BODY,
            "id": "00000000-0000-7000-8000-000000000000",
            "coach": str(other_coach.pk),
            "coach_id": str(other_coach.pk),
            "s3_key": "recordings/evil",
            "s3_status": "completed",
            "recording_size_bytes": 5,
            "is_staff": True,
        },
    )
    session = Session.objects.get()
    assert (session.coach, session.s3_key, session.s3_status) == (coach, "", "")
    assert session.recording_size_bytes is None
    api.patch(f"{API}/{session.pk}", {"coach": str(other_coach.pk), "s3_key": "x", "title": "T"})
    session.refresh_from_db()
    assert (session.coach, session.s3_key, session.title) == (coach, "", "T")


def test_change_replaces_what_is_named_and_cancel_keeps_the_rest(api: Any) -> None:
    session_id = api.post(API, BODY).json()["id"]
    changed = api.patch(
        f"{API}/{session_id}",
        {"status": "completed", "participants": [{"name": "Only"}], "client": None},
    ).json()
    assert (changed["status"], changed["client"]) == ("completed", None)
    assert changed["participants"] == [{"id": None, "name": "Only", "email": ""}]
    assert changed["title"] == "Kick-off"
    assert api.delete(f"{API}/{session_id}").status_code == 204
    assert api.get(f"{API}/{session_id}").json()["status"] == "cancelled"


def test_another_coachs_client_id_is_refused(
    api_for: Any, other_coach: User, session: Session, client_user: User
) -> None:
    stranger = api_for(other_coach)
    response = stranger.post(API, {**BODY, "client": {"id": str(client_user.pk)}})
    assert (response.status_code, response.json()["errors"][0]["attr"]) == (400, "client")
    guests = stranger.post(API, {**BODY, "participants": [{"id": str(client_user.pk)}]})
    assert (guests.status_code, guests.json()["errors"][0]["attr"]) == (400, "participants")
    assert not Session.objects.filter(coach=other_coach).exists()


def test_an_email_does_not_tell_the_name_another_coach_knows(
    api_for: Any, other_coach: User, session: Session
) -> None:
    body = {**BODY, "client": {"email": "client@example.com"}}
    made = api_for(other_coach).post(API, body).json()
    assert made["client"]["name"] == "client"


@pytest.mark.parametrize(
    "change",
    [
        {"title": ""},
        {"title": "x" * 201},
        {"title": None},
        {"title": {"a": 1}},
        {"scheduled_at": "soon"},
        {"scheduled_at": "0001-01-01T00:00:00+14:00"},
        {"scheduled_at": "9999-12-31T23:59:59-14:00"},
        {"duration_minutes": 0},
        {"duration_minutes": 10**30},
        {"status": "done"},
        {"client": {"name": "No mail"}},
        {"client": "somebody"},
        {"client": {"id": "x"}},
        {"participants": [{}]},
        {"participants": {"name": "x"}},
        {"participants": [{"name": "x"}] * 201},
        {"external_platform": "skype"},
        {"external_recording_url": "javascript:alert(1)"},
        {"description": "a\x00b"},
    ],
)
def test_odd_values_are_refused_and_nothing_stored(api: Any, change: dict[str, Any]) -> None:
    response = api.post(API, {**BODY, **change})
    assert response.status_code == 400
    assert response.json()["type"] == "validation_error"
    assert not Session.objects.exists()
    assert not User.objects.filter(email="nina@example.com").exists()


def test_a_client_sees_and_makes_nothing(api_for: Any, client_user: User, session: Session) -> None:
    theirs = api_for(client_user)
    assert theirs.get(API).json()["results"] == []
    assert theirs.get(f"{API}/{session.pk}").status_code == 404
    assert theirs.post(API, BODY).status_code == 403
    assert Session.objects.count() == 1


def test_idempotency_creates_one_session(api: Any) -> None:
    headers = {"Idempotency-Key": "create-1"}
    first = api.post(API, BODY, headers=headers)
    second = api.post(API, BODY, headers=headers)
    assert (first.status_code, second.status_code) == (201, 201)
    assert second.json() == first.json()
    assert Session.objects.count() == 1
    other = api.post(API, {**BODY, "title": "Another"}, headers=headers)
    assert (other.status_code, other.json()["errors"][0]["code"]) == (422, "idempotency_mismatch")
