"""Which session a link belongs to, and what speaks against importing it. Contacts nothing."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta, tzinfo
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from filmroom.errors import FilmRoomError
from recordings.batches import batches
from recordings.fetching import check_written
from recordings.link_lists.dates import When, read_when
from recordings.link_lists.reading import LinkRow
from recordings.models import ACTIVE_STATUSES, SessionUpload
from recordings.sources import has_passcodes, platform_of, recognise
from recordings.sources.links import part_passcode
from recordings.weighing import NOT_HELD
from sessions_app.models import Platform, Session, SessionQuerySet, UploadStatus

DAYS_PER_QUERY = 100
MOST_CANDIDATES = 10
NEAR = timedelta(minutes=30)
_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True)
class Placed:
    """A row with its platform, its session or the ones to choose from, and what is to be said.

    With a ``problem`` (a sentence) it is not imported; ``refused``: because of the link itself,
    whatever its session. A ``note`` only warns.
    """

    row: LinkRow
    platform: str
    session: Session | None = None
    candidates: Sequence[Session] = ()
    problem: str = ""
    note: str = ""
    refused: bool = False
    under_way: bool = False

    @property
    def is_ready(self) -> bool:
        """Whether it can be imported as it stands."""
        return self.session is not None and not self.problem and not self.row.left_out

    @property
    def site(self) -> str:
        """The platform's name as people know it, or that there is none."""
        if self.platform == Platform.OTHER:
            return _("Web link")
        return str(Platform(self.platform).label)

    @property
    def has_passcode(self) -> bool:
        """Whether recordings of the platform may ask for a passcode."""
        return has_passcodes(self.platform)

    def as_under_way(self) -> Placed:
        """The same, not to be started because an import of it is under way."""
        problem = _("An import of this link for this session is under way.")
        return replace(self, problem=problem, under_way=True)


def place(
    rows: Sequence[LinkRow],
    *,
    sessions: SessionQuerySet,
    zone: tzinfo,
    preset: Session | None = None,
) -> list[Placed]:
    """Return each of ``rows`` with its session out of ``sessions``, in their order.

    A session is named by its id, else found by its day in ``zone``, its time within half an
    hour, and its client's name or e-mail; ``preset`` is for rows that say nothing. Raises nothing:
    what is wrong with a row is its problem.
    """
    whens = [read_when(row.date, zone) for row in rows]
    named = _load_named(rows, sessions)
    windows = [_window(when, zone) if when else None for when in whens]
    by_window = _load_windows(filter(None, windows), sessions)
    placed = []
    for row, when, window in zip(rows, whens, windows, strict=True):
        nearby = by_window[window] if window else []
        session, candidates, problem = _settle(row, when, named, nearby, preset)
        wrong = _judge_link(row)
        placed.append(
            Placed(
                row=row,
                platform=platform_of(row.url),
                session=session,
                candidates=candidates[:MOST_CANDIDATES],
                problem=wrong or problem,
                refused=bool(wrong),
            )
        )
    return _without_repeats(placed)


def _judge_link(row: LinkRow) -> str:
    """What is wrong with a link by its text alone, '' when nothing is."""
    try:
        check_written(row.url)
        recognise(row.url).check(row.url)
    except FilmRoomError as error:
        return error.told()
    return ""


def _load_named(rows: Iterable[LinkRow], sessions: SessionQuerySet) -> dict[UUID, Session]:
    ids = {UUID(match[0]) for row in rows if (match := _ID.search(row.session))}
    return {session.pk: session for session in sessions.filter(pk__in=ids)} if ids else {}


_Window = tuple[datetime, datetime]


def _window(when: When, zone: tzinfo) -> _Window:
    """The day in its zone, and half an hour more where a time lies at its edge."""
    start = datetime.combine(when.day, time(), zone).astimezone(UTC)
    end = datetime.combine(when.day + timedelta(days=1), time(), zone).astimezone(UTC)
    if when.at is None:
        return start, end
    return min(start, when.at - NEAR), max(end, when.at + NEAR)


def _load_windows(
    windows: Iterable[_Window], sessions: SessionQuerySet
) -> dict[_Window, list[Session]]:
    found: dict[_Window, list[Session]] = {window: [] for window in windows}
    for chunk in batches(found, DAYS_PER_QUERY):
        wanted = Q()
        for start, end in chunk:
            wanted |= Q(scheduled_at__gte=start, scheduled_at__lt=end)
        for session in sessions.filter(wanted).order_by("scheduled_at", "id"):
            for window in chunk:
                if window[0] <= session.scheduled_at < window[1]:
                    found[window].append(session)
    return found


Settled = tuple[Session | None, Sequence[Session], str]


def _settle(
    row: LinkRow,
    when: When | None,
    named: dict[UUID, Session],
    nearby: list[Session],
    preset: Session | None,
) -> Settled:
    if row.session:
        match = _ID.search(row.session)
        session = named.get(UUID(match[0])) if match else None
        unknown = _("You have no session with this id: choose the session.")
        return session, nearby, "" if session else unknown
    if row.date and when is None:
        return None, (), _("Write the date like 2026-01-31 or 2026-01-31 15:00, or choose.")
    if when is None:
        if row.client:
            return None, (), _("Give the date of the session too, or choose the session.")
        return preset, (), "" if preset else _("Choose the session.")
    return _fitting(row, when, nearby)


def _fitting(row: LinkRow, when: When, nearby: list[Session]) -> Settled:
    if not nearby:
        return None, (), _("There is no session on that day: choose the session.")
    of_client = [each for each in nearby if not row.client or _is_client(each, row.client)]
    if not of_client:
        return None, nearby, _("There is no session with this client on that day: choose one.")
    fitting = of_client
    if when.at is not None:
        at = when.at
        fitting = [each for each in of_client if abs(each.scheduled_at - at) <= NEAR]
        fitting = [each for each in fitting if each.scheduled_at == at] or fitting
    if not fitting:
        return None, of_client, _("There is no session at that time: choose the session.")
    held = [each for each in fitting if each.status not in NOT_HELD] or fitting
    if len(held) == 1:
        return held[0], of_client, ""
    return None, held, _("Several sessions fit: choose one.")


def _is_client(session: Session, name: str) -> bool:
    client = session.client
    names = {session.client_name, client.name, client.email} if client else {session.client_name}
    return _plain(name) in {_plain(each) for each in names if each}


def _plain(name: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def _without_repeats(placed: list[Placed]) -> list[Placed]:
    """Say of each link whether it stands here twice, is under way, or was imported before."""
    ready = [each for each in placed if each.is_ready]
    known = _load_known(ready)
    seen: set[tuple[UUID, str]] = set()
    told = []
    for each in placed:
        if each.is_ready and each.session is not None:
            key = (each.session.pk, part_passcode(each.row.url)[0])
            if key in seen:
                each = replace(each, problem=_("This link stands here twice for this session."))
            elif known.get(key) in ACTIVE_STATUSES:
                each = each.as_under_way()
            elif key in known:
                # Sending a list again must not fetch everything again.
                row = each.row if each.row.by_hand else replace(each.row, left_out=True)
                note = _("Imported before: choose the session to import the link again.")
                each = replace(each, row=row, note=note)
            seen.add(key)
        told.append(each)
    return told


def _load_known(ready: list[Placed]) -> dict[tuple[UUID, str], str]:
    """The state of the newest upload of each link and session that is under way or there."""
    if not ready:
        return {}
    rows = SessionUpload.objects.filter(
        session__in={each.session.pk for each in ready if each.session},
        original_url__in={part_passcode(each.row.url)[0] for each in ready},
        status__in=(*ACTIVE_STATUSES, UploadStatus.COMPLETED),
    )
    ordered = rows.order_by("created_at", "id").values_list("session_id", "original_url", "status")
    return {(session_id, url): status for session_id, url, status in ordered}
