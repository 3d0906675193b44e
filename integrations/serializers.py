"""What the API of webhooks takes and answers, and rows shaped for it."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from filmroom.sentences import told
from integrations.deliveries import why
from integrations.endpoints import LONGEST_DESCRIPTION
from integrations.models import DeliveryAttempt, EventType, WebhookDelivery, WebhookEndpoint
from sessions_app.models import URL_MAX_LENGTH

Row = dict[str, Any]


class EndpointInput(serializers.Serializer[Any]):
    """An address to call, and for what."""

    url = serializers.CharField(max_length=URL_MAX_LENGTH, help_text="With https.")
    events = serializers.ListField(
        child=serializers.ChoiceField(choices=EventType.choices), min_length=1, max_length=20
    )
    description = serializers.CharField(
        required=False, allow_blank=True, max_length=LONGEST_DESCRIPTION
    )


class EndpointChange(EndpointInput):
    """What is named changes. ``active`` enables, ``disabled`` switches off."""

    status = serializers.ChoiceField(choices=WebhookEndpoint.Status.choices, required=False)


class EndpointOut(serializers.Serializer[Any]):
    """An endpoint; of its secret only the end is known."""

    id = serializers.UUIDField()
    coach_id = serializers.UUIDField(help_text="Its owner: it is told of what they may see.")
    url = serializers.CharField()
    description = serializers.CharField()
    events = serializers.ListField(child=serializers.ChoiceField(choices=EventType.choices))
    status = serializers.ChoiceField(choices=WebhookEndpoint.Status.choices)
    disabled_reason = serializers.ChoiceField(
        choices=WebhookEndpoint.Reason.choices, allow_null=True
    )
    disabled_at = serializers.DateTimeField(allow_null=True)
    secret_ending = serializers.CharField()
    previous_secret_until = serializers.DateTimeField(
        allow_null=True, help_text="Until then the secret before signs as well."
    )
    last_success_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()


class EndpointWithSecretOut(EndpointOut):
    """An endpoint whose secret is shown this once."""

    secret = serializers.CharField(
        allow_null=True,
        help_text="Null when the answer is repeated for an Idempotency-Key: rotate if you lost it.",
    )


class DeliveryErrorOut(serializers.Serializer[Any]):
    code = serializers.CharField()
    detail = serializers.CharField()


class DeliveryOut(serializers.Serializer[Any]):
    """One event on its way to one endpoint."""

    id = serializers.UUIDField()
    endpoint_id = serializers.UUIDField()
    event_id = serializers.CharField(help_text="The webhook-id.")
    type = serializers.CharField()
    status = serializers.ChoiceField(choices=WebhookDelivery.Status.choices)
    attempt_count = serializers.IntegerField(help_text="Since it was queued, or replayed.")
    status_code = serializers.IntegerField(allow_null=True, help_text="Of the newest answer.")
    error = DeliveryErrorOut(allow_null=True)
    next_attempt_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()
    delivered_at = serializers.DateTimeField(allow_null=True)


class AttemptOut(serializers.Serializer[Any]):
    """One try: the answer's status, or why there was none."""

    at = serializers.DateTimeField()
    status_code = serializers.IntegerField(allow_null=True)
    error_code = serializers.CharField(allow_null=True)
    duration_ms = serializers.IntegerField(allow_null=True)


class DeliveryDetailOut(DeliveryOut):
    """A delivery with what is sent and every try, the oldest first."""

    payload = serializers.DictField()
    attempts = AttemptOut(many=True)


class DeliveryQuery(serializers.Serializer[Any]):
    status = serializers.ChoiceField(choices=WebhookDelivery.Status.choices, required=False)


def shape_endpoint(endpoint: WebhookEndpoint) -> Row:
    """Return an endpoint as EndpointOut describes it."""
    return {
        "id": endpoint.pk,
        "coach_id": endpoint.coach_id,
        "url": endpoint.url,
        "description": endpoint.description,
        "events": endpoint.events,
        "status": endpoint.status,
        "disabled_reason": endpoint.disabled_reason or None,
        "disabled_at": endpoint.disabled_at,
        "secret_ending": endpoint.secret_ending,
        "previous_secret_until": endpoint.previous_secret_until,
        "last_success_at": endpoint.last_success_at,
        "created_at": endpoint.created_at,
    }


def shape_delivery(delivery: WebhookDelivery) -> Row:
    """Return a delivery as DeliveryOut describes it."""
    code = delivery.error_code
    return {
        "id": delivery.pk,
        "endpoint_id": delivery.endpoint_id,
        "event_id": delivery.event_id,
        "type": delivery.event_type,
        "status": delivery.status,
        "attempt_count": delivery.attempts,
        "status_code": delivery.status_code,
        "error": {"code": code, "detail": told(why(code))} if code else None,
        "next_attempt_at": delivery.next_attempt_at,
        "created_at": delivery.created_at,
        "delivered_at": delivery.delivered_at,
    }


def shape_delivery_whole(delivery: WebhookDelivery) -> Row:
    """Return a delivery as DeliveryDetailOut describes it."""
    tries = [_shape_try(each) for each in delivery.tries.all()]
    return shape_delivery(delivery) | {"payload": delivery.content, "attempts": tries}


def _shape_try(attempt: DeliveryAttempt) -> Row:
    return {
        "at": attempt.at,
        "status_code": attempt.status_code,
        "error_code": attempt.error_code or None,
        "duration_ms": attempt.duration_ms,
    }
