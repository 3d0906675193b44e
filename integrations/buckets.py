"""Recordings that a platform writes into a bucket itself: into ours, or into somebody else's."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import unquote, urlsplit
from uuid import UUID

from django.conf import settings

from filmroom.sentences import sentence
from recordings import storage

IN_OURS = sentence("This recording lies in the bucket already: it is taken in by the next sync.")
NOT_YOURS = sentence(
    "This recording lies in the bucket, but not below your own folder: let the platform write it "
    "there, or upload the file."
)
FOREIGN = sentence(
    "This recording lies in a bucket that Film Room does not read: let the platform write into "
    "Film Room's bucket or give a web link, or upload the file."
)


class Place(NamedTuple):
    """A place in a bucket."""

    bucket: str
    key: str


def obstacle(url: str, coach_id: UUID) -> str:
    """Return why a file is not fetched from where it lies, '' when it is."""
    place = place_of(url)
    if place is None:
        return ""
    if place.bucket != settings.AWS_S3_BUCKET:
        return FOREIGN
    return IN_OURS if own_key(url, coach_id) else NOT_YOURS


def own_key(url: str, coach_id: UUID) -> str:
    """Return the key of a file below the coach's folder of our bucket, '' for any other."""
    place = place_of(url)
    if place is None or place.bucket != settings.AWS_S3_BUCKET:
        return ""
    return place.key if place.key.startswith(storage.coach_prefix(coach_id)) else ""


def place_of(url: str) -> Place | None:
    """Return the bucket's place that an address names; None for what a web server serves.

    ``s3://`` names one; an https address of our own bucket does too. In other people's buckets
    files may be public, so that their https addresses are fetched as any other.
    """
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").lower()
    except ValueError:
        return None
    if parts.scheme not in ("http", "https"):
        return Place(parts.netloc if parts.scheme == "s3" else "", parts.path.lstrip("/"))
    if parts.query:
        return None  # signed: whoever made it wants it fetched
    bucket, path = settings.AWS_S3_BUCKET, unquote(parts.path).lstrip("/")
    ours = host == urlsplit(settings.AWS_S3_ENDPOINT_URL or "").hostname
    if (ours or host.endswith(".amazonaws.com")) and path.startswith(f"{bucket}/"):
        return Place(bucket, path.removeprefix(f"{bucket}/"))
    if host.startswith(f"{bucket}.s3.") and host.endswith(".amazonaws.com"):
        return Place(bucket, path)
    return None
