"""A coach's own language and clock, as their browser and their choice have it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, expect

from accounts.models import User
from sessions_app.models import Session
from tests.attempts import add_upload

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SETTINGS = "/dashboard/settings"
PHONE = {"width": 320, "height": 640}
LIST = "/dashboard/coach/recordings"
# States and buttons that reach over the edge of their row or card.
STICKING_OUT = """() => [...document.querySelectorAll("main .state, main .button")]
    .filter((each) => each.checkVisibility() && !each.closest(".unseen"))
    .filter((each) => each.getBoundingClientRect().right
        > each.closest("tr, .card, main").getBoundingClientRect().right + 0.5)
    .map((each) => each.textContent)"""
NEW = "/dashboard/coach/sessions/new"


def test_a_browsers_own_clock_is_used_from_the_first_page_on(
    window: Callable[..., BrowserContext], coach: User
) -> None:
    page = window(coach, timezone_id="Europe/Berlin").new_page()

    page.goto(NEW)

    expect(page.locator("#id_scheduled_at_helptext")).to_have_text("By your clock: Europe/Berlin.")


def test_a_coach_in_berlin_sees_and_enters_their_own_time(
    window: Callable[..., BrowserContext], coach: User
) -> None:
    User.objects.filter(pk=coach.pk).update(language="de", time_zone="Europe/Berlin")
    # Whoever has chosen is believed, wherever the browser is.
    page = window(coach, timezone_id="America/New_York").new_page()
    entered = {"Winter": "2026-01-14T16:00", "Sommer": "2026-07-14T16:00"}

    for title, time in entered.items():
        page.goto(NEW)
        page.locator("#id_title").fill(title)
        page.locator("#id_scheduled_at").fill(time)
        page.locator("main form button[type=submit]").click()
        expect(page.get_by_role("heading", name=title)).to_be_visible()
        shown = datetime.fromisoformat(time).strftime("%d.%m.%Y, 16:00")
        expect(page.locator("main time").first).to_have_text(shown)

    expect(page.locator("html")).to_have_attribute("lang", "de")
    stored = dict(Session.objects.values_list("title", "scheduled_at"))
    assert stored == {
        "Winter": datetime(2026, 1, 14, 15, 0, tzinfo=UTC),
        "Sommer": datetime(2026, 7, 14, 14, 0, tzinfo=UTC),
    }


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_settings_are_changed_by_keyboard(
    window: Callable[..., BrowserContext], coach: User, scheme: str
) -> None:
    context = window(
        coach, color_scheme=scheme, bypass_csp=True, viewport=PHONE, timezone_id="Asia/Tokyo"
    )
    page = context.new_page()
    page.goto(SETTINGS)
    zone = page.get_by_label("Time zone")
    expect(zone).to_have_attribute("placeholder", "Automatic: Asia/Tokyo")

    page.get_by_label("Language").focus()
    page.keyboard.type("Deu")
    page.keyboard.press("Tab")
    expect(zone).to_be_focused()
    page.keyboard.type("berlin")
    page.keyboard.press("Enter")

    expect(page.locator("html")).to_have_attribute("lang", "de")
    coach.refresh_from_db()
    assert (coach.language, coach.time_zone) == ("de", "Europe/Berlin")
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 320
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_long_german_words_fit(
    window: Callable[..., BrowserContext], coach: User, make_session: Callable[..., Session]
) -> None:
    User.objects.filter(pk=coach.pk).update(language="de")
    for status in ("completed", "failed", "uploading", "pending", "cancelled"):
        add_upload(make_session(title=status), status, platform="teams", expected_size_bytes=100)
    talk = Session.objects.get(title="failed")
    one = f"/dashboard/coach/sessions/{talk.pk}"
    addresses = (LIST, one, f"{one}/edit", f"{one}/upload", f"{one}/delete", f"{LIST}/links")
    page = window(coach).new_page()

    for width in (320, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        for address in (*addresses, "/dashboard/tokens", SETTINGS, "/accounts/password/change/"):
            page.goto(address)
            assert page.evaluate("() => document.documentElement.scrollWidth") <= width, address
            assert page.evaluate(STICKING_OUT) == [], address
