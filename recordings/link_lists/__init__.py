"""Many links at once, pasted or as a CSV list: read, placed by session, started one by one.

``reading`` and ``dates`` are pure. ``placing`` loads the sessions that a list speaks of in a
number of queries that does not grow with its lines. ``starting`` is the act.
"""

from __future__ import annotations

from recordings.link_lists.placing import Placed, place
from recordings.link_lists.reading import (
    MOST_BYTES,
    MOST_LINKS,
    LinkRow,
    ListRefused,
    ListTooLarge,
    read_csv,
    read_text,
)
from recordings.link_lists.starting import Outcome, start_links

__all__ = [
    "MOST_BYTES",
    "MOST_LINKS",
    "LinkRow",
    "ListRefused",
    "ListTooLarge",
    "Outcome",
    "Placed",
    "place",
    "read_csv",
    "read_text",
    "start_links",
]
