"""Whether this process lives, and whether what it needs can be reached."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import redis
from django.conf import settings
from django.core.cache import cache
from django.db import Error as DatabaseError
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from recordings import storage

BROKER_SECONDS = 1
HEARTBEAT_KEY = "worker_heartbeat"  # left by recordings.tasks.beat_heart, an RFC 3339 time
HEARTBEAT_PATIENCE = timedelta(seconds=60)


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """Answer as long as the process does; nothing else is asked."""
    return HttpResponse("ok", content_type="text/plain")


@require_safe
@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    """Name each thing Film Room needs: "ok", or a word that says what is wrong with it."""
    found = {name: check() for name, check in CHECKS.items()}
    ready = all(word == "ok" for word in found.values())
    return JsonResponse(found, status=200 if ready else 503)


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return "unreachable"
    return "ok"


def _broker() -> str:
    try:
        with redis.Redis.from_url(
            settings.REDIS_URL,
            socket_timeout=BROKER_SECONDS,
            socket_connect_timeout=BROKER_SECONDS,
        ) as client:
            client.ping()
    except redis.RedisError:
        return "unreachable"
    return "ok"


def _bucket() -> str:
    try:
        storage.ping()
    except storage.StorageError:
        return "unreachable"
    return "ok"


def _worker() -> str:
    beat = cache.get(HEARTBEAT_KEY)
    if beat is None or datetime.fromisoformat(beat) < timezone.now() - HEARTBEAT_PATIENCE:
        return "silent"
    return "ok"


CHECKS: dict[str, Callable[[], str]] = {
    "database": _database,
    "broker": _broker,
    "bucket": _bucket,
    "worker": _worker,
}
