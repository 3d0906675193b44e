"""Which processes of one data directory run, by locks that vanish with their holder.

A process that plays a role (``web``, ``broker``, …) holds a lock on ``run/<role>.lock`` in the data
directory, and so do its children; the file names its pid. A lock can be held or free but never
stale, so nothing that a crash leaves behind blocks the next start.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import signal
import time
from pathlib import Path

ROLES = ("web", "worker", "beat", "broker", "bucket")
STOP_SECONDS = 5.0


class AlreadyRunning(Exception):
    """Another launcher serves the same data directory; the message says which process it is."""


def hold_role(data_dir: Path, role: str) -> None:
    """Take ``role`` for this process and everything it executes or forks, until all have ended.

    Raises AlreadyRunning when another process holds it.
    """
    handle = _open(data_dir, role)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise AlreadyRunning(f"process {_pid(handle)} already is its {role}.") from None
    _write_pid(handle)
    os.set_inheritable(handle, True)


def hold_launcher(data_dir: Path) -> None:
    """Take the launcher's place for this process alone, until it ends.

    Raises AlreadyRunning when another launcher lives.
    """
    handle = _open(data_dir, "launcher")
    try:
        # A record lock, unlike flock, is not shared with forked children that may outlive us.
        fcntl.lockf(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        raise AlreadyRunning(
            f"process {_pid(handle)} already runs it from {data_dir}: stop that one first."
        ) from None
    _write_pid(handle)


def end_leftovers(data_dir: Path) -> None:
    """End every process that still plays a role here after its launcher died.

    Asks with SIGTERM, insists with SIGKILL after ``STOP_SECONDS``; returns when all are gone.
    The caller holds the launcher's place.
    """
    leftovers = [role for role in ROLES if _held(data_dir, role)]
    for sign in (signal.SIGTERM, signal.SIGKILL):
        for role in leftovers:
            _signal_holder(data_dir, role, sign)
        deadline = time.monotonic() + STOP_SECONDS
        while leftovers and time.monotonic() < deadline:
            leftovers = [role for role in leftovers if _held(data_dir, role)]
            time.sleep(0.05)
    if leftovers:
        raise AlreadyRunning(f"old processes do not end: {', '.join(leftovers)}.")


def _open(data_dir: Path, role: str) -> int:
    path = data_dir / "run" / f"{role}.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


def _write_pid(handle: int) -> None:
    os.ftruncate(handle, 0)
    os.pwrite(handle, str(os.getpid()).encode(), 0)


def _pid(handle: int) -> str:
    return os.pread(handle, 32, 0).decode() or "unknown"


def _held(data_dir: Path, role: str) -> bool:
    handle = _open(data_dir, role)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(handle)
    return False


def _signal_holder(data_dir: Path, role: str, sign: signal.Signals) -> None:
    """Signal the group of the role's holder; the launcher gives every role a group of its own."""
    handle = _open(data_dir, role)
    try:
        pid = _pid(handle)
    finally:
        os.close(handle)
    if pid.isdigit() and _held(data_dir, role):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(int(pid), sign)
