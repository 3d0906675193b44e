"""The admin's door to connections, what came in, what went out."""

from __future__ import annotations

from integrations.admin import announcements, events, webhooks

__all__ = ["announcements", "events", "webhooks"]
