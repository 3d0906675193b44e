"""Multipart uploads: large files in parts, from a browser or from the importer."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError
from django.conf import settings

from .client import ENCRYPTION, MIB, connection
from .errors import (
    KeyTaken,
    MultipartGone,
    ObjectMissing,
    StorageError,
    error_code,
    from_client_error,
    translated,
)
from .objects import StoredObject, head
from .signing import sign_parts
from .wire import send, with_retries

# https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html
MAX_PARTS = 10_000
MIN_PART_BYTES = 5 * MIB
# Long enough for a part's five tries.
PART_URL_SECONDS = 900


@dataclass(frozen=True, slots=True)
class Part:
    """One part that the bucket holds; the ETag without its quotes."""

    number: int
    etag: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class PendingMultipart:
    """A multipart upload that is neither completed nor aborted."""

    key: str
    multipart_id: str
    initiated_at: datetime


class _PartsRemain(StorageError):
    """An abort was accepted, and the parts are still there."""


def part_size_for(size_bytes: int | None, floor: int) -> int:
    """The part size, in whole MiB, that carries the file in at most 10,000 parts.

    Never less than ``floor`` bytes; an unknown size counts as the largest that is let in.
    """
    expected = settings.MAX_UPLOAD_BYTES if size_bytes is None else size_bytes
    needed = -(-expected // MAX_PARTS)
    return -(-max(needed, floor, MIN_PART_BYTES) // MIB) * MIB


def create_multipart(key: str, *, content_type: str) -> str:
    """Open an encrypted multipart upload and return its id.

    No checksum algorithm is asked for: S3 then keeps a CRC64NVME of the whole object by itself
    (https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html),
    while other stores refuse parts without one, or compute it slowly.
    """
    held = connection()
    with translated():
        answer = held.brief.create_multipart_upload(
            Bucket=held.bucket,
            Key=key,
            ContentType=content_type,
            ServerSideEncryption=ENCRYPTION,
        )
    return answer["UploadId"]


def put_part(key: str, multipart_id: str, number: int, data: bytes | memoryview) -> Part:
    """Store one part, which the bucket checks against its MD5, in up to five tries.

    Raises MultipartGone when the upload was aborted or completed meanwhile.
    """
    digest = hashlib.md5(data, usedforsecurity=False).digest()
    url = sign_parts(key, multipart_id, [number], PART_URL_SECONDS)[number]
    headers = {"Content-MD5": b64encode(digest).decode()}
    answer = with_retries(lambda: send("PUT", url, body=data, headers=headers))
    etag = answer.headers.get("ETag", "").strip('"')
    if not etag:
        raise StorageError("PartWithoutETag")
    return Part(number, etag, len(data))


def list_parts(key: str, multipart_id: str) -> list[Part]:
    """All parts that the bucket holds, by number. Raises MultipartGone for a closed upload."""
    held = connection()
    pages = held.brief.get_paginator("list_parts").paginate(
        Bucket=held.bucket, Key=key, UploadId=multipart_id
    )
    try:
        with translated():
            return [
                Part(part["PartNumber"], part["ETag"].strip('"'), part["Size"])
                for page in pages
                for part in page.get("Parts", [])
            ]
    except ObjectMissing:  # Ceph's word for a closed upload
        raise MultipartGone("NoSuchKey") from None


def complete_multipart(key: str, multipart_id: str, parts: Iterable[Part]) -> StoredObject:
    """Make the object of its parts, once: a key that is taken raises KeyTaken where the store
    honours conditional writes.

    Saying it again for the same parts answers the object that is there. Raises MultipartGone when
    the upload is closed without it, PartsMismatch when a part is not in the bucket.
    """
    ordered = sorted(parts, key=lambda part: part.number)
    # Asked first for stores that complete without looking at If-None-Match.
    stored = head(key)
    if stored is None:
        try:
            version_id = _complete(key, multipart_id, ordered)
        except (MultipartGone, KeyTaken) as error:
            return _completed_before(key, ordered, error)
        stored = head(key, version_id)
    elif not _is_made_of(stored, ordered):
        raise KeyTaken("KeyTaken")
    if stored is None:
        raise StorageError("CompletedButMissing")
    return stored


def _completed_before(key: str, parts: list[Part], error: StorageError) -> StoredObject:
    """The object that an earlier try made of these parts, whose answer was lost."""
    stored = head(key)
    if stored is None or not _is_made_of(stored, parts):
        raise error
    return stored


def _complete(key: str, multipart_id: str, parts: list[Part]) -> str | None:
    held = connection()
    arguments: dict[str, Any] = {
        "Bucket": held.bucket,
        "Key": key,
        "UploadId": multipart_id,
        "MultipartUpload": {
            "Parts": [{"PartNumber": part.number, "ETag": part.etag} for part in parts]
        },
    }
    condition: dict[str, Any] = {}
    if "if-none-match" not in held.refused:
        condition["IfNoneMatch"] = "*"
    with translated():
        try:
            answer = held.client.complete_multipart_upload(**arguments, **condition)
        except ClientError as error:
            if not condition or error_code(error) not in ("NotImplemented", "501"):
                raise from_client_error(error) from None
            held.refused.add("if-none-match")
            answer = held.client.complete_multipart_upload(**arguments)
    return answer.get("VersionId")


def _is_made_of(stored: StoredObject, parts: list[Part]) -> bool:
    """Whether the object's ETag is the one that S3 gives to these parts, or may be."""
    if not parts:
        return False
    digest = hashlib.md5(usedforsecurity=False)
    try:
        for part in parts:
            digest.update(bytes.fromhex(part.etag))
    except ValueError:  # a store with other ETags: the number of parts has to do
        return stored.etag.endswith(f"-{len(parts)}")
    return stored.etag == f"{digest.hexdigest()}-{len(parts)}"


def abort_multipart(key: str, multipart_id: str) -> None:
    """Close the upload and free its parts; one that is closed already is fine.

    A part that was on its way while S3 aborted can stay behind, so it is asked until it is gone.
    """
    held = connection()

    def abort() -> None:
        try:
            with translated():
                held.brief.abort_multipart_upload(
                    Bucket=held.bucket, Key=key, UploadId=multipart_id
                )
            list_parts(key, multipart_id)
        except MultipartGone:
            return
        raise _PartsRemain("PartsRemain")

    with_retries(abort, only=_PartsRemain)


def list_multiparts(prefix: str) -> list[PendingMultipart]:
    """All open multipart uploads of keys under ``prefix``, in key order."""
    held = connection()
    pages = held.brief.get_paginator("list_multipart_uploads").paginate(
        Bucket=held.bucket, Prefix=prefix
    )
    with translated():
        return [
            PendingMultipart(upload["Key"], upload["UploadId"], upload["Initiated"])
            for page in pages
            for upload in page.get("Uploads", [])
        ]
