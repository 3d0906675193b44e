"""A coach whose platforms are connected, in every state that a page shows of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils import timezone

from accounts.models import User
from integrations.models import AnnouncedRecording, Connection, ReceivedEvent
from integrations.news import RecordingNews, Somebody
from recordings import lifecycle, sidecars
from recordings.models import SessionUpload, UnmatchedFile
from sessions_app.models import Session
from tests.attempts import add_upload
from tests.integrations.connections import connect
from tests.integrations.news import HELD_AT, VIDEO, tell

EVENTS = (
    ("recording.completed", "handled", "", ""),
    ("recording.transcript_completed", "pending", "", ""),
    ("meeting.ended", "ignored", "", "This kind of news changes nothing here."),
    ("recording.completed", "rejected", "bad_signature", "The signature does not fit."),
)


@dataclass(frozen=True)
class PlatformWorld:
    """What the pages are about."""

    zoom: Connection
    fathom: Connection
    teams: Connection
    unmatched: AnnouncedRecording
    file: UnmatchedFile
    asks_passcode: Session
    waits: Session
    has_sidecars: Session


def build_platform_world(coach: User, make_session: Callable[..., Session]) -> PlatformWorld:
    """Connect platforms of ``coach``, and let them tell of recordings that fit and do not fit."""
    now = timezone.now()
    zoom, _made = connect(
        coach,
        "zoom",
        name="Practice",
        secrets={"webhook_secret": "zoom-secret-token-7f3a", "client_secret": "zoom-client-2b1c"},
        details={"account_id": "kP3xA9vT", "client_id": "Qd8sR2"},
    )
    _update(zoom, last_event_at=now - timedelta(hours=2), polled_at=now - timedelta(hours=9))
    connect(coach, "cal_com")
    fathom, _made = connect(coach, "fathom", secrets={})
    teams, _made = connect(coach, "graph", name="A very long name of an account " * 3)
    _update(
        teams,
        problem="Microsoft Teams does not accept this connection's credentials: enter them anew.",
    )
    for number, (event_type, outcome, code, detail) in enumerate(EVENTS):
        ReceivedEvent.objects.create(
            connection=zoom,
            coach=coach,
            platform="zoom",
            dedupe_key=str(number),
            event_type=event_type,
            outcome=outcome,
            outcome_code=code,
            outcome_detail=detail,
            received_at=now - timedelta(hours=2, minutes=7 * number),
            times_received=number + 1,
        )
    for title, minutes in (("Stepping into the new role", -2), ("Quarterly goals", 2)):
        make_session(title=title, scheduled_at=HELD_AT + timedelta(minutes=minutes))
    unmatched = tell(zoom, "uuid-1", expires_at=now + timedelta(days=6))
    people = tuple(Somebody(f"Person number {number}") for number in range(12))
    tell(
        zoom,
        "uuid-2",
        title="A_very_long_title_without_any_space_in_it_" * 3,
        started_at=HELD_AT - timedelta(days=3),
        participants=people,
        share_url="https://us02web.zoom.us/rec/share/2",
        expires_at=now + timedelta(days=2),
    )
    file = UnmatchedFile.objects.create(
        s3_key=f"recordings/{coach.pk}/loose/GMT20260114-150000_Recording_1920x1080.mp4",
        coach=coach,
        reason="bad_key",
        size_bytes=412_000_000,
        last_modified=HELD_AT,
    )
    return PlatformWorld(
        zoom=zoom,
        fathom=fathom,
        teams=teams,
        unmatched=unmatched,
        file=file,
        asks_passcode=_asks_passcode(make_session(title="Career map")),
        waits=_waits(make_session(title="Feedback round")),
        has_sidecars=_has_sidecars(make_session(title="Delegation")),
    )


def past_meetings() -> list[RecordingNews]:
    """What Zoom lists of a month: of one session, of none, without a file."""

    def meeting(name: str, title: str, **fields: Any) -> RecordingNews:
        told = {"started_at": HELD_AT, "duration_seconds": 3541.0, "files": (VIDEO,), **fields}
        return RecordingNews(platform="zoom", external_id=name, title=title, **told)

    return [
        meeting("uuid-7", "Delegation, second part"),
        meeting("uuid-8", "Mid-year review", started_at=HELD_AT - timedelta(days=4)),
        meeting("uuid-1", "Coaching call"),
        meeting("uuid-9", "A talk whose recording failed", files=()),
    ]


def _update(connection: Connection, **fields: Any) -> None:
    Connection.objects.filter(pk=connection.pk).update(**fields)


def _asks_passcode(session: Session) -> Session:
    upload = add_upload(session, "pending", platform="zoom", original_filename="8s7Qh2")
    detail = "Zoom asks for a passcode before it shows this recording; give it and try again."
    lifecycle.fail(upload, code="needs_passcode", detail=detail, actor=lifecycle.WORKER)
    return session


def _waits(session: Session) -> Session:
    upload = add_upload(session, "pending", platform="google_drive")
    SessionUpload.objects.filter(pk=upload.pk).update(
        error_code="quota",
        error_detail="Google Drive has stopped downloads of this file because too many opened it.",
        waiting_since=timezone.now(),
        next_attempt_at=timezone.now() + timedelta(hours=4),
    )
    return session


def _has_sidecars(session: Session) -> Session:
    upload = add_upload(session, platform="zoom")
    for kind, name, language in (
        ("captions", "talk.vtt", "en"),
        ("transcript", "transcript.vtt", ""),
        ("chat", "chat.txt", ""),
    ):
        sidecars.keep(
            upload=upload,
            kind=kind,
            source_id=name,
            filename=name,
            language=language,
            data=b"WEBVTT\n\n00:01.000 --> 00:02.000\nHello\n",
        )
    return session
