"""The recordings table: what stands in it, for whom, and what it costs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from recordings.models import SessionUpload, SyncRun
from sessions_app.models import Session
from tests.attempts import add_upload

URL = "/dashboard/coach/recordings"


def test_home_leads_to_the_recordings_and_strangers_to_the_login(
    web: Client, client: Client
) -> None:
    home = web.get("/")
    stranger = client.get(URL)

    assert (home.status_code, home["Location"]) == (302, URL)
    assert (stranger.status_code, stranger["Location"]) == (302, f"/accounts/login/?next={URL}")


def test_an_empty_list_says_what_to_do(web: Client) -> None:
    answer = web.get(URL)

    assert answer.status_code == 200
    assert "Write down a session" in answer.text
    assert 'href="/dashboard/coach/sessions/new"' in answer.text
    assert "<table" not in answer.text


def test_a_row_shows_the_recording_with_a_failed_attempt_beside_it(
    web: Client, session: Session
) -> None:
    add_upload(session, "completed", platform="zoom")
    add_upload(session, "failed")

    text = web.get(URL).text

    assert "4.8\xa0MB" in text
    assert "59:01" in text
    assert "Zoom" in text
    assert "<span>Completed</span>" in text
    assert "<span>Failed</span>" in text
    assert "The link is gone: ask for it." in text
    assert f"/dashboard/coach/sessions/{session.pk}/download" in text
    assert '<time datetime="2026-01-14T15:00:00+00:00">14 Jan 2026, 15:00</time>' in text


def test_only_a_row_that_moves_asks_again(
    web: Client, make_session: Callable[..., Session]
) -> None:
    moving, still = make_session(), make_session()
    upload = add_upload(moving, "uploading", expected_size_bytes=200)
    SessionUpload.objects.filter(pk=upload.pk).update(bytes_transferred=50)
    add_upload(still, "failed")

    busy = web.get(f"/dashboard/coach/sessions/{moving.pk}/row").text
    rest = web.get(f"/dashboard/coach/sessions/{still.pk}/row").text

    assert 'hx-trigger="every 3s"' in busy
    assert "Uploading 25 %" in busy
    assert "hx-trigger" not in rest


def test_a_new_recording_is_watched_until_its_facts_are_read(web: Client, session: Session) -> None:
    upload = add_upload(session, "completed")
    url = f"/dashboard/coach/sessions/{session.pk}/row"
    SessionUpload.objects.filter(pk=upload.pk).update(media_state="pending")
    fresh = web.get(url).text
    old = timezone.now() - timedelta(minutes=5)
    SessionUpload.objects.filter(pk=upload.pk).update(completed_at=old)

    assert "hx-trigger" in fresh
    assert "hx-trigger" not in web.get(url).text


def test_names_and_filenames_are_escaped(web: Client, make_session: Callable[..., Session]) -> None:
    nasty = "<script>alert(1)</script>"
    session = make_session(title=nasty, client_name=nasty)
    add_upload(session, "completed", original_filename=nasty)

    for url in (URL, f"/dashboard/coach/sessions/{session.pk}"):
        text = web.get(url).text
        assert nasty not in text
        assert "&lt;script&gt;alert(1)" in text


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("q=alpha", ["Alpha"]),
        ("q=KLARA", ["Beta", "Alpha"]),
        ("recording=any", ["Beta"]),
        ("recording=none", ["Alpha"]),
        ("recording=failed", ["Alpha"]),
        ("recording=nonsense", ["Beta", "Alpha"]),
        ("q=%00", ["Beta", "Alpha"]),
        ("q=nobody", []),
        ("page=99999999999999999999", ["Beta", "Alpha"]),
    ],
)
def test_search_and_filter_live_in_the_address(
    web: Client,
    make_session: Callable[..., Session],
    query: str,
    titles: list[str],
) -> None:
    add_upload(make_session(title="Alpha"), "failed")
    add_upload(make_session(title="Beta", scheduled_at=datetime(2026, 2, 1, tzinfo=UTC)))

    answer = web.get(f"{URL}?{query}")

    assert answer.status_code == 200
    assert [row.session.title for row in answer.context["rows"]] == titles


def test_pages_keep_the_search(web: Client, make_session: Callable[..., Session]) -> None:
    for number in range(51):
        make_session(title=f"Talk {number}")

    first = web.get(f"{URL}?q=Talk")
    second = web.get(f"{URL}?q=Talk&page=2")

    assert len(first.context["rows"]) == 50
    assert "?q=Talk&amp;page=2" in first.text
    assert len(second.context["rows"]) == 1


def test_the_number_of_queries_does_not_grow(
    web: Client, make_session: Callable[..., Session]
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert web.get(URL).status_code == 200
        return len(seen)

    states = ("completed", "failed", "uploading", "pending")
    for number in range(50):
        add_upload(make_session(), states[number % 4])
    with_50 = queries()
    template = make_session()
    Session.objects.bulk_create(
        Session(
            title=f"Talk {number}",
            scheduled_at=template.scheduled_at - timedelta(days=number),
            coach=template.coach,
            client=template.client,
        )
        for number in range(449)
    )

    assert Session.objects.count() == 500
    assert queries() == with_50
    assert with_50 <= 7


def test_staff_see_all_with_the_coachs_name(
    web_for: Callable[..., Client], staff: User, session: Session
) -> None:
    text = web_for(staff).get(URL).text

    assert session.title in text
    assert "Coach: Carla Coach" in text


def test_the_last_sync_is_told(web: Client, coach: User, other_coach: User) -> None:
    now = timezone.now()
    for person, missing in ((coach, 3), (other_coach, 77)):
        SyncRun.objects.create(
            prefix=f"recordings/{person.pk}/",
            coach=person,
            trigger="button",
            status="completed",
            finished_at=now,
            missing_records=missing,
        )

    text = web.get(URL).text

    assert "3 missing" in text
    assert "77 missing" not in text
    assert "every 3s" not in text


def test_the_button_asks_for_a_sync_of_ones_own_prefix(
    web: Client, coach: User, bucket: str
) -> None:
    answer = web.post(f"{URL}/sync")

    run = SyncRun.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, URL)
    assert (run.coach, run.trigger, run.requested_by) == (coach, "button", coach)
    page = web.get(URL).text
    assert "The sync is on its way" in page
    assert 'hx-get="/dashboard/coach/recordings/sync-status"' in page
