"""Microsoft Graph: recordings and transcripts of Teams meetings, and its subscriptions' life.

What proves a notification is the ``clientState`` in it, each on its own: of a body in which some
are right, the right ones count.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from filmroom.json import dump
from integrations.news import FetchNews, News
from integrations.receivers.errors import BadSignature, NothingToDo, Unreadable
from integrations.receivers.receiver import Delivery, Receiver, Reply, digest, same, secret_of
from integrations.receivers.told import Told

LONGEST_TOKEN = 2000
_LIFECYCLE = {"reauthorizationRequired", "subscriptionRemoved", "missed"}


class Graph(Receiver):
    """``clientState`` in every notification; a ``validationToken`` in the query is sent back."""

    def greeting(self, delivery: Delivery) -> Reply | None:
        token = delivery.query.get("validationToken", "")
        if not token or len(token) > LONGEST_TOKEN:
            return None
        # Plain text already; a token that holds a tag is not one of Microsoft's.
        shown = token.replace("<", "&lt;").replace(">", "&gt;")
        return Reply(shown.encode("utf-8", "replace"), "text/plain; charset=utf-8")

    def verify(self, delivery: Delivery, secrets: Mapping[str, str]) -> bytes:
        expected = secret_of(secrets, "client_state")
        notifications = delivery.told["value"].each()
        genuine = [
            _facts(each) for each in notifications if same(each["clientState"].text(500), expected)
        ]
        if not genuine:
            raise BadSignature
        # Without the client state, which has done its work.
        return dump({"value": genuine})

    def delivery_key(self, told: Told, delivery: Delivery) -> str:
        hour = ""
        if any(each["lifecycleEvent"] for each in told["value"].each()):
            # The same words come again each time that a subscription is about to end.
            hour = f"{delivery.received_at:%Y-%m-%dT%H}"
        return digest(hour.encode() + delivery.body)

    def event_type(self, told: Told) -> str:
        first = next(iter(told["value"].each()), Told(None))
        if first["lifecycleEvent"]:
            return first["lifecycleEvent"].text(100)
        kind, change = _kind(first), first["changeType"].text(40)
        return f"{kind}.{change}" if kind else change

    def read(self, told: Told, *, received_at: datetime) -> list[News]:
        notifications = told["value"].each()
        news = [found for each in notifications if (found := _news(each))]
        if news:
            return list(news)
        if any(_kind(each) for each in notifications):
            raise Unreadable
        raise NothingToDo


def _facts(told: Told) -> dict[str, object]:
    """What is kept of a notification."""
    kept: dict[str, object] = {
        name: told[name].name(1000)
        for name in (
            "subscriptionId",
            "changeType",
            "tenantId",
            "resource",
            "lifecycleEvent",
            "subscriptionExpirationDateTime",
        )
        if told[name]
    }
    kept["resourceData"] = {"id": told.at("resourceData.id").name()}
    return kept


def _kind(told: Told) -> str:
    resource = told["resource"].text(1000).lower()
    if "transcript" in resource:
        return "transcript"
    return "recording" if "recording" in resource else ""


def _news(told: Told) -> FetchNews | None:
    subscription, tenant = told["subscriptionId"].name(), told["tenantId"].name()
    lifecycle = told["lifecycleEvent"].text(100)
    if lifecycle:
        if lifecycle not in _LIFECYCLE or not subscription:
            return None
        details = {"event": lifecycle, "tenant_id": tenant}
        return FetchNews("lifecycle", subscription, details)
    resource = told["resource"].name(1000)
    if not _kind(told) or not resource or told["changeType"].text(40) == "deleted":
        return None
    return FetchNews(
        _kind(told),
        resource,
        {
            "id": told.at("resourceData.id").name(),
            "tenant_id": tenant,
            "subscription_id": subscription,
        },
    )
