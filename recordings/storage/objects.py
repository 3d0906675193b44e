"""Single objects: write, look, read, copy, delete, and bring back."""

from __future__ import annotations

import hashlib
from base64 import b64decode, b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import IO, TYPE_CHECKING, Any

from boto3.s3.transfer import TransferConfig
from botocore.exceptions import ClientError
from django.core.files.base import File
from urllib3.response import BaseHTTPResponse

from .client import (
    ENCRYPTION,
    MIB,
    SINGLE_COPY_MAX_BYTES,
    SINGLE_PUT_MAX_BYTES,
    Connection,
    connection,
)
from .errors import (
    BytesDiffer,
    KeyTaken,
    ObjectMissing,
    StorageError,
    error_code,
    from_client_error,
    translated,
)
from .signing import presign
from .wire import streaming, with_retries

if TYPE_CHECKING:
    from mypy_boto3_s3.type_defs import HeadObjectOutputTypeDef

# A copy too large for one request goes in ranges of this size, side by side.
COPY_PART_BYTES = 512 * MIB
# It must hold only at the start of a GET.
READ_URL_SECONDS = 300
# Their length tells a whole checksum from what some stores put in its place.
_CHECKSUM_BYTES = {"CRC64NVME": 8, "SHA256": 32}


@dataclass(frozen=True, slots=True)
class StoredObject:
    """What the bucket says of an object; empty text where the store says nothing.

    ``checksum_value`` is base64, over the whole object, ``checksum_algorithm`` CRC64NVME or
    SHA256. ``version_id`` is None on a bucket without versions.
    """

    key: str
    size_bytes: int
    etag: str
    version_id: str | None
    checksum_algorithm: str
    checksum_value: str
    encryption: str
    last_modified: datetime
    content_type: str


class _Outgoing(File):
    """A file with the arguments that RecordingStorage adds to its one write."""

    def __init__(self, file: IO[bytes], content_type: str, parameters: dict[str, Any]) -> None:
        super().__init__(file, name="recording")
        self.content_type = content_type
        self.write_parameters = {"ContentType": content_type, **parameters}


def put_file(
    key: str,
    fileobj: IO[bytes],
    *,
    content_type: str,
    size_bytes: int | None = None,
    sha256: str | None = None,
) -> StoredObject:
    """Write a seekable file under a new key, encrypted, in constant memory.

    ``sha256`` is the file's, in hex: the bucket checks it for files below SINGLE_PUT_MAX_BYTES;
    of larger ones it checks each part by the SHA-256 in its signature. Raises KeyTaken when the
    key holds another object (where the store honours conditional writes) and BytesDiffer, after
    removing what was stored, when size or checksum is not what was sent.
    """
    held = connection()
    expected = fileobj.seek(0, 2) if size_bytes is None else size_bytes
    parameters: dict[str, Any] = {}
    if sha256 and expected < SINGLE_PUT_MAX_BYTES:
        parameters["ChecksumSHA256"] = b64encode(bytes.fromhex(sha256)).decode()
    outgoing = _Outgoing(fileobj, content_type, parameters)
    # Asked first for stores that write without looking at If-None-Match.
    taken = head(key)
    if taken is None:
        try:
            _save_once(held, key, outgoing)
        except KeyTaken:
            taken = head(key)
    if taken is not None:
        # A try of ours may have arrived without its answer coming back.
        if not sha256 or not _has_bytes(taken, sha256, expected):
            raise KeyTaken("KeyTaken")
        return taken
    stored = head(key)
    if stored is None:
        raise StorageError("WrittenButMissing")
    if stored.size_bytes != expected:
        delete(key, stored.version_id)
        raise BytesDiffer("SizeDiffers")
    return stored


def _save_once(held: Connection, key: str, outgoing: _Outgoing) -> None:
    if "if-none-match" not in held.refused:
        held.write_once.add(key)
        try:
            with translated():
                held.storage.save(key, outgoing)
            return
        except StorageError as error:
            if error.reason not in ("NotImplemented", "501"):
                raise
        finally:
            held.write_once.discard(key)
        held.refused.add("if-none-match")
    with translated():
        held.storage.save(key, outgoing)


def _has_bytes(stored: StoredObject, sha256: str, size_bytes: int) -> bool:
    """Whether the object is the file of that SHA-256, read back when the store names none."""
    if stored.size_bytes != size_bytes:
        return False
    if stored.checksum_algorithm == "SHA256":
        return b64decode(stored.checksum_value).hex() == sha256.lower()
    digest = hashlib.sha256()
    for data in iter_object(stored.key, stored.version_id):
        digest.update(data)
    return digest.hexdigest() == sha256.lower()


def head(key: str, version_id: str | None = None) -> StoredObject | None:
    """What the bucket holds under the key, or None; with ``version_id``, of that version."""
    held = connection()
    try:
        with translated():
            try:
                answer = held.brief.head_object(
                    Bucket=held.bucket, Key=key, ChecksumMode="ENABLED", **_version(version_id)
                )
            except ClientError as error:
                # 405: the version is a delete marker.
                if error_code(error) in ("404", "405", "MethodNotAllowed", "NotFound"):
                    return None
                raise from_client_error(error) from None
    except ObjectMissing:
        return None
    algorithm, value = _whole_checksum(answer)
    return StoredObject(
        key=key,
        size_bytes=answer["ContentLength"],
        etag=answer.get("ETag", "").strip('"'),
        version_id=answer.get("VersionId"),
        checksum_algorithm=algorithm,
        checksum_value=value,
        encryption=answer.get("ServerSideEncryption", ""),
        last_modified=answer["LastModified"],
        content_type=answer.get("ContentType", ""),
    )


def _whole_checksum(answer: HeadObjectOutputTypeDef) -> tuple[str, str]:
    """Algorithm and value of a checksum over all bytes; a composite one ends in its part count."""
    if answer.get("ChecksumType") == "COMPOSITE":
        return "", ""
    for algorithm, length in _CHECKSUM_BYTES.items():
        value = str(answer.get(f"Checksum{algorithm}", ""))
        if len(value) == len(b64encode(bytes(length))) and value.endswith("="):
            return algorithm, value
    return "", ""


def _version(version_id: str | None) -> dict[str, Any]:
    return {"VersionId": version_id} if version_id else {}


def read_range(key: str, start: int, length: int, version_id: str | None = None) -> bytes:
    """Up to ``length`` bytes from ``start`` on; empty past the end. Raises ObjectMissing."""
    if length <= 0:
        return b""
    return with_retries(lambda: b"".join(_read(key, version_id, start, length, MIB)))


def iter_object(key: str, version_id: str | None = None, chunk: int = MIB) -> Iterator[bytes]:
    """All bytes of the object, at most ``chunk`` at a time.

    A broken connection is taken up where it broke, of the same bytes only: ObjectMissing when the
    object is gone, BytesDiffer when it was replaced meanwhile.
    """
    stored = head(key, version_id)
    if stored is None:
        raise ObjectMissing("NoSuchKey")
    size, etag, position = stored.size_bytes, stored.etag, 0

    def read_on() -> Iterator[bytes]:
        return _read(key, version_id, position, size - position, chunk, etag)

    stream = read_on()

    def next_chunk() -> bytes:
        nonlocal stream
        try:
            return next(stream, b"")
        except StorageError:
            stream = read_on()
            raise

    while position < size:
        data = with_retries(next_chunk)
        if not data:
            raise BytesDiffer("ObjectTooShort")
        position += len(data)
        yield data


def _read(
    key: str, version_id: str | None, start: int, length: int, chunk: int, etag: str = ""
) -> Iterator[bytes]:
    """Chunks of one GET of that range, tried once; with ``etag``, of that object only."""
    query = {"versionId": version_id} if version_id else {}
    url = presign("GET", key, query=query, expires_in=READ_URL_SECONDS)
    headers = {"Range": f"bytes={start}-{start + length - 1}"}
    if etag:
        headers["If-Match"] = f'"{etag}"'
    try:
        with streaming(url, headers) as (status, body):
            if status != HTTPStatus.PARTIAL_CONTENT:
                _skip(body, start)  # the store ignores ranges
            while length > 0 and (data := body.read(min(chunk, length))):
                length -= len(data)
                yield data
    except KeyTaken:  # what a failed condition means for a write
        raise BytesDiffer("ObjectReplaced", retryable=False) from None
    except StorageError as error:
        if error.reason not in ("InvalidRange", "416"):
            raise


def _skip(body: BaseHTTPResponse, count: int) -> None:
    while count > 0 and (data := body.read(min(count, MIB))):
        count -= len(data)


def copy(
    source_key: str,
    target_key: str,
    *,
    source_version_id: str | None = None,
    source_etag: str | None = None,
    content_type: str | None = None,
) -> StoredObject:
    """Copy an object inside the bucket, of any size, encrypted; the bytes stay in the bucket.

    With ``source_version_id`` or ``source_etag`` exactly those bytes, else BytesDiffer. Without
    ``content_type`` the source's is kept. Raises ObjectMissing when there is no source.
    """
    held = connection()
    source = head(source_key, source_version_id)
    if source is None:
        raise ObjectMissing("NoSuchKey")
    if source_etag and source.etag != source_etag:
        raise BytesDiffer("SourceReplaced", retryable=False)
    extra: dict[str, Any] = {
        "ServerSideEncryption": ENCRYPTION,
        "CopySourceIfMatch": f'"{source.etag}"',
        "ContentType": content_type or source.content_type,
        "MetadataDirective": "REPLACE",
    }
    place: Any = {"Bucket": held.bucket, "Key": source_key, **_version(source_version_id)}
    with translated():
        try:
            held.client.copy(
                place,
                held.bucket,
                target_key,
                ExtraArgs=extra,
                Config=_copy_config(),
            )
        except ClientError as error:
            if error_code(error) in ("PreconditionFailed", "412"):
                raise BytesDiffer("SourceReplaced", retryable=False) from None
            # boto3 looks at the source once more, by HEAD, which names no reason.
            if error_code(error) == "404":
                raise ObjectMissing("NoSuchKey") from None
            raise from_client_error(error) from None
    stored = head(target_key)
    if stored is None or stored.size_bytes != source.size_bytes:
        raise BytesDiffer("CopyDiffers")
    return stored


def _copy_config() -> TransferConfig:
    return TransferConfig(
        multipart_threshold=SINGLE_COPY_MAX_BYTES,
        multipart_chunksize=COPY_PART_BYTES,
        preferred_transfer_client="classic",
    )


def delete(key: str, version_id: str | None = None) -> str | None:
    """Delete the object, or for good one version; what is not there is deleted already.

    On a bucket with versions the object is hidden behind a delete marker, whose version id is
    returned; None when nothing was kept.
    """
    held = connection()
    try:
        with translated():
            answer = held.brief.delete_object(Bucket=held.bucket, Key=key, **_version(version_id))
    except ObjectMissing:
        return None
    return answer.get("VersionId") if answer.get("DeleteMarker") and not version_id else None
