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
from recordings.models import Rendition, SessionUpload, SyncRun
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

    busy = web.get(f"/dashboard/coach/recordings/live?rows={moving.pk}").text
    rest = web.get(f"/dashboard/coach/recordings/live?rows={still.pk}").text

    assert " data-moving>" in busy
    assert "Uploading 25 %" in busy
    assert f'href="/dashboard/coach/sessions/{moving.pk}#history"' in busy
    assert "data-moving" not in rest


def test_a_new_recording_is_watched_until_its_facts_are_read(web: Client, session: Session) -> None:
    upload = add_upload(session, "completed")
    url = f"/dashboard/coach/recordings/live?rows={session.pk}"
    SessionUpload.objects.filter(pk=upload.pk).update(media_state="pending")
    fresh = web.get(url).text
    old = timezone.now() - timedelta(minutes=5)
    SessionUpload.objects.filter(pk=upload.pk).update(completed_at=old)

    assert "data-moving" in fresh
    assert "data-moving" not in web.get(url).text


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
        ("q=alpha", ["alpha"]),
        ("q=KLARA", ["Gamma", "Beta", "alpha"]),
        ("recording=any", ["Gamma", "Beta"]),
        ("recording=none", ["alpha"]),
        ("recording=failed", ["alpha"]),
        ("platform=zoom", ["Beta"]),
        ("status=completed", ["Beta"]),
        ("from=2026-02-01&to=2026-02-01", ["Beta"]),
        ("to=2026-01-31", ["alpha"]),
        ("ordering=title", ["alpha", "Beta", "Gamma"]),
        ("ordering=client_name", ["Beta", "alpha", "Gamma"]),
        ("ordering=size_bytes", ["Gamma", "Beta", "alpha"]),
        ("ordering=-size_bytes", ["Beta", "Gamma", "alpha"]),
        ("recording=nonsense", ["Gamma", "Beta", "alpha"]),
        ("from=9999-12-31&to=x&client=x&ordering=x&size=7", ["Gamma", "Beta", "alpha"]),
        ("q=%00", ["Gamma", "Beta", "alpha"]),
        ("q=nobody", []),
        ("page=99999999999999999999", ["Gamma", "Beta", "alpha"]),
    ],
)
def test_search_filters_and_order_live_in_the_address(
    web: Client, make_session: Callable[..., Session], query: str, titles: list[str]
) -> None:
    day = datetime(2026, 2, 1, 23, 59, tzinfo=UTC)
    add_upload(make_session(title="alpha", client_name="Klara"), "failed")
    beta = make_session(title="Beta", client_name="ada", scheduled_at=day, status="completed")
    gamma = make_session(title="Gamma", scheduled_at=day + timedelta(minutes=1))
    add_upload(beta, platform="zoom")
    add_upload(gamma)
    Session.objects.filter(pk=gamma.pk).update(recording_size_bytes=1)

    answer = web.get(f"{URL}?{query}")

    assert answer.status_code == 200
    assert [row.session.title for row in answer.context["rows"]] == titles


def test_days_are_the_coachs_own(
    web: Client, coach: User, make_session: Callable[..., Session]
) -> None:
    coach.time_zone = "America/Los_Angeles"
    coach.save()
    late = make_session(scheduled_at=datetime(2026, 2, 2, 7, 30, tzinfo=UTC))

    assert late.title in web.get(f"{URL}?from=2026-02-01&to=2026-02-01").text
    text = web.get(f"{URL}?to=2026-02-02").text
    assert "1 Feb 2026, 23:30" in text
    assert "Until: <strong>2 Feb 2026</strong>" in text
    assert late.title not in web.get(f"{URL}?from=2026-02-02").text


def test_clients_are_offered_and_a_filter_can_be_taken_away(
    web: Client, client_user: User, other_coach: User, make_session: Callable[..., Session]
) -> None:
    make_session(client_name="Kläri")
    strange = make_session(coach=other_coach, client=other_coach, client_name="Secret")

    text = web.get(f"{URL}?client={client_user.pk}&recording=none&size=25").text
    foreign = web.get(f"{URL}?client={strange.client_id}").text
    offered = web.get(f"{URL}/clients").text

    assert f'<option value="{client_user.pk}" selected>Kläri</option>' in text
    assert offered.count("<option") == 2
    assert f'<option value="{client_user.pk}">Kläri</option>' in offered
    assert f'id="chip-recording" href="?client={client_user.pk}&amp;size=25"' in text
    assert "1 of 1 session" in text
    assert "Secret" not in text + foreign + offered
    assert "No session fits" in foreign


def test_pages_keep_search_order_and_size(
    web: Client, make_session: Callable[..., Session]
) -> None:
    for number in range(51):
        make_session(title=f"Talk {number}")

    first = web.get(f"{URL}?q=Talk&size=25&ordering=title")
    third = web.get(f"{URL}?q=Talk&size=25&page=3")

    assert [len(first.context["rows"]), len(third.context["rows"])] == [25, 1]
    assert "?q=Talk&amp;ordering=title&amp;size=25&amp;page=2" in first.text
    assert (
        'aria-sort="ascending"><a id="sort-title" href="?q=Talk&amp;ordering=-title' in first.text
    )


def test_the_table_is_found_as_it_was_left(
    web: Client, coach: User, make_session: Callable[..., Session]
) -> None:
    make_session()
    web.get(f"{URL}?q=First&ordering=title&recording=&nonsense=1&page=7")
    back = web.get(URL)
    coach.refresh_from_db()
    assert (back.status_code, back["Location"]) == (302, f"{URL}?q=First&ordering=title")
    assert coach.recordings_view == "q=First&ordering=title"

    web.get(f"{URL}?q={'é' * 150}")  # longer than is kept
    assert web.get(URL)["Location"] == f"{URL}?q=First&ordering=title"

    everything = web.get(f"{URL}?all", follow=True)
    coach.refresh_from_db()
    assert everything.redirect_chain == [(URL, 302)]
    assert coach.recordings_view == ""


def test_a_script_gets_the_results_alone_with_their_address(web: Client, session: Session) -> None:
    def get(query: str, current: str) -> tuple[str | None, str | None]:
        headers = {"HX-Request": "true", "HX-Target": "results", "HX-Current-URL": current}
        answer = web.get(f"{URL}?{query}", headers=headers)
        assert answer.text.strip().startswith('<div id="results"')
        return answer.get("HX-Push-Url"), answer.get("HX-Replace-Url")

    assert get("q=F&status=", f"http://x{URL}") == (f"{URL}?q=F", None)
    assert get("q=Fi", f"http://x{URL}?q=F") == (None, f"{URL}?q=Fi")
    assert get("q=Fi&status=scheduled", f"http://x{URL}?q=Fi") == (
        f"{URL}?q=Fi&status=scheduled",
        None,
    )
    assert get("q=", f"http://x{URL}?q=F") == (None, URL)


def test_the_number_of_queries_does_not_grow(
    web: Client, make_session: Callable[..., Session]
) -> None:
    def queries(query: str = "") -> int:
        with CaptureQueriesContext(connection) as seen:
            assert web.get(URL + query).status_code == 200
        return len(seen)

    states = ("completed", "failed", "uploading", "pending")
    for number in range(50):
        add_upload(make_session(), states[number % 4])
    with_50 = queries()
    narrowed = queries("?q=Talk")
    web.get(f"{URL}?all")
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
    # Session, person, count, rows, their attempts, failed copies, last sync, open uploads, and
    # what waits for its session (2) and what expires soon (2).
    assert queries() == with_50 == 12
    assert queries("?q=Talk") <= narrowed + 2  # all there are, and the view to remember


def test_one_request_shows_all_rows_that_are_asked_for_and_nobody_elses(
    web: Client, other_coach: User, make_session: Callable[..., Session]
) -> None:
    mine, moving = make_session(title="Mine"), make_session(title="Moving")
    theirs = make_session(title="Theirs", coach=other_coach)
    add_upload(moving, "uploading")
    asked = ",".join([mine.pk.hex, str(moving.pk), theirs.pk.hex, "nonsense", ""])

    text = web.get(f"{URL}/live?rows={asked}").text

    assert text.count("<tr ") == 2
    assert f'id="session-{mine.pk}"' in text
    assert f'id="session-{moving.pk}"' in text
    assert "Theirs" not in text


@pytest.mark.parametrize(
    ("kind", "offer"),
    [("external", "Try again"), ("direct", "Choose the file again"), ("sync", "")],
)
def test_a_failure_offers_what_helps_with_it(
    web: Client, session: Session, kind: str, offer: str
) -> None:
    upload = add_upload(session, "completed" if kind == "sync" else "failed")
    SessionUpload.objects.filter(pk=upload.pk).update(type=kind)
    text = web.get(f"/dashboard/coach/recordings/live?rows={session.pk}").text

    shown = [each for each in ("Try again", "Choose the file again") if each in text]
    assert shown == ([offer] if offer else [])


def test_a_copy_that_failed_is_told_and_tried_again_from_its_row(
    web: Client, make_session: Callable[..., Session]
) -> None:
    def failed_copy(title: str, **codecs: str) -> Rendition:
        upload = add_upload(make_session(title=title), **codecs)
        return Rendition.objects.create(
            upload=upload,
            kind="web_copy",
            status="failed",
            error_code="worker_lost",
            error_detail=f"Why {title} failed.",
        )

    copy = failed_copy("Old", container="avi", video_codec="mpeg4", mime_type="video/x-msvideo")
    failed_copy("Plays", container="mp4", video_codec="h264", mime_type="video/mp4")
    text = web.get(URL).text
    url = f"{URL.removesuffix('/recordings')}/sessions/{copy.upload.session_id}/copy/retry"
    assert 'data-state="Cannot be played here" data-title="Old"' in text
    assert 'data-state="Completed" data-title="Plays"' in text
    assert "Why Old failed." in text
    assert "Why Plays failed." not in text
    assert text.count("/copy/retry") == text.count(f'formaction="{url}"') == 1

    only = {"only": copy.upload.session_id}
    answer = web.post(url, only, headers={"HX-Request": "true"})
    copy.refresh_from_db()
    assert copy.status == "pending"
    assert "The copy is made again." in answer.text
    assert f'data-changed="{copy.upload.session_id}"' in answer.text
    assert "Cannot be played here" not in web.get(URL).text
    Rendition.objects.update(status="failed", error_code="worker_lost")
    assert web.post(url, only)["Location"] == URL


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
    assert "data-moving" not in text


def test_the_button_asks_for_a_sync_of_ones_own_prefix(
    web: Client, coach: User, bucket: str
) -> None:
    answer = web.post(f"{URL}/sync")

    run = SyncRun.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, URL)
    assert (run.coach, run.trigger, run.requested_by) == (coach, "button", coach)
    page = web.get(URL).text
    assert "The sync is on its way" in page
    assert "data-moving" in page
