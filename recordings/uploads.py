"""Bytes that a person sends: through the server, by presigned POST, or in parts."""

from __future__ import annotations

import hashlib
import mimetypes
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone

from accounts.models import User
from recordings import storage
from recordings.accepting import accept, check_open, complete, new_upload
from recordings.cancelling import cancel as cancel
from recordings.errors import (
    EmptyFile,
    NotMultipart,
    NotUploaded,
    PartsMismatch,
    TooLarge,
    UploadClosed,
)
from recordings.lifecycle import advance, fail, person, start
from recordings.media.facts import MediaFacts
from recordings.media.probing import FileSource, NotMedia, ProbeFailed, probe
from recordings.media.sniffing import HEAD_BYTES, sniff
from recordings.models import ACTIVE_STATUSES, SessionUpload
from recordings.resuming import patience
from recordings.storage import Part, PresignedPost, StorageError
from recordings.verifying import (
    completion_fields,
    remove_leftovers,
    too_large,
)
from sessions_app.models import Session, UploadStatus

GIB = 1024**3
# https://docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html: one POST takes 5 GiB.
LARGEST_POST_BYTES = 5 * GIB
# How long the server may take to pass a received file on to the bucket: a start, and so much more
# as the slowest line to a bucket needs.
RECEIVING_SECONDS = 600
SLOWEST_BYTES_PER_SECOND = 1024**2
MOST_PARTS_A_REQUEST = 100


def receive(
    *,
    session: Session,
    file: UploadedFile,
    filename: str,
    platform: str = "",
    by: User,
    token_id: UUID | None = None,
) -> SessionUpload:
    """Store a file that came through the server and return its completed upload.

    Raises EmptyFile, TooLarge or NotMedia with nothing stored, StorageError with the upload
    ``failed``.
    """
    if not file.size:
        raise EmptyFile
    if too_large(file.size):
        raise TooLarge.over(settings.MAX_UPLOAD_BYTES, attr="file")
    mime_type, facts = _look_into(file)
    upload = new_upload(
        session,
        type=SessionUpload.Type.MANUAL,
        filename=filename,
        size_bytes=file.size,
        mime_type=mime_type,
        platform=platform,
        by=by,
        token_id=token_id,
        expires_at=timezone.now() + _time_to_pass_on(file.size),
    )
    actor = person(by)
    start(upload, actor=actor)
    advance(upload, to=UploadStatus.UPLOADING, actor=actor)
    try:
        file.seek(0)
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        file.seek(0)
        stored = storage.put_file(
            upload.s3_key,
            file,
            content_type=mime_type,
            size_bytes=file.size,
            sha256=sha256,
        )
    except StorageError as error:
        if fail(upload, code=error.code, detail=error.detail, actor=actor, leftovers=True):
            remove_leftovers(upload)
        raise
    fields = completion_fields(stored, mime_type=mime_type, sha256=sha256, facts=facts)
    return complete(upload, fields, actor)


def _time_to_pass_on(size_bytes: int) -> timedelta:
    return timedelta(seconds=RECEIVING_SECONDS + size_bytes / SLOWEST_BYTES_PER_SECOND)


def _look_into(file: UploadedFile) -> tuple[str, MediaFacts | None]:
    """MIME type and facts of a received file; NotMedia when it is no recording."""
    file.seek(0)
    sniffed = sniff(file.read(HEAD_BYTES), total_size=file.size)
    if sniffed is None:
        raise NotMedia
    try:
        facts = probe(FileSource(Path(file.temporary_file_path())))  # type: ignore[attr-defined]
    except ProbeFailed:
        return sniffed.mime_type, None
    return facts.mime_type, facts


def presign(
    *,
    session: Session,
    filename: str,
    content_type: str = "",
    size_bytes: int | None = None,
    platform: str = "",
    by: User,
    token_id: UUID | None = None,
) -> tuple[SessionUpload, PresignedPost, int]:
    """Return a pending upload, the form that a browser POSTs to the bucket, and its size limit.

    The policy binds bucket, exact key, encryption, content type and size (exactly ``size_bytes``
    when given). Raises TooLarge.
    """
    limit = min(settings.MAX_UPLOAD_BYTES, LARGEST_POST_BYTES)
    if size_bytes is not None and size_bytes > limit:
        raise TooLarge.over(limit)
    content_type = content_type or _guess_type(filename)
    now = timezone.now()
    upload = new_upload(
        session,
        type=SessionUpload.Type.DIRECT,
        platform=platform,
        filename=filename,
        size_bytes=size_bytes,
        mime_type=content_type,
        by=by,
        token_id=token_id,
        expires_at=_unconfirmed_until(now),
    )
    upload.grant_key = upload.s3_key
    upload.grant_until = now + timedelta(seconds=settings.UPLOAD_URL_SECONDS)
    start(upload, actor=person(by))
    form = storage.presign_post(
        upload.s3_key,
        content_type=content_type,
        min_bytes=1 if size_bytes is None else size_bytes,
        max_bytes=limit if size_bytes is None else size_bytes,
        expires_in=settings.UPLOAD_URL_SECONDS,
    )
    return upload, form, limit if size_bytes is None else size_bytes


def confirm(*, upload: SessionUpload, by: User) -> SessionUpload:
    """Return the upload, completed once its object was found, measured and recognised.

    Saying it again answers the same. Raises NotUploaded while there is no object (the upload stays
    open); NotMedia, TooLarge or SizeMismatch (object removed, upload failed); UploadClosed when
    it has ended otherwise; StorageError when the bucket cannot be asked.
    """
    if upload.status == UploadStatus.COMPLETED:
        return upload
    check_open(upload)
    if upload.multipart_id or upload.type != SessionUpload.Type.DIRECT:
        raise NotUploaded
    stored = storage.head(upload.grant_key)
    if stored is None:
        return _answer_without_object(upload)
    try:
        return accept(upload, stored, person(by))
    except storage.ObjectMissing:
        return _answer_without_object(upload)


def _answer_without_object(upload: SessionUpload) -> SessionUpload:
    # Another confirm may just have moved the object to where the form cannot overwrite it.
    upload.refresh_from_db()
    if upload.status == UploadStatus.COMPLETED:
        return upload
    raise NotUploaded


def open_multipart(
    *,
    session: Session,
    filename: str,
    content_type: str,
    size_bytes: int,
    file_modified_at: datetime | None = None,
    platform: str = "",
    by: User,
    token_id: UUID | None = None,
) -> SessionUpload:
    """Return a pending upload to be sent in parts of ``part_size_bytes``.

    ``file_modified_at`` helps to find it again for the same file (`recordings.resuming`).
    Raises TooLarge, EmptyFile, StorageError (the upload is then ``failed``).
    """
    if size_bytes <= 0:
        raise EmptyFile(attr="size_bytes")
    if too_large(size_bytes):
        raise TooLarge.over(settings.MAX_UPLOAD_BYTES)
    upload = new_upload(
        session,
        type=SessionUpload.Type.DIRECT,
        platform=platform,
        filename=filename,
        size_bytes=size_bytes,
        mime_type=content_type or _guess_type(filename),
        by=by,
        token_id=token_id,
        expires_at=_unconfirmed_until(timezone.now()),
    )
    upload.file_modified_at = file_modified_at
    upload.part_size_bytes = storage.part_size_for(size_bytes, settings.PART_SIZE_BYTES)
    actor = person(by)
    start(upload, actor=actor)
    try:
        upload.multipart_id = storage.create_multipart(upload.s3_key, content_type=upload.mime_type)
    except StorageError as error:
        fail(upload, code=error.code, detail=error.detail, actor=actor, leftovers=True)
        raise
    upload.save(update_fields=["multipart_id"])
    return upload


def sign_parts(*, upload: SessionUpload, part_numbers: Iterable[int], by: User) -> dict[int, str]:
    """Return a URL for each part number, to PUT that part to.

    Raises PartsMismatch for a number outside the upload or too many at once, UploadClosed.
    """
    numbers = sorted(set(part_numbers))
    _check_multipart(upload)
    if not 1 <= len(numbers) <= MOST_PARTS_A_REQUEST:
        raise PartsMismatch(
            "Ask for 1 to {most} parts at once.",
            values={"most": MOST_PARTS_A_REQUEST},
            attr="part_numbers",
        )
    if numbers[0] < 1 or numbers[-1] > upload.part_count:
        raise PartsMismatch(
            "This upload has the parts 1 to {last}.",
            values={"last": upload.part_count},
            attr="part_numbers",
        )
    if upload.status == UploadStatus.PENDING:
        advance(upload, to=UploadStatus.UPLOADING, actor=person(by))
        check_open(upload)
    _keep_open(upload)
    return storage.sign_parts(
        upload.s3_key, upload.multipart_id, numbers, settings.UPLOAD_URL_SECONDS
    )


def _keep_open(upload: SessionUpload) -> None:
    """A person who is still sending is not to be swept away, as long as the bucket keeps parts."""
    until = min(timezone.now() + patience(), upload.created_at + storage.PARTS_KEPT_AT_LEAST)
    SessionUpload.objects.filter(pk=upload.pk, status=UploadStatus.UPLOADING).update(
        expires_at=until
    )


def uploaded_parts(*, upload: SessionUpload) -> list[Part]:
    """Return the parts that the bucket has. Raises UploadClosed, StorageError."""
    _check_multipart(upload)
    parts = storage.list_parts(upload.s3_key, upload.multipart_id)
    SessionUpload.objects.filter(pk=upload.pk, status__in=ACTIVE_STATUSES).update(
        bytes_transferred=sum(part.size_bytes for part in parts)
    )
    return parts


@dataclass(frozen=True)
class NamedPart:
    """A part as the sender names it at the end."""

    number: int
    etag: str


def complete_multipart(
    *, upload: SessionUpload, parts: Iterable[NamedPart], by: User
) -> SessionUpload:
    """Return the upload, completed from its parts.

    Raises PartsMismatch (it stays open) when the parts named are not exactly those in the bucket
    or do not add up to the announced size; otherwise as `confirm`.
    """
    if upload.status == UploadStatus.COMPLETED:
        return upload
    _check_multipart(upload)
    actor = person(by)
    try:
        present = storage.list_parts(upload.s3_key, upload.multipart_id)
    except storage.MultipartGone:
        # Completed by a call whose answer was lost, or by another one in this moment.
        stored = storage.head(upload.s3_key)
        upload.refresh_from_db()
        if upload.status == UploadStatus.COMPLETED:
            return upload
        if stored is None:
            raise UploadClosed from None
        return accept(upload, stored, actor)
    _keep_open(upload)
    _check_parts(upload, list(parts), present)
    stored = storage.complete_multipart(upload.s3_key, upload.multipart_id, present)
    return accept(upload, stored, actor)


def _check_parts(upload: SessionUpload, named: list[NamedPart], present: list[Part]) -> None:
    wanted = {(part.number, part.etag.strip('"')) for part in named}
    if len(wanted) != len(named) or wanted != {(part.number, part.etag) for part in present}:
        raise PartsMismatch
    total = sum(part.size_bytes for part in present)
    if total != upload.expected_size_bytes:
        raise PartsMismatch(
            "The parts hold {there} of {expected} bytes: send what is missing.",
            values={"there": total, "expected": upload.expected_size_bytes},
        )


def url_seconds() -> int:
    """How long a signed form or part URL may be used, in seconds."""
    return int(settings.UPLOAD_URL_SECONDS)


def _check_multipart(upload: SessionUpload) -> None:
    check_open(upload)
    if not upload.multipart_id or upload.type != SessionUpload.Type.DIRECT:
        raise NotMultipart


def _unconfirmed_until(now: datetime) -> datetime:
    """Until when an upload is waited for of which nothing has come yet."""
    return now + timedelta(seconds=settings.UNCONFIRMED_UPLOAD_SECONDS)


def _guess_type(filename: str) -> str:
    return mimetypes.guess_type(filename)[0] or "application/octet-stream"
