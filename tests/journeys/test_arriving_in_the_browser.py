"""What comes to a page by itself: imports, copies and pictures made by the worker, found files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Page, expect

from recordings.media.samples import write_sample
from tests.browser.uploading import send
from tests.journeys.conftest import PATIENCE_MS, media_is, renditions_made
from tests.journeys.stack import BUCKET, Api, Stack, wait_for
from tests.origins import Origin, a_file, status

pytestmark = pytest.mark.browser


def test_a_link_is_imported_and_one_that_failed_is_tried_again_from_its_row(
    sign_in: Callable[..., Page], talk: str, origin: Origin, mp4: bytes
) -> None:
    link = origin.serve("/talk.mp4", status(404))
    page = sign_in(find=talk)
    row = page.get_by_role("row", include_hidden=True).filter(has_text=talk)
    row.get_by_role("link", name=f"Upload a recording of {talk}").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("tab", name="Links").click()
    dialog.get_by_role("textbox", name="Links").fill(link)
    dialog.get_by_role("button", name="Import 1 link").click()
    expect(dialog.get_by_text("1 import has started.")).to_be_visible()
    dialog.get_by_role("link", name="To the recordings").click()
    expect(row).to_contain_text("Failed", timeout=PATIENCE_MS)
    expect(row).to_contain_text("no recording at this link")

    origin.serve("/talk.mp4", a_file(mp4))
    row.get_by_role("button", name="Try again").click()
    expect(row).to_contain_text("Completed", timeout=PATIENCE_MS)
    expect(row).to_contain_text("0:02", timeout=PATIENCE_MS)
    expect(row).not_to_contain_text("no recording at this link")


def test_a_copy_is_made_while_the_page_waits_and_pictures_outlive_their_links(
    stack: Stack, sign_in: Callable[..., Page], talk: str, tmp_path: Path
) -> None:
    recording = tmp_path / "talk.mkv"
    write_sample(recording, container="matroska", seconds=20, width=128, height=72, frame_rate=5)
    page = sign_in(find=talk)
    with stack.standing_still("worker"):
        send(page, recording, f"Upload a recording of {talk}")
        row = page.get_by_role("row").filter(has_text=talk)
        expect(row).to_contain_text("Completed")
        row.get_by_role("link", name=talk, exact=True).click()
        notice = page.locator("[data-preparing]")
        expect(notice).to_contain_text("A copy that they can play is being made.")
        expect(page.locator("video")).to_be_hidden()
    media_is(page, "media => media.readyState >= 1")
    expect(notice).to_be_hidden()
    video = page.locator("[data-player] video")
    video.evaluate("async (media) => { media.muted = true; await media.play(); }")
    media_is(page, "media => media.currentTime > 0.2")
    assert "/renditions/" in video.evaluate("media => media.src")

    # Its pictures are there for the next visit, and the strip for as long as the page is open.
    wait_for(
        lambda: renditions_made(stack, talk) == ["poster", "thumbnails", "web_copy"], seconds=30
    )
    page.reload()
    media_is(page, "media => media.readyState >= 1")
    poster = video.evaluate("media => media.poster")
    width = page.evaluate(
        "async (src) => { const image = new Image(); image.src = src; await image.decode();"
        " return image.naturalWidth; }",
        poster,
    )
    assert width == 128
    wait_for(lambda: requests.get(poster, timeout=10).status_code == 403, seconds=30)
    page.locator("media-time-range").hover()
    page.wait_for_function(
        """() => {
            const range = document.querySelector("media-time-range");
            const shown = range.shadowRoot.querySelector("media-preview-thumbnail");
            return shown.shadowRoot.querySelector("img").naturalWidth > 0;
        }"""
    )


def test_a_file_dropped_into_the_bucket_is_found_by_the_button(
    stack: Stack, sign_in: Callable[..., Page], api: Api, talk: str, mp4: bytes
) -> None:
    at = {"title": f"{talk} later", "scheduled_at": "2032-03-03T15:00:00Z"}
    coach = api("POST", "/sessions", 201, json=at)["coach"]["id"]
    key = f"recordings/{coach}/no-client/2032-03-03/later_0a1b2c3d4e5f6a7b.mp4"

    def no_sync_runs() -> bool:
        return not stack.sql("SELECT 1 FROM recordings_syncrun WHERE finished_at IS NULL")

    page = sign_in(find=talk)
    row = page.get_by_role("row").filter(has_text=at["title"])
    expect(row).to_contain_text("No recording")
    stack.s3().put_object(Bucket=BUCKET, Key=key, Body=mp4)

    # A worker may be through before the page looks for the first time.
    page.route("**/recordings/live?*", lambda route: (wait_for(no_sync_runs), route.continue_()))
    page.get_by_role("button", name="Sync with S3").click()

    expect(row).to_contain_text("Completed", timeout=PATIENCE_MS)
    expect(row).to_contain_text("0:02", timeout=PATIENCE_MS)
