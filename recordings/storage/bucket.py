"""The bucket itself: made, set up for Film Room, and reported on.

Each setting is read back after it was written, because stores accept settings that they do not
keep.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from botocore.exceptions import ClientError

from . import bucket_rules as rules
from .client import DEFAULT_REGION, ENCRYPTION, Connection, connection
from .errors import BucketMissing, error_code, from_client_error, translated
from .keys import KEY_ROOT
from .signing import presign
from .wire import send_quickly

State = Literal["ok", "applied", "differs", "refused", "unsupported"]

PING_URL_SECONDS = 60
PROBE_KEY = f"{KEY_ROOT}.setup-probe"
READ_BACK_TRIES = 3
READ_BACK_PAUSE_SECONDS = 0.5
# What stores say to a setting they do not have.
_UNSUPPORTED = {
    "NotImplemented",
    "MethodNotAllowed",
    "UnsupportedOperation",
    "XNotImplemented",
    "405",
    "501",
}
_TAKEN = {"BucketAlreadyOwnedByYou", "BucketAlreadyExists", "OperationAborted"}


@dataclass(frozen=True, slots=True)
class SettingReport:
    """One line of setup_bucket: what the store has or accepted.

    ``differs`` is only said by a dry run; ``refused`` means that we may not, or that the store
    took it and did not keep it.
    """

    name: str
    state: State
    detail: str


@dataclass(frozen=True, slots=True)
class _Setting:
    """One setting: how to read it, whether that will do, and how to write it beside the rest."""

    name: str
    wanted: str
    absent_code: str
    read: Callable[[], Any]
    holds: Callable[[Any], bool]
    write: Callable[[Any], object]
    empty: Any


def ping() -> None:
    """Return when the bucket answers within some seconds; otherwise raise StorageError."""
    send_quickly("HEAD", presign("HEAD", "", query={}, expires_in=PING_URL_SECONDS))


def ensure_bucket(*, dry_run: bool) -> list[SettingReport]:
    """Make the bucket and its settings what Film Room needs, and report on each.

    The owner's other rules stay. A dry run changes nothing. A missing bucket is the only line of
    its report. Raises StorageError when the store cannot be reached or refuses us the bucket.
    """
    held = connection()
    existence = _ensure_exists(held, dry_run=dry_run)
    if existence.state == "differs":
        return [existence]
    reports = [_ensure(setting, dry_run=dry_run) for setting in _settings(held)]
    return [
        existence,
        *reports,
        _ensure_public_access(held, dry_run=dry_run),
        _ensure_tls_only(held, dry_run=dry_run),
    ]


def _ensure_exists(held: Connection, *, dry_run: bool) -> SettingReport:
    try:
        with translated():
            _head_bucket(held)
        return SettingReport("bucket", "ok", held.bucket)
    except BucketMissing:
        if dry_run:
            return SettingReport("bucket", "differs", f"{held.bucket} does not exist")
    with translated():
        _create(held)
        _head_bucket(held)
    return SettingReport("bucket", "applied", f"{held.bucket} was created")


def _head_bucket(held: Connection) -> None:
    try:
        held.client.head_bucket(Bucket=held.bucket)
    except ClientError as error:
        if error_code(error) == "404":  # HEAD has no body that could name the reason
            raise BucketMissing("NoSuchBucket") from None
        raise


def _create(held: Connection) -> None:
    place: dict[str, Any] = {}
    if held.region != DEFAULT_REGION:
        place["CreateBucketConfiguration"] = {"LocationConstraint": held.region}
    try:
        held.client.create_bucket(Bucket=held.bucket, **place)
    except ClientError as error:
        code = error_code(error)
        if code in _TAKEN:
            return  # another process was faster; whether it is ours, HEAD tells
        if not place or code not in ("InvalidLocationConstraint", "InvalidArgument"):
            raise
        # Other stores have regions of their own, and a default.
        held.client.create_bucket(Bucket=held.bucket)


def _settings(held: Connection) -> list[_Setting]:
    client, bucket = held.client, held.bucket
    cors = [rules.cors_rule()]
    return [
        _Setting(
            "encryption",
            "AES256 by default",
            "ServerSideEncryptionConfigurationNotFoundError",
            lambda: client.get_bucket_encryption(Bucket=bucket)[
                "ServerSideEncryptionConfiguration"
            ].get("Rules", []),
            # An owner's KMS key is no less; every write of ours asks for its own encryption.
            lambda current: any("ApplyServerSideEncryptionByDefault" in rule for rule in current),
            lambda _: client.put_bucket_encryption(
                Bucket=bucket,
                ServerSideEncryptionConfiguration={"Rules": [rules.ENCRYPTION_RULE]},
            ),
            [],
        ),
        _Setting(
            "cors",
            f"direct upload and playback from {', '.join(cors[0]['AllowedOrigins'])}",
            "NoSuchCORSConfiguration",
            lambda: client.get_bucket_cors(Bucket=bucket).get("CORSRules", []),
            lambda current: rules.holds(current, cors),
            lambda current: client.put_bucket_cors(
                Bucket=bucket,
                CORSConfiguration={"CORSRules": rules.merged(current, cors, by="ID")},  # type: ignore[typeddict-item]
            ),
            [],
        ),
        _Setting(
            "versioning",
            "deletions can be undone",
            "",
            lambda: client.get_bucket_versioning(Bucket=bucket).get("Status", ""),
            lambda current: current == "Enabled",
            lambda _: client.put_bucket_versioning(
                Bucket=bucket, VersioningConfiguration={"Status": "Enabled"}
            ),
            "",
        ),
        _Setting(
            "lifecycle",
            f"stale multipart uploads go after {rules.ABORT_MULTIPART_DAYS} days, old versions "
            f"after {rules.OLD_VERSION_DAYS} days",
            "NoSuchLifecycleConfiguration",
            lambda: client.get_bucket_lifecycle_configuration(Bucket=bucket),
            lambda current: rules.holds(current.get("Rules", []), rules.LIFECYCLE_RULES),
            lambda current: _write_lifecycle(held, current),
            {},
        ),
    ]


def _write_lifecycle(held: Connection, current: dict[str, Any]) -> None:
    kept = {
        name: current[name] for name in ("TransitionDefaultMinimumObjectSize",) if name in current
    }
    combined = rules.merged(current.get("Rules", []), rules.LIFECYCLE_RULES, by="ID")
    held.client.put_bucket_lifecycle_configuration(
        Bucket=held.bucket,
        LifecycleConfiguration={"Rules": combined},  # type: ignore[typeddict-item]
        **kept,
    )


def _ensure_public_access(held: Connection, *, dry_run: bool) -> SettingReport:
    client, bucket = held.client, held.bucket

    def read() -> Any:
        return client.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]

    def write(_: Any) -> None:
        client.put_public_access_block(
            Bucket=bucket, PublicAccessBlockConfiguration=rules.PUBLIC_ACCESS_BLOCK
        )
        if not _takes_writes(held):
            client.put_public_access_block(
                Bucket=bucket, PublicAccessBlockConfiguration=rules.PUBLIC_ACCESS_IGNORED
            )

    setting = _Setting(
        "public access",
        "blocked",
        "NoSuchPublicAccessBlockConfiguration",
        read,
        lambda current: (
            rules.holds([current], [rules.PUBLIC_ACCESS_IGNORED])
            or rules.holds([current], [rules.PUBLIC_ACCESS_BLOCK])
        ),
        write,
        {},
    )
    return _ensure(setting, dry_run=dry_run)


def _takes_writes(held: Connection) -> bool:
    """Whether a write gets through: Ceph 16 refuses every one under BlockPublicAcls."""
    try:
        answer = held.client.put_object(
            Bucket=held.bucket, Key=PROBE_KEY, Body=b"", ServerSideEncryption=ENCRYPTION
        )
    except ClientError as error:
        if error_code(error) == "AccessDenied":
            return False
        raise
    version: Any = {"VersionId": answer["VersionId"]} if "VersionId" in answer else {}
    held.client.delete_object(Bucket=held.bucket, Key=PROBE_KEY, **version)
    return True


def _ensure_tls_only(held: Connection, *, dry_run: bool) -> SettingReport:
    if not held.base_url.startswith("https://"):
        return SettingReport("tls only", "unsupported", "the endpoint speaks plain http")
    client, bucket = held.client, held.bucket
    statement = rules.tls_statement(bucket, client.meta.partition)
    setting = _Setting(
        "tls only",
        "requests without TLS are refused",
        "NoSuchBucketPolicy",
        lambda: client.get_bucket_policy(Bucket=bucket)["Policy"],
        lambda current: (
            bool(current)
            and json.loads(rules.merged_policy(current, statement)) == json.loads(current)
        ),
        lambda current: client.put_bucket_policy(
            Bucket=bucket, Policy=rules.merged_policy(current, statement)
        ),
        "",
    )
    return _ensure(setting, dry_run=dry_run)


def _ensure(setting: _Setting, *, dry_run: bool) -> SettingReport:
    with translated():
        try:
            current = _read(setting)
            if setting.holds(current):
                return SettingReport(setting.name, "ok", setting.wanted)
            if dry_run:
                return SettingReport(setting.name, "differs", f"not set: {setting.wanted}")
            setting.write(current)
            return _read_back(setting)
        except ClientError as error:
            return _refusal(setting, error)


def _read(setting: _Setting) -> Any:
    try:
        return setting.read()
    except ClientError as error:
        if setting.absent_code and error_code(error) == setting.absent_code:
            return setting.empty
        raise


def _read_back(setting: _Setting) -> SettingReport:
    for attempt in range(READ_BACK_TRIES):
        if attempt:
            time.sleep(READ_BACK_PAUSE_SECONDS)  # AWS spreads settings with some delay
        if setting.holds(_read(setting)):
            return SettingReport(setting.name, "applied", setting.wanted)
    return SettingReport(setting.name, "refused", "the store took it and did not keep it")


def _refusal(setting: _Setting, error: ClientError) -> SettingReport:
    code = error_code(error)
    if code in _UNSUPPORTED:
        return SettingReport(setting.name, "unsupported", f"the store has no such setting ({code})")
    translated_error = from_client_error(error)
    if translated_error.retryable or isinstance(translated_error, BucketMissing):
        raise translated_error from None
    return SettingReport(setting.name, "refused", f"the store answered {code}")
