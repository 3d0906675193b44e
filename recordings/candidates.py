"""The sessions that a file may belong to, with the facts that a decision rests on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, tzinfo
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet
from django.utils import timezone

from filmroom.time_zones import is_time_zone
from sessions_app.models import Session


class Candidate(NamedTuple):
    """The facts of a session that a decision rests on."""

    id: UUID
    coach_id: UUID
    client_id: UUID | None
    scheduled_at: datetime
    status: str
    title: str
    recording_upload_id: UUID | None
    duration_minutes: int = 60
    coach__time_zone: str = ""
    client_name: str = ""
    client__name: str | None = ""
    client__email: str | None = ""
    s3_status: str = ""
    recording_filename: str = ""
    recording_size_bytes: int | None = None
    meeting_id: str = ""

    @property
    def client_label(self) -> str:
        """The client's name as their coach knows it."""
        return self.client_name or self.client__name or self.client__email or ""

    @property
    def zone(self) -> tzinfo:
        """Where the coach's clock stands, as far as they have said."""
        name = self.coach__time_zone
        return ZoneInfo(name) if is_time_zone(name) else timezone.get_default_timezone()


def load_sessions(wanted: Q, within: QuerySet[Session] | None = None) -> Iterator[Candidate]:
    """Return the sessions that ``wanted`` describes (of ``within``), by time, in one query."""
    rows = (Session.objects.all() if within is None else within).filter(wanted)
    values = rows.order_by("scheduled_at", "id").values_list(*Candidate._fields)
    return map(Candidate._make, values.iterator())
