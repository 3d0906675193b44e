"""Platforms that we ask: one module each, over the guarded way out, without the database."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from integrations.clients import fathom, fireflies, graph, webex, zoom
from integrations.clients.errors import ClientError
from integrations.news import FetchNews, RecordingNews


class Client(Protocol):
    """A platform's API. ``secrets`` and ``details`` are a connection's; all raise ClientError."""

    SITE: str

    def test(self, secrets: Mapping[str, str], details: Mapping[str, str]) -> str:
        """Return in one English sentence what was found."""

    def ask(
        self, secrets: Mapping[str, str], details: Mapping[str, str], news: FetchNews
    ) -> list[RecordingNews]:
        """Return the recordings that the news speaks of, whole."""

    def again(
        self, secrets: Mapping[str, str], details: Mapping[str, str], known: RecordingNews
    ) -> RecordingNews:
        """Return a recording with addresses and a token that hold now."""


# By the values of `Connection.Platform`; the others only tell.
CLIENTS: Mapping[str, Client] = {
    "zoom": zoom,
    "webex": webex,
    "graph": graph,
    "fireflies": fireflies,
    "fathom": fathom,
}

__all__ = ["CLIENTS", "Client", "ClientError"]
