"""Outbound HTTP that cannot be aimed inwards.

A door calls ``check_url`` before anything is stored. A worker opens a ``FetchSession`` for each
try and reads with ``open_url``. Everything that can go wrong is a ``FetchError``.
"""

from __future__ import annotations

from recordings.fetching.addresses import check_url, check_written
from recordings.fetching.asking import Answer, ask, form
from recordings.fetching.errors import FetchError, StatusError
from recordings.fetching.fetched import Fetched
from recordings.fetching.opening import open_range, open_url
from recordings.fetching.session import FetchSession, GuardedAdapter

__all__ = [
    "Answer",
    "FetchError",
    "FetchSession",
    "Fetched",
    "GuardedAdapter",
    "StatusError",
    "ask",
    "check_url",
    "check_written",
    "form",
    "open_range",
    "open_url",
]
