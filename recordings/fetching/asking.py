"""Small answers: a share page, an API's JSON, a caption file. Read whole, within a limit.

with FetchSession() as session:
    answer = ask("POST", url, session=session, body=form({"passwd": "x"}))
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import orjson

from recordings.fetching.errors import SourceRefused, SourceUnavailable, TooLarge, TruncatedBody
from recordings.fetching.fetched import Fetched
from recordings.fetching.opening import drop, follow, retry_after_of
from recordings.fetching.session import FetchSession

MOST_BYTES = 5 * 1024 * 1024
FORM = "application/x-www-form-urlencoded"
JSON = "application/json"


@dataclass(frozen=True)
class Answer:
    """What came back, whatever its status: ``url`` is the final address, ``body`` all of it."""

    status: int
    url: str
    content_type: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)

    @property
    def ok(self) -> bool:
        """Whether the status is one of success."""
        return 200 <= self.status < 300

    @property
    def retry_after(self) -> float | None:
        """For how many seconds the other side asked to wait, None when it did not."""
        return retry_after_of(self.headers.get("Retry-After", ""))

    def check_available(self) -> None:
        """Raise SourceUnavailable, which is tried again, when the other side is busy or down."""
        if self.status != 429 and self.status < 500:
            return
        error = SourceUnavailable()
        error.status, error.final_url = self.status, self.url
        error.retry_after = self.retry_after
        raise error

    @property
    def text(self) -> str:
        """The body as UTF-8, what is none replaced."""
        return self.body.decode("utf-8", "replace")

    def json(self) -> Any:
        """The body as JSON, or None when it is none."""
        try:
            return orjson.loads(self.body)
        except orjson.JSONDecodeError:
            return None


def ask(
    method: str,
    url: str,
    *,
    session: FetchSession,
    headers: Mapping[str, str] | None = None,
    cookies: Mapping[str, str] | None = None,
    body: bytes | None = None,
    content_type: str = FORM,
    max_bytes: int = MOST_BYTES,
    redirects: bool = True,
    reads_body: bool = True,
) -> Answer:
    """Send one request through the guard and return the whole answer, whatever its status.

    ``headers`` go to the URL's own host only, cookies are kept in ``session``. At most
    ``max_bytes`` of body are taken in, also of one that came compressed. Without ``redirects``
    a redirect is itself the answer. Without ``reads_body`` the status and headers are all that
    counts: the body, endless or not, is left where it is. Raises `FetchError` kinds for what is no
    answer at all.
    """
    wanted = dict(headers or {})
    if body is not None:
        wanted["Content-Type"] = content_type
    response = follow(url, session, wanted, cookies, method=method, body=body, redirects=redirects)
    fetched = Fetched(response, session.deadline, offset=0, max_bytes=max_bytes)
    try:
        unread = method == "HEAD" or not reads_body
        raw = b"" if unread else b"".join(fetched.iter_bytes())
    finally:
        drop(response, session)
    coding = fetched.headers.get("Content-Encoding", "").strip().lower()
    data = _decoded(raw, coding, max_bytes)
    return Answer(fetched.status, fetched.url, fetched.content_type, fetched.headers, data)


def form(fields: Mapping[str, str]) -> bytes:
    """A body as HTML forms send it, for ``content_type=FORM``."""
    return urlencode(fields).encode()


def _decoded(raw: bytes, coding: str, max_bytes: int) -> bytes:
    """What a server compressed although it was not asked to, inflated to ``max_bytes`` at most."""
    if coding in ("", "identity") or not raw:
        return raw
    if coding not in ("gzip", "x-gzip", "deflate"):
        raise SourceRefused
    inflater = zlib.decompressobj(zlib.MAX_WBITS | 32)  # gzip or zlib, by its header
    try:
        data = inflater.decompress(raw, max_bytes)
    except zlib.error as error:
        raise TruncatedBody from error
    if inflater.unconsumed_tail:
        raise TooLarge
    if not inflater.eof:
        raise TruncatedBody
    return data
