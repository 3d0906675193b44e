"""A platform calls, and others are called: over real processes, from the page to the bytes."""

from __future__ import annotations

import hashlib
import json
import re
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
import requests
from standardwebhooks import Webhook

from tests.journeys.pages import Visitor, connect
from tests.journeys.stack import BUCKET, Api, Stack, wait_for
from tests.origins import Origin, a_file, status

VTT = b"WEBVTT\n\n00:00.000 --> 00:01.000\nHello\n"


def told(address: str, secret: str, body: dict[str, Any]) -> requests.Response:
    """Send a signed event, as a tool of one's own does."""
    data = json.dumps(body)
    message_id, now = f"msg_{uuid.uuid4().hex}", datetime.now(UTC)
    headers = {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(secret).sign(message_id, now, data),
        "Content-Type": "application/json",
    }
    return requests.post(address, data=data, headers=headers, timeout=30)


def announced(origin: Origin, title: str, recording_id: str, started_at: str) -> dict[str, Any]:
    return {
        "type": "recording.completed",
        "timestamp": started_at,
        "data": {
            "id": recording_id,
            "title": title,
            "host_email": "coach@example.com",
            "meeting_id": "https://zoom.us/j/91234567890",
            "started_at": started_at,
            "files": [
                {"id": "v", "kind": "video", "url": origin.url("/talk.mp4"), "extension": "mp4"},
                {
                    "id": "t",
                    "kind": "transcript",
                    "url": origin.url("/talk.vtt"),
                    "extension": "vtt",
                },
            ],
        },
    }


@pytest.fixture
def wait_for_session(api: Api) -> Callable[[str], dict[str, Any]]:
    """Poll a session until its newest upload is completed; as the API shows it then."""

    def poll(session_id: str) -> dict[str, Any]:
        def look() -> dict[str, Any] | None:
            shown: dict[str, Any] = api("GET", f"/recordings/sessions/{session_id}", 200)
            states = [upload["status"] for upload in shown["uploads"]]
            assert "failed" not in states, shown
            return shown if states[:1] == ["completed"] else None

        found: dict[str, Any] = wait_for(look)
        return found

    return poll


def test_a_recording_that_is_announced_comes_to_its_session_and_is_told_on(
    stack: Stack,
    api: Api,
    origin: Origin,
    mp4: bytes,
    talk: str,
    wait_for_session: Callable[[str], dict[str, Any]],
) -> None:
    origin.serve("/talk.mp4", a_file(mp4))
    origin.serve("/talk.vtt", a_file(VTT, content_type="text/vtt"))
    origin.serve("/hook", status(204))
    body = {
        "title": talk,
        "scheduled_at": "2026-02-03T15:00:00Z",
        "meeting_id": "912 3456 7890",
    }
    session = api("POST", "/sessions", 201, json=body)
    endpoint = api(
        "POST",
        "/webhook-endpoints",
        201,
        json={"url": origin.url("/hook"), "events": ["recording.completed"]},
    )
    visitor = Visitor(stack)
    address, secret = connect(visitor, "standard", name=talk)
    assert secret.startswith("whsec_")

    news = announced(origin, talk, talk, "2026-02-03T15:02:00Z")
    for _ in range(2):  # platforms say things twice
        answer = told(address, secret, news)
        assert (answer.status_code, answer.json()) == (202, {"received": True})
    assert told(address, "whsec_" + "A" * 44, news).status_code == 401

    shown = wait_for_session(session["id"])
    [upload] = shown["uploads"]
    assert (upload["type"], upload["status"], upload["error"]) == ("webhook", "completed", None)
    stored = stack.s3().get_object(Bucket=BUCKET, Key=upload["s3_key"])["Body"].read()
    assert hashlib.sha256(stored).digest() == hashlib.sha256(mp4).digest()
    [sidecar] = api("GET", f"/recordings/sidecars/{session['id']}", 200)["results"]
    assert (sidecar["kind"], sidecar["size_bytes"]) == ("transcript", len(VTT))
    assert requests.get(sidecar["download_url"], timeout=30).content == VTT

    hook = wait_for(lambda: [each for each in origin.requests if each.path == "/hook"])[0]
    payload = Webhook(endpoint["secret"]).verify(hook.body, hook.headers)
    assert payload["type"] == "recording.completed"
    assert payload["data"]["session_id"] == session["id"]
    api("DELETE", f"/webhook-endpoints/{endpoint['id']}", 204)

    secrets = visitor.get("/dashboard/coach/connections").text
    assert secret not in secrets
    assert secret not in stack.log("web") + stack.log("worker")


def test_one_that_fits_no_session_waits_on_the_page_and_is_made_one(
    stack: Stack,
    origin: Origin,
    mp4: bytes,
    talk: str,
    wait_for_session: Callable[[str], dict[str, Any]],
    api: Api,
) -> None:
    origin.serve("/talk.mp4", a_file(mp4))
    origin.serve("/talk.vtt", a_file(VTT, content_type="text/vtt"))
    visitor = Visitor(stack)
    address, secret = connect(visitor, "standard", name=talk)
    title = f"Unknown {talk}"
    news = announced(origin, title, title, "2019-02-03T15:02:00Z")
    assert told(address, secret, news).status_code == 202

    listed = wait_for(
        lambda: (page := visitor.get("/dashboard/coach/unmatched").text) and title in page and page
    )
    path = re.findall(r'action="(/dashboard/coach/unmatched/[^"/]+/session)"', listed)[0]
    visitor.send("/dashboard/coach/unmatched", {}, to=path)
    found = wait_for(lambda: api("GET", f"/sessions?q={title}", 200)["results"])
    shown = wait_for_session(found[0]["id"])
    assert shown["recording"]["has_recording"] is True
    assert title not in visitor.get("/dashboard/coach/unmatched").text
