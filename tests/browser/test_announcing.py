"""What changes by itself is said to those who do not see it: once, and only errors at once."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import TemporaryUploadedFile
from playwright.sync_api import BrowserContext, Page, expect

from accounts.models import User
from recordings import uploads
from recordings.media.samples import write_sample
from recordings.models import SessionUpload
from sessions_app.models import Session
from tests.attempts import add_upload, fail

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LIST = "/dashboard/coach/recordings"

# Keeps what live regions come to say, as [how, words]: what is put into them, or shown of them.
LISTEN = """
window.said = [];
const REGIONS = "[role=status], [role=alert], [aria-live], output";
const words = (node) => node.textContent.replace(/\\s+/g, " ").trim();
const note = (region, text) => {
    if (!text || !region.checkVisibility()) return;
    const isAlert = region.matches("[role=alert], [aria-live=assertive]");
    said.push([isAlert ? "alert" : "polite", text]);
};
new MutationObserver((records) => {
    for (const { type, target, addedNodes } of records) {
        const element = target.nodeType === 1 ? target : target.parentElement;
        const region = element?.closest(REGIONS);
        if (region && type === "childList") addedNodes.forEach((each) => note(region, words(each)));
        else if (region && type === "characterData") note(region, words(target));
        else if (type === "attributes" && target.matches(REGIONS)) note(target, words(target));
        if (region || type !== "childList") continue;
        for (const each of addedNodes) { // an alert is heard as it comes; a status is not
            const alert = "[role=alert]";
            const found = each.matches?.(alert) ? each : each.querySelector?.(alert);
            if (found) note(found, words(found));
        }
    }
}).observe(document, {
    subtree: true, childList: true, characterData: true, attributeFilter: ["hidden"],
});
"""


@pytest.fixture
def page(window: Callable[..., BrowserContext], coach: User) -> Page:
    context = window(coach, ("ERR_FAILED", "htmx:"))
    context.add_init_script(LISTEN)
    return context.new_page()


@pytest.fixture(scope="module")
def film() -> bytes:
    buffer = io.BytesIO()
    write_sample(buffer, container="mp4", seconds=5, width=128, height=72, frame_rate=5)
    return buffer.getvalue()


def _heard(page: Page, *expected: str) -> None:
    """Wait for the last of these, then hold them against all that was said since."""
    page.wait_for_function(
        "last => said.some(([, words]) => words.includes(last))",
        arg=expected[-1].partition(": ")[2],
    )
    page.wait_for_timeout(300)  # for what would come twice
    said = page.evaluate("() => said.splice(0)")
    assert [f"{how}: {words}" for how, words in said] == list(expected)


def test_the_table_says_what_happens(
    page: Page, make_session: Callable[..., Session], film: bytes, s3: Any, bucket: str
) -> None:
    moving, _other = make_session(title="One"), make_session(title="Two")
    upload = add_upload(moving, "uploading", expected_size_bytes=100)
    page.goto(LIST)
    page.evaluate("() => said.splice(0)")

    SessionUpload.objects.filter(pk=upload.pk).update(bytes_transferred=40)
    expect(page.get_by_role("row").filter(has_text="One")).to_contain_text("40 %")
    fail(upload)
    _heard(page, "polite: One: Failed")  # and nothing of the per cent

    page.get_by_label("Search").fill("On")
    _heard(page, "polite: 1 of 2 sessions")
    page.get_by_role("checkbox", name="Choose One").check()
    _heard(page, "polite: 1 chosen")
    page.locator(".bulk").get_by_role("button", name="Retry failed").click()
    _heard(page, "polite: 1 import is tried again.")

    page.get_by_role("link", name="Upload a recording of One").click()
    dialog = page.get_by_role("dialog")
    file = {"name": "talk.mp4", "mimeType": "video/mp4", "buffer": film}
    dialog.locator("#add-files").set_input_files(file)  # type: ignore[arg-type]
    page.get_by_role("button", name="Upload 1 file").wait_for()
    page.evaluate("() => said.splice(0)")
    page.get_by_role("button", name="Upload 1 file").click()
    _heard(page, "polite: 1 upload has started.", "polite: talk.mp4 is stored.")

    page.route("**/recordings?**", lambda route: route.abort())
    page.get_by_label("Search").fill("One")
    _heard(page, "alert: The table could not be loaded. Try again")


def test_notes_say_that_they_are_saved(
    page: Page, session: Session, coach: User, film: bytes, site: str
) -> None:
    with TemporaryUploadedFile("talk.mp4", "video/mp4", len(film), None) as file:
        file.write(film)
        uploads.receive(session=session, file=file, filename="talk.mp4", by=coach)
    page.goto(f"/dashboard/coach/sessions/{session.pk}")
    expect(page.get_by_role("button", name="play", exact=True)).to_be_visible()
    page.evaluate("() => said.splice(0)")
    page.keyboard.press("n")
    page.keyboard.type("Why?")
    page.keyboard.press("Enter")
    _heard(page, "polite: The note at 0:00 is saved.")
    page.route("**/notes", lambda route: route.abort())
    page.keyboard.press("n")
    page.keyboard.type("How?")
    page.keyboard.press("Enter")
    _heard(page, "alert: That did not arrive: check your connection and try again.")
