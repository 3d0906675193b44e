"""Moving the bytes of a link into the bucket: one part in memory at a time, hashed on the way."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable
from typing import Protocol

from django.conf import settings

from recordings.browsing import Browser
from recordings.fetching import Fetched, FetchError, FetchSession, StatusError, open_url
from recordings.fetching.errors import TruncatedBody
from recordings.media.sniffing import Sniffed, sniff
from recordings.sources import Source, SourceError, is_page
from recordings.storage import (
    BytesDiffer,
    Part,
    StoredObject,
    abort_multipart,
    complete_multipart,
    create_multipart,
    part_size_for,
    put_part,
)

TRIES = 5
# Longer waits are not spent inside a worker: the row is given back until then.
LONGEST_WAIT_SECONDS = 60.0
SMALLEST_PART_BYTES = 5 * 1024 * 1024
MOST_FOLLOWED_PAGES = 2


class Hold(Protocol):
    """What the work needs of the lease it runs under."""

    bytes_transferred: int

    def check(self) -> None: ...

    def wait(self, seconds: float) -> None: ...

    def when_stopped(self, action: Callable[[], None]) -> None: ...


class TryLater(Exception):
    """The other side asked for more patience than a worker has: ``seconds`` from now."""

    def __init__(self, error: FetchError, seconds: float) -> None:
        self.error = error
        self.seconds = seconds
        super().__init__(error.code)


class NotRecording(SourceError):
    code = "not_media"
    http_status = 415
    detail = (
        "{site} gave us a file that is no audio or video recording; check the link, "
        "or upload the file here."
    )


class EmptyRecording(SourceError):
    code = "empty_file"
    detail = (
        "{site} gave us an empty file; check that the recording is finished there, "
        "or upload the file here."
    )


class Transfer:
    """One link on its way into one key. ``run`` does it; ``abandon`` removes what it left."""

    def __init__(
        self,
        *,
        key: str,
        source: Source,
        url: str,
        passcode: str,
        site: str,
        hold: Hold,
        tries_left: int,
        on_try: Callable[[], None],
        on_opened: Callable[[str], None],
        on_described: Callable[[Fetched, Sniffed], None],
    ) -> None:
        """``on_try`` is called before each request, ``on_opened`` with the multipart's id,
        ``on_described`` when the answer's name, size and type are known."""
        self._key = key
        self._source = source
        self._url = url
        self._passcode = passcode
        self._site = site
        self._hold = hold
        self._tries_left = tries_left
        self._on_try = on_try
        self._on_opened = on_opened
        self._on_described = on_described
        self._multipart_id = ""
        self._etag: str | None = None
        self._restart()

    def _restart(self) -> None:
        self._hash = hashlib.sha256()
        self._parts: list[Part] = []
        self._buffer = bytearray()
        self._received = 0
        self._size: int | None = None
        self._part_size = SMALLEST_PART_BYTES

    @property
    def sha256(self) -> str:
        """SHA-256 of all bytes that were taken in, in hex."""
        return self._hash.hexdigest()

    def run(self) -> StoredObject:
        """Fetch, in at most five tries, and return the object.

        Raises FetchError or SourceError when the link gives no recording, TryLater, StorageError,
        or whatever the hold raises when the work has to stop.
        """
        failures = 0
        while True:
            self._hold.check()
            self._on_try()
            self._tries_left -= 1
            try:
                self._fetch()
                return self._finish()
            except FetchError as error:
                self._hold.check()
                failures += 1
                self._pause(self._judge(error), failures)

    def abandon(self) -> None:
        """Remove the parts. Raises StorageError when the bucket cannot be reached."""
        if self._multipart_id:
            abort_multipart(self._key, self._multipart_id)

    def _judge(self, error: FetchError) -> FetchError:
        """Return an error that may get better; raise one that will not, as the source names it."""
        if error.retryable and self._tries_left > 0:
            return error
        # Without a status it was no answer that a source could read a reason from.
        if isinstance(error, StatusError) and error.status and not error.retryable:
            raise self._source.explain(
                error.status, error.final_url, error.content_type, error.head
            ) from error
        raise error

    def _pause(self, error: FetchError, failures: int) -> None:
        wait = settings.IMPORT_RETRY_BASE_SECONDS * 2 ** (failures - 1) * random.uniform(0.5, 1.5)  # noqa: S311 - jitter
        if error.retry_after is not None:
            wait = max(wait, error.retry_after)
        if wait > LONGEST_WAIT_SECONDS:
            raise TryLater(error, wait)
        self._hold.wait(wait)

    def _fetch(self) -> None:
        with FetchSession() as session:
            # From here on, so that a host that never answers holds up no cancel.
            self._hold.when_stopped(session.abort)
            media = self._source.locate(self._url, self._passcode, Browser(session))
            if media.file is None:
                raise NotRecording(self._site)
            self._download = media.file
            self._followed = 0
            while True:
                with open_url(
                    self._download.url,
                    session=session,
                    headers=self._download.headers,
                    offset=self._received,
                    if_range=self._etag,
                ) as fetched:
                    if self._take(fetched):
                        return

    def _take(self, fetched: Fetched) -> bool:
        """Take the body in; False when it was a page that leads to another download."""
        if fetched.offset != self._received or fetched.offset == 0:
            self._restart()
            head = fetched.peek()
            if is_page(fetched.content_type, head):
                return self._follow(fetched, head)
            self._describe(fetched, head)
            self._etag = fetched.etag
        for chunk in fetched.iter_bytes():
            self._hold.check()
            self._add(chunk)
        return True

    def _follow(self, fetched: Fetched, head: bytes) -> bool:
        following = self._source.follow(head)
        self._followed += 1
        if following is None or self._followed > MOST_FOLLOWED_PAGES:
            raise self._source.explain(fetched.status, fetched.url, fetched.content_type, head)
        self._download = following
        return False

    def _describe(self, fetched: Fetched, head: bytes) -> None:
        if not head:
            raise EmptyRecording(self._site)
        sniffed = sniff(head, total_size=fetched.size)
        if sniffed is None:
            raise NotRecording(self._site)
        self._size = fetched.size
        self._part_size = part_size_for(fetched.size, SMALLEST_PART_BYTES)
        self._on_described(fetched, sniffed)
        if not self._multipart_id:
            self._multipart_id = create_multipart(self._key, content_type=sniffed.mime_type)
            self._on_opened(self._multipart_id)

    def _add(self, chunk: bytes) -> None:
        self._hash.update(chunk)
        self._received += len(chunk)
        self._buffer += chunk
        while len(self._buffer) >= self._part_size:
            self._send(self._part_size)
        self._hold.bytes_transferred = self._received

    def _send(self, length: int) -> None:
        with memoryview(self._buffer) as view, view[:length] as part:
            self._parts.append(put_part(self._key, self._multipart_id, len(self._parts) + 1, part))
        del self._buffer[:length]

    def _finish(self) -> StoredObject:
        if self._size not in (None, self._received):
            # The rest that a resumed try got was not the rest of this file: begin anew.
            self._etag = None
            raise TruncatedBody
        if self._buffer:
            self._send(len(self._buffer))
        self._hold.check()
        stored = complete_multipart(self._key, self._multipart_id, self._parts)
        if stored.size_bytes != self._received:
            raise BytesDiffer("SizeDiffers")
        return stored
