"""Receiving a file through the server: to a temporary file, within limits of size and patience."""

from __future__ import annotations

import errno
import time
from typing import Any

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.http import HttpRequest

from filmroom.errors import FilmRoomError

FORM_OVERHEAD_BYTES = 1024 * 1024  # boundaries, headers and the other fields of the form
PATIENCE_SECONDS = 60
SLOWEST_BYTES_PER_SECOND = 1024


class UploadTooLarge(FilmRoomError):
    code = "too_large"
    detail = (
        "This file is larger than {limit} bytes, the most that fits here:"
        " split or compress it and upload again."
    )
    http_status = 413
    attr = "file"

    def __init__(self) -> None:
        super().__init__(values={"limit": settings.MAX_UPLOAD_BYTES})


class UploadTooSlow(FilmRoomError):
    code = "too_slow"
    detail = "The file came too slowly: check the connection and upload it again."
    http_status = 408


class ServerFull(FilmRoomError):
    code = "no_space"
    detail = "The server has no room for this file just now: try again later."
    http_status = 507


class FileNotWanted(FilmRoomError, SuspiciousOperation):
    """Mostly raised while CSRF is checked, before any view, where Django knows its own kinds."""

    code = "file_not_expected"
    detail = "This address takes no file: use the upload."
    http_status = 413


def expect_recording(request: HttpRequest) -> None:
    """Mark ``request`` as one that may carry a recording; call it before the body is read."""
    request.accepts_recording = True  # type: ignore[attr-defined]


class GuardedTemporaryFileUploadHandler(TemporaryFileUploadHandler):
    """Django's temporary-file handler that stops early: too large, too slow, not asked for.

    Only a request marked by `expect_recording` may carry a file, so that no other form can fill
    the disk. Raises FilmRoomError kinds out of the parsing.
    """

    def handle_raw_input(
        self,
        input_data: Any,
        META: dict[str, str],  # noqa: N803 - as Django calls it
        content_length: int,
        boundary: str,
        encoding: str | None = None,
    ) -> None:
        self.expected = bool(getattr(self.request, "accepts_recording", False))
        self.received = 0
        self.began = time.monotonic()
        if self.expected and content_length > settings.MAX_UPLOAD_BYTES + FORM_OVERHEAD_BYTES:
            raise UploadTooLarge

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        if not self.expected:
            raise FileNotWanted
        super().new_file(*args, **kwargs)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.received += len(raw_data)
        if self.received > settings.MAX_UPLOAD_BYTES:
            raise UploadTooLarge
        waited = time.monotonic() - self.began
        if waited > PATIENCE_SECONDS and self.received < waited * SLOWEST_BYTES_PER_SECOND:
            raise UploadTooSlow
        try:
            super().receive_data_chunk(raw_data, start)
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise ServerFull from error
            raise
