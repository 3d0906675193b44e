"""The admin in a real browser, under the same strict policy as every page: no complaint."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from accounts.models import User
from recordings.models import SyncRun
from sessions_app.models import Participant, Session

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LISTS = (
    "accounts/user/",
    "accounts/user/add/",
    "accounts/apitoken/",
    "auth/group/add/",
    "sessions_app/session/",
    "recordings/sessionupload/",
    "recordings/syncrun/",
    "recordings/syncrun/sync-all/",
    "recordings/unmatchedfile/",
)


def test_every_page_keeps_the_policy(
    window: Callable[..., BrowserContext], staff: User, coach: User, session: Session
) -> None:
    page = window(staff).new_page()
    pages = ("", *LISTS, f"sessions_app/session/{session.pk}/change/")
    for address in (*pages, f"accounts/user/{coach.pk}/change/"):
        response = page.goto(f"/admin/{address}")
        assert response is not None
        assert response.status == 200
        policy = response.headers["content-security-policy"]
        assert "unsafe-" not in policy
        expect(page.locator("#content")).to_be_visible()


def test_a_session_is_added_with_search_fields_and_cancelled(
    window: Callable[..., BrowserContext], staff: User, coach: User, client_user: User
) -> None:
    page = window(staff).new_page()
    page.goto("/admin/sessions_app/session/add/")
    page.fill("#id_title", "Pricing")
    page.click(".field-scheduled_at .datetimeshortcuts >> nth=0 >> text=Today")
    page.click(".field-scheduled_at .datetimeshortcuts >> nth=1 >> text=Now")
    _choose(page, "id_coach", "carla", "Carla Coach")
    _choose(page, "id_client", "klara", "Klara Client")
    page.click("text=Add another Participant")
    _choose(page, "id_participants-0-user", "stef", "Stef Staff")
    page.click("input[name=_save]")
    expect(page.locator(".messagelist .success")).to_contain_text("was added successfully")
    session = Session.objects.get()
    assert (session.title, session.coach, session.client) == ("Pricing", coach, client_user)
    assert Participant.objects.get().user == staff

    page.check("input.action-select")
    page.select_option("select[name=action]", "cancel")
    page.click("button[name=index]")
    expect(page.locator(".messagelist .success")).to_contain_text("Sessions cancelled: 1.")
    session.refresh_from_db()
    assert session.status == "cancelled"


def test_the_whole_bucket_is_synced_by_the_button(
    window: Callable[..., BrowserContext], staff: User
) -> None:
    page = window(staff).new_page()
    page.goto("/admin/recordings/syncrun/")
    page.click("text=Sync the whole bucket now")
    page.check("input[name=dry_run]")
    page.click("input[type=submit]")
    expect(page).to_have_url(re.compile(r"/admin/recordings/syncrun/[0-9a-f-]{36}/change/$"))
    assert SyncRun.objects.get().dry_run


def _choose(page: Page, field: str, term: str, text: str) -> None:
    """Use Django's search field as a person does: open it, type, take the answer."""
    page.click(f"#{field} + .select2")
    page.fill(".select2-search__field", term)
    page.click(f".select2-results__option >> text={text}")
    expect(page.locator(f"#select2-{field}-container")).to_contain_text(text)
