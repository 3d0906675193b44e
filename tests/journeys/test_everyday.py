"""A coach's day, over HTTP, against real processes and a bucket that checks what it is told."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import requests

from tests.journeys.conftest import objects_below, parts_below
from tests.journeys.stack import BUCKET, Api, Stack, wait_for
from tests.origins import Origin, a_file

Ended = Callable[[str], dict[str, Any]]
MIB = 1024**2


def through_the_server(api: Api, session_id: str, data: bytes) -> str:
    answer = api(
        "POST",
        "/recordings/upload",
        201,
        data={"session_id": session_id},
        files={"file": ("Gespräch eins.mp4", data, "video/mp4")},
    )
    assert answer["checksum_sha256"] == hashlib.sha256(data).hexdigest()
    return str(answer["upload_id"])


def by_presigned_form(api: Api, session_id: str, data: bytes) -> str:
    form = api(
        "GET",
        "/recordings/presigned-upload-url",
        200,
        params={"session_id": session_id, "filename": "two.mp4", "content_type": "video/mp4"},
    )
    sent = requests.post(
        form["upload_url"], data=form["fields"], files={"file": ("two.mp4", data)}, timeout=30
    )
    assert sent.status_code in (200, 201, 204), sent.text
    answer = api("POST", f"/recordings/confirm-upload/{form['upload_id']}", 200)
    assert (answer["status"], answer["size_bytes"]) == ("completed", len(data))
    return str(form["upload_id"])


def in_parts(api: Api, session_id: str, data: bytes) -> str:
    body = {
        "session_id": session_id,
        "filename": "three.mp4",
        "content_type": "video/mp4",
        "size_bytes": len(data),
    }
    opened = api("POST", "/recordings/multipart", 201, json=body)
    place = f"/recordings/multipart/{opened['upload_id']}"
    numbers = list(range(1, opened["part_count"] + 1))
    urls = api("POST", f"{place}/parts", 200, json={"part_numbers": numbers})["urls"]
    parts = []
    for number in numbers:
        size = opened["part_size_bytes"]
        sent = requests.put(
            urls[str(number)], data=data[(number - 1) * size : number * size], timeout=30
        )
        assert sent.status_code == 200, sent.text
        parts.append({"part_number": number, "etag": sent.headers["ETag"]})
    assert len(api("GET", f"{place}/parts", 200)["parts"]) == len(numbers) > 1
    answer = api("POST", f"{place}/complete", 200, json={"parts": parts})
    assert answer["status"] == "completed"
    return str(opened["upload_id"])


def test_recordings_come_in_by_every_way_and_go_again(
    stack: Stack,
    api: Api,
    origin: Origin,
    mp4: bytes,
    ended: Ended,
    fetch_from: Callable[[str, str], str],
) -> None:
    long = mp4 + bytes(17 * MIB)
    url = origin.serve("/call.mp4", a_file(mp4 + b"\0\0\0\x08free"))
    ways: list[tuple[bytes, Callable[[str, bytes], str]]] = [
        (mp4, lambda session_id, data: through_the_server(api, session_id, data)),
        (mp4, lambda session_id, data: by_presigned_form(api, session_id, data)),
        (long, lambda session_id, data: in_parts(api, session_id, data)),
        (mp4 + b"\0\0\0\x08free", lambda session_id, data: fetch_from(session_id, url)),
    ]
    sessions = []
    for data, send in ways:
        body = {"title": "Talk", "scheduled_at": "2026-02-01T09:00:00Z"}
        session_id = api("POST", "/sessions", 201, json=body)["id"]
        shown = ended(send(session_id, data))
        assert (shown["status"], shown["error"]) == ("completed", None)
        assert (shown["size_bytes"], shown["mime_type"]) == (len(data), "video/mp4")

        link = api("GET", f"/recordings/download/{session_id}", 200)
        got = requests.get(link["download_url"], timeout=30)
        assert got.content == data
        # The embedded bucket does not send the name back that the link asks it to.
        assert "response-content-disposition=attachment" in link["download_url"]
        sessions.append((session_id, shown["s3_key"]))

    wait_for(lambda: _known_duration(api, sessions), seconds=30)

    for session_id, key in sessions:
        assert objects_below(stack, key) == [key]
        api("DELETE", f"/recordings/recording/{session_id}", 204)
        assert objects_below(stack, key) == []
        after = api("GET", f"/recordings/sessions/{session_id}", 200)
        assert after["recording"]["has_recording"] is False
        assert [upload["status"] for upload in after["uploads"]] == ["deleted"]
        gone = api("GET", f"/recordings/download/{session_id}", 404)
        assert gone["errors"][0]["code"] == "no_recording"
        assert parts_below(stack, key) == []


def _known_duration(api: Api, sessions: list[tuple[str, str]]) -> bool:
    """Whether a worker has read how long each recording is."""
    shown = [api("GET", f"/recordings/sessions/{found}", 200) for found, _key in sessions]
    return all(round(each["recording"]["duration_seconds"] or 0) == 2 for each in shown)


def test_files_put_by_hand_are_found(
    stack: Stack, api: Api, session: dict[str, Any], mp4: bytes
) -> None:
    (coach_id,) = stack.sql("SELECT id FROM accounts_user WHERE email = ?", "coach@example.com")[0]
    coach = f"{coach_id[:8]}-{coach_id[8:12]}-{coach_id[12:16]}-{coach_id[16:20]}-{coach_id[20:]}"
    client = (session["client"] or {}).get("id") or "no-client"
    mine = f"recordings/{coach}/{client}/2026-01-14/by hand.mp4"
    nobodys = f"recordings/{coach}/no-client/1999-12-31/lost.mp4"
    for key in (mine, nobodys):
        stack.s3().put_object(Bucket=BUCKET, Key=key, Body=mp4, ContentType="video/mp4")

    run = api("POST", "/recordings/sync-bucket", 202, json={})

    def completed() -> dict[str, Any] | None:
        shown: dict[str, Any] = api("GET", f"/recordings/sync-runs/{run['id']}", 200)
        return None if shown["status"] in ("pending", "running") else shown

    done = wait_for(completed, seconds=30)
    assert (done["status"], done["errors"]) == ("completed", [])
    adopted = api("GET", f"/recordings/sessions/{session['id']}", 200)
    assert adopted["recording"]["s3_key"] == mine
    assert [(each["type"], each["status"]) for each in adopted["uploads"]] == [
        ("sync", "completed")
    ]
    listed = stack.sql("SELECT reason FROM recordings_unmatchedfile WHERE s3_key = ?", nobodys)
    assert listed == [("no_session",)]
    again = api("POST", "/recordings/sync-bucket", 202, json={})
    assert again["id"] != run["id"]
