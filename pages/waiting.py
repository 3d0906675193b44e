"""What pages show of recordings and files that wait for their session, and where they may go."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple, cast
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from filmroom.ids import as_uuid
from integrations.models import AnnouncedRecording
from integrations.models.announcements import AnnouncedRecordingQuerySet
from pages.link_form import MOST_OFFERED, sessions_offered
from recordings.models import UnmatchedFile, UnmatchedFileQuerySet
from recordings.unmatched import ASSIGNABLE
from recordings.weighing import told_why
from sessions_app.models import Platform, Session, SessionQuerySet, UploadStatus

NEARBY = timedelta(days=3)
Status = AnnouncedRecording.Status


class Suggestion(NamedTuple):
    """A session that may be the right one, and why in one sentence."""

    session: Session
    why: str


@dataclass(frozen=True)
class WaitingRecording:
    """A recording that lies at a platform, with the sessions it may belong to."""

    recording: AnnouncedRecording
    suggestions: Sequence[Suggestion]

    @property
    def title(self) -> str:
        """What it is called there, or that it has no name."""
        return self.recording.title or _("Without a title")

    @property
    def site(self) -> str:
        """The platform's name as people know it."""
        if self.recording.platform == Platform.OTHER and self.recording.connection:
            return str(self.recording.connection)
        return str(self.recording.get_platform_display())

    @property
    def people(self) -> list[str]:
        """Who was there, by name or address."""
        named = [each.get("name") or each.get("email") for each in self.recording.participants]
        return [name for name in named if name]

    @property
    def given(self) -> str:
        """Whose it is, where a person gave it a session and nothing could be fetched yet."""
        session = self.recording.session
        return _("The recording belongs to “%s” now.") % session.title if session else ""

    @property
    def is_cut_off(self) -> bool:
        """Whether the connection it came by was removed, so that it may not be fetched any more."""
        return self.recording.connection_id is None


@dataclass(frozen=True)
class WaitingFile:
    """A file that lies in the bucket and belongs to no session."""

    file: UnmatchedFile
    suggestions: Sequence[Suggestion]

    @property
    def title(self) -> str:
        """The file's name."""
        return self.file.s3_key.rpartition("/")[2] or self.file.s3_key


def recordings_seen_by(user: User) -> QuerySet[AnnouncedRecording]:
    """Return the announced recordings that a person may see, without what is sealed."""
    visible = cast("AnnouncedRecordingQuerySet", AnnouncedRecording.objects).visible_to(user)
    return visible.select_related("connection", "coach", "session").defer("sealed_access", "files")


def still_waiting(recordings: QuerySet[AnnouncedRecording]) -> QuerySet[AnnouncedRecording]:
    """Return those without a session, and those that have one but no import yet, or only one
    that was cancelled: nothing else takes them up again.

    Not those that their platform told of only when it removed them, or Zoom when it moved them
    into its trash.
    """
    in_trash = Q(platform=Platform.ZOOM, expires_at__isnull=False)
    removed_unseen = Q(files=[]) & (Q(gone_at__isnull=False) | in_trash)
    cancelled = Q(upload__status=UploadStatus.CANCELLED, session__s3_key="")
    return recordings.filter(
        Q(status=Status.WAITING) & ~removed_unseen
        | Q(status=Status.MATCHED) & (Q(upload=None) | cancelled)
    )


def files_seen_by(user: User) -> QuerySet[UnmatchedFile]:
    """Return the files below a person's prefix that a session can be given; of staff, all."""
    visible = cast("UnmatchedFileQuerySet", UnmatchedFile.objects).visible_to(user)
    return visible.filter(reason__in=ASSIGNABLE).select_related("coach")


def count_waiting(user: User) -> int:
    """Return how many recordings and files the list of what waits has."""
    return still_waiting(recordings_seen_by(user)).count() + files_seen_by(user).count()


def waiting_recordings(
    recordings: Iterable[AnnouncedRecording], sessions: SessionQuerySet
) -> list[WaitingRecording]:
    """Return each with the suggested sessions that are still among ``sessions``, in one query."""
    listed = list(recordings)
    known = _load([each.suggestions for each in listed], sessions)
    return [WaitingRecording(each, _suggestions(each.suggestions, known)) for each in listed]


def waiting_files(files: Iterable[UnmatchedFile], sessions: SessionQuerySet) -> list[WaitingFile]:
    """Return each with the suggested sessions that are still among ``sessions``, in one query."""
    listed = list(files)
    known = _load([each.suggestions for each in listed], sessions)
    return [WaitingFile(each, _suggestions(each.suggestions, known)) for each in listed]


def sessions_to_choose(
    sessions: SessionQuerySet, search: str, near: datetime | None
) -> list[Session]:
    """Return those found; without a search the ones nearest to a time, else the latest."""
    if near is not None and not search.strip():
        there = sessions.filter(scheduled_at__gte=near - NEARBY, scheduled_at__lte=near + NEARBY)
        nearest = sorted(there[:200], key=lambda each: abs(each.scheduled_at - near))
        if nearest:
            return nearest[:MOST_OFFERED]
    return sessions_offered(sessions, search)


def _load(
    suggestions: Iterable[list[dict[str, Any]]], sessions: SessionQuerySet
) -> dict[UUID, Session]:
    named = {as_uuid(each["session_id"]) for of_one in suggestions for each in of_one}
    ids = [pk for pk in named if pk]
    return {session.pk: session for session in sessions.filter(pk__in=ids)} if ids else {}


def _suggestions(
    kept: Iterable[dict[str, Any]], known: dict[UUID, Session]
) -> Sequence[Suggestion]:
    found = []
    for each in kept:
        pk = as_uuid(each["session_id"])
        if pk in known:
            found.append(Suggestion(known[pk], told_why(each["why"])))
    return found
