"""Requests that this package signs itself, sent over a pool that the process shares."""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.httpsession import URLLib3Session
from urllib3.response import BaseHTTPResponse

from .client import MAX_TRIES, connection
from .errors import StorageError, from_answer, translated

FIRST_PAUSE_SECONDS = 0.2
LONGEST_PAUSE_SECONDS = 5.0
ERROR_BODY_BYTES = 64 * 1024

_CODE = re.compile(rb"<Code>([A-Za-z0-9]+)</Code>")

Result = TypeVar("Result")


def send(
    method: str,
    url: str,
    *,
    body: bytes | memoryview = b"",
    headers: Mapping[str, str] | None = None,
) -> AWSResponse:
    """The bucket's answer, whole, to one request; an error answer raises StorageError."""
    return _send(connection().wire, method, url, body, headers or {})


def send_quickly(method: str, url: str) -> AWSResponse:
    """As ``send``, without a body, for whoever cannot wait longer than some seconds."""
    return _send(connection().quick_wire, method, url, b"", {})


def _send(
    pool: URLLib3Session,
    method: str,
    url: str,
    body: bytes | memoryview,
    headers: Mapping[str, str],
) -> AWSResponse:
    request = _request(method, url, headers, body, stream=False)
    with translated():
        answer: AWSResponse = pool.send(request)
        content = answer.content
    _check(answer.status_code, content)
    return answer


def _request(
    method: str, url: str, headers: Mapping[str, str], body: bytes | memoryview, *, stream: bool
) -> AWSPreparedRequest:
    # urllib3 takes any mapping, and sends any buffer without a copy; the stubs know less.
    sent_headers: Any = dict(headers)
    sent_body: Any = body
    return AWSPreparedRequest(method, url, sent_headers, sent_body, stream_output=stream)


def _check(status: int, content: bytes) -> None:
    if status >= 300:
        code = _CODE.search(content)
        raise from_answer(code[1].decode() if code else "", status)


@contextmanager
def streaming(url: str, headers: Mapping[str, str]) -> Iterator[tuple[int, BaseHTTPResponse]]:
    """Status and body of a GET, to be read inside; an error answer or a body that ends too early
    raises StorageError.
    """
    request = _request("GET", url, headers, b"", stream=True)
    with translated():
        answer: AWSResponse = connection().wire.send(request)
        body: BaseHTTPResponse = answer.raw
        try:
            if answer.status_code >= 300:
                _check(answer.status_code, body.read(ERROR_BODY_BYTES))
            yield answer.status_code, body
        finally:
            # Half-read connections are of no use; whole ones have gone back to the pool already.
            body.close()


def with_retries(
    action: Callable[[], Result], *, only: type[StorageError] = StorageError
) -> Result:
    """What ``action`` returns, tried up to MAX_TRIES times while it raises ``only``, retryable.

    Pauses grow twofold from FIRST_PAUSE_SECONDS with full jitter, so that a crowd of workers
    does not come back all at once. Not for calls of boto3, which has tries of its own.
    """
    for attempt in range(MAX_TRIES - 1):
        try:
            return action()
        except only as error:
            if not error.retryable:
                raise
        longest = min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 2**attempt)
        time.sleep(random.uniform(0, longest))  # noqa: S311
    return action()
