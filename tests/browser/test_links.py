"""Links while they are typed, a list before it is sent, and what became of each."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, FilePayload, Page, expect

from accounts.models import User
from recordings.models import SessionUpload
from sessions_app.models import Session

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ADDRESS = "/dashboard/coach/recordings/links"
TALK = "http://127.0.0.2:9/talk.mp4"
ZOOM = "https://zoom.us/rec/share/abc"
CSV = f"""url;date;client;passcode
{TALK};2026-01-14;Klara Client;
{ZOOM};2026-01-14 15:00;;sesame
https://www.dropbox.com/scl/fo/abc/def;2026-01-14;;
{TALK};2027-01-14;;
""".encode()


@pytest.fixture
def page(window: Callable[..., BrowserContext], coach: User, session: Session) -> Page:
    """The coach's page for links, 320 pixels wide; axe may look into it."""
    options = {"bypass_csp": True, "viewport": {"width": 320, "height": 640}}
    page = window(coach, **options).new_page()
    page.goto(ADDRESS)
    return page


def _looks_right(page: Page) -> None:
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 320


def test_links_are_told_while_typing_and_imported(page: Page, session: Session) -> None:
    links = page.get_by_role("textbox", name="Links")
    links.press_sequentially(f"Mine: {ZOOM}, and {TALK}.", delay=1)
    expect(page.get_by_role("status").nth(1)).to_have_text("2 need a look.")
    expect(links).to_be_focused()
    page.get_by_label("Passcode").fill("sesame")
    for number in (1, 2):
        select = page.get_by_role("combobox", name=f"Session of link {number}")
        option = select.locator("option", has_text="First talk")
        select.focus()
        select.select_option(value=option.get_attribute("value"))
        expect(page.get_by_text(f"{number} link", exact=False).first).to_be_visible()
        expect(select).to_be_focused()
    button = page.get_by_role("button", name="Import 2 links")
    expect(button).to_be_visible()
    expect(page.get_by_label("Passcode")).to_have_value("sesame")
    _looks_right(page)

    button.click()

    expect(page.locator("div.message", has_text="2 imports have started.")).to_be_focused()
    assert {(each.original_url, each.status) for each in SessionUpload.objects.all()} == {
        (TALK, "pending"),
        (ZOOM, "pending"),
    }
    expect(links).to_have_value("")
    _looks_right(page)


def test_a_list_is_shown_with_its_problems_and_only_the_rest_is_sent(
    page: Page, session: Session
) -> None:
    page.get_by_text("Many links from a CSV list").click()
    file: FilePayload = {"name": "links.csv", "mimeType": "text/csv", "buffer": CSV}
    page.get_by_label("CSV list", exact=True).set_input_files(file)

    expect(page.get_by_text("2 links are ready. 2 need a look.")).to_be_visible()
    expect(page.get_by_text("leads to a folder")).to_be_visible()
    expect(page.get_by_label("Passcode").first).to_have_value("sesame")
    _looks_right(page)
    page.get_by_role("combobox", name="Session of link 1").select_option("Leave this link out")
    page.get_by_role("button", name="Import 1 link").click()

    expect(page.get_by_text("1 import has started.")).to_be_visible()
    expect(page.get_by_text("There is no session on that day")).to_be_visible()
    assert SessionUpload.objects.get().original_url == ZOOM


def test_in_the_dialog_the_row_follows(
    window: Callable[..., BrowserContext], coach: User, session: Session
) -> None:
    page = window(coach).new_page()
    page.goto("/dashboard/coach/recordings")
    page.get_by_role("link", name="Upload a recording of First talk").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("tab", name="Links").click()
    dialog.get_by_role("textbox", name="Links").fill(TALK)
    dialog.get_by_role("button", name="Import 1 link").click()

    expect(dialog.get_by_text("1 import has started.")).to_be_visible()
    row = page.get_by_role("row", include_hidden=True).filter(has_text="First talk")
    expect(row).to_contain_text("Waiting")
    dialog.get_by_role("link", name="To the recordings").click()
    expect(dialog).to_be_hidden()
    assert SessionUpload.objects.get().session == session


def test_without_a_script_the_same_steps_are_pages(
    window: Callable[..., BrowserContext], coach: User, session: Session
) -> None:
    page = window(coach, java_script_enabled=False).new_page()
    page.goto(f"{ADDRESS}?session={session.pk}")

    page.get_by_label("Links").fill(TALK)
    page.get_by_role("button", name="Import").click()
    page.get_by_role("button", name="Import 1 link").click()

    expect(page.get_by_text("1 import has started.")).to_be_visible()
    assert SessionUpload.objects.get().session == session
