"""Tasks of integrations. A message only nudges: the rows are the queue, the sweeps nudge again."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from celery import shared_task

from filmroom.nudging import nudge
from integrations import handling
from recordings.tasks import WORKER_NAME, nudge_import

NUDGES_A_SWEEP = 200


def nudge_event(event_id: UUID) -> None:
    """Ask a worker, once the transaction is through, to handle what a platform sent."""
    nudge(handle_event, event_id)


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


# Every sweep, by its name on the command line; each returns how many things it settled.
INTEGRATION_SWEEPS: dict[str, Callable[[], int]] = {
    "events": nudge_events,
}
SLOW_INTEGRATION_SWEEPS: dict[str, Callable[[], int]] = {
    "old-events": handling.forget_old,
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
