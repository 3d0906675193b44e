"""Whose import is fetched next: the coaches take turns."""

from __future__ import annotations

from collections import deque
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Window
from django.db.models.functions import RowNumber

from recordings.leases import due
from recordings.models import SessionUpload
from sessions_app.models import UploadStatus

FETCHED_TYPES = (SessionUpload.Type.EXTERNAL, SessionUpload.Type.WEBHOOK)


def waiting(limit: int) -> list[UUID]:
    """Return imports to be taken up, at most ``limit``, the coaches taking turns.

    Coaches with the fewest running imports come first, so nobody's forty delay another's one.
    """
    running = dict(
        SessionUpload.objects.filter(status=UploadStatus.UPLOADING, type__in=FETCHED_TYPES)
        .values_list("session__coach")
        .annotate(count=Count("pk"))
    )
    full = [coach for coach, count in running.items() if count >= settings.TRANSFER_SLOTS_PER_COACH]
    rows = (
        SessionUpload.objects.filter(due(), status=UploadStatus.PENDING, type__in=FETCHED_TYPES)
        .exclude(session__coach__in=full)
        .annotate(
            place=Window(RowNumber(), partition_by="session__coach", order_by=("created_at", "pk"))
        )
        .filter(place__lte=limit)
        # Every coach's first before anybody's second: a long queue hides no other.
        .order_by("place", "created_at")
        .values_list("session__coach", "pk")
    )
    queues: dict[UUID, deque[UUID]] = {}
    for coach, pk in rows[: limit * 20]:
        queues.setdefault(coach, deque()).append(pk)
    chosen: list[UUID] = []
    turns = {coach: running.get(coach, 0) for coach in queues}
    while queues and len(chosen) < limit:
        coach = min(queues, key=lambda each: turns[each])
        chosen.append(queues[coach].popleft())
        turns[coach] += 1
        if not queues[coach]:
            del queues[coach]
    return chosen


def running_of(coach_id: UUID) -> int:
    """Return how many imports of the coach are being fetched."""
    return SessionUpload.objects.filter(
        status=UploadStatus.UPLOADING, type__in=FETCHED_TYPES, session__coach=coach_id
    ).count()
