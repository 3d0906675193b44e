"""Many files at once: matched, put right by a person, refused before a byte, sent together."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect
from pytest_django.fixtures import Settings

from accounts.models import User
from recordings.models import SessionUpload
from sessions_app.models import Session
from tests.browser.uploading import (
    LIST,
    PARTS,
    Bucket,
    choose,
    expect_stored,
    make_recording,
    send,
    stored_bytes,
    tray,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def page(window: Callable[..., BrowserContext], coach: User, session: Session) -> Page:
    """The recordings page of the coach."""
    # 409: what asked for parts while everything was cancelled.
    page = window(coach, ("status of 404", "status of 409", "status of 415")).new_page()
    page.goto(LIST)
    return page


def _line(dialog: Locator, name: str) -> Locator:
    return dialog.get_by_role("listitem").filter(has_text=name)


def test_twelve_files_find_their_sessions_and_go_together(
    page: Page,
    session: Session,
    make_session: Callable[..., Session],
    tmp_path: Path,
    s3: Any,
    bucket: str,
) -> None:
    files, titles = [], {}
    for day in range(12):
        at = session.scheduled_at + timedelta(days=day + 1)
        path = make_recording(tmp_path, f"GMT{at:%Y%m%d-%H%M%S}_Recording.mp4", parts=day / 100)
        titles[path.name] = make_session(title=f"Talk {day}", scheduled_at=at).title
        files.append(path)
    page.reload()

    dialog = choose(page, files)
    expect(dialog.get_by_role("status").first).to_have_text("12 files, 12 with a session.")
    expect(_line(dialog, files[0].name)).to_contain_text("Certain")
    dialog.get_by_role("button", name="Upload 12 files").click()

    expect(dialog).to_be_hidden()
    expect_stored(tray(page), 12)
    expect(tray(page)).to_contain_text("12 files are stored")
    uploads = SessionUpload.objects.select_related("session")
    assert {each.original_filename: each.session.title for each in uploads} == titles
    assert {each.status for each in uploads} == {"completed"}
    bytes_of = {path.name: path.read_bytes() for path in files}
    for each in uploads:
        assert stored_bytes(s3, bucket, each) == bytes_of[each.original_filename]
    tray(page).get_by_role("button", name="Clear the list").click()
    expect(tray(page)).to_be_hidden()


def test_what_cannot_be_a_recording_is_refused_before_a_byte(
    page: Page, tmp_path: Path, settings: Settings
) -> None:
    settings.MAX_UPLOAD_BYTES = 1_000_000
    contents = {
        "paper.pdf": b"%PDF-1.7\n" + bytes(range(256)),
        "page.mp4": b"<!doctype html><title>Sign in to see the recording</title>",
        "empty.mp4": b"",
        "large.mp4": bytes(1_000_001),
    }
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))

    dialog = choose(page, [tmp_path / name for name in contents])

    expect(_line(dialog, "paper.pdf")).to_contain_text("This is no recording")
    expect(_line(dialog, "page.mp4")).to_contain_text("This is no recording")
    expect(_line(dialog, "empty.mp4")).to_contain_text("This file is empty")
    expect(_line(dialog, "large.mp4")).to_contain_text("This file is larger than")
    expect(dialog.get_by_role("button", name="Upload")).to_be_disabled()
    assert not any("/recordings/multipart" in url for url in asked)
    assert not SessionUpload.objects.exists()


def test_a_refusal_and_a_lost_session_stop_only_their_own_file(
    page: Page, session: Session, make_session: Callable[..., Session], tmp_path: Path
) -> None:
    gone = make_session(title="Gone", scheduled_at=session.scheduled_at + timedelta(days=1))
    kept = make_session(title="Kept", scheduled_at=session.scheduled_at + timedelta(days=2))
    noise = tmp_path / "20260114_150000.mp4"
    noise.write_bytes(bytes([0, 200, 7, 13]) * 500)
    lost = make_recording(tmp_path, "20260115_150000.mp4")
    good = make_recording(tmp_path, "20260116_150000.mp4")
    dialog = choose(page, [noise, lost, good])
    gone.delete()

    dialog.get_by_role("button", name="Upload 3 files").click()

    items = tray(page).get_by_role("listitem")
    expect(items.filter(has_text=good.name)).to_contain_text("Stored")
    expect(items.filter(has_text=lost.name)).to_contain_text(
        "This session does not exist any more: choose another one."
    )
    failed = SessionUpload.objects.get(session=session)
    assert (failed.status, failed.error_code) == ("failed", "not_media")
    expect(items.filter(has_text=noise.name)).to_contain_text(failed.error_detail)
    assert SessionUpload.objects.get(session=kept).status == "completed"
    expect(tray(page).get_by_role("button", name=f"Try {noise.name} again")).to_have_count(0)


def test_a_person_chooses_another_session_by_keyboard_alone(
    page: Page, make_session: Callable[..., Session], session: Session, tmp_path: Path
) -> None:
    other = make_session(title="Quarterly goals", scheduled_at=session.scheduled_at)
    Session.objects.filter(pk=other.pk).update(scheduled_at=session.scheduled_at.replace(year=2024))
    recording = make_recording(tmp_path, "what is this.mp4")
    opener = page.get_by_role("link", name="Add recordings")
    opener.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Add recordings")
    expect(dialog.locator("#add-files")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    expect(dialog.get_by_role("tab", name="Files")).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(dialog.get_by_role("tabpanel", name="Links")).to_be_visible()
    page.keyboard.press("ArrowLeft")
    dialog.locator("#add-files").set_input_files(recording)
    field = dialog.get_by_role("combobox", name="Session of what is this.mp4")
    expect(field).to_be_visible()

    dialog.locator("#add-files").focus()
    page.keyboard.press("Tab")
    expect(field).to_be_focused()
    page.keyboard.type("quarterly")
    expect(dialog.get_by_role("option")).to_have_count(2)
    page.keyboard.press("Escape")
    expect(dialog.get_by_role("listbox")).to_be_hidden()
    expect(dialog).to_be_visible()
    page.keyboard.type("quarterly")
    expect(dialog.get_by_role("option", name="Quarterly goals")).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(dialog).to_contain_text("Your choice")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(dialog.get_by_role("button", name="Upload 1 file")).to_be_focused()
    page.keyboard.press("Enter")

    expect(dialog).to_be_hidden()
    expect(opener).to_be_focused()
    expect_stored(tray(page))
    assert SessionUpload.objects.get().session == other


def test_a_session_is_created_from_a_file(page: Page, coach: User, tmp_path: Path) -> None:
    User.objects.filter(pk=coach.pk).update(time_zone="Europe/Berlin")
    recording = make_recording(tmp_path, "Career talk 2025-03-03 10-00-00.mp4")
    page.reload()
    page.get_by_role("link", name="Add recordings").click()
    dialog = page.get_by_role("dialog")
    dialog.locator("#add-files").set_input_files(recording)
    dialog.get_by_role("combobox").click()
    dialog.get_by_role("option", name="Create a new session").click()
    expect(dialog.get_by_label("Date and time")).to_have_value("2025-03-03T10:00")
    dialog.get_by_label("Title").fill("Career")
    dialog.get_by_label("Minutes").fill("")
    expect(dialog).to_contain_text("A new session needs a title, a time and its minutes.")
    expect(dialog.get_by_role("button", name="Upload")).to_be_disabled()
    dialog.get_by_label("Minutes").fill("45")
    dialog.get_by_label("Client's e-mail").fill("new@example.com")
    dialog.get_by_role("button", name="Upload 1 file").click()

    expect_stored(tray(page))
    made = SessionUpload.objects.get(status="completed").session
    assert (made.title, made.duration_minutes) == ("Career", 45)
    assert made.scheduled_at.isoformat() == "2025-03-03T09:00:00+00:00"
    assert made.client is not None
    assert made.client.email == "new@example.com"


DROP = """(target, names) => {
    const data = new DataTransfer();
    for (const name of names) data.items.add(new File([new Uint8Array(2000)], name));
    for (const type of ["dragover", "drop"]) {
        target.dispatchEvent(new DragEvent(type, {
            dataTransfer: data, bubbles: true, cancelable: true,
        }));
        if (type === "dragover") window.seen = {
            row: document.querySelector("tr.drop-here")?.dataset.title ?? null,
            overlay: !document.querySelector("[data-drop-overlay]").hidden,
        };
    }
    return window.seen;
}"""


def test_one_file_is_dropped_on_its_row_and_many_anywhere(
    page: Page, session: Session, make_session: Callable[..., Session]
) -> None:
    row = page.get_by_role("row").filter(has_text="First talk")

    assert row.evaluate(DROP, ["clip.mp4"]) == {"row": "First talk", "overlay": True}

    dialog = page.get_by_role("dialog")
    expect(_line(dialog, "clip.mp4")).to_contain_text("Your choice")
    expect(_line(dialog, "clip.mp4").get_by_role("combobox")).to_have_value("First talk")
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="Upload a recording of First talk")).to_be_focused()

    dropped = ["a.mp4", "GMT20260114-150000_Recording.mp4"]
    assert row.evaluate(DROP, dropped) == {"row": None, "overlay": True}
    expect(dialog.get_by_role("status").first).to_have_text("2 files, 1 with a session.")
    page.keyboard.press("Escape")

    page.goto(f"/dashboard/coach/sessions/{session.pk}")
    page.locator("main").evaluate(DROP, ["clip.mp4"])
    expect(_line(dialog, "clip.mp4").get_by_role("combobox")).to_have_value("First talk")


def test_what_was_chosen_is_there_when_the_dialog_is_opened_again(
    page: Page, tmp_path: Path
) -> None:
    recording = make_recording(tmp_path, "20260114_150000.mp4")
    dialog = choose(page, recording)
    page.keyboard.press("Escape")
    page.get_by_role("link", name="Add recordings").click()

    expect(_line(dialog, recording.name)).to_contain_text("Certain")
    dialog.get_by_role("button", name=f"Take {recording.name} off the list").click()

    expect(dialog.get_by_role("listitem")).to_have_count(0)
    expect(dialog.locator("#add-files")).to_be_focused()


def test_all_are_paused_resumed_and_cancelled_together(
    page: Page, session: Session, make_session: Callable[..., Session], tmp_path: Path
) -> None:
    make_session(title="Second", scheduled_at=session.scheduled_at + timedelta(days=1))
    make_session(title="Third", scheduled_at=session.scheduled_at + timedelta(days=2))
    files = [make_recording(tmp_path, f"202601{day}_150000.mp4") for day in (14, 15, 16)]
    Bucket(page).hold_from(1)
    uploads = send(page, files)
    items = uploads.get_by_role("listitem")
    expect(items.filter(has_text="Uploading")).to_have_count(2)
    expect(items.filter(has_text="Waiting its turn")).to_have_count(1)

    uploads.get_by_role("button", name="Pause all").click()
    expect(items.filter(has_text="Paused")).to_have_count(3)
    uploads.get_by_role("button", name="Resume all").click()
    expect(items.filter(has_text="Uploading")).to_have_count(2)
    uploads.get_by_role("button", name="Cancel all").click()
    expect(uploads.get_by_role("button", name="Go on uploading")).to_be_focused()
    uploads.get_by_role("button", name="Cancel them").click()

    expect(uploads).to_be_hidden()
    expect(page.locator("tr[data-moving]")).to_have_count(0)
    assert not SessionUpload.objects.exclude(status="cancelled").exists()
    page.unroute(PARTS)


def test_on_a_phone_the_tray_leaves_room_until_it_is_opened(
    window: Callable[..., BrowserContext], coach: User, session: Session, tmp_path: Path
) -> None:
    page = window(coach, viewport={"width": 320, "height": 640}).new_page()
    page.goto(LIST)
    Bucket(page).hold_from(1)
    files = [make_recording(tmp_path, "20260114_150000.mp4")]
    dialog = choose(page, [*files, make_recording(tmp_path, f"{'long_name' * 12}.mp4")])
    assert dialog.evaluate("each => each.scrollWidth <= each.clientWidth")
    dialog.get_by_role("button", name="Upload 1 file").click()
    page.keyboard.press("Escape")

    uploads = tray(page)
    expect(uploads).to_contain_text("Uploading 1 file")
    expect(uploads.get_by_role("listitem")).to_have_count(0)
    uploads.get_by_role("button", name="List").click()
    uploads.get_by_role("button", name="Pause 20260114_150000.mp4").click()
    expect(uploads.get_by_role("listitem")).to_contain_text("Paused")
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 320
