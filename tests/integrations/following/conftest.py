"""What platforms tell, and a TLS server that plays all of them by their real names."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest
from django.utils import timezone
from pytest_django import Settings

from accounts.models import User
from integrations.models import Connection
from integrations.news import AnnouncedFile, FileKind, RecordingNews
from recordings import imports, lifecycle
from recordings.models import SessionUpload
from sessions_app.models import Session
from tests.integrations.connections import connect
from tests.origins import ALLOWED_ADDRESS, Behaviour, Origin, a_file, stand_in
from tests.recordings.media.variants import sample

# The session fixture of `tests.conftest` begins then.
BEGINS = datetime(2026, 1, 14, 15, 0, tzinfo=UTC)
TOKEN = "a-download-token-77aa"
HOSTS = (
    "zoom.us", "api.zoom.us", "us02web.zoom.us", "ssrweb.example.net", "files.example.org",
    "graph.microsoft.com", "login.microsoftonline.com", "webexapis.com", "nfg1.webex.com",
    "api.fireflies.ai", "cdn.fireflies.ai", "api.fathom.ai", "inside.example.org",
)  # fmt: skip
VTT = b"WEBVTT\r\n\r\n1\r\n00:00:01.000 --> 00:00:02.000\r\nKlara Client: Hello\r\n"


@pytest.fixture(autouse=True)
def _impatient(settings: Settings) -> None:
    settings.IMPORT_RETRY_BASE_SECONDS = 0.01


@pytest.fixture
def web(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Origin]:
    """One server for every host, which answers 404 until it is told more."""
    settings.IMPORT_ALLOWED_ORIGIN = ALLOWED_ADDRESS
    with Origin(tls_names=HOSTS) as origin:
        stand_in(monkeypatch, origin, *HOSTS)
        yield origin


@pytest.fixture(scope="session")
def mp4() -> bytes:
    return sample("mp4", seconds=2)


@pytest.fixture
def zoom(coach: User) -> Connection:
    """Zoom by webhook alone."""
    return connect(coach, "zoom")[0]


@pytest.fixture
def zoom_oauth(coach: User) -> Connection:
    """Zoom with an app whose API we may ask, too."""
    return connect(
        coach,
        "zoom",
        secrets={"webhook_secret": "zoom-secret-token", "client_secret": "zoom-client-secret"},
        details={"account_id": "acc-1", "client_id": "app-1"},
    )[0]


@pytest.fixture
def cal(coach: User) -> Connection:
    return connect(coach, "cal_com")[0]


@pytest.fixture
def plays_zoom(web: Origin) -> Callable[..., None]:
    """Let Zoom's API hand out tokens and list ``meetings``."""

    def play(*meetings: Mapping[str, Any]) -> None:
        web.serve("/oauth/token", some_json({"access_token": "oauth-1", "expires_in": 3600}))
        web.serve("/v2/users/me/recordings", some_json({"meetings": list(meetings)}))
        for meeting in meetings:
            name = quote(meeting["uuid"], safe="")
            web.serve(f"/v2/meetings/{name}/recordings", some_json(meeting))

    return play


def some_json(data: Any, **headers: str) -> Behaviour:
    """An API's answer."""
    return a_file(
        json.dumps(data).encode(), content_type="application/json", headers=headers, etag=None
    )


def video(**fields: Any) -> AnnouncedFile:
    return AnnouncedFile(
        **{
            "id": "v1",
            "kind": FileKind.VIDEO,
            "url": "https://us02web.zoom.us/rec/download/v1",
            "extension": "mp4",
            "view": "shared_screen_with_speaker_view",
            "size_bytes": 5000,
            **fields,
        }
    )


def transcript(**fields: Any) -> AnnouncedFile:
    return AnnouncedFile(
        **{
            "id": "t1",
            "kind": FileKind.TRANSCRIPT,
            "url": "https://us02web.zoom.us/rec/download/t1",
            "extension": "vtt",
            **fields,
        }
    )


def announced(**fields: Any) -> RecordingNews:
    """News of a recording that fits the session fixture by time, with one video."""
    return RecordingNews(
        **{
            "platform": "zoom",
            "external_id": "uuid-1==",
            "meeting_id": "81234567890",
            "title": "Weekly talk",
            "host_email": "coach@example.com",
            "started_at": BEGINS + timedelta(minutes=2),
            "duration_seconds": 3000.0,
            "share_url": "https://us02web.zoom.us/rec/share/abc",
            "files": (video(),),
            "access": {"download_token": TOKEN},
            "access_until": timezone.now() + timedelta(hours=24),
            **fields,
        }
    )


def zoom_meeting(**fields: Any) -> dict[str, Any]:
    """A meeting as Zoom's API and webhooks have it, of the time of the session fixture."""
    return {
        "uuid": "uuid-1==",
        "id": 81234567890,
        "topic": "Weekly talk",
        "host_email": "coach@example.com",
        "start_time": "2026-01-14T15:02:00Z",
        "duration": 50,
        "share_url": "https://us02web.zoom.us/rec/share/abc",
        "recording_files": [
            {
                "id": "v1",
                "file_type": "MP4",
                "file_extension": "MP4",
                "file_size": 5000,
                "download_url": "https://us02web.zoom.us/rec/download/v1",
                "status": "completed",
                "recording_type": "shared_screen_with_speaker_view",
            }
        ],
        **fields,
    }


def work(upload: SessionUpload | None) -> SessionUpload:
    """A worker's turn at one import; the row as it is afterwards."""
    assert upload is not None
    imports.run(upload.pk, worker="worker")
    return SessionUpload.objects.get(pk=upload.pk)


def hosts(web: Origin) -> list[tuple[str, str]]:
    """Whom the requests were for, and what they asked for, without queries."""
    return [(each.headers["host"], each.path.partition("?")[0]) for each in web.requests]


def bytes_of(s3: Any, bucket: str, key: str) -> bytes:
    data: bytes = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
    return data


def put_recording(session: Session, **fields: Any) -> SessionUpload:
    """Give a session a recording, as if it had come by another way."""
    number = SessionUpload.objects.count()
    key = f"recordings/{session.coach_id}/no-client/2026-01-14/talk_{number:08x}.mp4"
    upload = SessionUpload(
        **{
            "session": session,
            "type": "sync",
            "status": "completed",
            "s3_key": key,
            "size_bytes": 5,
            "etag": '"e"',
            "completed_at": timezone.now(),
            **fields,
        }
    )
    return lifecycle.start(upload, actor=lifecycle.WORKER)
