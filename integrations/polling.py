"""What a platform has already: past recordings of a date range, and what a webhook has missed."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice

import structlog
from django.core.cache import cache
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from filmroom.errors import FilmRoomError
from integrations import announcing, choosing, placing
from integrations.announcing import NotYours
from integrations.clients import ClientError, zoom
from integrations.merging import merge
from integrations.models import AnnouncedRecording, Connection
from integrations.news import AnnouncedFile, RecordingNews
from integrations.sources import secrets_of
from recordings.announced import match_announcement
from sessions_app.models import Session

logger = structlog.get_logger(__name__)

MOST_LISTED = 500
LONGEST_RANGE = timedelta(days=366)
# Before Zoom there was nothing; dates end somewhere, too.
EARLIEST = date(2011, 1, 1)
EVERY = timedelta(hours=24)
# After a failure that may get better, and how far back what was missed is looked for.
AGAIN_AFTER = timedelta(hours=1)
OVERLAP = timedelta(days=2)
FURTHEST_BACK = timedelta(days=30)
MOST_POLLED = 3


class NoPast(FilmRoomError):
    code = "no_past_recordings"
    detail = "Past recordings can be listed for Zoom, once the connection's OAuth fields are full."
    http_status = 409


class RangeRefused(FilmRoomError):
    code = "invalid"
    detail = "Choose a range of dates of at most a year, the earlier one first."
    attr = "since"


@dataclass(frozen=True)
class PastRecording:
    """A recording that lies at the platform.

    ``announced`` is its row, where it was told of before; ``session`` the one that it has or
    surely belongs to, ``size_bytes`` of the file that would be fetched.
    """

    external_id: str
    title: str
    started_at: datetime | None
    duration_seconds: float | None
    size_bytes: int | None
    files: tuple[AnnouncedFile, ...]
    announced: AnnouncedRecording | None
    session: Session | None

    @property
    def is_here(self) -> bool:
        """Whether its import has begun or is done."""
        return self.announced is not None and self.announced.upload_id is not None


def past_recordings(
    *, connection: Connection, since: date, until: date, by: User
) -> list[PastRecording]:
    """Return what the platform has from ``since`` to ``until``, both included, the newest first.

    Nothing is stored. At most MOST_LISTED. Raises NotYours, NoPast, RangeRefused, ClientError
    kinds.
    """
    _check(connection, since, until, by)
    found = list(islice(_listed(connection, since, until), MOST_LISTED))
    known = _known(connection, found)
    past = [_preview(news, known.get(news.external_id), connection) for news in found]
    past.sort(key=lambda each: (each.started_at is not None, each.started_at), reverse=True)
    return past


def import_past(
    *, connection: Connection, chosen: Collection[str], since: date, until: date, by: User
) -> list[AnnouncedRecording]:
    """Take in those past recordings whose ids (``external_id``) were chosen, and return them.

    Each finds its session or waits for one, also when it was put aside before; the caller nudges
    for the imports (``upload``) that have begun. Raises as `past_recordings`.
    """
    _check(connection, since, until, by)
    wanted, taken = set(chosen), []
    for news in islice(_listed(connection, since, until), MOST_LISTED):
        if news.external_id in wanted:
            recording = announcing.take_in(news, connection=connection, is_there=True)
            if recording.status == AnnouncedRecording.Status.DISMISSED:
                recording = announcing.reconsider(recording=recording, by=by)
            taken.append(recording)
    logger.info(
        "past_recordings_taken", connection=str(connection.pk), count=len(taken), by=str(by.pk)
    )
    return taken


def poll_due() -> int:
    """Take in what webhooks of the last days have missed; return how many recordings were new.

    For the sweep. Each connection is asked once a day, by one worker; what went wrong is said on
    it, and what was recorded meanwhile is asked for once it answers again.
    """
    since = timezone.now() - EVERY
    rows = Connection.objects.filter(
        Q(polled_at=None) | Q(polled_at__lte=since),
        platform=Connection.Platform.ZOOM,
        coach__is_active=True,
        secret_endings__has_key="client_secret",  # noqa: S106 - its name
    ).select_related("coach")
    free = (each for each in rows.order_by("polled_at", "pk") if not cache.get(_pause_of(each)))
    return sum(map(_poll, islice(free, MOST_POLLED)))


def _pause_of(connection: Connection) -> str:
    """The key in the cache under which it says that a connection is left alone for a while."""
    return f"poll-pause:{connection.pk}"


def _poll(connection: Connection) -> int:
    now, before = timezone.now(), connection.polled_at
    rows = Connection.objects.filter(pk=connection.pk)
    if not rows.filter(polled_at=before).update(polled_at=now):
        return 0  # another worker was first
    since = max((before or connection.created_at) - OVERLAP, now - FURTHEST_BACK)
    had = AnnouncedRecording.objects.filter(connection=connection)
    count = had.count()
    try:
        for news in _listed(connection, since.date(), now.date()):
            announcing.take_in(news, connection=connection, is_there=True)
    except ClientError as error:
        logger.warning("poll_failed", connection=str(connection.pk), code=error.code)
        pause = AGAIN_AFTER if error.retryable else EVERY
        cache.set(_pause_of(connection), True, timeout=pause.total_seconds())
        # Not asked: the next time goes back as far as this one was to.
        rows.update(problem=error.detail[:500], polled_at=before)
    else:
        rows.update(problem="")
    return had.count() - count


def _check(connection: Connection, since: date, until: date, by: User) -> None:
    if not Connection.objects.all().visible_to(by).filter(pk=connection.pk).exists():
        raise NotYours
    has_client = bool(connection.secret_endings.get("client_secret"))
    if connection.platform != Connection.Platform.ZOOM or not has_client:
        raise NoPast
    if since < EARLIEST or not timedelta(0) <= until - since <= LONGEST_RANGE:
        raise RangeRefused


def _listed(connection: Connection, since: date, until: date) -> Iterator[RecordingNews]:
    return zoom.past(secrets_of(connection), connection.details, since, until)


def _known(
    connection: Connection, found: Collection[RecordingNews]
) -> dict[str, AnnouncedRecording]:
    rows = AnnouncedRecording.objects.filter(
        coach=connection.coach_id,
        platform="zoom",
        external_id__in=[news.external_id for news in found],
    )
    return {row.external_id: row for row in rows.select_related("session", "upload")}


def _preview(
    news: RecordingNews, row: AnnouncedRecording | None, connection: Connection
) -> PastRecording:
    chosen = choosing.best(news.files)
    return PastRecording(
        external_id=news.external_id,
        title=news.title,
        started_at=news.started_at,
        duration_seconds=news.duration_seconds,
        size_bytes=chosen.size_bytes if chosen else None,
        files=news.files,
        announced=row,
        session=row.session if row is not None and row.session else _own(news, connection),
    )


def _own(news: RecordingNews, connection: Connection) -> Session | None:
    """The session that the recording would surely be given."""
    unsaved = AnnouncedRecording(
        connection=connection,
        coach=connection.coach,
        platform=news.platform,
        external_id=news.external_id,
    )
    merge(unsaved, news)
    return placing.session_of(match_announcement(placing.described(unsaved)), unsaved)
