"""Uploads in parts that are still open, so that a file goes on where its sending broke off."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from recordings import storage
from recordings.models import SessionUpload

# File systems and browsers keep the time of a change to the second, some to two.
TIME_TOLERANCE = timedelta(seconds=2)


def patience() -> timedelta:
    """How long an upload in parts waits for the next sign of life once parts may have come.

    Three times as long as one of which nothing has come: whoever shuts the lid in the evening may
    come back late the next day.
    """
    return 3 * timedelta(seconds=settings.UNCONFIRMED_UPLOAD_SECONDS)


class SentFile(NamedTuple):
    """What tells a person's file from their others."""

    filename: str
    size_bytes: int
    file_modified_at: datetime | None = None


def open_multiparts(person: User) -> QuerySet[SessionUpload]:
    """Return the person's own open uploads in parts, of sessions they may see, newest first."""
    return (
        SessionUpload.objects.visible_to(person)
        .active()
        .filter(
            created_by=person,
            type=SessionUpload.Type.DIRECT,
            part_size_bytes__isnull=False,
            expires_at__gt=timezone.now(),
        )
        .exclude(multipart_id="")
        .select_related("session")
        .order_by("-created_at", "-id")
    )


def find_open(person: User, files: Iterable[SentFile]) -> dict[SentFile, SessionUpload]:
    """Return for each file its newest open upload in parts, where there is one.

    It is the file's by name (as stored), size, and modification time within 2 seconds; a time that
    one side does not know speaks neither for nor against.
    """
    wanted = list(files)
    sizes = {file.size_bytes for file in wanted}
    uploads = list(open_multiparts(person).filter(expected_size_bytes__in=sizes)) if sizes else []
    found = {}
    for file in wanted:
        upload = next((each for each in uploads if _is_of(each, file)), None)
        if upload is not None:
            found[file] = upload
    return found


def _is_of(upload: SessionUpload, file: SentFile) -> bool:
    name = storage.safe_display_name(file.filename)
    if (upload.original_filename, upload.expected_size_bytes) != (name, file.size_bytes):
        return False
    known, told = upload.file_modified_at, file.file_modified_at
    return known is None or told is None or abs(known - told) <= TIME_TOLERANCE
