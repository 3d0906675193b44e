"""Connections, what came in by them, what it told of, and what goes out."""

from __future__ import annotations

from integrations.models.announcements import AnnouncedRecording, Booking
from integrations.models.connections import Connection, ReceivedEvent
from integrations.models.endpoints import (
    TEST_TYPE,
    DeliveryAttempt,
    EventType,
    WebhookDelivery,
    WebhookEndpoint,
)

__all__ = [
    "TEST_TYPE",
    "AnnouncedRecording",
    "Booking",
    "Connection",
    "DeliveryAttempt",
    "EventType",
    "ReceivedEvent",
    "WebhookDelivery",
    "WebhookEndpoint",
]
