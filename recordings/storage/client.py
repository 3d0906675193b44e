"""The one S3 client of a process, taken from the django-storages backend."""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit

import boto3
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.credentials import ReadOnlyCredentials
from botocore.httpsession import URLLib3Session
from botocore.utils import get_environ_proxies
from django.conf import settings
from storages.backends.s3 import S3Storage

from .errors import StorageError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

MIB = 1024 * 1024
CONNECT_SECONDS = 5
READ_SECONDS = 60
QUICK_SECONDS = 2
# One answer without a body; with all tries a hanging bucket takes half a minute.
BRIEF_SECONDS = 5
# First try included; standard mode backs off with jitter and has a retry quota per process.
MAX_TRIES = 5
# One connection for each of some 60 threads of a web or transfer process.
POOL_SIZE = 64
ENCRYPTION: Literal["AES256"] = "AES256"
DEFAULT_REGION = "us-east-1"
# S3 copies at most this much in one request, and takes no larger single PUT.
SINGLE_COPY_MAX_BYTES = 5 * 1024**3
# A smaller file goes in one PUT, which lets the bucket check a SHA-256 of the whole.
SINGLE_PUT_MAX_BYTES = 64 * MIB


def transfer_config() -> TransferConfig:
    """How django-storages moves a file: parts of 8 MiB, at most four of them in memory."""
    config = TransferConfig(
        multipart_threshold=SINGLE_PUT_MAX_BYTES,
        multipart_chunksize=8 * MIB,
        max_concurrency=3,
        preferred_transfer_client="classic",
    )
    config.max_in_memory_upload_chunks = 4
    return config


def _client_config(endpoint: str | None, bucket: str) -> Config:
    # Custom endpoints rarely have wildcard DNS; with "virtual" AWS URLs name the region, which
    # the global ones do not, and a preflight request does not survive the redirect between them.
    path_style = bool(endpoint) or "." in bucket
    return Config(
        signature_version="s3v4",
        s3={
            "addressing_style": "path" if path_style else "virtual",
            "us_east_1_regional_endpoint": "regional",
        },
        connect_timeout=CONNECT_SECONDS,
        read_timeout=READ_SECONDS,
        retries={"mode": "standard", "total_max_attempts": MAX_TRIES},
        max_pool_connections=POOL_SIZE,
        tcp_keepalive=True,
        # Each body is covered by the SHA-256 in its signature, which every S3 store checks;
        # trailing checksums are refused by older ones.
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
    )


class RecordingStorage(S3Storage):
    """django-storages on the bucket of the settings; every write is encrypted.

    A file saved through it may carry ``write_parameters``, more arguments for that one write.
    """

    def get_default_settings(self) -> dict[str, Any]:
        endpoint = settings.AWS_S3_ENDPOINT_URL or None
        defaults: dict[str, Any] = super().get_default_settings()
        return defaults | {
            "access_key": settings.AWS_ACCESS_KEY_ID or None,
            "secret_key": settings.AWS_SECRET_ACCESS_KEY or None,
            "bucket_name": settings.AWS_S3_BUCKET,
            "region_name": settings.AWS_REGION or DEFAULT_REGION,
            "endpoint_url": endpoint,
            "object_parameters": {"ServerSideEncryption": ENCRYPTION},
            "client_config": _client_config(endpoint, settings.AWS_S3_BUCKET),
            "transfer_config": transfer_config(),
            # The room has built the key and put_file makes it write-once.
            "file_overwrite": True,
        }

    def _get_write_parameters(self, name: str, content: Any = None) -> dict[str, Any]:
        parameters: dict[str, Any] = super()._get_write_parameters(name, content)
        return parameters | getattr(content, "write_parameters", {})

    def _create_session(self) -> boto3.Session:
        return _session(self.access_key, self.secret_key)


@lru_cache(maxsize=4)
def _session(access_key: str | None, secret_key: str | None) -> boto3.Session:
    """A session reads botocore's models once, some 100 ms; without keys, the machine's role."""
    return boto3.Session(aws_access_key_id=access_key, aws_secret_access_key=secret_key)


@dataclass
class Connection:
    """What one process holds of one bucket: storage, client, pool and what the store refuses."""

    storage: RecordingStorage = field(default_factory=RecordingStorage)
    # Options that this store answered with NotImplemented; not asked for again.
    refused: set[str] = field(default_factory=set)
    # Keys under a conditional write through django-storages (see objects.put_file).
    write_once: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.bucket: str = self.storage.bucket_name
        self.region: str = self.storage.region_name
        self.client: S3Client = self.storage.bucket.meta.client
        for operation in ("PutObject", "CompleteMultipartUpload"):
            self.client.meta.events.register(
                f"before-parameter-build.s3.{operation}", self._make_conditional
            )

    def _make_conditional(self, params: dict[str, Any], **_: Any) -> None:
        if params.get("Key") in self.write_once:
            params["IfNoneMatch"] = "*"

    @cached_property
    def brief(self) -> S3Client:
        """The client for requests that move no bytes, for which a person may be waiting.

        A bucket that hangs then holds a web thread for seconds, not for minutes.
        """
        options: dict[str, Any] = self.storage.get_default_settings()
        return self.storage._create_session().client(
            "s3",
            region_name=self.region,
            endpoint_url=options["endpoint_url"],
            config=options["client_config"].merge(
                Config(connect_timeout=QUICK_SECONDS, read_timeout=BRIEF_SECONDS)
            ),
        )

    @cached_property
    def base_url(self) -> str:
        """The bucket's address, without a slash at the end, as botocore resolves it."""
        probe = self.client.generate_presigned_url(
            "get_object", Params={"Bucket": self.bucket, "Key": "k"}
        )
        return probe.partition("?")[0].removesuffix("/k")

    @cached_property
    def host(self) -> str:
        """The Host header that clients send for ``base_url``: without a scheme's own port."""
        address = urlsplit(self.base_url)
        default = {"http": ":80", "https": ":443"}[address.scheme]
        return address.netloc.removesuffix(default)

    @cached_property
    def wire(self) -> URLLib3Session:
        """The pool for requests that this package signs itself."""
        return self._pool(CONNECT_SECONDS, READ_SECONDS)

    @cached_property
    def quick_wire(self) -> URLLib3Session:
        """The pool for health checks, which give up early."""
        return self._pool(QUICK_SECONDS, QUICK_SECONDS)

    def _pool(self, connect_seconds: float, read_seconds: float) -> URLLib3Session:
        """A pool as botocore's own, with its certificates and the environment's proxies."""
        return URLLib3Session(
            verify=os.environ.get("AWS_CA_BUNDLE") or True,  # type: ignore[arg-type]
            proxies=get_environ_proxies(self.base_url),
            timeout=(connect_seconds, read_seconds),  # type: ignore[arg-type]
            max_pool_connections=POOL_SIZE,
        )

    def credentials(self) -> ReadOnlyCredentials:
        """The keys to sign with now; StorageError when the process has none."""
        credentials = self.storage._create_session().get_credentials()
        if credentials is None:
            raise StorageError("NoCredentialsError", retryable=False)
        return credentials.get_frozen_credentials()


_connections: dict[tuple[object, ...], Connection] = {}
_lock = threading.Lock()


def _after_fork() -> None:
    """A child must not share its parent's sockets, nor a lock that another thread held."""
    global _lock
    _lock = threading.Lock()
    _connections.clear()


os.register_at_fork(after_in_child=_after_fork)


def connection() -> Connection:
    """This process's connection to the bucket of the settings; safe to use from any thread."""
    key = (
        settings.AWS_S3_ENDPOINT_URL,
        settings.AWS_S3_BUCKET,
        settings.AWS_REGION,
        settings.AWS_ACCESS_KEY_ID,
        settings.AWS_SECRET_ACCESS_KEY,
    )
    found = _connections.get(key)
    if found is None:
        with _lock:
            found = _connections.get(key)
            if found is None:
                _connections.clear()
                found = _connections[key] = Connection()
    return found
