"""``make run``: the embedded servers, then database and bucket made ready, then the Procfile.

The embedded servers start first and stop last, so that nothing loses its broker or bucket while it
finishes; honcho runs the Procfile's processes in between.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType

from django.conf import settings
from honcho.environ import parse_procfile
from honcho.manager import Manager

from filmroom.embedded import roles, servers

ROOT = Path(__file__).resolve().parents[2]
APPLICATION = ("web", "worker", "beat")
READY_SECONDS = 60.0
STOP_SECONDS = 8.0
PR_SET_PDEATHSIG = 1  # prctl(2)


class CannotStart(Exception):
    """Film Room cannot start here; the message says what to do in one line."""


def run() -> int:
    """Run Film Room until it is interrupted or one of its processes ends; return the exit code.

    Raises CannotStart, roles.AlreadyRunning.
    """
    _stop_on_signals()
    roles.hold_launcher(settings.DATA_DIR)
    roles.end_leftovers(settings.DATA_DIR)
    host, port = os.environ.get("BIND_HOST", "127.0.0.1"), settings.PORT
    _check_ports(host, port)
    with contextlib.ExitStack() as running:
        started = {name: running.enter_context(_server(name)) for name in _needed_servers()}
        _await_servers(started)
        welcome = _prepare()
        with _stop_when_one_ends(started):
            return _run_procfile(host, port, welcome)


def _check_ports(host: str, port: int) -> None:
    if not _is_free(host, port):
        raise CannotStart(
            f"Port {port} is taken: choose another, as in `make run PORT={port + 1}`."
        )
    bucket = settings.EMBEDDED_BUCKET_PORT
    if settings.EMBEDDED_BUCKET and (bucket == port or not _is_free("127.0.0.1", bucket)):
        raise CannotStart(
            f"Port {bucket}, meant for the embedded bucket, is taken: "
            f"choose another, as in `make run EMBEDDED_BUCKET_PORT={bucket + 1}`."
        )


def _is_free(host: str, port: int) -> bool:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def _needed_servers() -> dict[str, Callable[[], bool]]:
    """Return how to ask each embedded server that the settings call for whether it is up."""
    needed: dict[str, Callable[[], bool]] = {}
    if settings.EMBEDDED_BROKER:
        needed["broker"] = lambda: servers.broker_answers(settings.DATA_DIR)
    if settings.EMBEDDED_BUCKET:
        needed["bucket"] = lambda: servers.bucket_answers(settings.EMBEDDED_BUCKET_PORT)
    return needed


@contextlib.contextmanager
def _server(name: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run the embedded server ``name`` in a session of its own, out of Ctrl-C's reach."""
    process = subprocess.Popen(_module(name), cwd=ROOT, start_new_session=True)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _module(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "filmroom.embedded", *arguments]


def _await_servers(started: dict[str, subprocess.Popen[bytes]]) -> None:
    deadline = time.monotonic() + READY_SECONDS
    for name, answers in _needed_servers().items():
        while not answers():
            if started[name].poll() is not None or time.monotonic() > deadline:
                log = f"; see {servers.broker_log(settings.DATA_DIR)}" if name == "broker" else ""
                raise CannotStart(f"The embedded {name} did not start{log}.")
            time.sleep(0.05)


def _prepare() -> str:
    """Make database and bucket ready in a process of its own; return what to tell the person."""
    done = subprocess.run(_module("prepare"), cwd=ROOT, stdout=subprocess.PIPE, text=True)
    if done.returncode:
        raise CannotStart("The database or the bucket could not be made ready: see above.")
    return done.stdout


@contextlib.contextmanager
def _stop_when_one_ends(started: dict[str, subprocess.Popen[bytes]]) -> Iterator[None]:
    """Send ourselves SIGTERM when an embedded server ends while the application needs it."""
    launcher = os.getpid()

    def look(_number: int, _frame: FrameType | None) -> None:
        if os.getpid() != launcher:
            return  # honcho's forks inherit this handler
        for name, process in started.items():
            if process.poll() is not None:
                print(f"The embedded {name} ended: stopping.", file=sys.stderr)
                os.kill(launcher, signal.SIGTERM)

    signal.signal(signal.SIGCHLD, look)
    try:
        yield
    finally:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)


def _stop_on_signals() -> None:
    """Let SIGTERM and a closed terminal end everything as Ctrl-C does, from the first moment."""

    def terminate(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGINT, terminate)  # ignored by default in a script's background job
    signal.signal(signal.SIGTERM, terminate)
    signal.signal(signal.SIGHUP, lambda _number, _frame: os.kill(os.getpid(), signal.SIGTERM))


def _run_procfile(host: str, port: int, welcome: str) -> int:
    address = f"http://{'localhost' if host.startswith('127.') else host}:{port}"
    environment = {
        **os.environ,
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]),
        "BIND_HOST": host,
        "PORT": str(port),
        "PYTHONUNBUFFERED": "1",
        "READY_MESSAGE": f"Film Room is ready at {address}\n{welcome}",
    }
    manager = Manager()
    for name in APPLICATION:
        command = subprocess.list2cmdline(_module(name))
        manager.add_process(name, f"exec {command}", env=environment, cwd=str(ROOT))
    manager.loop()
    return 0 if manager.returncode == 130 else int(manager.returncode or 0)


def execute_application(name: str) -> None:
    """Become the Procfile's process ``name``."""
    processes = parse_procfile((ROOT / "Procfile").read_text(encoding="utf-8")).processes
    os.execv("/bin/sh", ["sh", "-c", f"exec {processes[name]}"])  # noqa: S606  as honcho would


def end_with_parent() -> None:
    """Have Linux send SIGTERM to this process when its parent dies, however it dies."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
