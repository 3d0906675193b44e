"""Bringing in recordings: the dialog for files and links, and a plain form for one session."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from filmroom.errors import FilmRoomError
from pages.forms import UploadForm
from pages.uploader_words import uploader_config
from pages.views.access import (
    coach_page,
    own_sessions,
    person_of,
    session_or_404,
    show_form_error,
)
from recordings import imports, tasks, uploads
from recordings.receiving import expect_recording
from sessions_app.filters import SessionFilter
from sessions_app.models import URL_MAX_LENGTH, Session

SESSIONS_OFFERED = 20


@require_safe
@coach_page
@never_cache
def add(request: HttpRequest) -> HttpResponse:
    """Show the dialog for many recordings; without a script, the sessions to choose one of."""
    if request.htmx:  # type: ignore[attr-defined]
        return _dialog(request, None)
    search = request.GET.get("q", "")[:200].replace("\0", "")
    found = SessionFilter({"q": search}, queryset=own_sessions(request)).qs
    context = {"q": search, "sessions": found.order_by("-scheduled_at", "-id")[:SESSIONS_OFFERED]}
    return render(request, "pages/uploading/choose_session.html", context)


@csrf_exempt  # the checking itself reads the body, so it happens inside, where refusals are caught
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("passcode")
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
        link = request.GET.get("external_url", "")[:URL_MAX_LENGTH]
        return _show(request, session, UploadForm(initial={"external_url": link}))
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
        passcode = form.cleaned_data["passcode"]
        started = imports.start_import(
            session=session, url=url, platform=platform, passcode=passcode, by=by
        )
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
    if request.htmx:  # type: ignore[attr-defined]
        return _dialog(request, session)
    context = {"session": session, "form": form}
    return render(request, "pages/uploading/page.html", context, status=status)


def _dialog(request: HttpRequest, session: Session | None) -> HttpResponse:
    context = {"session": session, "config": uploader_config(request)}
    return render(request, "pages/uploading/_dialog.html", context)
