"""Messages that only nudge: a row holds the work, so that a lost message costs a sweep's time."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import structlog
from celery import Task
from django.db import transaction
from kombu.exceptions import OperationalError as BrokerError

logger = structlog.get_logger(__name__)

# A nudge that nobody took up in that time is stale: the sweep has sent another one.
NUDGE_SECONDS = 120


def nudge(task: Task[..., Any], row_id: UUID) -> None:
    """Ask a worker, once the transaction is through, to look at a row."""
    transaction.on_commit(lambda: send(task, row_id))


def send(task: Task[..., Any], row_id: UUID, *, after: int = 0) -> None:
    """Ask a worker to look at a row in ``after`` seconds; a broker that is away is only logged."""
    try:
        task.apply_async((str(row_id),), countdown=after, expires=after + NUDGE_SECONDS)
    except (BrokerError, OSError) as error:
        logger.warning("nudge_lost", task=task.name, row=str(row_id), error=type(error).__name__)
