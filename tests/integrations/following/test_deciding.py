"""What a person says of a recording that waits: this session, a new one, none, or look again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import User
from integrations import announcing
from integrations.announcing import AlreadyPlaced, NotDismissed, NotYours
from integrations.models import AnnouncedRecording, Connection
from integrations.news import Somebody
from recordings.models import SessionUpload
from sessions_app.models import Session
from sessions_app.scheduling import SessionRefused
from tests.integrations.following.conftest import announced, video

pytestmark = pytest.mark.django_db


@pytest.fixture
def recording(zoom: Connection) -> AnnouncedRecording:
    """One that waits: no session fits."""
    return announcing.take_in(announced(), connection=zoom)


def test_a_coach_gives_it_a_session(
    recording: AnnouncedRecording, session: Session, coach: User
) -> None:
    upload = announcing.assign(recording=recording, session=session, by=coach)

    recording.refresh_from_db()
    assert upload is not None
    assert (upload.session, upload.type, upload.created_by) == (session, "webhook", coach)
    assert (recording.status, recording.session, recording.upload, recording.decided_by) == (
        "matched", session, upload, coach,
    )  # fmt: skip
    assert recording.suggestions == []


def test_once_only(
    recording: AnnouncedRecording, session: Session, make_session: Any, coach: User
) -> None:
    announcing.assign(recording=recording, session=session, by=coach)

    with pytest.raises(AlreadyPlaced):
        announcing.assign(recording=recording, session=make_session(), by=coach)
    with pytest.raises(AlreadyPlaced):
        announcing.make_session(recording=recording, by=coach)
    with pytest.raises(AlreadyPlaced):
        announcing.dismiss(recording=recording, by=coach)
    assert SessionUpload.objects.count() == 1
    assert Session.objects.count() == 2


def test_after_an_import_that_came_to_nothing_it_may_go_elsewhere(
    recording: AnnouncedRecording, session: Session, make_session: Any, coach: User
) -> None:
    upload = announcing.assign(recording=recording, session=session, by=coach)
    assert upload is not None
    SessionUpload.objects.filter(pk=upload.pk).update(status="cancelled")
    other = make_session()

    again = announcing.assign(recording=recording, session=other, by=coach)

    assert again is not None
    assert again.session == other


@pytest.mark.parametrize("who", ["other_coach", "client_user"])
def test_nobody_else_decides_about_it(
    recording: AnnouncedRecording, session: Session, request: Any, who: str
) -> None:
    by = request.getfixturevalue(who)
    before = AnnouncedRecording.objects.values().get()

    for act in (
        lambda: announcing.assign(recording=recording, session=session, by=by),
        lambda: announcing.make_session(recording=recording, by=by),
        lambda: announcing.dismiss(recording=recording, by=by),
        lambda: announcing.reconsider(recording=recording, by=by),
    ):
        with pytest.raises(NotYours):
            act()
    assert AnnouncedRecording.objects.values().get() == before
    assert SessionUpload.objects.count() == 0
    assert Session.objects.count() == 1


@pytest.mark.parametrize("who", ["coach", "staff"])
def test_nobody_gives_it_another_coachs_session(
    recording: AnnouncedRecording, make_session: Any, other_coach: User, request: Any, who: str
) -> None:
    with pytest.raises(NotYours):
        announcing.assign(
            recording=recording,
            session=make_session(coach=other_coach),
            by=request.getfixturevalue(who),
        )
    assert SessionUpload.objects.count() == 0


def test_a_session_is_made_for_it(
    recording: AnnouncedRecording, coach: User, staff: User, zoom: Connection
) -> None:
    session = announcing.make_session(recording=recording, by=staff)

    assert (session.coach, session.title, session.meeting_id) == (
        coach, "Weekly talk", "81234567890",
    )  # fmt: skip
    assert session.uploads.get().created_by == staff


def test_no_session_without_a_time(zoom: Connection, coach: User) -> None:
    recording = announcing.take_in(announced(started_at=None), connection=zoom)

    with pytest.raises(SessionRefused) as refused:
        announcing.make_session(recording=recording, by=coach)
    assert refused.value.detail == "Zoom does not say when this was recorded: choose the session."
    assert Session.objects.count() == 0


def test_what_cannot_be_fetched_yet_is_fetched_once_it_can_be(
    zoom: Connection, session: Session, coach: User
) -> None:
    guest = (Somebody("Tom", "tom@tax.example"),)
    unready = announced(files=(video(is_ready=False),), participants=guest)
    recording = announcing.take_in(unready, connection=zoom)

    assert announcing.assign(recording=recording, session=session, by=coach) is None
    recording = announcing.take_in(announced(participants=guest), connection=zoom)

    assert recording.upload is not None
    assert (recording.upload.session, recording.upload.created_by) == (session, coach)


def test_put_aside_it_stays_so_whatever_is_told(
    recording: AnnouncedRecording, zoom: Connection, coach: User, make_session: Callable[..., Any]
) -> None:
    announcing.dismiss(recording=recording, by=coach)
    session = make_session()

    again = announcing.take_in(announced(), connection=zoom)
    assert (again.status, again.upload, again.decided_by) == ("dismissed", None, coach)

    again = announcing.reconsider(recording=recording, by=coach)
    assert (again.status, again.session) == ("matched", session)
    assert session.uploads.count() == 1


def test_only_what_was_put_aside_is_taken_up_again(
    recording: AnnouncedRecording, coach: User
) -> None:
    with pytest.raises(NotDismissed):
        announcing.reconsider(recording=recording, by=coach)
