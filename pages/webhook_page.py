"""What pages show of webhooks: states in words, what was sent, and how each try went."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import orjson
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from filmroom.sentences import told
from integrations.deliveries import why
from integrations.models import DeliveryAttempt, EventType, WebhookDelivery, WebhookEndpoint
from pages.states import Shown

Status = WebhookDelivery.Status
TEST = _("A test")
# What is tried again so soon is watched.
SOON = timedelta(seconds=90)

ENDPOINTS: dict[str, Shown] = {
    WebhookEndpoint.Status.ACTIVE: Shown(WebhookEndpoint.Status.ACTIVE.label, "check", "good"),
    WebhookEndpoint.Status.DISABLED: Shown(WebhookEndpoint.Status.DISABLED.label, "stop", "bad"),
}
DELIVERIES: dict[str, Shown] = {
    Status.PENDING: Shown(Status.PENDING.label, "waiting", "busy"),
    Status.DELIVERED: Shown(Status.DELIVERED.label, "check", "good"),
    Status.FAILED: Shown(Status.FAILED.label, "warning", "bad"),
}
ANSWERED = Shown(_("Taken"), "check", "good")
REFUSED = Shown(_("Not taken"), "warning", "bad")


@dataclass(frozen=True)
class EndpointLine:
    """An endpoint as pages show it."""

    endpoint: WebhookEndpoint

    @property
    def shown(self) -> Shown:
        """Its state."""
        return ENDPOINTS[self.endpoint.status]

    @property
    def events(self) -> list[str | Promise]:
        """What it is told of, in words."""
        return [EventType(event).label for event in self.endpoint.events]

    @property
    def has_all(self) -> bool:
        """Whether it is told of everything there is."""
        return set(self.endpoint.events) == set(EventType.values)

    @property
    def keeps_previous_secret(self) -> bool:
        """Whether the secret before signs as well."""
        until = self.endpoint.previous_secret_until
        return until is not None and until > timezone.now()


@dataclass(frozen=True)
class TryLine:
    """One try as pages show it."""

    attempt: DeliveryAttempt

    @property
    def shown(self) -> Shown:
        """Whether it was taken."""
        return ANSWERED if 200 <= (self.attempt.status_code or 0) < 300 else REFUSED

    @property
    def sentence(self) -> str:
        """What went wrong before there was an answer; empty when there was one."""
        return told(why(self.attempt.error_code))


@dataclass(frozen=True)
class DeliveryLine:
    """A delivery as pages show it."""

    delivery: WebhookDelivery

    @property
    def shown(self) -> Shown:
        """Its state."""
        return DELIVERIES[self.delivery.status]

    @property
    def event(self) -> str | Promise:
        """What it tells, in words."""
        return TEST if self.delivery.is_test else EventType(self.delivery.event_type).label

    @property
    def sentence(self) -> str:
        """Why it failed, or its newest try; empty when nothing went wrong."""
        return told(why(self.delivery.error_code))

    @property
    def is_moving(self) -> bool:
        """Whether it is worth looking again in a moment."""
        later = self.delivery.next_attempt_at
        is_soon = later is None or later < timezone.now() + SOON
        return self.delivery.status == Status.PENDING and is_soon

    @property
    def payload(self) -> str:
        """What is sent, written for people."""
        content: Any = self.delivery.content
        return orjson.dumps(content, option=orjson.OPT_INDENT_2).decode()

    @property
    def tries(self) -> list[TryLine]:
        """Every try, the newest first."""
        return [TryLine(each) for each in self.delivery.tries.order_by("-at", "-id")]
