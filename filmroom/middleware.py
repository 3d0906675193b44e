"""What happens around every request."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, tzinfo
from http import HTTPStatus
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers

from filmroom.api_errors import as_json, asks_for_json, database_down
from filmroom.time_zones import is_time_zone

# What a browser says of its own clock; static/js/preferences/time-zone.js writes it.
TIME_ZONE_COOKIE = "time_zone"
_TEXTS = frozenset({"application/json", "application/javascript", "image/svg+xml"})


class ServiceDownMiddleware:
    """Answers 503 when the database is down before or outside a view of the API."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(
        self, request: HttpRequest, exception: Exception
    ) -> HttpResponseBase | None:
        """Translate a lost database connection; leave everything else to Django."""
        if not isinstance(exception, OperationalError):
            return None
        return service_down(request)


class PreferencesMiddleware:
    """Turns pages to the person's language and time zone.

    The language is the one they chose, else what the browser asks for (LocaleMiddleware, which has
    to stand above). The time zone is the one they chose, else the browser's own by its cookie,
    else that of the settings. Below /api/ times are UTC for everybody, as they come and as they
    go. ``request.user`` needs ``language`` and ``time_zone``, where empty means not chosen.
    ``request.guessed_time_zone`` names the zone of a page that was only asked for, by somebody who
    has chosen none: the browser may ask again once it has said its own.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        person = _person(request)
        language = getattr(person, "language", "")
        if language in dict(settings.LANGUAGES):
            # Left on, so that LocaleMiddleware names it in the answer; it sets each request anew.
            translation.activate(language)
            request.LANGUAGE_CODE = language
        chosen = getattr(person, "time_zone", "")
        clock = UTC if request.path.startswith("/api/") else clock_of(request, chosen)
        if request.method == "GET" and not chosen:
            request.guessed_time_zone = str(clock)  # type: ignore[attr-defined]
        with timezone.override(clock):
            response = self.get_response(request)
        patch_vary_headers(response, ["Cookie"])
        return response


def _person(request: HttpRequest) -> Any:
    """Return who is signed in, or None for nobody."""
    try:
        return request.user if request.user.is_authenticated else None
    except OperationalError:
        # Whoever needs the database says so themselves; health checks and static pages do not.
        return None


def clock_of(request: HttpRequest, chosen: str) -> tzinfo:
    """Return where the clock of whoever asks stands: the zone they chose (empty: none), else the
    browser's, else that of the settings.
    """
    for name in (chosen, browsers_time_zone(request)):
        if is_time_zone(name):
            return ZoneInfo(name)
    return timezone.get_default_timezone()


def browsers_time_zone(request: HttpRequest) -> str:
    """Return the name of the browser's own time zone; empty where it says none that exists."""
    name = request.COOKIES.get(TIME_ZONE_COOKIE, "")
    return name if is_time_zone(name) else ""


def service_down(request: HttpRequest) -> HttpResponse:
    """Return the 503 that fits who asks: JSON for programs, a page for people."""
    error = database_down()
    if asks_for_json(request):
        return as_json(error)
    response = render(request, "503.html", {"detail": error.told()}, status=503)
    for name, value in error.headers.items():
        response[name] = value
    return response


class GZipTextMiddleware(GZipMiddleware):
    """Django's compression (padded at random, so that lengths tell nothing of what is secret) for
    whole texts: pictures are compressed already, and ranges count the bytes of the original."""

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        kind = response.headers.get("Content-Type", "").partition(";")[0]
        if response.status_code == HTTPStatus.PARTIAL_CONTENT:
            return response
        if not kind.startswith("text/") and kind not in _TEXTS:
            return response
        compressed: HttpResponseBase = super().process_response(request, response)
        return compressed
