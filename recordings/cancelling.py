"""Stopping an upload or import that is under way."""

from __future__ import annotations

from accounts.models import User
from recordings.errors import UploadClosed
from recordings.lifecycle import advance, person
from recordings.models import SessionUpload
from recordings.verifying import remove_leftovers
from sessions_app.models import UploadStatus


def cancel(*, upload: SessionUpload, by: User) -> SessionUpload:
    """Return the upload, cancelled; whatever reached the bucket is removed.

    A worker that is fetching notices within seconds; a bucket that cannot be reached is cleaned
    by the sweep. Raises UploadClosed when the upload has ended.
    """
    moved, was_fetched = False, False
    while not moved:
        if upload.status not in (UploadStatus.PENDING, UploadStatus.UPLOADING):
            raise UploadClosed
        was_fetched = bool(upload.lease_owner)
        moved = advance(
            upload,
            to=UploadStatus.CANCELLED,
            actor=person(by),
            lease_owner="",
            lease_until=None,
            next_attempt_at=None,
            error_code="",  # of what it may have waited for
            error_detail="",
            leftovers=True,
        )
    if remove_leftovers(upload) and was_fetched:
        # The worker may just be putting the object together: the sweep looks once more.
        SessionUpload.objects.filter(pk=upload.pk).update(leftovers=True)
    upload.refresh_from_db()
    return upload
