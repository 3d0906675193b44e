"""A coach's ways in the browser, over real processes and a bucket that checks what it is told."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.conftest import PATIENCE_MS, media_is, objects_below
from tests.journeys.stack import BUCKET, Stack

pytestmark = pytest.mark.browser


@pytest.fixture
def recording(tmp_path: Path, mp4: bytes) -> Path:
    path = tmp_path / "Talk one.mp4"
    path.write_bytes(mp4)
    return path


def upload_by_dialog(page: Page, talk: str, recording: Path) -> Locator:
    """Send the file into its session by the dialog; returns the row of the table."""
    row = page.get_by_role("row").filter(has_text=talk)
    row.get_by_role("link", name=f"Upload a recording of {talk}").click()
    dialog = page.get_by_role("dialog", name="Add recordings")
    dialog.get_by_label("Choose the recording, or drop it here").set_input_files(recording)
    dialog.get_by_role("button", name=re.compile("^Upload")).click()
    expect(dialog).to_be_hidden()
    return row


def test_from_the_login_to_a_note(
    stack: Stack, sign_in: Callable[..., Page], talk: str, recording: Path
) -> None:
    page = sign_in(find=talk)
    row = upload_by_dialog(page, talk, recording)
    expect(row).to_contain_text("Completed", timeout=PATIENCE_MS)
    # The worker tells how long it is, and the row shows that by itself.
    expect(row).to_contain_text("0:02", timeout=PATIENCE_MS)
    [(key,)] = stack.sql(
        "SELECT u.s3_key FROM recordings_sessionupload u"
        " JOIN sessions_app_session s ON s.id = u.session_id WHERE s.title = ?",
        talk,
    )
    held = stack.s3().get_object(Bucket=BUCKET, Key=key)
    assert held["Body"].read() == recording.read_bytes()

    # Play it from the bucket, and note what it says.
    row.get_by_role("link", name=talk, exact=True).click()
    video = page.locator("video")
    media_is(page, "media => media.readyState >= 1")
    video.evaluate("async (video) => { video.muted = true; await video.play(); }")
    notes = page.get_by_role("region", name="Notes")
    page.keyboard.press("n")
    page.keyboard.type("Ask again")
    page.keyboard.press("Enter")
    expect(notes.get_by_role("listitem")).to_contain_text(["Ask again"])
    assert stack.sql(
        "SELECT n.text FROM recordings_note n JOIN sessions_app_session s"
        " ON s.id = n.session_id WHERE s.title = ?",
        talk,
    ) == [("Ask again",)]

    # Delete it, and take that back: its note was never gone.
    page.get_by_role("link", name="Delete", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="Delete the recording").click()
    undo = page.get_by_role("button", name="Undo")
    expect(undo).to_be_visible()
    expect(row).to_contain_text("No recording")
    assert objects_below(stack, key) == []
    undo.click()
    expect(row).to_contain_text("Completed")
    assert objects_below(stack, key) == [key]
    row.get_by_role("link", name=talk, exact=True).click()
    expect(notes.get_by_role("listitem")).to_contain_text(["Ask again"])
