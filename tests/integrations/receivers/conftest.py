"""Connections with known secrets, and platforms that call."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from filmroom.sealing import seal_fields
from integrations import tasks
from integrations.models import Connection
from recordings.fetching import FetchSession
from tests.integrations.receivers.signing import DETAILS, SECRETS

Connect = Callable[..., Connection]
Knock = Callable[..., Any]


@pytest.fixture
def connect(coach: User) -> Connect:
    """Make a connection of ``coach`` with the secrets that samples are signed with."""

    def make(platform: str, **fields: Any) -> Connection:
        secrets = fields.pop("secrets", SECRETS[platform])
        return Connection.objects.create(
            platform=platform,
            **{
                "coach": coach,
                "details": DETAILS.get(platform, {}),
                "sealed_secrets": seal_fields(secrets),
                **fields,
            },
        )

    return make


@pytest.fixture
def knock() -> Knock:
    """Send bytes to a receiver as a platform does: no cookie, no token, only headers."""

    def send(
        platform: str,
        body: bytes,
        headers: dict[str, str] | None = None,
        *,
        to: Connection | None = None,
        **more: Any,
    ) -> Any:
        address = f"/webhooks/{platform}" + (f"/{to.pk}" if to else "")
        address += more.pop("query", "")
        caller = Client(enforce_csrf_checks=True, raise_request_exception=False)
        kind = more.pop("content_type", (headers or {}).get("Content-Type", "application/json"))
        rest = {name: value for name, value in (headers or {}).items() if name != "Content-Type"}
        return caller.generic("POST", address, body, kind, headers=rest, **more)

    return send


@pytest.fixture
def nudged(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The events that workers were asked to handle."""
    asked: list[str] = []
    monkeypatch.setattr(tasks, "nudge_event", lambda event_id: asked.append(str(event_id)))
    return asked


@pytest.fixture(autouse=True)
def contacted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every address that was asked for, none of which is reached."""
    addresses: list[str] = []

    def send(self: Any, request: Any, **kwargs: Any) -> Any:
        addresses.append(request.url)
        raise AssertionError("A receiver contacts nobody.")

    monkeypatch.setattr(FetchSession, "send", send)
    return addresses
