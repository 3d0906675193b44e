"""Tasks of integrations. A message only nudges: the rows are the queue, the sweeps nudge again."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

from celery import shared_task
from django.conf import settings
from django.dispatch import receiver
from django.utils import timezone

from filmroom.nudging import nudge, send
from integrations import announcing, beside, deliveries, delivering, handling, polling
from recordings.signals import (
    recording_failed,
    recording_ready,
    recording_removed,
    sync_finished,
)
from recordings.tasks import WORKER_NAME, nudge_import

NUDGES_A_SWEEP = 200
# Each worker that is done nudges for the next, so a few keep all of them busy.
DELIVERY_NUDGES_A_SWEEP = 50
# What comes due before long is nudged for in time; a sweep finds the rest.
SOON = timedelta(minutes=2)

_delivery_slots = threading.BoundedSemaphore(settings.WEBHOOK_SLOTS)


def nudge_event(event_id: UUID) -> None:
    """Ask a worker, once the transaction is through, to handle what a platform sent."""
    nudge(handle_event, event_id)


def nudge_delivery(delivery_id: UUID) -> None:
    """Ask a worker, once the transaction is through, to send what waits for an endpoint."""
    nudge(deliver, delivery_id)


@receiver([recording_ready, recording_failed, recording_removed])
def _queue_upload(upload_id: UUID, session_id: UUID, **_kwargs: Any) -> None:
    _nudge_deliveries(deliveries.queue_of_upload(upload_id=upload_id, session_id=session_id))


@receiver(recording_ready)
def _settle_announced(upload_id: UUID, **_kwargs: Any) -> None:
    beside.on_recording_ready(upload_id=upload_id)


@receiver(sync_finished)
def _queue_sync(run_id: UUID, **_kwargs: Any) -> None:
    _nudge_deliveries(deliveries.queue_of_sync(run_id=run_id))


def _nudge_deliveries(delivery_ids: Iterable[UUID]) -> None:
    for delivery_id in delivery_ids:
        nudge_delivery(delivery_id)


@shared_task
def deliver(delivery_id: str) -> None:
    """Send one delivery, unless this process already sends as many as it may at once."""
    if not _delivery_slots.acquire(blocking=False):
        return
    try:
        delivery = delivering.deliver(UUID(delivery_id), worker=WORKER_NAME)
    finally:
        _delivery_slots.release()
    if delivery is not None and delivery.next_attempt_at is not None:
        wait = delivery.next_attempt_at - timezone.now()
        if wait < SOON:
            send(deliver, delivery.pk, after=max(round(wait.total_seconds()) + 1, 0))
    _nudge_deliveries(deliveries.waiting(1))


@shared_task
def handle_event(event_id: str) -> None:
    """Handle what a platform sent, and have what it announced fetched."""
    for upload_id in handling.handle(UUID(event_id), worker=WORKER_NAME):
        nudge_import(upload_id)


def nudge_events() -> int:
    """Nudge for events that wait for a worker; return for how many."""
    found = handling.waiting(NUDGES_A_SWEEP)
    for event_id in found:
        nudge_event(event_id)
    return len(found)


def nudge_waiting_deliveries() -> int:
    """Nudge for webhooks that wait to be sent; return for how many."""
    found = deliveries.waiting(DELIVERY_NUDGES_A_SWEEP)
    _nudge_deliveries(found)
    return len(found)


def queue_missed() -> int:
    """Queue what endpoints were not told of; return how many deliveries that were."""
    queued = deliveries.queue_missed()
    _nudge_deliveries(queued)
    return len(queued)


# Every sweep, by its name on the command line; each returns how many things it settled.
INTEGRATION_SWEEPS: dict[str, Callable[[], int]] = {
    "events": nudge_events,
    "webhooks": nudge_waiting_deliveries,
    "announced": announcing.look_again,
    "beside": beside.fetch_due,
}
SLOW_INTEGRATION_SWEEPS: dict[str, Callable[[], int]] = {
    "old-events": handling.forget_old,
    "webhooks-missed": queue_missed,
    "old-webhooks": deliveries.forget_old,
    "missed-recordings": polling.poll_due,
    "keys": beside.forget_keys,
}


@shared_task
def sweep_integrations() -> None:
    """Nudge for what waits: a lost message or worker costs half a minute."""
    for sweep in INTEGRATION_SWEEPS.values():
        sweep()


@shared_task
def sweep_integrations_slowly() -> None:
    """Forget what is old, look after what changes by the hour."""
    for sweep in SLOW_INTEGRATION_SWEEPS.values():
        sweep()
