"""Notes while watching: N, Enter, jump, change, delete and undo, export; and what went wrong."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.uploadedfile import TemporaryUploadedFile
from playwright.sync_api import BrowserContext, Page, Route, expect

from accounts.models import User
from recordings import uploads
from recordings.media.samples import write_sample
from recordings.models import Note
from sessions_app.models import Session

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

VIDEO = "[data-player] video"


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("notes") / "talk.mp4"
    write_sample(path, container="mp4", seconds=20, width=160, height=90)
    return path.read_bytes()


@pytest.fixture
def watched(session: Session, coach: User, recording: bytes, bucket: str) -> Session:
    """A session whose recording lasts twenty seconds."""
    with TemporaryUploadedFile("First talk.mp4", "video/mp4", len(recording), None) as file:
        file.write(recording)
        uploads.receive(session=session, file=file, filename="First talk.mp4", by=coach)
    return session


@pytest.fixture
def page(window: Callable[..., BrowserContext], site: str, coach: User, watched: Session) -> Page:
    """The coach watches: the recording plays, without a sound, from its eighth second."""
    page = window(coach, ("ERR_FAILED", "htmx:")).new_page()
    page.goto(f"/dashboard/coach/sessions/{watched.pk}")
    _play_from(page, 8)
    return page


def _play_from(page: Page, seconds: float) -> None:
    page.locator(VIDEO).evaluate(
        """async (video, seconds) => {
            video.muted = true;
            if (!video.readyState) {
                await new Promise((done) => video.addEventListener("loadedmetadata", done));
            }
            video.currentTime = seconds;
            await video.play();
        }""",
        seconds,
    )


def _paused(page: Page) -> bool:
    return bool(page.locator(VIDEO).evaluate("video => video.paused"))


def _second(page: Page) -> float:
    return float(page.locator(VIDEO).evaluate("video => video.currentTime"))


def test_notes_by_keyboard_alone(page: Page, watched: Session, coach: User) -> None:
    panel = page.get_by_role("region", name="Notes")
    field = panel.get_by_label("Note", exact=True)
    told = panel.get_by_role("status")
    expect(panel).to_contain_text("Press N while you watch")

    # N: the recording waits, and Enter plays on.
    page.keyboard.press("n")
    expect(field).to_be_focused()
    assert _paused(page)
    moment = _second(page)
    assert 8 <= moment < 12
    clock = f"0:{int(moment):02}"
    expect(panel.get_by_role("button", name="Save note")).to_contain_text(f"at {clock}")
    page.keyboard.type("Ask why")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("not how")
    page.keyboard.press("Enter")
    expect(told).to_have_text(f"The note at {clock} is saved.")
    expect(field).not_to_be_focused()
    expect(field).to_have_value("")
    assert not _paused(page)
    note = Note.objects.get()
    assert (note.session, note.author, note.text) == (watched, coach, "Ask why\nnot how")
    assert note.at_seconds == pytest.approx(moment, abs=0.001)

    # Escape: nothing is kept, and it plays on.
    page.keyboard.press("N")
    page.keyboard.type("never mind")
    page.keyboard.press("Escape")
    expect(field).to_have_value("")
    assert not _paused(page)

    # An earlier note stands first, and its time leads there; a pause stays one.
    page.locator(VIDEO).evaluate("video => { video.pause(); video.currentTime = 3; }")
    page.keyboard.press("n")
    page.keyboard.type("Early")
    page.keyboard.press("Enter")
    items = panel.get_by_role("listitem")
    expect(items).to_contain_text(["Early", "Ask why"])
    assert _paused(page)
    jump = panel.get_by_role("link", name=f"Jump to {clock}")
    jump.focus()
    page.keyboard.press("Enter")
    assert _second(page) == pytest.approx(moment, abs=0.05)
    expect(items.nth(1)).to_have_attribute("data-now", "")

    # Change it where it stands.
    panel.get_by_role("link", name=f"Edit the note at {clock}").focus()
    page.keyboard.press("Enter")
    change = items.nth(1).get_by_label("Note", exact=True)
    expect(change).to_be_focused()
    page.keyboard.press("Escape")
    edit = panel.get_by_role("link", name=f"Edit the note at {clock}")
    expect(edit).to_be_focused()
    page.keyboard.press("Enter")
    expect(change).to_be_focused()
    change.fill("Ask why *first*")
    page.keyboard.press("Enter")
    expect(told).to_have_text("The note is changed.")
    expect(edit).to_be_focused()
    expect(items.nth(1)).to_contain_text("Ask why *first*")

    # Delete it, and undo that.
    panel.get_by_role("button", name=f"Delete the note at {clock}").focus()
    page.keyboard.press("Enter")
    expect(items).to_have_count(1)
    undo = panel.get_by_role("button", name="Undo")
    expect(undo).to_be_focused()
    assert list(Note.objects.values_list("text", flat=True)) == ["Early"]
    page.keyboard.press("Enter")
    expect(items).to_contain_text(["Early", "Ask why *first*"])
    expect(undo).to_be_hidden()
    expect(edit).to_be_focused()
    assert Note.objects.get(text="Ask why *first*").at_seconds == pytest.approx(moment, abs=0.001)

    # They leave as Markdown.
    with page.expect_download() as started:
        panel.get_by_role("link", name="Export as Markdown").click()
    assert started.value.suggested_filename == "2026-01-14 First talk notes.md"
    lines = Path(started.value.path()).read_text(encoding="utf-8").splitlines()
    assert lines[-2:] == ["- [0:03] Early", f"- [{clock}] Ask why \\*first\\*"]


def test_a_note_that_does_not_arrive_stays_in_its_field(page: Page) -> None:
    panel = page.get_by_role("region", name="Notes")
    field = panel.get_by_label("Note", exact=True)
    notes = re.compile(r"/notes$")

    def cut(route: Route) -> None:
        route.abort()

    page.route(notes, cut)
    field.click()
    assert _paused(page)
    page.keyboard.type("Important")
    panel.get_by_role("button", name="Save note").click()
    expect(panel.get_by_role("alert")).to_contain_text("check your connection and try again")
    expect(field).to_have_value("Important")
    assert _paused(page)

    # It outlives a reload, and is gone from there once it is saved.
    shown = panel.get_by_role("button", name="Save note").text_content()
    page.unroute(notes, cut)
    page.reload()
    expect(field).to_have_value("Important")
    assert panel.get_by_role("button", name="Save note").text_content() == shown
    panel.get_by_role("button", name="Save note").click()
    expect(panel.get_by_role("listitem")).to_contain_text(["Important"])
    expect(field).to_have_value("")
    page.reload()
    expect(field).to_have_value("")
    assert Note.objects.count() == 1


def test_the_offer_to_undo_ends(page: Page, watched: Session) -> None:
    panel = page.get_by_role("region", name="Notes")
    page.clock.install()
    page.keyboard.press("n")
    page.keyboard.type("Short")
    page.keyboard.press("Enter")
    panel.get_by_role("button", name=re.compile("Delete the note")).click()
    undo = panel.get_by_role("button", name="Undo")
    expect(undo).to_be_visible()
    page.mouse.move(0, 0)

    page.clock.run_for(9_000)
    expect(undo).to_be_visible()
    page.clock.run_for(2_000)
    expect(undo).to_be_hidden()
    expect(panel).to_contain_text("Press N while you watch")
