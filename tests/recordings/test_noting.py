"""Notes: who sees them, what is refused, and the Markdown they leave as."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone
from markdown_it import MarkdownIt

from accounts.models import User
from recordings import noting
from recordings.errors import InvalidMoment, InvalidNote, NoteGone, TooManyNotes
from recordings.models import NOTE_MAX_LENGTH, Note
from sessions_app.models import Session


def write(session: Session, by: User, at_seconds: float = 12.5, text: str = "Listen") -> Note:
    return noting.write_note(session=session, by=by, at_seconds=at_seconds, text=text)


def test_everybody_sees_their_own_in_the_order_of_the_recording(
    session: Session, make_session: Callable[..., Session], coach: User, staff: User
) -> None:
    late, early = write(session, coach, 90), write(session, coach, 3.25)
    staffs = write(session, staff, 50)
    write(make_session(title="Another"), coach)

    assert list(noting.notes_of(session=session, by=coach)) == [early, late]
    assert list(noting.notes_of(session=session, by=staff)) == [staffs]


def test_of_a_session_that_is_not_theirs_nobody_sees_a_note(
    session: Session, coach: User, other_coach: User, client_user: User
) -> None:
    note = write(session, coach)
    Note.objects.create(session=session, author=other_coach, at_seconds=1, text="stray")

    for stranger in (other_coach, client_user):
        assert not noting.notes_of(session=session, by=stranger).exists()
        with pytest.raises(NoteGone):
            noting.change_note(note=note, by=stranger, at_seconds=1, text="Mine now")
        with pytest.raises(NoteGone):
            noting.delete_note(note=note, by=stranger)
    assert Note.objects.get(pk=note.pk).text == "Listen"


def test_staff_touch_no_note_of_a_coach(session: Session, coach: User, staff: User) -> None:
    note = write(session, coach)

    with pytest.raises(NoteGone):
        noting.change_note(note=note, by=staff, at_seconds=1, text="Mine now")
    with pytest.raises(NoteGone):
        noting.delete_note(note=note, by=staff)

    assert Note.objects.get(pk=note.pk).text == "Listen"


def test_text_is_kept_without_space_around_it(session: Session, coach: User) -> None:
    longest = "é" * NOTE_MAX_LENGTH
    assert write(session, coach, text="  one\r\n two\r \n").text == "one\n two"
    assert write(session, coach, text=f" {longest} ").text == longest


@pytest.mark.parametrize(
    "text", ["", " \r\n\t", "x" * (NOTE_MAX_LENGTH + 1), "a\x00b", "half \ud83d", "\udfff"]
)
def test_text_that_no_note_has(session: Session, coach: User, text: str) -> None:
    note = write(session, coach)

    with pytest.raises(InvalidNote) as refused:
        write(session, coach, text=text)
    with pytest.raises(InvalidNote):
        noting.change_note(note=note, by=coach, at_seconds=1, text=text)

    assert (refused.value.code, refused.value.http_status, refused.value.attr) == (
        "invalid",
        400,
        "text",
    )
    assert list(Note.objects.values_list("text", "at_seconds")) == [("Listen", 12.5)]


@pytest.mark.parametrize("at_seconds", [-0.001, math.nan, math.inf, -math.inf, 604_800.1, 1e300])
def test_moments_that_no_recording_has(session: Session, coach: User, at_seconds: float) -> None:
    note = write(session, coach)

    with pytest.raises(InvalidMoment):
        write(session, coach, at_seconds)
    with pytest.raises(InvalidMoment):
        noting.change_note(note=note, by=coach, at_seconds=at_seconds, text="Later")

    assert list(Note.objects.values_list("text", "at_seconds")) == [("Listen", 12.5)]


def test_there_is_an_end_to_the_notes_of_one_person(
    session: Session,
    make_session: Callable[..., Session],
    coach: User,
    staff: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(noting, "MOST_NOTES", 2)
    write(session, coach)
    last = write(session, coach)

    with pytest.raises(TooManyNotes, match="at most 2 notes") as refused:
        write(session, coach)

    assert refused.value.http_status == 409
    assert Note.objects.count() == 2
    write(session, staff)
    write(make_session(title="Another"), coach)
    noting.delete_note(note=last, by=coach)
    write(session, coach)


def test_of_two_changes_the_last_one_stays(session: Session, coach: User) -> None:
    note = write(session, coach)
    seen_twice = Note.objects.get(pk=note.pk)
    began = timezone.now()

    noting.change_note(note=note, by=coach, at_seconds=20, text="First")
    changed = noting.change_note(note=seen_twice, by=coach, at_seconds=30, text=" Second ")

    assert (changed.at_seconds, changed.text) == (30, "Second")
    kept = Note.objects.get()
    assert (kept.at_seconds, kept.text) == (30, "Second")
    assert kept.updated_at >= began > kept.created_at


def test_what_is_deleted_is_not_changed_back_to_life(session: Session, coach: User) -> None:
    note = write(session, coach)
    seen_twice = Note.objects.get(pk=note.pk)

    noting.delete_note(note=note, by=coach)

    acts: list[Callable[[], Any]] = [
        lambda: noting.change_note(note=seen_twice, by=coach, at_seconds=1, text="Again"),
        lambda: noting.delete_note(note=seen_twice, by=coach),
    ]
    for act in acts:
        with pytest.raises(NoteGone) as refused:
            act()
        assert refused.value.http_status == 404
    assert not Note.objects.exists()


def test_the_markdown_of_a_session(session: Session, coach: User, staff: User) -> None:
    write(session, coach, 750.9, "Two lines,\nand a *star*\n\n- no list\n2. nor numbers")
    write(session, coach, 3723, "# no heading")
    write(session, staff, 1, "Nobody else's")
    session.title = "First\ntalk_1 <b>"

    with timezone.override("Europe/Berlin"):
        text = noting.as_markdown(session=session, by=coach)

    assert text == (
        "# First talk\\_1 \\<b\\>\n"
        "\n"
        "- Date: 14 January 2026, 16:00 (CET)\n"
        "- Client: Klara Client\n"
        "\n"
        "## Notes\n"
        "\n"
        "- [12:30] Two lines,  \n"
        "  and a \\*star\\*\n"
        "\n"
        "  \\- no list  \n"
        "  2\\. nor numbers\n"
        "- [1:02:03] \\# no heading\n"
    )


@pytest.mark.parametrize(
    "text",
    [
        "*a* _b_ **c** `d` ~~e~~ ~f~",
        "[link](javascript:alert(1)) ![picture](x) <https://example.com> [x]: y",
        "<script>alert(1)</script> &amp; &#33; <!-- no -->",
        "# a\n## b\n> c\n- d\n+ e\n* f\n1. g\n23) h\n    i\n\tj",
        "a\n===\nb\n---\n***\n___\n+++",
        "```\nfence\n```\n~~~\n| a | b |\n|---|---|\n| 1 | 2 |",
        "back\\slash \\* end\\",
        "(starts) : [ ] [x] $x^2$",
        "a\n\n\n\nb",
    ],
)
def test_a_reader_of_markdown_shows_what_was_written(
    session: Session, coach: User, text: str
) -> None:
    write(session, coach, 5, text)

    tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(
        noting.as_markdown(session=session, by=coach)
    )

    kinds = [token.type for token in tokens if token.nesting == 1]
    blocks = {"heading_open", "bullet_list_open", "list_item_open", "paragraph_open"}
    assert set(kinds) == blocks
    assert kinds.count("list_item_open") == 3
    inlines = [token for token in tokens if token.type == "inline"]
    pieces = [piece for token in inlines for piece in token.children or ()]
    assert {piece.type for piece in pieces} <= {"text", "text_special", "hardbreak"}
    shown = "\n".join(
        "".join("\n" if p.type == "hardbreak" else p.content for p in token.children or ())
        for token in inlines[4:]
    )
    lines = [line.strip() for line in text.split("\n")]
    assert shown == "\n".join(["[0:05] " + lines[0], *filter(None, lines[1:])])
