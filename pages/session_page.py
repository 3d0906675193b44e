"""What a session's page shows of its recording and of every attempt at one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Prefetch
from django.utils.formats import number_format

from pages.player_words import player_words
from pages.rows import asks_passcode, is_moving, percent_of
from pages.states import NO_RECORDING, UPLOADS, WAITS, Shown
from recordings import imports, removal, sidecars
from recordings.models import SessionUpload, UploadEvent
from recordings.models.sidecars import Sidecar
from sessions_app.models import Session, UploadStatus

WORDS = (Sidecar.Kind.TRANSCRIPT, Sidecar.Kind.CAPTIONS)
SPEEDS = ("0.5", "0.75", "1", "1.25", "1.5", "1.75", "2", "2.5", "3")


@dataclass(frozen=True)
class Attempt:
    """One attempt of the history; ``can_restore`` says that its deletion can be taken back."""

    upload: SessionUpload
    can_restore: bool

    @property
    def shown(self) -> Shown:
        """The attempt's state."""
        return WAITS if self.upload.waits_for_platform else UPLOADS[self.upload.status]

    @property
    def percent(self) -> int | None:
        """How much of it has arrived; None when that is not known."""
        return percent_of(self.upload)

    @property
    def can_retry(self) -> bool:
        """Whether exactly this attempt can be made again."""
        return imports.can_retry(self.upload)

    @property
    def asks_passcode(self) -> bool:
        """Whether it failed for want of the link's passcode."""
        return asks_passcode(self.upload)


def recording_of(session: Session, shown: str | None) -> dict[str, Any]:
    """Return what the page's templates need; ``shown`` is the upload that its player plays, as
    the page itself names it when it asks what has changed, None when the page is opened.
    """
    attempts = _attempts_of(session)
    current = next((a.upload for a in attempts if a.upload.pk == session.recording_upload_id), None)
    beside = sidecars.of_recording(session) if current else []
    current_id = str(current.pk) if current else ""
    # Whoever is watching is not interrupted by a newer recording: they are told of it.
    keeps_player = bool(shown and current_id)
    return {
        "session": session,
        "current": current,
        "keeps_player": keeps_player,
        "shown_id": shown if keeps_player else current_id,
        "is_newer": keeps_player and shown != current_id,
        "attempts": attempts,
        "newest": attempts[0] if attempts else None,
        "state": _state_of(current, attempts),
        "percent": None if current or not attempts else attempts[0].percent,
        "can_restore": any(attempt.can_restore for attempt in attempts),
        "is_audio": _is_audio(session, current),
        "is_moving": any(is_moving(attempt.upload) for attempt in attempts),
        "sidecars": beside,
        "has_words": any(each.kind in WORDS for each in beside),
        "bucket": settings.AWS_S3_BUCKET,
        "link_minutes": max(1, settings.DOWNLOAD_URL_SECONDS // 60),
        "player_words": player_words(),
        "speeds": [(speed, f"{number_format(speed)}×") for speed in SPEEDS],
    }


def _attempts_of(session: Session) -> list[Attempt]:
    events = UploadEvent.objects.select_related("by")
    uploads = list(
        session.uploads.select_related("created_by", "deleted_by").prefetch_related(
            Prefetch("events", queryset=events)
        )
    )
    restorable: set[UUID] = set()
    if any(upload.status == UploadStatus.DELETED for upload in uploads):
        restorable = {upload.pk for upload in removal.restorable(session)}
    return [Attempt(upload, upload.pk in restorable) for upload in uploads]


def _state_of(current: SessionUpload | None, attempts: list[Attempt]) -> Shown:
    if current is not None:
        return UPLOADS[UploadStatus.COMPLETED]
    return attempts[0].shown if attempts else NO_RECORDING


def _is_audio(session: Session, current: SessionUpload | None) -> bool:
    if current is not None and current.media_state == SessionUpload.MediaState.KNOWN:
        return bool(current.audio_codec) and not current.video_codec
    return session.recording_mime_type.startswith("audio/")
