from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Any

import pytest
from pytest_django import Settings

from recordings.fetching import FetchSession
from tests.origins import ALLOWED_ADDRESS, Origin


@pytest.fixture
def allowed(settings: Settings) -> None:
    """Imports may reach the one address that test servers have."""
    settings.IMPORT_ALLOWED_ORIGIN = ALLOWED_ADDRESS


@pytest.fixture
def origin(allowed: None) -> Iterator[Origin]:
    with Origin() as server:
        yield server


@pytest.fixture
def session() -> Iterator[FetchSession]:
    with FetchSession() as session:
        yield session


@pytest.fixture
def dialled(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """Where this process's sockets tried to connect to."""
    addresses: list[tuple[str, int]] = []
    connect = socket.socket.connect

    def record(sock: socket.socket, address: Any) -> None:
        addresses.append(address)
        connect(sock, address)

    monkeypatch.setattr(socket.socket, "connect", record)
    return addresses
