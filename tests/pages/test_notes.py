"""Notes and the remembered position by their pages: as plain forms, and in parts for htmx."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from recordings import noting
from recordings.models import NOTE_MAX_LENGTH, Note, PlaybackPosition
from recordings.noting import write_note
from sessions_app.models import Session
from tests.attempts import add_upload

COACH = "/dashboard/coach"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def url(session: Session) -> str:
    return f"{COACH}/sessions/{session.pk}"


@pytest.fixture
def note(session: Session, coach: User) -> Note:
    return write_note(session=session, by=coach, at_seconds=750.25, text="Ask <why>\nonce more")


def kept() -> list[tuple[float, str]]:
    return list(Note.objects.values_list("at_seconds", "text"))


def told(answer: Any) -> Any:
    return json.loads(answer["HX-Trigger-After-Settle"])["notes:changed"]


def starts_with_the_list(answer: Any) -> bool:
    return answer.text.lstrip().startswith('<div id="notes-list"')


def test_a_note_by_a_plain_form(web: Client, url: str) -> None:
    page = web.get(f"{url}/notes").text
    assert "No notes yet." in page
    assert "Export" not in page

    answer = web.post(f"{url}/notes", {"at_seconds": "12:30", "text": "One\r\ntwo"})

    note = Note.objects.get()
    assert kept() == [(750, "One\ntwo")]
    assert (answer.status_code, answer["Location"]) == (302, f"{url}#note-{note.pk}")
    page = web.get(f"{url}/notes").text
    assert "The note at 12:30 is saved." in page
    assert f'id="note-{note.pk}" data-moment="750.000"' in page
    assert "Export as Markdown" in page


def test_a_note_by_htmx_renews_the_list(web: Client, url: str, session: Session) -> None:
    add_upload(session)
    assert "No notes yet. Press <kbd>N</kbd> while you watch" in web.get(f"{url}/notes").text

    answer = web.post(f"{url}/notes", {"at_seconds": "7.125", "text": "<b>"}, headers=HTMX)

    assert answer.status_code == 200
    assert starts_with_the_list(answer)
    assert kept() == [(7.125, "<b>")]
    assert 'data-moment="7.125"' in answer.text
    assert f'href="{url}/play#t=7.125"' in answer.text
    assert '<p class="note-text">&lt;b&gt;</p>' in answer.text
    assert told(answer) == {"sentence": "The note at 0:07 is saved.", "focus": ""}


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"at_seconds": "0:07", "text": " "}, "This field is required."),
        ({"at_seconds": "0:07", "text": "a\x00"}, "Null characters are not allowed."),
        ({"at_seconds": "0:07", "text": "x" * (NOTE_MAX_LENGTH + 1)}, "at most 4000 characters"),
        ({"at_seconds": "soon", "text": "x"}, "as minutes and seconds, for example 12:30."),
        ({"at_seconds": "-1", "text": "x"}, "as minutes and seconds, for example 12:30."),
        ({"at_seconds": "999:00:00", "text": "x"}, "from its start on."),
        ({}, "This field is required."),
    ],
)
def test_what_is_refused_is_said_beside_the_text(
    web: Client, url: str, note: Note, data: dict[str, str], sentence: str
) -> None:
    change = f"{COACH}/notes/{note.pk}/edit"
    for address, place in (
        (f"{url}/notes", "#new-note-errors"),
        (change, f"#note-{note.pk}-errors"),
    ):
        plain = web.post(address, data)
        part = web.post(address, data, headers=HTMX)

        assert (plain.status_code, part.status_code) == (400, 400)
        assert sentence in plain.text
        assert data.get("text", "").strip("\x00 ") in plain.text
        assert part.text.strip().startswith('<p class="message error" role="alert">')
        assert sentence in part.text
        assert (part["HX-Retarget"], part["HX-Reswap"]) == (place, "innerHTML")
    assert kept() == [(750.25, "Ask <why>\nonce more")]


def test_too_many_notes(web: Client, url: str, note: Note, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(noting, "MOST_NOTES", 1)
    answer = web.post(f"{url}/notes", {"at_seconds": "1", "text": "One more"})

    assert answer.status_code == 409
    assert "A session holds at most 1 notes of yours: delete some first." in answer.text
    assert "One more" in answer.text
    assert len(kept()) == 1


def test_changing_the_text_keeps_the_moment_to_the_millisecond(
    web: Client, url: str, note: Note
) -> None:
    change = f"{COACH}/notes/{note.pk}/edit"
    form = web.get(change).text
    assert 'value="12:30"' in form
    assert "Ask &lt;why&gt;\nonce more</textarea>" in form

    answer = web.post(change, {"at_seconds": "12:30", "text": "Changed"})

    assert (answer.status_code, answer["Location"]) == (302, f"{url}#note-{note.pk}")
    assert kept() == [(750.25, "Changed")]
    part = web.get(change, headers=HTMX).text
    assert part.lstrip().startswith(f'<li class="note changing" id="note-{note.pk}"')
    answer = web.post(change, {"at_seconds": "0:05", "text": "Earlier"}, headers=HTMX)
    assert starts_with_the_list(answer)
    assert told(answer) == {"sentence": "The note is changed.", "focus": f"note-{note.pk}-edit"}
    assert kept() == [(5, "Earlier")]


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_deleted_note_can_be_put_back(
    web: Client, url: str, note: Note, headers: dict[str, str]
) -> None:
    answer = web.post(f"{COACH}/notes/{note.pk}/delete", headers=headers)

    assert (answer.status_code, kept()) == (200, [])
    assert "The note at 12:30 is deleted." in answer.text
    assert starts_with_the_list(answer) == bool(headers)
    assert told(answer) == {"sentence": "The note at 12:30 is deleted.", "focus": "note-undo"}
    assert re.search(
        rf'<form class="message note-undo"\s+method="post"\s+action="{url}/notes"', answer.text
    )
    assert '<input type="hidden" name="at_seconds" value="750.250">' in answer.text
    assert '<input type="hidden" name="text" value="Ask &lt;why&gt;\nonce more">' in answer.text
    again = web.post(f"{COACH}/notes/{note.pk}/delete", headers=headers)
    assert again.status_code == 404

    fields = {"at_seconds": "750.250", "text": "Ask <why>\r\nonce more", "put-back": "yes"}
    answer = web.post(f"{url}/notes", fields, headers=HTMX)

    assert kept() == [(750.25, "Ask <why>\nonce more")]
    assert told(answer)["focus"] == f"note-{Note.objects.get().pk}-edit"
    assert web.post(f"{COACH}/notes/{note.pk}/edit", fields).status_code == 404


def test_the_export_is_a_file(web: Client, url: str, note: Note, session: Session) -> None:
    session.title = "Übung\r\nX: 1/2"
    session.save()

    answer = web.get(f"{url}/notes.md")

    assert answer["Content-Type"] == "text/markdown; charset=utf-8"
    assert answer["Content-Disposition"] == (
        'attachment; filename="2026-01-14 Ubung X_ 1 2 notes.md";'
        " filename*=UTF-8''2026-01-14%20%C3%9Cbung%20X%3A%201%202%20notes.md"
    )
    assert "no-store" in answer["Cache-Control"]
    assert answer.content.decode() == (
        "# Übung X: 1/2\n\n"
        "- Date: 14 January 2026, 15:00 (UTC)\n"
        "- Client: Klara Client\n\n"
        "## Notes\n\n"
        "- [12:30] Ask \\<why\\>  \n"
        "  once more\n"
    )


def test_staff_see_and_export_their_own_only(
    web_for: Callable[[User], Client], url: str, note: Note, staff: User, session: Session
) -> None:
    web = web_for(staff)
    web.post(f"{url}/notes", {"at_seconds": "1:00", "text": "Of staff"})

    for address in (f"{url}/notes", f"{url}/notes.md"):
        text = web.get(address).text
        assert "Of staff" in text
        assert "why" not in text
    assert web.post(f"{COACH}/notes/{note.pk}/delete").status_code == 404
    assert Note.objects.filter(pk=note.pk).exists()


def test_the_player_tells_where_it_is(
    web: Client, web_for: Callable[[User], Client], url: str, coach: User, other_coach: User
) -> None:
    for at_seconds in ("3.5", "1e1"):
        answer = web.post(f"{url}/position", {"at_seconds": at_seconds})
        assert (answer.status_code, answer.content) == (204, b"")
    for bad in ("", "x", "nan", "inf", "-1", "1e300"):
        answer = web.post(f"{url}/position", {"at_seconds": bad})
        assert (answer.status_code, "Give a moment" in answer.text) == (400, True)
    assert web.post(f"{url}/position").status_code == 400
    assert web_for(other_coach).post(f"{url}/position", {"at_seconds": "9"}).status_code == 404

    assert list(PlaybackPosition.objects.values_list("user", "at_seconds")) == [(coach.pk, 10)]


def test_the_number_of_queries_does_not_grow_with_the_notes(
    web: Client, url: str, session: Session, coach: User, django_assert_num_queries: Any
) -> None:
    for number in range(5):
        write_note(session=session, by=coach, at_seconds=number, text="x")
    with django_assert_num_queries(4):
        web.get(f"{url}/notes")
