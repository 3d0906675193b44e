"""A session's own page: facts, player, history, and what can be done there."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from recordings.models import SessionUpload
from sessions_app.models import Session
from tests.attempts import add_upload

HOME = "/dashboard/coach/sessions"


def _upload(web: Client, session: Session, file: SimpleUploadedFile) -> SessionUpload:
    web.post(f"{HOME}/{session.pk}/upload", {"file": file})
    return SessionUpload.objects.get(session=session, status="completed")


def test_facts_of_the_recording_are_told(
    web: Client, session: Session, bucket: str, mp4_file: SimpleUploadedFile
) -> None:
    upload = _upload(web, session, mp4_file)

    text = web.get(f"{HOME}/{session.pk}").text

    assert f'<video class="player" controls preload="metadata" playsinline src="{HOME}/' in text
    for fact in ("320 × 180", "h264 / aac", "video/mp4", upload.checksum, "Carla Coach", "0:01"):
        assert fact in text, fact
    assert "Through the server" in text


def test_sound_alone_gets_a_sound_player(web: Client, session: Session) -> None:
    add_upload(session, mime_type="audio/mp4")

    text = web.get(f"{HOME}/{session.pk}").text

    assert "<audio" in text
    assert "<video" not in text


def test_download_and_player_lead_to_the_same_bytes(
    web: Client, session: Session, bucket: str, mp4: bytes, mp4_file: SimpleUploadedFile
) -> None:
    _upload(web, session, mp4_file)

    for door, disposition in (("download", "attachment"), ("play", "inline")):
        answer = web.get(f"{HOME}/{session.pk}/{door}")
        assert answer.status_code == 302
        assert "no-store" in answer["Cache-Control"]
        link = answer["Location"]
        assert requests.get(link, timeout=10).content == mp4
        asked = parse_qs(urlsplit(link).query)["response-content-disposition"][0]
        assert asked.startswith(disposition)
        assert "Talk%20%C3%A9%C3%A9n.mp4" in asked


def test_no_recording_is_a_page_with_its_sentence(web: Client, session: Session) -> None:
    answer = web.get(f"{HOME}/{session.pk}/download")

    assert answer.status_code == 404
    assert "This session has no recording yet: upload one first." in answer.text


def test_deleting_asks_first_then_empties_bucket_and_row(
    web: Client,
    session: Session,
    bucket: str,
    s3: Any,
    mp4_file: SimpleUploadedFile,
) -> None:
    upload = _upload(web, session, mp4_file)

    question = web.get(f"{HOME}/{session.pk}/delete")
    assert "Delete this recording?" in question.text
    assert "Talk één.mp4" in question.text
    assert s3.list_objects_v2(Bucket=bucket)["KeyCount"] == 1

    answer = web.post(f"{HOME}/{session.pk}/delete")

    assert (answer.status_code, answer["Location"]) == (302, "/dashboard/coach/recordings")
    assert s3.list_objects_v2(Bucket=bucket)["KeyCount"] == 0
    upload.refresh_from_db()
    session.refresh_from_db()
    assert (upload.status, upload.deleted_by) == ("deleted", session.coach)
    assert not session.has_recording
    again = web.post(f"{HOME}/{session.pk}/delete")
    assert (again.status_code, "has no recording" in again.text) == (404, True)


def test_deleting_over_an_upload_under_way_needs_the_word_of_the_form(
    web: Client,
    session: Session,
    bucket: str,
    mp4_file: SimpleUploadedFile,
) -> None:
    _upload(web, session, mp4_file)
    under_way = add_upload(session, "pending")
    url = f"{HOME}/{session.pk}/delete"

    assert web.post(url).status_code == 409
    assert 'name="cancel"' in web.get(url).text
    assert web.post(url, {"cancel": "yes"}).status_code == 302

    under_way.refresh_from_db()
    assert under_way.status == "cancelled"
    assert not SessionUpload.objects.filter(status="completed").exists()


def test_a_failed_import_is_retried_by_its_button(
    web: Client, session: Session, bucket: str
) -> None:
    upload = add_upload(session, "failed")
    url = f"/dashboard/coach/uploads/{upload.pk}/retry"
    assert f'action="{url}"' in web.get(f"{HOME}/{session.pk}").text

    answer = web.post(url)

    upload.refresh_from_db()
    assert (answer.status_code, answer["Location"]) == (302, f"{HOME}/{session.pk}")
    assert (upload.status, upload.error_detail) == ("pending", "")
    assert web.post(url).status_code == 409


def test_an_upload_under_way_is_cancelled_and_the_history_says_who(
    web: Client, session: Session, bucket: str
) -> None:
    upload = add_upload(session, "uploading")
    page = web.get(f"{HOME}/{session.pk}").text
    assert 'hx-trigger="every 3s"' in page

    answer = web.post(f"/dashboard/coach/uploads/{upload.pk}/cancel")

    upload.refresh_from_db()
    assert (answer.status_code, upload.status) == (302, "cancelled")
    history = web.get(f"{HOME}/{session.pk}", headers={"HX-Request": "true"}).text
    assert history.lstrip().startswith("<section")
    assert "hx-trigger" not in history
    states = [f"<span>{word}</span>" for word in ("Waiting", "Uploading", "Cancelled")]
    places = [history.index(word, history.index("events")) for word in states]
    assert places == sorted(places)
    assert "Carla Coach" in history


def test_the_number_of_queries_does_not_grow_with_the_attempts(
    web: Client,
    session: Session,
    django_assert_num_queries: Any,
) -> None:
    add_upload(session, "failed")
    with django_assert_num_queries(6):
        web.get(f"{HOME}/{session.pk}")
    for _number in range(8):
        add_upload(session, "failed")
    with django_assert_num_queries(6):
        web.get(f"{HOME}/{session.pk}")
