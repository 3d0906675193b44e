"""Past recordings of a connected platform: listed by days, chosen, imported."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from rest_framework.throttling import UserRateThrottle

from filmroom.errors import FilmRoomError
from integrations import polling
from integrations.models import Connection
from integrations.polling import MOST_LISTED
from pages.connection_forms import PastForm
from pages.connection_page import ConnectionLine
from pages.past_recordings import became, past_lines
from pages.throttling import hold_back
from pages.views.access import coach_page, person_of, show_form_error
from pages.views.connections import own_connection
from recordings import tasks


class AskedOften(FilmRoomError):
    code = "throttled"
    detail = "You asked for past recordings often just now: wait a minute before you ask again."
    http_status = 429


class PastThrottle(UserRateThrottle):
    """Each listing asks the platform several times."""

    scope = "past-recordings"
    rate = "20/min"


@require_http_methods(["GET", "HEAD", "POST"])
@coach_page
@never_cache
def past(request: HttpRequest, connection_id: UUID) -> HttpResponse:
    """Ask for days and list what was recorded then; import what is chosen, say what it became."""
    row = own_connection(request, connection_id)
    data = request.POST if request.method == "POST" else request.GET
    if "since" not in data:
        return _show(request, row, PastForm(initial=PastForm.last_month()))
    form = PastForm(data)
    if not form.is_valid():
        return _show(request, row, form, status=400)
    hold_back(request, PastThrottle, AskedOften)
    try:
        if request.method == "POST":
            return _import(request, row, form)
        return _list(request, row, form)
    except FilmRoomError as error:
        show_form_error(form, error, {})
        return _show(request, row, form, status=error.http_status)


def _list(request: HttpRequest, row: Connection, form: PastForm) -> HttpResponse:
    since, until = form.days
    found = polling.past_recordings(connection=row, since=since, until=until, by=person_of(request))
    lines = past_lines(found)
    return _show(
        request,
        row,
        form,
        lines=lines,
        offered=sum(line.can_choose for line in lines),
        is_cut=len(found) >= MOST_LISTED,
        most=MOST_LISTED,
    )


def _import(request: HttpRequest, row: Connection, form: PastForm) -> HttpResponse:
    chosen = request.POST.getlist("recording")[:MOST_LISTED]
    if not chosen:
        form.add_error(None, _("Choose at least one recording."))
        return _show(request, row, form, status=400)
    since, until = form.days
    taken = polling.import_past(
        connection=row, chosen=chosen, since=since, until=until, by=person_of(request)
    )
    for recording in taken:
        if recording.upload_id is not None:
            tasks.nudge_import(recording.upload_id)
    return _show(request, row, form, done=[became(recording) for recording in taken])


def _show(
    request: HttpRequest, row: Connection, form: PastForm, status: int = 200, **more: Any
) -> HttpResponse:
    context = {"line": ConnectionLine(row), "form": form, **more}
    return render(request, "pages/connections/past.html", context, status=status)
