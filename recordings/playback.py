"""Signed URLs to watch and download."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext

from filmroom.sentences import told
from recordings import storage
from recordings.errors import NoRecording, RecordingMissing
from recordings.media.browsers import playable_type
from recordings.models import Rendition, SessionUpload
from sessions_app.models import Session, StageStatus, UploadStatus

Disposition = Literal["attachment", "inline"]
Kind = Rendition.Kind

# Played while nothing is known of the codecs yet, for most such files do play.
_LIKELY_PLAYED = {
    "video/mp4": "video/mp4",
    "video/quicktime": "video/mp4",
    **{
        mime_type: mime_type
        for mime_type in (
            *("video/webm", "audio/webm", "audio/mp4", "audio/mpeg", "audio/wav", "audio/ogg"),
            *("audio/flac", "audio/aac"),
        )
    },
}


@dataclass(frozen=True)
class Link:
    """A URL that reads one recording for a while."""

    download_url: str
    expires_in: int
    expires_at: datetime
    filename: str
    size_bytes: int
    mime_type: str


@dataclass(frozen=True)
class Thumbnails:
    """One picture of ``columns`` x ``rows`` tiles, of which the first ``count`` are filled.

    Tile ``floor(seconds / interval_seconds)`` shows that moment; tiles are numbered from 0, row by
    row from the top left. Tile sizes in pixels.
    """

    url: str
    columns: int
    rows: int
    tile_width: int
    tile_height: int
    interval_seconds: float
    count: int


@dataclass(frozen=True)
class Preparing:
    """How far the copy is that browsers can play.

    ``status`` is ``pending``, ``processing`` or ``failed``; ``detail`` is one translated sentence
    for the coach. ``rendition_id`` is what `rendering.retry_rendition` takes after a failure; None
    when no copy was asked for yet, or none can be made.
    """

    status: StageStatus
    progress_percent: int
    detail: str
    rendition_id: UUID | None


@dataclass(frozen=True)
class Sources:
    """What a player needs to play one recording; all URLs are signed and end at ``expires_at``.

    ``url`` is the recording itself or its web copy, of type ``mime_type``; None when no browser
    plays the recording and there is no copy yet: then ``preparing`` says why, else it is None.
    ``waveform_url`` answers ``{"duration_seconds": float, "peaks": [float from 0 to 1, …]}``.
    """

    upload_id: UUID
    kind: Literal["video", "audio"]
    url: str | None
    mime_type: str
    duration_seconds: float | None
    expires_in: int
    expires_at: datetime
    poster_url: str | None
    thumbnails: Thumbnails | None
    waveform_url: str | None
    preparing: Preparing | None


def signed_link(*, session: Session, disposition: Disposition = "attachment") -> Link:
    """Return a URL for the session's recording, valid for DOWNLOAD_URL_SECONDS.

    ``inline`` is for playback, ``attachment`` downloads under the original filename.
    Raises NoRecording, RecordingMissing when the bucket has lost the object, StorageError.
    """
    upload = _recording(session)
    version_id = _version_in_bucket(upload)
    seconds, expires_at = link_lifetime()
    url = _sign(
        upload.s3_key,
        upload,
        upload.mime_type or "application/octet-stream",
        disposition=disposition,
        version_id=version_id,
    )
    return Link(
        url, seconds, expires_at, _filename(upload), upload.size_bytes or 0, upload.mime_type
    )


def sources_of(*, session: Session) -> Sources:
    """Return what a player needs to play the session's recording, for DOWNLOAD_URL_SECONDS.

    Costs one or two queries and one HEAD of the recording, however many renditions there are.
    Raises NoRecording, RecordingMissing when the bucket has lost the object, StorageError.
    """
    upload = _recording(session)
    version_id = _version_in_bucket(upload)
    seconds, expires_at = link_lifetime()
    renditions = {Kind(made.kind): made for made in upload.renditions.all()}
    ready = {
        kind: made for kind, made in renditions.items() if made.status == StageStatus.COMPLETED
    }
    mime_type, url = served_type(upload), None
    if mime_type is not None:
        url = _sign(upload.s3_key, upload, mime_type, version_id=version_id)
    elif web_copy := ready.get(Kind.WEB_COPY):
        mime_type, url = web_copy.mime_type, _sign_rendition(web_copy)
    poster, waveform = ready.get(Kind.POSTER), ready.get(Kind.WAVEFORM)
    return Sources(
        upload_id=upload.pk,
        kind="audio" if _is_audio(upload) else "video",
        url=url,
        mime_type=mime_type or "",
        duration_seconds=upload.duration_seconds,
        expires_in=seconds,
        expires_at=expires_at,
        poster_url=_sign_rendition(poster) if poster else None,
        thumbnails=_thumbnails(ready.get(Kind.THUMBNAILS)),
        waveform_url=_sign_rendition(waveform) if waveform else None,
        preparing=None if url else _preparing(upload, renditions.get(Kind.WEB_COPY)),
    )


def served_type(upload: SessionUpload) -> str | None:
    """Return the MIME type under which browsers play the upload itself, None when they do not.

    Until its codecs are known, or when they cannot be read, its container decides.
    """
    if upload.media_state == SessionUpload.MediaState.KNOWN:
        return playable_type(
            container=upload.container,
            video_codec=upload.video_codec,
            audio_codec=upload.audio_codec,
        )
    return _LIKELY_PLAYED.get(upload.mime_type)


def _recording(session: Session) -> SessionUpload:
    upload = SessionUpload.objects.filter(
        session=session, id__in=[session.recording_upload_id], status=UploadStatus.COMPLETED
    ).first()
    if upload is None:
        missing = SessionUpload.objects.filter(session=session, status=UploadStatus.MISSING)
        raise RecordingMissing if missing.exists() else NoRecording
    return upload


def _version_in_bucket(upload: SessionUpload) -> str | None:
    """The version that a URL has to name. Raises RecordingMissing when it is not there."""
    version_id = storage.version_to_name(upload.s3_key, upload.pinned_version)
    if storage.head(upload.s3_key, version_id) is None:
        raise RecordingMissing
    return version_id


def link_lifetime() -> tuple[int, datetime]:
    seconds: int = settings.DOWNLOAD_URL_SECONDS
    return seconds, timezone.now() + timedelta(seconds=seconds)


def _filename(upload: SessionUpload) -> str:
    return upload.original_filename or "recording"


def _sign(
    key: str,
    upload: SessionUpload,
    mime_type: str,
    *,
    disposition: Disposition = "inline",
    version_id: str | None = None,
) -> str:
    return storage.presign_get(
        key,
        filename=_filename(upload),
        mime_type=mime_type,
        disposition=disposition,
        expires_in=settings.DOWNLOAD_URL_SECONDS,
        version_id=version_id,
    )


def _sign_rendition(rendition: Rendition) -> str:
    return storage.presign_get(
        rendition.s3_key,
        filename=rendition.s3_key.rpartition("/")[2],
        mime_type=rendition.mime_type,
        disposition="inline",
        expires_in=settings.DOWNLOAD_URL_SECONDS,
    )


def _is_audio(upload: SessionUpload) -> bool:
    if upload.media_state == SessionUpload.MediaState.KNOWN:
        return not upload.video_codec and bool(upload.audio_codec)
    return upload.mime_type.startswith("audio/")


def _thumbnails(rendition: Rendition | None) -> Thumbnails | None:
    if rendition is None:
        return None
    return Thumbnails(url=_sign_rendition(rendition), **rendition.details)


def _preparing(upload: SessionUpload, web_copy: Rendition | None) -> Preparing:
    if web_copy is not None and web_copy.status == StageStatus.FAILED:
        return Preparing(StageStatus.FAILED, 0, told(web_copy.error_detail), web_copy.pk)
    if upload.media_state == SessionUpload.MediaState.UNREADABLE or _is_without_streams(upload):
        detail = gettext(
            "This file cannot be read as video or audio: download it, or upload it again."
        )
        return Preparing(StageStatus.FAILED, 0, detail, None)
    detail = gettext("Browsers cannot play this format. A copy that they can play is being made.")
    if web_copy is None:
        return Preparing(StageStatus.PENDING, 0, detail, None)
    return Preparing(StageStatus(web_copy.status), web_copy.progress_percent, detail, web_copy.pk)


def _is_without_streams(upload: SessionUpload) -> bool:
    known = upload.media_state == SessionUpload.MediaState.KNOWN
    return known and not (upload.video_codec or upload.audio_codec)
