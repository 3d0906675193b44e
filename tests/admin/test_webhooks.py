"""Webhooks in the admin: whom we call, how it went; switched off, sent again."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import User
from filmroom.sealing import unseal
from integrations import deliveries, tasks
from integrations.endpoints import create_endpoint
from integrations.models import EventType, WebhookDelivery, WebhookEndpoint

ENDPOINTS = "/admin/integrations/webhookendpoint/"
DELIVERIES = "/admin/integrations/webhookdelivery/"


@pytest.fixture
def endpoint(coach: User) -> WebhookEndpoint:
    url = "https://127.0.0.2/hook?key=their-key"
    made, _ = create_endpoint(owner=coach, url=url, events=EventType.values, by=coach)
    return made


@pytest.fixture
def failed(endpoint: WebhookEndpoint, coach: User) -> WebhookDelivery:
    delivery = deliveries.queue_test(endpoint=endpoint, by=coach)
    delivery.tries.create(error_code="timed_out", duration_ms=15000)
    WebhookDelivery.objects.update(status="failed", error_code="timed_out", attempts=1)
    return WebhookDelivery.objects.get()


@pytest.fixture
def nudged(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The deliveries that workers were asked to send."""
    asked: list[str] = []
    monkeypatch.setattr(tasks, "nudge_delivery", lambda pk: asked.append(str(pk)))
    return asked


def test_staff_see_endpoints_and_deliveries_without_secrets(
    admin_client: Client, failed: WebhookDelivery
) -> None:
    endpoint = failed.endpoint
    pages = [
        admin_client.get(address).content.decode()
        for address in (
            ENDPOINTS,
            f"{ENDPOINTS}{endpoint.pk}/change/",
            DELIVERIES,
            f"{DELIVERIES}{failed.pk}/change/",
        )
    ]
    secret = unseal(endpoint.sealed_secret)
    for page in pages:
        assert "https://127.0.0.2/hook" in page
        assert "their-key" not in page
        assert secret not in page
        assert endpoint.sealed_secret not in page
    assert secret[-4:] in pages[1]
    assert "timed_out: The endpoint did not answer in time." in pages[3]
    assert f"msg_{failed.pk.hex}" in pages[3]
    assert "15000" in pages[3]


def test_endpoints_are_switched_off(
    run_action: Callable[..., str], endpoint: WebhookEndpoint
) -> None:
    page = run_action(ENDPOINTS, "switch_off", endpoint)

    endpoint.refresh_from_db()
    assert "Endpoints that are switched off: 1." in page
    assert (endpoint.status, endpoint.disabled_reason) == ("disabled", "switched_off")


def test_deliveries_are_sent_again_and_the_rest_told_why_not(
    run_action: Callable[..., str],
    failed: WebhookDelivery,
    make_user: Callable[..., User],
    nudged: list[str],
) -> None:
    other, _ = create_endpoint(
        owner=(owner := make_user()), url="https://127.0.0.2/", events=["sync.completed"], by=owner
    )
    off = deliveries.queue_test(endpoint=other, by=owner)
    run_action(ENDPOINTS, "switch_off", other)

    page = run_action(DELIVERIES, "replay", failed, off)

    failed.refresh_from_db()
    assert "Deliveries that are sent again: 1." in page
    assert "This endpoint is switched off: enable it first." in page
    assert (failed.status, failed.attempts, nudged) == ("pending", 0, [str(failed.pk)])


def test_rows_cannot_be_altered(admin_client: Client, failed: WebhookDelivery) -> None:
    for address in (f"{DELIVERIES}{failed.pk}/", f"{ENDPOINTS}{failed.endpoint_id}/"):
        posted = admin_client.post(f"{address}change/", {"status": "active", "_save": "Save"})
        assert posted.status_code == 403
        assert admin_client.post(f"{address}delete/", {"post": "yes"}).status_code == 403
    assert WebhookEndpoint.objects.exists()


def test_looking_is_not_acting(
    browser_of: Callable[[User], Client],
    helper: Callable[..., User],
    failed: WebhookDelivery,
    nudged: list[str],
) -> None:
    browser = browser_of(helper("view_webhookdelivery"))
    assert browser.get(DELIVERIES).status_code == 200

    browser.post(DELIVERIES, {"action": "replay", "_selected_action": [str(failed.pk)]})

    failed.refresh_from_db()
    assert (failed.status, nudged) == ("failed", [])
