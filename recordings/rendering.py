"""What a worker makes of a recording so that a browser can show it: planned, made under a lease,
ended, given back, retried.

Only a session's current recording has renditions, for nobody looks at an older one while it stands
behind another; should it come to the front again, they are made anew.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

import structlog
from django.db import close_old_connections
from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from accounts.models import User
from filmroom.errors import FilmRoomError
from filmroom.sentences import sentence
from recordings import storage
from recordings.errors import NotRetryable
from recordings.leases import LeaseStopped, RenditionLease, due, expired, lease_end, new_owner
from recordings.lifecycle import database_now
from recordings.media.rendering import RenderingFailed
from recordings.models import Rendition, SessionUpload
from recordings.playback import served_type
from recordings.producing import Product, produce
from recordings.storage import StorageError
from sessions_app.models import StageStatus, UploadStatus

logger = structlog.get_logger(__name__)

Kind = Rendition.Kind
MOST_TRIES = 3
# After the first and the second failure.
DELAYS = (timedelta(minutes=1), timedelta(minutes=10))
EXTENSIONS = {Kind.POSTER: "jpg", Kind.THUMBNAILS: "jpg", Kind.WAVEFORM: "json"}
NOT_FAILED = sentence("Only what failed can be made again: wait for what is under way.")


class WorkerLost(FilmRoomError):
    code = "worker_lost"
    detail = (
        "The work was interrupted three times on our side: try again, and tell staff if that fails."
    )
    http_status = 503


def plan(upload_id: UUID) -> list[Rendition]:
    """Make the rows of what a recording still wants; return all of it that waits to be made.

    Nothing, unless it is its session's current recording and its codecs are known. Thumbnails of
    what no browser plays wait for the copy that they are shown over.
    """
    upload = _recordings().filter(pk=upload_id).select_related("session").first()
    if upload is None:
        return []
    ready = upload.renditions.filter(kind=Kind.WEB_COPY, status=StageStatus.COMPLETED)
    rows = [Rendition(upload=upload, kind=kind) for kind in _wanted(upload, ready.exists())]
    for row in rows:
        row.s3_key = storage.rendition_key(
            coach_id=upload.session.coach_id,
            upload_id=upload.pk,
            rendition_id=row.pk,
            extension=EXTENSIONS.get(Kind(row.kind), "mp4"),
        )
    # Another worker may plan the same.
    Rendition.objects.bulk_create(rows, ignore_conflicts=True)
    return list(upload.renditions.filter(status=StageStatus.PENDING))


def _recordings() -> QuerySet[SessionUpload]:
    """Completed uploads of known codecs that are their sessions' recordings."""
    return SessionUpload.objects.filter(
        ~Q(video_codec="", audio_codec=""),
        status=UploadStatus.COMPLETED,
        media_state=SessionUpload.MediaState.KNOWN,
        removal_requested_at=None,
        session__recording_upload_id=F("pk"),
    )


def _wanted(upload: SessionUpload, has_web_copy: bool) -> list[Rendition.Kind]:
    plays = served_type(upload) is not None
    wanted = [] if plays else [Kind.WEB_COPY]
    if not upload.video_codec:
        return [*wanted, Kind.WAVEFORM]
    wanted.append(Kind.POSTER)
    if upload.duration_seconds and (plays or has_web_copy):
        wanted.append(Kind.THUMBNAILS)
    return wanted


def unplanned(limit: int) -> list[UUID]:
    """Return recordings that have no rows yet, or a new web copy without thumbnails."""
    rows = Rendition.objects.filter(upload=OuterRef("pk"))
    copied = rows.filter(kind=Kind.WEB_COPY, status=StageStatus.COMPLETED)
    lacks_thumbnails = (
        Q(duration_seconds__gt=0) & Exists(copied) & ~Exists(rows.filter(kind=Kind.THUMBNAILS))
    )
    found = _recordings().filter(~Exists(rows) | (lacks_thumbnails & ~Q(video_codec="")))
    return list(found.order_by("-completed_at").values_list("pk", flat=True)[:limit])


def waiting(limit: int, kinds: Iterable[str] = Kind.values) -> list[UUID]:
    """Return renditions of these kinds to be taken up, at most ``limit``.

    Small ones in the order they were asked for; of web copies first that of the coach who has
    waited longest since their last one, so that nobody's fifty delay another's one.
    """
    kinds = set(kinds)
    rows = Rendition.objects.current().filter(due(), status=StageStatus.PENDING)
    small = rows.filter(kind__in=kinds - {Kind.WEB_COPY}).order_by("created_at", "pk")
    found = list(small.values_list("pk", flat=True)[:limit])
    if Kind.WEB_COPY in kinds:
        found += _waiting_copies(rows.filter(kind=Kind.WEB_COPY))[:limit]
    return found


def _waiting_copies(rows: QuerySet[Rendition]) -> list[UUID]:
    """One for each coach, the coaches in turn."""
    place = Window(
        RowNumber(), partition_by="upload__session__coach", order_by=("created_at", "pk")
    )
    # The database picks: thousands may wait, and this is asked at every sweep.
    oldest = rows.annotate(place=place).filter(place=1).order_by("created_at", "pk")
    first: dict[UUID, UUID] = dict(oldest.values_list("upload__session__coach", "pk"))
    copies = Rendition.objects.filter(kind=Kind.WEB_COPY, upload__session__coach__in=first)
    served = dict(
        copies.exclude(status=StageStatus.PENDING)
        .values_list("upload__session__coach")
        .annotate(last=Max("completed_at"))
    )
    running = set(
        copies.filter(status=StageStatus.PROCESSING).values_list(
            "upload__session__coach", flat=True
        )
    )
    never = [coach for coach in first if coach not in running and served.get(coach) is None]
    others = [coach for coach in first if coach not in running and coach not in never]
    others.sort(key=lambda coach: served[coach])
    return [first[coach] for coach in (*never, *others, *(c for c in first if c in running))]


def kind_of(rendition_id: UUID) -> str | None:
    """Return the kind of a rendition that waits, None when there is nothing to do."""
    row = Rendition.objects.filter(pk=rendition_id, status=StageStatus.PENDING)
    return row.values_list("kind", flat=True).first()


def run(rendition_id: UUID, *, worker: str) -> Rendition | None:
    """Make one waiting rendition, if it is still wanted; return it as it ended.

    Safe to call from anywhere, any number of times: the row decides who does it. Returns None
    when there was nothing to do, or the row is gone.
    """
    rendition = _claim(rendition_id, worker)
    if rendition is None:
        return None
    with RenditionLease(rendition.pk, rendition.lease_owner) as lease:
        try:
            _complete(rendition, produce(rendition, lease))
        except LeaseStopped:
            _give_back(rendition)
        except RenderingFailed as failure:
            _end_try(rendition, failure, is_final=failure.is_final)
        except StorageError as error:
            _end_try(rendition, error, is_final=False)
    return Rendition.objects.filter(pk=rendition_id).first()


def _claim(rendition_id: UUID, worker: str) -> Rendition | None:
    owner = new_owner(worker)
    rows = Rendition.objects.current().filter(due(), pk=rendition_id, status=StageStatus.PENDING)
    won = rows.update(
        status=StageStatus.PROCESSING,
        attempts=F("attempts") + 1,
        lease_owner=owner,
        lease_until=lease_end(),
        next_attempt_at=None,
        progress_percent=0,
        error_code="",
        error_detail="",
    )
    held = Rendition.objects.held_by(owner).select_related("upload")
    return held.filter(pk=rendition_id).first() if won else None


def _complete(rendition: Rendition, product: Product) -> None:
    """Say in the row what is in the bucket, or take it out again when nobody wants it any more."""
    # Hours may have gone by, in which the database has hung up on us.
    close_old_connections()
    rows = Rendition.objects.filter(pk=rendition.pk).current()
    won = rows.held_by(rendition.lease_owner).update(
        status=StageStatus.COMPLETED,
        size_bytes=product.size_bytes,
        mime_type=product.mime_type,
        details=product.details,
        progress_percent=100,
        completed_at=database_now(),
        lease_owner="",
        lease_until=None,
    )
    if won:
        logger.info("rendition_made", rendition=str(rendition.pk), kind=rendition.kind)
    elif not rows.exists():
        storage.delete_all_versions(rendition.s3_key)
        _give_back(rendition)


def _give_back(rendition: Rendition) -> None:
    """Leave the row for another worker, or for the sweep that removes it; it was no try."""
    close_old_connections()
    Rendition.objects.held_by(rendition.lease_owner).filter(pk=rendition.pk).update(
        status=StageStatus.PENDING,
        attempts=F("attempts") - 1,
        progress_percent=0,
        lease_owner="",
        lease_until=None,
    )


def _end_try(rendition: Rendition, error: FilmRoomError, *, is_final: bool) -> None:
    close_old_connections()
    row = Rendition.objects.held_by(rendition.lease_owner).filter(pk=rendition.pk)
    final = is_final or rendition.attempts >= MOST_TRIES
    if final:
        _fail(row, error.code, error.detail)
    else:
        delay = DELAYS[min(rendition.attempts, len(DELAYS)) - 1]
        row.update(
            status=StageStatus.PENDING,
            next_attempt_at=database_now() + delay,
            progress_percent=0,
            error_code=error.code[:50],
            error_detail=error.detail[:500],
            lease_owner="",
            lease_until=None,
        )
    logger.warning(
        "rendition_not_made",
        rendition=str(rendition.pk),
        kind=rendition.kind,
        code=error.code,
        final=final,
    )


def _fail(row: QuerySet[Rendition], code: str, detail: str) -> int:
    return row.update(
        status=StageStatus.FAILED,
        error_code=code[:50],
        error_detail=detail[:500],
        progress_percent=0,
        next_attempt_at=None,
        lease_owner="",
        lease_until=None,
    )


def return_expired() -> int:
    """Give renditions of lost workers back; the third loss fails. Return how many were given back.

    For the sweep. Safe to run on several machines at once.
    """
    rows = Rendition.objects.filter(expired(), status=StageStatus.PROCESSING)
    _fail(rows.filter(attempts__gte=MOST_TRIES), WorkerLost.code, WorkerLost.detail)
    return rows.update(
        status=StageStatus.PENDING, progress_percent=0, lease_owner="", lease_until=None
    )


def retry_rendition(*, rendition: Rendition, by: User) -> Rendition:
    """Put a rendition that failed back in the queue and return it.

    Raises NotRetryable when it has not failed, or its upload is not its session's recording.
    """
    rows = Rendition.objects.filter(pk=rendition.pk)
    moved = (
        rows.current()
        .filter(status=StageStatus.FAILED)
        .update(
            status=StageStatus.PENDING,
            attempts=0,
            next_attempt_at=None,
            error_code="",
            error_detail="",
        )
    )
    if not moved:
        raise NotRetryable(NOT_FAILED)
    logger.info("rendition_retried", rendition=str(rendition.pk), by=str(by.pk))
    rendition.refresh_from_db()
    return rendition
