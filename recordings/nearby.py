"""The sessions around some moments, and those of clients who are named: loaded in a few queries."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import reduce
from itertools import islice
from operator import attrgetter, or_
from typing import NamedTuple
from uuid import UUID

from django.db.models import Q, QuerySet

from recordings.batches import batches
from recordings.candidates import Candidate, load_sessions
from recordings.file_words import Words, names_person
from sessions_app.models import Session

CONDITIONS_PER_QUERY = 100
# Staff see everybody's sessions: no request is to load all of a large site.
MOST_SESSIONS = 10_000


class Window(NamedTuple):
    """From ``start`` on, before ``end``."""

    start: datetime
    end: datetime


class Nearby:
    """Sessions by time and by client."""

    def __init__(self, sessions: Iterable[Candidate]) -> None:
        self._sessions = sorted(set(sessions), key=attrgetter("scheduled_at", "id"))
        self._times = [session.scheduled_at for session in self._sessions]
        self._by_client: dict[UUID | None, list[Candidate]] = defaultdict(list)
        self._by_id = {session.id: session for session in self._sessions}
        for session in self._sessions:
            self._by_client[session.client_id].append(session)

    def within(self, window: Window) -> Sequence[Candidate]:
        """Return the sessions scheduled within the window."""
        return self._sessions[
            bisect_left(self._times, window.start) : bisect_left(self._times, window.end)
        ]

    def with_clients(self, clients: Iterable[UUID]) -> list[Candidate]:
        """Return the sessions with the clients."""
        return [session for client in clients for session in self._by_client.get(client, ())]

    def get(self, session_id: UUID) -> Candidate | None:
        """Return the session of that id if it is among them."""
        return self._by_id.get(session_id)


def load_nearby(sessions: QuerySet[Session], windows: Iterable[Window], *others: Q) -> Nearby:
    """Return those of ``sessions`` that lie in one of the windows, or that one of ``others``
    describes.
    """
    conditions = [
        Q(scheduled_at__gte=window.start, scheduled_at__lt=window.end) for window in _merge(windows)
    ]
    found: list[Candidate] = []
    for chunk in batches([*others, *conditions], CONDITIONS_PER_QUERY):
        found += islice(load_sessions(reduce(or_, chunk), sessions), MOST_SESSIONS)
    return Nearby(found)


def named_clients(sessions: QuerySet[Session], names: Iterable[Words]) -> dict[Words, set[UUID]]:
    """Return the clients of ``sessions`` whom each of the names names, in one query.

    Where somebody's whole name stands there, those of whom it is a part are not meant.
    """
    wanted = set(names)
    if not wanted:
        return {}
    rows = list(
        sessions.filter(client__isnull=False)
        .order_by()
        .values_list("client_id", "client_name", "client__name", "client__email")
        .distinct()
    )
    labels = [(client_id, next(filter(None, others), "")) for client_id, *others in rows]
    found = {}
    for words in wanted:
        hits = [(names_person(words, label), client_id) for client_id, label in labels]
        best = max((surely for surely, _client_id in hits), default=0.0)
        found[words] = {client_id for surely, client_id in hits if surely == best > 0}
    return found


def _merge(windows: Iterable[Window]) -> list[Window]:
    merged: list[Window] = []
    for window in sorted(windows):
        if merged and window.start <= merged[-1].end:
            merged[-1] = Window(merged[-1].start, max(merged[-1].end, window.end))
        else:
            merged.append(window)
    return merged
