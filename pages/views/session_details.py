"""A session's own page, and what can be done with its attempts."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pages.forms import LONGEST_PASSCODE
from pages.note_form import notes_panel
from pages.player_policy import allow_player_styles
from pages.session_page import recording_of
from pages.toasts import UNDO_SECONDS, answer_with_toast
from pages.views.access import coach_page, person_of, session_or_404
from recordings import cancelling, imports, positions, removal, storage, tasks
from recordings.errors import NotRetryable
from recordings.models import ACTIVE_STATUSES, SessionUpload, SessionUploadQuerySet


@require_safe
@allow_player_styles
@coach_page
@never_cache
def details(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """Show everything about a session's recording; htmx is answered what may have changed."""
    session = session_or_404(request, session_id)
    user = person_of(request)
    if getattr(request, "htmx", False):
        live = recording_of(session, shown=request.GET.get("shown", ""))
        live["position"] = positions.position_of(session=session, by=user)
        return render(request, "pages/sessions/_live.html", live)
    context = {
        **recording_of(session, shown=None),
        **notes_panel(session=session, by=user),
        "participants": session.participants.select_related("user"),
        "position": positions.position_of(session=session, by=user),
    }
    return render(request, "pages/sessions/details.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@coach_page
@never_cache
def delete(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """Say what will be lost, and delete the recording once that is confirmed."""
    session = session_or_404(request, session_id)
    lost = list(session.uploads.filter(status__in=removal.REMOVABLE))
    can_undo = any(removal.can_restore(upload) for upload in lost)
    if request.method == "POST":
        removal.delete_recording(
            session=session, by=person_of(request), cancel="cancel" in request.POST
        )
        return answer_with_toast(
            request,
            [_("The recording is deleted.")],
            changed=[session.pk],
            undo=[session.pk] if can_undo else [],
        )
    partial = bool(getattr(request, "htmx", False))
    template = "pages/sessions/_delete.html" if partial else "pages/sessions/delete.html"
    context = {
        "session": session,
        "lost": lost,
        "can_undo": can_undo,
        "undo_seconds": UNDO_SECONDS,
        "undo_days": storage.KEPT_AFTER_DELETION.days,
        "is_active": session.uploads.filter(status__in=ACTIVE_STATUSES).exists(),
    }
    return render(request, template, context)


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("passcode")
@coach_page
@never_cache
def retry(request: HttpRequest, upload_id: UUID) -> HttpResponse:
    """Ask for the passcode of a link whose import failed; fetch it once more.

    Answers to where it was asked: the table by a toast, or the session's page.
    """
    upload = _upload_or_404(request, upload_id)
    if request.method != "POST":
        return _ask_passcode(request, upload)
    imports.retry(
        upload=upload,
        by=person_of(request),
        passcode=request.POST.get("passcode", "").strip()[:LONGEST_PASSCODE],
    )
    tasks.nudge_import(upload.pk)
    said = _("The import is tried again.")
    if getattr(request, "htmx", False):
        return answer_with_toast(request, [said], changed=[upload.session_id])
    messages.success(request, said)
    return redirect("session", upload.session_id)


def _ask_passcode(request: HttpRequest, upload: SessionUpload) -> HttpResponse:
    if not imports.can_retry(upload):
        raise NotRetryable
    partial = bool(getattr(request, "htmx", False))
    template = "pages/sessions/_passcode.html" if partial else "pages/sessions/passcode.html"
    return render(request, template, {"upload": upload, "session": upload.session})


@require_POST
@coach_page
def cancel(request: HttpRequest, upload_id: UUID) -> HttpResponse:
    """Stop an attempt that is under way."""
    upload = cancelling.cancel(upload=_upload_or_404(request, upload_id), by=person_of(request))
    messages.success(request, _("The upload is cancelled."))
    return redirect("session", upload.session_id)


def _upload_or_404(request: HttpRequest, upload_id: UUID) -> SessionUpload:
    visible = cast("SessionUploadQuerySet", SessionUpload.objects).visible_to(person_of(request))
    return get_object_or_404(visible.select_related("session"), pk=upload_id)
