"""Keys of rows: UUIDs that sort by the time they were made (UUIDv7, RFC 9562), made and read."""

from __future__ import annotations

import uuid

from uuid_utils import compat


def new_id() -> uuid.UUID:
    """Return a fresh UUIDv7."""
    return compat.uuid7()


def as_uuid(text: str) -> uuid.UUID | None:
    """Return the id that ``text`` spells, or None."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
