"""Reading pieces of a recording, from a file or by HTTP ranges, without taking all of it."""

from __future__ import annotations

import http
import http.client
import os
import re
import ssl
from collections import OrderedDict
from typing import Protocol
from urllib.parse import urlsplit

BLOCK_BYTES = 128 * 1024
CACHED_BLOCKS = 128
# A sequential reader asks for ever longer pieces, so a large index takes few round trips.
LONGEST_REQUEST_BLOCKS = 16
# More than any index and probe of a real recording takes; less than a hostile one could ask for.
MOST_BYTES_FETCHED = 160 * 1024 * 1024
SOCKET_SECONDS = 15.0

_CONTENT_RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+)")


class SourceUnreadable(Exception):
    """The bytes could not be had; says nothing about whether they are a recording."""


class TooManyBytes(SourceUnreadable):
    """What is asked for costs more of the recording than it may."""


class ByteSource(Protocol):
    """Random access to ``size`` bytes."""

    size: int

    def read_at(self, offset: int, length: int) -> bytes:
        """Return up to ``length`` bytes from ``offset``; fewer only at the end.

        Raises SourceUnreadable when the bytes cannot be had.
        """
        ...


class MemorySource:
    """Bytes that are already here."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.size = len(data)

    def read_at(self, offset: int, length: int) -> bytes:
        return self._data[offset : offset + length]


class FileBytes:
    """A file on disk, read by position; call ``close`` when done."""

    def __init__(self, path: str) -> None:
        try:
            self._fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
            self.size = os.fstat(self._fd).st_size
        except OSError as error:
            raise SourceUnreadable(f"open: {error.strerror}") from error

    def read_at(self, offset: int, length: int) -> bytes:
        try:
            return os.pread(self._fd, max(0, min(length, self.size - offset)), offset)
        except OSError as error:
            raise SourceUnreadable(f"read: {error.strerror}") from error

    def close(self) -> None:
        os.close(self._fd)


class HttpRangeBytes:
    """An object behind an http(s) URL of known size, read by Range requests (RFC 9110, 14).

    Blocks are cached, redirects and answers other than 206 are refused, and no more than
    ``most_bytes`` (MOST_BYTES_FETCHED) is ever asked for.
    """

    def __init__(
        self, url: str, size: int, *, ca_bundle: str | None = None, most_bytes: int | None = None
    ) -> None:
        self.size = size
        self._most_bytes = MOST_BYTES_FETCHED if most_bytes is None else most_bytes
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise SourceUnreadable("not an http(s) URL")
        self._target = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
        self._connection: http.client.HTTPConnection
        if parts.scheme == "https":
            context = ssl.create_default_context(cafile=ca_bundle)
            self._connection = http.client.HTTPSConnection(
                parts.hostname, parts.port, timeout=SOCKET_SECONDS, context=context
            )
        else:
            self._connection = http.client.HTTPConnection(
                parts.hostname, parts.port, timeout=SOCKET_SECONDS
            )
        self._blocks: OrderedDict[int, bytes] = OrderedDict()
        self._next_block = -1
        self._request_blocks = 1
        self._fetched = 0

    def read_at(self, offset: int, length: int) -> bytes:
        end = min(self.size, offset + length)
        if offset < 0 or end <= offset:
            return b""
        first, last = offset // BLOCK_BYTES, (end - 1) // BLOCK_BYTES
        data = b"".join(self._block(index, last) for index in range(first, last + 1))
        start = offset - first * BLOCK_BYTES
        return data[start : start + end - offset]

    def _block(self, index: int, last_wanted: int) -> bytes:
        if index in self._blocks:
            self._blocks.move_to_end(index)
            return self._blocks[index]
        sequential = index == self._next_block
        self._request_blocks = (
            min(self._request_blocks * 2, LONGEST_REQUEST_BLOCKS) if sequential else 1
        )
        wanted = max(self._request_blocks, min(last_wanted - index + 1, LONGEST_REQUEST_BLOCKS))
        count = 1
        while count < wanted and index + count not in self._blocks:
            count += 1
        offset = index * BLOCK_BYTES
        data = self._fetch(offset, min(count * BLOCK_BYTES, self.size - offset))
        for step, start in enumerate(range(0, len(data), BLOCK_BYTES)):
            self._blocks[index + step] = data[start : start + BLOCK_BYTES]
        while len(self._blocks) > CACHED_BLOCKS:
            self._blocks.popitem(last=False)
        self._next_block = index + count
        return data[:BLOCK_BYTES]

    def _fetch(self, offset: int, length: int) -> bytes:
        self._fetched += length
        if self._fetched > self._most_bytes:
            raise TooManyBytes("needs too many bytes")
        try:
            return self._request(offset, length)
        except (ConnectionError, http.client.RemoteDisconnected):
            # A kept-alive connection may have been closed under us: once more on a new one.
            self._connection.close()
        except (OSError, http.client.HTTPException) as error:
            raise SourceUnreadable(f"range: {type(error).__name__}") from error
        try:
            return self._request(offset, length)
        except (OSError, http.client.HTTPException) as error:
            raise SourceUnreadable(f"range: {type(error).__name__}") from error

    def _request(self, offset: int, length: int) -> bytes:
        last = offset + length - 1
        headers = {"Range": f"bytes={offset}-{last}", "Accept-Encoding": "identity"}
        self._connection.request("GET", self._target, headers=headers)
        response = self._connection.getresponse()
        if response.status != http.HTTPStatus.PARTIAL_CONTENT:
            self._connection.close()
            raise SourceUnreadable(f"range: answered {response.status}")
        match = _CONTENT_RANGE.fullmatch(response.getheader("Content-Range", "") or "")
        if match is None or tuple(map(int, match.groups())) != (offset, last, self.size):
            self._connection.close()
            raise SourceUnreadable("range: answered another range")
        if response.length != length:
            self._connection.close()
            raise SourceUnreadable("range: answer of another length")
        return response.read()

    def close(self) -> None:
        self._connection.close()


class ByteCursor:
    """A file-like view of a source for libav, with at most one stretch overlaid by ``patch``.

    The first SourceUnreadable is kept in ``failure``: libav may take a failed read for an end.
    """

    def __init__(self, source: ByteSource, *, patch_at: int = 0, patch: bytes = b"") -> None:
        self._source = source
        self._patch_at = patch_at
        self._patch = patch
        self._position = 0
        self.failure: SourceUnreadable | None = None

    def read(self, length: int = -1) -> bytes:
        # PyAV copies the answer into a buffer of the length it asked for: never more than that.
        wanted = self._source.size - self._position
        wanted = wanted if length < 0 else min(length, wanted)
        if wanted <= 0:
            return b""
        try:
            data = self._source.read_at(self._position, wanted)[:wanted]
        except SourceUnreadable as failure:
            self.failure = self.failure or failure
            return b""
        data = self._overlaid(data)
        self._position += len(data)
        return data

    def _overlaid(self, data: bytes) -> bytes:
        start = max(self._patch_at, self._position)
        end = min(self._patch_at + len(self._patch), self._position + len(data))
        if start >= end:
            return data
        piece = self._patch[start - self._patch_at : end - self._patch_at]
        return data[: start - self._position] + piece + data[end - self._position :]

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self._source.size}
        self._position = max(0, base[whence] + offset)
        return self._position

    def tell(self) -> int:
        return self._position

    def seekable(self) -> bool:
        return True
