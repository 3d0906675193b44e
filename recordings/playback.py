"""Signed URLs to watch and download."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from django.conf import settings
from django.utils import timezone

from recordings import storage
from recordings.errors import NoRecording, RecordingMissing
from recordings.models import SessionUpload
from sessions_app.models import Session, UploadStatus

Disposition = Literal["attachment", "inline"]


@dataclass(frozen=True)
class Link:
    """A URL that reads one recording for a while."""

    download_url: str
    expires_in: int
    expires_at: datetime
    filename: str
    size_bytes: int
    mime_type: str


def signed_link(*, session: Session, disposition: Disposition = "attachment") -> Link:
    """Return a URL for the session's recording, valid for DOWNLOAD_URL_SECONDS.

    ``inline`` is for playback, ``attachment`` downloads under the original filename.
    Raises NoRecording, RecordingMissing when the bucket has lost the object, StorageError.
    """
    upload = SessionUpload.objects.filter(
        session=session, id__in=[session.recording_upload_id], status=UploadStatus.COMPLETED
    ).first()
    if upload is None:
        missing = SessionUpload.objects.filter(session=session, status=UploadStatus.MISSING)
        raise RecordingMissing if missing.exists() else NoRecording
    version_id = storage.version_to_name(upload.s3_key, upload.pinned_version)
    if storage.head(upload.s3_key, version_id) is None:
        raise RecordingMissing
    seconds = settings.DOWNLOAD_URL_SECONDS
    expires_at = timezone.now() + timedelta(seconds=seconds)
    filename = upload.original_filename or "recording"
    url = storage.presign_get(
        upload.s3_key,
        filename=filename,
        mime_type=upload.mime_type or "application/octet-stream",
        disposition=disposition,
        expires_in=seconds,
        version_id=version_id,
    )
    return Link(url, seconds, expires_at, filename, upload.size_bytes or 0, upload.mime_type)
