"""What the bucket can answer instead of doing what was asked.

The sentences name no key, address or signature. ``reason`` is the short technical cause for logs
and rows: an S3 error code or the name of an exception, never its text, which holds URLs.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from boto3.exceptions import Boto3Error
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    NoCredentialsError,
    PartialCredentialsError,
)
from s3transfer.exceptions import RetriesExceededError
from urllib3.exceptions import HTTPError

from filmroom.errors import FilmRoomError

RETRY_AFTER_SECONDS = 30


class StorageError(FilmRoomError):
    """The bucket did not do what was asked; ``retryable`` says whether a later try may work."""

    code = "storage_unavailable"
    detail = "The storage for recordings is not available right now. Try again in a few minutes."
    http_status = 503
    retryable_by_default = True

    def __init__(self, reason: str = "", *, retryable: bool | None = None) -> None:
        super().__init__()
        if self.http_status == 503:
            self.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
        self.reason = reason
        self.retryable = self.retryable_by_default if retryable is None else retryable

    def __str__(self) -> str:
        return f"{self.code} ({self.reason})" if self.reason else self.code


class BucketMissing(StorageError):
    """There is no such bucket."""

    detail = "The bucket for recordings does not exist. Ask staff to run manage.py setup_bucket."
    retryable_by_default = False


class ObjectMissing(StorageError):
    """There is no object under that key, or not in that version."""

    code = "object_missing"
    detail = "The file is no longer in the storage. Upload the recording again."
    http_status = 410
    retryable_by_default = False


class KeyTaken(StorageError):
    """A write-once key already holds an object that this write did not make."""

    code = "key_taken"
    detail = "A recording is already stored there. Start the upload again."
    http_status = 409
    retryable_by_default = False


class BytesDiffer(StorageError):
    """What arrived in the bucket is not what was sent: size or checksum differs."""

    code = "checksum_mismatch"
    detail = "The file was damaged on its way into the storage. Upload it again."
    http_status = 503


class MultipartGone(StorageError):
    """The multipart upload was completed, aborted or expired."""

    code = "upload_closed"
    detail = "This upload is closed. Start a new one."
    http_status = 409
    retryable_by_default = False


class PartsMismatch(StorageError):
    """The parts named at completion are not the parts that the bucket holds."""

    code = "parts_mismatch"
    detail = "The parts of this upload do not match what was stored. Send the missing parts again."
    http_status = 400
    retryable_by_default = False


# https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#ErrorCodeList
_KINDS: dict[str, type[StorageError]] = {
    "NoSuchBucket": BucketMissing,
    "NoSuchKey": ObjectMissing,
    "NoSuchVersion": ObjectMissing,
    "NoSuchUpload": MultipartGone,
    "PreconditionFailed": KeyTaken,
    "InvalidPart": PartsMismatch,
    "InvalidPartOrder": PartsMismatch,
    "EntityTooSmall": PartsMismatch,
    "BadDigest": BytesDiffer,
    "InvalidDigest": BytesDiffer,
    "XAmzContentSHA256Mismatch": BytesDiffer,
    "XAmzContentChecksumMismatch": BytesDiffer,
    "IncompleteBody": BytesDiffer,
}
# Answers below 500 that a later try can still turn.
_RETRYABLE_CODES = {
    "ConditionalRequestConflict",
    "OperationAborted",
    "RequestTimeout",
    "RequestTimeTooSkewed",
    "SlowDown",
    "Throttling",
    "TooManyRequests",
    "429",
}


def from_answer(code: str, status: int) -> StorageError:
    """The error for an S3 answer with that error ``code`` and HTTP ``status``."""
    kind = _KINDS.get(code, StorageError)
    if kind is not StorageError:
        return kind(code)
    reason = code or str(status)
    return StorageError(reason, retryable=status >= 500 or code in _RETRYABLE_CODES)


def from_client_error(error: ClientError) -> StorageError:
    """The error for what botocore raised about an answer of the bucket."""
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return from_answer(error_code(error), status)


def error_code(error: ClientError) -> str:
    """The S3 error code of a botocore error; for HEAD, which has no body, the HTTP status."""
    return error.response.get("Error", {}).get("Code", "")


@contextmanager
def translated() -> Iterator[None]:
    """Turn everything that boto3, botocore and urllib3 raise inside into a StorageError.

    The cause is cut off on purpose: its text may hold a signed URL, and tracebacks are logged.
    """
    try:
        yield
    except ClientError as error:
        raise from_client_error(error) from None
    except (NoCredentialsError, PartialCredentialsError) as error:
        raise StorageError(type(error).__name__, retryable=False) from None
    except (
        Boto3Error,
        BotoCoreError,
        RetriesExceededError,
        HTTPError,
        ConnectionError,
        TimeoutError,
    ) as error:
        raise StorageError(type(error).__name__) from None
