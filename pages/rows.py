"""One line of the recordings table: a session, its recording, and the newest attempt over it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from uuid import UUID

from django.db.models import OuterRef, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from filmroom.sentences import told
from pages.states import (
    NO_RECORDING,
    NOT_PLAYABLE,
    PASSCODE_CODES,
    STAGES,
    UPLOADS,
    WAITS,
    Shown,
)
from recordings import imports
from recordings.models import ACTIVE_STATUSES, Rendition, SessionUpload
from recordings.playback import served_type
from sessions_app.models import Session, StageStatus, UploadStatus

NOBODY = UUID(int=0)
# A worker reads the facts of a new recording within seconds; after this nobody waits for them.
FACTS_PATIENCE = timedelta(minutes=2)


@dataclass(frozen=True)
class Row:
    """What the table shows of ``session``; ``attempt`` is its newest upload where that matters.

    ``failed_copy`` is there when no browser plays the recording and its web copy failed.
    """

    session: Session
    attempt: SessionUpload | None
    failed_copy: Rendition | None

    @property
    def address(self) -> dict[str, str]:
        """The addresses of the session's own pages, by what they are for."""
        pk = str(self.session.pk)
        return {use: address.replace(str(NOBODY), pk) for use, address in _addresses().items()}

    @property
    def recording(self) -> Shown:
        """The state of what can be played: a new attempt never changes it."""
        if self.session.has_recording:
            return UPLOADS[UploadStatus.COMPLETED]
        return NO_RECORDING

    @property
    def playing(self) -> Shown | None:
        """What keeps the recording from being played; None when nothing is known to."""
        return NOT_PLAYABLE if self.failed_copy else None

    @property
    def playing_sentence(self) -> str:
        """Why there is nothing to play, for the coach; empty when there is, or may be."""
        return told(self.failed_copy.error_detail) if self.failed_copy else ""

    @property
    def newest(self) -> Shown | None:
        """The state of the newest attempt, unless it is the recording itself."""
        status = self.session.s3_status
        if not status or status == UploadStatus.COMPLETED:
            return None
        if status == UploadStatus.CANCELLED and self.session.has_recording:
            return None
        return WAITS if self.waits else UPLOADS[status]

    @property
    def waits(self) -> bool:
        """Whether the newest attempt waits for its platform, and is tried again by itself."""
        return self.attempt is not None and self.attempt.waits_for_platform

    @property
    def waiting_sentence(self) -> str:
        """What the newest attempt waits for, for the coach; empty when it does not wait."""
        return told(self.attempt.error_detail) if self.attempt and self.waits else ""

    @property
    def sentence(self) -> str:
        """What the newest attempt has to say to the coach; empty when nothing."""
        if self.session.s3_status == UploadStatus.FAILED and self.attempt:
            return told(self.attempt.error_detail)
        if self.session.s3_status == UploadStatus.MISSING:
            return _("The file is not in the bucket any more: upload it again or ask staff.")
        return ""

    @property
    def is_active(self) -> bool:
        """Whether the newest attempt is under way."""
        return self.session.s3_status in ACTIVE_STATUSES

    @property
    def is_moving(self) -> bool:
        """Whether the row is about to change by itself, so that it is worth asking again."""
        return is_moving(self.attempt) if self.attempt is not None else self.is_active

    @property
    def can_retry(self) -> bool:
        """Whether the newest attempt failed and can be fetched once more."""
        return self.attempt is not None and imports.can_retry(self.attempt)

    @property
    def asks_passcode(self) -> bool:
        """Whether the newest attempt can be made once more with a passcode."""
        return self.can_retry and self.attempt is not None and asks_passcode(self.attempt)

    @property
    def needs_file(self) -> bool:
        """Whether only a person can help, with the file: its upload failed, or it is gone."""
        if self.session.s3_status == UploadStatus.FAILED:
            return not self.can_retry
        return self.session.s3_status == UploadStatus.MISSING

    @property
    def can_delete(self) -> bool:
        """Whether there is a recording to delete, be its file there or missing."""
        return self.session.has_recording or self.session.s3_status == UploadStatus.MISSING

    @property
    def percent(self) -> int | None:
        """How much of the newest attempt has arrived; None when its size is not known."""
        return percent_of(self.attempt) if self.is_active and self.attempt else None

    @property
    def transcript(self) -> Shown | None:
        """The transcript's state; None without a recording to make one from."""
        return self._stage(self.session.transcript_status)

    @property
    def analysis(self) -> Shown | None:
        """The analysis' state; None without a recording to make one from."""
        return self._stage(self.session.analysis_status)

    def _stage(self, status: str) -> Shown | None:
        return STAGES[status] if self.session.has_recording else None


@cache
def _addresses() -> dict[str, str]:
    # Worked out once: a table has hundreds of them.
    names = {"page": "session"} | {
        use.replace("-", "_"): f"session-{use}"
        for use in ("upload", "download", "delete", "copy-retry")
    }
    return {use: reverse(name, args=[NOBODY]) for use, name in names.items()}


def is_moving(upload: SessionUpload) -> bool:
    """Return whether ``upload`` is under way, or its media facts are about to be read."""
    if upload.waits_for_platform:
        soon = timezone.now() + FACTS_PATIENCE
        return upload.next_attempt_at is None or upload.next_attempt_at < soon
    if upload.is_active:
        return True
    return (
        upload.status == UploadStatus.COMPLETED
        and upload.media_state == SessionUpload.MediaState.PENDING
        and upload.completed_at is not None
        and upload.completed_at > timezone.now() - FACTS_PATIENCE
    )


def asks_passcode(upload: SessionUpload) -> bool:
    """Return whether ``upload`` failed for want of the link's passcode."""
    return upload.status == UploadStatus.FAILED and upload.error_code in PASSCODE_CODES


def percent_of(upload: SessionUpload) -> int | None:
    """Return the whole per cent of ``upload`` that have arrived; None when unknown."""
    if not upload.expected_size_bytes or upload.status != UploadStatus.UPLOADING:
        return None
    return min(100, upload.bytes_transferred * 100 // upload.expected_size_bytes)


def rows_of(sessions: Iterable[Session]) -> list[Row]:
    """Return the rows of ``sessions``, in their order, with two queries for all of them."""
    listed = list(sessions)
    fresh = timezone.now() - FACTS_PATIENCE
    ids = [session.pk for session in listed if _has_news(session, fresh)]
    newest: dict[UUID, SessionUpload] = {}
    latest = (
        SessionUpload.objects.filter(session=OuterRef("pk")).order_by("-created_at", "-id")
    ).values("pk")[:1]
    attempts = Session.objects.filter(pk__in=ids).values(newest=Subquery(latest))
    for upload in SessionUpload.objects.filter(pk__in=attempts):
        newest[upload.session_id] = upload
    copies = _failed_copies(listed)
    return [Row(each, newest.get(each.pk), copies.get(each.pk)) for each in listed]


def _failed_copies(sessions: list[Session]) -> dict[UUID, Rendition]:
    recordings = [each.recording_upload_id for each in sessions if each.has_recording]
    failed = Rendition.objects.filter(
        upload__in=recordings, kind=Rendition.Kind.WEB_COPY, status=StageStatus.FAILED
    ).select_related("upload")
    return {each.upload.session_id: each for each in failed if served_type(each.upload) is None}


def _has_news(session: Session, fresh: datetime) -> bool:
    if session.s3_status and session.s3_status != UploadStatus.COMPLETED:
        return True
    return session.s3_uploaded_at is not None and session.s3_uploaded_at > fresh
