"""Asking which sessions files belong to: the whole answer, and what is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from recordings.models import SessionUpload
from sessions_app.models import Session
from tests.recordings.conftest import API

MATCH = f"{API}/match-files"
THREE = datetime(2026, 1, 14, 15, tzinfo=UTC)
ZOOM = "GMT20260114-150203_Recording.mp4"


def test_each_file_is_answered_in_order_with_what_is_known(
    api: Any, make_session: Callable[..., Session], bucket: str
) -> None:
    session = make_session(title="Quiet ambition", scheduled_at=THREE)
    opened = api.post(
        f"{API}/multipart",
        {"session_id": str(session.pk), "filename": "b.mp4", "size_bytes": 9},
    ).json()
    files = [
        {"filename": "notes.pdf", "size_bytes": 10},
        {
            "filename": ZOOM,
            "size_bytes": 10,
            "file_modified_at": "2026-01-14T16:00:00Z",
            "recorded_at": None,
            "duration_seconds": 3540.5,
            "content_type": "video/mp4",
        },
        {"filename": "b.mp4", "size_bytes": 9, "file_modified_at": "2026-01-14T17:00:00Z"},
    ]

    response = api.post(MATCH, {"files": files})

    proposal = {
        "session_id": str(session.pk),
        "title": "Quiet ambition",
        "scheduled_at": "2026-01-14T15:00:00Z",
        "client_name": "Klara Client",
    }
    assert response.status_code == 200
    assert response.json() == {
        "files": [
            {
                "filename": "notes.pdf",
                "problem": {
                    "code": "not_media",
                    "detail": "This file is not a video or audio recording; choose the recording"
                    " itself, for example an MP4, MOV, WebM, M4A or MP3 file.",
                },
                "open_upload": None,
                "proposals": [],
                "new_session": {
                    "title": "notes",
                    "scheduled_at": None,
                    "duration_minutes": 60,
                },
            },
            {
                "filename": ZOOM,
                "problem": None,
                "open_upload": None,
                "proposals": [
                    {
                        **proposal,
                        "score": 0.9,
                        "sureness": "possible",
                        "why": "Starts within minutes of it, as long as planned,"
                        " an upload is under way, another of these files fits it better.",
                    }
                ],
                "new_session": {
                    "title": "Session of 14 January 2026",
                    "scheduled_at": "2026-01-14T15:00:00Z",
                    "duration_minutes": 60,
                },
            },
            {
                "filename": "b.mp4",
                "problem": None,
                "open_upload": api.get(f"{API}/multipart").json()["results"][0],
                "proposals": [
                    {
                        **proposal,
                        "score": 1.0,
                        "sureness": "certain",
                        "why": "This file is on its way to it.",
                    }
                ],
                "new_session": {
                    "title": "b",
                    "scheduled_at": "2026-01-14T16:00:00Z",
                    "duration_minutes": 60,
                },
            },
        ]
    }
    assert response.json()["files"][2]["open_upload"]["upload_id"] == opened["upload_id"]


def test_a_read_token_may_ask_and_an_idempotency_key_keeps_no_answer(
    api_for: Callable[..., Any], make_session: Callable[..., Session], coach: User
) -> None:
    reader = api_for(coach, "read")
    ask = {"files": [{"filename": ZOOM, "size_bytes": 1}]}
    key = {"Idempotency-Key": "one"}
    before = reader.post(MATCH, ask, headers=key)
    session = make_session(scheduled_at=THREE)
    after = reader.post(MATCH, ask, headers=key)
    assert (before.status_code, before.json()["files"][0]["proposals"]) == (200, [])
    assert after.json()["files"][0]["proposals"][0]["session_id"] == str(session.pk)


@pytest.mark.parametrize(
    ("chosen", "said", "hour"),
    [("Asia/Tokyo", "", 6), ("", "America/New_York", 20), ("Asia/Tokyo", "Europe/Berlin", 6)],
)
def test_a_clock_without_a_zone_is_the_coachs_own(
    make_session: Callable[..., Session], coach: User, chosen: str, said: str, hour: int
) -> None:
    User.objects.filter(pk=coach.pk).update(time_zone=chosen)
    session = make_session(scheduled_at=THREE.replace(hour=hour))
    client = Client()
    client.force_login(coach)
    client.cookies["time_zone"] = said
    name = "Talk-20260114_150000-Meeting Recording.mp4"
    response = client.post(
        MATCH, {"files": [{"filename": name, "size_bytes": 1}]}, content_type="application/json"
    )
    proposals = response.json()["files"][0]["proposals"]
    assert [(each["session_id"], each["sureness"]) for each in proposals] == [
        (str(session.pk), "certain")
    ]


FILE = {"filename": ZOOM, "size_bytes": 1}


@pytest.mark.parametrize(
    "files",
    [
        None,
        [],
        {},
        "x",
        [1],
        [[]],
        [{}],
        [FILE] * 201,
        [FILE | {"filename": ""}],
        [FILE | {"filename": "x" * 1001}],
        [FILE | {"filename": None}],
        [FILE | {"size_bytes": -1}],
        [FILE | {"size_bytes": 2**63}],
        [FILE | {"size_bytes": None}],
        [FILE | {"file_modified_at": "soon"}],
        [FILE | {"recorded_at": "0001-01-01T00:00:00+14:00"}],
        [FILE | {"recorded_at": 5}],
        [FILE | {"duration_seconds": -1}],
        [FILE | {"duration_seconds": 1e300}],
        [FILE | {"duration_seconds": "x"}],
        [FILE | {"duration_seconds": "nan"}],
        [FILE | {"content_type": []}],
        [FILE | {"content_type": "x" * 256}],
    ],
    ids=lambda files: json.dumps(files)[:40],
)
def test_files_that_cannot_be_are_refused(api: Any, files: Any) -> None:
    response = api.post(MATCH, {"files": files})
    assert (response.status_code, response.json()["type"]) == (400, "validation_error")


@pytest.mark.parametrize(
    "name",
    [
        "/" * 1000,
        ".mp4",
        "..",
        "GMT" * 300,
        "20260114_" * 100,
        "2" * 1000,
        "_-" * 500,
        "(" * 1000,
        "\u202e\u200d\u0301" * 300,
        "ﬀ" * 1000,
        "2026-01-14 at 23.59.59 PM GMT+99_99.mp4",
        "2099-12-31 23-59-59 GMT-23.mp4",
    ],
    ids=lambda name: ascii(name)[:20],
)
def test_odd_names_are_answered(api: Any, session: Session, name: str) -> None:
    response = api.post(MATCH, {"files": [{"filename": name, "size_bytes": 1}]})
    assert response.status_code == 200
    (found,) = response.json()["files"]
    assert (found["filename"], found["problem"]) == (name, None)
    assert found["new_session"]["title"]
    assert not SessionUpload.objects.exists()
