"""The one table of upload states, and the one way to move between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models.functions import Now

from accounts.models import User
from recordings.models import ACTIVE_STATUSES, SessionUpload, UploadEvent
from recordings.signals import recording_failed, recording_ready, recording_removed
from sessions_app.models import Session, StageStatus, UploadStatus

logger = structlog.get_logger(__name__)

P, U, C = UploadStatus.PENDING, UploadStatus.UPLOADING, UploadStatus.COMPLETED
F, X, D, M = (
    UploadStatus.FAILED,
    UploadStatus.CANCELLED,
    UploadStatus.DELETED,
    UploadStatus.MISSING,
)

# (from, to): who may make the move, and what it means.
TRANSITIONS: dict[tuple[UploadStatus, UploadStatus], tuple[frozenset[str], str]] = {
    (P, U): (frozenset({"person", "worker"}), "bytes begin to flow"),
    (P, C): (frozenset({"person", "worker", "sweep", "sync"}), "the object was found and verified"),
    (P, F): (frozenset({"person", "worker", "sweep"}), "refused, or never confirmed in time"),
    (P, X): (frozenset({"person", "worker"}), "cancelled before it began"),
    (U, P): (frozenset({"worker", "sweep"}), "given back: the worker stopped or was lost"),
    (U, C): (frozenset({"person", "worker", "sweep", "sync"}), "all bytes are in the bucket"),
    (U, F): (frozenset({"person", "worker", "sweep"}), "it cannot go on by itself"),
    (U, X): (frozenset({"person", "worker"}), "cancelled on the way"),
    (F, P): (frozenset({"person"}), "retried"),
    (C, D): (frozenset({"person", "sweep"}), "deleted, and its object removed"),
    (D, C): (frozenset({"person"}), "restored: the bucket still kept it"),
    (C, M): (frozenset({"sync"}), "its object is not in the bucket any more"),
    (M, C): (frozenset({"person", "sync"}), "its object is back"),
    (M, D): (frozenset({"person", "sweep"}), "deleted while its object was missing"),
}
FIRST_STATES = frozenset({P, C})


@dataclass(frozen=True)
class Actor:
    """Who makes a move: a kind from the table, and the person where there is one."""

    kind: str
    user: User | None = None


def person(user: User | None) -> Actor:
    """The actor for something a person asked for."""
    return Actor("person", user)


WORKER = Actor("worker")
SWEEP = Actor("sweep")
SYNC = Actor("sync")


class ForbiddenMove(RuntimeError):
    """The code asked for a move that the table does not have: a fault of ours, not a caller's."""


def start(upload: SessionUpload, *, actor: Actor, note: str = "") -> SessionUpload:
    """Save a new upload, with its first event, in ``pending`` (or ``completed``, for a sync).

    Raises IntegrityError when another live upload already has the key.
    """
    if upload.status not in FIRST_STATES:
        raise ForbiddenMove(f"no upload begins as {upload.status}")
    with transaction.atomic():
        session = _lock(upload.session_id)
        upload.save(force_insert=True)
        _record(upload.pk, "", upload.status, actor, note)
        _project(session)
        _announce(upload, upload.status)
    return upload


def advance(
    upload: SessionUpload,
    *,
    to: UploadStatus,
    actor: Actor,
    note: str = "",
    only_if: dict[str, Any] | None = None,
    **fields: Any,
) -> bool:
    """Move ``upload`` from the status it was loaded with to ``to``; return whether this call won.

    One ``UPDATE … WHERE status = …`` decides, so of many callers one wins. ``only_if`` adds
    conditions (a lease's owner); ``fields`` are stored with the move. When it won, ``upload`` is
    brought up to date, the event is written and the session's summary follows, all in one
    transaction; signals go out on commit. When it lost, nothing changed and ``upload`` is
    reloaded to what the row says now.
    Raises ForbiddenMove when the table has no such move for this actor.
    """
    was = UploadStatus(upload.status)
    allowed = TRANSITIONS.get((was, to))
    if allowed is None or actor.kind not in allowed[0]:
        raise ForbiddenMove(f"{actor.kind} may not move an upload from {was} to {to}")
    if to not in ACTIVE_STATUSES:
        fields["sealed_passcode"] = ""  # a passcode is kept no longer than it is needed
    with transaction.atomic():
        session = _lock(upload.session_id)
        won = (
            SessionUpload.objects.filter(pk=upload.pk, status=was, **(only_if or {})).update(
                status=to, **fields
            )
            == 1
        )
        if won:
            _record(upload.pk, was, to, actor, note)
            _project(session, deleting=to == D)
            _announce(upload, to)
    upload.refresh_from_db()
    if won:
        logger.info(
            "upload_moved",
            upload=str(upload.pk),
            session=str(upload.session_id),
            was=was.value,
            now=to.value,
            actor=actor.kind,
            by=str(actor.user.pk) if actor.user else None,
            code=upload.error_code or None,
        )
    return won


def fail(
    upload: SessionUpload,
    *,
    code: str,
    detail: str,
    actor: Actor,
    only_if: dict[str, Any] | None = None,
    **fields: Any,
) -> bool:
    """Move ``upload`` to ``failed`` with a stable code and one sentence; return whether it won."""
    return advance(
        upload,
        to=UploadStatus.FAILED,
        actor=actor,
        note=code,
        only_if=only_if,
        error_code=code[:50],
        error_detail=detail[:500],
        lease_owner="",
        lease_until=None,
        next_attempt_at=None,
        **fields,
    )


def database_now() -> Now:
    """The database's clock, which decides about leases and order on all machines alike."""
    return Now()


def refresh_summary(session_id: UUID) -> None:
    """Bring the session's summary in line with its uploads, after facts of an upload changed."""
    with transaction.atomic():
        _project(_lock(session_id))


def _record(upload_id: UUID, was: str, now: str, actor: Actor, note: str) -> None:
    UploadEvent.objects.create(
        upload_id=upload_id,
        from_status=was,
        to_status=now,
        by=actor.user,
        actor=actor.kind,
        note=note[:200],
    )


def _announce(upload: SessionUpload, now: str) -> None:
    if now == C:
        transaction.on_commit(lambda: _send(recording_ready, upload))
    elif now in (D, M):
        transaction.on_commit(lambda: _send(recording_removed, upload))
    elif now == F:
        transaction.on_commit(lambda: _send(recording_failed, upload))


def _send(signal: Any, upload: SessionUpload) -> None:
    signal.send_robust(sender=SessionUpload, upload_id=upload.pk, session_id=upload.session_id)


def _lock(session_id: UUID) -> Session:
    """Take the session's row first, always, so that moves of one session queue up in order."""
    return Session.objects.select_for_update().get(pk=session_id)


SUMMARY_FIELDS = (
    "recording_upload_id",
    "s3_key",
    "s3_status",
    "s3_uploaded_at",
    "recording_filename",
    "recording_mime_type",
    "recording_size_bytes",
    "recording_duration_seconds",
    "external_platform",
    "external_recording_url",
    "transcript",
    "transcript_status",
    "analysis",
    "analysis_status",
    "updated_at",
)


def _project(session: Session, *, deleting: bool = False) -> None:
    """Write the session's summary: the newest completed upload, and the newest attempt's state."""
    uploads = SessionUpload.objects.filter(session=session)
    newest = uploads.order_by("-created_at", "-id").values_list("status", flat=True).first()
    current = uploads.filter(status=C).order_by("-completed_at", "-created_at", "-id").first()
    session.s3_status = "" if newest in (None, D) else newest
    if current and current.pk != session.recording_upload_id:
        _take_over_origin(session, current)
    session.recording_upload_id = current.pk if current else None
    session.s3_key = current.s3_key if current else ""
    session.s3_uploaded_at = current.completed_at if current else None
    session.recording_filename = current.original_filename if current else ""
    session.recording_mime_type = current.mime_type if current else ""
    session.recording_size_bytes = current.size_bytes if current else None
    session.recording_duration_seconds = current.duration_seconds if current else None
    if deleting and current is None:
        session.external_platform = ""
        session.external_recording_url = ""
        session.transcript = session.analysis = None
        session.transcript_status = session.analysis_status = StageStatus.PENDING
    session.save(update_fields=SUMMARY_FIELDS)


def _take_over_origin(session: Session, recording: SessionUpload) -> None:
    """Note where a new recording came from: once, so that what a person corrects stays."""
    if not recording.platform:
        return
    session.external_platform = recording.platform
    link = session.external_recording_url
    # A link that a person gave stays beside a file that came without one.
    if recording.original_url or session.uploads.filter(original_url=link).exists():
        session.external_recording_url = recording.original_url
