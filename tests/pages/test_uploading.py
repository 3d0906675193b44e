"""Bringing in a recording by the form, as it works without JavaScript."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django.fixtures import Settings

from recordings.models import SessionUpload
from sessions_app.models import Session


@pytest.fixture
def url(session: Session) -> str:
    return f"/dashboard/coach/sessions/{session.pk}/upload"


def test_a_file_is_stored_and_downloads_with_the_same_bytes(
    web: Client,
    url: str,
    session: Session,
    bucket: str,
    s3: Any,
    mp4: bytes,
    mp4_file: SimpleUploadedFile,
) -> None:
    answer = web.post(url, {"file": mp4_file, "platform": "teams"})

    upload = SessionUpload.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, "/dashboard/coach/recordings")
    assert (upload.status, upload.type, upload.platform) == ("completed", "manual", "teams")
    assert upload.original_filename == "Talk één.mp4"
    assert upload.created_by == session.coach
    assert s3.get_object(Bucket=bucket, Key=upload.s3_key)["Body"].read() == mp4
    assert "The recording is stored." in web.get(answer["Location"]).text


def test_a_link_becomes_an_import(web: Client, url: str) -> None:
    link = "https://files.example.com/talk.mp4?sig=1"

    answer = web.post(url, {"external_url": link, "platform": "zoom"})

    upload = SessionUpload.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, "/dashboard/coach/recordings")
    assert (upload.status, upload.type, upload.original_url) == ("pending", "external", link)
    assert upload.platform == "zoom"


@pytest.mark.parametrize(
    ("data", "status", "sentence"),
    [
        ({}, 400, "Choose a file or give a link: one of the two."),
        ({"external_url": "no link"}, 400, "Enter a valid URL."),
        ({"external_url": "https://x.example/a.mp4", "platform": "vhs"}, 400, "vhs"),
        ({"external_url": "http://127.0.0.1/a.mp4"}, 400, "message error|errors"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_stored(
    web: Client, url: str, data: dict[str, str], status: int, sentence: str
) -> None:
    answer = web.post(url, data)

    assert answer.status_code == status
    assert any(part in answer.text for part in sentence.split("|"))
    assert not SessionUpload.objects.exists()


def test_file_and_link_together_are_refused(
    web: Client, url: str, mp4_file: SimpleUploadedFile
) -> None:
    answer = web.post(url, {"file": mp4_file, "external_url": "https://x.example/a.mp4"})

    assert answer.status_code == 400
    assert "one of the two" in answer.text
    assert not SessionUpload.objects.exists()


@pytest.mark.parametrize(
    ("content", "status"), [(b"", 400), (b"MZ this is a program, not a talk" * 50, 415)]
)
def test_a_file_that_is_no_recording_is_refused_with_its_status(
    web: Client, url: str, bucket: str, s3: Any, content: bytes, status: int
) -> None:
    answer = web.post(url, {"file": SimpleUploadedFile("talk.mp4", content)})

    assert answer.status_code == status
    assert 'role="alert"' in answer.text or 'class="errors"' in answer.text
    assert not SessionUpload.objects.filter(status="completed").exists()
    assert s3.list_objects_v2(Bucket=bucket)["KeyCount"] == 0


def test_too_large_is_a_page_with_its_sentence_also_when_csrf_is_checked(
    web: Client,
    url: str,
    settings: Settings,
    mp4_file: SimpleUploadedFile,
    mp4: bytes,
) -> None:
    settings.MAX_UPLOAD_BYTES = len(mp4) - 1
    web.get(url)  # brings the cookie
    web.handler.enforce_csrf_checks = True  # the check is what reads the body

    answer = web.post(url, {"file": mp4_file})

    assert answer.status_code == 413
    assert f"This file is larger than {len(mp4) - 1} bytes" in answer.text
    assert not SessionUpload.objects.exists()


def test_without_a_csrf_token_nothing_is_taken(
    web: Client, url: str, mp4_file: SimpleUploadedFile
) -> None:
    web.handler.enforce_csrf_checks = True

    answer = web.post(url, {"file": mp4_file})

    assert answer.status_code == 403
    assert "The page was too old" in answer.text
    assert not SessionUpload.objects.exists()


def test_the_dialog_gets_its_content_alone_with_the_session_it_was_opened_for(
    web: Client, url: str, session: Session, settings: Settings
) -> None:
    fragment = web.get(url, headers={"HX-Request": "true"}).text

    assert "<html" not in fragment
    assert f'data-session="{session.pk}" data-title="First talk"' in fragment
    config = json.loads(
        fragment.partition('id="uploader-config" type="application/json">')[2].partition("<")[0]
    )
    assert config["uppy"].startswith("/static/vendor/uppy-5.2.4/uppy.min")
    assert config["maxBytes"] == settings.MAX_UPLOAD_BYTES
    assert config["words"]["upload"] == ["Upload {count} file", "Upload {count} files"]


def test_without_a_script_the_session_is_chosen_first(
    web_for: Callable[..., Client], coach: Any, other_coach: Any, session: Session, url: str
) -> None:
    page = web_for(coach).get("/dashboard/coach/recordings/add?q=first").text
    other = web_for(other_coach).get("/dashboard/coach/recordings/add").text

    assert f'<a href="{url}">First talk</a>' in page
    assert "No session fits." in web_for(coach).get("/dashboard/coach/recordings/add?q=zz").text
    assert "First talk" not in other


def test_someone_elses_session_takes_nothing(
    web_for: Callable[..., Client], other_coach: Any, url: str, mp4_file: SimpleUploadedFile
) -> None:
    answer = web_for(other_coach).post(url, {"file": mp4_file})

    assert answer.status_code == 404
    assert not SessionUpload.objects.exists()
