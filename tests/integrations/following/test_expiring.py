"""What expires at its source before it is here."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from integrations import announcing
from integrations.expiring import Expiring, expiring_soon
from integrations.models import AnnouncedRecording, Connection
from recordings import imports, lifecycle
from recordings.models import SessionUpload
from sessions_app.models import Session, UploadStatus
from tests.integrations.following.conftest import announced, put_recording

pytestmark = pytest.mark.django_db
NOW = timezone.now()
SHAREPOINT = "https://acme-my.sharepoint.com/:v:/p/ana/E1?e=x"


def names(found: list[Expiring]) -> list[str]:
    return [each.title for each in found]


def tell(connection: Connection, days: float, **fields: Any) -> AnnouncedRecording:
    ends = NOW + timedelta(days=days)
    number = AnnouncedRecording.objects.count()
    news = announced(
        **{"external_id": f"u-{number}", "title": f"In {days}", "expires_at": ends, **fields}
    )
    return announcing.take_in(news, connection=connection)


def test_what_a_connection_told_of_and_is_not_here(zoom: Connection, coach: User) -> None:
    for days in (3, 13, 15, -1, -3):
        tell(zoom, days)

    found = expiring_soon(coach, now=NOW)

    assert names(found) == ["In -1", "In 3", "In 13"]
    assert [each.expires_at for each in found] == [
        NOW + timedelta(days=days) for days in (-1, 3, 13)
    ]
    first = found[0]
    assert first.recording is not None
    assert (first.platform, first.session, first.upload, first.is_estimate) == (
        "Zoom", None, None, False,
    )  # fmt: skip
    assert first.link == "https://us02web.zoom.us/rec/share/abc"


def test_not_what_is_here_put_aside_or_gone(
    zoom: Connection, coach: User, session: Session
) -> None:
    recording = tell(zoom, 3)
    assert names(expiring_soon(coach, now=NOW)) == ["First talk"]
    assert recording.upload is not None
    lifecycle.fail(recording.upload, code="x", detail="No.", actor=lifecycle.WORKER)
    failed = expiring_soon(coach, now=NOW)
    assert [each.upload for each in failed] == [recording.upload]

    put_recording(session)
    announcing.dismiss(recording=tell(zoom, 4, started_at=None, meeting_id=""), by=coach)
    tell(zoom, 5, is_gone=True)

    assert expiring_soon(coach, now=NOW) == []


def test_not_what_was_here_and_was_deleted(
    zoom: Connection, coach: User, make_session: Callable[..., Session]
) -> None:
    ends_soon = NOW - timedelta(days=115)
    told, linked = (make_session(scheduled_at=ends_soon, title=title) for title in ("A", "B"))
    recording = tell(zoom, 3, started_at=None, meeting_id="")
    for session, fields in ((told, {}), (linked, {"type": "external", "original_url": SHAREPOINT})):
        upload = put_recording(session, **fields)
        if session == told:
            announcing.assign(recording=recording, session=session, by=coach)
            AnnouncedRecording.objects.update(upload=upload)
        lifecycle.advance(
            upload, to=UploadStatus.DELETED, actor=lifecycle.SWEEP, deleted_at=timezone.now()
        )

    assert expiring_soon(coach, now=NOW) == []


def test_links_to_teams_end_a_hundred_and_twenty_days_after_the_session(
    make_session: Callable[..., Session], coach: User
) -> None:
    def made(title: str, days: float, **fields: Any) -> Session:
        when = NOW - timedelta(days=120) + timedelta(days=days)
        return make_session(title=title, scheduled_at=when, **fields)

    linked = made("linked", 5, external_recording_url=SHAREPOINT, external_platform="onedrive")
    made("teams", 6, external_recording_url="https://x.example/1", external_platform="teams")
    failed = made("failed", 7)
    upload = imports.start_import(session=failed, url=SHAREPOINT, by=coach)
    lifecycle.fail(upload, code="sign_in_required", detail="No.", actor=lifecycle.WORKER)
    made("later", 20, external_recording_url=SHAREPOINT)
    made("long ago", -5, external_recording_url=SHAREPOINT)
    made("no link", 5)
    made("zoom", 5, external_recording_url="https://zoom.us/rec/share/x", external_platform="zoom")
    put_recording(made("here", 5, external_recording_url=SHAREPOINT))

    found = expiring_soon(coach, now=NOW)

    assert names(found) == ["linked", "teams", "failed"]
    assert [each.upload for each in found] == [None, None, upload]
    assert [each.link for each in found] == [SHAREPOINT, "https://x.example/1", SHAREPOINT]
    assert all(each.platform == "Microsoft Teams" and each.is_estimate for each in found)
    assert found[0].expires_at == linked.scheduled_at + timedelta(days=120)


def test_a_session_is_named_once(zoom: Connection, coach: User, make_session: Any) -> None:
    when = NOW - timedelta(days=118)
    make_session(scheduled_at=when, external_recording_url=SHAREPOINT)
    tell(zoom, 1, started_at=when)

    assert names(expiring_soon(coach, now=NOW)) == ["First talk"]


def test_everybody_sees_their_own(
    zoom: Connection, other_coach: User, client_user: User, staff: User, make_session: Any
) -> None:
    tell(zoom, 1)
    make_session(scheduled_at=NOW - timedelta(days=118), external_recording_url=SHAREPOINT)

    for person in (other_coach, client_user, staff):
        assert expiring_soon(person, now=NOW) == []


@pytest.mark.parametrize("number", [1, 12])
def test_the_queries_do_not_grow(
    zoom: Connection,
    coach: User,
    make_session: Callable[..., Session],
    django_assert_num_queries: Any,
    number: int,
) -> None:
    for index in range(number):
        tell(zoom, 1, started_at=None, meeting_id="")
        session = make_session(scheduled_at=NOW - timedelta(days=118, minutes=index))
        SessionUpload.objects.create(
            session=session, type="external", original_url=SHAREPOINT, s3_key=f"x{index}"
        )

    with django_assert_num_queries(3):
        assert len(expiring_soon(coach, now=NOW)) == 2 * number
