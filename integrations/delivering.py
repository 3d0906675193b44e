"""One delivery on its way: taken up, signed, sent, settled or put off.

Sent at least once, in no promised order: whoever receives knows a repetition by its webhook-id.
"""

from __future__ import annotations

import random
import time
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone
from standardwebhooks import Webhook

from accounts.models import User
from filmroom.sealing import Unsealable
from integrations.deliveries import running, unheld
from integrations.endpoints import disable_failing, signing_secrets
from integrations.models import DeliveryAttempt, WebhookDelivery, WebhookEndpoint
from recordings.fetching import FetchError, FetchSession, ask
from recordings.leases import due, new_owner
from recordings.lifecycle import database_now

logger = structlog.get_logger(__name__)

USER_AGENT = "FilmRoom-Webhooks/1.0"
GONE = 410
# Longer than a try can take.
LEASE = timedelta(minutes=2)
# What is waited after each try, give or take a tenth: together a day.
DELAYS = tuple(
    timedelta(seconds=seconds)
    for seconds in (5, 60, 5 * 60, 30 * 60, 2 * 3600, 5 * 3600, 8 * 3600, 8 * 3600)
)
MOST_TRIES = len(DELAYS) + 1
LONGEST_RETRY_AFTER = timedelta(hours=8)

Status = WebhookDelivery.Status


@dataclass(frozen=True)
class Outcome:
    """What came of one try: an answer's status, or why there was none."""

    status_code: int | None = None
    failure: str = ""
    duration_ms: int | None = None
    retry_after: float | None = None

    @property
    def is_good(self) -> bool:
        """Whether the endpoint took it."""
        return self.status_code is not None and 200 <= self.status_code < 300

    @property
    def error_code(self) -> str:
        """What the delivery says went wrong."""
        if self.is_good or self.failure:
            return self.failure
        return "gone" if self.status_code == GONE else "bad_status"


def deliver(delivery_id: UUID, *, worker: str) -> WebhookDelivery | None:
    """Try a waiting delivery once; return it as it stands then, None when there was nothing to do.

    Safe to call from anywhere, any number of times: the row decides who does it. What a worker
    that died had in hand is taken up again when its lease has run out.
    """
    delivery = _claim(delivery_id, new_owner(worker))
    if delivery is None:
        return None
    outcome = _send(delivery)
    if outcome.is_good:
        _settle(delivery, outcome)
    else:
        _put_off(delivery, outcome)
    return WebhookDelivery.objects.filter(pk=delivery_id).first()


def _claim(delivery_id: UUID, owner: str) -> WebhookDelivery | None:
    rows = WebhookDelivery.objects.filter(due(), unheld(), pk=delivery_id, status=Status.PENDING)
    owners = list(rows.values_list("endpoint__coach", flat=True))
    with transaction.atomic():
        # Counting is right only while nobody else begins one of this owner's.
        User.objects.select_for_update(no_key=True).filter(pk__in=owners).first()
        # Held until it is taken up, so that it is not deleted half-way.
        mine = rows.select_for_update(of=("self",))
        delivery = mine.select_related("endpoint__coach").first()
        if delivery is None or _is_full(delivery.endpoint):
            return None
        refusal = _refusal(delivery)
        if refusal:
            rows.update(status=Status.FAILED, error_code=refusal, lease_owner="", lease_until=None)
            return None
        if delivery.lease_owner:
            _note_try(delivery, Outcome(failure="worker_lost"))
            if delivery.attempts >= _most_tries(delivery):
                rows.update(
                    status=Status.FAILED, error_code="worker_lost", lease_owner="", lease_until=None
                )
                return None
        rows.update(
            attempts=F("attempts") + 1,
            first_attempt_at=Coalesce("first_attempt_at", database_now()),
            next_attempt_at=None,
            lease_owner=owner,
            lease_until=database_now() + LEASE,
        )
    held = WebhookDelivery.objects.filter(pk=delivery_id, lease_owner=owner)
    return held.select_related("endpoint__coach").first()


def _is_full(endpoint: WebhookEndpoint) -> bool:
    under_way = running().filter(endpoint__coach=endpoint.coach_id)
    return (
        under_way.filter(endpoint=endpoint).count() >= settings.WEBHOOK_SLOTS_PER_ENDPOINT
        or under_way.count() >= settings.WEBHOOK_SLOTS_PER_OWNER
    )


def _refusal(delivery: WebhookDelivery) -> str:
    """Why this must not be sent now, whatever held when it was queued; empty when it may."""
    endpoint, owner = delivery.endpoint, delivery.endpoint.coach
    if not endpoint.is_active:
        return "endpoint_disabled"
    is_own = owner.role == User.Role.COACH and delivery.of_coach_id == owner.pk
    return "" if owner.is_active and (owner.is_staff or is_own) else "not_permitted"


def _send(delivery: WebhookDelivery) -> Outcome:
    began = time.monotonic()
    try:
        secrets = signing_secrets(delivery.endpoint)
        with FetchSession(seconds=settings.WEBHOOK_SECONDS) as session:
            answer = ask(
                "POST",
                delivery.endpoint.url,
                session=session,
                headers=_headers(delivery, secrets),
                body=delivery.payload.encode(),
                content_type="application/json",
                redirects=False,
                reads_body=False,
            )
    except (FetchError, Unsealable) as error:
        return Outcome(failure=error.code[:50], duration_ms=_since(began))
    return Outcome(answer.status, "", _since(began), answer.retry_after)


def _headers(delivery: WebhookDelivery, secrets: list[str]) -> dict[str, str]:
    """The headers of Standard Webhooks: signed by each secret that is good."""
    now = timezone.now()
    signatures = [
        Webhook(secret).sign(delivery.event_id, now, delivery.payload) for secret in secrets
    ]
    return {
        "User-Agent": USER_AGENT,
        "webhook-id": delivery.event_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": " ".join(signatures),
    }


def _since(began: float) -> int:
    return round((time.monotonic() - began) * 1000)


def _settle(delivery: WebhookDelivery, outcome: Outcome) -> None:
    with transaction.atomic():
        endpoint = _locked(delivery)
        if _finish(
            delivery,
            outcome,
            status=Status.DELIVERED,
            delivered_at=database_now(),
        ):
            endpoint.update(last_success_at=database_now())
    _log(delivery, outcome)


def _put_off(delivery: WebhookDelivery, outcome: Outcome) -> None:
    is_gone = outcome.error_code == "gone"
    is_final = is_gone or delivery.attempts >= _most_tries(delivery)
    with transaction.atomic():
        _locked(delivery)
        if is_final:
            won = _finish(delivery, outcome, status=Status.FAILED)
        else:
            later = database_now() + next_delay(delivery.attempts, outcome.retry_after)
            won = _finish(delivery, outcome, next_attempt_at=later)
        if won and is_gone:
            disable_failing(
                endpoint_id=delivery.endpoint_id, reason=WebhookEndpoint.Reason.GONE, since=None
            )
        elif won and is_final and not delivery.is_test:
            disable_failing(
                endpoint_id=delivery.endpoint_id,
                reason=WebhookEndpoint.Reason.FAILING,
                since=delivery.first_attempt_at,
            )
    _log(delivery, outcome, final=is_final)


def _locked(delivery: WebhookDelivery) -> QuerySet[WebhookEndpoint]:
    """The endpoint's row, which whoever changes it and its deliveries locks first."""
    rows = WebhookEndpoint.objects.filter(pk=delivery.endpoint_id)
    rows.select_for_update().first()
    return rows


def next_delay(attempts: int, retry_after: float | None) -> timedelta:
    """Return how long to wait after so many tries, at least 1 and fewer than MOST_TRIES.

    An endpoint may ask for more time, up to eight hours, and not for less.
    """
    usual = DELAYS[attempts - 1] * random.uniform(0.9, 1.1)  # noqa: S311
    if retry_after is None:
        return usual
    return max(usual, min(timedelta(seconds=retry_after), LONGEST_RETRY_AFTER))


def _most_tries(delivery: WebhookDelivery) -> int:
    return 1 if delivery.is_test else MOST_TRIES


def _finish(delivery: WebhookDelivery, outcome: Outcome, **fields: object) -> bool:
    """Give the lease back with what came of the try; False when it is not ours any more."""
    held = WebhookDelivery.objects.filter(
        pk=delivery.pk, status=Status.PENDING, lease_owner=delivery.lease_owner
    )
    won = held.update(
        status_code=outcome.status_code,
        error_code=outcome.error_code,
        lease_owner="",
        lease_until=None,
        **fields,
    )
    if won:
        _note_try(delivery, outcome)
    return won > 0


def _note_try(delivery: WebhookDelivery, outcome: Outcome) -> None:
    DeliveryAttempt.objects.create(
        delivery=delivery,
        status_code=outcome.status_code,
        error_code=outcome.failure,
        duration_ms=outcome.duration_ms,
    )


def _log(delivery: WebhookDelivery, outcome: Outcome, *, final: bool = True) -> None:
    facts = {
        "delivery": str(delivery.pk),
        "endpoint": str(delivery.endpoint_id),
        "type": delivery.event_type,
        "status": outcome.status_code,
        "attempts": delivery.attempts,
    }
    if outcome.is_good:
        logger.info("webhook_delivered", **facts)
    else:
        logger.warning("webhook_not_delivered", code=outcome.error_code, final=final, **facts)
