"""What every endpoint of the API shares: idempotency, and whose request it is."""

from __future__ import annotations

import hashlib
from typing import Any, cast
from uuid import UUID

import orjson
from django.core.files.uploadedfile import UploadedFile
from rest_framework.exceptions import AuthenticationFailed, NotAuthenticated, Throttled
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import AnonRateThrottle
from rest_framework.viewsets import GenericViewSet

from accounts import idempotency
from accounts.models import ApiToken, IdempotentAnswer, User
from filmroom.errors import LengthRequired
from filmroom.json import dump

# Answers that say "not now" are not the result of the request.
_NOT_KEPT = {408, 429}


class _Replay(Exception):
    def __init__(self, answer: idempotency.Answer) -> None:
        self.answer = answer


class ApiViewSet(GenericViewSet[Any]):
    """A viewset whose POSTs honour ``Idempotency-Key``.

    ``writes`` says whether a ``read`` token is kept out where the method does not tell: True for
    a GET that changes something, False for a POST that does not.
    """

    writes: bool | None = None
    throttle_scope = ""
    # Actions that change nothing the second time, and whose answers soon are out of date.
    never_replayed: frozenset[str] = frozenset()
    # Fields of an answer that are shown once: the kept answer has null in their place.
    shown_once: frozenset[str] = frozenset()
    _reservation: IdempotentAnswer | None = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        # Django reads no further than Content-Length says: without one the body would seem empty.
        if "HTTP_TRANSFER_ENCODING" in request.META and not request.META.get("CONTENT_LENGTH"):
            raise LengthRequired
        key = request.headers.get("Idempotency-Key")
        if request.method != "POST" or key is None or self.action in self.never_replayed:
            return
        self._reservation, answer = idempotency.begin(
            user=self.user, key=key, print_=_fingerprint(request)
        )
        if answer is not None:
            raise _Replay(answer)

    def handle_exception(self, exc: Exception) -> Response:
        if isinstance(exc, _Replay):
            headers = {"Location": exc.answer.location} if exc.answer.location else None
            return Response(exc.answer.body, status=exc.answer.status_code, headers=headers)
        if isinstance(exc, AuthenticationFailed | NotAuthenticated):
            exc = self._counted(exc)
        return super().handle_exception(exc)

    def _counted(self, refusal: Exception) -> Exception:
        """Throttle callers without credentials, whom DRF turns away before it counts anybody."""
        throttle = AnonRateThrottle()
        if throttle.allow_request(self.request, self):
            return refusal
        return Throttled(throttle.wait())

    def finalize_response(
        self, request: Request, response: Response, *args: Any, **kwargs: Any
    ) -> Response:
        reservation, self._reservation = self._reservation, None
        if reservation is not None and isinstance(response, Response):
            _keep(reservation, response, self.shown_once)
        return super().finalize_response(request, response, *args, **kwargs)

    @property
    def user(self) -> User:
        """Who calls; the permission classes let nobody else through."""
        return cast(User, self.request.user)

    @property
    def token_id(self) -> UUID | None:
        """The token that was shown, or None for a browser."""
        return self.request.auth.id if isinstance(self.request.auth, ApiToken) else None


def _keep(reservation: IdempotentAnswer, response: Response, shown_once: frozenset[str]) -> None:
    if response.status_code >= 500 or response.status_code in _NOT_KEPT:
        idempotency.release(reservation)
        return
    body = None if response.data is None else orjson.loads(dump(response.data))
    if isinstance(body, dict):
        body |= dict.fromkeys(shown_once & body.keys())
    location = response.headers.get("Location", "")
    idempotency.finish(reservation, idempotency.Answer(response.status_code, body, location))


def _fingerprint(request: Request) -> str:
    parts = [str(request.method).encode(), request.get_full_path().encode()]
    for name in sorted(request.data):
        value = request.data[name]
        parts.append(str(name).encode())
        if isinstance(value, UploadedFile):
            value.seek(0)
            parts.append(hashlib.file_digest(value, "sha256").digest())
            parts.append(str(value.name).encode())
            value.seek(0)
        else:
            parts.append(orjson.dumps(value, option=orjson.OPT_SORT_KEYS))
    return idempotency.fingerprint(*parts)
