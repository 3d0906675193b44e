"""What an import needs of its coach, what it waits for, and what lies beside what it brought."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from django.test import Client
from django.utils import timezone
from django.utils.html import escape

from accounts.models import User
from filmroom.sealing import unseal
from recordings import lifecycle, sidecars
from recordings.models import SessionUpload, Sidecar
from sessions_app.models import Session
from tests.attempts import add_upload

LIST = "/dashboard/coach/recordings"
HOME = "/dashboard/coach/sessions"
SCRIPT = {"HX-Request": "true"}
LINK = "http://127.0.0.2:9/talk.mp4"


def _fail(session: Session, code: str) -> SessionUpload:
    upload = add_upload(session, "pending")
    detail = "Zoom asks for a passcode."
    lifecycle.fail(upload, code=code, detail=detail, actor=lifecycle.WORKER)
    return upload


def _wait(session: Session, **fields: Any) -> SessionUpload:
    upload = add_upload(session, "pending")
    SessionUpload.objects.filter(pk=upload.pk).update(
        error_code="still_processing",
        error_detail="Zoom is still preparing this recording; try again later.",
        waiting_since=timezone.now(),
        **{"next_attempt_at": timezone.now() + timedelta(hours=3), **fields},
    )
    return upload


@pytest.mark.parametrize("code", ["needs_passcode", "wrong_passcode"])
def test_a_passcode_is_asked_for_where_an_import_is_tried_again(
    web: Client, session: Session, code: str
) -> None:
    upload = _fail(session, code)
    url = f"/dashboard/coach/uploads/{upload.pk}/retry"

    page = web.get(f"{HOME}/{session.pk}").text
    row = web.get(f"{LIST}?all", follow=True).text

    stage, history = page.split('id="history"')
    assert 'name="passcode"' in stage
    assert f'action="{url}"' in stage
    assert 'name="passcode"' not in history
    assert f'href="{url}" data-dialog-open' in history
    assert f'href="{url}" data-dialog-open' in row
    assert f'id="retry-{session.pk}"' not in row
    dialog = web.get(url, headers=SCRIPT).text
    assert "<html" not in dialog
    assert 'name="passcode"' in dialog
    assert "<html" in web.get(url).text

    answer = web.post(url, {"passcode": " sesame "})

    upload.refresh_from_db()
    assert (answer.status_code, answer["Location"]) == (302, f"{HOME}/{session.pk}")
    assert (upload.status, unseal(upload.sealed_passcode)) == ("pending", "sesame")
    assert "sesame" not in upload.sealed_passcode
    for shown in (web.get(f"{HOME}/{session.pk}").text, web.get(LIST).text):
        assert "sesame" not in shown
        assert 'name="passcode"' not in shown


def test_from_the_table_a_passcode_is_answered_by_a_toast(web: Client, session: Session) -> None:
    upload = _fail(session, "needs_passcode")

    answer = web.post(
        f"/dashboard/coach/uploads/{upload.pk}/retry", {"passcode": "sesame"}, headers=SCRIPT
    )

    assert answer.status_code == 200
    assert f'data-changed="{session.pk}"' in answer.text
    assert "The import is tried again." in answer.text


def test_other_failures_are_tried_again_without_a_passcode(web: Client, session: Session) -> None:
    add_upload(session, "failed")

    assert 'name="passcode"' not in web.get(f"{HOME}/{session.pk}").text
    assert f'id="retry-{session.pk}"' in web.get(LIST).text


def test_a_passcode_is_asked_for_only_of_what_can_be_tried_again(
    web: Client, session: Session
) -> None:
    upload = add_upload(session)

    answer = web.get(f"/dashboard/coach/uploads/{upload.pk}/retry")

    assert answer.status_code == 409


def test_the_form_of_one_session_takes_a_passcode(web: Client, session: Session) -> None:
    data = {"external_url": LINK, "passcode": "sesame"}

    answer = web.post(f"{HOME}/{session.pk}/upload", data)

    upload = SessionUpload.objects.get()
    assert answer.status_code == 302
    assert unseal(upload.sealed_passcode) == "sesame"


def test_a_refused_form_does_not_show_the_passcode_again(web: Client, session: Session) -> None:
    data = {"external_url": "ftp://127.0.0.2/talk.mp4", "passcode": "sesame"}

    answer = web.post(f"{HOME}/{session.pk}/upload", data)

    assert answer.status_code == 400
    assert "sesame" not in answer.text


def test_what_waits_for_its_platform_says_why_and_until_when(web: Client, session: Session) -> None:
    upload = _wait(session)

    page, row = web.get(f"{HOME}/{session.pk}").text, web.get(LIST).text

    for shown in (page, row):
        assert "Waits for the platform" in shown
        assert escape("Zoom is still preparing this recording; try again later.") in shown
    assert "Film Room tries again by itself at" in page
    assert "Next try:" in row
    assert f'action="/dashboard/coach/uploads/{upload.pk}/cancel"' in page
    # Nothing is about to change for hours: nobody asks every few seconds.
    assert "every 3s" not in page
    assert "data-moving" not in row


@pytest.mark.parametrize("after", [None, timedelta(seconds=30)])
def test_shortly_before_the_next_try_pages_ask_again(
    web: Client, session: Session, after: timedelta | None
) -> None:
    _wait(session, next_attempt_at=after and timezone.now() + after)

    assert "every 3s" in web.get(f"{HOME}/{session.pk}").text
    assert "data-moving" in web.get(LIST).text


def test_a_wait_can_be_ended_by_cancelling(web: Client, session: Session, bucket: str) -> None:
    upload = _wait(session)

    web.post(f"/dashboard/coach/uploads/{upload.pk}/cancel")

    upload.refresh_from_db()
    assert upload.status == "cancelled"
    assert "Waits for the platform" not in web.get(f"{HOME}/{session.pk}").text


def _keep(upload: SessionUpload, kind: str, name: str, language: str = "") -> Sidecar:
    kept = sidecars.keep(
        upload=upload,
        kind=kind,
        source_id=name,
        filename=name,
        language=language,
        data=b"WEBVTT\n\n00:01.000 --> 00:02.000\nHello\n",
    )
    assert kept is not None
    return kept


def test_what_lies_beside_a_recording_is_listed_and_downloaded(
    web: Client, session: Session, bucket: str
) -> None:
    upload = add_upload(session)
    captions = _keep(upload, "captions", "Talk één.vtt", "en")
    chat = _keep(upload, "chat", "chat.txt")

    page = web.get(f"{HOME}/{session.pk}").text

    assert "Captions (en)" in page
    address = f"/dashboard/coach/sidecars/{captions.pk}/download"
    assert f'href="{address}"' in page
    assert f"/dashboard/coach/sidecars/{chat.pk}/download" in page
    answer = web.get(address)
    assert answer.status_code == 302
    assert "no-store" in answer["Cache-Control"]
    saved = requests.get(answer["Location"], timeout=10)
    assert saved.text.startswith("WEBVTT")
    said = parse_qs(urlsplit(answer["Location"]).query)["response-content-disposition"][0]
    assert said.startswith("attachment;")
    assert "filename*=UTF-8''Talk%20%C3%A9%C3%A9n.vtt" in said


def test_sidecars_are_their_coachs_and_only_while_they_are_there(
    web: Client,
    web_for: Callable[..., Client],
    other_coach: User,
    client_user: User,
    session: Session,
    bucket: str,
) -> None:
    sidecar = _keep(add_upload(session), "captions", "talk.vtt")
    address = f"/dashboard/coach/sidecars/{sidecar.pk}/download"

    assert web_for(other_coach).get(address).status_code == 404
    assert web_for(client_user).get(address).status_code == 403
    assert web_for(None).get(address)["Location"].startswith("/accounts/login/")
    assert web.get(address).status_code == 302

    Sidecar.objects.update(status="deleted")
    assert web.get(address).status_code == 404
    assert "Captions" not in web.get(f"{HOME}/{session.pk}").text
