"""Film Room as a person runs it: real processes on loopback with a data directory of their own.

    with Stack(folder) as stack:
        stack.start("web")
        stack.api().get("/recordings/sessions")

Everything is embedded: SQLite in a file, Valkey, and the bucket server that checks signatures and
policies. Each process has a group of its own and is ended with the stack, whatever happens.
"""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any

import boto3
import requests
from botocore.config import Config
from celery import Celery

from filmroom import embedded
from filmroom.embedded import servers
from tests.origins import ALLOWED_ADDRESS

ROOT = Path(__file__).resolve().parents[2]
READY_SECONDS = 60.0
STOP_SECONDS = 20.0
PASSWORD = "correct horse 4711"
BUCKET = "filmroom"

_PREPARE = f"""
import django
django.setup()
from django.core.management import call_command
from accounts.models import User
call_command("migrate", verbosity=0)
call_command("setup_bucket")
for email, fields in {{
    "coach@example.com": {{"role": "coach"}},
    "staff@example.com": {{"is_staff": True, "is_superuser": True}},
}}.items():
    User.objects.create_user(email=email, name=email, password={PASSWORD!r}, **fields)
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(answers: Callable[[], Any], *, seconds: float = READY_SECONDS) -> Any:
    """What ``answers`` gives as soon as it is true; fail the test when it is not in time."""
    give_up = time.monotonic() + seconds
    while not (answer := answers()):
        assert time.monotonic() < give_up, "it did not come true in time"
        time.sleep(0.05)
    return answer


class Api:
    """The API over HTTP, with a person's token or without one."""

    def __init__(self, base: str, token: str) -> None:
        self._base = base
        self._session = requests.Session()
        self._session.trust_env = False
        if token:
            self._session.headers["Authorization"] = f"Bearer {token}"

    def __call__(self, method: str, path: str, expect: int, **more: Any) -> Any:
        """The JSON of an answer that must have the status ``expect``."""
        answer = self._session.request(method, f"{self._base}{path}", timeout=30, **more)
        assert answer.status_code == expect, answer.text
        return answer.json() if answer.content else None


class Stack:
    """The processes, and the ways to look at what they did."""

    def __init__(self, folder: Path) -> None:
        self.data_dir = folder / "data"
        self.bucket_port, self.port = free_port(), free_port()
        self._logs = folder
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._environment = {
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
            "DJANGO_SETTINGS_MODULE": "filmroom.settings",
            "DATA_DIR": str(self.data_dir),
            "EMBEDDED_BUCKET_PORT": str(self.bucket_port),
            "BIND_HOST": "127.0.0.1",
            "PORT": str(self.port),
            "WEB_CONCURRENCY": "1",
            "TRANSFER_SLOTS": "4",
            "DOWNLOAD_URL_SECONDS": "10",
            "IMPORT_ALLOWED_ORIGIN": ALLOWED_ADDRESS,
            "LOG_LEVEL": "INFO",
            "PYTHONUNBUFFERED": "1",
        }

    def __enter__(self) -> Stack:
        try:
            self.start("bucket")
            self.start("broker")
            self._python("-c", _PREPARE)
        except BaseException:
            self.stop_all()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop_all()

    def start(self, role: str, *, wait: bool = True) -> subprocess.Popen[bytes]:
        """Start ``web``, ``worker``, ``broker`` or ``bucket``; ready when this returns."""
        log = self._logs / f"{role}.log"
        with log.open("ab") as output:
            began = output.tell()
            process = subprocess.Popen(
                [sys.executable, "-m", "filmroom.embedded", role],
                cwd=ROOT,
                env=self._environment,
                start_new_session=True,
                stdout=output,
                stderr=output,
            )
        self._processes[role] = process
        ready = {
            "web": self._web_answers,
            "broker": lambda: servers.broker_answers(self.data_dir),
            "bucket": lambda: servers.bucket_answers(self.bucket_port),
            "worker": lambda: b"ready." in log.read_bytes()[began:],
        }[role]

        def is_ready() -> bool:
            assert process.poll() is None, log.read_text(errors="replace")[-3000:]
            return bool(ready())

        if wait:
            wait_for(is_ready)
        return process

    def stop(self, role: str, sign: signal.Signals = signal.SIGTERM) -> int:
        """End a process and return its exit code; one that does not end is killed."""
        process = self._processes.pop(role)
        if process.poll() is None:
            process.send_signal(sign)
        try:
            return process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            raise

    @contextmanager
    def standing_still(self, role: str) -> Iterator[None]:
        """Hold a process and its children where they are, alive."""
        group = self._processes[role].pid
        os.killpg(group, signal.SIGSTOP)
        try:
            yield
        finally:
            os.killpg(group, signal.SIGCONT)

    def stop_all(self) -> None:
        """End everything, bucket and broker last."""
        for role in reversed(list(self._processes)):
            process = self._processes.pop(role)
            process.terminate()
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()

    def log(self, role: str) -> str:
        """What the process wrote so far."""
        return (self._logs / f"{role}.log").read_text(errors="replace")

    def manage(self, *arguments: str) -> str:
        """The output of a management command."""
        return self._python("manage.py", *arguments)

    def sweep(self) -> None:
        """What beat does every fifteen seconds: leave a sign of life, and sweep."""
        with Celery(broker=embedded.broker_url(self.data_dir)) as beat:
            for task in ("beat_heart", "sweep_transfers"):
                beat.send_task(f"recordings.tasks.{task}", queue="short")

    def api(self, token: str = "") -> Api:
        return Api(f"http://127.0.0.1:{self.port}/api/v1", token)

    @property
    def site(self) -> str:
        """Where a browser finds the pages, by the name that the bucket lets in."""
        return f"http://localhost:{self.port}"

    def readiness(self) -> tuple[int, dict[str, str]]:
        """What /readyz says."""
        answer = requests.get(f"http://127.0.0.1:{self.port}/readyz", timeout=15)
        return answer.status_code, answer.json()

    def s3(self) -> Any:
        """A plain S3 client, as any person with the bucket's keys has."""
        return boto3.client(
            "s3",
            endpoint_url=embedded.bucket_endpoint(self.bucket_port),
            aws_access_key_id="filmroom",
            aws_secret_access_key=self.bucket_secret,
            region_name="us-east-1",
            config=Config(signature_version="s3v4"),
        )

    @property
    def bucket_secret(self) -> str:
        return embedded.secret(self.data_dir, "bucket_secret")

    def sql(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """Look into the database, or change what only time would."""
        with sqlite3.connect(self.data_dir / "db.sqlite3", timeout=30) as database:
            rows = database.execute(statement, values).fetchall()
        database.close()
        return rows

    def _web_answers(self) -> bool:
        try:
            return requests.get(f"http://127.0.0.1:{self.port}/healthz", timeout=5).ok
        except (requests.ConnectionError, requests.Timeout):  # busy: ask again
            return False

    def _python(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=self._environment,
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout
