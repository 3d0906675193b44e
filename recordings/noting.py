"""Notes at moments of a recording: each is its author's alone, from staff as well."""

from __future__ import annotations

import re
from typing import cast

import structlog
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from recordings.errors import InvalidNote, NoteGone, TooManyNotes
from recordings.models import NOTE_MAX_LENGTH, Note, NoteQuerySet
from recordings.moments import as_clock, check_moment
from sessions_app.models import Session

logger = structlog.get_logger(__name__)

# Of one author in one session.
MOST_NOTES = 2000

# What CommonMark and its common extensions read as syntax wherever it stands…
_SYNTAX = re.compile(r"([\\`*_{}\[\]<>&#|~$^@])")
# …and what they read so at the start of a line: bullets, underlines of headings, numbering.
_LINE_START = re.compile(r"^([-+=:])")
_NUMBERING = re.compile(r"^([0-9]+)([.)])")


def notes_of(*, session: Session, by: User) -> NoteQuerySet:
    """Return the notes that ``by`` wrote in the session, in the order of their moments."""
    return _own(by).filter(session=session)


def write_note(*, session: Session, by: User, at_seconds: float, text: str) -> Note:
    """Return a new note of ``by`` at that second of the session's recording.

    Raises InvalidNote, InvalidMoment, TooManyNotes beyond MOST_NOTES.
    """
    note = Note(
        session=session, author=by, at_seconds=check_moment(at_seconds), text=_check_text(text)
    )
    # Two written in the same moment may pass the limit by one, which harms nobody.
    if notes_of(session=session, by=by).count() >= MOST_NOTES:
        raise TooManyNotes(
            "A session holds at most {count} notes of yours: delete some first.",
            values={"count": MOST_NOTES},
        )
    note.save(force_insert=True)
    logger.info("note_written", note=str(note.pk), session=str(session.pk), by=str(by.pk))
    return note


def change_note(*, note: Note, by: User, at_seconds: float, text: str) -> Note:
    """Store the new moment and text and return the note; of two changes the last one stays.

    Raises InvalidNote, InvalidMoment, NoteGone when it was deleted meanwhile or is not theirs.
    """
    changes = {"at_seconds": check_moment(at_seconds), "text": _check_text(text)}
    if not _own(by).filter(pk=note.pk).update(**changes, updated_at=timezone.now()):
        raise NoteGone("This note is not there any more: write it again.")
    note.refresh_from_db()
    logger.info("note_changed", note=str(note.pk), session=str(note.session_id), by=str(by.pk))
    return note


def delete_note(*, note: Note, by: User) -> None:
    """Delete the note for good. Raises NoteGone when it is gone already or not theirs.

    What is put back is written again: only whoever deleted it still has the text.
    """
    found, _rows = _own(by).filter(pk=note.pk).delete()
    if not found:
        raise NoteGone
    logger.info("note_deleted", note=str(note.pk), session=str(note.session_id), by=str(by.pk))


def as_markdown(*, session: Session, by: User) -> str:
    """Return what ``by`` noted in the session as CommonMark: title, date, client, then a list.

    Text reads as it was written, whatever it holds: https://spec.commonmark.org/0.31.2/.
    The date is in the active time zone.
    """
    lines = [f"# {_escape(' '.join(session.title.split()))}", ""]
    when = timezone.localtime(session.scheduled_at)
    lines.append(f"- {_('Date')}: {_escape(date_format(when, 'DATETIME_FORMAT'))} ({when:%Z})")
    if session.client_display_name:
        name = " ".join(session.client_display_name.split())
        lines.append(f"- {_('Client')}: {_escape(name)}")
    lines += ["", f"## {_('Notes')}", ""]
    for note in notes_of(session=session, by=by):
        lines += _as_item(note)
    return "\n".join(lines) + "\n"


def _own(by: User) -> NoteQuerySet:
    return cast("NoteQuerySet", Note.objects).visible_to(by)


def _check_text(text: str) -> str:
    """Return ``text`` without space around it and with plain line ends, or raise InvalidNote."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    if not text:
        raise InvalidNote("Write something first.")
    if len(text) > NOTE_MAX_LENGTH:
        raise InvalidNote(
            "A note has at most {count} characters: shorten it or write two.",
            values={"count": NOTE_MAX_LENGTH},
        )
    # PostgreSQL stores no NUL, and no encoder takes half a pair of surrogates.
    if "\x00" in text or any("\ud800" <= char <= "\udfff" for char in text):
        raise InvalidNote("Take the unreadable characters out of the note.")
    return text


def _as_item(note: Note) -> list[str]:
    """A list item; lines of the text stay lines, which two spaces at their end say."""
    lines = [_escape(line.strip()) for line in note.text.split("\n")]
    pairs = zip(lines, [*lines[1:], ""], strict=True)
    first, *rest = [f"{line}  " if line and following else line for line, following in pairs]
    return [f"- [{as_clock(note.at_seconds)}] {first}", *(line and f"  {line}" for line in rest)]


def _escape(text: str) -> str:
    """Take the meaning out of one line."""
    text = _SYNTAX.sub(r"\\\1", text)
    return _NUMBERING.sub(r"\1\\\2", _LINE_START.sub(r"\\\1", text))
