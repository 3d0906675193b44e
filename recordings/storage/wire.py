"""Requests that this package signs itself, sent over a pool that the process shares."""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable, Mapping
from typing import TypeVar

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.httpsession import URLLib3Session

from .client import MAX_TRIES, connection
from .errors import StorageError, from_answer, translated

FIRST_PAUSE_SECONDS = 0.2
LONGEST_PAUSE_SECONDS = 5.0

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
    request = AWSPreparedRequest(method, url, dict(headers), body, stream_output=False)
    with translated():
        answer: AWSResponse = pool.send(request)
        content = answer.content
    if answer.status_code >= 300:
        code = _CODE.search(content)
        raise from_answer(code[1].decode() if code else "", answer.status_code)
    return answer


def with_retries(action: Callable[[], Result]) -> Result:
    """What ``action`` returns, tried up to MAX_TRIES times while its StorageError may pass.

    Pauses grow twofold from FIRST_PAUSE_SECONDS with full jitter, so that a crowd of workers
    does not come back all at once.
    """
    for attempt in range(1, MAX_TRIES):
        try:
            return action()
        except StorageError as error:
            if not error.retryable:
                raise
        longest = min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 2**attempt)
        time.sleep(random.uniform(0, longest))  # noqa: S311
    return action()
