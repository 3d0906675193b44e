"""Rows into the JSON of the contract: few queries of plain values, whatever the page's length."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from filmroom.sentences import told
from recordings.loose_files import MatchedFile
from recordings.models import SessionUpload, Sidecar, SyncRun
from recordings.sidecars import signed_link
from recordings.weighing import told_why
from sessions_app.models import Participant, Session

_SESSION_COLUMNS = (
    "id",
    "title",
    "description",
    "scheduled_at",
    "duration_minutes",
    "status",
    "client_id",
    "client_name",
    "client__name",
    "client__email",
    "external_platform",
    "external_recording_url",
    "s3_key",
    "s3_status",
    "s3_uploaded_at",
    "recording_filename",
    "recording_mime_type",
    "recording_size_bytes",
    "recording_duration_seconds",
    "transcript_status",
    "analysis_status",
)
_UPLOAD_COLUMNS = (
    "id",
    "session_id",
    "type",
    "platform",
    "original_filename",
    "s3_key",
    "status",
    "mime_type",
    "size_bytes",
    "bytes_transferred",
    "error_code",
    "error_detail",
    "created_at",
    "completed_at",
)
Row = dict[str, Any]


def shape_sessions(
    sessions: QuerySet[Session], *, transcript: bool = False, analysis: bool = False
) -> list[Row]:
    """Return the sessions as the recordings API shows them: three queries for any number.

    ``transcript`` and ``analysis`` add those objects, null until there is one.
    """
    columns = list(_SESSION_COLUMNS)
    columns += ["transcript"] if transcript else []
    columns += ["analysis"] if analysis else []
    rows = list(sessions.values(*columns))
    ids = [row["id"] for row in rows]
    participants = _participants(ids)
    uploads = _uploads(ids)
    shaped = []
    for row in rows:
        session = _shape_session(row, participants[row["id"]], uploads[row["id"]])
        if transcript:
            session["transcript"] = row["transcript"]
        if analysis:
            session["analysis"] = row["analysis"]
        shaped.append(session)
    return shaped


def shape_upload(upload: SessionUpload) -> Row:
    """Return one upload as an element of ``uploads``."""
    return _shape_upload({name: getattr(upload, name) for name in _UPLOAD_COLUMNS})


def shape_sidecar(sidecar: Sidecar) -> Row:
    """Return what lies beside a recording, with a URL to read it."""
    link = signed_link(sidecar)
    return {
        "id": sidecar.pk,
        "kind": sidecar.kind,
        "language": sidecar.language or None,
        "filename": sidecar.filename,
        "mime_type": sidecar.mime_type,
        "size_bytes": sidecar.size_bytes,
        "download_url": link.download_url,
        "expires_in": link.expires_in,
        "expires_at": link.expires_at,
    }


def shape_open_multipart(upload: SessionUpload) -> Row:
    """Return an open upload in parts, its session loaded, as the contract shows it."""
    return {
        "upload_id": upload.pk,
        "session_id": upload.session_id,
        "session_title": upload.session.title,
        "filename": upload.original_filename,
        "size_bytes": upload.expected_size_bytes,
        "file_modified_at": upload.file_modified_at,
        "s3_key": upload.s3_key,
        "part_size_bytes": upload.part_size_bytes,
        "part_count": upload.part_count,
        "bytes_transferred": upload.bytes_transferred,
        "expires_at": upload.expires_at,
        "created_at": upload.created_at,
    }


def shape_matched_file(found: MatchedFile) -> Row:
    """Return what is known of a file before it is sent, sentences in the active language."""
    problem, upload = found.problem, found.open_upload
    return {
        "filename": found.file.filename,
        "problem": problem and {"code": problem.code, "detail": problem.told()},
        "open_upload": upload and shape_open_multipart(upload),
        "proposals": [
            {
                "session_id": proposal.session.id,
                "title": proposal.session.title,
                "scheduled_at": proposal.session.scheduled_at,
                "client_name": proposal.session.client_label,
                "score": proposal.score,
                "sureness": proposal.sureness.value,
                "why": told_why(proposal.why),
            }
            for proposal in found.proposals
        ],
        "new_session": found.new_session._asdict(),
    }


def shape_run(run: SyncRun) -> Row:
    """Return a sync run as the contract shows it."""
    return {
        "id": run.pk,
        "scope": run.prefix,
        "trigger": run.trigger,
        "status": run.status,
        "dry_run": run.dry_run,
        "total_files": run.total_files,
        "new_records": run.new_records,
        "updated_records": run.updated_records,
        "missing_records": run.missing_records,
        "unmatched_files": run.unmatched_files,
        "errors": [error | {"detail": told(error["detail"])} for error in run.errors],
        "started_at": run.started_at,
        "finished_at": run.finished_at,
    }


def _shape_session(row: Row, participants: list[Row], uploads: list[Row]) -> Row:
    client = None
    if row["client_id"] is not None:
        name = row["client_name"] or row["client__name"] or row["client__email"]
        client = {"id": row["client_id"], "name": name, "email": row["client__email"]}
    has_recording = bool(row["s3_key"])
    return {
        "id": row["id"],
        "title": row["title"],
        "description": row["description"],
        "scheduled_at": row["scheduled_at"],
        "duration_minutes": row["duration_minutes"],
        "status": row["status"],
        "client": client,
        "participants": participants,
        "recording": {
            "has_recording": has_recording,
            "s3_key": row["s3_key"] or None,
            "s3_status": row["s3_status"] or None,
            "external_platform": row["external_platform"] or None,
            "external_url": row["external_recording_url"] or None,
            "filename": row["recording_filename"] or None,
            "mime_type": row["recording_mime_type"] or None,
            "size_bytes": row["recording_size_bytes"],
            "duration_seconds": row["recording_duration_seconds"],
            "uploaded_at": row["s3_uploaded_at"],
        },
        "transcript_status": row["transcript_status"],
        "analysis_status": row["analysis_status"],
        "uploads": uploads,
    }


def _shape_upload(row: Row) -> Row:
    error = None
    if row["error_code"]:
        error = {"code": row["error_code"], "detail": told(row["error_detail"])}
    return {
        "id": row["id"],
        "type": row["type"],
        "platform": row["platform"] or None,
        "filename": row["original_filename"],
        "s3_key": row["s3_key"],
        "status": row["status"],
        "mime_type": row["mime_type"] or None,
        "size_bytes": row["size_bytes"],
        "bytes_transferred": row["bytes_transferred"],
        "error": error,
        "created_at": row["created_at"],
        "completed_at": row["completed_at"],
    }


def _participants(session_ids: Iterable[UUID]) -> dict[UUID, list[Row]]:
    found: dict[UUID, list[Row]] = defaultdict(list)
    rows = Participant.objects.filter(session_id__in=list(session_ids)).values_list(
        "session_id", "user_id", "name", "email", "user__name", "user__email"
    )
    for session_id, user_id, name, email, user_name, user_email in rows:
        found[session_id].append(
            {"id": user_id, "name": name or user_name or "", "email": email or user_email or ""}
        )
    return found


def _uploads(session_ids: Iterable[UUID]) -> dict[UUID, list[Row]]:
    found: dict[UUID, list[Row]] = defaultdict(list)
    rows = SessionUpload.objects.filter(session_id__in=list(session_ids)).values(*_UPLOAD_COLUMNS)
    for row in rows.order_by("-created_at", "-id"):
        found[row["session_id"]].append(_shape_upload(row))
    return found
