"""The admin's door to connections, what came in, what went out."""

from __future__ import annotations

from integrations.admin import announcements, webhooks

__all__ = ["announcements", "webhooks"]
