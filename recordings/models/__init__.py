"""Every attempt at a recording, what was made of it and lay beside it, syncs, stray files."""

from __future__ import annotations

from recordings.models.fields import KeyField
from recordings.models.renditions import Rendition
from recordings.models.sidecars import Sidecar, SidecarQuerySet
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
from recordings.models.watching import NOTE_MAX_LENGTH, Note, NoteQuerySet, PlaybackPosition

__all__ = [
    "ACTIVE_STATUSES",
    "LIVE_STATUSES",
    "NOTE_MAX_LENGTH",
    "KeyField",
    "Note",
    "NoteQuerySet",
    "PlaybackPosition",
    "Rendition",
    "SessionUpload",
    "SessionUploadQuerySet",
    "Sidecar",
    "SidecarQuerySet",
    "SyncRun",
    "SyncRunQuerySet",
    "UnmatchedFile",
    "UnmatchedFileQuerySet",
    "UploadEvent",
]
