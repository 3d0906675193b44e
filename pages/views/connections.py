"""The platforms that a coach has connected, and how one is connected, tested and let go."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from rest_framework.throttling import UserRateThrottle

from filmroom.errors import FilmRoomError
from filmroom.sentences import told
from integrations import connecting
from integrations.models import AnnouncedRecording, Connection
from integrations.models.connections import ConnectionQuerySet
from integrations.platforms import PLATFORMS, PlatformInfo
from pages.connection_forms import ConnectionForm, NewConnectionForm, SecretForm
from pages.connection_page import ConnectionLine, events_of
from pages.throttling import hold_back
from pages.views.access import coach_page, person_of, show_form_error


class TestedOften(FilmRoomError):
    code = "throttled"
    detail = "You tested connections often just now: wait a minute before you test again."
    http_status = 429


class TestThrottle(UserRateThrottle):
    """Ten tests a minute for each person: each asks the platform."""

    scope = "connection-tests"
    rate = "10/min"


def own_connection(request: HttpRequest, connection_id: UUID) -> Connection:
    """Return a connection that the person may see; another coach's is as unknown as none."""
    visible = cast("ConnectionQuerySet", Connection.objects).visible_to(person_of(request))
    found: Connection = get_object_or_404(visible.select_related("coach"), pk=connection_id)
    return found


def _info_or_404(platform: str) -> PlatformInfo:
    info = PLATFORMS.get(platform)
    if info is None:
        raise Http404
    return info


@require_safe
@coach_page
@never_cache
def connections(request: HttpRequest) -> HttpResponse:
    """List what is connected, and what can be."""
    visible = cast("ConnectionQuerySet", Connection.objects).visible_to(person_of(request))
    context = {
        "lines": [ConnectionLine(each) for each in visible.select_related("coach")],
        "platforms": PLATFORMS,
    }
    return render(request, "pages/connections/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@coach_page
@never_cache  # with no-store: a secret that was made is shown once, and kept nowhere
def new(request: HttpRequest, platform: str) -> HttpResponse:
    """Ask for what the platform needs; connect it, and show this once what was made for it."""
    info = _info_or_404(platform)
    if request.method != "POST":
        return _show_new(request, platform, NewConnectionForm(info=info))
    form = NewConnectionForm(request.POST, info=info)
    if not form.is_valid():
        return _show_new(request, platform, form, status=400)
    person = person_of(request)
    try:
        connection, generated = connecting.connect(
            coach=person,
            platform=platform,
            name=form.cleaned_data["name"],
            secrets=form.secrets,
            details=form.details,
            makes_sessions=form.cleaned_data["makes_sessions"],
            by=person,
        )
    except FilmRoomError as error:
        show_form_error(form, error, {})
        return _show_new(request, platform, form, status=error.http_status)
    return _show(request, connection, generated=generated, is_new=True)


def _show_new(
    request: HttpRequest, platform: str, form: NewConnectionForm, status: int = 200
) -> HttpResponse:
    context = {"platform": platform, "info": form.info, "form": form}
    return render(request, "pages/connections/new.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@coach_page
@never_cache
def connection(request: HttpRequest, connection_id: UUID) -> HttpResponse:
    """Show a connection; change its name, its account and whether it makes sessions."""
    row = own_connection(request, connection_id)
    if request.method != "POST":
        return _show(request, row)
    form = ConnectionForm(request.POST, info=PLATFORMS[row.platform])
    if not form.is_valid():
        return _show(request, row, form=form, status=400)
    try:
        connecting.change(
            connection=row,
            name=form.cleaned_data["name"],
            details=form.details,
            makes_sessions=form.cleaned_data["makes_sessions"],
            by=person_of(request),
        )
    except FilmRoomError as error:
        show_form_error(form, error, {})
        return _show(request, row, form=form, status=error.http_status)
    messages.success(request, _("The connection is changed."))
    return redirect("connection", row.pk)


def _show(
    request: HttpRequest,
    row: Connection,
    *,
    form: ConnectionForm | None = None,
    generated: dict[str, str] | None = None,
    is_new: bool = False,
    status: int = 200,
) -> HttpResponse:
    info = PLATFORMS[row.platform]
    made: list[Any] = [(info.secret(name), value) for name, value in (generated or {}).items()]
    context = {
        "line": ConnectionLine(row),
        "form": form or ConnectionForm(initial=ConnectionForm.initial_of(row), info=info),
        "made": made,
        "is_new": is_new,
        "missing": connecting.missing_secrets(row),
        "events": events_of(row),
    }
    return render(request, "pages/connections/connection.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@coach_page
@never_cache
def secret(request: HttpRequest, connection_id: UUID, name: str) -> HttpResponse:
    """Ask for another value of a secret and put it in the old one's place."""
    row = own_connection(request, connection_id)
    described = PLATFORMS[row.platform].secret(name)
    if described is None:
        raise Http404
    if request.method != "POST":
        return _ask_secret(request, row, SecretForm(secret=described), described)
    form = SecretForm(request.POST, secret=described)
    if not form.is_valid():
        return _ask_secret(request, row, form, described, status=400)
    try:
        made = connecting.replace_secret(
            connection=row, name=name, value=form.cleaned_data["value"], by=person_of(request)
        )
    except FilmRoomError as error:
        show_form_error(form, error, {})
        return _ask_secret(request, row, form, described, status=error.http_status)
    row.refresh_from_db()
    if made:
        return _show(request, row, generated={name: made})
    messages.success(request, _("The secret is kept."))
    return redirect("connection", row.pk)


def _ask_secret(
    request: HttpRequest, row: Connection, form: SecretForm, described: Any, status: int = 200
) -> HttpResponse:
    context = {
        "line": ConnectionLine(row),
        "secret": described,
        "ending": row.secret_endings.get(described.name),
        "form": form,
    }
    partial = bool(getattr(request, "htmx", False))
    template = "pages/connections/_secret.html" if partial else "pages/connections/secret.html"
    return render(request, template, context, status=status)


@require_POST
@coach_page
def test(request: HttpRequest, connection_id: UUID) -> HttpResponse:
    """Try a connection and say what came of it."""
    row = own_connection(request, connection_id)
    hold_back(request, TestThrottle, TestedOften)
    result = connecting.test(connection=row, by=person_of(request))
    if result.ok:
        messages.success(request, f"{told(result.sentence)} {_last_event(row)}")
    else:
        messages.error(request, _("The test failed: the reason stands below."))
    return redirect("connection", row.pk)


def _last_event(row: Connection) -> str:
    if row.last_event_at is None:
        return _("Nothing has come in yet: let the platform send something.")
    time = date_format(timezone.localtime(row.last_event_at), "SHORT_DATETIME_FORMAT")
    return _("The last event came %(time)s.") % {"time": time}


@require_POST
@coach_page
def subscribe(request: HttpRequest, connection_id: UUID) -> HttpResponse:
    """Ask the platform to call from now on, and say whether it will."""
    row = own_connection(request, connection_id)
    hold_back(request, TestThrottle, TestedOften)
    try:
        connecting.subscribe(connection=row, by=person_of(request))
    except FilmRoomError as error:
        messages.error(request, error.told())
    else:
        messages.success(request, _("The platform tells of every new recording from now on."))
    return redirect("connection", row.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@coach_page
@never_cache
def remove(request: HttpRequest, connection_id: UUID) -> HttpResponse:
    """Ask whether a connection may go, and forget it with its secrets once that is confirmed."""
    row = own_connection(request, connection_id)
    if request.method == "POST":
        connecting.remove(connection=row, by=person_of(request))
        messages.success(request, _("The connection is removed, and its secrets are forgotten."))
        return redirect("connections")
    waiting = row.recordings.filter(status=AnnouncedRecording.Status.WAITING).count()
    partial = bool(getattr(request, "htmx", False))
    template = "pages/connections/_remove.html" if partial else "pages/connections/remove.html"
    return render(request, template, {"line": ConnectionLine(row), "waiting": waiting})
