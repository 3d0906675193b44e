"""Who gets a page at all, and how a refusal reads."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from accounts.models import User
from filmroom.errors import FilmRoomError
from sessions_app.models import Session, SessionQuerySet

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def coach_page(view: View[P]) -> View[P]:
    """Let coaches and staff in; send strangers to the login and tell clients what to expect.

    What a room refuses (FilmRoomError) becomes a page with its sentence and its status.
    """

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        user = person_of(request)
        if not (user.is_staff or user.role == User.Role.COACH):
            return render(request, "pages/nothing_here_yet.html", status=403)
        try:
            return view(request, *args, **kwargs)
        except FilmRoomError as error:
            return refusal(request, error)

    return cast("View[P]", login_required(guarded))


def person_of(request: HttpRequest) -> User:
    """Return who is signed in; only for views behind `coach_page`."""
    return cast("User", request.user)


def refusal(request: HttpRequest, error: FilmRoomError) -> HttpResponse:
    """Return the page that says what a room refused and what to do next."""
    response = render(request, "pages/refused.html", {"error": error}, status=error.http_status)
    for name, value in error.headers.items():
        response[name] = value
    return response


def own_sessions(request: HttpRequest) -> SessionQuerySet:
    """Return the sessions the signed-in person may see, with the people a page names and without
    what may be long and no page shows.
    """
    sessions = cast("SessionQuerySet", Session.objects).visible_to(person_of(request))
    return sessions.select_related("client", "coach").defer("transcript", "analysis")


def session_or_404(request: HttpRequest, session_id: UUID) -> Session:
    """Return one of `own_sessions`; another coach's is as unknown as one that never was."""
    return get_object_or_404(own_sessions(request), pk=session_id)


def show_form_error(form: Any, error: FilmRoomError, fields: dict[str, str]) -> None:
    """Put a room's refusal beside the field it names; ``fields`` maps the room's names to ours."""
    name = fields.get(error.attr or "", error.attr)
    form.add_error(name if name in form.fields else None, error.told())
