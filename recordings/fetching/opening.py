"""Open a link: follow its redirects, judge its answer, hand out the file."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from urllib.parse import quote, urljoin

import requests
import urllib3
from django.conf import settings

from recordings.fetching.addresses import Target, check_target, parse
from recordings.fetching.errors import (
    ExpiredOrDeleted,
    InvalidUrl,
    SignInRequired,
    SourceRefused,
    SourceUnavailable,
    StatusError,
    TooLarge,
    TooManyRedirects,
    TruncatedBody,
    Unreachable,
)
from recordings.fetching.fetched import PEEK_BYTES, Fetched, as_utf8, check_encoding
from recordings.fetching.session import FetchSession

MAX_REDIRECTS = 5
_REDIRECTS = {301, 302, 303, 307, 308}
_TO_GET = {301, 302, 303}
# Whatever else a caller sends may be a key to the first host.
_HEADERS_FOR_ANYONE = {"accept", "accept-language", "user-agent"}
_PART = re.compile(r"bytes (\d{1,18})-(\d{1,18})/(?:\d{1,18}|\*)")
_PRINTABLE = "".join(map(chr, range(0x21, 0x7F)))


def open_url(
    url: str,
    *,
    session: FetchSession,
    headers: Mapping[str, str] | None = None,
    cookies: Mapping[str, str] | None = None,
    offset: int = 0,
    if_range: str | None = None,
    max_bytes: int | None = None,
) -> Fetched:
    """Send a GET for ``url`` and give its open answer, the body not yet read.

    ``headers`` and ``cookies`` go to the URL's own host only; cookies that hosts set on the way
    are kept in ``session``. ``offset`` (bytes) asks for the rest of a file known by its strong
    ETag ``if_range``; look at the answer's ``offset``, which is 0 when the whole file comes
    after all. ``max_bytes`` bounds the whole file, default ``settings.MAX_UPLOAD_BYTES``.
    Raises ``FetchError`` kinds: see ``errors``.
    """
    limit = settings.MAX_UPLOAD_BYTES if max_bytes is None else max_bytes
    ranged = offset > 0 and if_range is not None and if_range.startswith('"')
    if ranged:
        wanted = {**(headers or {}), "Range": f"bytes={offset}-", "If-Range": str(if_range)}
        response = follow(url, session, wanted, cookies)
        if _is_rest(response, offset, if_range):
            return _accept(response, session, offset=offset, limit=limit)
        if response.status_code not in (206, 416):
            return _accept(response, session, offset=0, limit=limit)
        drop(response, session)
    response = follow(url, session, dict(headers or {}), cookies)
    return _accept(response, session, offset=0, limit=limit)


def open_range(
    url: str,
    *,
    session: FetchSession,
    start: int,
    length: int,
    headers: Mapping[str, str] | None = None,
) -> Fetched:
    """Send a GET for ``length`` bytes of ``url`` from ``start``, and give their open answer.

    ``headers`` go to the URL's own host only. A server that would send other bytes is refused
    (`SourceRefused`). Raises `FetchError` kinds.
    """
    last = start + length - 1
    wanted = {**(headers or {}), "Range": f"bytes={start}-{last}"}
    response = follow(url, session, wanted)
    whole = response.status_code == 200 and start == 0
    part = _PART.fullmatch(response.headers.get("Content-Range", "").strip())
    if response.status_code == 206 and part is not None:
        whole = tuple(map(int, part.groups())) == (start, last)
    if response.status_code in (200, 206) and not whole:
        drop(response, session)
        raise SourceRefused
    return _accept(response, session, offset=start, limit=start + length, is_part=True)


def follow(
    url: str,
    session: FetchSession,
    headers: dict[str, str],
    cookies: Mapping[str, str] | None = None,
    *,
    method: str = "GET",
    body: bytes | None = None,
    redirects: bool = True,
) -> requests.Response:
    """The open answer at the end of at most five redirects, each address judged anew.

    Without ``redirects`` the first answer is the last. A body goes to the first host only: a
    redirect that would carry it elsewhere is refused (`SourceRefused`), one that turns a POST into
    a GET (301 to 303) leaves it behind.
    """
    target = parse(url)
    session.set_cookies(cookies or {}, host=target.host)
    for _ in range(MAX_REDIRECTS + 1):
        response = _send(target, session, method, headers, body)
        location = response.headers.get("Location")
        if response.status_code not in _REDIRECTS or not location or not redirects:
            return response
        drop(response, session)
        try:
            destination = parse(urljoin(target.url, _readable(location)))
        except ValueError as error:
            raise InvalidUrl from error
        if response.status_code in _TO_GET and body is not None:
            method, body = "GET", None
            headers = {k: v for k, v in headers.items() if k.lower() != "content-type"}
        if not _same_host(target, destination):
            if body is not None:
                raise SourceRefused
            headers = {
                name: value
                for name, value in headers.items()
                if name.lower() in _HEADERS_FOR_ANYONE | {"range", "if-range"}
            }
        target = destination
    raise TooManyRedirects


def _send(
    target: Target,
    session: FetchSession,
    method: str,
    headers: Mapping[str, str],
    body: bytes | None,
) -> requests.Response:
    check_target(target)
    try:
        return session.send_once(method, target.url, headers, body)
    except requests.exceptions.InvalidURL as error:
        raise InvalidUrl from error
    except (requests.exceptions.InvalidHeader, UnicodeEncodeError) as error:
        # Two lengths that differ in the answer, or a key of ours that no header can carry.
        raise SourceRefused from error
    except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
        raise Unreachable from error


def _accept(
    response: requests.Response,
    session: FetchSession,
    *,
    offset: int,
    limit: int,
    is_part: bool = False,
) -> Fetched:
    fetched = Fetched(response, session.deadline, offset=offset, max_bytes=limit)
    try:
        partial = response.status_code == 206 and (offset > 0 or is_part)
        if response.status_code != 200 and not partial:
            raise _status_error(fetched)
        check_encoding(response)
        if fetched.size is not None and fetched.size > limit:
            raise TooLarge
    except BaseException:
        fetched.close()
        raise
    return fetched


def drop(response: requests.Response, session: FetchSession) -> None:
    """Let go of an answer whose body is not wanted."""
    response.close()
    session.deadline.detach()


def _is_rest(response: requests.Response, offset: int, etag: str | None) -> bool:
    """Whether the answer is the rest of that very file, from ``offset`` to its end."""
    content_range = response.headers.get("Content-Range", "")
    match = re.fullmatch(r"bytes (\d{1,18})-(\d{1,18})/(\d{1,18})", content_range.strip())
    if response.status_code != 206 or match is None or response.headers.get("ETag", etag) != etag:
        return False
    start, end, total = map(int, match.groups())
    length = response.headers.get("Content-Length")
    return start == offset <= end == total - 1 and length in (None, str(end - start + 1))


def _status_error(fetched: Fetched) -> StatusError:
    status = fetched.status
    error: StatusError
    if status in (401, 403):
        error = SignInRequired()
    elif status in (404, 410):
        error = ExpiredOrDeleted()
    elif status == 429 or status >= 500:
        error = SourceUnavailable()
        error.retry_after = retry_after_of(fetched.headers.get("Retry-After", ""))
    else:
        error = SourceRefused()
    error.status = status
    error.final_url = fetched.url
    error.content_type = fetched.content_type
    if not error.retryable:
        try:
            error.head = fetched.peek(PEEK_BYTES)
        except (TruncatedBody, TooLarge):  # the status says enough
            error.head = b""
    return error


def retry_after_of(value: str) -> float | None:
    """The seconds that a ``Retry-After`` header asks for, None when it says nothing sane."""
    value = value.strip()
    if value.isascii() and value.isdigit() and len(value) < 10:
        return float(value)
    try:
        return max(parsedate_to_datetime(value).timestamp() - time.time(), 0.0)
    except (ValueError, OverflowError):
        return None


def _readable(location: str) -> str:
    """A Location as a browser reads it: raw UTF-8 and spaces are quoted, nothing else."""
    return quote(as_utf8(location).strip(), safe=_PRINTABLE)


def _same_host(before: Target, after: Target) -> bool:
    upgraded = (before.scheme, before.port, after.scheme, after.port) == ("http", 80, "https", 443)
    return before.host == after.host and (upgraded or before.origin == after.origin)
