"""Access tokens by client credentials: asked for once, kept sealed in the cache until they end."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple

from django.core.cache import cache
from django.utils import timezone

from filmroom.sealing import Unsealable, seal, unseal

# A token that ends in this moment would end on the way.
MARGIN = timedelta(minutes=5)


class Token(NamedTuple):
    """An access token, and until when it is good."""

    value: str
    until: datetime


def remembered(names: tuple[str, ...], ask: Callable[[], tuple[str, float]]) -> Token:
    """Return the token of the account that ``names`` (secrets included) tell from others.

    ``ask`` gets a new one, and says for how many seconds it is good.
    """
    key = f"access-token:{hashlib.sha256(chr(0).join(names).encode()).hexdigest()}"
    kept = cache.get(key)
    if isinstance(kept, tuple):
        try:
            return Token(unseal(kept[0]), kept[1])
        except Unsealable:
            cache.delete(key)
    value, seconds = ask()
    lasting = timedelta(seconds=min(seconds, 86400))
    token = Token(value, timezone.now() + lasting)
    if lasting > MARGIN:
        cache.set(key, (seal(value), token.until), timeout=(lasting - MARGIN).total_seconds())
    return token


def forget(names: tuple[str, ...]) -> None:
    """Forget a token that was refused."""
    cache.delete(f"access-token:{hashlib.sha256(chr(0).join(names).encode()).hexdigest()}")
