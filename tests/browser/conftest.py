"""The system's Chromium before a live Film Room: real pages, a real bucket's HTTP, no worker."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from recordings import storage

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """Launch the browser of this machine; without one the tests are skipped, in CI they fail."""
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        reason = f"no browser here: none of {', '.join(NAMES)} is installed"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return {"executable_path": path, "args": ARGUMENTS}


@pytest.fixture(scope="session", autouse=True)
def _django_beside_playwright() -> Iterator[None]:
    """Playwright's loop runs in the test's thread: Django would take that for an async view."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    yield
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def site(live_server: LiveServer, settings: Settings, bucket: str, s3: Any) -> str:
    """The address of a running Film Room, whose pages may send parts to the bucket."""
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = False
    settings.SITE_URL = live_server.url
    storage.ensure_bucket(dry_run=False)
    return live_server.url


@pytest.fixture
def window(browser: Browser, site: str) -> Iterator[Callable[..., BrowserContext]]:
    """Open a window, signed in as the person; what its pages complain of fails the test.

    ``expected_errors`` are parts of complaints that belong to the test.
    """
    opened: list[BrowserContext] = []
    complaints: list[str] = []

    def open_window(
        user: User | None = None, expected_errors: tuple[str, ...] = (), **options: Any
    ) -> BrowserContext:
        context = browser.new_context(base_url=site, **options)
        context.set_default_timeout(10_000)
        context.on("weberror", lambda error: complaints.append(str(error.error)))
        context.on("console", lambda message: _note(message, complaints, expected_errors))
        if user is not None:
            client = Client()
            client.force_login(user)
            value = client.cookies["sessionid"].value
            context.add_cookies([{"name": "sessionid", "value": value, "url": site}])
        opened.append(context)
        return context

    yield open_window
    for context in opened:
        context.close()
    assert not complaints


def _note(message: ConsoleMessage, complaints: list[str], expected: tuple[str, ...]) -> None:
    if message.type == "error" and not any(part in message.text for part in expected):
        complaints.append(f"{message.text} ({message.location['url']})")


@pytest.fixture
def page(window: Callable[..., BrowserContext]) -> Page:
    """A window that nobody has signed in to."""
    return window().new_page()
