"""What happens around every request."""

from __future__ import annotations

from collections.abc import Callable

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from filmroom.api_errors import as_json, database_down


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


def service_down(request: HttpRequest) -> HttpResponse:
    """Return the 503 that fits who asks: JSON below /api/, a page elsewhere."""
    error = database_down()
    if request.path.startswith("/api/"):
        return as_json(error)
    response = render(request, "503.html", {"detail": error.detail}, status=503)
    for name, value in error.headers.items():
        response[name] = value
    return response
