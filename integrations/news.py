"""What receivers read out of a request, whatever platform it came from. Plain values only."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias


@dataclass(frozen=True)
class Somebody:
    """A person as the platform names them; one of the two may be ''."""

    name: str = ""
    email: str = ""


class FileKind(StrEnum):
    """What a file of an announced recording is."""

    VIDEO = "video"
    AUDIO = "audio"
    TRANSCRIPT = "transcript"
    CAPTIONS = "captions"
    CHAT = "chat"


@dataclass(frozen=True)
class AnnouncedFile:
    """A file that can be fetched. ``view`` is the platform's own word for what it shows
    (``shared_screen_with_speaker_view``), ``is_ready`` whether it can be fetched yet.

    ``text`` holds a transcript that came along in the request itself; then there is no ``url``.
    """

    id: str
    kind: FileKind
    url: str = ""
    extension: str = ""  # without its dot, lower case
    view: str = ""
    size_bytes: int | None = None
    language: str = ""
    is_ready: bool = True
    text: str = ""


@dataclass(frozen=True)
class RecordingNews:
    """A recording lies at the platform (or is deleted there, or its transcript has come).

    ``external_id`` names it for ever. ``access`` are secrets to fetch it with until
    ``access_until`` ({"download_token": …}, or the ``passcode`` of the share link).
    ``expires_at`` is when the platform removes it. ``is_back``: it is in no trash, whatever was
    said before. ``platform`` is a value of the contract's list.
    """

    platform: str
    external_id: str
    meeting_id: str = ""
    title: str = ""
    host_email: str = ""
    participants: tuple[Somebody, ...] = ()
    started_at: datetime | None = None
    duration_seconds: float | None = None
    share_url: str = ""
    files: tuple[AnnouncedFile, ...] = ()
    access: dict[str, str] = field(default_factory=dict, repr=False)
    access_until: datetime | None = None
    expires_at: datetime | None = None
    is_gone: bool = False
    is_back: bool = False


class BookingChange(StrEnum):
    """What happened to a booking."""

    MADE = "made"
    MOVED = "moved"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class BookingNews:
    """A booking was made, moved or cancelled.

    ``moved_from`` is the id of the booking that this one takes the place of. ``told_at`` is the
    platform's own time of the news.
    """

    external_id: str
    change: BookingChange
    told_at: datetime | None = None
    moved_from: str = ""
    title: str = ""
    description: str = ""
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    host_email: str = ""
    attendees: tuple[Somebody, ...] = ()
    meeting_url: str = ""


@dataclass(frozen=True)
class FetchNews:
    """Something is there that has to be asked for: the request itself names it only.

    ``resource`` is what the platform's client is to fetch (a recording's id, a Graph resource).
    """

    kind: str  # "recording" or "transcript"
    resource: str
    details: dict[str, str] = field(default_factory=dict)


News: TypeAlias = RecordingNews | BookingNews | FetchNews
