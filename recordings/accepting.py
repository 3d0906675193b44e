"""From bytes in the bucket to a completed upload: what every way of sending ends in."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings

from accounts.models import User
from filmroom.errors import FilmRoomError
from recordings import storage
from recordings.errors import SizeMismatch, TooLarge, UploadClosed
from recordings.lifecycle import Actor, advance, fail
from recordings.media.probing import NotMedia
from recordings.models import ACTIVE_STATUSES, SessionUpload
from recordings.storage import StorageError, StoredObject
from recordings.verifying import completion_fields, remove_leftovers, sniff_object, too_large
from sessions_app.models import Session, UploadStatus


def check_open(upload: SessionUpload) -> None:
    """Raise UploadClosed when the upload has ended."""
    if upload.status not in ACTIVE_STATUSES:
        raise UploadClosed


def accept(upload: SessionUpload, stored: StoredObject, actor: Actor) -> SessionUpload:
    """Return the upload, completed from its object.

    Raises NotMedia, TooLarge or SizeMismatch (object removed, upload failed), UploadClosed when
    it ended in this moment, StorageError when the bucket cannot be asked (it stays open).
    """
    try:
        if too_large(stored.size_bytes):
            raise TooLarge.over(settings.MAX_UPLOAD_BYTES)
        if stored.size_bytes == 0:
            raise NotMedia
        if upload.expected_size_bytes not in (None, stored.size_bytes):
            raise SizeMismatch
        sniffed = sniff_object(stored)
    except StorageError:
        raise
    except FilmRoomError as error:
        if fail(upload, code=error.code, detail=error.detail, actor=actor, leftovers=True):
            remove_leftovers(upload)
        elif upload.status == UploadStatus.COMPLETED:
            return upload
        raise
    try:
        stored = _promote(upload, stored)
    except UploadClosed:
        if upload.status == UploadStatus.COMPLETED:
            return upload
        raise
    return complete(upload, completion_fields(stored, mime_type=sniffed.mime_type), actor)


def _promote(upload: SessionUpload, stored: StoredObject) -> StoredObject:
    """Put the confirmed bytes where the presigned form cannot overwrite them.

    With versions on the bucket the row pins the version, and a sweep restores it should the form
    be used again; without, the object is copied to a key that nobody was given. The row names that
    key first, so whoever goes on after a crash copies to the same one.
    """
    if not upload.grant_key or stored.version_id not in (None, "", "null"):
        return stored
    key = storage.build_key(
        coach_id=upload.session.coach_id,
        client_id=upload.session.client_id,
        scheduled_at=upload.session.scheduled_at,
        filename=upload.original_filename,
    )
    SessionUpload.objects.filter(
        pk=upload.pk, status__in=ACTIVE_STATUSES, s3_key=upload.grant_key
    ).update(s3_key=key)
    upload.refresh_from_db()
    check_open(upload)
    return storage.copy(upload.grant_key, upload.s3_key, source_etag=stored.etag)


def complete(upload: SessionUpload, fields: dict[str, Any], actor: Actor) -> SessionUpload:
    """Move to completed with `completion_fields`; of many calls one wins, and all answer alike.

    Raises UploadClosed, and removes the object, when the upload ended in this moment.
    """
    won = advance(upload, to=UploadStatus.COMPLETED, actor=actor, **fields)
    if won and upload.grant_key not in ("", upload.s3_key):
        storage.delete(upload.grant_key)
    if not won and upload.status in ACTIVE_STATUSES:
        return complete(upload, fields, actor)
    if upload.status != UploadStatus.COMPLETED:
        remove_leftovers(upload)
        raise UploadClosed
    return upload


def new_upload(
    session: Session,
    *,
    type: str,
    filename: str,
    size_bytes: int | None,
    mime_type: str,
    by: User,
    token_id: UUID | None,
    expires_at: datetime,
    platform: str = "",
) -> SessionUpload:
    """Return an unsaved pending upload with its key; ``size_bytes`` as announced, or None."""
    name = storage.safe_display_name(filename)
    return SessionUpload(
        session=session,
        type=type,
        platform=platform,
        original_filename=name,
        s3_key=storage.build_key(
            coach_id=session.coach_id,
            client_id=session.client_id,
            scheduled_at=session.scheduled_at,
            filename=name,
        ),
        expected_size_bytes=size_bytes,
        mime_type=mime_type,
        created_by=by,
        created_with_token=token_id,
        expires_at=expires_at,
    )
