"""Files from the dialog to a real bucket: interrupted, played past their links' end, many."""

from __future__ import annotations

import random
import re
import wave
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
from playwright.sync_api import Page, Response, Route, expect

from recordings.media.samples import write_sample
from tests.browser.uploading import choose, expect_stored, send, tray
from tests.journeys.conftest import PATIENCE_MS, media_is, objects_below, renditions_made
from tests.journeys.stack import BUCKET, Api, Stack, wait_for

pytestmark = pytest.mark.browser

MIB = 1024**2
SAMPLES_A_SECOND = 48_000
UPLOADS = """
    SELECT s.title, u.s3_key, u.original_filename, u.status FROM recordings_sessionupload u
    JOIN sessions_app_session s ON s.id = u.session_id WHERE s.title LIKE ? ORDER BY s.title
"""


@pytest.fixture
def noise(tmp_path: Path) -> Path:
    """Seven minutes of sound, no two parts of it alike: 40 MB in three parts."""
    path = tmp_path / "noise.wav"
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, SAMPLES_A_SECOND, 0, "NONE", ""))
        file.writeframes(random.Random(1).randbytes(40_000_000))
    return path


def stored(stack: Stack, key: str) -> bytes:
    body: bytes = stack.s3().get_object(Bucket=BUCKET, Key=key)["Body"].read()
    return body


@contextmanager
def part_held(page: Page, number: int) -> Iterator[list[Route]]:
    """No byte of a part leaves the browser."""
    pattern = f"**/*partNumber={number}&*"
    held: list[Route] = []
    page.route(pattern, lambda route: held.append(route))
    yield held
    page.unroute(pattern)


def parts_in_bucket(stack: Stack, key: str) -> list[int]:
    s3 = stack.s3()
    found = s3.list_multipart_uploads(Bucket=BUCKET, Prefix=key).get("Uploads", [])
    if not found:
        return []
    [upload] = found
    listed = s3.list_parts(Bucket=BUCKET, Key=key, UploadId=upload["UploadId"])
    return [part["PartNumber"] for part in listed.get("Parts", [])]


def test_a_large_file_goes_on_and_plays_past_the_end_of_its_link(
    stack: Stack, sign_in: Callable[..., Page], talk: str, noise: Path
) -> None:
    page = sign_in(find=talk, expected_errors=("ERR_INTERNET_DISCONNECTED",))
    page.on("dialog", lambda dialog: dialog.accept())
    sent: list[int] = []
    page.on("response", lambda answer: note_part(answer, sent))
    row = page.get_by_role("row").filter(has_text=talk)
    with part_held(page, 3):
        send(page, noise, f"Upload a recording of {talk}")
        wait_in(page, lambda: bool(stack.sql(UPLOADS, talk)))
        [(_, key, _, _)] = stack.sql(UPLOADS, talk)
        wait_in(page, lambda: parts_in_bucket(stack, key) == [1, 2])
        tray(page).get_by_role("button", name=f"Pause {noise.name}").click()
        expect(tray(page).get_by_role("listitem")).to_contain_text("Paused")
    page.reload()

    # The same file, until the line is cut in the middle of its last part.
    expect(tray(page)).to_contain_text("83% is in the bucket. Choose the file again to go on.")
    tray(page).get_by_role("button", name="List").click()
    with part_held(page, 3) as held:
        with page.expect_file_chooser() as chooser:
            tray(page).get_by_role("button", name=f"Choose the file {noise.name}").click()
        chooser.value.set_files(noise)
        wait_in(page, lambda: bool(held))
        expect(row).to_contain_text("Uploading 83 %")
        page.context.set_offline(True)
        held[0].abort("internetdisconnected")
        expect(tray(page)).to_contain_text("No connection, trying again")
    assert sorted(sent) == [1, 2]
    page.context.set_offline(False)
    expect_stored(tray(page))
    assert sorted(sent) == [1, 2, 3]
    assert stored(stack, key) == noise.read_bytes()
    expect(row).to_contain_text("6:57", timeout=PATIENCE_MS)

    wait_for(lambda: renditions_made(stack, talk) == ["waveform"], seconds=30)

    # Listen to it from the bucket: what is far ahead is asked for by range, with a new link.
    ranges: list[str] = []
    page.on("response", lambda answer: ranges.append(answer.headers.get("content-range", "")))
    row.get_by_role("link", name=talk, exact=True).click()
    media_is(page, "media => media.readyState >= 2")
    expect(page.locator("[data-player-waveform] canvas")).to_be_visible()
    media = page.locator("[data-player] audio")
    first = media.evaluate("media => media.src")
    media.evaluate("media => { media.muted = true; return media.play(); }")
    wait_in(page, lambda: requests.get(first, stream=True, timeout=10).status_code == 403)
    media_is(page, f"media => !media.paused && media.currentTime > 3 && media.src !== {first!r}")
    media.evaluate("media => { media.currentTime = 350; }")
    media_is(page, "media => !media.paused && media.currentTime > 350.5")
    starts = [int(found[1]) for each in ranges if (found := re.match(r"bytes (\d+)-", each))]
    assert max(starts) > 30 * MIB
    expect(page.locator("[data-problem]")).to_be_hidden()


def note_part(answer: Response, sent: list[int]) -> None:
    if answer.request.method == "PUT" and answer.ok:
        sent.append(int(re.findall(r"partNumber=(\d+)", answer.url)[0]))


def wait_in(page: Page, is_so: Callable[[], bool]) -> None:
    """Wait for something outside of the page, whose own events are heard meanwhile."""

    def look() -> bool:
        page.wait_for_timeout(20)
        return is_so()

    wait_for(look, seconds=30)


def test_twelve_files_find_their_sessions_and_some_are_deleted_and_brought_back(
    stack: Stack, sign_in: Callable[..., Page], api: Api, talk: str, tmp_path: Path
) -> None:
    files: dict[str, Path] = {}
    for number in range(12):
        at = datetime(2031, 5, 1, 9, 30, tzinfo=UTC) + timedelta(days=number)
        title = f"{talk} no {number:02}"
        api("POST", "/sessions", 201, json={"title": title, "scheduled_at": at.isoformat()})
        files[title] = tmp_path / f"GMT{at:%Y%m%d-%H%M%S}_Recording.mp4"
        write_sample(
            files[title], container="mp4", seconds=1, width=64, height=36 + 2 * number, frame_rate=5
        )
    page = sign_in(find=talk)

    dialog = choose(page, list(files.values()))
    expect(dialog.get_by_role("status").first).to_have_text("12 files, 12 with a session.")
    dialog.get_by_role("button", name="Upload 12 files").click()
    expect_stored(tray(page), 12)
    rows = page.get_by_role("row").filter(has_text=f"{talk} no")
    expect(rows.filter(has_text="Completed").filter(has_text="0:01")).to_have_count(
        12, timeout=PATIENCE_MS
    )
    uploads = stack.sql(UPLOADS, f"{talk} no %")
    assert {title: (name, status) for title, _, name, status in uploads} == {
        title: (path.name, "completed") for title, path in files.items()
    }
    for title, key, _, _ in uploads:
        assert stored(stack, key) == files[title].read_bytes()
    # Each gets its poster and its thumbnails, and no sweep has to look for them.
    wait_for(lambda: renditions(stack, talk) == [("completed", 24)], seconds=30)

    for row in (rows.nth(0), rows.nth(1), rows.nth(2)):
        row.get_by_role("checkbox").check()
    page.locator("#bulk-delete").click()
    question = page.get_by_role("dialog", name="Delete 3 recordings?")
    question.get_by_role("button", name="Delete").click()
    expect(page.locator("[data-toasts]")).to_contain_text("3 recordings deleted.")
    expect(rows.filter(has_text="No recording")).to_have_count(3)
    left = {key for _, key, _, _ in uploads if objects_below(stack, key)}
    assert len(left) == 9
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("[data-toasts]")).to_contain_text("3 recordings are back.")
    expect(rows.filter(has_text="Completed")).to_have_count(12)
    for title, key, _, _ in uploads:
        assert stored(stack, key) == files[title].read_bytes()


def renditions(stack: Stack, talk: str) -> list[tuple[Any, ...]]:
    return stack.sql(
        "SELECT r.status, count(*) FROM recordings_rendition r"
        " JOIN recordings_sessionupload u ON u.id = r.upload_id"
        " JOIN sessions_app_session s ON s.id = u.session_id"
        " WHERE s.title LIKE ? GROUP BY r.status",
        f"{talk} no %",
    )
