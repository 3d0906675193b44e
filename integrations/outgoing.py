"""What happened, in the words that endpoints are sent: type, time and a few plain facts.

No signed URLs, no secrets, nobody's name but the file's.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import CharField, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat, Replace
from django.utils import timezone, translation

from filmroom.ids import new_id
from filmroom.json import dump
from integrations.models import TEST_TYPE, EventType, WebhookDelivery, WebhookEndpoint
from recordings.models import SessionUpload, SyncRun, UploadEvent
from recordings.shaping import shape_run
from sessions_app.models import UploadStatus

UPLOAD_TYPES = {
    UploadStatus.COMPLETED: EventType.RECORDING_COMPLETED,
    UploadStatus.FAILED: EventType.RECORDING_FAILED,
    UploadStatus.DELETED: EventType.RECORDING_DELETED,
}


@dataclass(frozen=True)
class OutgoingEvent:
    """Something to be sent. ``source`` names it for ever, ``coach_id`` is whose it is (None: the
    whole bucket's), ``payload`` the text that goes out.
    """

    type: str
    source: str
    coach_id: UUID | None
    payload: str


def upload_events(
    endpoint: WebhookEndpoint, *, since: datetime, upload_id: UUID | None = None
) -> QuerySet[UploadEvent]:
    """Return the moves of uploads that ``endpoint`` wants to be told of and was not yet.

    A recording that is missing is not deleted, and its return is no news: a sync that finds it
    again takes nothing back. Narrowed to what the endpoint's owner may see.
    """
    wanted = [status for status, kind in UPLOAD_TYPES.items() if kind in endpoint.events]
    moves = UploadEvent.objects.filter(at__gte=since, to_status__in=wanted).exclude(
        from_status=UploadStatus.MISSING, to_status=UploadStatus.COMPLETED
    )
    if upload_id is not None:
        moves = moves.filter(upload=upload_id)
    visible = SessionUpload.objects.visible_to(endpoint.coach)
    return (
        moves.filter(upload__in=visible)
        .exclude(_is_queued(endpoint, "upload-event:"))
        .select_related("upload__session")
        .order_by("pk")
    )


def sync_runs(
    endpoint: WebhookEndpoint, *, since: datetime, run_id: UUID | None = None
) -> QuerySet[SyncRun]:
    """Return the completed runs that ``endpoint`` wants to be told of and was not yet."""
    if EventType.SYNC_COMPLETED not in endpoint.events:
        return SyncRun.objects.none()
    runs: QuerySet[SyncRun] = SyncRun.objects.visible_to(endpoint.coach)
    runs = runs.filter(status=SyncRun.Status.COMPLETED, finished_at__gte=since)
    if run_id is not None:
        runs = runs.filter(pk=run_id)
    return runs.exclude(_is_queued(endpoint, "sync-run:")).order_by("finished_at")


def event_of_upload(move: UploadEvent) -> OutgoingEvent:
    """Return a move as it is sent: the facts of the upload as they are now, its state as it was
    then.
    """
    upload = move.upload
    error = None
    if move.to_status == UploadStatus.FAILED:
        is_same = upload.error_code == move.note
        error = {"code": move.note, "detail": upload.error_detail if is_same else ""}
    data = {
        "session_id": upload.session_id,
        "upload_id": upload.pk,
        "coach_id": upload.session.coach_id,
        "status": move.to_status,
        "upload_type": upload.type,
        "platform": upload.platform or None,
        "filename": upload.original_filename,
        "size_bytes": upload.size_bytes,
        "mime_type": upload.mime_type or None,
        "duration_seconds": upload.duration_seconds,
        "checksum": upload.checksum or None,
        "error": error,
    }
    return OutgoingEvent(
        type=UPLOAD_TYPES[UploadStatus(move.to_status)],
        source=f"upload-event:{move.pk}",
        coach_id=upload.session.coach_id,
        payload=_payload(UPLOAD_TYPES[UploadStatus(move.to_status)], move.at, data),
    )


def event_of_sync(run: SyncRun) -> OutgoingEvent:
    """Return a sync run as it is sent: as the API shows it, in English."""
    with translation.override("en"):
        data = {"coach_id": run.coach_id, **shape_run(run)}
    at = run.finished_at or timezone.now()
    return OutgoingEvent(
        type=EventType.SYNC_COMPLETED,
        source=f"sync-run:{run.pk.hex}",
        coach_id=run.coach_id,
        payload=_payload(EventType.SYNC_COMPLETED, at, data),
    )


def test_event(endpoint: WebhookEndpoint) -> OutgoingEvent:
    """Return something to try ``endpoint`` with."""
    data = {"endpoint_id": endpoint.pk, "coach_id": endpoint.coach_id}
    return OutgoingEvent(
        type=TEST_TYPE,
        source=f"test:{new_id().hex}",
        coach_id=endpoint.coach_id,
        payload=_payload(TEST_TYPE, timezone.now(), data),
    )


def _is_queued(endpoint: WebhookEndpoint, prefix: str) -> Q:
    # PostgreSQL writes a UUID with hyphens, SQLite without.
    key = Replace(Cast(OuterRef("pk"), CharField()), Value("-"), Value(""))
    name = Concat(Value(prefix), key, output_field=CharField())
    return Q(Exists(WebhookDelivery.objects.filter(endpoint=endpoint.pk, source=name)))


def _payload(kind: str, at: datetime, data: dict[str, Any]) -> str:
    return dump({"type": str(kind), "timestamp": at, "data": data}).decode()
