"""By keyboard alone: a coach's whole way, where the focus is always to be seen."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import TemporaryUploadedFile
from playwright.sync_api import BrowserContext, Locator, Page, expect

from accounts.models import User
from recordings import uploads
from recordings.media.samples import write_sample
from recordings.models import Note
from sessions_app.models import Session
from tests.attempts import add_upload

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LIST = "/dashboard/coach/recordings"
PHONE = {"width": 320, "height": 640}

# WCAG 2.4.7 and 2.4.11: what has the focus shows it, and nothing else lies over all of it.
FOCUS_FINDS = """() => {
    const top = document.activeElement;
    if (!top || top === document.body) return null;
    let inner = top;
    while (inner.shadowRoot?.activeElement) inner = inner.shadowRoot.activeElement;
    const isMarked = [top, inner].some((each) => {
        const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(each);
        return (outlineStyle !== "none" && parseFloat(outlineWidth) >= 2) || boxShadow !== "none";
    });
    const box = (top.closest("label") ?? top).getBoundingClientRect();
    const places = [[0.5, 0.5], [0.1, 0.2], [0.9, 0.2], [0.1, 0.8], [0.9, 0.8]];
    const isInView = places.some(([x, y]) => {
        const hit = document.elementFromPoint(box.left + x * box.width, box.top + y * box.height);
        return hit && (top.contains(hit) || hit.contains(top));
    });
    const name = top.outerHTML.slice(0, 120);
    return [isMarked ? "" : `no mark: ${name}`, isInView ? "" : `hidden: ${name}`].filter(Boolean);
}"""


class Keys:
    """Somebody with no mouse."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, *names: str) -> None:
        for name in names:
            self.page.keyboard.press(name)

    def to(self, target: Locator, key: str = "Tab") -> None:
        """Press Tab until the target has the focus, which is seen at each step."""
        element = target.element_handle()
        for _step in range(120):
            self.press(key)
            assert not self.page.evaluate(FOCUS_FINDS)
            if self.page.evaluate("element => element === document.activeElement", element):
                return
        raise AssertionError(f"Tab does not lead to {target}")


@pytest.fixture(scope="module")
def film() -> bytes:
    buffer = io.BytesIO()
    write_sample(buffer, container="mp4", seconds=10, width=128, height=72, frame_rate=5)
    return buffer.getvalue()


@pytest.fixture
def watched(make_session: Callable[..., Session], coach: User, film: bytes, site: str) -> Session:
    """Two recordings and one session without, the last of them to be watched."""
    make_session(title="Talk with nothing")
    for title in ("Talk one", "Talk two"):
        session = make_session(title=title)
        with TemporaryUploadedFile(f"{title}.mp4", "video/mp4", len(film), None) as file:
            file.write(film)
            uploads.receive(session=session, file=file, filename=f"{title}.mp4", by=coach)
    return session


def test_a_coachs_way_without_a_mouse(
    page: Page, coach: User, watched: Session, tmp_path: Path
) -> None:
    keys = Keys(page)
    page.goto("/")
    keys.to(page.get_by_label("Email"))
    page.keyboard.type(coach.email)
    keys.to(page.get_by_label("Password"))
    page.keyboard.type("correct horse 4711")
    keys.press("Enter")

    # The account's menu opens, is walked through and gives the focus back.
    account = page.get_by_role("button", name="Account")
    expect(account).to_be_visible()
    keys.to(account)
    keys.press("Enter")
    keys.to(page.get_by_role("link", name="Settings"))
    keys.press("Escape")
    expect(page.get_by_role("link", name="Settings")).to_be_hidden()
    expect(account).to_be_focused()

    # A dialog opens; a file is given a session by typing; the dialog closes.
    opener = page.get_by_role("link", name="Add recordings")
    keys.to(opener)
    keys.press("Enter")
    dialog = page.get_by_role("dialog", name="Add recordings")
    expect(dialog.locator("#add-files")).to_be_focused()
    memo = tmp_path / "memo.mp4"
    write_sample(memo, container="mp4", seconds=1)
    dialog.locator("#add-files").set_input_files(memo)  # the window to choose in is the system's
    field = dialog.get_by_role("combobox", name="memo.mp4")
    expect(field).to_be_visible()
    keys.to(field)
    page.keyboard.type("nothing")
    expect(dialog.get_by_role("option", name="Talk with nothing").first).to_be_visible()
    keys.press("ArrowDown", "Enter")
    expect(field).to_have_value(re.compile("^Talk with nothing"))
    keys.to(dialog.get_by_role("button", name="Upload 1 file"))
    keys.press("Escape")
    expect(dialog).to_be_hidden()
    expect(opener).to_be_focused()

    # Search, filter, sort: each time the focus stays where it was.
    count = page.locator("#count")
    keys.to(page.get_by_label("Search"))
    page.keyboard.type("Talk")
    expect(count).to_have_text("3 of 3 sessions")
    expect(page.get_by_label("Search")).to_be_focused()
    keys.to(page.get_by_text("Filters", exact=True))
    keys.press("Enter")
    recording = page.get_by_label("Recording", exact=True)
    expect(recording).to_be_visible()
    keys.to(recording)
    keys.press("ArrowDown")
    expect(count).to_have_text("2 of 3 sessions")
    expect(recording).to_be_focused()
    sort = page.get_by_role("link", name="Session", exact=True)
    keys.to(sort)
    keys.press("Enter")
    expect(page.locator("[aria-sort=ascending]")).to_have_text("Session")
    expect(sort).to_be_focused()

    # Two are ticked, deleted and brought back.
    for title in ("Talk one", "Talk two"):
        keys.to(page.get_by_role("checkbox", name=f"Choose {title}"))
        keys.press("Space")
    delete = page.locator("#bulk-delete")
    keys.to(delete)
    keys.press("Enter")
    question = page.get_by_role("dialog", name="Delete 2 recordings?")
    expect(question).to_be_visible()
    keys.press("Escape")
    expect(delete).to_be_focused()
    keys.press("Enter")
    expect(question).to_be_visible()
    keys.to(question.get_by_role("button", name="Delete"))
    keys.press("Enter")
    expect(page.get_by_role("button", name="Undo")).to_be_focused()
    keys.press("Enter")
    expect(page.locator("[data-toasts]")).to_contain_text("2 recordings are back.")

    keys.to(page.get_by_role("link", name="Talk two", exact=True), "Shift+Tab")
    keys.press("Enter")
    _watch(keys)


def _watch(keys: Keys) -> None:
    """Play, write, ask for the keys, turn those of one character off and on, leave."""
    page = keys.page
    play = page.get_by_role("button", name="play", exact=True)
    expect(play).to_be_visible()
    keys.to(play)
    keys.press("Space")
    _until(page, "media => !media.paused && media.currentTime > 0")
    keys.press("n")
    page.keyboard.type("Ask why")
    keys.press("Enter")
    expect(page.locator("[data-note-told]")).to_contain_text("is saved.")
    expect(page.locator("media-play-button")).to_be_focused()
    keys.press("k")
    _until(page, "media => media.paused")

    keys.press("?")
    help_ = page.get_by_role("dialog", name="Keyboard shortcuts")
    switch = help_.get_by_role("checkbox", name="single character")
    keys.to(switch)
    keys.press("Space", "Escape")
    expect(page.locator("media-play-button")).to_be_focused()
    page.reload()
    expect(play).to_be_visible()
    keys.press("k", "n", "9", "?", "ArrowRight")
    _until(page, "media => media.paused && media.currentTime < 9 && media.currentTime > 4.5")
    expect(help_).to_be_hidden()
    expect(page.locator("main")).not_to_be_focused()
    assert Note.objects.count() == 1

    opener = page.get_by_role("button", name="Keyboard shortcuts")
    keys.to(opener)
    keys.press("Enter")
    keys.to(switch)
    expect(switch).not_to_be_checked()
    keys.press("Space", "Escape")
    expect(opener).to_be_focused()
    keys.press("k")
    _until(page, "media => !media.paused")
    keys.to(page.locator(".back a"), "Shift+Tab")
    keys.press("Enter")
    expect(page.get_by_role("heading", name="Recordings", level=1)).to_be_visible()


def _until(page: Page, condition: str) -> None:
    media = "document.querySelector('[data-player] :is(video, audio)')"
    page.wait_for_function(f"() => ({condition})({media})")


def test_nothing_lies_over_what_has_the_focus(
    window: Callable[..., BrowserContext],
    coach: User,
    make_session: Callable[..., Session],
    s3: Any,
) -> None:
    """With the bar of the ticked rows and the tray on the page, on a phone and on a desk."""
    for number in range(8):
        add_upload(make_session(title=f"Talk {number}"), "failed")
    for number in range(3):
        uploads.open_multipart(
            session=make_session(title=f"Half {number}"),
            filename=f"half {number}.mp4",
            size_bytes=30_000_000,
            content_type="video/mp4",
            by=coach,
        )
    page = window(coach, viewport=PHONE).new_page()
    keys = Keys(page)
    for size in (PHONE, {"width": 1280, "height": 600}):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        page.goto(LIST)
        expect(page.get_by_role("region", name="Uploads")).to_contain_text("3 unfinished")
        page.get_by_role("checkbox", name="Choose Talk 0").focus()
        keys.press("Space")
        found: set[str] = set()
        for _step in range(90):
            keys.press("Tab")
            found.update(page.evaluate(FOCUS_FINDS) or [])
        assert not found, size
