"""The bucket: the only package that speaks S3.

Rooms import from here. Every function may raise StorageError, whose ``retryable`` says whether a
later try may work.
"""

from __future__ import annotations

from .bucket import SettingReport, ensure_bucket, ping
from .bucket_rules import KEPT_AFTER_DELETION, PARTS_KEPT_AT_LEAST
from .errors import (
    BucketMissing,
    BytesDiffer,
    KeyTaken,
    MultipartGone,
    ObjectMissing,
    PartsMismatch,
    StorageError,
)
from .keys import (
    KEY_ROOT,
    RENDITION_ROOT,
    SIDECAR_ROOT,
    KeyParts,
    build_key,
    coach_prefix,
    content_disposition,
    parse_key,
    rendition_key,
    safe_display_name,
    session_prefix,
    sidecar_key,
)
from .listing import ListedObject, list_objects
from .multipart import (
    Part,
    PendingMultipart,
    abort_multipart,
    complete_multipart,
    create_multipart,
    list_multiparts,
    list_parts,
    part_size_for,
    put_part,
)
from .objects import StoredObject, copy, delete, head, iter_object, put_file, read_range
from .signing import PresignedPost, presign_get, presign_post, sign_parts
from .versions import (
    ObjectVersion,
    delete_all_versions,
    list_versions,
    restore,
    version_to_name,
)

__all__ = [
    "KEPT_AFTER_DELETION",
    "KEY_ROOT",
    "PARTS_KEPT_AT_LEAST",
    "RENDITION_ROOT",
    "SIDECAR_ROOT",
    "BucketMissing",
    "BytesDiffer",
    "KeyParts",
    "KeyTaken",
    "ListedObject",
    "MultipartGone",
    "ObjectMissing",
    "ObjectVersion",
    "Part",
    "PartsMismatch",
    "PendingMultipart",
    "PresignedPost",
    "SettingReport",
    "StorageError",
    "StoredObject",
    "abort_multipart",
    "build_key",
    "coach_prefix",
    "complete_multipart",
    "content_disposition",
    "copy",
    "create_multipart",
    "delete",
    "delete_all_versions",
    "ensure_bucket",
    "head",
    "iter_object",
    "list_multiparts",
    "list_objects",
    "list_parts",
    "list_versions",
    "parse_key",
    "part_size_for",
    "ping",
    "presign_get",
    "presign_post",
    "put_file",
    "put_part",
    "read_range",
    "rendition_key",
    "restore",
    "safe_display_name",
    "session_prefix",
    "sidecar_key",
    "sign_parts",
    "version_to_name",
]
