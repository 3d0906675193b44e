"""The one translator of errors to HTTP: every answer has the shape of the contract."""

from __future__ import annotations

import math
from typing import Any

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from django.utils.translation import gettext as _
from django.views import defaults
from drf_spectacular.utils import extend_schema
from drf_standardized_errors.formatter import ExceptionFormatter
from drf_standardized_errors.handler import ExceptionHandler
from drf_standardized_errors.handler import exception_handler as exception_handler
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.views import APIView

from filmroom.errors import BodyTooLarge, FilmRoomError
from filmroom.json import dump
from filmroom.sentences import sentence

# Where programs ask: they get JSON, whatever goes wrong.
_FOR_PROGRAMS = ("/api/", "/webhooks/")
NOT_FOUND = sentence("There is nothing here that you may see: check the id.")


class IncompleteRequest(FilmRoomError):
    code = "incomplete_request"
    detail = "The request broke off before all of it had arrived: send it again."
    http_status = 408


class RoomException(exceptions.APIException):
    """A FilmRoomError on its way to becoming an answer."""

    def __init__(self, error: FilmRoomError) -> None:
        super().__init__(detail=error.told(), code=error.code)
        self.status_code = error.http_status
        self.attr = error.attr
        self.extra_headers = error.headers


class ErrorHandler(ExceptionHandler):
    """Brings the rooms' errors, and a database that is down, into the common shape."""

    def convert_known_exceptions(self, exc: Exception) -> Exception:
        if isinstance(exc, FilmRoomError):
            return RoomException(exc)
        if isinstance(exc, Http404 | exceptions.NotFound):
            return exceptions.NotFound(_(NOT_FOUND))
        if isinstance(exc, exceptions.Throttled):
            return _throttled(exc)
        if isinstance(exc, OperationalError):
            return RoomException(database_down())
        if isinstance(exc, RequestDataTooBig):
            return RoomException(BodyTooLarge())
        if isinstance(exc, SuspiciousOperation):
            return exceptions.ParseError(_("This request is malformed: check how it is built."))
        if isinstance(exc, UnreadablePostError):
            return RoomException(IncompleteRequest())
        return super().convert_known_exceptions(exc)

    def get_headers(self, exc: exceptions.APIException) -> dict[str, str]:
        headers: dict[str, str] = super().get_headers(exc)
        if isinstance(exc, RoomException):
            headers |= exc.extra_headers
        return headers


class ErrorFormatter(ExceptionFormatter):
    """``attr`` is the field or null, also for errors that belong to no field."""

    def get_error_type(self) -> Any:
        if isinstance(self.exc, RoomException) and self.exc.status_code == 400:
            return "validation_error"
        return super().get_error_type()

    def get_errors(self) -> list[Any]:
        errors = super().get_errors()
        for error in errors:
            if isinstance(self.exc, RoomException):
                error.attr = self.exc.attr
            elif error.attr == "non_field_errors":
                error.attr = None
        return errors


def _throttled(exc: exceptions.Throttled) -> exceptions.Throttled:
    """Say in one sentence how long to wait."""
    seconds = max(1, math.ceil(getattr(exc, "wait", None) or 1))
    told = exceptions.Throttled(wait=seconds)
    told.detail = exceptions.ErrorDetail(
        _("Too many requests: wait {seconds} seconds and try again.").format(seconds=seconds),
        code="throttled",
    )
    return told


def database_down() -> FilmRoomError:
    """The answer while the database cannot be reached."""
    return FilmRoomError(
        "The database cannot be reached just now: try again in a minute.",
        code="database_unavailable",
        http_status=503,
        headers={"Retry-After": "30"},
    )


def asks_for_json(request: HttpRequest) -> bool:
    """Whether a program asks (the API, or a platform that calls us), and no person."""
    return request.path.startswith(_FOR_PROGRAMS)


def as_json(error: FilmRoomError) -> HttpResponse:
    """Return ``error`` in the API's shape, for what ends outside of its views."""
    kind = "server_error" if error.http_status >= 500 else "client_error"
    told = {"code": error.code, "detail": error.told(), "attr": error.attr}
    return HttpResponse(
        dump({"type": kind, "errors": [told]}),
        content_type="application/json",
        status=error.http_status,
        headers=error.headers,
    )


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer what Django itself refuses, such as an unknown host: in the API's shape to programs,
    with a page to people.
    """
    if not asks_for_json(request):
        return defaults.bad_request(request, exception)
    return as_json(
        FilmRoomError(
            "This request is malformed: check its address and how it is built.", code="bad_request"
        )
    )


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer a fault of ours: in the API's shape to programs, with a page to people."""
    if not asks_for_json(request):
        return defaults.server_error(request)
    return as_json(
        FilmRoomError("Something went wrong on our side: try again in a minute.", http_status=500)
    )


@extend_schema(exclude=True)
class ApiNotFound(APIView):
    """Answers every address of programs that leads nowhere, in the API's own shape."""

    permission_classes = ()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        raise exceptions.NotFound
