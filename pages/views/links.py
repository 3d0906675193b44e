"""Importing links, one or many: in the dialog and on a page of its own."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe
from django_htmx.http import reswap, retarget, trigger_client_event

from filmroom.errors import FilmRoomError
from filmroom.ids import as_uuid
from pages.link_form import (
    ListUploadHandler,
    lines_of,
    posted_rows,
    rows_of_text,
    sessions_offered,
    summary_of,
)
from pages.spreadsheets import as_text_cell, csv_file
from pages.views.access import coach_page, own_sessions, person_of, session_or_404
from recordings import tasks
from recordings.link_lists import LinkRow, Outcome, Placed, place, read_csv, start_links
from sessions_app.models import Session

TEMPLATE_LINES = 50
TEMPLATE_COLUMNS = ("url", "session", "date", "client", "passcode")


@csrf_exempt  # the checking itself reads the body, so it happens inside, where refusals are caught
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@coach_page
@never_cache
def links(request: HttpRequest) -> HttpResponse:
    """Show the form; say what is to be said of the links in it; import them when asked to."""
    request.upload_handlers = [ListUploadHandler(request)]
    try:
        return _checked(request)
    except FilmRoomError as error:
        # Too large: known while the body was still coming in.
        return _refused(request, None, error.told(), error.http_status)


@csrf_protect
def _checked(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return _panel(request, _preset(request, request.GET.get("session", "")))
    preset = _preset(request, request.POST.get("session", ""))
    posted = posted_rows(request.POST)
    text = request.POST.get("text", "")
    listed = list(posted.listed)
    file = request.FILES.get("csv")
    try:
        pasted = rows_of_text(text, posted)
        listed += read_csv(file.read()) if file is not None else ()
    except FilmRoomError as error:
        return _refused(request, preset, error.told(), error.http_status, text)
    wanted = request.POST.get("act") == "import"
    if wanted and not (pasted or listed):
        return _refused(request, preset, _("Paste a link, or choose a CSV list."), 400, text)
    # Only what was shown is imported: of a link not seen yet nobody knows what it waits for.
    if wanted and file is None and all(row.url in posted.pasted for row in pasted):
        return _import(request, [*pasted, *listed], preset)
    placed = _placed(request, [*pasted, *listed], preset)
    context = _lines(request, placed[: len(pasted)], placed[len(pasted) :], preset)
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "pages/links/_checked.html", {**context, "session": preset})
    return _panel(request, preset, text=text, **context)


def _preset(request: HttpRequest, session_id: str) -> Session | None:
    """The one session that the links are for, when the form was opened from it."""
    if not session_id:
        return None
    found = as_uuid(session_id)
    if found is None:
        raise Http404
    return session_or_404(request, found)


def _placed(request: HttpRequest, rows: Sequence[LinkRow], preset: Session | None) -> list[Placed]:
    zone = timezone.get_current_timezone()
    return place(rows, sessions=own_sessions(request), zone=zone, preset=preset)


def _lines(
    request: HttpRequest,
    pasted: Sequence[Placed],
    listed: Sequence[Placed],
    preset: Session | None,
) -> dict[str, Any]:
    lines = lines_of(pasted, listed)
    search = request.POST.get("q", "")
    chooses = [line.chooses(preset) for line in lines]
    offered = sessions_offered(own_sessions(request), search) if any(chooses) else []
    return {
        "lines": lines,
        "rows": list(zip(lines, chooses, strict=True)),
        "chooses": any(chooses),
        "ready": sum(line.placed.is_ready for line in lines),
        "summary": summary_of(lines) if lines else "",
        "has_passcodes": any(
            line.placed.has_passcode and not line.placed.refused for line in lines
        ),
        "offered": offered,
        # The same for all rows: drawn once.
        "options": render_to_string("pages/links/_options.html", {"offered": offered}),
        "q": search,
    }


def _import(request: HttpRequest, rows: Sequence[LinkRow], preset: Session | None) -> HttpResponse:
    outcomes = start_links(
        rows=rows,
        sessions=own_sessions(request),
        zone=timezone.get_current_timezone(),
        by=person_of(request),
        preset=preset,
    )
    started = [outcome.upload for outcome in outcomes if outcome.upload is not None]
    for upload in started:
        tasks.nudge_import(upload.pk)
    context = _lines(request, (), _left(request, outcomes, preset), preset)
    done = [each for each in outcomes if each.upload is not None or each.placed.under_way]
    response = _panel(request, preset, done=done, started=len(started), **context)
    if request.htmx:  # type: ignore[attr-defined]
        changed = sorted({str(upload.session_id) for upload in started})
        trigger_client_event(response, "recordings:changed", {"sessions": changed})
    return response


def _left(
    request: HttpRequest, outcomes: Sequence[Outcome], preset: Session | None
) -> list[Placed]:
    """The rows that were not started, to be set right and tried again."""
    left = [each for each in outcomes if each.upload is None and not each.placed.under_way]
    placed = _placed(request, [each.placed.row for each in left], preset)
    return [
        each if each.problem else replace(each, note=outcome.problem)
        for each, outcome in zip(placed, left, strict=True)
    ]


def _panel(
    request: HttpRequest, preset: Session | None, status: int = 200, **more: Any
) -> HttpResponse:
    context = {"session": preset, **more}
    if not request.htmx:  # type: ignore[attr-defined]
        return render(request, "pages/links/page.html", context, status=status)
    response = render(request, "pages/links/_panel.html", context)
    if request.method == "POST":
        response = reswap(retarget(response, "#links-panel"), "outerHTML")
    return response


def _refused(
    request: HttpRequest, preset: Session | None, problem: str, status: int, text: str = ""
) -> HttpResponse:
    """Say what is wrong with the whole; in the dialog the rows stay as they are."""
    if not request.htmx:  # type: ignore[attr-defined]
        return _panel(request, preset, status, problem=problem, text=text)
    response = render(request, "pages/links/_problem.html", {"problem": problem})
    return reswap(retarget(response, "#links-problem"), "innerHTML")


@require_safe
@coach_page
@never_cache
def template(request: HttpRequest) -> HttpResponse:
    """Give a CSV list to fill in: the latest sessions that have no recording yet."""
    response = csv_file("film-room-links.csv")
    writer = csv.writer(response)
    writer.writerow(TEMPLATE_COLUMNS)
    begun = own_sessions(request).filter(s3_key="", scheduled_at__lte=timezone.now())
    for session in begun.order_by("-scheduled_at", "-id")[:TEMPLATE_LINES]:
        when = timezone.localtime(session.scheduled_at).strftime("%Y-%m-%d %H:%M")
        writer.writerow(("", session.pk, when, as_text_cell(session.client_display_name), ""))
    return response
