"""Sentences stay English in rows and are said in the language of whoever reads them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core import mail
from django.test import Client
from django.utils import translation
from rest_framework.test import APIClient

from accounts.models import User
from filmroom.errors import FilmRoomError
from filmroom.sentences import told
from recordings.errors import TooLarge
from recordings.sources.errors import FolderLink, NeedsPasscode
from sessions_app.models import Session
from tests.attempts import add_upload


class _Odd(FilmRoomError):
    detail = "Nobody has translated this {what}."


def test_an_error_keeps_english_and_says_german() -> None:
    error = TooLarge.over(5, attr="file")

    with translation.override("de"):
        assert error.detail.startswith("This file is larger than 5 bytes")
        assert error.told().startswith("Diese Datei ist größer als 5\u00a0Bytes")
        assert str(error) == f"too_large: {error.detail}"


@pytest.mark.parametrize(
    ("error", "begins"),
    [
        (NeedsPasscode("Zoom"), "Zoom verlangt einen Kenncode"),
        (NeedsPasscode("the site"), "Die Website verlangt einen Kenncode"),
        (FolderLink("Google Drive"), "Google Drive: Dieser Link führt zu einem Ordner"),
        (TooLarge(), "Diese Datei ist größer als erlaubt"),
        (_Odd(values={"what": "thing"}), "Nobody has translated this thing."),
    ],
)
def test_what_a_row_keeps_is_recognised_again(error: FilmRoomError, begins: str) -> None:
    kept = error.detail

    with translation.override("de"):
        assert told(kept).startswith(begins)
        assert error.told() == told(kept)
    with translation.override("en"):
        assert told(kept) == kept


@pytest.mark.parametrize("text", ["", "Free words of a platform: {x} %(y)s", "Zoom"])
def test_what_is_no_sentence_of_ours_stays(text: str) -> None:
    with translation.override("de"):
        assert told(text) == text


def test_the_api_answers_in_the_language_asked_for(api: APIClient, session: Session) -> None:
    add_upload(session, "failed")
    session.uploads.update(error_detail=NeedsPasscode("Zoom").detail)
    german = {"Accept-Language": "de-CH, de;q=0.9"}

    lost = api.get("/api/v1/recordings/sessions/no", headers=german).json()
    listed = api.get("/api/v1/recordings/sessions", headers=german).json()
    plain = api.get("/api/v1/recordings/sessions").json()

    assert lost["errors"][0]["detail"].startswith("Hier gibt es nichts")
    [upload] = listed["results"][0]["uploads"]
    assert upload["error"]["detail"].startswith("Zoom verlangt einen Kenncode")
    assert plain["results"][0]["uploads"][0]["error"]["detail"].startswith("Zoom asks for")


def test_a_letter_is_in_its_readers_language(client: Client, coach: User) -> None:
    User.objects.filter(pk=coach.pk).update(language="de")

    client.post("/accounts/password/reset/", {"email": coach.email})

    [letter] = mail.outbox
    assert letter.subject == "Ihr neues Passwort für Film Room"
    assert letter.body.startswith("Guten Tag,")
    assert "http://testserver/accounts/password/reset/key/" in letter.body


def test_a_refusal_on_a_page_is_german_for_a_german(
    make_user: Callable[..., User], session: Session
) -> None:
    browser = Client()
    browser.force_login(session.coach)
    User.objects.filter(pk=session.coach_id).update(language="de")

    page = browser.get(f"/dashboard/coach/sessions/{session.pk}/download")

    assert page.status_code == 404
    assert "Diese Sitzung hat noch keine Aufnahme" in page.text
