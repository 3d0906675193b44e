"""Webhooks by the API: whole answers, rows, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import IdempotentAnswer, User
from filmroom.sealing import unseal
from integrations import deliveries, tasks
from integrations.models import EventType, WebhookDelivery, WebhookEndpoint
from recordings.fetching import addresses
from tests.integrations.outgoing.conftest import URL, secret_of, send
from tests.origins import Origin, status

pytestmark = pytest.mark.django_db(transaction=True)
V1 = "/api/v1"
ENDPOINTS = f"{V1}/webhook-endpoints"


@pytest.fixture(autouse=True)
def nudged(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The deliveries that workers were asked to send."""
    asked: list[str] = []
    monkeypatch.setattr(tasks, "nudge_delivery", lambda pk: asked.append(str(pk)))
    return asked


def codes(answer: Any) -> list[tuple[str, str | None]]:
    return [(error["code"], error["attr"]) for error in answer.json()["errors"]]


def test_an_endpoint_s_life(api: APIClient, coach: User, listener: Origin) -> None:
    made = api.post(ENDPOINTS, {"url": URL, "events": ["recording.failed", "sync.completed"]})

    endpoint = WebhookEndpoint.objects.get()
    secret = unseal(endpoint.sealed_secret)
    shown = {
        "id": str(endpoint.pk),
        "coach_id": str(coach.pk),
        "url": URL,
        "description": "",
        "events": ["recording.failed", "sync.completed"],
        "status": "active",
        "disabled_reason": None,
        "disabled_at": None,
        "secret_ending": secret[-4:],
        "previous_secret_until": None,
        "last_success_at": None,
        "created_at": endpoint.created_at.isoformat().replace("+00:00", "Z"),
    }
    assert (made.status_code, made.json()) == (201, shown | {"secret": secret})
    address = f"{ENDPOINTS}/{endpoint.pk}"
    assert api.get(address).json() == shown
    assert api.get(ENDPOINTS).json()["results"] == [shown]

    changed = api.patch(address, {"description": "Invoicing", "id": "x", "coach_id": "x"})
    assert changed.json() == shown | {"description": "Invoicing"}
    off = api.patch(address, {"status": "disabled"}).json()
    assert (off["status"], off["disabled_reason"]) == ("disabled", "switched_off")
    assert off["disabled_at"] is not None
    on = api.patch(address, {"status": "active", "events": ["recording.deleted"]}).json()
    assert (on["status"], on["disabled_reason"], on["events"]) == (
        "active",
        None,
        ["recording.deleted"],
    )

    gone = api.delete(address)
    assert (gone.status_code, gone.content) == (204, b"")
    assert api.get(address).status_code == 404
    assert listener.requests == []


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"url": "hooks.example.com"}, ("invalid_url", "url")),
        ({"url": "https://"}, ("invalid_url", "url")),
        ({"url": "https://user:key@hooks.example.com/"}, ("invalid_url", "url")),
        ({"url": "https://127.0.0.1\\@hooks.example.com/"}, ("invalid_url", "url")),
        ({"url": f"{URL}/é" + "é" * 400}, ("invalid_url", "url")),
        ({"url": "http://hooks.example.com/"}, ("https_required", "url")),
        ({"url": "ftp://hooks.example.com/"}, ("https_required", "url")),
        ({"url": "https://10.0.0.5/"}, ("blocked_address", "url")),
        ({"url": "https://127.1/"}, ("blocked_address", "url")),
        ({"url": "https://[::ffff:10.0.0.5]/"}, ("blocked_address", "url")),
        ({"url": "https://169.254.169.254/"}, ("blocked_address", "url")),
        ({"url": "https://metadata.google.internal/"}, ("blocked_address", "url")),
        ({"url": "https://inward.example.com/"}, ("blocked_address", "url")),
        ({"url": ""}, ("blank", "url")),
        ({"url": "x" * 2049}, ("max_length", "url")),
        ({"events": []}, ("min_length", "events")),
        ({"events": ["recording.guessed"]}, ("invalid_choice", "events.0")),
        ({"events": "recording.failed"}, ("not_a_list", "events")),
        ({"description": "x" * 201}, ("max_length", "description")),
    ],
)
def test_endpoints_that_cannot_be(
    api: APIClient,
    make_endpoint: Callable[..., WebhookEndpoint],
    listener: Origin,
    monkeypatch: pytest.MonkeyPatch,
    change: dict[str, Any],
    expected: tuple[str, str],
) -> None:
    endpoint = make_endpoint()
    before = list(WebhookEndpoint.objects.values())
    known = addresses.lookup
    monkeypatch.setattr(
        addresses,
        "lookup",
        lambda host, port: [("10.0.0.5", port)] if "inward" in host else known(host, port),
    )

    made = api.post(ENDPOINTS, {"url": URL, "events": ["recording.failed"]} | change)
    changed = api.patch(f"{ENDPOINTS}/{endpoint.pk}", change)

    assert (made.status_code, codes(made)) == (400, [expected])
    assert (changed.status_code, codes(changed)) == (400, [expected])
    assert list(WebhookEndpoint.objects.values()) == before
    assert listener.requests == []


def test_http_is_for_the_one_address_that_the_operator_lets_through(
    api: APIClient, settings: Any
) -> None:
    body = {"url": "http://127.0.0.2:8080/", "events": ["recording.failed"]}
    assert api.post(ENDPOINTS, body).status_code == 201

    settings.IMPORT_ALLOWED_ORIGIN = ""
    assert codes(api.post(ENDPOINTS, body)) == [("blocked_address", "url")]


def test_there_are_twenty_at_most(api: APIClient, listener: Origin) -> None:
    body = {"url": URL, "events": ["recording.failed"]}
    answers = [api.post(ENDPOINTS, body) for _number in range(21)]

    assert [answer.status_code for answer in answers] == [201] * 20 + [409]
    assert codes(answers[-1]) == [("too_many_endpoints", None)]


def test_a_client_makes_none(
    api_for: Callable[..., APIClient], client_user: User, listener: Origin
) -> None:
    body = {"url": URL, "events": ["recording.failed"]}
    answer = api_for(client_user).post(ENDPOINTS, body)

    assert (answer.status_code, codes(answer)) == (403, [("permission_denied", None)])
    assert not WebhookEndpoint.objects.exists()


def test_the_same_key_makes_one_and_keeps_no_secret(api: APIClient, listener: Origin) -> None:
    body = {"url": URL, "events": ["recording.failed"]}
    key = {"Idempotency-Key": "make it once"}
    first, again = (api.post(ENDPOINTS, body, headers=key) for _time in range(2))

    endpoint = WebhookEndpoint.objects.get()
    assert first.json()["secret"] == unseal(endpoint.sealed_secret)
    assert (again.status_code, again.json()) == (201, first.json() | {"secret": None})

    address = f"{ENDPOINTS}/{endpoint.pk}/rotate-secret"
    key = {"Idempotency-Key": "rotate it once"}
    rotated, repeated = (api.post(address, headers=key) for _time in range(2))
    endpoint.refresh_from_db()
    secret = unseal(endpoint.sealed_secret)
    assert (rotated.json()["secret"], repeated.json()["secret"]) == (secret, None)
    assert repeated.json()["secret_ending"] == secret[-4:]
    assert rotated.json()["previous_secret_until"] is not None
    kept = str(list(IdempotentAnswer.objects.values()))
    assert first.json()["secret"] not in kept
    assert secret not in kept


def test_a_test_its_history_and_a_replay(
    api: APIClient, endpoint: WebhookEndpoint, listener: Origin, nudged: list[str]
) -> None:
    listener.serve("/film-room", status(500), status(200))

    tested = api.post(f"{ENDPOINTS}/{endpoint.pk}/test")

    delivery = WebhookDelivery.objects.get()
    shown = {
        "id": str(delivery.pk),
        "endpoint_id": str(endpoint.pk),
        "event_id": f"msg_{delivery.pk.hex}",
        "type": "webhook.test",
        "status": "pending",
        "attempt_count": 0,
        "status_code": None,
        "error": None,
        "next_attempt_at": None,
        "created_at": delivery.created_at.isoformat().replace("+00:00", "Z"),
        "delivered_at": None,
    }
    assert (tested.status_code, tested.json(), nudged) == (202, shown, [str(delivery.pk)])
    send(delivery)

    failed = shown | {
        "status": "failed",
        "attempt_count": 1,
        "status_code": 500,
        "error": {
            "code": "bad_status",
            "detail": "The endpoint did not answer with a 2xx status.",
        },
    }
    history = f"{ENDPOINTS}/{endpoint.pk}/deliveries"
    assert api.get(history).json()["results"] == [failed]
    assert api.get(f"{history}?status=delivered").json()["results"] == []
    assert codes(api.get(f"{history}?status=lost")) == [("invalid_choice", "status")]
    whole = api.get(f"{V1}/webhook-deliveries/{delivery.pk}").json()
    (attempt,) = delivery.tries.all()
    assert whole == failed | {
        "payload": delivery.content,
        "attempts": [
            {
                "at": attempt.at.isoformat().replace("+00:00", "Z"),
                "status_code": 500,
                "error_code": None,
                "duration_ms": attempt.duration_ms,
            }
        ],
    }

    again = api.post(f"{V1}/webhook-deliveries/{delivery.pk}/replay")
    assert (again.status_code, again.json(), len(nudged)) == (202, shown, 2)
    assert send(delivery).status == "delivered"


def test_a_disabled_endpoint_is_neither_tested_nor_replayed(
    api: APIClient, endpoint: WebhookEndpoint, coach: User
) -> None:
    delivery = deliveries.queue_test(endpoint=endpoint, by=coach)
    api.patch(f"{ENDPOINTS}/{endpoint.pk}", {"status": "disabled"})

    for address in (
        f"{ENDPOINTS}/{endpoint.pk}/test",
        f"{V1}/webhook-deliveries/{delivery.pk}/replay",
    ):
        answer = api.post(address)
        assert (answer.status_code, codes(answer)) == (409, [("endpoint_disabled", None)])


def test_staff_see_all_and_others_nothing(
    api_for: Callable[..., APIClient],
    endpoint: WebhookEndpoint,
    coach: User,
    other_coach: User,
    staff: User,
) -> None:
    delivery = deliveries.queue_test(endpoint=endpoint, by=coach)
    of_staff, of_other = api_for(staff), api_for(other_coach)

    assert of_staff.get(ENDPOINTS).json()["count"] == 1
    assert of_staff.get(f"{V1}/webhook-deliveries/{delivery.pk}").status_code == 200
    assert of_other.get(ENDPOINTS).json()["count"] == 0
    assert of_other.get(f"{V1}/webhook-deliveries/{delivery.pk}").status_code == 404


def test_no_answer_shows_a_secret_again(api: APIClient, endpoint: WebhookEndpoint) -> None:
    for address in (ENDPOINTS, f"{ENDPOINTS}/{endpoint.pk}"):
        assert secret_of(endpoint) not in api.get(address).content.decode()
    assert EventType.values == api.get(f"{ENDPOINTS}/{endpoint.pk}").json()["events"]
