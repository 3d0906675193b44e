"""What is told of one recording, brought together: whatever comes twice or in another order."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils import timezone

from filmroom.sealing import seal_fields
from integrations import choosing
from integrations.models import AnnouncedRecording
from integrations.news import RecordingNews, Somebody
from sessions_app.meetings import meeting_id_of

MOST_PEOPLE = 200


def merge(recording: AnnouncedRecording, news: RecordingNews, *, is_there: bool = False) -> None:
    """Bring what the news says into the row, which is not saved.

    Nothing is lost by it, and news that came before says nothing new: files that are ready count
    more than those that are not, keys that hold longer more than others, and the sooner end of
    what two say, unless it is back from the trash. ``is_there``: the platform was asked just now,
    and that is what it has.
    """
    recording.meeting_id = recording.meeting_id or meeting_id_of(news.meeting_id)
    recording.title = recording.title or one_line(news.title, 200)
    recording.host_email = recording.host_email or one_line(news.host_email, 254).lower()
    recording.participants = _people(recording.participants, news.participants)
    recording.started_at = min(filter(None, (recording.started_at, news.started_at)), default=None)
    recording.duration_seconds = (
        max(recording.duration_seconds or 0, news.duration_seconds or 0) or None
    )
    recording.share_url = recording.share_url or (
        news.share_url if len(news.share_url) <= 2048 else ""
    )
    recording.files = choosing.as_rows(
        choosing.merged(choosing.from_rows(recording.files), news.files, is_newest=is_there)
    )
    if news.is_back or (is_there and news.expires_at):
        recording.expires_at = news.expires_at
    else:
        ends = (recording.expires_at, news.expires_at)
        recording.expires_at = min(filter(None, ends), default=None)
    if is_there or news.is_back:
        recording.gone_at = None
    elif news.is_gone:
        recording.gone_at = recording.gone_at or timezone.now()
    _take_key(recording, news)


def _take_key(recording: AnnouncedRecording, news: RecordingNews) -> None:
    until = recording.access_until
    is_newer = until is None or (news.access_until is not None and news.access_until >= until)
    if news.access and (is_newer or not recording.sealed_access):
        recording.sealed_access = seal_fields(news.access)
        recording.access_until = news.access_until
    elif news.access_until and is_newer and not recording.sealed_access:
        recording.access_until = news.access_until


def as_news(recording: AnnouncedRecording) -> RecordingNews:
    """Return what is known of a recording as news have it, without its key."""
    return RecordingNews(
        platform=recording.platform,
        external_id=recording.external_id,
        meeting_id=recording.meeting_id,
        title=recording.title,
        host_email=recording.host_email,
        participants=tuple(people_of(recording)),
        started_at=recording.started_at,
        duration_seconds=recording.duration_seconds,
        share_url=recording.share_url,
        files=tuple(choosing.from_rows(recording.files)),
        access_until=recording.access_until,
        expires_at=recording.expires_at,
    )


def people_of(recording: AnnouncedRecording) -> list[Somebody]:
    """Return who is said to have been there."""
    return [Somebody(each["name"], each["email"]) for each in recording.participants]


def _people(kept: list[dict[str, Any]], told: Iterable[Somebody]) -> list[dict[str, str]]:
    found = {(each["email"] or each["name"]): each for each in kept}
    for each in told:
        name, email = one_line(each.name, 200), one_line(each.email, 254).lower()
        if (email or name) and not found.get(email or name, {}).get("name"):
            found[email or name] = {"name": name, "email": email}
    ordered = sorted(found.values(), key=lambda each: (each["email"], each["name"]))
    return ordered[:MOST_PEOPLE]


def one_line(text: str, longest: int) -> str:
    """Return ``text`` as rows hold it: one line without NUL, cut to ``longest``."""
    return " ".join(text.replace("\x00", "").split())[:longest]
