"""Notes at moments of a session's recording, and where a person stopped watching it.

Each view serves plain forms, which end on a page, and htmx, which takes a part of one.
"""

from __future__ import annotations

import re
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import reswap, retarget, trigger_client_event

from filmroom.errors import FilmRoomError
from pages.note_form import NoteForm, new_note_form, note_form_of, notes_panel
from pages.views.access import coach_page, person_of, session_or_404, show_form_error
from recordings import noting, positions
from recordings.errors import InvalidMoment, InvalidNote, TooManyNotes
from recordings.models import Note, NoteQuerySet
from recordings.moments import as_clock
from recordings.storage import content_disposition
from sessions_app.models import Session

REFUSED = (InvalidMoment, InvalidNote, TooManyNotes)


@require_http_methods(["GET", "HEAD", "POST"])
@coach_page
@never_cache
def notes(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """Show the person's own notes of the session, and take a new one."""
    session = session_or_404(request, session_id)
    if request.method != "POST":
        return _show(request, session)
    form = new_note_form(request.POST)
    if form.is_valid():
        try:
            note = noting.write_note(session=session, by=person_of(request), **form.cleaned_data)
        except REFUSED as error:
            return _refuse(request, session, form, "#new-note-errors", error)
        sentence = _("The note at %(moment)s is saved.") % {"moment": as_clock(note.at_seconds)}
        return _done(request, note, sentence, focus="put-back" in request.POST)
    return _refuse(request, session, form, "#new-note-errors")


@require_http_methods(["GET", "HEAD", "POST"])
@coach_page
@never_cache
def edit(request: HttpRequest, note_id: UUID) -> HttpResponse:
    """Show a note as a form, and store what became of it."""
    note = _note_or_404(request, note_id)
    data = request.POST if request.method == "POST" else None
    form = note_form_of(note, as_clock(note.at_seconds), data)
    if data is None:
        return _show_edit(request, note, form)
    if form.is_valid():
        changes = form.cleaned_data
        if "at_seconds" not in form.changed_data:
            changes["at_seconds"] = note.at_seconds  # which is finer than it is written
        try:
            note = noting.change_note(note=note, by=person_of(request), **changes)
        except REFUSED as error:
            return _refuse_edit(request, note, form, error)
        return _done(request, note, _("The note is changed."), focus=True)
    return _refuse_edit(request, note, form)


@require_POST
@coach_page
@never_cache
def delete(request: HttpRequest, note_id: UUID) -> HttpResponse:
    """Delete a note, and offer to write it again as it was."""
    note = _note_or_404(request, note_id)
    noting.delete_note(note=note, by=person_of(request))
    response = _show(request, note.session, deleted=note)
    sentence = _("The note at %(moment)s is deleted.") % {"moment": as_clock(note.at_seconds)}
    return _tell(response, sentence, "note-undo")


@require_safe
@coach_page
@never_cache
def export(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """Hand over the person's own notes of the session as a Markdown file."""
    session = session_or_404(request, session_id)
    text = noting.as_markdown(session=session, by=person_of(request))
    day = timezone.localtime(session.scheduled_at).date()
    # A slash would make the name a path, of which only the end is kept.
    title = " ".join(re.split(r"[\s/\\]+", session.title))
    name = _("%(day)s %(title)s notes") % {"day": day.isoformat(), "title": title}
    return HttpResponse(
        text.encode(),
        content_type="text/markdown; charset=utf-8",
        headers={"Content-Disposition": content_disposition("attachment", f"{name}.md")},
    )


@require_POST
@coach_page
@never_cache
def position(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """Keep where the person is in the recording; ``at_seconds`` is a field of a form."""
    session = session_or_404(request, session_id)
    try:
        at_seconds = float(request.POST.get("at_seconds", ""))
    except ValueError as error:
        raise InvalidMoment from error
    positions.remember(session=session, by=person_of(request), at_seconds=at_seconds)
    return HttpResponse(status=204)


def _note_or_404(request: HttpRequest, note_id: UUID) -> Note:
    visible = cast("NoteQuerySet", Note.objects).visible_to(person_of(request))
    return get_object_or_404(visible.select_related("session__client"), pk=note_id)


def _is_partial(request: HttpRequest) -> bool:
    return bool(getattr(request, "htmx", False))


def _show(request: HttpRequest, session: Session, status: int = 200, **more: Any) -> HttpResponse:
    template = "pages/notes/_list.html" if _is_partial(request) else "pages/notes/page.html"
    context = notes_panel(session=session, by=person_of(request), **more)
    return render(request, template, context, status=status)


def _show_edit(request: HttpRequest, note: Note, form: NoteForm, status: int = 200) -> HttpResponse:
    template = "pages/notes/_edit.html" if _is_partial(request) else "pages/notes/edit.html"
    context = {"note": note, "session": note.session, "note_form": form}
    return render(request, template, context, status=status)


def _refuse(
    request: HttpRequest,
    session: Session,
    form: NoteForm,
    place: str,
    error: FilmRoomError | None = None,
) -> HttpResponse:
    status = _put_error(form, error)
    if _is_partial(request):
        return _sentences(request, form, place, status)
    return _show(request, session, status, note_form=form)


def _refuse_edit(
    request: HttpRequest, note: Note, form: NoteForm, error: FilmRoomError | None = None
) -> HttpResponse:
    status = _put_error(form, error)
    if _is_partial(request):
        return _sentences(request, form, f"#note-{note.pk}-errors", status)
    return _show_edit(request, note, form, status)


def _put_error(form: NoteForm, error: FilmRoomError | None) -> int:
    if error is None:
        return 400
    show_form_error(form, error, {})
    return error.http_status


def _sentences(request: HttpRequest, form: NoteForm, place: str, status: int) -> HttpResponse:
    """Only what is wrong, beside a form that keeps what was written in it."""
    response = render(request, "pages/notes/_errors.html", {"note_form": form}, status=status)
    return reswap(retarget(response, place), "innerHTML")


def _done(request: HttpRequest, note: Note, sentence: str, *, focus: bool) -> HttpResponse:
    if not _is_partial(request):
        messages.success(request, sentence)
        return redirect(f"{reverse('session', args=[note.session_id])}#note-{note.pk}")
    return _tell(_show(request, note.session), sentence, f"note-{note.pk}-edit" if focus else "")


def _tell(response: HttpResponse, sentence: str, focus: str) -> HttpResponse:
    """Let the page say ``sentence`` and focus the element of that id, once the list is renewed."""
    told = {"sentence": sentence, "focus": focus}
    return trigger_client_event(response, "notes:changed", told, after="settle")
