"""Moving the bytes of a link into the bucket: one part in memory at a time, hashed on the way."""

from __future__ import annotations

import hashlib
import os
import random
from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import Protocol

import structlog
from django.conf import settings

from recordings.browsing import Browser
from recordings.fetching import Fetched, FetchError, FetchSession, StatusError
from recordings.fetching.errors import TruncatedBody
from recordings.fetching.fetched import CHUNK_BYTES, PEEK_BYTES
from recordings.following import name_of, open_recording, read_manifest
from recordings.media.sniffing import Sniffed, sniff
from recordings.sources import (
    Download,
    Media,
    SidecarLink,
    Source,
    SourceError,
    is_manifest,
    is_page,
)
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
from recordings.streaming import assemble

logger = structlog.get_logger(__name__)

TRIES = 5
# Longer waits are not spent inside a worker: the row is given back until then.
LONGEST_WAIT_SECONDS = 60.0
SMALLEST_PART_BYTES = 5 * 1024 * 1024
MOST_SIDECARS = 20


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
        on_described: Callable[[str, int | None, Sniffed], None],
        on_sidecar: Callable[[SidecarLink, bytes], None],
    ) -> None:
        """``on_try`` is called before each try, ``on_opened`` with the multipart's id,
        ``on_described`` when name, size in bytes (None: not known) and type are known,
        ``on_sidecar`` with each file that lies beside the recording and its bytes."""
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
        self._on_sidecar = on_sidecar
        self._multipart_id = ""
        self._etag: str | None = None
        self._restart()

    def _restart(self) -> None:
        self._hash = hashlib.sha256()
        self._parts: list[Part] = []
        self._buffer = bytearray()
        self._received = self._hold.bytes_transferred = 0
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
        """Return an error that may get better; raise one that will not."""
        if error.retryable and self._tries_left > 0:
            return error
        if isinstance(error, StatusError) and error.status == HTTPStatus.TOO_MANY_REQUESTS:
            # Some platforms say so when they have had enough of us, others of all who ask.
            raise self._source.explain(
                error.status, error.final_url, error.content_type, error.head
            )
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
            web = Browser(session)
            media = self._source.locate(self._url, self._passcode, web)
            if media.file is not None:
                media = self._take_file(media.file, media, session, web)
            if media.streams:
                self._take_streams(media, session)
            self._keep_sidecars(media.sidecars, web)

    def _take_file(
        self, file: Download, media: Media, session: FetchSession, web: Browser
    ) -> Media:
        """Take the file in; what is only a manifest is read instead, and its streams returned."""
        with open_recording(
            self._source, file, session=session, offset=self._received, if_range=self._etag
        ) as fetched:
            head = b"" if fetched.offset else fetched.peek()
            if not is_manifest(head):
                self._take(fetched, file)
                return media
        return read_manifest(fetched.url, file, media, web)

    def _take(self, fetched: Fetched, file: Download) -> None:
        if fetched.offset != self._received or fetched.offset == 0:
            self._restart()
            self._describe(name_of(fetched, file), fetched.size, fetched.peek())
            self._etag = fetched.etag
        for chunk in fetched.iter_bytes():
            self._hold.check()
            self._add(chunk)

    def _take_streams(self, media: Media, session: FetchSession) -> None:
        """Take in the one MP4 that the streams become, once all of it is here."""
        self._restart()
        self._etag = None
        with assemble(
            media,
            site=self._site,
            session=session,
            check=self._hold.check,
            on_bytes=self._tell,
        ) as file:
            size = os.fstat(file.fileno()).st_size
            head = file.read(PEEK_BYTES)
            self._describe(media.filename, size, head)
            chunk = head
            while chunk:
                self._hold.check()
                self._add(chunk)
                chunk = file.read(CHUNK_BYTES)

    def _keep_sidecars(self, links: Sequence[SidecarLink], web: Browser) -> None:
        """Bring what lies beside; that it cannot be had does not harm the recording."""
        for link in links[:MOST_SIDECARS]:
            try:
                answer = web.get(link.url, headers=link.headers)
            except FetchError as error:
                self._hold.check()
                logger.info("sidecar_not_fetched", kind=link.kind, code=error.code)
                continue
            if answer.ok and answer.body and not is_page(answer.content_type, answer.body):
                self._on_sidecar(link, answer.body)
            else:
                logger.info("sidecar_refused", kind=link.kind, status=answer.status)

    def _describe(self, name: str, size: int | None, head: bytes) -> None:
        if not head:
            raise EmptyRecording(self._site)
        sniffed = sniff(head, total_size=size)
        if sniffed is None:
            raise NotRecording(self._site)
        self._size = size
        self._part_size = part_size_for(size, SMALLEST_PART_BYTES)
        self._on_described(name, size, sniffed)
        if not self._multipart_id:
            self._multipart_id = create_multipart(self._key, content_type=sniffed.mime_type)
            self._on_opened(self._multipart_id)

    def _add(self, chunk: bytes) -> None:
        self._hash.update(chunk)
        self._received += len(chunk)
        self._buffer += chunk
        while len(self._buffer) >= self._part_size:
            self._send(self._part_size)
        self._tell(self._received)

    def _tell(self, received: int) -> None:
        # What was gathered in segments is then sent on as one file: that takes nothing back.
        self._hold.bytes_transferred = max(self._hold.bytes_transferred, received)

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
