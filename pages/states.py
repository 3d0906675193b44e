"""How a state is shown: always a word, an icon and a tone, never a colour alone."""

from __future__ import annotations

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from recordings.models import SyncRun
from sessions_app.models import StageStatus, UploadStatus

PASSCODE_CODES = ("needs_passcode", "wrong_passcode")


class Shown(NamedTuple):
    """A state as a page shows it: the word, a symbol of ``icons.svg`` and a tone of the CSS."""

    word: str | Promise
    icon: str
    tone: str


NO_RECORDING = Shown(_("No recording"), "none", "quiet")
WAITS = Shown(_("Waits for the platform"), "waiting", "busy")
NOT_PLAYABLE = Shown(_("Cannot be played here"), "warning", "bad")

UPLOADS: dict[str, Shown] = {
    UploadStatus.PENDING: Shown(UploadStatus.PENDING.label, "waiting", "busy"),
    UploadStatus.UPLOADING: Shown(UploadStatus.UPLOADING.label, "moving", "busy"),
    UploadStatus.COMPLETED: Shown(UploadStatus.COMPLETED.label, "check", "good"),
    UploadStatus.FAILED: Shown(UploadStatus.FAILED.label, "warning", "bad"),
    UploadStatus.CANCELLED: Shown(UploadStatus.CANCELLED.label, "stop", "quiet"),
    UploadStatus.DELETED: Shown(UploadStatus.DELETED.label, "delete", "quiet"),
    UploadStatus.MISSING: Shown(UploadStatus.MISSING.label, "missing", "bad"),
}

STAGES: dict[str, Shown] = {
    StageStatus.PENDING: Shown(StageStatus.PENDING.label, "waiting", "quiet"),
    StageStatus.PROCESSING: Shown(StageStatus.PROCESSING.label, "moving", "busy"),
    StageStatus.COMPLETED: Shown(StageStatus.COMPLETED.label, "check", "good"),
    StageStatus.FAILED: Shown(StageStatus.FAILED.label, "warning", "bad"),
}

SYNCS: dict[str, Shown] = {
    SyncRun.Status.PENDING: Shown(SyncRun.Status.PENDING.label, "waiting", "busy"),
    SyncRun.Status.RUNNING: Shown(SyncRun.Status.RUNNING.label, "moving", "busy"),
    SyncRun.Status.COMPLETED: Shown(SyncRun.Status.COMPLETED.label, "check", "good"),
    SyncRun.Status.FAILED: Shown(SyncRun.Status.FAILED.label, "warning", "bad"),
    SyncRun.Status.HALTED: Shown(SyncRun.Status.HALTED.label, "stop", "bad"),
}
