"""Recordings and files without a session: suggested, searched, made, put aside and taken up."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from integrations.models import AnnouncedRecording, Connection
from recordings import tasks
from recordings.cancelling import cancel
from recordings.models import SessionUpload, UnmatchedFile
from sessions_app.models import Session
from tests.integrations.connections import connect
from tests.integrations.news import HELD_AT, tell

URL = "/dashboard/coach/unmatched"
LIST = "/dashboard/coach/recordings"


@pytest.fixture
def zoom(coach: User) -> Connection:
    return connect(coach, "zoom")[0]


@pytest.fixture
def nudged(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The imports that workers were woken for."""
    woken: list[Any] = []
    monkeypatch.setattr(tasks, "nudge_import", woken.append)
    return woken


@pytest.fixture
def two_that_fit(make_session: Callable[..., Session]) -> list[Session]:
    """Two sessions at the time of the recording, so that it waits."""
    return [
        make_session(title=title, scheduled_at=HELD_AT + timedelta(minutes=minutes))
        for title, minutes in (("Role change", -2), ("Goals", 2))
    ]


def test_with_nothing_that_waits_the_page_says_so(web: Client) -> None:
    assert "Everything has its session" in web.get(URL).text
    assert "Nothing was turned down" in web.get(f"{URL}?show=dismissed").text


def test_what_waits_is_shown_with_what_is_known_and_where_it_may_belong(
    web: Client, zoom: Connection, two_that_fit: list[Session]
) -> None:
    soon = timezone.now() + timedelta(days=3)
    recording = tell(zoom, expires_at=soon)
    assert recording.status == "waiting"

    text = web.get(URL).text

    for said in (
        "Coaching call",
        "Zoom",
        "59:01",
        "Host: somebody@example.org",
        "Amara Okafor",
        "Jonas Weber",
        "Zoom removes it on",
        "It may belong to",
        "Role change",
        "Goals",
    ):
        assert said in text, said
    assert "a-download-token" not in text
    assert "rec/download" not in text
    assert text.count(f'action="{URL}/{recording.pk}"') == len(recording.suggestions) == 2


def test_a_suggested_session_takes_it_and_a_worker_is_woken(
    web: Client, zoom: Connection, two_that_fit: list[Session], nudged: list[Any]
) -> None:
    recording = tell(zoom)

    answer = web.post(f"{URL}/{recording.pk}", {"session": str(two_that_fit[1].pk)}, follow=True)

    recording.refresh_from_db()
    upload = SessionUpload.objects.get()
    assert (recording.status, recording.session, recording.upload) == (
        "matched",
        two_that_fit[1],
        upload,
    )
    assert (upload.type, upload.platform, upload.status) == ("webhook", "zoom", "pending")
    assert nudged == [upload.pk]
    assert "The recording belongs to “Goals” now. It is being fetched." in answer.text
    assert "Everything has its session" in answer.text


def test_a_recording_that_is_not_ready_there_is_not_said_to_be_fetched(
    web: Client, zoom: Connection, two_that_fit: list[Session], nudged: list[Any]
) -> None:
    recording = tell(zoom, files=())

    answer = web.post(f"{URL}/{recording.pk}", {"session": str(two_that_fit[0].pk)}, follow=True)

    assert "Zoom is still preparing this recording: it is fetched as soon as it is ready." in (
        answer.text
    )
    assert nudged == []


def test_what_has_its_session_and_cannot_be_fetched_stays_on_the_list_and_says_why(
    web: Client, zoom: Connection, two_that_fit: list[Session], nudged: list[Any]
) -> None:
    recording = tell(zoom, files=(), is_gone=True)
    to_first = {"session": str(two_that_fit[0].pk)}

    answer = web.post(f"{URL}/{recording.pk}", to_first, follow=True)

    assert answer.text.count("Zoom says that this recording was deleted there") == 2
    assert answer.text.count("The recording belongs to “Role change” now.") == 2
    assert "1 recording waits for its session" in web.get(LIST).text

    tell(zoom, is_back=True)
    assert "Everything has its session" in web.get(URL).text


def test_what_was_cancelled_can_be_taken_up_again(
    web: Client, zoom: Connection, two_that_fit: list[Session], coach: User, nudged: list[Any]
) -> None:
    recording, to_first = tell(zoom), {"session": str(two_that_fit[0].pk)}
    web.post(f"{URL}/{recording.pk}", to_first)
    first = SessionUpload.objects.get()
    assert "Everything has its session" in web.get(URL).text

    cancel(upload=first, by=coach)

    assert "The recording belongs to “Role change” now." in web.get(URL).text
    web.post(f"{URL}/{recording.pk}", to_first)
    assert nudged == [first.pk, SessionUpload.objects.exclude(pk=first.pk).get().pk]
    assert "Everything has its session" in web.get(URL).text


@pytest.mark.parametrize(
    "removed", [{"is_gone": True}, {"expires_at": timezone.now() + timedelta(days=30)}]
)
def test_what_is_told_of_only_as_it_is_removed_there_waits_for_nothing(
    web: Client, zoom: Connection, removed: dict[str, Any]
) -> None:
    tell(zoom, files=(), **removed)
    assert "Everything has its session" in web.get(URL).text
    assert "waits for its session" not in web.get(LIST).text

    tell(zoom)
    assert "Coaching call" in web.get(URL).text


def test_any_session_can_be_searched_for_and_the_nearest_come_first(
    web: Client, zoom: Connection, make_session: Callable[..., Session], nudged: list[Any]
) -> None:
    far = make_session(title="Long ago", scheduled_at=HELD_AT - timedelta(days=90))
    for hours in (30, 20, 40):
        make_session(title=f"After {hours}", scheduled_at=HELD_AT + timedelta(hours=hours))
    recording = tell(zoom, participants=())
    address = f"{URL}/{recording.pk}"

    nearest = web.get(address).text
    assert re.findall(r"After \d\d(?=</a>)", nearest) == ["After 20", "After 30", "After 40"]
    assert "Long ago" not in nearest
    found = web.get(address, {"q": "Long ago"}).text
    assert f'name="session" value="{far.pk}"' in found
    assert "No session fits." in web.get(address, {"q": "nobody"}).text
    assert web.get(address, {"q": "\x00"}).status_code == 200

    web.post(address, {"session": str(far.pk)})

    recording.refresh_from_db()
    assert (recording.session, len(nudged)) == (far, 1)


@pytest.mark.parametrize("session", ["", "no id", "00000000-0000-0000-0000-000000000000"])
def test_a_session_that_is_none_is_not_taken(
    web: Client, zoom: Connection, nudged: list[Any], session: str
) -> None:
    recording = tell(zoom)

    answer = web.post(f"{URL}/{recording.pk}", {"session": session}, follow=True)

    recording.refresh_from_db()
    assert "Choose a session that exists." in answer.text
    assert (recording.status, nudged) == ("waiting", [])


def test_another_coachs_session_is_not_taken(
    web: Client,
    zoom: Connection,
    make_session: Callable[..., Session],
    other_coach: User,
    nudged: list[Any],
) -> None:
    theirs = make_session(coach=other_coach, title="Theirs")
    recording = tell(zoom)

    answer = web.post(f"{URL}/{recording.pk}", {"session": str(theirs.pk)}, follow=True)

    assert "Choose a session that exists." in answer.text
    assert "No session fits." in web.get(f"{URL}/{recording.pk}", {"q": "Theirs"}).text
    assert not SessionUpload.objects.exists()


def test_staff_give_a_recording_to_its_coachs_sessions_only(
    web_for: Callable[..., Client],
    staff: User,
    zoom: Connection,
    make_session: Callable[..., Session],
    other_coach: User,
) -> None:
    theirs = make_session(coach=other_coach, title="Theirs")
    recording = tell(zoom)
    web = web_for(staff)

    assert "Coach: Carla Coach" in web.get(URL).text
    assert "No session fits." in web.get(f"{URL}/{recording.pk}", {"q": "Theirs"}).text
    web.post(f"{URL}/{recording.pk}", {"session": str(theirs.pk)})

    recording.refresh_from_db()
    assert recording.status == "waiting"


def test_a_session_is_made_of_it(web: Client, zoom: Connection, nudged: list[Any]) -> None:
    recording = tell(zoom)

    answer = web.post(f"{URL}/{recording.pk}/session", follow=True)

    session = Session.objects.get()
    recording.refresh_from_db()
    assert (session.title, session.scheduled_at) == ("Coaching call", HELD_AT)
    assert recording.session == session
    assert nudged == [recording.upload_id]
    assert "The session “Coaching call” is made. It is being fetched." in answer.text


def test_what_tells_no_time_makes_no_session_and_the_list_says_why(
    web: Client, zoom: Connection, nudged: list[Any]
) -> None:
    recording = tell(zoom, started_at=None)

    answer = web.post(f"{URL}/{recording.pk}/session", follow=True)

    assert answer.redirect_chain == [(URL, 302)]
    assert "does not say when this was recorded: choose the session." in answer.text
    assert (Session.objects.count(), nudged) == (0, [])


def test_what_is_not_wanted_is_kept_aside_and_can_come_back(web: Client, zoom: Connection) -> None:
    recording = tell(zoom)

    answer = web.post(f"{URL}/{recording.pk}/dismiss", follow=True)

    assert "Everything has its session" in answer.text
    assert "Not wanted: 1" in answer.text
    aside = web.get(f"{URL}?show=dismissed").text
    assert "Coaching call" in aside
    assert f'action="{URL}/{recording.pk}/reconsider"' in aside
    assert f'action="{URL}/{recording.pk}/dismiss"' not in aside

    answer = web.post(f"{URL}/{recording.pk}/reconsider", follow=True)

    recording.refresh_from_db()
    assert recording.status == "waiting"
    assert "The recording is on the list again." in answer.text
    assert "Coaching call" in answer.text


def test_what_has_its_session_by_now_is_not_put_aside(
    web: Client, zoom: Connection, two_that_fit: list[Session], nudged: list[Any]
) -> None:
    recording = tell(zoom)
    web.post(f"{URL}/{recording.pk}", {"session": str(two_that_fit[0].pk)})

    answer = web.post(f"{URL}/{recording.pk}/dismiss", follow=True)

    recording.refresh_from_db()
    assert recording.status == "matched"
    assert "has its session already" in answer.text


def test_taken_up_again_it_finds_a_session_that_has_come_since(
    web: Client, zoom: Connection, make_session: Callable[..., Session], nudged: list[Any]
) -> None:
    recording = tell(zoom, meeting_id="123456789")
    web.post(f"{URL}/{recording.pk}/dismiss")
    make_session(title="By its link", scheduled_at=HELD_AT, meeting_id="123456789")

    answer = web.post(f"{URL}/{recording.pk}/reconsider", follow=True)

    assert "The recording found its session: “By its link”. It is being fetched." in answer.text
    assert len(nudged) == 1


def test_what_came_by_a_removed_connection_says_so(
    web: Client, zoom: Connection, two_that_fit: list[Session]
) -> None:
    tell(zoom)
    web.post(f"/dashboard/coach/connections/{zoom.pk}/remove")

    assert "The connection it came by was removed" in web.get(URL).text


def test_files_in_the_bucket_stand_there_too_and_are_given_to_a_session(
    web: Client, coach: User, session: Session, s3: Any, bucket: str, mp4: bytes
) -> None:
    key = f"recordings/{coach.pk}/loose/talk.mp4"
    s3.put_object(Bucket=bucket, Key=key, Body=mp4)
    file = UnmatchedFile.objects.create(
        s3_key=key,
        coach=coach,
        reason="bad_key",
        size_bytes=len(mp4),
        last_modified=HELD_AT,
        suggestions=[
            {
                "session_id": str(session.pk),
                "title": session.title,
                "scheduled_at": "2026-01-14T15:00:00Z",
                "score": 0.7,
                "why": "Same day.",
            }
        ],
    )
    address = f"{URL}/files/{file.pk}"
    text = web.get(URL).text
    assert "Files in the bucket" in text
    assert "talk.mp4" in text
    assert f'action="{address}"' in text
    assert session.title in web.get(address).text

    answer = web.post(address, {"session": str(session.pk)}, follow=True)

    session.refresh_from_db()
    assert (session.has_recording, session.s3_key) == (True, key)
    assert not UnmatchedFile.objects.exists()
    assert "The file belongs to “First talk” now." in answer.text


def test_a_file_that_is_gone_is_said_to_be_gone(
    web: Client, coach: User, session: Session, bucket: str
) -> None:
    file = UnmatchedFile.objects.create(
        s3_key="recordings/gone.mp4",
        coach=coach,
        reason="no_session",
        size_bytes=1,
        last_modified=HELD_AT,
    )

    answer = web.post(f"{URL}/files/{file.pk}", {"session": str(session.pk)}, follow=True)

    assert answer.redirect_chain == [(URL, 302)]
    assert 'class="message error"' in answer.text
    assert not UnmatchedFile.objects.exists()


def test_others_see_and_move_nothing(
    web_for: Callable[..., Client], other_coach: User, client_user: User, zoom: Connection
) -> None:
    recording = tell(zoom)
    other, client = web_for(other_coach), web_for(client_user)

    assert "Coaching call" not in other.get(URL).text
    assert client.get(URL).status_code == 403
    for place in ("", "/session", "/dismiss", "/reconsider"):
        assert other.post(f"{URL}/{recording.pk}{place}").status_code == 404
    recording.refresh_from_db()
    assert (recording.status, AnnouncedRecording.objects.count()) == ("waiting", 1)


def test_the_list_asks_the_database_the_same_for_one_and_for_many(
    web: Client,
    zoom: Connection,
    two_that_fit: list[Session],
    django_assert_max_num_queries: Callable[..., Any],
) -> None:
    for number in range(25):
        tell(zoom, f"uuid-{number}")

    # Login (2), count, recordings, their sessions, files, what was put aside.
    with django_assert_max_num_queries(7):
        assert web.get(URL).text.count("Coaching call</h2>") == 20
    assert web.get(f"{URL}?page=2").text.count("Coaching call</h2>") == 5
