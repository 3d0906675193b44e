"""Tasks wake rooms. A message is only a nudge: the rows are the queue, the sweeps nudge again."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from typing import Any
from uuid import UUID

import structlog
from celery import Task, shared_task
from celery.signals import worker_shutting_down
from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.utils import timezone
from kombu.exceptions import OperationalError as BrokerError

from accounts import idempotency
from recordings import imports, leases, removal, sweeping, sync, turns, verifying
from recordings.models import SessionUpload, SyncRun
from recordings.storage import StorageError
from sessions_app.models import UploadStatus

logger = structlog.get_logger(__name__)

# A nudge that nobody took up in that time is stale: the sweep has sent another one.
NUDGE_SECONDS = 120
NUDGES_A_SWEEP = 200
WORKER_NAME = socket.gethostname()

_transfer_slots = threading.BoundedSemaphore(settings.TRANSFER_SLOTS)


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


def nudge_sync(run_id: UUID) -> None:
    """Ask a worker to do a sync run."""
    _nudge(run_sync, run_id)


def _nudge(task: Task[..., Any], row_id: UUID) -> None:
    transaction.on_commit(lambda: _send(task, row_id))


def _send(task: Task[..., Any], row_id: UUID) -> None:
    try:
        task.apply_async((str(row_id),), expires=NUDGE_SECONDS)
    except (BrokerError, OSError) as error:
        logger.warning("nudge_lost", task=task.name, row=str(row_id), error=type(error).__name__)


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


@shared_task
def run_sync(run_id: str) -> None:
    """Compare bucket and table for one sync run, and have adopted files examined."""
    sync.run_sync(UUID(run_id), worker=WORKER_NAME)
    nudge_unexamined()


def return_leases() -> int:
    """Give imports of lost workers back to the queue; return how many."""
    return len(imports.return_expired())


def nudge_waiting() -> int:
    """Nudge for imports and sync runs that wait for a worker; return for how many."""
    waiting, runs = turns.waiting(NUDGES_A_SWEEP), sync.waiting_runs()
    for upload_id in waiting:
        nudge_import(upload_id)
    for run_id in runs:
        nudge_sync(run_id)
    return len(waiting) + len(runs)


def nudge_unexamined() -> int:
    """Nudge for completed uploads whose facts or checksum are unknown; return how many."""
    found = verifying.unexamined(NUDGES_A_SWEEP)
    for upload_id in found:
        nudge_facts(upload_id)
    return len(found)


# Every sweep, by its name on the command line; each returns how many things it settled.
TRANSFER_SWEEPS: dict[str, Callable[[], int]] = {
    "leases": return_leases,
    "waiting": nudge_waiting,
    "deletions": removal.retry_deletions,
}
UPLOAD_SWEEPS: dict[str, Callable[[], int]] = {
    "unconfirmed": sweeping.expire_unconfirmed,
    "leftovers": sweeping.remove_all_leftovers,
    "grants": sweeping.seal_grants,
    "parts": sweeping.abort_stray_parts,
    "idempotency": idempotency.forget_old,
    "unexamined": nudge_unexamined,
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
