"""Settings of a benchmark's web process: as deployed, with static files collected and compressed.

Collected below DATA_DIR, so that the checkout stays as it is.
"""

from __future__ import annotations

from filmroom.settings import *  # noqa: F403
from filmroom.settings import DATA_DIR

DEBUG = False
STATIC_ROOT = DATA_DIR / "collected"
WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = False
