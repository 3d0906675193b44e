"""Connected platforms: set up, copied, tested and let go by keyboard; examined in every state."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, expect

from accounts.models import User
from integrations.clients import zoom
from integrations.models import AnnouncedRecording, Connection
from sessions_app.models import Session
from tests.browser.examining import DESK, Examiner, axe_ready
from tests.browser.platform_world import build_platform_world, past_meetings
from tests.browser.test_keyboard import Keys

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

COACH = "/dashboard/coach"
CONNECTIONS = f"{COACH}/connections"
EXPECTED = ("status of 4", "status of 5")
PAST = "since=2026-01-01&until=2026-01-20"


def test_a_platform_is_connected_copied_tested_and_removed_by_keyboard(
    window: Callable[..., BrowserContext], coach: User, site: str
) -> None:
    context = window(coach, permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    keys = Keys(page)

    def clipboard() -> str:
        return str(page.evaluate("() => navigator.clipboard.readText()"))

    page.goto(f"{COACH}/recordings")
    keys.to(page.get_by_role("button", name="Account"))
    keys.press("Enter")
    keys.to(page.get_by_role("link", name="Connections").first)
    keys.press("Enter")
    expect(page.get_by_role("heading", name="Nothing is connected yet")).to_be_visible()
    keys.to(page.get_by_role("link", name="Cal.com"))
    keys.press("Enter")
    keys.to(page.get_by_label("Name"))
    page.keyboard.type("Practice")
    keys.to(page.get_by_role("button", name="Connect"))
    keys.press("Enter")

    expect(page.get_by_role("heading", name="Cal.com (Practice)")).to_be_visible()
    connection = Connection.objects.get()
    secret = page.get_by_label("Secret", exact=True).input_value()
    assert secret.endswith(connection.secret_endings["webhook_secret"])
    keys.to(page.get_by_role("button", name=re.compile("Copy.*Secret")))
    keys.press("Enter")
    expect(page.get_by_text("The secret is copied.")).to_be_visible()
    assert clipboard() == secret
    keys.to(page.get_by_role("button", name=re.compile("Copy.*address")))
    keys.press("Enter")
    expect(page.get_by_text("The address is copied.")).to_be_visible()
    assert clipboard() == f"{site}/webhooks/cal_com/{connection.pk}"

    keys.to(page.get_by_role("button", name="Test the connection"))
    keys.press("Enter")
    expect(page.get_by_text("The secret is in order")).to_be_visible()
    assert secret not in page.content()

    keys.to(page.get_by_role("link", name=re.compile("Replace.*Secret")))
    keys.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Secret")).to_be_focused()
    keys.press("Enter")
    expect(page.get_by_role("heading", name="The new secret")).to_be_visible()
    assert page.get_by_label("Secret", exact=True).input_value() != secret

    keys.to(page.get_by_role("link", name="Remove"))
    keys.press("Enter")
    expect(dialog).to_be_visible()
    keys.press("Escape")
    expect(page.get_by_role("link", name="Remove")).to_be_focused()
    keys.press("Enter")
    keys.to(dialog.get_by_role("button", name="Remove"))
    keys.press("Enter")

    expect(page.get_by_text("its secrets are forgotten")).to_be_visible()
    assert not Connection.objects.exists()


def test_a_passcode_is_given_in_the_row_of_the_table(
    window: Callable[..., BrowserContext], coach: User, make_session: Callable[..., Session]
) -> None:
    world = build_platform_world(coach, make_session)
    page = window(coach).new_page()
    page.goto(f"{COACH}/recordings")

    page.get_by_role("link", name=re.compile("Enter the passcode.*Career map")).click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Passcode of the link")).to_be_focused()
    page.keyboard.type("sesame")
    page.keyboard.press("Enter")

    expect(page.get_by_text("The import is tried again.")).to_be_visible()
    expect(dialog).to_be_hidden()
    row = page.get_by_role("row", name="Career map")
    expect(row).to_contain_text("Waiting")
    upload = world.asks_passcode.uploads.get()
    assert (upload.status, "sesame" in upload.sealed_passcode) == ("pending", False)
    assert upload.sealed_passcode


def test_of_past_recordings_all_or_none_are_chosen_at_once(
    window: Callable[..., BrowserContext],
    coach: User,
    make_session: Callable[..., Session],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(zoom, "past", lambda *_args: iter(past_meetings()))
    world = build_platform_world(coach, make_session)
    page = window(coach).new_page()
    page.goto(f"{CONNECTIONS}/{world.zoom.pk}/past?{PAST}")
    all_of_them = page.get_by_label("Choose all")
    chosen = page.locator("[name=recording]:checked")
    expect(chosen).to_have_count(2)
    assert all_of_them.evaluate("box => box.indeterminate")

    all_of_them.check()
    expect(chosen).to_have_count(3)
    all_of_them.uncheck()
    expect(chosen).to_have_count(0)
    page.get_by_label("Mid-year review").check()
    expect(chosen).to_have_count(1)
    assert all_of_them.evaluate("box => box.indeterminate")


@pytest.fixture
def examiner(window: Callable[..., BrowserContext], coach: User) -> Examiner:
    """The coach's window, with axe in its pages, which our policy rightly forbids."""
    options = {"bypass_csp": True, "reduced_motion": "reduce", "viewport": DESK}
    return Examiner(axe_ready(window(coach, EXPECTED, **options)).new_page())


def test_everything_is_for_everyone_while_nothing_is_connected(examiner: Examiner) -> None:
    page, look = examiner.page, examiner.look
    examiner.visit("connections, none", CONNECTIONS)
    examiner.visit("unmatched, none", f"{COACH}/unmatched")
    examiner.visit("put aside, none", f"{COACH}/unmatched?show=dismissed")
    examiner.visit("expiring, none", f"{COACH}/expiring")
    examiner.visit("connect Zoom", f"{CONNECTIONS}/new/zoom")
    page.get_by_label("Secret token").fill("zoom-secret-token")
    page.get_by_label("Account ID").fill("account")
    page.get_by_role("button", name="Connect").click()
    expect(page.locator(".errors").first).to_be_visible()
    look("connect Zoom, refused")
    page.goto(f"{CONNECTIONS}/new/graph")
    for label in ("Client secret", "Tenant ID", "Client ID"):
        page.get_by_label(label).fill("value-to-enter")
    page.get_by_role("button", name="Connect").click()
    expect(page.get_by_text("Connected. One step is left")).to_be_visible()
    look("connected, to be subscribed")
    for platform, said in (
        ("cal_com", "Copy the secret now"),
        ("fathom", "Kept. Two steps are left"),
    ):
        page.goto(f"{CONNECTIONS}/new/{platform}")
        page.get_by_role("button", name="Connect").click()
        expect(page.get_by_text(said)).to_be_visible()
        look(f"connected: {platform}")
    examiner.expect_nothing()


def test_everything_is_for_everyone_with_platforms_in_every_state(
    examiner: Examiner,
    coach: User,
    make_session: Callable[..., Session],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(zoom, "past", lambda *_args: iter(past_meetings()))
    page, look = examiner.page, examiner.look
    world = build_platform_world(coach, make_session)
    own = f"{CONNECTIONS}/{world.zoom.pk}"
    examiner.visit("connections", CONNECTIONS)
    examiner.visit("connection", own)
    examiner.visit("connection with a problem", f"{CONNECTIONS}/{world.teams.pk}")
    examiner.visit("connection without its secret", f"{CONNECTIONS}/{world.fathom.pk}")
    page.get_by_role("button", name="Test the connection").click()
    expect(page.get_by_text("A secret is still missing").first).to_be_visible()
    look("connection, tested in vain")
    examiner.visit("secret", f"{own}/secrets/webhook_secret")
    examiner.visit("remove", f"{own}/remove")
    examiner.visit("past recordings", f"{own}/past?{PAST}")
    page.get_by_role("button", name="Import the chosen ones").click()
    expect(page.get_by_role("heading", name="taken in")).to_be_visible()
    look("past recordings, taken in")
    examiner.visit("unmatched", f"{COACH}/unmatched")
    examiner.visit("unmatched, choose", f"{COACH}/unmatched/{world.unmatched.pk}")
    page.goto(f"{COACH}/unmatched/files/{world.file.pk}?q=nobody")
    look("unmatched file, nothing found")
    AnnouncedRecording.objects.filter(pk=world.unmatched.pk).update(status="dismissed")
    page.goto(f"{COACH}/unmatched?show=dismissed")
    look("put aside")
    examiner.visit("expiring", f"{COACH}/expiring")
    page.goto(f"{COACH}/recordings")
    look("table")
    page.get_by_role("link", name="Enter the passcode").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    look("passcode")
    for session in (world.asks_passcode, world.waits, world.has_sidecars):
        page.goto(f"{COACH}/sessions/{session.pk}")
        look(f"session: {session.title}")
    examiner.expect_nothing()
