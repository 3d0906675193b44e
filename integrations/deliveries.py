"""What is to be sent to endpoints: queued once for each that wants it, tried, replayed, forgotten.

News comes by signal; `queue_missed` finds what a signal lost.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Count, Q, QuerySet, Window
from django.db.models.functions import RowNumber
from django.utils import timezone

from accounts.models import User
from filmroom.errors import FilmRoomError
from filmroom.sentences import sentence
from integrations import outgoing
from integrations.endpoints import EndpointGone
from integrations.models import WebhookDelivery, WebhookEndpoint
from integrations.outgoing import OutgoingEvent
from recordings.leases import due, expired
from recordings.lifecycle import database_now
from recordings.models import SyncRun
from sessions_app.models import Session

logger = structlog.get_logger(__name__)

# Older news is not sent any more, whatever lost it.
LOOKED_BACK = timedelta(hours=48)
KEPT = timedelta(days=30)
QUEUED_AT_ONCE = 500
FORGOTTEN_AT_ONCE = 1000
MOST_COMPARED = 2000

Status = WebhookDelivery.Status

# Why a delivery failed, or the newest try of one that waits, by its error_code.
WHY = {
    "bad_status": sentence("The endpoint did not answer with a 2xx status."),
    "gone": sentence("The endpoint answered that it is gone (410)."),
    "timed_out": sentence("The endpoint did not answer in time."),
    "unreachable": sentence("The endpoint could not be reached."),
    "blocked_address": sentence("The endpoint's name leads to an address that is not called."),
    "endpoint_disabled": sentence("The endpoint was switched off: enable it, then replay this."),
    "not_permitted": sentence("The endpoint's owner may not see this any more."),
    "secret_unreadable": sentence("The endpoint's secret cannot be read any more: rotate it."),
    "worker_lost": sentence("The try was interrupted on our side."),
}
OTHERWISE = sentence("The endpoint's answer could not be read.")


class EndpointDisabled(FilmRoomError):
    code = "endpoint_disabled"
    detail = "This endpoint is switched off: enable it first."
    http_status = 409


class DeliveryUnderWay(FilmRoomError):
    code = "delivery_under_way"
    detail = "This delivery is being sent right now: look again in a moment."
    http_status = 409


def why(error_code: str) -> str:
    """Return the sentence of an error code, in English; empty for none."""
    return WHY.get(error_code, OTHERWISE) if error_code else ""


def queue_of_upload(*, upload_id: UUID, session_id: UUID) -> list[UUID]:
    """Queue what endpoints were not told of an upload yet; return the new deliveries."""
    coach = Session.objects.filter(pk=session_id).values("coach")
    endpoints = _listening().filter(Q(coach__in=coach) | Q(coach__is_staff=True))
    return _queue(endpoints, upload_id=upload_id)


def queue_of_sync(*, run_id: UUID) -> list[UUID]:
    """Queue what endpoints were not told of a sync run yet; return the new deliveries."""
    coach = SyncRun.objects.filter(pk=run_id, coach__isnull=False).values("coach")
    endpoints = _listening().filter(Q(coach__in=coach) | Q(coach__is_staff=True))
    return _queue(endpoints, run_id=run_id)


def queue_missed() -> list[UUID]:
    """Queue what happened in the last 48 hours and no signal told of; return the new deliveries.

    For the sweep. Safe to run at any time, on several machines at once.
    """
    return _queue(_listening())


def queue_test(*, endpoint: WebhookEndpoint, by: User) -> WebhookDelivery:
    """Queue one event of type ``webhook.test``, which is tried once.

    Raises EndpointDisabled, or EndpointGone when it was deleted meanwhile.
    """
    with transaction.atomic():
        held = WebhookEndpoint.objects.select_for_update().filter(pk=endpoint.pk).first()
        if held is None:
            raise EndpointGone
        if not held.is_active:
            raise EndpointDisabled
        delivery = _delivery(held, outgoing.test_event(held))
        delivery.save(force_insert=True)
    logger.info("webhook_tested", endpoint=str(endpoint.pk), by=str(by.pk))
    return delivery


def replay(*, delivery: WebhookDelivery, by: User) -> WebhookDelivery:
    """Put a delivery back in the queue, whether it arrived or not, to be sent at once.

    It keeps its ``webhook-id`` and its payload, and gets as many tries as a new one.
    Raises EndpointDisabled, and DeliveryUnderWay while a worker sends it.
    """
    if not delivery.endpoint.is_active:
        raise EndpointDisabled
    won = (
        WebhookDelivery.objects.filter(pk=delivery.pk)
        .filter(unheld())
        .update(
            status=Status.PENDING,
            attempts=0,
            first_attempt_at=None,
            next_attempt_at=None,
            status_code=None,
            error_code="",
            delivered_at=None,
        )
    )
    if not won:
        raise DeliveryUnderWay
    logger.info("webhook_replayed", delivery=str(delivery.pk), by=str(by.pk))
    delivery.refresh_from_db()
    return delivery


def unheld() -> Q:
    """The condition that no worker has a delivery in hand."""
    return Q(lease_until=None) | expired()


def running() -> QuerySet[WebhookDelivery]:
    """Return the deliveries that workers have in hand."""
    return WebhookDelivery.objects.filter(status=Status.PENDING, lease_until__gte=database_now())


def waiting(limit: int) -> list[UUID]:
    """Return deliveries to be taken up, at most ``limit``: owners and endpoints take turns.

    Whoever has the least under way comes first, so an endpoint that hangs holds up its own queue
    and no other.
    """
    of_endpoint = dict(running().values_list("endpoint").annotate(count=Count("pk")))
    of_owner = dict(running().values_list("endpoint__coach").annotate(count=Count("pk")))
    full = [pk for pk, count in of_endpoint.items() if count >= settings.WEBHOOK_SLOTS_PER_ENDPOINT]
    busy = [pk for pk, count in of_owner.items() if count >= settings.WEBHOOK_SLOTS_PER_OWNER]
    rows = (
        WebhookDelivery.objects.filter(due(), unheld(), status=Status.PENDING)
        .exclude(endpoint__in=full)
        .exclude(endpoint__coach__in=busy)
        .annotate(place=Window(RowNumber(), partition_by="endpoint", order_by=("created_at", "pk")))
        .filter(place__lte=settings.WEBHOOK_SLOTS_PER_ENDPOINT)
        .order_by("place", "created_at")
        .values_list("pk", "endpoint", "endpoint__coach", "place")
    )
    found = list(rows[:MOST_COMPARED])
    found.sort(key=lambda row: (of_owner.get(row[2], 0), of_endpoint.get(row[1], 0), row[3]))
    return [pk for pk, _endpoint, _owner, _place in found[:limit]]


def forget_old() -> int:
    """Delete what was settled and is older than 30 days, with its tries; return how many.

    For the sweep.
    """
    old = WebhookDelivery.objects.filter(created_at__lt=timezone.now() - KEPT).exclude(
        status=Status.PENDING
    )
    ids = list(old.order_by("created_at").values_list("pk", flat=True)[:FORGOTTEN_AT_ONCE])
    WebhookDelivery.objects.filter(pk__in=ids).delete()
    return len(ids)


def _listening() -> QuerySet[WebhookEndpoint]:
    return WebhookEndpoint.objects.listening()


def _queue(
    endpoints: QuerySet[WebhookEndpoint],
    *,
    upload_id: UUID | None = None,
    run_id: UUID | None = None,
) -> list[UUID]:
    queued: list[UUID] = []
    for endpoint_id in list(endpoints.values_list("pk", flat=True)):
        with transaction.atomic():
            # Locked: of a signal and a sweep at once the second finds what the first has queued.
            endpoint = (
                _listening()
                .select_related("coach")
                .select_for_update(of=("self",))
                .filter(pk=endpoint_id)
                .first()
            )
            if endpoint is None:
                continue
            since = max(endpoint.listening_since, timezone.now() - LOOKED_BACK)
            events = _events(endpoint, since, upload_id, run_id)
            made = WebhookDelivery.objects.bulk_create(
                [_delivery(endpoint, event) for event in events]
            )
        queued += [delivery.pk for delivery in made]
    return queued


def _events(
    endpoint: WebhookEndpoint, since: datetime, upload_id: UUID | None, run_id: UUID | None
) -> Iterable[OutgoingEvent]:
    if run_id is None:
        moves = outgoing.upload_events(endpoint, since=since, upload_id=upload_id)
        yield from map(outgoing.event_of_upload, moves[:QUEUED_AT_ONCE])
    if upload_id is None:
        runs = outgoing.sync_runs(endpoint, since=since, run_id=run_id)
        yield from map(outgoing.event_of_sync, runs[:QUEUED_AT_ONCE])


def _delivery(endpoint: WebhookEndpoint, event: OutgoingEvent) -> WebhookDelivery:
    return WebhookDelivery(
        endpoint=endpoint,
        event_type=event.type,
        source=event.source,
        of_coach_id=event.coach_id,
        payload=event.payload,
    )
