"""The dialog when things do not go straight: given up, failed, refused, closed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, Route, expect

from accounts.models import User
from recordings.media.samples import write_sample
from recordings.models import SessionUpload
from sessions_app.models import Session
from tests.attempts import add_upload, fail

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PARTS = "**/*partNumber=*"


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    path = tmp_path / "talk.mp4"
    write_sample(path, container="mp4", seconds=1)
    return path


@pytest.fixture
def page(window: Callable[..., BrowserContext], coach: User, session: Session) -> Page:
    """The recordings page of the coach."""
    page = window(coach).new_page()
    page.goto("/dashboard/coach/recordings")
    return page


def _dialog(page: Page) -> Locator:
    page.get_by_role("link", name="Upload a recording of First talk").click()
    return page.get_by_role("dialog", name="Upload a recording")


def test_cancel_gives_up_what_was_sent(page: Page, recording: Path, bucket: str, s3: Any) -> None:
    hanging: list[Route] = []
    page.route(PARTS, lambda route: hanging.append(route))
    dialog = _dialog(page)
    dialog.get_by_label("File from this device").set_input_files(recording)
    with page.expect_request(PARTS):
        dialog.get_by_role("button", name="Upload").click()

    dialog.get_by_role("link", name="Cancel").click()

    expect(dialog).to_be_hidden()
    expect(page.get_by_role("status")).to_contain_text("The upload is cancelled.")
    assert SessionUpload.objects.get().status == "cancelled"
    assert "Uploads" not in s3.list_multipart_uploads(Bucket=bucket)


def test_after_a_failure_the_same_upload_goes_on(
    window: Callable[..., BrowserContext], coach: User, session: Session, recording: Path
) -> None:
    context = window(coach, expected_errors=("403", "[Uppy]"))
    page = context.new_page()
    page.goto("/dashboard/coach/recordings")

    def refuse(route: Route) -> None:
        route.fulfill(status=403, headers={"Access-Control-Allow-Origin": "*"})

    page.route(PARTS, refuse)
    dialog = _dialog(page)
    dialog.get_by_label("File from this device").set_input_files(recording)
    dialog.get_by_role("button", name="Upload").click()
    expect(dialog.get_by_role("alert")).to_contain_text("The upload did not get through")
    assert SessionUpload.objects.get().is_active

    page.unroute(PARTS)
    dialog.get_by_role("button", name="Upload").click()

    expect(dialog).to_be_hidden()
    assert SessionUpload.objects.get().status == "completed"


def test_what_is_no_recording_is_refused_in_the_servers_words(
    window: Callable[..., BrowserContext], coach: User, session: Session, tmp_path: Path
) -> None:
    page = window(coach, expected_errors=("415", "[Uppy]")).new_page()
    page.goto("/dashboard/coach/recordings")
    program = tmp_path / "talk.mp4"
    program.write_bytes(b"MZ no talk at all" * 99)
    dialog = _dialog(page)
    dialog.get_by_label("File from this device").set_input_files(program)
    dialog.get_by_role("button", name="Upload").click()

    upload_error = dialog.get_by_role("alert")
    expect(upload_error).to_be_visible()
    upload = SessionUpload.objects.get()
    assert (upload.status, upload.error_code) == ("failed", "not_media")
    expect(upload_error).to_have_text(upload.error_detail)


def test_an_empty_file_is_refused_before_anything_is_asked(page: Page, tmp_path: Path) -> None:
    empty = tmp_path / "talk.mp4"
    empty.touch()
    dialog = _dialog(page)
    dialog.get_by_label("File from this device").set_input_files(empty)
    dialog.get_by_role("button", name="Upload").click()

    expect(dialog.get_by_role("alert")).to_contain_text("This file is empty")
    assert not SessionUpload.objects.exists()


def test_a_link_goes_by_the_form(page: Page) -> None:
    dialog = _dialog(page)
    dialog.get_by_label("Link").fill("https://files.example.com/talk.mp4")
    dialog.get_by_label("Platform").select_option("Vimeo")
    dialog.get_by_role("button", name="Upload").click()

    expect(page.get_by_role("status")).to_contain_text("The recording is being fetched")
    expect(page.get_by_role("row").filter(has_text="First talk")).to_contain_text("Waiting")
    assert SessionUpload.objects.get().platform == "vimeo"


def test_escape_closes_and_the_focus_returns(page: Page) -> None:
    link = page.get_by_role("link", name="Upload a recording of First talk")
    link.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("File from this device")).to_be_focused()

    page.keyboard.press("Escape")

    expect(dialog).to_be_hidden()
    expect(link).to_be_focused()


def test_a_row_follows_its_import_and_says_how_it_ended(page: Page, session: Session) -> None:
    upload = add_upload(session, "uploading", expected_size_bytes=100)
    page.reload()
    row = page.get_by_role("row").filter(has_text="First talk")
    expect(row).to_contain_text("Uploading 0 %")
    SessionUpload.objects.filter(pk=upload.pk).update(bytes_transferred=40)
    expect(row).to_contain_text("Uploading 40 %")

    fail(upload)

    expect(row).to_contain_text("The link is gone: ask for it.")
    expect(page.get_by_role("status")).to_contain_text("First talk: Failed")
    assert row.get_attribute("hx-trigger") is None
