"""News as platforms tell them, for tests of what follows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from integrations import announcing
from integrations.models import AnnouncedRecording, Connection
from integrations.news import AnnouncedFile, FileKind, RecordingNews, Somebody

HELD_AT = datetime(2026, 1, 14, 15, 2, tzinfo=UTC)
VIDEO = AnnouncedFile(
    id="file-1",
    kind=FileKind.VIDEO,
    url="https://us02web.zoom.us/rec/download/file-1",
    extension="mp4",
    view="shared_screen_with_speaker_view",
    size_bytes=5_000_000,
)


def tell(connection: Connection, name: str = "uuid-1", **fields: Any) -> AnnouncedRecording:
    """Let Zoom tell ``connection`` of a recording; ``fields`` are those of RecordingNews."""
    news = {
        "title": "Coaching call",
        "host_email": "somebody@example.org",
        "participants": (Somebody("Amara Okafor", "amara@example.org"), Somebody("Jonas Weber")),
        "started_at": HELD_AT,
        "duration_seconds": 3541.0,
        "files": (VIDEO,),
        "access": {"download_token": "a-download-token"},
        "access_until": HELD_AT + timedelta(days=1),
        **fields,
    }
    told = RecordingNews(platform="zoom", external_id=name, **news)
    return announcing.take_in(told, connection=connection)
