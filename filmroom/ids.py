"""Keys of rows: UUIDs that sort by the time they were made (UUIDv7, RFC 9562)."""

from __future__ import annotations

import uuid

from uuid_utils import compat


def new_id() -> uuid.UUID:
    """Return a fresh UUIDv7."""
    return compat.uuid7()
