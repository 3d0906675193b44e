"""Recordings that platforms announced and files in the bucket, as long as they have no session."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from filmroom.errors import FilmRoomError
from filmroom.ids import as_uuid
from filmroom.sentences import told
from integrations import announcing
from integrations.models import AnnouncedRecording
from pages.views.access import coach_page, own_sessions, person_of
from pages.waiting import (
    files_seen_by,
    recordings_seen_by,
    sessions_to_choose,
    still_waiting,
    waiting_files,
    waiting_recordings,
)
from recordings import sync, tasks
from sessions_app.models import Session, SessionQuerySet

SIZE = 20
Status = AnnouncedRecording.Status


@require_safe
@coach_page
@never_cache
def unmatched(request: HttpRequest) -> HttpResponse:
    """List what waits for its session, or with ``?show=dismissed`` what nobody wanted."""
    shows_dismissed = request.GET.get("show") == "dismissed"
    seen = recordings_seen_by(person_of(request))
    dismissed = seen.filter(status=Status.DISMISSED)
    rows = dismissed if shows_dismissed else still_waiting(seen)
    ordered = rows.order_by("-started_at", "-id")
    page = Paginator(ordered, SIZE).get_page(request.GET.get("page"))
    files = [] if shows_dismissed or page.number > 1 else files_seen_by(person_of(request))[:SIZE]
    context = {
        "page": page,
        "recordings": waiting_recordings(page.object_list, own_sessions(request)),
        "files": waiting_files(files, own_sessions(request)),
        "shows_dismissed": shows_dismissed,
        "dismissed": dismissed.count(),
    }
    return render(request, "pages/unmatched/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@coach_page
@never_cache
def recording(request: HttpRequest, recording_id: UUID) -> HttpResponse:
    """Show sessions to give a recording to, near it or searched for; give it to one."""
    row = _recording_or_404(request, recording_id)
    sessions = own_sessions(request).filter(coach=row.coach_id)
    if request.method != "POST":
        (waiting,) = waiting_recordings([row], sessions)
        action = reverse("unmatched-recording", args=[row.pk])
        return _choose(request, sessions, row.started_at, action, {"waiting": waiting})
    session = _chosen(request, sessions)
    if session is None:
        return _not_chosen(request)
    try:
        announcing.assign(recording=row, session=session, by=person_of(request))
    except FilmRoomError as error:
        return _refused(request, error)
    return _placed(request, row, _("The recording belongs to “%s” now.") % session.title)


@require_POST
@coach_page
def make_session(request: HttpRequest, recording_id: UUID) -> HttpResponse:
    """Make a session of a recording that fits none."""
    row = _recording_or_404(request, recording_id)
    try:
        session = announcing.make_session(recording=row, by=person_of(request))
    except FilmRoomError as error:
        return _refused(request, error)
    return _placed(request, row, _("The session “%s” is made.") % session.title)


@require_POST
@coach_page
def dismiss(request: HttpRequest, recording_id: UUID) -> HttpResponse:
    """Take a recording off the list that nobody wants here."""
    row = _recording_or_404(request, recording_id)
    try:
        announcing.dismiss(recording=row, by=person_of(request))
    except FilmRoomError as error:
        return _refused(request, error)
    messages.success(request, _("The recording is not wanted; it is kept under “Not wanted”."))
    return redirect("unmatched")


@require_POST
@coach_page
def reconsider(request: HttpRequest, recording_id: UUID) -> HttpResponse:
    """Put a recording back on the list."""
    row = _recording_or_404(request, recording_id)
    try:
        row = announcing.reconsider(recording=row, by=person_of(request))
    except FilmRoomError as error:
        return _refused(request, error)
    if row.session is not None:
        return _placed(
            request, row, _("The recording found its session: “%s”.") % row.session.title
        )
    messages.success(request, _("The recording is on the list again."))
    return redirect("unmatched")


@require_http_methods(["GET", "HEAD", "POST"])
@coach_page
@never_cache
def file(request: HttpRequest, file_id: UUID) -> HttpResponse:
    """Show sessions to give a file in the bucket to; give it to one."""
    row = get_object_or_404(files_seen_by(person_of(request)), pk=file_id)
    sessions = own_sessions(request)
    if row.coach_id:
        sessions = sessions.filter(coach=row.coach_id)
    if request.method != "POST":
        (waiting,) = waiting_files([row], sessions)
        action = reverse("unmatched-file", args=[row.pk])
        return _choose(request, sessions, row.last_modified, action, {"waiting": waiting})
    session = _chosen(request, sessions)
    if session is None:
        return _not_chosen(request)
    try:
        upload = sync.assign_unmatched(file=row, session=session, by=person_of(request))
    except FilmRoomError as error:
        return _refused(request, error)
    tasks.nudge_facts(upload.pk)
    messages.success(request, _("The file belongs to “%s” now.") % session.title)
    return redirect("unmatched")


def _recording_or_404(request: HttpRequest, recording_id: UUID) -> AnnouncedRecording:
    return get_object_or_404(recordings_seen_by(person_of(request)), pk=recording_id)


def _choose(
    request: HttpRequest,
    sessions: SessionQuerySet,
    near: datetime | None,
    action: str,
    context: dict[str, Any],
) -> HttpResponse:
    search = request.GET.get("q", "")[:200].replace("\0", "")
    offered = sessions_to_choose(sessions, search, near)
    context |= {"q": search, "offered": offered, "action": action}
    return render(request, "pages/unmatched/choose.html", context)


def _chosen(request: HttpRequest, sessions: SessionQuerySet) -> Session | None:
    wanted = as_uuid(request.POST.get("session", ""))
    return sessions.filter(pk=wanted).first() if wanted else None


def _not_chosen(request: HttpRequest) -> HttpResponse:
    messages.error(request, _("Choose a session that exists."))
    return redirect(request.path)


def _placed(request: HttpRequest, row: AnnouncedRecording, said: str) -> HttpResponse:
    """Say that a recording has its session, and wake a worker where there is something to fetch,
    else say why there is not."""
    row.refresh_from_db(fields=["upload", "problem"])
    if row.upload_id is not None:
        tasks.nudge_import(row.upload_id)
        more = _("It is being fetched.")
    else:
        more = told(row.problem)
    messages.success(request, f"{said} {more}")
    return redirect("unmatched")


def _refused(request: HttpRequest, error: FilmRoomError) -> HttpResponse:
    """Say on the list why it stays as it was."""
    messages.error(request, error.told())
    return redirect("unmatched")
