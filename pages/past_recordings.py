"""What pages show of past recordings: before they are chosen, and what became of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from filmroom.sentences import told
from integrations.models import AnnouncedRecording
from integrations.polling import PastRecording
from pages.states import UPLOADS, WAITS, Shown

Status = AnnouncedRecording.Status
NEW = Shown(_("Not here yet"), "none", "quiet")
PUT_ASIDE = Shown(_("Not wanted earlier"), "stop", "quiet")
NO_FILE = Shown(_("Nothing to fetch"), "warning", "bad")
WAITS_FOR_SESSION = Shown(_("Waits for its session"), "question", "busy")


@dataclass(frozen=True)
class PastLine:
    """A past recording to choose, or one that is here already."""

    past: PastRecording

    @property
    def shown(self) -> Shown:
        """Where it stands."""
        announced = self.past.announced
        if announced is not None and announced.upload is not None:
            return UPLOADS[announced.upload.status]
        if self.past.size_bytes is None and not self.past.files:
            return NO_FILE
        if announced is not None and announced.status == Status.DISMISSED:
            return PUT_ASIDE
        if announced is not None and announced.status == Status.WAITING:
            return WAITS_FOR_SESSION
        return NEW

    @property
    def can_choose(self) -> bool:
        """Whether importing it would bring anything."""
        return not self.past.is_here and bool(self.past.files)

    @property
    def is_chosen(self) -> bool:
        """Whether it stands chosen at first: what is known already is not."""
        return self.past.announced is None


@dataclass(frozen=True)
class Became:
    """What a chosen recording has become."""

    recording: AnnouncedRecording
    shown: Shown
    sentence: str


def past_lines(found: Iterable[PastRecording]) -> list[PastLine]:
    """Return the lines of a listing, in its order."""
    return [PastLine(each) for each in found]


def became(recording: AnnouncedRecording) -> Became:
    """Return what importing ``recording`` has led to."""
    if recording.upload is not None:
        shown = UPLOADS[recording.upload.status]
    elif recording.session is not None:
        shown = WAITS
    else:
        shown = WAITS_FOR_SESSION
    return Became(recording, shown, told(recording.problem))
