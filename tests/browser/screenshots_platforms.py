"""Pictures of the pages about platforms, for people to look at; see `screenshots`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from integrations.clients import zoom
from sessions_app.models import Session
from tests.browser.platform_world import build_platform_world, past_meetings
from tests.browser.screenshots import LIST, PHONE, SESSIONS, shoot

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

__all__ = ["shoot"]

COACH = "/dashboard/coach"
CONNECTIONS = f"{COACH}/connections"
PAST = "since=2026-01-01&until=2026-01-20"


def _both(shoot: Callable[..., None], name: str, address: str, **options: Any) -> None:
    for scheme in ("light", "dark"):
        shoot(f"{name}-{scheme}", address, color_scheme=scheme, **options)
    shoot(f"{name}-phone", address, viewport=PHONE, **options)


def _connect(page: Page) -> None:
    page.get_by_role("button", name="Connect").click()
    expect(page.get_by_text("Copy the secret now")).to_be_visible()


def _remove(page: Page) -> None:
    page.locator("#remove").click()
    expect(page.get_by_role("dialog")).to_be_visible()


def _ask_passcode(page: Page) -> None:
    page.get_by_role("link", name="Enter the passcode").click()
    expect(page.get_by_role("dialog")).to_be_visible()


def test_nothing_connected(shoot: Callable[..., None]) -> None:
    _both(shoot, "connections-empty", CONNECTIONS)
    shoot("unmatched-empty", f"{COACH}/unmatched")
    shoot("expiring-empty", f"{COACH}/expiring")
    shoot("connection-new-zoom", f"{CONNECTIONS}/new/zoom")
    shoot("connection-new-zoom-phone", f"{CONNECTIONS}/new/zoom", viewport=PHONE)
    shoot("connection-made", f"{CONNECTIONS}/new/cal_com", act=_connect)


def test_platforms(
    shoot: Callable[..., None],
    coach: User,
    make_session: Callable[..., Session],
    site: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(zoom, "past", lambda *_args: iter(past_meetings()))
    world = build_platform_world(coach, make_session)
    own = f"{CONNECTIONS}/{world.zoom.pk}"
    _both(shoot, "connections", CONNECTIONS)
    _both(shoot, "connection", own)
    shoot("connection-problem", f"{CONNECTIONS}/{world.teams.pk}")
    shoot("connection-remove", own, act=_remove, whole=False)
    _both(shoot, "past", f"{own}/past?{PAST}")
    _both(shoot, "unmatched", f"{COACH}/unmatched")
    shoot("unmatched-choose", f"{COACH}/unmatched/{world.unmatched.pk}")
    _both(shoot, "expiring", f"{COACH}/expiring")
    _both(shoot, "table-platforms", LIST)
    shoot("passcode", LIST, act=_ask_passcode, whole=False)
    shoot("session-passcode", f"{SESSIONS}/{world.asks_passcode.pk}")
    shoot("session-passcode-phone", f"{SESSIONS}/{world.asks_passcode.pk}", viewport=PHONE)
    shoot("session-waits", f"{SESSIONS}/{world.waits.pk}")
    shoot("session-sidecars", f"{SESSIONS}/{world.has_sidecars.pk}")
