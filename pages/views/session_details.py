"""A session's own page, and what can be done with its recording and its attempts."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pages.rows import percent_of
from pages.states import NO_RECORDING, UPLOADS
from pages.views.access import coach_page, person_of, session_or_404
from recordings import cancelling, imports, playback, removal, tasks
from recordings.models import ACTIVE_STATUSES, SessionUpload, SessionUploadQuerySet, UploadEvent
from sessions_app.models import Session, UploadStatus


@require_safe
@coach_page
@never_cache
def details(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """Show everything about a session's recording."""
    session = session_or_404(request, session_id)
    attempts = _attempts_of(session)
    current = next((a for a in attempts if a.pk == session.recording_upload_id), None)
    context = {
        "session": session,
        "current": current,
        "current_state": UPLOADS[UploadStatus.COMPLETED] if current else NO_RECORDING,
        "is_audio": session.recording_mime_type.startswith("audio/"),
        "participants": session.participants.select_related("user"),
        "attempts": [
            {
                "upload": attempt,
                "shown": UPLOADS[attempt.status],
                "percent": percent_of(attempt),
                "can_retry": imports.can_retry(attempt),
            }
            for attempt in attempts
        ],
        "is_moving": any(attempt.is_active for attempt in attempts),
    }
    partial = bool(getattr(request, "htmx", False))
    template = "pages/sessions/_history.html" if partial else "pages/sessions/details.html"
    return render(request, template, context)


def _attempts_of(session: Session) -> list[SessionUpload]:
    events = UploadEvent.objects.select_related("by")
    return list(
        session.uploads.select_related("created_by", "deleted_by").prefetch_related(
            Prefetch("events", queryset=events)
        )
    )


@require_safe
@coach_page
@never_cache
def download(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """Lead to the recording in the bucket, to be saved under its own name."""
    link = playback.signed_link(session=session_or_404(request, session_id))
    return redirect(link.download_url)


@require_safe
@coach_page
@never_cache
def play(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """Lead the page's player to the recording in the bucket."""
    session = session_or_404(request, session_id)
    return redirect(playback.signed_link(session=session, disposition="inline").download_url)


@require_http_methods(["GET", "HEAD", "POST"])
@coach_page
@never_cache
def delete(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """Say what will be lost, and delete the recording once that is confirmed."""
    session = session_or_404(request, session_id)
    if request.method == "POST":
        removal.delete_recording(
            session=session, by=person_of(request), cancel="cancel" in request.POST
        )
        messages.success(request, _("The recording is deleted."))
        return redirect("recordings")
    partial = bool(getattr(request, "htmx", False))
    template = "pages/sessions/_delete.html" if partial else "pages/sessions/delete.html"
    context = {
        "session": session,
        "lost": session.uploads.filter(status__in=removal.REMOVABLE),
        "is_active": session.uploads.filter(status__in=ACTIVE_STATUSES).exists(),
    }
    return render(request, template, context)


@require_POST
@coach_page
def retry(request: HttpRequest, upload_id: UUID) -> HttpResponse:
    """Fetch a failed import once more."""
    upload = imports.retry(upload=_upload_or_404(request, upload_id), by=person_of(request))
    tasks.nudge_import(upload.pk)
    messages.success(request, _("The import is tried again."))
    return redirect("session", upload.session_id)


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
