"""Connections, what came in by them, what it told of, and what goes out."""

from __future__ import annotations

from integrations.models.announcements import AnnouncedRecording, Booking
from integrations.models.connections import Connection, ReceivedEvent

__all__ = ["AnnouncedRecording", "Booking", "Connection", "ReceivedEvent"]
