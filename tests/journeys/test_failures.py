"""Processes that end in the middle of an import, and come back: nothing is lost or done twice."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from typing import Any

import pytest
import requests

from recordings import storage
from tests.journeys.conftest import objects_below, parts_below
from tests.journeys.stack import BUCKET, Api, Stack, wait_for
from tests.origins import Origin, a_file
from tests.recordings.imports.conftest import flowing

Ended = Callable[[str], dict[str, Any]]
MIB = 1024**2


def has_one_object(stack: Stack, key: str, data: bytes) -> None:
    """Check that the key holds these bytes, in one version, and no open parts."""
    assert objects_below(stack, key) == [key]
    held = stack.s3().get_object(Bucket=BUCKET, Key=key)["Body"].read()
    assert held == data
    versions = stack.s3().list_object_versions(Bucket=BUCKET, Prefix=key)
    assert len(versions["Versions"]) == 1
    assert parts_below(stack, key) == []


def moves_of(stack: Stack, upload_id: str) -> list[tuple[Any, ...]]:
    return stack.sql(
        "SELECT from_status, to_status, actor FROM recordings_uploadevent"
        " WHERE upload_id = ? ORDER BY id",
        upload_id.replace("-", ""),
    )


def test_a_killed_workers_import_is_done_by_the_next(
    stack: Stack,
    session: dict[str, Any],
    origin: Origin,
    mp4: bytes,
    ended: Ended,
    fetch_from: Callable[[str, str], str],
    wait_until_flowing: Callable[[str], None],
) -> None:
    url = origin.serve("/call.mp4", flowing(mp4 + bytes(6 * MIB)), a_file(mp4))
    upload_id = fetch_from(session["id"], url)
    wait_until_flowing(upload_id)

    assert stack.stop("worker", signal.SIGKILL) == -signal.SIGKILL
    # What a minute does: nobody renews the lease any more.
    stack.sql(
        "UPDATE recordings_sessionupload SET lease_until = '2026-01-01 00:00:00' WHERE id = ?",
        upload_id.replace("-", ""),
    )
    stack.start("worker")
    stack.sweep()

    shown = ended(upload_id)
    assert (shown["status"], shown["size_bytes"]) == ("completed", len(mp4))
    has_one_object(stack, shown["s3_key"], mp4)
    assert moves_of(stack, upload_id) == [
        ("", "pending", "person"),
        ("pending", "uploading", "worker"),
        ("uploading", "pending", "sweep"),
        ("pending", "uploading", "worker"),
        ("uploading", "completed", "worker"),
    ]


def test_a_worker_that_is_asked_to_end_hands_its_import_on(
    stack: Stack,
    session: dict[str, Any],
    origin: Origin,
    mp4: bytes,
    ended: Ended,
    fetch_from: Callable[[str, str], str],
    wait_until_flowing: Callable[[str], None],
) -> None:
    url = origin.serve("/call.mp4", flowing(mp4 + bytes(6 * MIB)), a_file(mp4))
    upload_id = fetch_from(session["id"], url)
    wait_until_flowing(upload_id)

    assert stack.stop("worker", signal.SIGTERM) == 0

    row = "SELECT status, lease_owner, attempts, lost_workers, multipart_id, s3_key"
    found = stack.sql(
        f"{row} FROM recordings_sessionupload WHERE id = ?", upload_id.replace("-", "")
    )
    *state, key = found[0]
    assert state == ["pending", "", 0, 0, ""]
    assert (objects_below(stack, key), parts_below(stack, key)) == ([], [])
    stack.start("worker")
    # The worker left a nudge; one that it took along itself is made good by the next sweep.
    stack.sweep()
    shown = ended(upload_id)
    assert shown["status"] == "completed"
    has_one_object(stack, key, mp4)


def test_an_import_that_was_asked_for_without_a_broker_is_done(
    stack: Stack,
    session: dict[str, Any],
    origin: Origin,
    mp4: bytes,
    ended: Ended,
    fetch_from: Callable[[str, str], str],
) -> None:
    stack.sweep()
    everything = {"database": "ok", "broker": "ok", "bucket": "ok", "worker": "ok"}
    wait_for(lambda: stack.readiness() == (200, everything), seconds=30)
    url = origin.serve("/call.mp4", a_file(mp4))

    stack.stop("broker")
    began = time.monotonic()
    upload_id = fetch_from(session["id"], url)
    took = time.monotonic() - began
    status, found = stack.readiness()

    # A second is promised, on a machine that is not busy with tests.
    assert took < 3
    assert (status, found["broker"]) == (503, "unreachable")
    assert (found["database"], found["bucket"]) == ("ok", "ok")
    assert moves_of(stack, upload_id) == [("", "pending", "person")]
    stack.start("broker")
    stack.sweep()
    shown = ended(upload_id)
    assert shown["status"] == "completed"
    has_one_object(stack, shown["s3_key"], mp4)
    wait_for(lambda: stack.readiness() == (200, everything), seconds=30)


def test_an_import_under_way_outlives_the_broker(
    stack: Stack,
    api: Api,
    session: dict[str, Any],
    origin: Origin,
    mp4: bytes,
    fetch_from: Callable[[str, str], str],
    wait_until_flowing: Callable[[str], None],
) -> None:
    upload_id = fetch_from(session["id"], origin.serve("/call.mp4", flowing(mp4)))
    wait_until_flowing(upload_id)
    stack.sweep()

    stack.stop("broker")
    stack.start("broker")
    wait_for(lambda: stack.readiness()[1]["broker"] == "ok")
    second = fetch_from(session["id"], origin.serve("/second.mp4", a_file(mp4)))
    stack.sweep()
    wait_for(
        lambda: api("GET", f"/recordings/uploads/{second}", 200)["status"] == "completed",
        seconds=30,
    )

    assert api("GET", f"/recordings/uploads/{upload_id}", 200)["status"] == "uploading"
    assert len(moves_of(stack, upload_id)) == 2
    api("POST", f"/recordings/uploads/{upload_id}/cancel", 200)
    # Its task has ended, on a connection that is not the one it began on: the worker lives.
    third = fetch_from(session["id"], origin.url("/second.mp4"))
    wait_for(
        lambda: api("GET", f"/recordings/uploads/{third}", 200)["status"] == "completed",
        seconds=30,
    )


def test_a_bucket_that_is_away_is_named_and_its_import_fails_retryably(
    stack: Stack, api: Api, session: dict[str, Any], origin: Origin, mp4: bytes, ended: Ended
) -> None:
    url = origin.serve("/call.mp4", a_file(mp4))
    stack.stop("bucket")
    try:
        status, found = stack.readiness()
        assert (status, found["bucket"]) == (503, "unreachable")
        body = {"session_id": session["id"], "external_url": url}
        upload_id = api("POST", "/recordings/upload", 202, json=body)["upload_id"]
        failed = ended(upload_id)
    finally:
        stack.start("bucket")

    assert failed["error"] == {
        "code": "storage_unavailable",
        "detail": storage.StorageError.detail,
    }
    api("POST", f"/recordings/uploads/{upload_id}/retry", 202)
    shown = ended(upload_id)
    assert (shown["status"], shown["error"]) == ("completed", None)
    has_one_object(stack, shown["s3_key"], mp4)


@pytest.fixture
def form(api: Api, session: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = api(
        "GET",
        "/recordings/presigned-upload-url",
        200,
        params={
            "session_id": session["id"],
            "filename": "call.mp4",
            "content_type": "video/mp4",
            "size_bytes": 1000,
        },
    )
    return found


@pytest.mark.parametrize(
    ("changed", "size"),
    [
        ({"key": "recordings/another/place.mp4"}, 1000),
        ({"Content-Type": "text/html"}, 1000),
        ({"x-amz-server-side-encryption": "aws:kms"}, 1000),
        ({}, 1001),
        ({}, 999),
    ],
    ids=["key", "type", "encryption", "too large", "too small"],
)
def test_the_bucket_takes_nothing_but_what_the_form_was_signed_for(
    stack: Stack, api: Api, form: dict[str, Any], changed: dict[str, str], size: int
) -> None:
    fields = form["fields"] | changed
    assert fields.keys() == form["fields"].keys()

    sent = requests.post(
        form["upload_url"], data=fields, files={"file": ("x", bytes(size))}, timeout=30
    )

    assert sent.status_code in (400, 403), sent.text
    assert objects_below(stack, fields["key"]) == []
    answer = api("POST", f"/recordings/confirm-upload/{form['upload_id']}", 409)
    assert answer["errors"][0]["code"] == "not_uploaded"


@pytest.fixture
def ours(stack: Stack, settings: Any) -> Any:
    """The room that speaks S3, in this process, on the stack's bucket."""
    settings.AWS_S3_ENDPOINT_URL = stack.s3().meta.endpoint_url
    settings.AWS_S3_BUCKET = BUCKET
    settings.AWS_ACCESS_KEY_ID = "filmroom"
    settings.AWS_SECRET_ACCESS_KEY = stack.bucket_secret
    return storage


def test_links_and_forms_end_with_their_time(stack: Stack, ours: Any, mp4: bytes) -> None:
    stack.s3().put_object(Bucket=BUCKET, Key="recordings/timed.mp4", Body=mp4)
    named = {"filename": "timed.mp4", "mime_type": "video/mp4"}
    link = ours.presign_get("recordings/timed.mp4", expires_in=1, **named)
    lasting = ours.presign_get("recordings/timed.mp4", expires_in=60, **named)
    form = ours.presign_post(
        "recordings/late.mp4", content_type="video/mp4", min_bytes=1, max_bytes=9, expires_in=1
    )
    time.sleep(2.1)

    assert requests.get(lasting, timeout=30).content == mp4
    assert requests.get(link, timeout=30).status_code == 403
    sent = requests.post(form.url, data=form.fields, files={"file": ("x", b"moving")}, timeout=30)
    assert sent.status_code in (400, 403)
    assert objects_below(stack, "recordings/late.mp4") == []
