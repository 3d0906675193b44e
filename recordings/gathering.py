"""All segments of a stream, fetched one after the other through the guard into one file."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO, TypeVar

from cryptography.hazmat.primitives.ciphers import Cipher, CipherContext, algorithms, modes
from django.conf import settings

from recordings.fetching import Fetched, FetchError, FetchSession, open_range, open_url
from recordings.fetching.errors import TooLarge, TruncatedBody
from recordings.sources import Stream, StreamKind, is_page
from recordings.sources.errors import BrokenStream
from recordings.sources.hls import Key, Master, Piece, Segment, read

TRIES = 5
# A longer wait is the whole import's: its row is given back until then.
LONGEST_WAIT_SECONDS = 60.0
MOST_PLAYLIST_BYTES = 10 * 1024 * 1024
_MOST_PLAYLISTS = 3
_BLOCK_BYTES = 16
_CHECK_SECONDS = 0.5
_PEEK_BYTES = 512
_T = TypeVar("_T")


@dataclass
class Work:
    """What gathering goes on under: whose work it is, and how much of the disk is left to it.

    ``check`` is called while nothing comes too, and what it raises ends the work; ``on_bytes`` gets
    all bytes so far. ``session`` is renewed when a deadline has stopped it.
    """

    site: str
    session: FetchSession
    limit: int
    check: Callable[[], None]
    on_bytes: Callable[[int], None]
    received: int = 0

    def count(self, size: int) -> None:
        self.received += size
        if self.received > self.limit:
            raise TooLarge
        self.on_bytes(self.received)

    def pause(self, seconds: float) -> None:
        """Wait, and see to it that the session can be used after it."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            self.check()
            time.sleep(min(left, _CHECK_SECONDS))
        if self.session.deadline.stopped is not None:
            self.session = self.session.renewed()


def gather(stream: Stream, target: IO[bytes], work: Work) -> None:
    """Write the bytes of ``stream`` to ``target``, in the order of its segments.

    What may get better is tried five times, each segment for itself. Raises SourceError kinds for a
    playlist that gives no recording, FetchError kinds for what cannot be fetched, OSError for what
    cannot be written.
    """
    _Gathering(stream, target, work).run()


class _Gathering:
    def __init__(self, stream: Stream, target: IO[bytes], work: Work) -> None:
        self.stream = stream
        self.target = target
        self.work = work
        self._keys: dict[str, bytes] = {}

    def run(self) -> None:
        init: Piece | None = None
        for segment in self._segments():
            if segment.init is not None and segment.init != init:
                if init is not None:  # Two recordings on end, which no file of one can hold.
                    raise BrokenStream(self.work.site)
                init = segment.init
                self._take(init, segment.init_key)
            self._take(segment.piece, segment.key)

    def _segments(self) -> Iterator[Segment]:
        if self.stream.kind is StreamKind.SEGMENTS:
            return (Segment(Piece(address)) for address in self.stream.segments)
        address = self.stream.url
        for _ in range(_MOST_PLAYLISTS):
            found, text = self._playlist(address)
            listed = read(text, found, self.work.site)
            if not isinstance(listed, Master):
                return iter(listed)
            address = max(listed.variants, key=lambda each: each.bandwidth).url
        raise BrokenStream(self.work.site)

    def _playlist(self, address: str) -> tuple[str, str]:
        """The final address of a playlist, and its text."""
        found, text = self._small(address, MOST_PLAYLIST_BYTES)
        return found, text.decode("utf-8", "replace")

    def _key(self, address: str) -> bytes:
        if address not in self._keys:
            _, key = self._small(address, _BLOCK_BYTES)
            if len(key) != _BLOCK_BYTES:
                raise BrokenStream(self.work.site)
            # One at a time: keys change, but do not come back.
            self._keys = {address: key}
        return self._keys[address]

    def _small(self, address: str, max_bytes: int) -> tuple[str, bytes]:
        address, headers = self.stream.request(address)

        def fetch() -> tuple[str, bytes]:
            with open_url(
                address, session=self.work.session, headers=headers, max_bytes=max_bytes
            ) as fetched:
                return fetched.url, b"".join(fetched.iter_bytes())

        try:
            return self._tried(fetch)
        except TooLarge:
            raise BrokenStream(self.work.site) from None

    def _take(self, piece: Piece, key: Key | None) -> None:
        """Append one piece. What a failed try has written is taken back or gone on with."""
        if key is None and piece.length is None:
            self._tried(_Whole(self, piece.url).fetch)
            return
        start, received = self.target.tell(), self.work.received
        cipher = algorithms.AES(self._key(key.url)) if key is not None else None

        def fetch() -> None:
            self.go_back(start, received)
            if cipher is None or key is None:
                for chunk in self._bytes(piece):
                    self.target.write(chunk)
            else:
                self._decrypt(piece, Cipher(cipher, modes.CBC(key.iv)).decryptor())

        self._tried(fetch)

    def go_back(self, start: int, received: int) -> None:
        """Forget what was written from ``start`` on, when ``received`` bytes had been fetched."""
        self.work.received = received
        self.target.seek(start)
        self.target.truncate()

    def _decrypt(self, piece: Piece, decryptor: CipherContext) -> None:
        last = b""
        for chunk in self._bytes(piece):
            # The last block tells how much of it is padding: one is held back at all times.
            last += decryptor.update(chunk)
            self.target.write(last[:-_BLOCK_BYTES])
            last = last[-_BLOCK_BYTES:]
        try:
            last += decryptor.finalize()
        except ValueError as error:  # no whole number of blocks
            raise TruncatedBody from error
        padding = last[-1] if last else 0
        if not 0 < padding <= _BLOCK_BYTES or not last.endswith(bytes([padding]) * padding):
            raise BrokenStream(self.work.site)
        self.target.write(last[:-padding])

    def _bytes(self, piece: Piece) -> Iterator[bytes]:
        address, headers = self.stream.request(piece.url)
        session = self.work.session
        if piece.length is None:
            limit = self.work.limit - self.work.received
            opened = open_url(address, session=session, headers=headers, max_bytes=limit)
        else:
            start, length = piece.start, piece.length
            opened = open_range(
                address, session=session, headers=headers, start=start, length=length
            )
        before = self.work.received
        with opened as fetched:
            yield from self.pieces_of(fetched)
        if piece.length not in (None, self.work.received - before):
            raise TruncatedBody

    def pieces_of(self, fetched: Fetched) -> Iterator[bytes]:
        """The body as it comes, counted."""
        for chunk in fetched.iter_bytes():
            self.work.check()
            self.work.count(len(chunk))
            yield chunk

    def _tried(self, fetch: Callable[[], _T]) -> _T:
        failures = 0
        while True:
            self.work.check()
            try:
                return fetch()
            except FetchError as error:
                self.work.check()
                failures += 1
                wait = self._wait_for(error, failures)
            self.work.pause(wait)

    def _wait_for(self, error: FetchError, failures: int) -> float:
        """Seconds to the next try. Raises ``error`` when there is to be none."""
        if failures >= TRIES:
            # It had its tries: the same again for everything before it helps nobody.
            error.retryable = False
        if not error.retryable:
            raise error
        wait = settings.IMPORT_RETRY_BASE_SECONDS * 2 ** (failures - 1) * random.uniform(0.5, 1.5)  # noqa: S311 - jitter
        wait = max(wait, error.retry_after or 0)
        if wait > LONGEST_WAIT_SECONDS:
            raise error
        return wait


class _Whole:
    """One file from its beginning to its end, gone on with where a try has ended."""

    def __init__(self, gathering: _Gathering, address: str) -> None:
        self._gathering = gathering
        self._address = address
        self._start = gathering.target.tell()
        self._received = gathering.work.received
        self._done = 0
        self._etag: str | None = None

    def fetch(self) -> None:
        gathering, work = self._gathering, self._gathering.work
        address, headers = gathering.stream.request(self._address)
        with open_url(
            address,
            session=work.session,
            headers=headers,
            offset=self._done,
            if_range=self._etag,
            max_bytes=work.limit - self._received,
        ) as fetched:
            if fetched.offset != self._done:
                self._done = 0
            gathering.go_back(self._start + self._done, self._received + self._done)
            if not self._done and is_page(fetched.content_type, fetched.peek(_PEEK_BYTES)):
                raise BrokenStream(work.site)
            self._etag = fetched.etag
            for chunk in gathering.pieces_of(fetched):
                gathering.target.write(chunk)
                self._done += len(chunk)
