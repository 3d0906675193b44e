"""The demo's files, made on the spot."""

from __future__ import annotations

import io
import mimetypes
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from django.core.files.uploadedfile import TemporaryUploadedFile

from recordings.media.samples import write_sample

# By extension: libav's container, and how long the recording is in seconds.
MADE_AS = {
    ".mp4": ("mp4", 6),
    ".webm": ("webm", 4),
    ".m4a": ("m4a", 9),
    ".mov": ("mov", 3),
    ".mp3": ("mp3", 7),
    ".wav": ("wav", 180),  # just more than one part of an upload in parts
}
NOTES = b"Notes of the session\n\nWhat landed, what did not, and what to try next week.\n"


class Files:
    """A small real recording for each extension of MADE_AS, kept in memory."""

    def __init__(self) -> None:
        with ThreadPoolExecutor(max_workers=4) as pool:
            self._made = dict(zip(MADE_AS, pool.map(_record, MADE_AS), strict=True))

    def of(self, filename: str) -> bytes:
        """The bytes of a file of that name; text for an extension that is no recording's."""
        return self._made.get(Path(filename).suffix, NOTES)

    def received(self, filename: str) -> TemporaryUploadedFile:
        """The same as a form brings it to the server; the caller closes it."""
        data = self.of(filename)
        file = TemporaryUploadedFile(filename, content_type(filename), len(data), None)
        file.write(data)
        file.flush()
        return file


def content_type(filename: str) -> str:
    """The MIME type that a browser would name for ``filename``."""
    return mimetypes.guess_type(filename)[0] or "application/octet-stream"


def _record(extension: str) -> bytes:
    container, seconds = MADE_AS[extension]
    buffer = io.BytesIO()
    write_sample(buffer, container=container, seconds=seconds)
    return buffer.getvalue()
