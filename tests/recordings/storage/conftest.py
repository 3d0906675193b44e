"""Stores to speak to: moto for the ordinary, ministack for what moto does not enforce, and one
that answers what a test tells it to."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
import urllib3
from pytest_django import Settings
from pytest_httpserver import HTTPServer

from recordings.storage import build_key, ensure_bucket, wire

COACH = UUID("0198c5f0-0000-7000-8000-000000000001")
CLIENT = UUID("0198c5f0-0000-7000-8000-000000000002")
DAY = datetime(2026, 1, 14, 15, 0, tzinfo=UTC)
STRICT_KEY_ID = "strict-key"
STRICT_SECRET = "strict-secret"


@pytest.fixture
def new_key() -> Callable[..., str]:
    def make(filename: str = "talk.mp4") -> str:
        return build_key(coach_id=COACH, client_id=CLIENT, scheduled_at=DAY, filename=filename)

    return make


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "FIRST_PAUSE_SECONDS", 0.001)


@pytest.fixture(scope="session")
def http() -> urllib3.PoolManager:
    """A browser, as far as the bucket can tell."""
    return urllib3.PoolManager(retries=False)


@pytest.fixture(scope="session")
def strict_endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """ministack as the embedded bucket runs it, on loopback for the length of the run."""
    home = tmp_path_factory.mktemp("ministack")
    with socket.socket() as probe:
        probe.bind(("127.0.0.3", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "ministack"],
        env=_ministack_environment(home, port),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for(f"http://127.0.0.3:{port}/_ministack/health", server)
        yield f"http://127.0.0.3:{port}"
    finally:
        server.terminate()
        server.wait(timeout=10)


def _ministack_environment(home: Path, port: int) -> dict[str, str]:
    return {
        "SERVICES": "s3",
        "BIND_HOST": "127.0.0.3",
        "GATEWAY_PORT": str(port),
        "MINISTACK_HOST": "127.0.0.3",
        "IOT_MTLS_ENABLED": "0",
        "S3_PERSIST": "1",
        "S3_DATA_DIR": str(home / "objects"),
        "PERSIST_STATE": "1",
        "STATE_DIR": str(home / "state"),
        "AUTH": "true",
        "AWS_ACCESS_KEY_ID": STRICT_KEY_ID,
        "AWS_SECRET_ACCESS_KEY": STRICT_SECRET,
        "LOG_LEVEL": "ERROR",
        "TMPDIR": str(home),
        "HOME": str(home),
        "PATH": os.environ["PATH"],
    }


def _wait_for(url: str, server: subprocess.Popen[bytes]) -> None:
    pool = urllib3.PoolManager(retries=False, timeout=1)
    for _ in range(300):
        if server.poll() is not None:
            raise RuntimeError("ministack did not start")
        try:
            if pool.request("GET", url).status == 200:
                return
        except urllib3.exceptions.HTTPError:
            pass
        time.sleep(0.1)
    raise RuntimeError("ministack does not answer")


@pytest.fixture
def strict_bucket(strict_endpoint: str, settings: Settings, request: pytest.FixtureRequest) -> str:
    """A fresh bucket, set up for Film Room, on a store that enforces what it is sent."""
    settings.AWS_S3_ENDPOINT_URL = strict_endpoint
    settings.AWS_ACCESS_KEY_ID = STRICT_KEY_ID
    settings.AWS_SECRET_ACCESS_KEY = STRICT_SECRET
    settings.AWS_S3_BUCKET = f"strict-{os.getpid()}-{abs(hash(request.node.nodeid)):x}"
    ensure_bucket(dry_run=False)
    return str(settings.AWS_S3_BUCKET)


@pytest.fixture(params=["moto", "ministack"])
def any_bucket(request: pytest.FixtureRequest) -> str:
    """The same test on both stores."""
    return str(request.getfixturevalue("bucket" if request.param == "moto" else "strict_bucket"))


@pytest.fixture
def scripted(settings: Settings) -> Iterator[HTTPServer]:
    """A store that answers exactly what the test scripts."""
    with HTTPServer(host="127.0.0.1", port=0) as server:
        settings.AWS_S3_ENDPOINT_URL = server.url_for("").rstrip("/")
        settings.AWS_S3_BUCKET = "scripted"
        yield server
