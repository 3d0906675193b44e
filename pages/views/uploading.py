"""Bringing in a recording: the form that the dialog shows and that is a page of its own."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from filmroom.errors import FilmRoomError
from pages.forms import UploadForm
from pages.views.access import coach_page, person_of, session_or_404, show_form_error
from recordings import imports, tasks, uploads
from recordings.receiving import expect_recording
from sessions_app.models import Session


@csrf_exempt  # the checking itself reads the body, so it happens inside, where refusals are caught
@require_http_methods(["GET", "HEAD", "POST"])
@coach_page
@never_cache
def upload(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """Take a file or a link for one session."""
    session = session_or_404(request, session_id)
    expect_recording(request)
    try:
        return _checked(request, session)
    except FilmRoomError as error:
        # Too large, too slow, no room: known while the body was still coming in.
        form = UploadForm({})
        form.full_clean()
        form.errors.clear()
        show_form_error(form, error, {})
        return _show(request, session, form, status=error.http_status)


@csrf_protect
def _checked(request: HttpRequest, session: Session) -> HttpResponse:
    if request.method != "POST":
        return _show(request, session, UploadForm())
    form = UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return _show(request, session, form, status=400)
    try:
        said = _bring_in(request, session, form)
    except FilmRoomError as error:
        show_form_error(form, error, {"url": "external_url"})
        return _show(request, session, form, status=error.http_status)
    messages.success(request, said)
    return redirect("recordings")


def _bring_in(request: HttpRequest, session: Session, form: UploadForm) -> str:
    file, url = form.cleaned_data["file"], form.cleaned_data["external_url"]
    platform, by = form.cleaned_data["platform"], person_of(request)
    if url:
        started = imports.start_import(session=session, url=url, platform=platform, by=by)
        tasks.nudge_import(started.pk)
        return _("The recording is being fetched; its line shows how far it is.")
    received = uploads.receive(
        session=session, file=file, filename=file.name, platform=platform, by=by
    )
    tasks.nudge_if_unexamined(received)
    return _("The recording is stored.")


def _show(
    request: HttpRequest, session: Session, form: UploadForm, status: int = 200
) -> HttpResponse:
    partial = bool(getattr(request, "htmx", False))
    template = "pages/uploading/_form.html" if partial else "pages/uploading/page.html"
    context = {"session": session, "form": form, "max_bytes": settings.MAX_UPLOAD_BYTES}
    return render(request, template, context, status=status)
