"""Versions of an object: undo a deletion, or erase for good."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from .client import connection
from .errors import ObjectMissing, StorageError, translated
from .objects import StoredObject, copy, delete, head


@dataclass(frozen=True, slots=True)
class ObjectVersion:
    """One version of an object, or a delete marker over them (then without ETag and size)."""

    key: str
    version_id: str
    is_delete_marker: bool
    is_latest: bool
    size_bytes: int
    etag: str
    last_modified: datetime


def list_versions(key: str) -> list[ObjectVersion]:
    """All versions and delete markers of exactly that key, newest first.

    Without versioning an object has the one version ``null``.
    """
    found = [version for page in _pages(key) for version in page if version.key == key]
    return sorted(found, key=lambda item: (item.is_latest, item.last_modified), reverse=True)


def _pages(key: str) -> Iterator[list[ObjectVersion]]:
    """Pages of versions, up to the first that holds nothing of the key any more."""
    held = connection()
    pages = held.client.get_paginator("list_object_versions").paginate(
        Bucket=held.bucket, Prefix=key
    )
    with translated():
        for page in pages:
            versions = [
                ObjectVersion(
                    key=item["Key"],
                    version_id=item["VersionId"],
                    is_delete_marker=False,
                    is_latest=item["IsLatest"],
                    size_bytes=item["Size"],
                    etag=item["ETag"].strip('"'),
                    last_modified=item["LastModified"],
                )
                for item in page.get("Versions", [])
            ]
            versions += [
                ObjectVersion(
                    key=item["Key"],
                    version_id=item["VersionId"],
                    is_delete_marker=True,
                    is_latest=item["IsLatest"],
                    size_bytes=0,
                    etag="",
                    last_modified=item["LastModified"],
                )
                for item in page.get("DeleteMarkers", [])
            ]
            yield versions
            # Keys come in order, and the prefix itself is the first of all that begin with it.
            if any(version.key != key for version in versions):
                return


def delete_all_versions(key: str) -> list[str]:
    """Erase the object with every version and marker, and return their version ids.

    Raises StorageError when something is left, so that a receipt is never written too early.
    """
    erased = [version.version_id for version in list_versions(key)]
    for version_id in erased:
        delete(key, version_id)
    if list_versions(key):
        raise StorageError("VersionsRemain")
    return erased


def restore(key: str, version_id: str) -> StoredObject:
    """Make that version what the key shows again, and return it.

    Delete markers on top are taken away, which keeps its version id; when newer bytes lie above
    it, it is copied to the top. Raises ObjectMissing when the version has expired.
    """
    versions = list_versions(key)
    if not any(v.version_id == version_id and not v.is_delete_marker for v in versions):
        raise ObjectMissing("NoSuchVersion")
    while (newest := list_versions(key)[0]).is_delete_marker:
        delete(key, newest.version_id)
    if newest.version_id != version_id:
        return copy(key, key, source_version_id=version_id)
    restored = head(key)
    if restored is None:
        raise StorageError("RestoredButMissing")
    return restored


def version_to_name(key: str, version_id: str | None) -> str | None:
    """Return the version that a URL has to name to read ``version_id`` of the object.

    The embedded bucket serves a named version whole only, and without its filename: there the key
    alone is named as long as it holds that version. Raises StorageError.
    """
    if version_id is None or not settings.EMBEDDED_BUCKET:
        return version_id
    current = head(key)
    return None if current is not None and current.version_id == version_id else version_id
