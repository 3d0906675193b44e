"""An upload that never starts over: paused, reloaded, cut off, refused by the bucket, given up."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect
from pytest_django.fixtures import Settings

from accounts.models import User
from recordings.models import SessionUpload
from sessions_app.models import Session
from tests.browser.uploading import (
    CORS,
    LIST,
    PART_BYTES,
    PARTS,
    Bucket,
    accept,
    expect_stored,
    make_recording,
    part_number,
    parts_in,
    send,
    stored_bytes,
    tray,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

OPENER = "Upload a recording of First talk"


@pytest.fixture
def recording(tmp_path: Path, settings: Settings) -> Path:
    """A recording of three parts, as parts are here: 5, 5 and a little over 1 MiB."""
    settings.PART_SIZE_BYTES = PART_BYTES
    return make_recording(tmp_path, parts=2.2)


@pytest.fixture
def page(window: Callable[..., BrowserContext], coach: User, session: Session) -> Page:
    """The recordings page of the coach, who is away from the network at times."""
    page = window(coach, ("ERR_", "status of 403", "status of 409", "status of 500")).new_page()
    page.goto(LIST)
    return page


def test_paused_and_resumed_it_sends_what_is_missing(
    page: Page, recording: Path, s3: Any, bucket: str
) -> None:
    gate = Bucket(page)
    gate.hold_from(3)
    uploads = send(page, recording, OPENER)
    expect(uploads).to_contain_text("Uploading")
    _until(page, lambda: parts_in(s3, bucket) == [1, 2])

    uploads.get_by_role("button", name="Pause talk.mp4").click()
    expect(uploads.get_by_role("listitem")).to_contain_text("Paused")
    gate.open()
    expect(uploads.get_by_role("button", name="Resume talk.mp4")).to_be_focused()
    uploads.get_by_role("button", name="Resume talk.mp4").click()

    expect_stored(uploads)
    expect(page.get_by_role("status").first).to_contain_text("talk.mp4 is stored.")
    expect(page.get_by_role("row").filter(has_text="First talk")).to_contain_text("Completed")
    assert sorted(gate.sent) == [1, 2, 3]
    upload = SessionUpload.objects.get()
    assert upload.status == "completed"
    assert stored_bytes(s3, bucket, upload) == recording.read_bytes()


def test_after_a_reload_the_same_file_goes_on_from_the_bucket(
    page: Page, recording: Path, s3: Any, bucket: str, tmp_path: Path
) -> None:
    page.on("dialog", accept)
    gate = Bucket(page)
    gate.hold_from(3)
    send(page, recording, OPENER)
    _until(page, lambda: parts_in(s3, bucket) == [1, 2])

    page.reload()
    uploads = tray(page)
    expect(uploads).to_contain_text("1 unfinished upload")
    expect(uploads).to_contain_text("90% is in the bucket. Choose the file again to go on.")
    uploads.get_by_role("button", name="List").click()
    other = make_recording(tmp_path, "other.mp4")
    with page.expect_file_chooser() as chooser:
        uploads.get_by_role("button", name="Choose the file talk.mp4").click()
    chooser.value.set_files(other)
    expect(uploads).to_contain_text("That is another file: choose talk.mp4, 11.1 MB.")
    gate.open()
    with page.expect_file_chooser() as chooser:
        uploads.get_by_role("button", name="Choose the file talk.mp4").click()
    chooser.value.set_files(recording)

    expect_stored(uploads)
    assert sorted(gate.sent) == [1, 2, 3]
    assert stored_bytes(s3, bucket, SessionUpload.objects.get()) == recording.read_bytes()


def test_dropped_or_chosen_as_a_new_one_the_file_goes_on_as_well(
    page: Page, recording: Path, s3: Any, bucket: str
) -> None:
    page.on("dialog", accept)
    gate = Bucket(page)
    gate.hold_from(3)
    send(page, recording, OPENER)
    _until(page, lambda: parts_in(s3, bucket) == [1, 2])
    page.reload()
    gate.open()

    page.get_by_role("link", name="Add recordings").click()
    dialog = page.get_by_role("dialog")
    dialog.locator("#add-files").set_input_files(recording)
    expect(dialog).to_contain_text("90% is in the bucket already: only the rest is sent.")
    dialog.get_by_role("button", name="Upload 1 file").click()

    expect_stored(tray(page))
    assert sorted(gate.sent) == [1, 2, 3]
    assert stored_bytes(s3, bucket, SessionUpload.objects.get()) == recording.read_bytes()


def test_a_changed_file_of_the_same_name_and_size_does_not_go_on(
    page: Page, recording: Path, s3: Any, bucket: str
) -> None:
    page.on("dialog", accept)
    gate = Bucket(page)
    gate.hold_from(3)
    send(page, recording, OPENER)
    _until(page, lambda: parts_in(s3, bucket) == [1, 2])
    os.utime(recording, (1_700_000_000, 1_700_000_000))
    page.reload()
    gate.open()

    tray(page).get_by_role("button", name="List").click()
    with page.expect_file_chooser() as chooser:
        tray(page).get_by_role("button", name="Choose the file talk.mp4").click()
    chooser.value.set_files(recording)
    expect(tray(page)).to_contain_text("That is another file")
    tray(page).get_by_role("button", name="Give talk.mp4 up").click()

    expect(tray(page)).to_be_hidden()
    assert SessionUpload.objects.get().status == "cancelled"
    assert "Uploads" not in s3.list_multipart_uploads(Bucket=bucket)


def test_a_lost_network_is_waited_for(page: Page, recording: Path, s3: Any, bucket: str) -> None:
    gate = Bucket(page)
    gate.hold_from(3)
    uploads = send(page, recording, OPENER)
    _until(page, lambda: parts_in(s3, bucket) == [1, 2])

    page.context.set_offline(True)
    for route in gate.held:
        route.abort("internetdisconnected")
    expect(uploads.get_by_role("listitem")).to_contain_text("No connection, trying again")
    gate.open()
    page.context.set_offline(False)

    expect_stored(uploads)
    assert sorted(gate.sent) == [1, 2, 3]
    assert stored_bytes(s3, bucket, SessionUpload.objects.get()) == recording.read_bytes()


def test_a_part_that_the_bucket_refuses_is_sent_until_it_is_there(
    page: Page, recording: Path, s3: Any, bucket: str
) -> None:
    answers = [500, 403, 403]
    sent: list[int] = []

    def answer(route: Route) -> None:
        number = part_number(route.request)
        if route.request.method == "PUT" and number == 2 and answers:
            route.fulfill(status=answers.pop(0), headers=CORS)
            return
        if route.request.method == "PUT":
            sent.append(number)
        route.continue_()

    page.route(PARTS, answer)
    uploads = send(page, recording, OPENER)

    expect_stored(uploads)
    assert (answers, sorted(sent)) == ([], [1, 2, 3])
    assert SessionUpload.objects.get().status == "completed"
    assert stored_bytes(s3, bucket, SessionUpload.objects.get()) == recording.read_bytes()


def test_two_windows_may_send_the_same_file(
    page: Page, recording: Path, s3: Any, bucket: str
) -> None:
    first = Bucket(page)
    first.hold_from(3)
    uploads = send(page, recording, OPENER)
    _until(page, lambda: parts_in(s3, bucket) == [1, 2])
    second = page.context.new_page()
    second.goto(LIST)
    expect(second.get_by_role("row").filter(has_text="First talk")).to_contain_text("Uploading")
    expect(tray(second)).to_have_count(0)
    send(second, recording, OPENER)
    expect_stored(tray(second))

    uploads.get_by_role("button", name="Pause talk.mp4").click()
    first.open()
    uploads.get_by_role("button", name="Resume talk.mp4").click()

    expect_stored(uploads)
    assert SessionUpload.objects.get().status == "completed"
    assert stored_bytes(s3, bucket, SessionUpload.objects.get()) == recording.read_bytes()


def test_cancelled_it_leaves_nothing(page: Page, recording: Path, s3: Any, bucket: str) -> None:
    gate = Bucket(page)
    gate.hold_from(1)
    uploads = send(page, recording, OPENER)
    _until(page, lambda: bool(gate.held))

    uploads.get_by_role("button", name="Cancel talk.mp4").click()

    expect(page.get_by_role("status").first).to_contain_text("The upload of talk.mp4 is cancelled.")
    expect(uploads).to_be_hidden()
    _until(page, lambda: "Uploads" not in s3.list_multipart_uploads(Bucket=bucket))
    assert SessionUpload.objects.get().status == "cancelled"


def test_the_form_of_a_session_sends_by_the_tray(
    page: Page, recording: Path, session: Session, s3: Any, bucket: str
) -> None:
    page.goto(f"/dashboard/coach/sessions/{session.pk}/upload", wait_until="networkidle")
    page.get_by_label("File from this device").set_input_files(recording)
    page.get_by_label("Platform").select_option("Vimeo")
    page.get_by_role("button", name="Upload").click()

    expect_stored(tray(page))
    upload = SessionUpload.objects.get()
    assert (upload.type, upload.platform, upload.status) == ("direct", "vimeo", "completed")


def _until(page: Page, is_so: Callable[[], bool]) -> None:
    """Wait for something outside of the page, letting its routes be answered meanwhile."""
    for _turn in range(200):
        if is_so():
            return
        page.wait_for_timeout(50)
    raise AssertionError("it did not come")
