"""The answer to a fetch: what the other side says about the file, and its bytes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from email.message import Message
from email.utils import collapse_rfc2231_value
from types import TracebackType
from urllib.parse import unquote, urlsplit

import requests
from requests.structures import CaseInsensitiveDict
from urllib3.exceptions import HTTPError

from recordings.fetching.deadlines import Deadline
from recordings.fetching.errors import SourceRefused, TooLarge, TruncatedBody

CHUNK_BYTES = 256 * 1024
PEEK_BYTES = 64 * 1024


class Fetched:
    """An open response. Use it as a context manager; it holds one connection.

    ``url`` is the final address, ``offset`` where in the file the body starts (0 for a whole
    file), ``content_length`` the bytes to come as declared, or None.
    """

    def __init__(
        self, response: requests.Response, deadline: Deadline, *, offset: int, max_bytes: int
    ) -> None:
        self._response = response
        self._deadline = deadline
        self._max_bytes = max_bytes
        self._head = b""
        self._received = 0
        self.url = str(response.url)
        self.status = response.status_code
        self.headers: Mapping[str, str] = CaseInsensitiveDict(response.headers)
        self.offset = offset
        self.content_length = _content_length(response)

    @property
    def size(self) -> int | None:
        """The whole file in bytes, as declared, or None."""
        return None if self.content_length is None else self.offset + self.content_length

    @property
    def etag(self) -> str | None:
        """The strong ETag with its quotes, fit for ``if_range``; a weak one is None."""
        value = self.headers.get("ETag", "").strip()
        return value if re.fullmatch(r'"[\x21\x23-\x7e]*"', value) else None

    @property
    def last_modified(self) -> str | None:
        return self.headers.get("Last-Modified")

    @property
    def content_type(self) -> str:
        """The media type in lower case without parameters, '' when there is none."""
        return self.headers.get("Content-Type", "").partition(";")[0].strip().lower()

    @property
    def filename(self) -> str:
        """The name the other side gives the file, else the last segment of the address, else ''.
        Without folders and control characters."""
        return self.given_filename or _bare(unquote(urlsplit(self.url).path))

    @property
    def given_filename(self) -> str:
        """The name in Content-Disposition (RFC 6266), or ''."""
        return _bare(_disposition_filename(self.headers.get("Content-Disposition", "")))

    def peek(self, size: int = PEEK_BYTES) -> bytes:
        """The first bytes, at most ``size`` (fewer only if the body is shorter), to look at
        before the rest is read; ``iter_bytes`` gives them again. Raises what it raises."""
        while len(self._head) < size and (data := self._read(size - len(self._head))):
            self._head += data
        return self._head[:size]

    def iter_bytes(self, chunk: int = CHUNK_BYTES) -> Iterator[bytes]:
        """The body once, in pieces of at most ``chunk`` bytes as they come.

        Raises ``TruncatedBody`` when the bytes are not as many as declared, ``TooLarge`` past
        the limit, ``TooSlow``, ``TimedOut`` or ``Aborted`` when the transfer was stopped.
        """
        head, self._head = self._head, b""
        for start in range(0, len(head), chunk):
            yield head[start : start + chunk]
        while data := self._read(chunk):
            yield data

    def abort(self) -> None:
        """Shut the connection down from any thread; a blocked read raises ``Aborted``."""
        self._deadline.abort()

    def close(self) -> None:
        self._response.close()
        self._deadline.detach()

    def __enter__(self) -> Fetched:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def _read(self, size: int) -> bytes:
        try:
            with self._deadline.reading():
                # read1 gives what is there: a full buffer would hide a slow peer's progress.
                data: bytes = self._response.raw.read1(size, decode_content=False) or b""
        except (HTTPError, OSError, ValueError) as error:
            raise self._deadline.stopped or TruncatedBody() from error
        self._deadline.count(len(data))
        self._received += len(data)
        if self._deadline.stopped is not None:
            raise self._deadline.stopped
        if self.offset + self._received > self._max_bytes:
            raise TooLarge
        # Too few bytes raise above; that there are too many only our own response class sees.
        if getattr(self._response.raw._original_response, "surplus", False):
            raise TruncatedBody
        return data


def _bare(name: str) -> str:
    return "".join(c for c in re.split(r"[/\\]", name)[-1] if c.isprintable()).strip()


def check_encoding(response: requests.Response) -> None:
    """Raise ``SourceRefused`` for a body that says it is encoded.

    A compressed body could grow without bound, and its length is not the file's.
    """
    encodings = response.headers.get("Content-Encoding", "").lower().split(",")
    if any(encoding.strip() not in ("", "identity") for encoding in encodings):
        raise SourceRefused


def _content_length(response: requests.Response) -> int | None:
    if "chunked" in response.headers.get("Transfer-Encoding", "").lower():
        return None
    value = response.headers.get("Content-Length", "").split(",")[0].strip()
    return int(value) if value.isascii() and value.isdigit() else None


def as_utf8(header: str) -> str:
    """A header value, read as Latin-1 by http.client, as the UTF-8 that many servers send."""
    try:
        return header.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return header


def _disposition_filename(header: str) -> str:
    message = Message()
    message["Content-Disposition"] = as_utf8(header)
    parameters = message.get_params([], "Content-Disposition", unquote=True)
    # An extended parameter (filename*) comes last from the parser, and is the better one.
    names = [value for name, value in parameters if name.lower() == "filename"]
    return collapse_rfc2231_value(names[-1]) if names else ""
