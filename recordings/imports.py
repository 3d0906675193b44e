"""Bytes fetched from a URL: asking for it, doing it under a lease, giving it back."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import unquote, urlsplit
from uuid import UUID

import structlog
from django.conf import settings
from django.db import close_old_connections, transaction
from django.db.models import F

from accounts.models import User
from filmroom.sealing import unseal
from filmroom.sentences import sentence
from recordings import storage
from recordings.errors import NotRetryable
from recordings.fetching import Fetched, FetchError, check_url
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
from recordings.media.sniffing import Sniffed
from recordings.models import SessionUpload
from recordings.sources import SourceError, platform_of, recognise
from recordings.sources.links import site_name
from recordings.storage import StorageError, StoredObject
from recordings.transferring import TRIES, Transfer, TryLater
from recordings.turns import FETCHED_TYPES, running_of
from recordings.verifying import completion_fields, probe_object, remove_leftovers, sniff_object
from sessions_app.models import Platform, Session, UploadStatus

logger = structlog.get_logger(__name__)

MOST_LOST_WORKERS = 3
LONGEST_DELAY = timedelta(hours=24)
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

    The platform is read off the link; ``platform`` counts where the link says nothing.
    ``passcode`` is for platforms that ask for one; no source uses it yet, so it is stored nowhere.
    Raises FetchError kinds (blocked_address, unsupported_scheme, invalid_url) with nothing stored.
    """
    check_url(url)
    return start(_new_import(session, url, platform, by, token_id), actor=person(by))


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
        if links.filter(original_url=url).exists():
            return None
        return start(_new_import(session, url, "", by, None), actor=person(by))


def _new_import(
    session: Session, url: str, platform: str, by: User, token_id: UUID | None
) -> SessionUpload:
    recognised = platform_of(url)
    name = storage.safe_display_name(unquote(urlsplit(url).path.rpartition("/")[2]))
    return SessionUpload(
        session=session,
        type=SessionUpload.Type.EXTERNAL,
        platform=recognised if recognised != Platform.OTHER else platform or recognised,
        original_url=url,
        original_filename=name,
        s3_key=_new_key(session, name),
        created_by=by,
        created_with_token=token_id,
    )


def can_retry(upload: SessionUpload) -> bool:
    """Whether `retry` takes this upload: a failed one that was to be fetched from a link."""
    return upload.type in FETCHED_TYPES and upload.status == UploadStatus.FAILED


def retry(*, upload: SessionUpload, by: User, token_id: UUID | None = None) -> SessionUpload:
    """Put a failed import back in the queue and return it; from now on it is ``by``'s.

    Whoever asked first may be gone, and their token revoked: the new try does not depend on them.
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
        next_attempt_at=None,
        multipart_id="",
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
            _bring(upload, lease)
        except LeaseStopped as stopped:
            _give_up(upload, lease, stopped.reason)
        except TryLater as later:
            _give_back(upload, lease, note=later.error.code, seconds=later.seconds)
        except (FetchError, SourceError, StorageError, NotMedia) as error:
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
        leftovers=True,
    ):
        remove_leftovers(upload)


def _bring(upload: SessionUpload, lease: Lease) -> None:
    """Fetch, verify, complete. Raises what stops it."""
    if upload.multipart_id:
        # Of a lost worker. Also when an object is there: another one may have made it.
        storage.abort_multipart(upload.s3_key, upload.multipart_id)
    stored, sha256 = _found_already(upload), ""
    if stored is None:
        transfer = _transfer_of(upload, lease)
        try:
            stored = transfer.run()
        except storage.KeyTaken:
            # A worker whose lease had run out finished all the same: its object is the recording.
            _abandon(transfer, upload)
            stored = storage.head(upload.s3_key)
            if stored is None:
                raise
        except BaseException:
            _abandon(transfer, upload)
            raise
        else:
            sha256 = transfer.sha256
        # Hours may have gone by, in which the database has hung up on us.
        close_old_connections()
    _complete(upload, lease, stored, sha256)


def _found_already(upload: SessionUpload) -> StoredObject | None:
    """The object that an earlier worker completed before it was lost, if it did."""
    if not upload.lost_workers:
        return None
    stored = storage.head(upload.s3_key)
    if stored is None or upload.expected_size_bytes not in (None, stored.size_bytes):
        return None
    return stored


def _transfer_of(upload: SessionUpload, lease: Lease) -> Transfer:
    source = recognise(upload.original_url)
    row = SessionUpload.objects.filter(pk=upload.pk, **lease.condition)

    def on_try() -> None:
        if not row.update(attempts=F("attempts") + 1):
            raise LeaseStopped(LOST)

    def on_opened(multipart_id: str) -> None:
        if not row.update(multipart_id=multipart_id):
            raise LeaseStopped(LOST)
        upload.multipart_id = multipart_id

    def on_described(fetched: Fetched, sniffed: Sniffed) -> None:
        row.update(
            original_filename=storage.safe_display_name(fetched.filename)
            or upload.original_filename,
            mime_type=sniffed.mime_type,
            expected_size_bytes=fetched.size,
        )

    return Transfer(
        key=upload.s3_key,
        source=source,
        url=upload.original_url,
        passcode=unseal(upload.sealed_passcode),
        site=site_name(upload.platform),
        hold=lease,
        tries_left=max(TRIES - upload.attempts, 1),
        on_try=on_try,
        on_opened=on_opened,
        on_described=on_described,
    )


def _abandon(transfer: Transfer, upload: SessionUpload) -> None:
    try:
        transfer.abandon()
    except StorageError as error:
        # The id stays in the row: the next worker or the sweep aborts the parts.
        logger.warning("parts_stay", upload=str(upload.pk), reason=error.reason)
        SessionUpload.objects.filter(pk=upload.pk).update(leftovers=True)
    else:
        SessionUpload.objects.filter(pk=upload.pk, multipart_id=upload.multipart_id).update(
            multipart_id=""
        )


def _complete(upload: SessionUpload, lease: Lease, stored: StoredObject, sha256: str) -> None:
    facts = probe_object(stored)
    mime_type = facts.mime_type if facts else sniff_object(stored).mime_type
    fields = completion_fields(stored, mime_type=mime_type, sha256=sha256, facts=facts)
    won = advance(
        upload, to=UploadStatus.COMPLETED, actor=WORKER, only_if=lease.condition, **fields
    )
    if not won and upload.status in (UploadStatus.CANCELLED, UploadStatus.FAILED):
        remove_leftovers(upload)


def _fail(upload: SessionUpload, lease: Lease, code: str, detail: str) -> None:
    moved = fail(
        upload, code=code, detail=detail, actor=WORKER, only_if=lease.condition, leftovers=True
    )
    if moved or upload.status == UploadStatus.CANCELLED:
        remove_leftovers(upload)


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
