"""Which session a row gets, and what is said of it before anything is started."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from recordings import fetching, imports
from recordings.link_lists import LinkRow, Placed, place, start_links, starting
from recordings.models import SessionUpload
from sessions_app.models import Session
from tests.attempts import add_upload

pytestmark = pytest.mark.django_db

BERLIN = ZoneInfo("Europe/Berlin")
LINK = "https://files.example.com/talk.mp4"


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_args: Any, **_kwargs: Any) -> Any:
        raise OSError("no name is looked up here")

    monkeypatch.setattr(fetching.addresses, "lookup", refuse)


@pytest.fixture
def put(coach: User) -> Callable[..., Placed]:
    """Place one row among the coach's sessions, as a coach in Berlin sees them."""

    def one(url: str = LINK, preset: Session | None = None, **fields: Any) -> Placed:
        mine = Session.objects.visible_to(coach).select_related("client")
        [placed] = place([LinkRow(url, **fields)], sessions=mine, zone=BERLIN, preset=preset)
        return placed

    return one


@pytest.fixture
def day(make_session: Callable[..., Session]) -> dict[str, Session]:
    """A Wednesday: in Berlin the late talk is Thursday's."""
    make = {
        "early": {"scheduled_at": datetime(2026, 1, 14, 8, tzinfo=UTC), "client_name": "Ada"},
        "noon": {"scheduled_at": datetime(2026, 1, 14, 11, tzinfo=UTC), "client_name": "Bo"},
        "again": {"scheduled_at": datetime(2026, 1, 14, 11, 20, tzinfo=UTC), "client_name": "Bo"},
        "off": {
            "scheduled_at": datetime(2026, 1, 14, 8, tzinfo=UTC),
            "client_name": "Ada",
            "status": "cancelled",
        },
        "late": {"scheduled_at": datetime(2026, 1, 14, 23, 10, tzinfo=UTC), "client_name": "Cy"},
    }
    return {name: make_session(title=name, **fields) for name, fields in make.items()}


@pytest.mark.parametrize(
    ("date", "client", "found"),
    [
        ("2026-01-14", "Ada", "early"),  # the cancelled one counts only alone
        ("2026-01-14", " ADA ", "early"),
        ("2026-01-14 09:10", "", "early"),
        ("2026-01-14 12:00", "Bo", "noon"),  # to the minute
        ("2026-01-14T11:20Z", "", "again"),
        ("2026-01-15", "Cy", "late"),
        ("2026-01-15 00:10", "", "late"),
        ("2026-01-14 23:50", "", "late"),  # within half an hour, across midnight
        ("2026-01-14", "Cy", "There is no session with this client on that day: choose one."),
        ("2026-01-14", "Bo", "Several sessions fit: choose one."),
        ("2026-01-14 12:10", "", "Several sessions fit: choose one."),
        ("2026-01-14 17:00", "", "There is no session at that time: choose the session."),
        ("2026-02-01", "", "There is no session on that day: choose the session."),
        ("someday", "Ada", "Write the date like 2026-01-31 or 2026-01-31 15:00, or choose."),
        ("", "Ada", "Give the date of the session too, or choose the session."),
        ("", "", "Choose the session."),
    ],
)
def test_sessions_are_found_by_day_time_and_client(
    put: Callable[..., Placed], day: dict[str, Session], date: str, client: str, found: str
) -> None:
    placed = put(date=date, client=client)

    assert (placed.session.title if placed.session else placed.problem) == found
    assert placed.is_ready == (found in day)


def test_the_clients_address_says_who_too(
    put: Callable[..., Placed], session: Session, client_user: User
) -> None:
    assert put(date="2026-01-14", client=client_user.email.upper()).session == session


def test_a_session_is_named_by_id_or_address_and_only_ones_own(
    put: Callable[..., Placed],
    make_session: Callable[..., Session],
    session: Session,
    other_coach: User,
) -> None:
    foreign = make_session(coach=other_coach)
    unknown = "You have no session with this id: choose the session."

    assert put(session=str(session.pk)).session == session
    assert (
        put(session=f"https://x.example/dashboard/coach/sessions/{session.pk}").session == session
    )
    for other in (str(foreign.pk), str(uuid4()), "7", "\0"):
        assert (put(session=other).session, put(session=other).problem) == (None, unknown)
    assert put(date="2026-01-14", client="Nobody").candidates == [session]


def test_a_preset_session_is_for_rows_that_say_nothing(
    put: Callable[..., Placed], session: Session
) -> None:
    assert put(preset=session).session == session
    assert put(preset=session, date="2026-01-15").session is None


@pytest.mark.parametrize(
    ("url", "platform", "sentence"),
    [
        ("https://www.dropbox.com/scl/fi/abc/talk.mp4?rlkey=x", "dropbox", ""),
        ("https://www.dropbox.com/scl/fo/abc/def?rlkey=x", "dropbox", "leads to a folder"),
        ("https://drive.google.com/drive/folders/1", "google_drive", "leads to a folder"),
        ("https://us02web.zoom.us/j/123", "zoom", "opens the meeting room"),
        ("https://meet.google.com/abc-defg-hij", "meet", "opens the meeting room"),
        ("http://127.0.0.1/talk.mp4", "other", "could not reach this link"),
        ("https://me:secret@files.example.com/a.mp4", "other", "not a complete web address"),
        ("files.example.com/a.mp4", "other", "not a complete web address"),
        ("ftp://files.example.com/a.mp4", "other", "Only links that start with https://"),
        ("https://a.example/\0", "other", "not a complete web address"),
    ],
)
def test_what_a_link_says_by_itself_is_said_at_once(
    put: Callable[..., Placed], session: Session, url: str, platform: str, sentence: str
) -> None:
    placed = put(url, preset=session)

    assert placed.platform == platform
    assert sentence in placed.problem
    assert placed.is_ready == (sentence == "")


def test_passcodes_are_asked_for_where_a_platform_may_want_one(
    put: Callable[..., Placed], session: Session
) -> None:
    zoom = put("https://zoom.us/rec/share/abc", preset=session)

    assert (zoom.is_ready, zoom.has_passcode, zoom.note) == (True, True, "")
    assert (put(preset=session).note, put(preset=session).has_passcode) == ("", False)


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("https://1drv.ms/v/s!abc", "download the recording from OneDrive"),
        ("https://onedrive.live.com/?id=1", "download the recording from OneDrive"),
        ("https://riverside.fm/shared/x", "download the recording from Riverside"),
        ("https://teams.microsoft.com/l/message/19:x", "share it from OneDrive or SharePoint"),
        ("https://zoom.us/signin", "Zoom asks for a sign-in"),
        ("https://acme.sharepoint.com/:w:/s/team/E1", "OneDrive shows a web page"),
    ],
)
def test_links_that_no_platform_gives_a_file_for_are_refused_by_their_text(
    put: Callable[..., Placed], session: Session, url: str, sentence: str
) -> None:
    placed = put(url, preset=session)

    assert (placed.refused, placed.is_ready) == (True, False)
    assert sentence in placed.problem


def test_twice_under_way_and_imported_before(
    put: Callable[..., Placed], session: Session, coach: User
) -> None:
    mine = Session.objects.visible_to(coach)
    twice = place([LinkRow(LINK)] * 2, sessions=mine, zone=BERLIN, preset=session)
    assert [each.problem for each in twice] == ["", "This link stands here twice for this session."]

    add_upload(session, original_url=LINK)
    assert put(preset=session).row.left_out
    assert put(preset=session).note.startswith("Imported before")
    by_hand = put(session=str(session.pk), by_hand=True)
    assert by_hand.is_ready

    add_upload(session, "pending", original_url=LINK)
    assert put(preset=session).under_way
    assert not put(preset=session).is_ready


def test_queries_do_not_grow_with_the_rows(
    coach: User, make_session: Callable[..., Session], session: Session
) -> None:
    sessions = [
        make_session(scheduled_at=session.scheduled_at + timedelta(days=number))
        for number in range(1, 60)
    ]
    rows = [
        LinkRow(f"{LINK}?{number}{named}", date=f"{one.scheduled_at:%Y-%m-%d}", session=named)
        for number, one in enumerate(sessions)
        for named in ("", str(one.pk))
    ]
    mine = Session.objects.visible_to(coach).select_related("client")

    with CaptureQueriesContext(connection) as queries:
        placed = place(rows, sessions=mine, zone=BERLIN)

    assert all(each.is_ready for each in placed)
    assert len(queries) == 3


def test_one_refusal_stops_no_other_and_a_second_time_starts_nothing(
    coach: User, session: Session, make_session: Callable[..., Session]
) -> None:
    other = make_session(title="Another")
    rows = [
        LinkRow(LINK, session=str(session.pk)),
        LinkRow("http://10.0.0.1/a.mp4", session=str(session.pk)),
        LinkRow(LINK),
        LinkRow(LINK, session=str(session.pk), left_out=True),
        LinkRow(LINK, session=str(other.pk), passcode="sesame"),
    ]

    def start() -> list[tuple[str, str]]:
        mine = Session.objects.visible_to(coach)
        outcomes = start_links(rows=rows, sessions=mine, zone=BERLIN, by=coach)
        return [(each.upload.status if each.upload else "", each.problem[:28]) for each in outcomes]

    refused = [("", "We could not reach this link"), ("", "Choose the session.")]
    assert start() == [("pending", ""), *refused, ("pending", "")]
    under_way = ("", "An import of this link for t")
    assert start() == [under_way, *refused, under_way]
    started = SessionUpload.objects.order_by("created_at")
    assert [(each.session, each.original_url, each.created_by) for each in started] == [
        (session, LINK, coach),
        (other, LINK, coach),
    ]
    # Nothing keeps a passcode.
    assert not [row for row in started.values() if "sesame" in str(row)]


def test_of_two_that_ask_at_once_one_starts(
    coach: User, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a row shows when another request wins between judging and starting."""

    def first(**kwargs: Any) -> Any:
        imports.start_import(session=kwargs["session"], url=kwargs["url"], by=kwargs["by"])
        return imports.start_import_once(**kwargs)

    monkeypatch.setattr(starting, "start_import_once", first)
    rows = [LinkRow(LINK, session=str(session.pk))]

    [outcome] = start_links(rows=rows, sessions=Session.objects.all(), zone=BERLIN, by=coach)

    assert (outcome.upload, outcome.placed.under_way) == (None, True)
    assert SessionUpload.objects.count() == 1


def test_after_its_patience_it_says_so(
    coach: User, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(starting, "PATIENCE_SECONDS", -1)
    rows = [LinkRow(LINK, session=str(session.pk))]

    [outcome] = start_links(rows=rows, sessions=Session.objects.all(), zone=BERLIN, by=coach)

    assert outcome.problem == "There was no time left for this link: import it again."
    assert not SessionUpload.objects.exists()
