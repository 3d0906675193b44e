"""Somebody who listens: an endpoint on a TLS server that plays it, and a worker's turn."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pytest_django import Settings
from standardwebhooks import Webhook

from accounts.models import User
from integrations import delivering
from integrations.endpoints import create_endpoint
from integrations.models import EventType, WebhookDelivery, WebhookEndpoint
from tests.origins import ALLOWED_ADDRESS, Origin, Request, stand_in, status

HOST = "hooks.example.com"
URL = f"https://{HOST}/film-room"
HOSTS = (HOST, "other.example.com")
OK = status(204)


@pytest.fixture
def listener(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Origin]:
    """A server that takes everything, until it is told otherwise."""
    settings.IMPORT_ALLOWED_ORIGIN = ALLOWED_ADDRESS
    with Origin(tls_names=HOSTS) as origin:
        stand_in(monkeypatch, origin, *HOSTS)
        origin.serve("/film-room", OK)
        yield origin


@pytest.fixture
def make_endpoint(listener: Origin, coach: User) -> Callable[..., WebhookEndpoint]:
    """Make an endpoint of ``coach`` for everything; keep its secret as ``secret``."""

    def make(**fields: Any) -> WebhookEndpoint:
        fields = {"owner": coach, "url": URL, "events": EventType.values, **fields}
        endpoint, secret = create_endpoint(by=fields["owner"], **fields)
        endpoint.secret = secret  # type: ignore[attr-defined]
        return endpoint

    return make


@pytest.fixture
def endpoint(make_endpoint: Callable[..., WebhookEndpoint]) -> WebhookEndpoint:
    return make_endpoint()


def secret_of(endpoint: WebhookEndpoint) -> str:
    """The secret that `make_endpoint` was shown."""
    value: str = endpoint.secret  # type: ignore[attr-defined]
    return value


def send(delivery: WebhookDelivery, worker: str = "worker") -> WebhookDelivery:
    """A worker's turn at one delivery; the row as it is afterwards."""
    delivering.deliver(delivery.pk, worker=worker)
    return WebhookDelivery.objects.get(pk=delivery.pk)


def due_now(delivery: WebhookDelivery) -> WebhookDelivery:
    """Let the time pass that a delivery has to wait."""
    WebhookDelivery.objects.filter(pk=delivery.pk).update(next_attempt_at=None)
    delivery.refresh_from_db()
    return delivery


def verified(request: Request, secret: str) -> Any:
    """What a request says, once its signature is found right."""
    return Webhook(secret).verify(request.body, request.headers)


def tries(delivery: WebhookDelivery) -> list[tuple[int | None, str]]:
    """Status and error of every try so far."""
    return list(delivery.tries.values_list("status_code", "error_code"))
