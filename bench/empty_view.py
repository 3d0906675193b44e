"""Settings of a benchmark: the web process as it is, with an address whose view does nothing."""

from __future__ import annotations

from filmroom.settings import *  # noqa: F403

ROOT_URLCONF = "bench.empty_view_urls"
