"""What follows when a platform tells of a recording: one row each, its session, its import."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.models import User
from filmroom.errors import FilmRoomError
from filmroom.sentences import fill, sentence
from integrations import beside, buckets, placing
from integrations.clients import CLIENTS, graph
from integrations.clients.errors import MissingScope, NoCredentials, WrongCredentials
from integrations.merging import merge
from integrations.models import AnnouncedRecording, Connection
from integrations.news import FetchNews, RecordingNews
from integrations.sources import secrets_of
from recordings.models import SessionUpload
from sessions_app.models import Session, UploadStatus

logger = structlog.get_logger(__name__)

Status = AnnouncedRecording.Status
# Waiting recordings that a session is looked for by themselves, and how many at once.
LOOKED_FOR = timedelta(days=60)
MOST_AT_ONCE = 100
AROUND = timedelta(days=1)
# Uploads that came to nothing, after which a recording may go to another session.
ENDED = (UploadStatus.FAILED, UploadStatus.CANCELLED, UploadStatus.DELETED)
# What a platform says as long as nobody changes the connection.
TO_MEND = (MissingScope, NoCredentials, WrongCredentials)

MISSED = sentence(
    "{site} has left some news out: look whether recordings of the last days are missing here."
)


class NotYours(FilmRoomError):
    code = "not_found"
    detail = "There is nothing here that you may see: check the id."
    http_status = 404


class AlreadyPlaced(FilmRoomError):
    code = "already_placed"
    detail = "This recording has its session already: delete it there first."
    http_status = 409


class NotDismissed(FilmRoomError):
    code = "not_dismissed"
    detail = "This recording is not among those that were put aside."
    http_status = 409


def take_in(
    news: RecordingNews, *, connection: Connection, is_there: bool = False
) -> AnnouncedRecording:
    """Return the one row of a recording, after what the news say of it.

    Whatever is said how often and in which order. The recording finds its session, or makes one
    where the connection allows that, or waits; its import (``upload``) begins once there is
    something to fetch, and the caller nudges a worker. A transcript that comes after the import is
    kept beside it. ``is_there``: the platform was asked, and that is what it has.
    """
    with transaction.atomic():
        _lock_coach(connection.coach_id)
        recording, _created = _held(AnnouncedRecording.objects.all()).get_or_create(
            coach_id=connection.coach_id,
            platform=news.platform,
            external_id=news.external_id,
            defaults={"connection": connection},
        )
        if recording.connection_id is None:
            recording.connection = connection
        merge(recording, news, is_there=is_there)
        placing.go_on(recording)
        beside.note(recording)
        recording.save()
    if recording.problem == buckets.IN_OURS:
        beside.ask_for_sync(recording)
    if recording.beside_due_at is not None:
        beside.fetch(recording)
    return recording


def fetch(news: FetchNews, *, connection: Connection) -> list[AnnouncedRecording]:
    """Ask the platform what the news are about, and `take_in` every recording that it names.

    News of the life of a subscription renew it or make it anew, and return nothing. Raises
    ClientError kinds; a ``retryable`` one may be answered later, and what the coach has to mend
    stands on the connection as well.
    """
    try:
        found = _asked(news, connection)
    except TO_MEND as error:
        Connection.objects.filter(pk=connection.pk).update(problem=error.detail[:500])
        raise
    return [take_in(each, connection=connection, is_there=True) for each in found]


def assign(*, recording: AnnouncedRecording, session: Session, by: User) -> SessionUpload | None:
    """Give a recording its session, whatever was suggested, and begin its import.

    Returns the import, for a worker to be nudged, or None when there is nothing to fetch yet: it
    begins by itself then. Raises NotYours for what ``by`` may not see and for a session of another
    coach than the recording's, AlreadyPlaced when its import is under way or done.
    """
    with transaction.atomic():
        row = _locked(recording, by)
        own = Session.objects.visible_to(by).filter(pk=session.pk, coach=row.coach_id).first()
        if own is None:
            raise NotYours
        _give(row, own, by)
    return row.upload


def make_session(*, recording: AnnouncedRecording, by: User) -> Session:
    """Return a new session of the recording's coach, made for it; its import begins.

    Raises as `assign`, and SessionRefused when nothing tells when it was recorded.
    """
    with transaction.atomic():
        row = _locked(recording, by)
        _check_free(row)
        session = placing.new_session(row, by=by)
        _give(row, session, by)
    return session


def dismiss(*, recording: AnnouncedRecording, by: User) -> AnnouncedRecording:
    """Put a recording aside, whatever is told of it from now on; `reconsider` undoes that.

    Raises NotYours, AlreadyPlaced when its import is under way or done.
    """
    with transaction.atomic():
        row = _locked(recording, by)
        _check_free(row)
        row.status, row.session, row.upload = Status.DISMISSED, None, None
        row.suggestions, row.problem, row.decided_by = [], "", by
        row.save()
    logger.info("recording_dismissed", recording=str(row.pk), by=str(by.pk))
    return row


def reconsider(*, recording: AnnouncedRecording, by: User) -> AnnouncedRecording:
    """Take a recording up again that was put aside: its session is looked for as at first.

    Raises NotYours, NotDismissed.
    """
    with transaction.atomic():
        row = _locked(recording, by)
        if row.status != Status.DISMISSED:
            raise NotDismissed
        row.status, row.decided_by = Status.WAITING, None
        placing.go_on(row)
        row.save()
    logger.info("recording_reconsidered", recording=str(row.pk), by=str(by.pk))
    return row


def look_again() -> int:
    """Look for the sessions of recordings that wait, where any has changed since; for the sweep.

    Also for those whose better file has not become ready in time. Returns how many have begun to
    be imported; the sweep of imports nudges for them.
    """
    begun = 0
    for pk, coach_id in _to_look_at():
        with transaction.atomic():
            _lock_coach(coach_id)
            recording = _held(AnnouncedRecording.objects.all()).get(pk=pk)
            if recording.upload_id is None and recording.status != Status.DISMISSED:
                recording.looked_at = timezone.now()
                placing.go_on(recording)
                recording.save()
                begun += recording.upload_id is not None
    return begun


def _to_look_at() -> list[tuple[UUID, UUID]]:
    since = timezone.now() - LOOKED_FOR
    changed = Session.objects.filter(
        Q(scheduled_at__gte=OuterRef("started_at") - AROUND)
        & Q(scheduled_at__lte=OuterRef("started_at") + AROUND)
        | Q(meeting_id=OuterRef("meeting_id")) & ~Q(meeting_id=""),
        coach=OuterRef("coach"),
        updated_at__gt=OuterRef("looked_at"),
    )
    unready = Q(
        created_at__lt=timezone.now() - placing.PATIENCE,
        looked_at__lt=F("created_at") + placing.PATIENCE,
    )
    rows = AnnouncedRecording.objects.filter(
        Q(looked_at=None) | unready | Exists(changed) & Q(status=Status.WAITING),
        status__in=(Status.WAITING, Status.MATCHED),
        upload=None,
        created_at__gt=since,
        coach__is_active=True,
    )
    return list(rows.order_by("looked_at", "pk").values_list("pk", "coach_id")[:MOST_AT_ONCE])


def _held(rows: QuerySet[AnnouncedRecording]) -> QuerySet[AnnouncedRecording]:
    """Rows that nobody else changes until the transaction ends, with all that they lead to."""
    return rows.select_for_update(of=("self",)).select_related(
        "coach", "connection", "session", "upload", "decided_by"
    )


def _lock_coach(coach_id: UUID) -> None:
    # Without the key, as inserting a row that names the coach holds that while it waits.
    User.objects.select_for_update(no_key=True).get(pk=coach_id)


def _locked(recording: AnnouncedRecording, by: User) -> AnnouncedRecording:
    """The row as it is now, held together with its coach. Raises NotYours."""
    rows = AnnouncedRecording.objects.all().visible_to(by)
    row = rows.filter(pk=recording.pk).first()
    if row is None:
        raise NotYours
    _lock_coach(row.coach_id)
    return _held(rows).get(pk=row.pk)


def _check_free(row: AnnouncedRecording) -> None:
    if row.upload is not None and row.upload.status not in ENDED:
        raise AlreadyPlaced


def _give(row: AnnouncedRecording, session: Session, by: User) -> None:
    _check_free(row)
    row.upload, row.decided_by = None, by
    placing.begin(row, session, by=by)
    row.save()
    logger.info("recording_assigned", recording=str(row.pk), session=str(session.pk), by=str(by.pk))


def _asked(news: FetchNews, connection: Connection) -> list[RecordingNews]:
    if news.kind == "lifecycle":
        _keep_subscription(news, connection)
        return []
    client = CLIENTS.get(connection.platform)
    if client is None:
        raise NoCredentials(connection.get_platform_display())
    return client.ask(secrets_of(connection), connection.details, news)


def _keep_subscription(news: FetchNews, connection: Connection) -> None:
    """Let Graph go on telling us: renew a subscription, or make one in the place of a lost one."""
    secrets, event = secrets_of(connection), news.details.get("event", "")
    if event == "reauthorizationRequired":
        graph.renew(secrets, connection.details, news.resource)
    elif event == "subscriptionRemoved":
        graph.subscribe(secrets, connection.details, connection.webhook_address)
    elif event == "missed":
        problem = fill(MISSED, {"site": connection.get_platform_display()})
        Connection.objects.filter(pk=connection.pk).update(problem=problem)
