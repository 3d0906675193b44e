"""The system's Chromium before a live Film Room: real pages, a real bucket's HTTP, no worker."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from recordings import storage
from tests.chromium import watched_windows


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
    with watched_windows(browser, site) as open_watched:

        def open_window(
            user: User | None = None, expected_errors: tuple[str, ...] = (), **options: Any
        ) -> BrowserContext:
            context = open_watched(expected_errors, **options)
            if user is not None:
                client = Client()
                client.force_login(user)
                value = client.cookies["sessionid"].value
                context.add_cookies([{"name": "sessionid", "value": value, "url": site}])
            return context

        yield open_window


@pytest.fixture
def page(window: Callable[..., BrowserContext]) -> Page:
    """A window that nobody has signed in to."""
    return window().new_page()
