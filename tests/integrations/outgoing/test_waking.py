"""Who wakes the workers that send: news, a retry that is near, a sweep, one that is done."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone
from kombu.exceptions import OperationalError as BrokerError

from accounts.models import User
from filmroom import nudging
from filmroom.celery import app
from integrations import deliveries, delivering, tasks
from integrations.models import WebhookDelivery, WebhookEndpoint
from sessions_app.models import Session
from tests.attempts import add_upload
from tests.integrations.outgoing.conftest import OK, secret_of, verified
from tests.origins import Origin, status

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str, int]]:
    """The messages about deliveries that were sent: task, row, delay in seconds."""
    messages: list[tuple[str, str, int]] = []

    def send(task: Any, row: Any, *, after: int = 0) -> None:
        if task.name.startswith("integrations."):
            messages.append((task.name.rpartition(".")[2], str(row), after))

    monkeypatch.setattr(nudging, "send", send)
    monkeypatch.setattr(tasks, "send", send)
    return messages


def test_a_recording_wakes_a_worker_that_tells_of_it(
    endpoint: WebhookEndpoint,
    session: Session,
    listener: Origin,
    sent: list[tuple[str, str, int]],
) -> None:
    upload = add_upload(session)

    (delivery,) = WebhookDelivery.objects.all()
    assert sent == [("deliver", str(delivery.pk), 0)]
    tasks.deliver(str(delivery.pk))
    event = verified(listener.requests[0], secret_of(endpoint))
    assert event["data"]["upload_id"] == str(upload.pk)
    assert len(sent) == 1


def test_a_try_that_is_near_is_asked_for_and_one_that_is_far_left_to_the_sweep(
    endpoint: WebhookEndpoint,
    session: Session,
    listener: Origin,
    sent: list[tuple[str, str, int]],
) -> None:
    listener.serve("/film-room", status(500), status(500, headers={"Retry-After": "7200"}), OK)
    add_upload(session)
    row = sent[0][1]
    sent.clear()

    tasks.deliver(row)
    ((name, same, after),) = sent
    assert (name, same) == ("deliver", row)
    assert 4 <= after <= 7

    sent.clear()
    WebhookDelivery.objects.update(next_attempt_at=timezone.now())
    tasks.deliver(row)
    assert sent == []
    call_command("sweep", "webhooks")
    assert sent == []
    WebhookDelivery.objects.update(next_attempt_at=timezone.now())
    call_command("sweep", "webhooks")
    assert sent == [("deliver", row, 0)]
    tasks.deliver(row)
    assert WebhookDelivery.objects.get().status == "delivered"


def test_whoever_is_done_wakes_the_next(
    endpoint: WebhookEndpoint, coach: User, listener: Origin, sent: list[tuple[str, str, int]]
) -> None:
    first, second, third = (deliveries.queue_test(endpoint=endpoint, by=coach) for _ in range(3))

    tasks.deliver(str(first.pk))
    assert sent == [("deliver", str(second.pk), 0)]
    tasks.deliver(str(second.pk))
    tasks.deliver(str(third.pk))
    assert sent == [("deliver", str(second.pk), 0), ("deliver", str(third.pk), 0)]


def test_a_full_worker_leaves_the_row_to_another(
    endpoint: WebhookEndpoint,
    coach: User,
    listener: Origin,
    sent: list[tuple[str, str, int]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    delivery = deliveries.queue_test(endpoint=endpoint, by=coach)
    monkeypatch.setattr(tasks, "_delivery_slots", threading.BoundedSemaphore(1))

    with tasks._delivery_slots:
        tasks.deliver(str(delivery.pk))

    delivery.refresh_from_db()
    assert (delivery.attempts, listener.requests) == (0, [])


def test_a_killed_worker_s_delivery_is_found_by_the_sweep(
    endpoint: WebhookEndpoint, coach: User, listener: Origin, sent: list[tuple[str, str, int]]
) -> None:
    delivery = deliveries.queue_test(endpoint=endpoint, by=coach)
    WebhookDelivery.objects.update(event_type="recording.failed")
    delivering._claim(delivery.pk, "killed")
    call_command("sweep", "webhooks")
    assert sent == []

    WebhookDelivery.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    call_command("sweep", "webhooks")
    assert sent == [("deliver", str(delivery.pk), 0)]


def test_the_sweep_queues_what_was_missed_and_forgets_what_is_old(
    endpoint: WebhookEndpoint, session: Session, sent: list[tuple[str, str, int]]
) -> None:
    add_upload(session)
    WebhookDelivery.objects.all().delete()
    sent.clear()

    call_command("sweep", "webhooks-missed")
    (delivery,) = WebhookDelivery.objects.all()
    assert sent == [("deliver", str(delivery.pk), 0)]

    month = timezone.now() - timedelta(days=31)
    WebhookDelivery.objects.update(status="failed", error_code="gone", created_at=month)
    call_command("sweep", "old-webhooks")
    assert not WebhookDelivery.objects.exists()


def test_a_broker_that_is_away_keeps_nobody_from_recording(
    endpoint: WebhookEndpoint, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: Any, **__: Any) -> None:
        raise BrokerError

    monkeypatch.setattr(tasks.deliver, "apply_async", away)

    add_upload(session)

    assert [str(each) for each in deliveries.waiting(9)] == [
        str(pk) for pk in WebhookDelivery.objects.values_list("pk", flat=True)
    ]


def test_webhooks_have_a_queue_and_threads_of_their_own() -> None:
    route = app.amqp.router.route({}, "integrations.tasks.deliver")
    assert route["queue"].name == "deliveries"
