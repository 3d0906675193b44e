"""What a browser or the network refuses is said, and can be tried again."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, FilePayload, expect

from accounts.models import User
from recordings.models import SessionUpload
from sessions_app.models import Session
from tests.attempts import add_upload

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NOT_LOADED = "The uploader could not be loaded. Check the network and try again."


def test_without_a_clipboard_the_checksum_is_selected(
    window: Callable[..., BrowserContext], coach: User, session: Session
) -> None:
    upload = add_upload(session)
    SessionUpload.objects.filter(pk=upload.pk).update(
        checksum_algorithm="SHA256", checksum_value="abc123=", media_state="unreadable"
    )
    context = window(coach, expected_errors=("410", "Gone"))
    context.add_init_script("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    page = context.new_page()
    page.goto(f"/dashboard/coach/sessions/{session.pk}")
    page.get_by_role("button", name="Copy the checksum").click()

    expect(page.locator("[data-live]")).to_contain_text("The browser did not copy.")
    assert "abc123=" in page.evaluate("() => window.getSelection().toString()")


def test_an_uploader_that_was_not_loaded_is_tried_by_the_next_click(
    window: Callable[..., BrowserContext], coach: User, session: Session
) -> None:
    page = window(coach, expected_errors=("ERR_FAILED",)).new_page()
    page.route("**/upload/panel*.js", lambda route: route.abort())
    page.goto("/dashboard/coach/recordings")
    page.get_by_role("link", name="Add recordings").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text(NOT_LOADED)).to_be_visible()

    page.unroute("**/upload/panel*.js")
    dialog.get_by_role("heading").first.click()
    expect(dialog.get_by_text(NOT_LOADED)).to_have_count(0)
    file: FilePayload = {"name": "talk.txt", "mimeType": "text/plain", "buffer": b"no recording"}
    dialog.locator("#add-files").set_input_files(files=[file])
    expect(dialog.locator("[data-choices]")).to_contain_text("talk.txt")
