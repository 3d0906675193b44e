"""What the player of a session's page asks for, and the recording as a plain link."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from filmroom.api_errors import as_json
from filmroom.errors import FilmRoomError
from pages.thumbnail_cues import as_webvtt
from pages.toasts import answer_with_toast
from pages.views.access import coach_page, person_of, session_or_404
from recordings import playback, rendering, sidecars, tasks
from recordings.models import Rendition, Sidecar
from recordings.models.sidecars import SidecarQuerySet
from recordings.playback import Preparing
from sessions_app.models import StageStatus


@require_safe
@coach_page
@never_cache
def media(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """Say as JSON what there is to play, by which URLs and until when."""
    session = session_or_404(request, session_id)
    try:
        sources = playback.sources_of(session=session)
    except FilmRoomError as error:
        return as_json(error)
    thumbnails_url = reverse("session-thumbnails", args=[session.pk])
    return JsonResponse(
        {
            "upload_id": sources.upload_id,
            "url": sources.url,
            "mime_type": sources.mime_type,
            "kind": sources.kind,
            "expires_in": sources.expires_in,
            "expires_at": sources.expires_at,
            "poster_url": sources.poster_url,
            "thumbnails_url": thumbnails_url if sources.thumbnails else None,
            "waveform_url": sources.waveform_url,
            "preparing": _shape(sources.preparing),
        }
    )


def _shape(preparing: Preparing | None) -> dict[str, object] | None:
    if preparing is None:
        return None
    return {
        "status": preparing.status,
        "progress_percent": preparing.progress_percent,
        "detail": preparing.detail,
        "can_retry": preparing.status == StageStatus.FAILED and preparing.rendition_id is not None,
    }


@require_safe
@coach_page
@never_cache
def thumbnails(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """Name the picture of each moment as a WebVTT track, for the time line."""
    session = session_or_404(request, session_id)
    sources = playback.sources_of(session=session)
    if sources.thumbnails is None:
        raise Http404
    text = as_webvtt(sources.thumbnails, sources.duration_seconds)
    return HttpResponse(text, content_type="text/vtt; charset=utf-8")


@require_POST
@coach_page
def retry_copy(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """Make the copy that browsers can play once more, after it failed.

    Answers to where it was asked: the table, whose buttons name the row as ``only``, or the page.
    """
    session = session_or_404(request, session_id)
    copies = Rendition.objects.current().filter(kind=Rendition.Kind.WEB_COPY)
    rendition = get_object_or_404(copies, upload__session=session)
    rendering.retry_rendition(rendition=rendition, by=person_of(request))
    tasks.nudge_rendition(rendition.pk)
    said = _("The copy is made again.")
    if "only" in request.POST:
        return answer_with_toast(request, [said], changed=[session.pk])
    messages.success(request, said)
    return redirect("session", session_id)


@require_safe
@coach_page
@never_cache
def play(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """Lead to the recording in the bucket, to be watched without the page's player."""
    session = session_or_404(request, session_id)
    return redirect(playback.signed_link(session=session, disposition="inline").download_url)


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
def sidecar(request: HttpRequest, sidecar_id: UUID) -> HttpResponse:
    """Lead to what a platform had beside a recording, to be saved under its own name."""
    visible = cast("SidecarQuerySet", Sidecar.objects).visible_to(person_of(request))
    found = get_object_or_404(visible, pk=sidecar_id, status=Sidecar.Status.COMPLETED)
    return redirect(sidecars.signed_link(found).download_url)
