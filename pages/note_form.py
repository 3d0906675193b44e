"""A note as a coach writes it, and all that a page shows of their notes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from recordings import noting
from recordings.errors import InvalidMoment
from recordings.models import NOTE_MAX_LENGTH, Note
from recordings.moments import from_clock
from sessions_app.models import Session


class NoteForm(forms.Form):
    """The text of a note and its moment; what is sane of them the room knows."""

    at_seconds = forms.CharField(
        label=_("Moment"),
        max_length=20,
        initial="0:00",
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "moment"}),
        help_text=_("Minutes and seconds, for example 12:30."),
    )
    text = forms.CharField(
        label=_("Note"),
        widget=forms.Textarea(
            attrs={"rows": 2, "maxlength": NOTE_MAX_LENGTH, "enterkeyhint": "done"}
        ),
    )

    def clean_at_seconds(self) -> float:
        """Return seconds of what a person (12:30) or a player (750.125) wrote."""
        try:
            return from_clock(self.cleaned_data["at_seconds"])
        except InvalidMoment as error:
            raise forms.ValidationError(error.told(), code=error.code) from error


def new_note_form(data: Any = None) -> NoteForm:
    """Return the form for a new note, filled with ``data`` when it was sent."""
    return NoteForm(data, auto_id="new-note-%s")


def note_form_of(note: Note, moment: str, data: Any = None) -> NoteForm:
    """Return the form to change ``note``; ``moment`` is how its moment is written."""
    initial = {"at_seconds": moment, "text": note.text}
    return NoteForm(data, initial=initial, auto_id=f"note-{note.pk}-%s")


def notes_panel(*, session: Session, by: User, **more: Any) -> dict[str, Any]:
    """Return what pages/notes/_notes.html shows of the notes that ``by`` wrote in ``session``."""
    notes = noting.notes_of(session=session, by=by)
    return {"session": session, "notes": notes, "note_form": new_note_form(), **more}
