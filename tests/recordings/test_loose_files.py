"""Which sessions files belong to before they are sent: all of a batch at once."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from recordings import uploads
from recordings.clues import LooseFile
from recordings.loose_files import MatchedFile, NewSession, match_files
from recordings.models import SessionUpload
from sessions_app.models import Session

pytestmark = pytest.mark.django_db

THREE = datetime(2026, 1, 14, 15, tzinfo=UTC)
HOUR = timedelta(hours=1)
Make = Callable[..., Session]
Match = Callable[..., list[MatchedFile]]


@pytest.fixture
def match(coach: User) -> Match:
    """Match files, given by name or as LooseFile, to the coach's sessions."""

    def ask(*files: str | LooseFile, by: User = coach, zone: Any = UTC) -> list[MatchedFile]:
        loose = [LooseFile(file, 1000) if isinstance(file, str) else file for file in files]
        return match_files(files=loose, by=by, zone=zone)

    return ask


def told(found: MatchedFile) -> list[tuple[str, str]]:
    """Title and sureness of each proposal."""
    return [(each.session.title, each.sureness.value) for each in found.proposals]


def first(found: MatchedFile) -> tuple[str, str] | None:
    return told(found)[0] if found.proposals else None


def at(title: str, make: Make, **fields: Any) -> Session:
    fields.setdefault("scheduled_at", THREE)
    return make(title=title, **fields)


def with_recording(session: Session, **fields: Any) -> Session:
    stored: dict[str, Any] = {
        "recording_upload_id": uuid.uuid4(),
        "s3_key": "k",
        "recording_size_bytes": 1,
        "s3_uploaded_at": THREE,
        **fields,
    }
    Session.objects.filter(pk=session.pk).update(**stored)
    return session


@pytest.mark.parametrize(
    "file",
    [
        LooseFile("GMT20260114-150203_Recording.mp4", 1),
        LooseFile("Talk-20260114_100203-Meeting Recording.mp4", 1),
        LooseFile("Talk – 2026_01_14 07_02 PST – Recording.mp4", 1),
        LooseFile("a.mp4", 1, recorded_at=THREE - timedelta(minutes=5)),
        # The clock inside wrote the end, as the file system confirms.
        LooseFile("a.mp4", 1, THREE + HOUR, recorded_at=THREE + HOUR, duration_seconds=3500),
        # Teams wrote UTC: the clock inside knows better than the wall.
        LooseFile("Talk-20260114_150203-Meeting Recording.mp4", 1, recorded_at=THREE),
    ],
)
def test_a_recorders_clock_within_minutes_is_certain(
    make_session: Make, match: Match, file: LooseFile
) -> None:
    at("hit", make_session)
    at("before", make_session, scheduled_at=THREE - HOUR)
    at("later", make_session, scheduled_at=THREE + 3 * HOUR)
    (found,) = match(file, zone=ZoneInfo("America/New_York"))
    assert first(found) == ("hit", "certain")
    assert {sureness for _title, sureness in told(found)[1:]} == {"possible"}


@pytest.mark.parametrize(
    ("minutes", "sureness"),
    [(-14, "certain"), (14, "certain"), (20, "likely"), (29, "likely"), (80, "possible")],
)
def test_the_further_from_its_time_the_less_sure(
    make_session: Make, match: Match, minutes: int, sureness: str
) -> None:
    at("hit", make_session, duration_minutes=30)
    start = THREE + timedelta(minutes=minutes)
    (found,) = match(f"GMT{start:%Y%m%d-%H%M%S}_Recording.mp4")
    assert first(found) == ("hit", sureness)


def test_half_a_day_away_nothing_is_proposed(make_session: Make, match: Match) -> None:
    at("far", make_session, scheduled_at=THREE + 13 * HOUR)
    (found,) = match("GMT20260114-150000_Recording.mp4")
    assert found.proposals == ()


@pytest.mark.parametrize("minutes", [0, 5, 10])
def test_a_rival_session_leaves_it_likely(make_session: Make, match: Match, minutes: int) -> None:
    at("hit", make_session)
    at("rival", make_session, scheduled_at=THREE + timedelta(minutes=minutes))
    (found,) = match("GMT20260114-150000_Recording.mp4")
    assert [sureness for _title, sureness in told(found)] == ["likely", "likely"]


def test_the_clients_name_decides_between_rivals(
    make_session: Make, match: Match, make_user: Callable[..., User]
) -> None:
    at("other", make_session)
    at("hit", make_session, client=make_user(name="Jörg Müller", role="client"))
    at("also", make_session, client=None)
    (found,) = match("Joerg_Mueller GMT20260114-150000.mp4")
    assert told(found) == [("hit", "certain"), ("other", "possible"), ("also", "possible")]
    assert found.proposals[0].score == 1
    assert (
        found.proposals[0].why == "Starts within minutes of it, names the client, no recording yet."
    )


def test_the_title_decides_too(make_session: Make, match: Match) -> None:
    at("Weekly with sales", make_session)
    at("Leadership kickoff", make_session)
    (found,) = match("Kickoff leadership-20260114_150000-Meeting Recording.mp4")
    assert first(found) == ("Leadership kickoff", "certain")


@pytest.mark.parametrize(
    "changes", [{"status": "cancelled"}, {"status": "no_show"}, {"taped": True}, {"busy": True}]
)
def test_a_session_that_waits_for_no_recording_is_never_certain(
    make_session: Make, match: Match, changes: dict[str, Any]
) -> None:
    taped, busy = changes.pop("taped", False), changes.pop("busy", False)
    session = at("hit", make_session, **changes)
    if taped:
        with_recording(session)
    Session.objects.filter(pk=session.pk).update(s3_status="uploading" if busy else "")
    (found,) = match("GMT20260114-150000_Recording.mp4")
    assert [title for title, _sureness in told(found)] == ["hit"]
    assert first(found) != ("hit", "certain")


def test_of_equals_the_one_without_a_recording_comes_first(
    make_session: Make, match: Match
) -> None:
    with_recording(at("taped", make_session))
    with_recording(
        at("sent before", make_session),
        recording_filename="GMT20260114-150000_Recording.mp4",
        recording_size_bytes=1000,
    )
    at("free", make_session)
    (found,) = match("GMT20260114-150000_Recording.mp4")
    assert first(found) == ("free", "certain")
    whys = {each.session.title: each.why for each in found.proposals}
    assert whys["taped"] == "Starts within minutes of it, has a recording already."
    assert whys["sent before"] == "Starts within minutes of it, has this very file already."


def test_the_file_systems_time_is_a_weak_hint(make_session: Make, match: Match) -> None:
    at("hit", make_session)
    at("earlier", make_session, scheduled_at=THREE - 20 * HOUR)
    at("not yet", make_session, scheduled_at=THREE + 2 * HOUR)
    (measured,) = match(LooseFile("a.mp4", 1, THREE + HOUR, duration_seconds=3500))
    assert told(measured) == [("hit", "likely"), ("earlier", "possible")]
    (unmeasured,) = match(LooseFile("a.mp4", 1, THREE + HOUR))
    assert first(unmeasured) == ("hit", "likely")


@pytest.mark.parametrize("year", [1904, 1970, 1980, 2999])
def test_a_clock_that_was_never_set_says_nothing(
    make_session: Make, match: Match, year: int
) -> None:
    at("hit", make_session)
    wrong = THREE.replace(year=year)
    (found,) = match(LooseFile("GMT20260114-150000_a.mp4", 1, wrong, recorded_at=wrong))
    assert first(found) == ("hit", "certain")
    (nothing,) = match(LooseFile("a.mp4", 1, wrong, recorded_at=wrong))
    assert (nothing.proposals, nothing.new_session.scheduled_at) == ((), None)


def test_a_name_without_a_time_means_the_clients_latest_sessions(
    make_session: Make, match: Match, make_user: Callable[..., User]
) -> None:
    anna = make_user(name="Anna Schmidt", role="client")
    bella = make_user(name="Anna Bella", role="client")
    now = timezone.now()
    at("last week", make_session, client=anna, scheduled_at=now - timedelta(days=7))
    at("last year", make_session, client=anna, scheduled_at=now - timedelta(days=300))
    at("tomorrow", make_session, client=anna, scheduled_at=now + timedelta(days=1))
    at("somebody else", make_session, client=bella, scheduled_at=now - timedelta(days=7))
    (found,) = match("Anna Schmidt.mp4")
    assert told(found) == [("last week", "possible")]
    (downloaded,) = match(LooseFile("Anna Schmidt.mp4", 1, now - timedelta(minutes=1)))
    assert told(downloaded) == [("last week", "possible")]


def test_a_day_alone_means_the_days_sessions(make_session: Make, match: Match) -> None:
    # 23:30 UTC is the next day in Berlin.
    at("late", make_session, scheduled_at=THREE.replace(hour=23, minute=30))
    at("early", make_session)
    (found,) = match("2026-01-15 talk.mp4", zone=ZoneInfo("Europe/Berlin"))
    assert told(found) == [("late", "likely"), ("early", "likely")]
    assert found.proposals[0].why == "Same day, no recording yet."
    assert found.proposals[0].score > found.proposals[1].score


def test_no_session_is_first_for_two_files_while_another_fits(
    make_session: Make, match: Match
) -> None:
    sessions = [
        at(f"s{number}", make_session, scheduled_at=THREE + number * HOUR / 2)
        for number in range(12)
    ]
    names = [f"GMT{session.scheduled_at:%Y%m%d-%H%M%S}.mp4" for session in sessions]
    found = match(*reversed(names))
    assert [first(each) for each in found] == [
        (f"s{number}", "certain") for number in reversed(range(12))
    ]

    # Both start nearest to s0; the second fits s1 nearly as well.
    pair = match("GMT20260114-150000.mp4", "GMT20260114-151400.mp4")
    assert [first(each) for each in pair] == [("s0", "likely"), ("s1", "likely")]


def test_the_sound_of_a_meeting_gets_its_videos_session_as_possible(
    make_session: Make, match: Match
) -> None:
    at("hit", make_session)
    at("later", make_session, scheduled_at=THREE + 2 * HOUR)
    sound, video = match(
        LooseFile("GMT20260114-150000_Recording.m4a", 1),
        LooseFile("GMT20260114-150000_Recording.mp4", 2),
    )
    assert first(video) == ("hit", "certain")
    assert first(sound) == ("hit", "possible")
    assert sound.proposals[0].why == (
        "Starts within minutes of it, no recording yet, another of these files fits it better."
    )


def test_a_file_on_its_way_keeps_its_session(
    make_session: Make, match: Match, coach: User, bucket: str
) -> None:
    far = at("far", make_session, scheduled_at=THREE + timedelta(days=90))
    at("near", make_session)
    name = "GMT20260114-150000_Recording.mp4"
    upload = uploads.open_multipart(
        session=far, filename=name, content_type="", size_bytes=7, by=coach
    )
    going_on, fresh = match(LooseFile(name, 7), LooseFile("GMT20260114-150001.mp4", 8))
    assert going_on.open_upload == upload
    assert told(going_on) == [("far", "certain"), ("near", "possible")]
    assert going_on.proposals[0].why == "This file is on its way to it."
    assert (fresh.open_upload, first(fresh)) == (None, ("near", "likely"))


def test_what_cannot_be_sent_is_said_and_takes_no_session(
    make_session: Make, match: Match, settings: Any
) -> None:
    settings.MAX_UPLOAD_BYTES = 1000
    at("hit", make_session)
    stem = "GMT20260114-150000"
    large, empty, other, fine = match(
        LooseFile(f"{stem}.mp4", 1001), LooseFile(f"{stem}.mp4", 0), f"{stem}.pdf", f"{stem}.mp4"
    )
    problems = [each.problem and each.problem.code for each in (large, empty, other, fine)]
    assert problems == ["too_large", "empty_file", "not_media", None]
    assert [each.proposals for each in (large, empty, other)] == [(), (), ()]
    assert first(fine) == ("hit", "certain")


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        (
            LooseFile("Kickoff-20260114_150203-Meeting Recording.mp4", 1, duration_seconds=3541),
            NewSession("Kickoff", THREE - HOUR, 60),
        ),
        (
            LooseFile("GMT20260114-145800_Recording.mp4", 1, duration_seconds=61),
            NewSession("Session of 14 January 2026", THREE, 5),
        ),
        (
            LooseFile("a.mp4", 1, THREE + HOUR, duration_seconds=3600.0),
            NewSession("a", THREE, 60),
        ),
        (
            LooseFile("2026-01-14.mp4", 1),
            NewSession("Session of 14 January 2026", THREE - 4 * HOUR, 60),
        ),
        (LooseFile("video1.mp4", 1, duration_seconds=10**7), NewSession("New session", None, 1440)),
    ],
)
def test_a_session_can_be_made_of_a_file(
    match: Match, file: LooseFile, expected: NewSession
) -> None:
    (found,) = match(file, zone=ZoneInfo("Europe/Berlin"))
    assert found.new_session == expected


def test_others_sessions_are_never_proposed_and_staff_who_coach_get_their_own(
    make_session: Make, match: Match, other_coach: User, staff: User
) -> None:
    at("coach's", make_session)
    name = "GMT20260114-150000_Recording.mp4"
    assert match(name, by=other_coach)[0].proposals == ()
    assert first(match(name, by=staff)[0]) == ("coach's", "certain")
    at("staff's", make_session, coach=staff)
    assert told(match(name, by=staff)[0]) == [("staff's", "certain")]


def test_the_number_of_queries_does_not_follow_the_files(
    make_session: Make, match: Match, coach: User
) -> None:
    for number in range(30):
        at(f"s{number}", make_session, scheduled_at=THREE + number * timedelta(days=9))
    one = ["GMT20260114-150000.mp4", "Klara.mp4"]
    many = [
        *(f"GMT{THREE + number * timedelta(days=9):%Y%m%d-%H%M%S}.mp4" for number in range(30)),
        *(f"Klara {number}.mp4" for number in range(30)),
    ]
    counts = []
    for names in (one, many):
        with CaptureQueriesContext(connection) as captured:
            found = match(*names)
        counts.append(len(captured))
    assert counts == [3, 3]
    assert [first(each) for each in found[:30]] == [(f"s{n}", "certain") for n in range(30)]
    assert not SessionUpload.objects.exists()
