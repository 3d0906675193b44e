"""Writing down a session and changing it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from filmroom.errors import FilmRoomError
from pages.forms import SessionForm
from pages.views.access import coach_page, person_of, session_or_404, show_form_error
from sessions_app.models import Session
from sessions_app.scheduling import change_session, create_session

FIELDS = {"client": "client_email"}


@require_http_methods(["GET", "HEAD", "POST"])
@coach_page
@never_cache
def new(request: HttpRequest) -> HttpResponse:
    """Write down a session of one's own."""
    form = SessionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            session = create_session(by=person_of(request), **form.changes())
        except FilmRoomError as error:
            show_form_error(form, error, FIELDS)
            return _show(request, form, status=error.http_status)
        messages.success(request, _("The session is written down. Now add its recording."))
        return redirect("session", session.pk)
    return _show(request, form, status=400 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@coach_page
@never_cache
def edit(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """Change a session; its recordings stay as they are."""
    session = session_or_404(request, session_id)
    initial = SessionForm.initial_of(session)
    form = SessionForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        changes = form.changes()
        if not {"client_name", "client_email"} & set(form.changed_data):
            del changes["client"]
        try:
            change_session(session=session, by=person_of(request), changes=changes)
        except FilmRoomError as error:
            show_form_error(form, error, FIELDS)
            return _show(request, form, session, status=error.http_status)
        messages.success(request, _("The session is changed."))
        return redirect("session", session.pk)
    return _show(request, form, session, status=400 if form.is_bound else 200)


def _show(
    request: HttpRequest, form: SessionForm, session: Session | None = None, status: int = 200
) -> HttpResponse:
    context = {"form": form, "session": session}
    return render(request, "pages/sessions/form.html", context, status=status)
