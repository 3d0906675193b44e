"""Connections as coaches make them, for tests of what follows."""

from __future__ import annotations

from typing import Any

from accounts.models import User
from integrations import connecting
from integrations.models import Connection

# What a coach would have copied from each platform.
ENTERED: dict[str, dict[str, str]] = {
    "zoom": {"webhook_secret": "zoom-secret-token-7f3a"},
    "cal_com": {},
    "calendly": {"webhook_secret": "calendly-signing-key-91bc"},
    "livekit": {"api_secret": "livekit-api-secret-that-is-long-enough-44de"},
    "fathom": {"webhook_secret": "whsec_ZmF0aG9tLXNlY3JldC1mb3ItdGVzdHM="},
    "standard": {},
    "webex": {"access_token": "webex-access-token-5b2e"},
    "graph": {"client_secret": "graph-client-secret-8c1f"},
    "fireflies": {"api_key": "fireflies-api-key-0d9a"},
}
KNOWN: dict[str, dict[str, str]] = {
    "livekit": {"api_key": "APIxyz"},
    "graph": {"tenant_id": "tenant-1", "client_id": "app-1"},
}


def connect(coach: User, platform: str, **fields: Any) -> tuple[Connection, dict[str, str]]:
    """Connect ``platform`` for ``coach``; returns what `integrations.connecting.connect` does."""
    given: dict[str, Any] = {
        "secrets": ENTERED[platform],
        "details": KNOWN.get(platform, {}),
        "coach": coach,
        "by": coach,
    }
    return connecting.connect(platform=platform, **given | fields)
