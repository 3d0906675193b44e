"""The system's Chromium, and windows of it whose complaints fail the test."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage

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


def launch_arguments() -> dict[str, Any]:
    """How to launch this machine's browser; without one the test is skipped, in CI it fails."""
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        reason = f"no browser here: none of {', '.join(NAMES)} is installed"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return {"executable_path": path, "args": ARGUMENTS}


@contextmanager
def watched_windows(browser: Browser, site: str) -> Iterator[Callable[..., BrowserContext]]:
    """Open windows on ``site``; what their pages complain of is an error at the end.

    ``expected_errors`` of a window are parts of complaints that belong to the test.
    """
    opened: list[BrowserContext] = []
    complaints: list[str] = []

    def open_window(expected_errors: tuple[str, ...] = (), **options: Any) -> BrowserContext:
        context = browser.new_context(base_url=site, **options)
        context.set_default_timeout(10_000)
        context.on("weberror", lambda error: complaints.append(str(error.error)))
        context.on("console", lambda message: _note(message, complaints, expected_errors))
        opened.append(context)
        return context

    yield open_window
    for context in opened:
        context.close()
    assert not complaints


def _note(message: ConsoleMessage, complaints: list[str], expected: tuple[str, ...]) -> None:
    if message.type == "error" and not any(part in message.text for part in expected):
        complaints.append(f"{message.text} ({message.location['url']})")
