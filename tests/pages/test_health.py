"""Signs of life."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from recordings.tasks import beat_heart


@pytest.mark.parametrize("path", ["/healthz", "/healthz/"])
def test_alive_without_a_database(client: Client, settings: Settings, path: str) -> None:
    settings.SECURE_SSL_REDIRECT = True

    answer = client.get(path)  # a query would fail: the test asked for no database

    assert (answer.status_code, answer.text) == (200, "ok")


@pytest.mark.parametrize("path", ["/readyz", "/readyz/"])
def test_ready_names_each_thing(
    client: Client, db: None, bucket: str, settings: Settings, path: str
) -> None:
    settings.SECURE_SSL_REDIRECT = True
    beat_heart()

    answer = client.get(path)

    assert answer.status_code == 200
    assert answer.json() == {"database": "ok", "broker": "ok", "bucket": "ok", "worker": "ok"}
    assert "no-store" in answer["Cache-Control"]


def test_each_thing_that_is_away_is_named_without_an_address(
    client: Client, db: None, s3: Any, settings: Settings
) -> None:
    settings.REDIS_URL = "redis://:secret@127.0.0.1:1/0"
    cache.set("worker_heartbeat", (timezone.now() - timedelta(seconds=61)).isoformat())

    answer = client.get("/readyz")  # no bucket was made

    assert answer.status_code == 503
    assert answer.json() == {
        "database": "ok",
        "broker": "unreachable",
        "bucket": "unreachable",
        "worker": "silent",
    }


def test_head_is_answered_like_get(client: Client, db: None) -> None:
    assert client.head("/healthz").status_code == 200
    assert client.head("/readyz").status_code == client.get("/readyz").status_code
    assert client.head("/")["Location"] == "/dashboard/coach/recordings"
