"""Every page and every button, tried by those who may not."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import User
from accounts.tokens import create_token
from integrations.deliveries import queue_test
from integrations.endpoints import create_endpoint
from integrations.models import AnnouncedRecording, EventType
from pages.urls import urlpatterns
from recordings.models import SessionUpload, Sidecar, SyncRun, UnmatchedFile
from recordings.noting import write_note
from sessions_app.models import Session
from tests.attempts import add_upload
from tests.integrations.connections import connect

OPEN = {"home", "healthz", "readyz", None}
# Everybody has a language and a clock.
FOR_CLIENTS_TOO = {"settings"}
# Names of pages that speak of one object; all others are everybody's own.
OF_ONE = {
    "session",
    "session-edit",
    "session-upload",
    "session-download",
    "session-play",
    "session-media",
    "session-thumbnails",
    "session-copy-retry",
    "session-delete",
    "session-restore",
    "session-notes",
    "session-notes-export",
    "session-position",
    "note-edit",
    "note-delete",
    "upload-retry",
    "upload-cancel",
    "token-revoke",
    "sidecar-download",
    "connection",
    "connection-secret",
    "connection-test",
    "connection-subscribe",
    "connection-past",
    "connection-remove",
    "unmatched-recording",
    "unmatched-session",
    "unmatched-dismiss",
    "unmatched-reconsider",
    "unmatched-file",
    "endpoint",
    "endpoint-edit",
    "endpoint-rotate",
    "endpoint-test",
    "endpoint-enable",
    "endpoint-disable",
    "endpoint-delete",
    "delivery",
    "delivery-replay",
}
NAMES = sorted({pattern.name for pattern in urlpatterns} - OPEN, key=str)


@pytest.fixture
def address(coach: User, session: Session) -> Callable[[str], str]:
    """Return the address of a page about something of the coach's."""
    token, _ = create_token(owner=coach, name="mine", scope="read", by=None)
    upload = add_upload(session, "failed")
    note = write_note(session=session, by=coach, at_seconds=5, text="Hers alone")
    connection, _made = connect(coach, "cal_com")
    recording = AnnouncedRecording.objects.create(
        connection=connection, coach=coach, platform="zoom", external_id="1"
    )
    file = UnmatchedFile.objects.create(
        s3_key="recordings/loose.mp4",
        coach=coach,
        reason="bad_key",
        size_bytes=1,
        last_modified=session.scheduled_at,
    )
    sidecar = Sidecar.objects.create(
        upload=upload, kind="chat", source_id="1", filename="chat.txt", s3_key="sidecars/1"
    )
    endpoint, _secret = create_endpoint(
        owner=coach, url="https://127.0.0.2/film-room", events=EventType.values[:1], by=coach
    )
    delivery = queue_test(endpoint=endpoint, by=coach)
    ids = {
        "connection_id": connection.pk,
        "recording_id": recording.pk,
        "file_id": file.pk,
        "sidecar_id": sidecar.pk,
        "endpoint_id": endpoint.pk,
        "delivery_id": delivery.pk,
        "session_id": session.pk,
        "upload_id": upload.pk,
        "token_id": token.id,
        "note_id": note.pk,
    }

    def find(name: str) -> str:
        pattern = next(each for each in urlpatterns if each.name == name)
        route = str(pattern.pattern)
        for key, value in ids.items():
            route = route.replace(f"<uuid:{key}>", str(value))
        route = route.replace("<slug:platform>", "zoom").replace("<slug:name>", "webhook_secret")
        return f"/{route}"

    return find


def _knock(web: Client, url: str) -> list[int]:
    """The statuses of GET and POST, a method that is not offered left out."""
    answers = [web.get(url).status_code, web.post(url).status_code]
    return [status for status in answers if status != 405]


def test_the_list_of_pages_about_one_object_is_whole() -> None:
    assert {p.name for p in urlpatterns if "<uuid" in str(p.pattern)} == OF_ONE


@pytest.mark.parametrize("name", NAMES)
def test_strangers_are_sent_to_the_login(
    client: Client, address: Callable[[str], str], name: str
) -> None:
    url = address(name)
    for answer in (client.get(url), client.post(url)):
        if answer.status_code != 405:
            assert answer.status_code == 302
            assert answer["Location"] == f"/accounts/login/?next={url}"


@pytest.mark.parametrize("name", sorted(set(NAMES) - FOR_CLIENTS_TOO, key=str))
def test_clients_are_told_that_there_is_nothing_yet(
    web_for: Callable[..., Client],
    client_user: User,
    session: Session,
    address: Callable[[str], str],
    name: str,
) -> None:
    web, url = web_for(client_user), address(name)
    for answer in (web.get(url), web.post(url)):
        if answer.status_code != 405:
            assert answer.status_code == 403
            assert "Nothing here yet" in answer.text
            assert session.title not in answer.text
    assert not SyncRun.objects.exists()


@pytest.mark.parametrize("name", sorted(OF_ONE))
def test_another_coach_finds_nothing(
    web_for: Callable[..., Client],
    other_coach: User,
    session: Session,
    address: Callable[[str], str],
    name: str,
) -> None:
    url = address(name)
    assert set(_knock(web_for(other_coach), url)) == {404}
    session.refresh_from_db()
    assert session.title == "First talk"
    assert SessionUpload.objects.get().status == "failed"


def test_another_coachs_list_is_empty(
    web_for: Callable[..., Client], other_coach: User, session: Session
) -> None:
    text = web_for(other_coach).get("/dashboard/coach/recordings?q=First").text

    assert "No session fits" in text
    assert session.title not in text


def test_somebody_deactivated_is_out_at_once(web: Client, coach: User) -> None:
    coach.is_active = False
    coach.save()

    assert web.get("/dashboard/coach/recordings").status_code == 302


@pytest.mark.parametrize("name", ["sync", "upload-retry", "upload-cancel"])
def test_buttons_want_their_csrf_token(
    web: Client, address: Callable[[str], str], name: str
) -> None:
    web.handler.enforce_csrf_checks = True

    answer = web.post(address(name))

    assert answer.status_code == 403
    assert "The page was too old" in answer.text
