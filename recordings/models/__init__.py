"""Every attempt to bring in a recording, every sync, every file that nobody owns yet."""

from __future__ import annotations

from recordings.models.fields import KeyField
from recordings.models.syncing import (
    SyncRun,
    SyncRunQuerySet,
    UnmatchedFile,
    UnmatchedFileQuerySet,
)
from recordings.models.uploads import (
    ACTIVE_STATUSES,
    LIVE_STATUSES,
    SessionUpload,
    SessionUploadQuerySet,
    UploadEvent,
)

__all__ = [
    "ACTIVE_STATUSES",
    "LIVE_STATUSES",
    "KeyField",
    "SessionUpload",
    "SessionUploadQuerySet",
    "SyncRun",
    "SyncRunQuerySet",
    "UnmatchedFile",
    "UnmatchedFileQuerySet",
    "UploadEvent",
]
