"""Making one rendition: what is read of the recording, and where what comes of it is put."""

from __future__ import annotations

import contextlib
import io
import shutil
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import structlog
from django.conf import settings

from recordings import storage
from recordings.leases import RenditionLease
from recordings.media.probing import UrlSource
from recordings.media.rendering import (
    NoRoom,
    make_picture,
    make_web_copy,
    room_for_web_copy,
)
from recordings.models import Rendition, SessionUpload
from recordings.storage import KeyTaken, ObjectMissing

logger = structlog.get_logger(__name__)

# Disk space that a web copy leaves to others.
ROOM_FOR_OTHERS_BYTES = 512 * 1024 * 1024
TEMPORARY_PREFIX = "web-copy-"
_PICTURE_TYPE, _WAVEFORM_TYPE = "image/jpeg", "application/json"


@dataclass(frozen=True, slots=True)
class Product:
    """What lies in the bucket under the rendition's key."""

    size_bytes: int
    mime_type: str
    details: dict[str, Any]


def produce(rendition: Rendition, lease: RenditionLease) -> Product:
    """Make the rendition, put it under its key, and return what it is.

    Raises LeaseStopped when it is not wanted any more, RenderingFailed kinds, StorageError.
    """
    upload = rendition.upload
    if rendition.kind == Rendition.Kind.WEB_COPY:
        return _produce_web_copy(rendition, upload, lease)
    made = make_picture(
        rendition.kind,
        _source(upload, settings.RENDITION_SECONDS),
        container=upload.container,
        duration_seconds=upload.duration_seconds,
        check=lease.check,
    )
    mime_type = _WAVEFORM_TYPE if rendition.kind == Rendition.Kind.WAVEFORM else _PICTURE_TYPE
    lease.check()
    size = _put(rendition.s3_key, io.BytesIO(made.data), mime_type)
    return Product(size, mime_type, made.details)


def _produce_web_copy(
    rendition: Rendition, upload: SessionUpload, lease: RenditionLease
) -> Product:
    folder = Path(settings.FILE_UPLOAD_TEMP_DIR or tempfile.gettempdir())
    _remove_forgotten(folder)
    most_bytes = room_for_web_copy(upload.size_bytes or 0, upload.duration_seconds)
    free = shutil.disk_usage(folder).free
    if free < most_bytes + ROOM_FOR_OTHERS_BYTES:
        logger.warning("no_room_for_web_copy", upload=str(upload.pk), wanted=most_bytes, free=free)
        raise NoRoom

    def on_progress(percent: int) -> None:
        lease.percent = percent

    with tempfile.NamedTemporaryFile(dir=folder, prefix=TEMPORARY_PREFIX, suffix=".mp4") as file:
        made = make_web_copy(
            _source(upload, settings.WEB_COPY_SECONDS),
            container=upload.container,
            target=Path(file.name),
            most_bytes=most_bytes,
            check=lease.check,
            on_progress=on_progress,
        )
        mime_type = "video/mp4" if made.details["video_codec"] else "audio/mp4"
        lease.check()
        # By name once more: the index was moved to the front by writing the file anew.
        with Path(file.name).open("rb") as written:
            size = _put(rendition.s3_key, written, mime_type)
    return Product(size, mime_type, made.details)


def _source(upload: SessionUpload, seconds: int) -> UrlSource:
    version_id = storage.version_to_name(upload.s3_key, upload.pinned_version)
    # A recording that is not there must not be taken for one that cannot be read.
    stored = storage.head(upload.s3_key, version_id)
    if stored is None:
        raise ObjectMissing("NoSuchKey")
    url = storage.presign_get(
        upload.s3_key,
        filename="recording",
        mime_type="application/octet-stream",
        expires_in=seconds,
        version_id=version_id,
    )
    return UrlSource(url, stored.size_bytes)


def _put(key: str, file: IO[bytes], mime_type: str) -> int:
    try:
        return storage.put_file(key, file, content_type=mime_type).size_bytes
    except KeyTaken:
        # By a try whose end never reached the row.
        storage.delete_all_versions(key)
        return storage.put_file(key, file, content_type=mime_type).size_bytes


def _remove_forgotten(folder: Path) -> None:
    """Remove copies that a killed worker left on the disk: older than any that is being made."""
    oldest = time.time() - settings.WEB_COPY_SECONDS - settings.RENDITION_SECONDS
    for path in folder.glob(f"{TEMPORARY_PREFIX}*.mp4"):
        # Another worker may be removing it as well.
        with contextlib.suppress(FileNotFoundError):
            if path.stat().st_mtime < oldest:
                path.unlink()
