"""Tasks wake rooms. A message is only a nudge: the rows are the queue, the sweeps nudge again."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from typing import Any
from uuid import UUID

from celery import Task, shared_task
from celery.signals import worker_shutting_down
from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.dispatch import receiver
from django.utils import timezone

from accounts import idempotency
from filmroom.nudging import send
from recordings import (
    clearing,
    imports,
    leases,
    removal,
    rendering,
    sidecars,
    sweeping,
    sync,
    turns,
    verifying,
)
from recordings.models import Rendition, SessionUpload, SyncRun
from recordings.signals import recording_ready, recording_removed
from recordings.storage import StorageError
from sessions_app.models import UploadStatus

NUDGES_A_SWEEP = 200
# Each worker that is done nudges for the next, so a few keep all of them busy.
RENDITION_NUDGES_A_SWEEP = 10
WORKER_NAME = socket.gethostname()

_transfer_slots = threading.BoundedSemaphore(settings.TRANSFER_SLOTS)
# Three threads of the pool: the Procfile adds them to those of imports and short tasks.
_web_copy_slots = threading.BoundedSemaphore(1)
_picture_slots = threading.BoundedSemaphore(2)
WEB_COPIES = frozenset({Rendition.Kind.WEB_COPY.value})
PICTURES = frozenset(Rendition.Kind.values) - WEB_COPIES


def nudge_import(upload_id: UUID) -> None:
    """Ask a worker, once the transaction is through, to fetch an import; a lost message is
    made good by the sweep."""
    _nudge(run_import, upload_id)


def nudge_facts(upload_id: UUID) -> None:
    """Ask a worker to read what is not known yet of a completed upload."""
    _nudge(read_media_facts, upload_id)


def nudge_if_unexamined(upload: SessionUpload) -> None:
    """`nudge_facts` for a completed upload of which something is not known yet."""
    if upload.media_state == SessionUpload.MediaState.PENDING or not upload.checksum_value:
        nudge_facts(upload.pk)


def nudge_rendition(rendition_id: UUID) -> None:
    """Ask a worker to make a rendition that waits."""
    _nudge(render, rendition_id)


def nudge_sync(run_id: UUID) -> None:
    """Ask a worker to do a sync run."""
    _nudge(run_sync, run_id)


def _nudge(task: Task[..., Any], row_id: UUID) -> None:
    transaction.on_commit(lambda: send(task, row_id))


@receiver(recording_ready)
def _plan_soon(upload_id: UUID, **_kwargs: Any) -> None:
    send(plan_renditions, upload_id)


@receiver(recording_removed)
def _clear_later(upload_id: UUID, **_kwargs: Any) -> None:
    send(clear_renditions, upload_id, after=clearing.UNDO_SECONDS + 5)


@worker_shutting_down.connect
def _end_transfers(**_kwargs: Any) -> None:
    """SIGTERM: transfers give their work back at once instead of holding the worker up."""
    leases.stop_all()


@shared_task
def run_import(upload_id: str) -> None:
    """Fetch one import, unless this process already fetches as many as it may at once."""
    if not _transfer_slots.acquire(blocking=False):
        return
    try:
        upload = imports.run(UUID(upload_id), worker=WORKER_NAME)
    finally:
        _transfer_slots.release()
    if upload is None:
        return
    if upload.status == UploadStatus.COMPLETED:
        nudge_if_unexamined(upload)
    for waiting in turns.waiting(1):
        nudge_import(waiting)


@shared_task(autoretry_for=(StorageError,), max_retries=3, retry_backoff=5)
def read_media_facts(upload_id: str) -> None:
    """Read duration, codecs and resolution of a completed upload by ranges."""
    verifying.examine(UUID(upload_id))
    plan_renditions(upload_id)


@shared_task
def plan_renditions(upload_id: str) -> None:
    """Note what a recording wants made of it, and ask for it."""
    for rendition in rendering.plan(UUID(upload_id)):
        nudge_rendition(rendition.pk)


@shared_task
def render(rendition_id: str) -> None:
    """Make one rendition, unless this process already makes as many as it may at once."""
    kind = rendering.kind_of(UUID(rendition_id))
    if kind is None:
        return
    kinds, slots = (
        (WEB_COPIES, _web_copy_slots) if kind in WEB_COPIES else (PICTURES, _picture_slots)
    )
    if not slots.acquire(blocking=False):
        return
    try:
        rendition = rendering.run(UUID(rendition_id), worker=WORKER_NAME)
    finally:
        slots.release()
    if rendition is None:
        return
    if kind in WEB_COPIES:
        plan_renditions(str(rendition.upload_id))
    for waiting in rendering.waiting(1, kinds):
        nudge_rendition(waiting)


@shared_task
def clear_renditions(upload_id: str) -> None:
    """Remove what was made of an upload that is no recording any more."""
    clearing.remove_unwanted(UUID(upload_id))


@shared_task
def run_sync(run_id: str) -> None:
    """Compare bucket and table for one sync run, and have adopted files examined."""
    sync.run_sync(UUID(run_id), worker=WORKER_NAME)
    nudge_unexamined()


def return_leases() -> int:
    """Give imports and renditions of lost workers back to the queue; return how many."""
    return len(imports.return_expired()) + rendering.return_expired()


def nudge_waiting() -> int:
    """Nudge for imports, sync runs and renditions that wait for a worker; return for how many."""
    waiting, runs = turns.waiting(NUDGES_A_SWEEP), sync.waiting_runs()
    renditions = rendering.waiting(RENDITION_NUDGES_A_SWEEP)
    for upload_id in waiting:
        nudge_import(upload_id)
    for run_id in runs:
        nudge_sync(run_id)
    for rendition_id in renditions:
        nudge_rendition(rendition_id)
    return len(waiting) + len(runs) + len(renditions)


def nudge_unexamined() -> int:
    """Nudge for completed uploads whose facts or checksum are unknown; return how many."""
    found = verifying.unexamined(NUDGES_A_SWEEP)
    for upload_id in found:
        nudge_facts(upload_id)
    return len(found)


def settle_renditions() -> int:
    """Note what recordings want made of them, remove what nobody wants; return how many.

    The sweep of what waits nudges for them.
    """
    unplanned = rendering.unplanned(NUDGES_A_SWEEP)
    for upload_id in unplanned:
        rendering.plan(upload_id)
    return len(unplanned) + clearing.remove_unwanted() + clearing.remove_strays()


# Every sweep, by its name on the command line; each returns how many things it settled.
TRANSFER_SWEEPS: dict[str, Callable[[], int]] = {
    "leases": return_leases,
    "waiting": nudge_waiting,
    "deletions": removal.retry_deletions,
}
UPLOAD_SWEEPS: dict[str, Callable[[], int]] = {
    # Before what is too old is removed: a recording may be among it that only wants its row.
    "unlisted": sweeping.settle_without_parts,
    "unconfirmed": sweeping.expire_unconfirmed,
    "leftovers": sweeping.remove_all_leftovers,
    "grants": sweeping.seal_grants,
    "parts": sweeping.abort_stray_parts,
    "idempotency": idempotency.forget_old,
    "unexamined": nudge_unexamined,
    "renditions": settle_renditions,
    "sidecars": sidecars.settle,
}


@shared_task
def sweep_transfers() -> None:
    """Give imports of lost workers back, nudge everything that waits, delete what is queued."""
    for sweep in TRANSFER_SWEEPS.values():
        sweep()


@shared_task
def sweep_uploads() -> None:
    """Resolve what nobody finished, remove what was left behind, read what was not read yet."""
    for sweep in UPLOAD_SWEEPS.values():
        sweep()


@shared_task
def sync_everything() -> None:
    """Open a sync run of the whole bucket, as the schedule says."""
    run = sync.request_sync(coach=None, by=None, trigger=SyncRun.Trigger.SCHEDULE)
    nudge_sync(run.pk)


@shared_task
def beat_heart() -> None:
    """Leave a sign of life for /readyz: beat, broker and a worker are there."""
    cache.set("worker_heartbeat", timezone.now().isoformat(), timeout=300)
