"""Which session a file belongs to: decided without a bucket, mostly without a database."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from accounts.models import User
from recordings import storage
from recordings.candidates import Candidate
from recordings.matching import (
    Candidates,
    FileToPlace,
    Match,
    load_candidates,
    match_key,
    owner_in_key,
    suggestions,
)
from recordings.models import SessionUpload
from recordings.weighing import told_why
from sessions_app.models import Session

COACH = uuid.UUID("91beb2f5-675c-4720-ae22-ad18777597fa")
CLIENT = uuid.UUID("2aff55bc-57c4-40bd-b0f3-7009be7e3507")
DAY = date(2026, 1, 14)
PREFIX = f"recordings/{COACH}/{CLIENT}/2026-01-14/"
NOON = datetime(2026, 1, 14, 12, tzinfo=UTC)


def candidate(hour: int, **changes: Any) -> Candidate:
    facts: dict[str, Any] = {
        "id": uuid.uuid4(),
        "coach_id": COACH,
        "client_id": CLIENT,
        "scheduled_at": NOON.replace(hour=hour),
        "status": "completed",
        "title": f"at {hour}",
        "recording_upload_id": None,
    }
    return Candidate(**facts | changes)


def decide(*there: Candidate, name: str = "talk.mp4", at: datetime = NOON, **more: Any) -> Match:
    taken = more.pop("taken", frozenset())
    candidates = Candidates(by_place={(COACH, CLIENT, DAY): there}, **more)
    return match_key(FileToPlace(PREFIX + name, at), candidates, taken)


def test_the_one_session_of_that_day_fits_even_with_a_recording() -> None:
    one = candidate(9, recording_upload_id=uuid.uuid4())
    assert decide(one) == Match(one.id)
    assert decide() == Match(None, "no_session")


def test_of_several_it_is_the_nearest_without_a_recording() -> None:
    nine, eleven, six = candidate(9), candidate(11), candidate(18)
    taped = candidate(12, recording_upload_id=uuid.uuid4())
    everyone = (nine, eleven, taped, six)
    assert decide(*everyone) == Match(eleven.id, contested=True)
    assert decide(*everyone, name="GMT20260114-173000.mp4") == Match(six.id, contested=True)
    assert decide(*everyone, taken={eleven.id}) == Match(nine.id, contested=True)


def test_what_nothing_decides_stays_open() -> None:
    taped = [candidate(hour, recording_upload_id=uuid.uuid4()) for hour in (9, 11)]
    assert decide(*taped) == Match(None, "several_sessions")
    assert decide(candidate(11), candidate(13)) == Match(None, "several_sessions")
    assert decide(candidate(9), candidate(9)) == Match(None, "several_sessions")


@pytest.mark.parametrize("status", ["cancelled", "no_show"])
def test_a_session_that_was_not_held_counts_only_alone(status: str) -> None:
    off, held = candidate(12, status=status), candidate(18)
    assert decide(off, held) == Match(held.id)
    assert decide(off) == Match(off.id)


def test_the_very_key_decides_before_the_day() -> None:
    earlier = uuid.uuid4()
    match = decide(candidate(12), by_key={PREFIX + "talk.mp4": earlier})
    assert match == Match(earlier, contested=True)


@pytest.mark.parametrize(
    "key", ["talk.mp4", PREFIX, f"{PREFIX}a/b.mp4", f"recordings/{COACH}/x.mp4"]
)
def test_a_key_of_another_form_fits_nothing(key: str) -> None:
    assert match_key(FileToPlace(key, NOON), Candidates(), set()) == Match(None, "bad_key")


def test_a_time_without_a_zone_is_one_of_the_coachs() -> None:
    away = {"coach__time_zone": "America/New_York"}
    three, eight = candidate(15, **away), candidate(20, **away)
    assert decide(three, eight, name="Talk-20260114_150203-Meeting Recording.mp4") == Match(
        eight.id, contested=True
    )


@pytest.mark.parametrize("rest", ["", "x.mp4", "a/b/c"])
def test_the_coach_is_named_by_the_prefix_alone(rest: str) -> None:
    assert owner_in_key(f"recordings/{COACH}/{rest}") == COACH
    assert owner_in_key(f"recordings/{COACH}") is None
    assert owner_in_key(f"recordings/{str(COACH).upper()}/{rest}") is None
    assert owner_in_key(f"other/recordings/{COACH}/{rest}") is None


def key_for(session: Session, name: str = "talk.mp4") -> str:
    return (
        storage.session_prefix(
            coach_id=session.coach_id,
            client_id=session.client_id,
            scheduled_at=session.scheduled_at,
        )
        + name
    )


@pytest.mark.django_db
def test_candidates_are_of_that_coach_client_and_utc_day(
    make_session: Callable[..., Session], other_coach: User, staff: User
) -> None:
    start = datetime(2026, 1, 14, tzinfo=UTC)
    first = make_session(scheduled_at=start)
    last = make_session(scheduled_at=start + timedelta(days=1, microseconds=-1))
    alone = make_session(scheduled_at=start, client=None)
    for fields in (
        {"scheduled_at": start - timedelta(microseconds=1)},
        {"scheduled_at": start + timedelta(days=1)},
        {"coach": other_coach},
        {"client": staff},
    ):
        make_session(**{"scheduled_at": start} | fields)
    files = [FileToPlace(key_for(session), NOON) for session in (first, alone)]
    found = load_candidates(files)
    assert found.sessions_of(files[0].key) == {first.pk, last.pk}
    assert found.sessions_of(files[1].key) == {alone.pk}
    assert found.sessions_of("recordings/odd.mp4") == set()


@pytest.mark.django_db
def test_the_very_key_leads_to_the_newest_attempt_of_the_same_coach(
    make_session: Callable[..., Session], other_coach: User
) -> None:
    one, two, foreign = make_session(), make_session(), make_session(coach=other_coach)
    key = key_for(one)
    for session in (one, two, foreign):
        SessionUpload.objects.create(
            session=session,
            type="external",
            status="failed",
            error_code="x",
            error_detail="x",
            s3_key=key,
        )
    assert load_candidates([FileToPlace(key, NOON)]).by_key == {key: two.pk}


@pytest.mark.django_db
def test_many_files_are_looked_up_in_few_queries(make_session: Callable[..., Session]) -> None:
    sessions = [make_session(scheduled_at=NOON + timedelta(days=day)) for day in range(80)]
    files = [FileToPlace(key_for(session), NOON) for session in sessions]
    coaches = {file.key: sessions[0].coach_id for file in files}
    with CaptureQueriesContext(connection) as captured:
        candidates = load_candidates(files)
        offered = suggestions(files, coaches)
    assert len(captured) == 3
    for session, file in zip(sessions, files, strict=True):
        assert match_key(file, candidates, set()) == Match(session.pk)
        assert offered[file.key][0]["session_id"] == str(session.pk)


@pytest.mark.django_db
def test_suggestions_put_the_likeliest_first_and_say_why(
    make_session: Callable[..., Session], coach: User
) -> None:
    make_session(title="far", scheduled_at=NOON - timedelta(days=30))
    make_session(title="other client", client=None, scheduled_at=NOON)
    make_session(title="next day", scheduled_at=NOON + timedelta(days=1))
    same = make_session(title="same day", scheduled_at=NOON)
    taped = make_session(title="taped", scheduled_at=NOON)
    Session.objects.filter(pk=taped.pk).update(
        recording_upload_id=uuid.uuid4(), s3_key="k", recording_size_bytes=1, s3_uploaded_at=NOON
    )
    file = FileToPlace(key_for(same), NOON)
    found = suggestions([file], {file.key: coach.pk})[file.key]
    assert [(entry["title"], entry["score"], entry["why"]) for entry in found] == [
        ("same day", 1.0, "Same day, same client, no recording yet."),
        ("next day", 0.94, "1 day apart, same client, no recording yet."),
        ("taped", 0.85, "Same day, same client, has a recording already."),
        ("other client", 0.65, "Same day, no recording yet."),
    ]


def test_why_is_kept_in_english_and_told_in_the_readers_language(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    german = {
        "starts within minutes of it": "beginnt Minuten davon",
        "{hours} h apart": "{hours} Std. entfernt",
        "no recording yet": "noch keine Aufnahme",
        "another of these files fits it better": "eine andere dieser Dateien passt besser",
    }
    monkeypatch.setattr("filmroom.sentences.gettext", lambda text: german.get(text, text))
    kept = "2 h apart, same client, no recording yet, another of these files fits it better."
    assert told_why(kept) == kept
    with translation.override("de"):
        assert told_why(kept) == (
            "2 Std. entfernt, same client, noch keine Aufnahme,"
            " eine andere dieser Dateien passt besser."
        )
        assert told_why("Starts within minutes of it.") == "Beginnt Minuten davon."


@pytest.mark.django_db
def test_at_most_five_are_suggested(make_session: Callable[..., Session], coach: User) -> None:
    sessions = [make_session(scheduled_at=NOON + timedelta(hours=hour)) for hour in range(8)]
    file = FileToPlace("recordings/GMT20260114-120000.mp4", NOON)
    found = suggestions([file], {file.key: None})[file.key]
    assert [entry["session_id"] for entry in found] == [str(s.pk) for s in sessions[:5]]
    assert (found[0]["why"], found[2]["why"]) == (
        "Starts within minutes of it, no recording yet.",
        "2 h apart, no recording yet.",
    )


@pytest.mark.django_db
def test_a_coachs_file_is_never_offered_another_coachs_session(
    make_session: Callable[..., Session], coach: User, other_coach: User
) -> None:
    foreign = make_session(coach=other_coach, scheduled_at=NOON)
    own = FileToPlace(f"recordings/{coach.pk}/a.mp4", NOON)
    nobodys = FileToPlace("recordings/a.mp4", NOON)
    found = suggestions([own, nobodys], {own.key: coach.pk, nobodys.key: None})
    assert found[own.key] == []
    assert [entry["session_id"] for entry in found[nobodys.key]] == [str(foreign.pk)]
