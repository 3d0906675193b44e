"""The door for platforms that call us: /webhooks/<platform> and /webhooks/<platform>/<connection>.

No session, no cookie, no CSRF: what proves a request is its signature.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.views.decorators.csrf import csrf_exempt

from filmroom.api_errors import IncompleteRequest, as_json
from filmroom.errors import FilmRoomError
from filmroom.json import dump
from integrations import receiving, tasks

RECEIVED = dump({"received": True})


class MethodNotAllowed(FilmRoomError):
    code = "method_not_allowed"
    detail = "Platforms send here by POST: nothing can be read at this address."
    http_status = 405

    def __init__(self) -> None:
        super().__init__(headers={"Allow": "POST"})


class Answered(HttpResponse):
    """Asks for workers when the answer is out: a broker that is away delays no platform."""

    waiting: tuple[UUID, ...] = ()

    def close(self) -> None:
        super().close()
        waiting, self.waiting = self.waiting, ()
        for event_id in waiting:
            tasks.nudge_event(event_id)


@csrf_exempt
def webhook(request: HttpRequest, platform: str, connection_id: str | None = None) -> HttpResponse:
    """Take a platform's request in; its answer comes before any work is done."""
    try:
        if request.method != "POST":
            raise MethodNotAllowed
        received = receiving.receive(
            platform=spelt(platform),
            connection_id=connection_id,
            headers={name.lower(): value for name, value in request.headers.items()},
            query=request.GET.dict(),
            stream=_stream(request),
            length=_length(request),
        )
    except UnreadablePostError:
        return as_json(IncompleteRequest())
    except FilmRoomError as error:
        return _refusal(error)
    reply = received.reply
    answer = Answered(
        RECEIVED if reply is None else reply.body,
        content_type="application/json" if reply is None else reply.content_type,
        status=received.status,
    )
    answer.waiting = received.waiting
    return answer


def spelt(platform: str) -> str:
    """Return a platform as connections name it: ``cal.com`` and ``cal-com`` are ``cal_com``."""
    return platform.replace("-", "_").replace(".", "_")


def _refusal(error: FilmRoomError) -> HttpResponse:
    answer = as_json(error)
    if answer.status_code == HTTPStatus.UNAUTHORIZED:
        answer["WWW-Authenticate"] = "Signature"
    return answer


def _length(request: HttpRequest) -> int | None:
    """What the request announces, None for a body in chunks."""
    announced = request.META.get("CONTENT_LENGTH") or ""
    if announced.isdecimal():
        return int(announced)
    return None if "HTTP_TRANSFER_ENCODING" in request.META else 0


def _stream(request: HttpRequest) -> Any:
    # Django reads no further than Content-Length says, so that a body in chunks would seem empty.
    return request if _length(request) is not None else request.META["wsgi.input"]
