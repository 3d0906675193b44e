"""Fathom: a meeting that it recorded, often with its transcript."""

from __future__ import annotations

from datetime import datetime

from filmroom.json import dump
from integrations.news import AnnouncedFile, FileKind, News, RecordingNews
from integrations.receivers.errors import Unreadable
from integrations.receivers.standard import StandardScheme, people
from integrations.receivers.told import Told, seconds_between

LONGEST_SENTENCE = 10_000
MOST_SENTENCES = 20_000


class Fathom(StandardScheme):
    """Signed as Standard Webhooks are; a body of its own, which names no type."""

    def event_type(self, told: Told) -> str:
        return told["type"].text(100) or "meeting"

    def read(self, told: Told, *, received_at: datetime) -> list[News]:
        recording = told["recording_id"].name()
        if not recording:
            raise Unreadable
        start, end = told["recording_start_time"].time(), told["recording_end_time"].time()
        transcript = _transcript(told["transcript"], recording)
        return [
            RecordingNews(
                platform="fathom",
                external_id=recording,
                title=told["title"].text() or told["meeting_title"].text(),
                host_email=told.at("recorded_by.email").email(),
                participants=people(told["calendar_invitees"]),
                started_at=start,
                duration_seconds=seconds_between(start, end),
                share_url=told["share_url"].link(),
                files=(transcript,) if transcript else (),
            )
        ]


def _transcript(told: Told, recording: str) -> AnnouncedFile | None:
    """The transcript in Fathom's own form, of which only what is known is kept."""
    sentences = [
        {
            "speaker": {"display_name": each.at("speaker.display_name").text()},
            "text": each["text"].text(LONGEST_SENTENCE),
            "timestamp": each["timestamp"].text(20),
        }
        for each in told.each(MOST_SENTENCES)
    ]
    if not sentences:
        return None
    return AnnouncedFile(
        id=f"{recording}/transcript",
        kind=FileKind.TRANSCRIPT,
        extension="json",
        text=dump({"transcript": sentences}).decode(),
    )
