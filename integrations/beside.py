"""What lies beside an announced recording and came too late for its import; keys that are done.

A transcript may come before the recording, with it or an hour after it. What the import has not
brought itself is fetched here, a few times over a day; then keys and texts are forgotten.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from integrations import buckets, choosing
from integrations.clients import ClientError
from integrations.models import AnnouncedRecording
from integrations.news import AnnouncedFile
from integrations.sources import asked, lacks_words, refreshed, sidecar_link, token_of
from recordings import sidecars, sync
from recordings.fetching import FetchError, FetchSession, ask
from recordings.models import ACTIVE_STATUSES, SessionUpload, Sidecar, SyncRun
from recordings.sources import is_page
from recordings.storage import StorageError
from recordings.sync import SyncInProgress
from sessions_app.models import UploadStatus

logger = structlog.get_logger(__name__)

Status = AnnouncedRecording.Status
# After a try that failed; the last one is given up.
PAUSES = tuple(timedelta(minutes=each) for each in (5, 30, 120, 480, 900))
SECONDS = 30.0
# A sweep of minutes would hold up those after it.
MOST_AT_ONCE = 10
MOST_LOOKED_AT = 200
FORGOTTEN = ("sealed_access", "access_until", "files", "beside_due_at", "updated_at")


class NotFetched(FetchError):
    code = "source_refused"
    detail = "The platform did not hand out a file that lies beside the recording."


def note(recording: AnnouncedRecording) -> None:
    """Note in the row, which is not saved, that something beside a finished import is to come.

    When nothing is, its key has done its work.
    """
    upload = recording.upload
    if upload is None or upload.status != UploadStatus.COMPLETED:
        return
    if _missing(recording, upload) or lacks_words(recording):
        recording.beside_due_at, recording.beside_attempts = timezone.now(), 0
    else:
        _forget(recording)


def fetch(recording: AnnouncedRecording) -> bool:
    """Bring what is missing beside a finished import; say whether nothing is missing any more.

    What cannot be had now is tried again by the sweep. Safe to call at any time, twice as well.
    """
    row = _due(recording.pk)
    if row is None or row.upload is None:
        return False
    try:
        if lacks_words(row) and row.connection is not None:
            asked(row, row.connection)
        _bring(refreshed(row), row.upload)
    except (ClientError, FetchError, StorageError) as error:
        _try_later(row, error.code)
        return False
    with transaction.atomic():
        # What has come meanwhile is due by itself.
        held = AnnouncedRecording.objects.select_for_update().get(pk=row.pk)
        if held.beside_due_at == row.beside_due_at:
            _forget(held)
            held.save(update_fields=FORGOTTEN)
    return True


def fetch_due() -> int:
    """Bring what is due beside finished imports; return how many are done. For the sweep."""
    rows = AnnouncedRecording.objects.filter(beside_due_at__lte=timezone.now())
    return sum(fetch(row) for row in rows.order_by("beside_due_at")[:MOST_AT_ONCE])


def forget_keys() -> int:
    """Forget keys that have ended or done their work; return how many. For the sweep."""
    held = AnnouncedRecording.objects.exclude(sealed_access="")
    finished = Q(upload__status=UploadStatus.COMPLETED, beside_due_at=None)
    idle = Q(upload=None) | ~Q(upload__status__in=ACTIVE_STATUSES)
    ended = Q(access_until__lte=timezone.now()) & idle
    ids = list(held.filter(finished | ended).values_list("pk", flat=True)[:MOST_LOOKED_AT])
    return AnnouncedRecording.objects.filter(pk__in=ids).update(sealed_access="")


def on_recording_ready(upload_id: UUID, **_kwargs: Any) -> None:
    """Note what is still missing beside an import that has ended well, else forget its key.

    A recording that a platform wrote into the bucket itself has its session now, by a sync.
    """
    upload = SessionUpload.objects.select_related("session").filter(pk=upload_id).first()
    if upload is None:
        return
    with transaction.atomic():
        rows = AnnouncedRecording.objects.select_for_update()
        recording = rows.filter(upload=upload).first()
        if recording is None and upload.type == SessionUpload.Type.SYNC:
            recording = _written_by_platform(upload)
        if recording is not None:
            note(recording)
            recording.save()


def ask_for_sync(recording: AnnouncedRecording) -> None:
    """Have the coach's folder of the bucket compared, where the platform has put the recording."""
    with suppress(SyncInProgress):
        sync.request_sync(coach=recording.coach, by=None, trigger=SyncRun.Trigger.API)


def _written_by_platform(upload: SessionUpload) -> AnnouncedRecording | None:
    coach_id = upload.session.coach_id
    rows = (
        AnnouncedRecording.objects.select_for_update()
        .filter(coach_id=coach_id, upload=None, problem=buckets.IN_OURS)
        .exclude(status=Status.DISMISSED)
    )
    for row in rows[:MOST_LOOKED_AT]:
        keys = {buckets.own_key(file.url, coach_id) for file in choosing.from_rows(row.files)}
        if upload.s3_key in keys:
            row.status, row.session, row.upload = Status.MATCHED, upload.session, upload
            row.suggestions, row.problem = [], ""
            return row
    return None


def _due(pk: UUID) -> AnnouncedRecording | None:
    """The row, for whoever takes it up first; it is due again soon, should they be lost."""
    rows = AnnouncedRecording.objects.filter(pk=pk, beside_due_at__lte=timezone.now())
    row = rows.select_related("connection", "upload__session").first()
    if row is None:
        return None
    again = timezone.now() + PAUSES[min(row.beside_attempts, len(PAUSES) - 1)]
    won = AnnouncedRecording.objects.filter(pk=pk, beside_due_at=row.beside_due_at).update(
        beside_due_at=again, beside_attempts=F("beside_attempts") + 1
    )
    row.beside_due_at, row.beside_attempts = again, row.beside_attempts + 1
    return row if won else None


def _try_later(row: AnnouncedRecording, code: str) -> None:
    logger.info("beside_not_fetched", recording=str(row.pk), code=code, tries=row.beside_attempts)
    if row.beside_attempts > len(PAUSES):
        AnnouncedRecording.objects.filter(pk=row.pk).update(
            beside_due_at=None, sealed_access="", access_until=None
        )


def _missing(recording: AnnouncedRecording, upload: SessionUpload) -> list[AnnouncedFile]:
    kept = Sidecar.objects.filter(upload=upload).exclude(status=Sidecar.Status.PENDING)
    there = set(kept.values_list("kind", "source_id"))
    files = choosing.beside(choosing.from_rows(recording.files))
    return [file for file in files if (file.kind.value, file.id[:200]) not in there]


def _bring(recording: AnnouncedRecording, upload: SessionUpload) -> None:
    token = token_of(recording)
    for file in _missing(recording, upload):
        data = file.text.encode() if file.text else _download(recording, file, token)
        if data:
            sidecars.keep(
                upload=upload,
                kind=file.kind.value,
                source_id=file.id,
                filename=choosing.name_of(file, recording.title),
                language=file.language,
                data=data,
            )


def _download(recording: AnnouncedRecording, file: AnnouncedFile, token: str) -> bytes:
    """The bytes of a file; empty when the platform shows something else in its place."""
    link = sidecar_link(recording, file, token)
    with FetchSession(seconds=SECONDS) as session:
        answer = ask(
            "GET",
            link.url,
            session=session,
            headers=link.headers,
            max_bytes=sidecars.MOST_BYTES,
        )
    if answer.ok and not is_page(answer.content_type, answer.body):
        return answer.body
    raise NotFetched


def _forget(recording: AnnouncedRecording) -> None:
    """Keep of a finished recording what tells it again, without keys and what is kept elsewhere."""
    recording.sealed_access, recording.access_until = "", None
    recording.beside_due_at = None
    for file in recording.files:
        file["url"], file["text"] = file["url"].partition("?")[0], ""
