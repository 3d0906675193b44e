"""The admin's door to recordings: uploads and renditions, syncs, unmatched files, sessions."""

from __future__ import annotations

from recordings.admin import renditions, runs, sessions, unmatched, uploads

__all__ = ["renditions", "runs", "sessions", "unmatched", "uploads"]
