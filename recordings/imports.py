"""Bytes fetched from a URL: asking for it, doing it under a lease, giving it back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import User
from filmroom.sealing import Unsealable, seal
from filmroom.sentences import sentence
from recordings import storage
from recordings.bringing import bring
from recordings.errors import NotRetryable
from recordings.fetching import FetchError, check_url
from recordings.leases import (
    FORBIDDEN,
    LOST,
    Lease,
    LeaseStopped,
    due,
    expired,
    lease_end,
    may_continue,
    new_owner,
)
from recordings.lifecycle import SWEEP, WORKER, advance, database_now, fail, person, start
from recordings.media.probing import NotMedia
from recordings.models import SessionUpload
from recordings.sources import (
    Source,
    SourceError,
    Waiting,
    platform_of,
    recognise,
)
from recordings.sources.links import file_name_in, part_passcode
from recordings.storage import StorageError
from recordings.transferring import TryLater
from recordings.turns import FETCHED_TYPES, running_of
from recordings.verifying import remove_leftovers
from sessions_app.models import Platform, Session, UploadStatus

logger = structlog.get_logger(__name__)

MOST_LOST_WORKERS = 3
LONGEST_DELAY = timedelta(hours=24)
PATIENCE_WITH_PLATFORMS = timedelta(hours=24)
FIRST_PAUSE = timedelta(minutes=15)
WORKER_LOST = sentence(
    "The import was interrupted three times on our side: retry it, and tell staff if that fails."
)


def start_import(
    *,
    session: Session,
    url: str,
    platform: str = "",
    passcode: str = "",
    by: User,
    token_id: UUID | None = None,
) -> SessionUpload:
    """Return a pending upload for a link; a worker fetches it.

    The platform is read off the link; ``platform`` counts where the link says nothing, and where
    it says another one the first event notes that. ``passcode``, or the one that the link carries,
    is kept sealed until the import ends; the link is kept without it.
    Raises FetchError kinds (blocked_address, unsupported_scheme, invalid_url) with nothing stored.
    """
    check_url(url)
    upload = _new_import(session, url, platform, passcode, by, token_id)
    return start(upload, actor=person(by), note=_correction(platform, upload.platform))


def start_import_once(
    *, session: Session, url: str, passcode: str = "", by: User
) -> SessionUpload | None:
    """`start_import`, unless an import of this very link for the session is under way.

    Returns None then, and nothing is stored: of two that ask at once, one starts it.
    """
    check_url(url)
    with transaction.atomic():
        Session.objects.select_for_update().get(pk=session.pk)
        links = SessionUpload.objects.active().filter(type__in=FETCHED_TYPES, session=session)
        if links.filter(original_url=part_passcode(url)[0]).exists():
            return None
        return start(_new_import(session, url, "", passcode, by, None), actor=person(by))


def start_announced(
    *,
    session: Session,
    platform: str,
    url: str,
    filename: str,
    by: User,
    expected_size_bytes: int | None = None,
) -> SessionUpload:
    """Return a pending upload for a recording that a platform announced; a worker fetches it.

    ``url`` is what is shown and kept, without a secret in it; what is fetched, and by which
    credentials, says the source that `register_source` finds for the upload. The import goes on
    for as long as ``by`` is active. Raises FetchError kinds (blocked_address, unsupported_scheme,
    invalid_url) with nothing stored.
    """
    check_url(url)
    name = storage.safe_display_name(filename)
    upload = SessionUpload(
        session=session,
        type=SessionUpload.Type.WEBHOOK,
        platform=platform,
        original_url=url,
        original_filename=name,
        expected_size_bytes=expected_size_bytes,
        s3_key=_new_key(session, name),
        created_by=by,
    )
    return start(upload, actor=person(by))


_finders: list[Callable[[SessionUpload], Source | None]] = []


def register_source(finder: Callable[[SessionUpload], Source | None]) -> None:
    """Let ``finder`` say which source an announced upload (type ``webhook``) comes from.

    Apps above know the credentials; None leaves the upload to its link.
    """
    _finders.append(finder)


def _source_of(upload: SessionUpload) -> Source:
    if upload.type == SessionUpload.Type.WEBHOOK:
        for finder in _finders:
            source = finder(upload)
            if source is not None:
                return source
    return recognise(upload.original_url)


def _correction(given: str, recognised: str) -> str:
    """The note that a caller's platform was not the link's."""
    return (
        f"platform: given as {given}, the link is {recognised}"
        if (given and given != recognised)
        else ""
    )


def _new_import(
    session: Session, url: str, platform: str, passcode: str, by: User, token_id: UUID | None
) -> SessionUpload:
    url, carried = part_passcode(url)
    recognised = platform_of(url)
    name = storage.safe_display_name(file_name_in(url))
    return SessionUpload(
        session=session,
        type=SessionUpload.Type.EXTERNAL,
        platform=recognised if recognised != Platform.OTHER else platform or recognised,
        original_url=url,
        original_filename=name,
        sealed_passcode=seal(passcode or carried),
        s3_key=_new_key(session, name),
        created_by=by,
        created_with_token=token_id,
    )


def can_retry(upload: SessionUpload) -> bool:
    """Whether `retry` takes this upload: a failed one that was to be fetched from a link."""
    return upload.type in FETCHED_TYPES and upload.status == UploadStatus.FAILED


def retry(
    *, upload: SessionUpload, by: User, token_id: UUID | None = None, passcode: str = ""
) -> SessionUpload:
    """Put a failed import back in the queue and return it; from now on it is ``by``'s.

    ``passcode`` has to be given again where the link asks for one: it was forgotten. Whoever asked
    first may be gone, and their token revoked: the new try does not depend on them.
    Raises NotRetryable for anything else, StorageError while its old parts cannot be removed.
    """
    if not can_retry(upload):
        raise NotRetryable
    if upload.leftovers and not remove_leftovers(upload):
        raise StorageError("LeftoversStay")
    moved = advance(
        upload,
        to=UploadStatus.PENDING,
        actor=person(by),
        created_by=by,
        created_with_token=token_id,
        error_code="",
        error_detail="",
        attempts=0,
        lost_workers=0,
        bytes_transferred=0,
        waiting_since=None,
        next_attempt_at=None,
        multipart_id="",
        sealed_passcode=seal(passcode),
        s3_key=_new_key(upload.session, upload.original_filename),
    )
    if not moved:
        raise NotRetryable
    return upload


def run(upload_id: UUID, *, worker: str) -> SessionUpload | None:
    """Fetch one waiting import, if it is still to be done; return its upload as it ended.

    Safe to call from anywhere, any number of times: the row decides who does it. Returns None
    when there was nothing to do.
    """
    upload = _claim(upload_id, worker)
    if upload is None:
        return None
    with Lease(upload.pk, upload.lease_owner) as lease:
        try:
            bring(upload, lease, _source_of(upload))
        except LeaseStopped as stopped:
            _give_up(upload, lease, stopped.reason)
        except Waiting as error:
            _wait(upload, lease, error)
        except TryLater as later:
            _give_back(upload, lease, note=later.error.code, seconds=later.seconds)
        except (FetchError, SourceError, StorageError, NotMedia, Unsealable) as error:
            _fail(upload, lease, error.code, error.detail)
    return upload


def _claim(upload_id: UUID, worker: str) -> SessionUpload | None:
    rows = SessionUpload.objects.filter(
        due(), pk=upload_id, status=UploadStatus.PENDING, type__in=FETCHED_TYPES
    )
    upload = rows.select_related("session").first()
    if upload is None:
        return None
    if not rows.filter(may_continue()).exists():
        _forbid(upload)
        return None
    with transaction.atomic():
        # One claim of a coach after the other, else a burst of them passes the limit together.
        # Without the key, as inserting a row that names the coach holds that while it waits.
        User.objects.select_for_update(no_key=True).get(pk=upload.session.coach_id)
        if running_of(upload.session.coach_id) >= settings.TRANSFER_SLOTS_PER_COACH:
            return None
        won = advance(
            upload,
            to=UploadStatus.UPLOADING,
            actor=WORKER,
            only_if={"next_attempt_at": upload.next_attempt_at},
            lease_owner=new_owner(worker),
            lease_until=lease_end(),
            next_attempt_at=None,
            bytes_transferred=0,
            error_code="",
            error_detail="",
        )
        return upload if won else None


def _forbid(upload: SessionUpload, **condition: str) -> None:
    if advance(
        upload,
        to=UploadStatus.CANCELLED,
        actor=WORKER,
        note="forbidden",
        only_if=condition,
        lease_owner="",
        lease_until=None,
        error_code="",
        error_detail="",
        leftovers=True,
    ):
        remove_leftovers(upload)


def _fail(upload: SessionUpload, lease: Lease, code: str, detail: str) -> None:
    moved = fail(
        upload, code=code, detail=detail, actor=WORKER, only_if=lease.condition, leftovers=True
    )
    if moved or upload.status == UploadStatus.CANCELLED:
        remove_leftovers(upload)


def _wait(upload: SessionUpload, lease: Lease, error: Waiting) -> None:
    """Leave a link alone for a while that the platform says gets better; over a day in all.

    Each pause is as long as all before it together: a quarter of an hour at first, then up to the
    last try a day after the first.
    """
    now = timezone.now()
    since = upload.waiting_since or now
    waited = now - since
    if waited >= PATIENCE_WITH_PLATFORMS:
        _fail(upload, lease, error.code, error.detail)
        return
    pause = min(max(waited, FIRST_PAUSE), PATIENCE_WITH_PLATFORMS - waited)
    advance(
        upload,
        to=UploadStatus.PENDING,
        actor=WORKER,
        note=error.code,
        only_if=lease.condition,
        lease_owner="",
        lease_until=None,
        bytes_transferred=0,
        attempts=0,
        error_code=error.code,
        error_detail=error.detail,
        waiting_since=since,
        next_attempt_at=database_now() + pause,
    )


def _give_up(upload: SessionUpload, lease: Lease, reason: str) -> None:
    """End the work because the row or the process says so."""
    if reason == FORBIDDEN:
        _forbid(upload, **lease.condition)
    elif reason == LOST:
        upload.refresh_from_db()
        if upload.status == UploadStatus.CANCELLED:
            remove_leftovers(upload)
    else:
        _give_back(upload, lease, note=reason, seconds=0)


def _give_back(upload: SessionUpload, lease: Lease, *, note: str, seconds: float) -> None:
    delay = min(timedelta(seconds=seconds), LONGEST_DELAY)
    advance(
        upload,
        to=UploadStatus.PENDING,
        actor=WORKER,
        note=note,
        only_if=lease.condition,
        lease_owner="",
        lease_until=None,
        bytes_transferred=0,
        next_attempt_at=database_now() + delay if delay else None,
        # A restart of ours is not one of the link's tries.
        attempts=F("attempts") if delay else 0,
    )


def return_expired() -> list[UUID]:
    """Give imports whose worker was lost back to the queue, and return them; the third loss fails.

    For the sweep. Safe to run on several machines at once.
    """
    returned = []
    rows = SessionUpload.objects.filter(
        expired(), status=UploadStatus.UPLOADING, type__in=FETCHED_TYPES
    )
    for upload in rows:
        condition = {"lease_owner": upload.lease_owner, "lease_until": upload.lease_until}
        lost = upload.lost_workers + 1
        if lost >= MOST_LOST_WORKERS:
            if fail(
                upload,
                code="worker_lost",
                detail=WORKER_LOST,
                actor=SWEEP,
                only_if=condition,
                lost_workers=lost,
                leftovers=True,
            ):
                remove_leftovers(upload)
        elif advance(
            upload,
            to=UploadStatus.PENDING,
            actor=SWEEP,
            note="worker_lost",
            only_if=condition,
            lost_workers=lost,
            lease_owner="",
            lease_until=None,
            bytes_transferred=0,
        ):
            returned.append(upload.pk)
    return returned


def _new_key(session: Session, filename: str) -> str:
    return storage.build_key(
        coach_id=session.coach_id,
        client_id=session.client_id,
        scheduled_at=session.scheduled_at,
        filename=filename,
    )
