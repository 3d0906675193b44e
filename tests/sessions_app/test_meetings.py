"""One spelling for each meeting, however it is named."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rest_framework.test import APIClient

from sessions_app.meetings import meeting_id_of


@pytest.mark.parametrize(
    ("text", "meeting_id"),
    [
        ("", ""),
        ("123 4567 8901", "12345678901"),
        ("123-456-789", "123456789"),
        (" 12345678901 ", "12345678901"),
        ("https://us02web.zoom.us/j/12345678901?pwd=abc", "12345678901"),
        ("https://zoom.us/w/123456789", "123456789"),
        ("https://app.zoom.us/wc/join/123456789", "123456789"),
        ("https://zoom.us.evil.example/j/123456789", "zoom.us.evil.example/j/123456789"),
        ("https://zoom.us/profile", ""),
        ("https://meet.google.com/ABC-defg-hij?authuser=1", "abc-defg-hij"),
        ("abc-defg-hij", "abc-defg-hij"),
        (
            "https://teams.microsoft.com/l/meetup-join/19%3ameeting_x%40thread.v2/0?context=y",
            "19:meeting_x@thread.v2",
        ),
        ("https://teams.live.com/meet/9312345678901?p=x", "9312345678901"),
        ("https://acme.webex.com/meet/carla/?x=1", "acme.webex.com/meet/carla"),
        ("https://[broken", ""),
        ("room 7", "room 7"),
    ],
)
def test_meeting_ids(text: str, meeting_id: str) -> None:
    assert meeting_id_of(text) == meeting_id


@given(st.text())
def test_any_text_gives_an_id_that_fits_its_column_and_stays_as_it_is(text: str) -> None:
    found = meeting_id_of(text)
    assert len(found) <= 200
    assert "://" in found or meeting_id_of(found) == found


def test_a_session_takes_the_invitation_and_shows_the_id(api: APIClient) -> None:
    talk = {
        "title": "First talk",
        "scheduled_at": "2026-01-14T15:00:00Z",
        "meeting_id": "https://us02web.zoom.us/j/12345678901?pwd=secret",
    }
    created = api.post("/api/v1/sessions", talk)
    assert created.status_code == 201
    assert created.json()["meeting_id"] == "12345678901"
    changed = api.patch(f"/api/v1/sessions/{created.json()['id']}", {"meeting_id": ""})
    assert changed.json()["meeting_id"] is None
