"""The admin's door to recordings: uploads, sync runs, unmatched files, actions of sessions."""

from __future__ import annotations

from recordings.admin import runs, sessions, unmatched, uploads

__all__ = ["runs", "sessions", "unmatched", "uploads"]
