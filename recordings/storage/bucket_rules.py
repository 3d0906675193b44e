"""What Film Room asks of a bucket, and how it is merged with what the owner has set."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from .client import ENCRYPTION
from .keys import KEY_ROOT, RENDITION_ROOT, SIDECAR_ROOT

ABORT_MULTIPART_DAYS = 7
# Counted from the opening of an upload in parts; the bucket aborts it at the midnight after.
PARTS_KEPT_AT_LEAST = timedelta(days=ABORT_MULTIPART_DAYS)
OLD_VERSION_DAYS = 30
# How long a deletion can be undone.
KEPT_AFTER_DELETION = timedelta(days=OLD_VERSION_DAYS)
CORS_MAX_AGE_SECONDS = 3600
CORS_ID = "film-room-browsers"
TLS_SID = "FilmRoomTlsOnly"

PUBLIC_ACCESS_BLOCK: Any = {
    "BlockPublicAcls": True,
    "IgnorePublicAcls": True,
    "BlockPublicPolicy": True,
    "RestrictPublicBuckets": True,
}
# As safe: a public ACL can be written, and means nothing.
PUBLIC_ACCESS_IGNORED: Any = {**PUBLIC_ACCESS_BLOCK, "BlockPublicAcls": False}
ENCRYPTION_RULE: Any = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": ENCRYPTION}}
LIFECYCLE_RULES: list[dict[str, Any]] = [
    {
        "ID": "film-room-abandoned-uploads",
        "Status": "Enabled",
        "Filter": {"Prefix": KEY_ROOT},
        "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": ABORT_MULTIPART_DAYS},
    },
    {
        "ID": "film-room-old-versions",
        "Status": "Enabled",
        "Filter": {"Prefix": KEY_ROOT},
        "NoncurrentVersionExpiration": {"NoncurrentDays": OLD_VERSION_DAYS},
        "Expiration": {"ExpiredObjectDeleteMarker": True},
    },
    {
        "ID": "film-room-old-sidecars",
        "Status": "Enabled",
        "Filter": {"Prefix": SIDECAR_ROOT},
        "NoncurrentVersionExpiration": {"NoncurrentDays": OLD_VERSION_DAYS},
        "Expiration": {"ExpiredObjectDeleteMarker": True},
    },
    {
        "ID": "film-room-renditions",
        "Status": "Enabled",
        "Filter": {"Prefix": RENDITION_ROOT},
        # They are made anew when they are wanted again.
        "NoncurrentVersionExpiration": {"NoncurrentDays": 1},
        "Expiration": {"ExpiredObjectDeleteMarker": True},
        "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1},
    },
]


def cors_rule() -> dict[str, Any]:
    """What browsers on our pages may do: send files and parts, play ranges, read ETags."""
    return {
        "ID": CORS_ID,
        "AllowedOrigins": _origins(),
        "AllowedMethods": ["GET", "HEAD", "POST", "PUT"],
        "AllowedHeaders": ["*"],
        "ExposeHeaders": ["ETag", "Accept-Ranges", "Content-Length", "Content-Range"],
        "MaxAgeSeconds": CORS_MAX_AGE_SECONDS,
    }


def _origins() -> list[str]:
    """The site's origin; while developing also the other names of this machine."""
    site = urlsplit(settings.SITE_URL)
    origins = {f"{site.scheme}://{site.netloc}"}
    if settings.DEBUG:
        port = f":{site.port}" if site.port else ""
        origins |= {f"{site.scheme}://{name}{port}" for name in ("localhost", "127.0.0.1")}
    return sorted(origins)


def tls_statement(bucket: str, partition: str) -> dict[str, Any]:
    """The policy statement that refuses every request without TLS."""
    arn = f"arn:{partition}:s3:::{bucket}"
    return {
        "Sid": TLS_SID,
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [arn, f"{arn}/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }


def merged_policy(current: str, statement: dict[str, Any]) -> str:
    """The policy document with our statement in the place of an older one of ours."""
    policy = json.loads(current) if current else {"Version": "2012-10-17"}
    found: Any = policy.get("Statement", [])
    statements: list[dict[str, Any]] = [found] if isinstance(found, dict) else found
    return json.dumps({**policy, "Statement": merged(statements, [statement], by="Sid")})


def merged(
    current: list[dict[str, Any]], ours: list[dict[str, Any]], *, by: str
) -> list[dict[str, Any]]:
    """The owner's rules as they are, then ours; a rule of the same ``by`` gives way."""
    names = {rule[by] for rule in ours}
    return [rule for rule in current if rule.get(by) not in names] + ours


def holds(current: list[dict[str, Any]], ours: list[dict[str, Any]]) -> bool:
    """Whether each of our rules is among the current ones, whatever a store adds to them."""
    return all(any(_covers(rule, our) for rule in current) for our in ours)


def _covers(found: Any, wanted: Any) -> bool:
    if isinstance(wanted, dict):
        return isinstance(found, dict) and all(
            # A store that drops rule names still keeps the rule.
            _covers(found.get(name), value) or (name == "ID" and name not in found)
            for name, value in wanted.items()
        )
    if isinstance(wanted, list):
        return isinstance(found, list) and sorted(found) == sorted(wanted)
    return bool(found == wanted)
