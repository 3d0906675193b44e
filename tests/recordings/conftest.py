"""Recordings to send, and ways of sending them."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
import requests
from rest_framework.test import APIClient

from recordings.models import SessionUpload
from tests.recordings.media.variants import sample

API = "/api/v1/recordings"


@pytest.fixture(scope="session")
def mp4() -> bytes:
    """A real recording: two seconds of H.264 and AAC."""
    return sample("mp4", seconds=2)


@pytest.fixture(scope="session")
def m4a() -> bytes:
    return sample("m4a", seconds=1)


def named_file(data: bytes, name: str) -> BytesIO:
    """A file as a form sends it."""
    file = BytesIO(data)
    file.name = name
    return file


@pytest.fixture
def send() -> Callable[..., Any]:
    """POST a file through the server as multipart form; returns the response."""

    def post(api: APIClient, session: Any, data: bytes, name: str = "talk.mp4", **more: Any) -> Any:
        headers = more.pop("headers", {})
        return api.post(
            f"{API}/upload",
            {"session_id": str(session.pk), "file": named_file(data, name), **more},
            format="multipart",
            headers=headers,
        )

    return post


@pytest.fixture
def post_form() -> Callable[..., requests.Response]:
    """POST bytes to a presigned form, as a browser does."""

    def post(answer: dict[str, Any], data: bytes) -> requests.Response:
        return requests.post(
            answer["upload_url"], data=answer["fields"], files={"file": ("x", data)}, timeout=10
        )

    return post


def history(upload: SessionUpload) -> list[tuple[str, str, str]]:
    """The moves of an upload: from, to, actor."""
    return list(upload.events.values_list("from_status", "to_status", "actor"))


def keys_in(s3: Any, bucket: str) -> list[str]:
    """What the bucket shows, by an S3 client of the test's own."""
    return [found["Key"] for found in s3.list_objects_v2(Bucket=bucket).get("Contents", [])]


def open_multiparts(s3: Any, bucket: str) -> list[str]:
    """Keys with a multipart upload that is neither completed nor aborted."""
    return [found["Key"] for found in s3.list_multipart_uploads(Bucket=bucket).get("Uploads", [])]
