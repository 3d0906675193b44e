"""One delivery on its way: signed, taken, refused, put off, given up; by workers that die too."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.utils import timezone
from standardwebhooks import WebhookVerificationError

from accounts.models import User
from integrations import deliveries, delivering
from integrations.delivering import DELAYS, LONGEST_RETRY_AFTER, MOST_TRIES, next_delay
from integrations.endpoints import (
    change_endpoint,
    delete_endpoint,
    disable_endpoint,
    enable_endpoint,
    rotate_secret,
)
from integrations.models import DeliveryAttempt, WebhookDelivery, WebhookEndpoint
from recordings.fetching import addresses
from tests.integrations.outgoing.conftest import (
    OK,
    due_now,
    secret_of,
    send,
    tries,
    verified,
)
from tests.origins import (
    Origin,
    dripping_body,
    dripping_header,
    endless,
    gzip_bomb,
    lying_length,
    redirect,
    stalling,
    status,
    wait_until,
)

pytestmark = pytest.mark.django_db(transaction=True)
Make = Callable[..., WebhookEndpoint]


@pytest.fixture
def delivery(endpoint: WebhookEndpoint, coach: User) -> WebhookDelivery:
    """An event that is tried like any other: the test's own word for it."""
    made = deliveries.queue_test(endpoint=endpoint, by=coach)
    WebhookDelivery.objects.filter(pk=made.pk).update(event_type="recording.completed")
    return WebhookDelivery.objects.get(pk=made.pk)


def exhaust(delivery: WebhookDelivery) -> WebhookDelivery:
    """Let every try but the last be over, the first a day ago."""
    WebhookDelivery.objects.filter(pk=delivery.pk).update(
        attempts=MOST_TRIES - 1,
        first_attempt_at=timezone.now() - timedelta(days=1),
        next_attempt_at=None,
    )
    delivery.refresh_from_db()
    return delivery


def test_what_is_delivered(delivery: WebhookDelivery, listener: Origin) -> None:
    sent = send(delivery)

    (request,) = listener.requests
    endpoint = WebhookEndpoint.objects.get()
    assert (sent.status, sent.status_code, sent.attempts) == ("delivered", 204, 1)
    assert (sent.lease_owner, sent.lease_until, sent.next_attempt_at) == ("", None, None)
    assert sent.delivered_at is not None
    assert endpoint.last_success_at is not None
    assert tries(sent) == [(204, "")]
    assert (request.method, request.path) == ("POST", "/film-room")
    assert request.headers["content-type"] == "application/json"
    assert request.headers["user-agent"] == "FilmRoom-Webhooks/1.0"
    assert request.headers["host"] == "hooks.example.com"
    assert request.headers["webhook-id"] == f"msg_{sent.pk.hex}" == sent.event_id
    assert "cookie" not in request.headers
    assert "authorization" not in request.headers
    assert request.body == sent.payload.encode()
    assert list(json.loads(request.body)) == ["type", "timestamp", "data"]
    assert send(sent).attempts == 1
    assert len(listener.requests) == 1


def test_signatures_are_right_and_forgeries_are_not(
    delivery: WebhookDelivery, endpoint: WebhookEndpoint, listener: Origin
) -> None:
    send(delivery)
    (request,) = listener.requests

    assert verified(request, secret_of(endpoint))["type"] == "webhook.test"
    with pytest.raises(WebhookVerificationError):
        verified(request, "whsec_" + "A" * 44)
    request.body += b" "
    with pytest.raises(WebhookVerificationError):
        verified(request, secret_of(endpoint))


def test_both_secrets_sign_for_a_day_after_a_rotation(
    delivery: WebhookDelivery, endpoint: WebhookEndpoint, coach: User, listener: Origin
) -> None:
    old, new = secret_of(endpoint), rotate_secret(endpoint=endpoint, by=coach)
    listener.serve("/film-room", status(500), OK)
    send(delivery)
    assert old != new
    assert verified(listener.requests[0], old) == verified(listener.requests[0], new)
    assert len(listener.requests[0].headers["webhook-signature"].split()) == 2

    WebhookEndpoint.objects.update(previous_secret_until=timezone.now())
    send(due_now(delivery))
    assert verified(listener.requests[1], new)
    with pytest.raises(WebhookVerificationError):
        verified(listener.requests[1], old)


def test_a_secret_that_cannot_be_read_is_a_failed_try(
    delivery: WebhookDelivery, listener: Origin
) -> None:
    WebhookEndpoint.objects.update(sealed_secret="no seal of ours")

    assert (send(delivery).status, tries(delivery)) == ("pending", [(None, "secret_unreadable")])
    assert listener.requests == []


@pytest.mark.parametrize("code", [301, 302, 307, 400, 401, 404, 409, 429, 500, 503])
def test_whatever_is_not_2xx_is_tried_again_with_the_same_id(
    delivery: WebhookDelivery, listener: Origin, code: int
) -> None:
    listener.serve("/film-room", status(code, body=b"<secret of theirs>"), OK)

    failed = send(delivery)
    assert (failed.status, failed.status_code, failed.error_code) == ("pending", code, "bad_status")
    assert failed.next_attempt_at is not None
    assert send(failed).attempts == 1, "not before its time"
    assert deliveries.waiting(10) == []

    done = send(due_now(failed))
    assert (done.status, done.error_code, tries(done)) == (
        "delivered",
        "",
        [(code, ""), (204, "")],
    )
    first, second = listener.requests
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert first.body == second.body
    assert not WebhookDelivery.objects.filter(payload__contains="theirs").exists()


def test_a_redirect_is_not_followed(delivery: WebhookDelivery, listener: Origin) -> None:
    listener.serve("/elsewhere", OK)
    listener.serve("/film-room", redirect("https://other.example.com/elsewhere", status=308))

    assert (send(delivery).status, tries(delivery)) == ("pending", [(308, "")])
    assert listener.paths() == ["/film-room"]


@pytest.mark.parametrize(
    "behaviour",
    [endless(), dripping_body(), gzip_bomb(), lying_length(b"", declared=99)],
    ids=["endless", "dripping", "inflating", "lying about its length"],
)
def test_a_good_status_counts_whatever_body_comes(
    delivery: WebhookDelivery, listener: Origin, behaviour: Any
) -> None:
    listener.serve("/film-room", behaviour)

    assert (send(delivery).status, tries(delivery)) == ("delivered", [(200, "")])


@pytest.mark.parametrize(
    "behaviour", [stalling(), dripping_header()], ids=["hanging", "dripping its header"]
)
def test_a_try_ends_in_time(
    delivery: WebhookDelivery, listener: Origin, settings: Any, behaviour: Any
) -> None:
    settings.WEBHOOK_SECONDS = 0.5
    listener.serve("/film-room", behaviour)

    failed = send(delivery)

    assert (failed.status, failed.error_code, failed.status_code) == ("pending", "timed_out", None)
    assert tries(failed) == [(None, "timed_out")]


@pytest.mark.parametrize("inward", ["10.0.0.5", "127.0.0.1", "169.254.169.254", "::1"])
def test_a_name_that_changes_its_address_inwards_is_not_called(
    delivery: WebhookDelivery, listener: Origin, monkeypatch: pytest.MonkeyPatch, inward: str
) -> None:
    monkeypatch.setattr(addresses, "lookup", lambda host, port: [(inward, port)])

    assert (send(delivery).error_code, tries(delivery)) == (
        "blocked_address",
        [(None, "blocked_address")],
    )
    assert listener.requests == []


def test_an_untrusted_certificate_is_not_talked_to(
    delivery: WebhookDelivery, listener: Origin, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()  # the trust in the listener's authority
    monkeypatch.setattr(addresses, "lookup", lambda *_: [(listener.address, listener.port)])

    assert send(delivery).error_code == "unreachable"
    assert listener.requests == []


def test_tries_go_on_over_a_day_and_then_end(delivery: WebhookDelivery, listener: Origin) -> None:
    listener.serve("/film-room", status(500))
    waits = []

    for _try in range(MOST_TRIES):
        began = timezone.now()
        failed = send(due_now(delivery))
        if failed.next_attempt_at:
            waits.append(failed.next_attempt_at - began)

    assert (failed.status, failed.attempts, failed.error_code) == (
        "failed",
        MOST_TRIES,
        "bad_status",
    )
    assert failed.next_attempt_at is None
    assert len(listener.requests) == MOST_TRIES == failed.tries.count()
    for wait, usual in zip(waits, DELAYS, strict=True):
        assert usual * 0.9 <= wait <= usual * 1.1 + timedelta(seconds=30)
    assert timedelta(hours=21) < sum(waits, timedelta()) < timedelta(hours=27)
    assert send(failed).attempts == MOST_TRIES


def test_an_endpoint_may_ask_for_more_time_within_bounds(
    delivery: WebhookDelivery, listener: Origin
) -> None:
    listener.serve("/film-room", status(503, headers={"Retry-After": "3600"}))
    began = timezone.now()
    later = send(delivery).next_attempt_at

    assert later is not None
    assert timedelta(minutes=59) < later - began < timedelta(minutes=62)
    assert next_delay(1, 10.0**9) == LONGEST_RETRY_AFTER
    assert next_delay(8, 1.0) > timedelta(hours=7)
    assert next_delay(1, None) < timedelta(seconds=6)


def test_gone_disables_at_once_with_a_mail(
    make_endpoint: Make, delivery: WebhookDelivery, coach: User, listener: Origin
) -> None:
    waits = deliveries.queue_test(endpoint=delivery.endpoint, by=coach)
    listener.serve("/film-room", status(410))

    failed = send(delivery)

    endpoint = WebhookEndpoint.objects.get()
    waits.refresh_from_db()
    assert (failed.status, failed.error_code, tries(failed)) == ("failed", "gone", [(410, "")])
    assert (endpoint.status, endpoint.disabled_reason) == ("disabled", "gone")
    assert (waits.status, waits.error_code) == ("failed", "endpoint_disabled")
    (message,) = mail.outbox
    assert message.to == [coach.email]
    assert message.subject == (
        "Film Room: the webhook “https://hooks.example.com/film-room” is switched off"
    )
    assert "gone (410)" in message.body
    assert f"http://testserver/dashboard/coach/webhooks/{endpoint.pk}" in message.body
    assert len(listener.requests) == 1


def test_a_day_of_failures_disables_with_a_mail(
    make_endpoint: Make, delivery: WebhookDelivery, coach: User, listener: Origin
) -> None:
    WebhookEndpoint.objects.update(url="https://hooks.example.com/film-room?key=their-key")
    listener.serve("/film-room", status(500))

    assert send(exhaust(delivery)).status == "failed"

    endpoint = WebhookEndpoint.objects.get()
    assert (endpoint.status, endpoint.disabled_reason) == ("disabled", "failing")
    (message,) = mail.outbox
    assert "for a day" in message.body
    assert "their-key" not in f"{message.subject} {message.body}"


def test_one_event_that_nobody_takes_does_not_disable_what_works(
    delivery: WebhookDelivery, listener: Origin
) -> None:
    WebhookEndpoint.objects.update(last_success_at=timezone.now() - timedelta(hours=1))
    listener.serve("/film-room", status(400))

    assert send(exhaust(delivery)).status == "failed"

    assert WebhookEndpoint.objects.get().is_active
    assert mail.outbox == []


def test_a_mail_that_cannot_be_sent_changes_nothing(
    delivery: WebhookDelivery, listener: Origin, settings: Any
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    listener.serve("/film-room", status(410))

    assert send(delivery).status == "failed"
    assert not WebhookEndpoint.objects.get().is_active


def test_a_test_is_tried_once_and_disables_nothing(
    endpoint: WebhookEndpoint, coach: User, listener: Origin
) -> None:
    listener.serve("/film-room", status(500))

    tested = send(deliveries.queue_test(endpoint=endpoint, by=coach))

    assert (tested.status, tested.attempts, tested.error_code) == ("failed", 1, "bad_status")
    assert WebhookEndpoint.objects.get().is_active
    assert (tested.content["type"], mail.outbox) == ("webhook.test", [])


def test_what_failed_or_arrived_is_replayed_under_its_old_id(
    delivery: WebhookDelivery, coach: User, listener: Origin
) -> None:
    for again in range(2):
        done = send(delivery)
        assert (done.status, done.attempts) == ("delivered", 1)
        replayed = deliveries.replay(delivery=done, by=coach)
        assert (replayed.status, replayed.delivered_at) == ("pending", None)
        assert done.tries.count() == again + 1

    send(delivery)
    assert len({request.headers["webhook-id"] for request in listener.requests}) == 1
    assert len({request.body for request in listener.requests}) == 1
    assert len(listener.requests) == 3


def test_what_waits_long_is_sent_at_once_when_replayed(
    delivery: WebhookDelivery, coach: User, listener: Origin
) -> None:
    listener.serve("/film-room", status(500), OK)
    put_off = send(delivery)

    assert send(deliveries.replay(delivery=put_off, by=coach)).status == "delivered"


def test_what_cannot_be_replayed(delivery: WebhookDelivery, coach: User) -> None:
    delivering._claim(delivery.pk, "somebody")
    with pytest.raises(deliveries.DeliveryUnderWay):
        deliveries.replay(delivery=delivery, by=coach)

    disable_endpoint(endpoint=delivery.endpoint, by=coach)
    with pytest.raises(deliveries.EndpointDisabled):
        deliveries.replay(delivery=delivery, by=coach)
    with pytest.raises(deliveries.EndpointDisabled):
        deliveries.queue_test(endpoint=delivery.endpoint, by=coach)


def test_a_disabled_endpoint_is_not_called_and_what_it_missed_can_be_replayed(
    delivery: WebhookDelivery, coach: User, listener: Origin
) -> None:
    endpoint = delivery.endpoint
    disable_endpoint(endpoint=endpoint, by=coach)

    failed = send(delivery)
    assert (failed.status, failed.error_code, tries(failed)) == ("failed", "endpoint_disabled", [])
    assert (listener.requests, mail.outbox) == ([], [])

    enable_endpoint(endpoint=endpoint, by=coach)
    failed = WebhookDelivery.objects.get(pk=delivery.pk)
    assert send(deliveries.replay(delivery=failed, by=coach)).status == "delivered"


@pytest.mark.parametrize("change", [{"is_active": False}, {"role": "client"}])
def test_an_owner_who_may_not_see_it_any_more_is_sent_nothing(
    delivery: WebhookDelivery, coach: User, listener: Origin, change: dict[str, Any]
) -> None:
    User.objects.filter(pk=coach.pk).update(**change)

    failed = send(delivery)

    assert (failed.status, failed.error_code) == ("failed", "not_permitted")
    assert (listener.requests, DeliveryAttempt.objects.count()) == ([], 0)


def test_former_staff_are_sent_their_own_only(
    make_endpoint: Make, coach: User, other_coach: User, listener: Origin
) -> None:
    User.objects.filter(pk=coach.pk).update(is_staff=True)
    coach.refresh_from_db()
    endpoint = make_endpoint(owner=coach)
    own, others = (deliveries.queue_test(endpoint=endpoint, by=coach) for _ in range(2))
    WebhookDelivery.objects.filter(pk=others.pk).update(of_coach=other_coach)
    User.objects.filter(pk=coach.pk).update(is_staff=False)

    assert (send(own).status, send(others).error_code) == ("delivered", "not_permitted")


def test_a_deleted_endpoint_is_not_called(
    delivery: WebhookDelivery, endpoint: WebhookEndpoint, coach: User, listener: Origin
) -> None:
    delete_endpoint(endpoint=endpoint, by=coach)

    assert delivering.deliver(delivery.pk, worker="worker") is None
    assert (listener.requests, WebhookDelivery.objects.count()) == ([], 0)


def test_an_endpoint_that_is_deleted_while_it_is_called_leaves_nothing(
    delivery: WebhookDelivery, endpoint: WebhookEndpoint, coach: User, listener: Origin
) -> None:
    def vanish(exchange: Any) -> None:
        try:
            delete_endpoint(endpoint=endpoint, by=coach)
        finally:
            connection.close()
        OK(exchange)

    listener.serve("/film-room", vanish)

    assert delivering.deliver(delivery.pk, worker="worker") is None
    assert (WebhookDelivery.objects.count(), DeliveryAttempt.objects.count()) == (0, 0)


def test_a_changed_address_is_the_one_that_is_called(
    delivery: WebhookDelivery, endpoint: WebhookEndpoint, coach: User, listener: Origin
) -> None:
    listener.serve("/new", OK)
    url = "https://other.example.com/new"
    change_endpoint(endpoint=endpoint, changes={"url": url}, by=coach)

    assert send(delivery).status == "delivered"
    assert listener.paths() == ["/new"]


def test_of_parallel_workers_one_sends(delivery: WebhookDelivery, listener: Origin) -> None:
    start = threading.Barrier(6)

    def work() -> None:
        try:
            start.wait(10)
            delivering.deliver(delivery.pk, worker="worker")
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert len(listener.requests) == 1
    assert tries(delivery) == [(204, "")]


def test_a_killed_worker_s_delivery_is_taken_up_again(
    delivery: WebhookDelivery, listener: Origin
) -> None:
    assert delivering._claim(delivery.pk, "killed") is not None
    assert deliveries.waiting(10) == []
    assert send(delivery).attempts == 1, "its lease holds"

    WebhookDelivery.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert deliveries.waiting(10) == [delivery.pk]
    done = send(delivery)

    assert (done.status, done.attempts) == ("delivered", 2)
    assert tries(done) == [(None, "worker_lost"), (204, "")]


def test_an_event_that_kills_every_worker_is_given_up(
    delivery: WebhookDelivery, listener: Origin
) -> None:
    for _try in range(MOST_TRIES):
        assert delivering._claim(delivery.pk, "killed") is not None
        WebhookDelivery.objects.update(lease_until=timezone.now() - timedelta(seconds=1))

    lost = send(delivery)

    assert (lost.status, lost.error_code, lost.attempts) == ("failed", "worker_lost", MOST_TRIES)
    assert tries(lost) == [(None, "worker_lost")] * MOST_TRIES
    assert deliveries.waiting(10) == []
    assert listener.requests == []


def test_a_worker_that_comes_back_too_late_changes_nothing(
    delivery: WebhookDelivery, listener: Origin
) -> None:
    late = delivering._claim(delivery.pk, "late")
    assert late is not None
    WebhookDelivery.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert send(delivery).status == "delivered"

    delivering._put_off(late, delivering.Outcome(status_code=410))

    delivery.refresh_from_db()
    assert (delivery.status, WebhookEndpoint.objects.get().is_active) == ("delivered", True)


def test_one_that_hangs_holds_up_its_own_queue_only(
    make_endpoint: Make, coach: User, other_coach: User, listener: Origin, settings: Any
) -> None:
    slow = make_endpoint(url="https://hooks.example.com/slow")
    slower = make_endpoint(url="https://hooks.example.com/slow")
    quick = make_endpoint(owner=other_coach)
    listener.serve("/slow", stalling())
    queued = [deliveries.queue_test(endpoint=slow, by=coach) for _ in range(5)]
    also = deliveries.queue_test(endpoint=slower, by=coach)
    behind = [deliveries.queue_test(endpoint=slower, by=coach) for _ in range(2)]
    other = deliveries.queue_test(endpoint=quick, by=other_coach)

    def work(delivery: WebhookDelivery) -> None:
        try:
            delivering.deliver(delivery.pk, worker="worker")
        finally:
            connection.close()

    threads = []
    for number, each in enumerate((queued[0], queued[1], also), start=1):
        threads.append(threading.Thread(target=work, args=(each,), daemon=True))
        threads[-1].start()
        wait_until(partial(_has_come, listener, number))

    # The endpoint has its two under way, its owner their three.
    assert send(queued[2]).attempts == 0
    assert send(behind[0]).attempts == 0
    assert deliveries.waiting(10) == [other.pk]
    assert send(other).status == "delivered"

    listener.__exit__(None, None, None)  # ends what hangs
    for thread in threads:
        thread.join(30)
    listener.__enter__()


def test_parallel_workers_begin_no_more_than_an_endpoint_bears(
    endpoint: WebhookEndpoint, coach: User, listener: Origin
) -> None:
    release = threading.Event()
    listener.serve("/film-room", partial(_answer_after, release))
    queued = [deliveries.queue_test(endpoint=endpoint, by=coach) for _ in range(8)]
    start = threading.Barrier(8)
    refused: list[bool] = []

    def work(delivery: WebhookDelivery) -> None:
        try:
            start.wait(10)
            refused.append(delivering.deliver(delivery.pk, worker="worker") is None)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(each,), daemon=True) for each in queued]
    for thread in threads:
        thread.start()
    wait_until(lambda: len(refused) == 6)
    wait_until(partial(_has_come, listener, 2))
    assert refused == [True] * 6
    release.set()
    for thread in threads:
        thread.join(30)

    assert sorted(each.attempts for each in WebhookDelivery.objects.all()) == [0] * 6 + [1] * 2


def _answer_after(release: threading.Event, exchange: Any) -> None:
    release.wait(30)
    OK(exchange)


def _has_come(listener: Origin, requests: int) -> bool:
    return len(listener.requests) == requests


def test_owners_and_endpoints_take_turns(
    make_endpoint: Make, coach: User, other_coach: User
) -> None:
    first, second = make_endpoint(), make_endpoint()
    third = make_endpoint(owner=other_coach)
    of_first = [deliveries.queue_test(endpoint=first, by=coach).pk for _ in range(4)]
    of_second = [deliveries.queue_test(endpoint=second, by=coach).pk for _ in range(4)]
    of_third = [deliveries.queue_test(endpoint=third, by=other_coach).pk for _ in range(4)]

    assert set(deliveries.waiting(3)) == {of_first[0], of_second[0], of_third[0]}
    delivering._claim(of_first[0], "worker")
    assert deliveries.waiting(3)[0] == of_third[0]
    delivering._claim(of_third[0], "worker")
    delivering._claim(of_third[1], "worker")
    assert set(deliveries.waiting(9)) == {of_first[1], of_first[2], *of_second[:2]}


def test_history_is_forgotten_after_thirty_days(
    endpoint: WebhookEndpoint, coach: User, listener: Origin
) -> None:
    old, new, waits = (deliveries.queue_test(endpoint=endpoint, by=coach) for _ in range(3))
    send(old)
    send(new)
    month = timezone.now() - timedelta(days=30, minutes=1)
    WebhookDelivery.objects.filter(pk__in=[old.pk, waits.pk]).update(created_at=month)

    assert deliveries.forget_old() == 1

    assert set(WebhookDelivery.objects.values_list("pk", flat=True)) == {new.pk, waits.pk}
    assert DeliveryAttempt.objects.count() == 1
