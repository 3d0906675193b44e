"""axe finds nothing on any page, by day and by night; no page is wider than a small phone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, expect

from accounts.models import User
from accounts.tokens import create_token
from recordings.noting import write_note
from sessions_app.models import Session
from tests.attempts import add_upload

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# Of these recordings no bytes are in the bucket, which the player says.
NO_BYTES = ("410",)
LIST = "/dashboard/coach/recordings"
PHONE = {"width": 320, "height": 640}


@pytest.fixture
def addresses(
    coach: User,
    make_session: Callable[..., Session],
) -> list[str]:
    """Every page of a coach, with something in every state on it."""
    talk = make_session(title="A_very_long_title_without_any_space_in_it_" * 3)
    add_upload(talk, "completed", original_filename="name" * 40 + ".mp4", platform="zoom")
    for status in ("failed", "uploading", "pending", "cancelled"):
        add_upload(make_session(title=status), status, expected_size_bytes=100)
    add_upload(talk, "failed", original_url=f"https://files.example.com/{'path' * 60}")
    token, _ = create_token(owner=coach, name="Backup", scope="read", by=None)
    note = write_note(session=talk, by=coach, at_seconds=3600, text="a_word_" * 20)
    one = f"/dashboard/coach/sessions/{talk.pk}"
    return [
        LIST,
        f"{LIST}?q=nobody",
        one,
        f"{one}/edit",
        f"{one}/upload",
        f"{one}/delete",
        f"{one}/notes",
        f"/dashboard/coach/notes/{note.pk}/edit",
        "/dashboard/coach/sessions/new",
        "/dashboard/tokens",
        f"/dashboard/tokens/{token.id}/revoke",
        "/accounts/password/change/",
        "/accounts/logout/",
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(
    window: Callable[..., BrowserContext], coach: User, addresses: list[str], scheme: str
) -> None:
    # axe is put into the page as a script, which our policy rightly forbids.
    options = {"color_scheme": scheme, "bypass_csp": True, "reduced_motion": "reduce"}
    page = window(coach, NO_BYTES, **options).new_page()
    for address in addresses:
        page.goto(address)
        found = Axe().run(page)
        assert found.violations_count == 0, f"{address}\n{found.generate_report()}"
    page.goto(LIST)
    page.get_by_role("link", name="Upload a recording of failed").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    found = Axe().run(page)
    assert found.violations_count == 0, f"dialog\n{found.generate_report()}"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_before_the_login(
    window: Callable[..., BrowserContext], site: str, scheme: str
) -> None:
    context = window(color_scheme=scheme, bypass_csp=True, expected_errors=("404",))
    page = context.new_page()
    for address in ("/accounts/login/", "/accounts/password/reset/", "/accounts/signup/", "/no"):
        page.goto(address)
        found = Axe().run(page)
        assert found.violations_count == 0, f"{address}\n{found.generate_report()}"


def test_no_page_is_wider_than_a_small_phone(
    window: Callable[..., BrowserContext], coach: User, addresses: list[str]
) -> None:
    page = window(coach, NO_BYTES, viewport=PHONE).new_page()
    for address in addresses:
        page.goto(address)
        width = page.evaluate("() => document.documentElement.scrollWidth")
        assert width <= PHONE["width"], address
    page.goto(LIST)
    page.get_by_role("link", name="Upload a recording of failed").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    assert dialog.evaluate("dialog => dialog.scrollWidth <= dialog.clientWidth")


def test_targets_are_large_enough(
    window: Callable[..., BrowserContext], coach: User, addresses: list[str]
) -> None:
    page = window(coach, NO_BYTES).new_page()
    for address in addresses:
        page.goto(address)
        small = page.evaluate(
            """() => [...document.querySelectorAll("a, button, input, select, summary")]
                .filter((each) => each.checkVisibility() && !each.closest("p, .skip"))
                .map((each) => [each.outerHTML.slice(0, 80), each.getBoundingClientRect()])
                .filter(([, box]) => box.width && (box.width < 24 || box.height < 24))
                .map(([html]) => html)"""
        )
        assert small == [], address
