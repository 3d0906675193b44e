"""The table as a coach lives in it: rows that move, filters, many at once, keyboard and phone."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, Locator, Page, Request, expect

from accounts.models import User
from recordings import lifecycle
from recordings.models import SessionUpload
from sessions_app.models import Session, UploadStatus
from tests.attempts import add_upload, fail

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LIST = "/dashboard/coach/recordings"
PHONE = {"width": 320, "height": 640}


@pytest.fixture
def page(window: Callable[..., BrowserContext], coach: User) -> Page:
    """A coach's window, which a test may cut off the network."""
    return window(
        coach, ("ERR_INTERNET_DISCONNECTED", "htmx:sendError", "htmx:afterRequest")
    ).new_page()


@pytest.fixture
def stored(make_session: Callable[..., Session], s3: Any, bucket: str) -> Callable[[str], Session]:
    """Make a session whose recording lies in the bucket."""

    def make(title: str) -> Session:
        session = make_session(title=title)
        upload = add_upload(session, original_filename=f"{title}.mp4")
        put = s3.put_object(Bucket=bucket, Key=upload.s3_key, Body=b"bytes")
        SessionUpload.objects.filter(pk=upload.pk).update(size_bytes=5, version_id=put["VersionId"])
        return session

    return make


def _row(page: Page, title: str) -> Locator:
    return page.get_by_role("row").filter(has=page.get_by_role("link", name=title, exact=True))


def _arrived(upload: SessionUpload, percent: int) -> None:
    SessionUpload.objects.filter(pk=upload.pk).update(bytes_transferred=percent)


def test_rows_that_move_change_by_one_request_and_keep_tick_and_focus(
    page: Page, make_session: Callable[..., Session]
) -> None:
    one, two = make_session(title="One"), make_session(title="Two")
    make_session(title="Still")
    uploads = [add_upload(each, "uploading", expected_size_bytes=100) for each in (one, two)]
    asked: list[str] = []
    page.on("request", lambda request: _note(request, asked))
    page.goto(LIST)
    tick = _row(page, "One").get_by_role("checkbox")
    tick.check()
    _row(page, "One").get_by_role("link", name="Uploading").focus()

    _arrived(uploads[0], 40)

    expect(_row(page, "One")).to_contain_text("Uploading 40 %", timeout=3000)
    expect(tick).to_be_checked()
    expect(_row(page, "One").get_by_role("link", name="Uploading 40 %")).to_be_focused()
    expect(page.get_by_text("1 chosen")).to_be_visible()
    named = {one.pk.hex, two.pk.hex}
    assert {frozenset(query.split(",")) for query in asked} == {frozenset(named)}

    uploads[0].refresh_from_db()
    fail(uploads[0])
    stored: dict[str, Any] = {
        "size_bytes": 5,
        "etag": "e",
        "completed_at": timezone.now(),
        "media_state": "known",
    }
    lifecycle.advance(uploads[1], to=UploadStatus.COMPLETED, actor=lifecycle.WORKER, **stored)

    expect(page.locator("[data-aloud]")).to_contain_text("One: Failed", timeout=3000)
    expect(_row(page, "One")).to_contain_text("The link is gone: ask for it.")
    expect(_row(page, "Two")).to_contain_text("Completed")
    expect(_row(page, "One").get_by_role("link", name="One", exact=True)).to_be_focused()
    asked.clear()
    page.wait_for_timeout(2500)
    assert asked == []  # nothing moves: nobody asks


def _note(request: Request, asked: list[str]) -> None:
    if "/live?rows=" in request.url:
        asked.append(request.url.partition("rows=")[2])


def test_filters_live_in_the_address_and_back_leads_through_them(
    page: Page, make_session: Callable[..., Session]
) -> None:
    for title in ("Alpha", "Alpine", "Beta"):
        add_upload(make_session(title=title), "failed" if title == "Beta" else "cancelled")
    page.goto(LIST)
    search = page.get_by_label("Search")

    search.press_sequentially("Alp", delay=300)

    expect(page.locator("#count")).to_have_text("2 of 3 sessions")
    expect(search).to_be_focused()
    page.get_by_text("Filters", exact=True).click()
    page.get_by_label("Recording", exact=True).select_option("failed")
    expect(page.get_by_role("heading", name="No session fits")).to_be_visible()
    expect(page).to_have_url(re.compile(r"\?q=Alp&recording=failed$"))
    expect(page.get_by_label("Client").get_by_role("option")).to_have_text(["All", "Klara Client"])
    page.get_by_role("link", name="Recording: Last attempt failed").click()
    expect(page).to_have_url(re.compile(r"\?q=Alp$"))
    expect(page.get_by_label("Recording", exact=True)).to_have_value("")
    expect(page.locator("#count")).to_be_focused()

    page.go_back()
    expect(page.get_by_role("heading", name="No session fits")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("row")).to_have_count(3)
    page.go_back()
    expect(page.locator("#count")).to_have_text("3 sessions")
    expect(page).to_have_url(re.compile(r"recordings$"))
    expect(search).to_have_value("")
    page.go_forward()
    expect(search).to_have_value("Alp")

    page.goto(LIST)
    expect(page).to_have_url(re.compile(r"\?q=Alp$"))  # as it was left
    page.get_by_role("link", name="Session", exact=True).click()
    expect(page.locator("[aria-sort=ascending]")).to_have_text("Session")
    expect(page.get_by_role("link", name="Session", exact=True)).to_be_focused()


def test_many_are_deleted_and_come_back(
    page: Page, stored: Callable[[str], Session], s3: Any, bucket: str
) -> None:
    for title in ("One", "Two", "Three"):
        stored(title)
    page.goto(LIST)

    # By keyboard alone: tick two, ask, confirm, undo.
    for title in ("One", "Two"):
        _row(page, title).get_by_role("checkbox").focus()
        page.keyboard.press("Space")
    page.locator("#bulk-delete").focus()
    page.keyboard.press("Enter")
    question = page.get_by_role("dialog", name="Delete 2 recordings?")
    expect(question).to_contain_text("10 bytes")
    page.keyboard.press("Escape")
    expect(page.locator("#bulk-delete")).to_be_focused()
    page.keyboard.press("Enter")
    question.get_by_role("button", name="Delete").focus()
    page.keyboard.press("Enter")

    undo = page.get_by_role("button", name="Undo")
    expect(undo).to_be_focused()
    expect(page.locator("[data-toasts]")).to_contain_text("2 recordings deleted.")
    expect(_row(page, "One")).to_contain_text("No recording")
    assert len(s3.list_objects_v2(Bucket=bucket)["Contents"]) == 1
    page.keyboard.press("Enter")
    expect(page.locator("[data-toasts]")).to_contain_text("2 recordings are back.")
    expect(_row(page, "One")).to_contain_text("Completed")
    assert len(s3.list_objects_v2(Bucket=bucket)["Contents"]) == 3


def test_one_is_deleted_and_comes_back(page: Page, stored: Callable[[str], Session]) -> None:
    stored("One")
    page.clock.install()
    page.goto(LIST)
    _row(page, "One").get_by_role("link", name="Delete the recording of One").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete the recording").click()
    toast = page.locator("[data-toast]")
    expect(toast).to_contain_text("The recording is deleted.")

    toast.hover()
    page.clock.run_for(30_000)
    expect(toast).to_be_visible()  # held while somebody points at it
    page.get_by_role("button", name="Undo").click()
    expect(_row(page, "One")).to_contain_text("Completed")
    page.mouse.move(0, 0)
    page.clock.run_for(11_000)
    expect(toast).to_have_count(0)


def test_a_network_that_goes_and_comes_back(
    page: Page, make_session: Callable[..., Session]
) -> None:
    upload = add_upload(make_session(title="One"), "uploading", expected_size_bytes=100)
    page.goto(LIST)
    banner = page.get_by_text("You are offline.")

    page.context.set_offline(True)
    expect(banner).to_be_visible()
    _arrived(upload, 70)
    page.get_by_label("Search").fill("On")
    expect(page.get_by_text("The table could not be loaded.")).to_be_visible()
    expect(page.get_by_role("link", name="Try again")).to_have_attribute("href", re.compile("q=On"))
    page.context.set_offline(False)

    expect(banner).to_be_hidden()
    expect(_row(page, "One")).to_contain_text("Uploading 70 %", timeout=3000)


def test_who_is_signed_out_is_led_to_the_login(
    page: Page, make_session: Callable[..., Session]
) -> None:
    add_upload(make_session(), "uploading")
    page.goto(LIST)
    page.context.clear_cookies()
    expect(page.get_by_role("button", name="Sign in")).to_be_visible(timeout=5000)


def test_on_a_phone_everything_fits_and_can_be_done(
    window: Callable[..., BrowserContext], coach: User, make_session: Callable[..., Session]
) -> None:
    for number in range(30):
        add_upload(make_session(title=f"Talk {number}"), "failed")
    page = window(coach, viewport=PHONE, has_touch=True).new_page()
    page.goto(f"{LIST}?size=25&q=Talk")
    page.get_by_text("Filters", exact=True).tap()
    expect(page.get_by_label("Order")).to_be_visible()
    page.get_by_label("Choose Talk 29").tap()
    page.get_by_label("All 30 that fit").tap()
    expect(page.get_by_text("30 chosen")).to_be_visible()
    assert page.evaluate("() => document.documentElement.scrollWidth") == PHONE["width"]
    page.get_by_role("button", name="Retry").last.tap()
    expect(page.locator("[data-toasts]")).to_contain_text("30 imports are tried again.")
    assert SessionUpload.objects.filter(status="pending").count() == 30
