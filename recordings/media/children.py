"""Processes of their own for libav, whose crash, hang or hunger harms nobody else."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

READ_BYTES = 64 * 1024
# How long a child may go on after its work is not wanted any more.
CHECK_SECONDS = 1.0

_ROOT = Path(__file__).resolve().parents[2]


class ChildFailed(Exception):
    """The child gave no answer; ``reason`` holds no URL and is for the log."""

    def __init__(self, reason: str, *, out_of_time: bool = False) -> None:
        self.reason = reason
        self.out_of_time = out_of_time
        super().__init__(reason)


def bootstrap(module: str) -> str:
    """Return the program that runs ``main`` of a module in a child.

    Isolated mode takes no path from the environment or the directory, so the one it needs is given.
    """
    return f"import sys; sys.path.insert(0, sys.argv[1]); from {module} import main; main()"


def ask(
    program: str,
    request: bytes,
    *,
    seconds: float,
    most_bytes: int,
    on_line: Callable[[bytes], None] | None = None,
    check: Callable[[], None] | None = None,
    environment: Mapping[str, str] | None = None,
) -> bytes:
    """Run ``program`` in a child, give it ``request``, and return its answer.

    The answer is what it writes within ``seconds`` of wall-clock time; with ``on_line`` each whole
    line goes there at once, and the answer is the rest. ``check`` is called every CHECK_SECONDS;
    what it raises ends the child and is raised. Nothing of the child's process group is left.

    Raises ChildFailed when it was late, crashed, or said more than ``most_bytes`` at once.
    """
    deadline = time.monotonic() + seconds
    # The request goes by pipe: a presigned URL in the arguments could be read by anyone here.
    child = subprocess.Popen(
        [sys.executable, "-I", "-c", program, str(_ROOT)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd="/",
        env={"LC_ALL": "C.UTF-8", **(environment or {})},
        start_new_session=True,
    )
    try:
        _send(child, request)
        answer = _receive(child, deadline, most_bytes, on_line, check)
        child.wait(timeout=max(0.0, deadline - time.monotonic()))
    except subprocess.TimeoutExpired:
        raise ChildFailed("out of time", out_of_time=True) from None
    finally:
        _end(child)
    if child.returncode != 0:
        raise ChildFailed(f"child ended with {child.returncode}")
    return answer


def _send(child: subprocess.Popen[bytes], request: bytes) -> None:
    if child.stdin is None:
        raise ChildFailed("no pipe")
    try:
        with child.stdin as pipe:
            pipe.write(request)
    except BrokenPipeError:
        raise ChildFailed("child ended before it was asked") from None


def _receive(
    child: subprocess.Popen[bytes],
    deadline: float,
    most_bytes: int,
    on_line: Callable[[bytes], None] | None,
    check: Callable[[], None] | None,
) -> bytes:
    """Return what the child says until it closes its end, without the lines handed on."""
    if child.stdout is None:
        raise ChildFailed("no pipe")
    fd = child.stdout.fileno()
    poll = select.poll()
    poll.register(fd, select.POLLIN | select.POLLHUP)
    answer = b""
    while True:
        left = deadline - time.monotonic()
        if left <= 0:
            raise ChildFailed("out of time", out_of_time=True)
        if check is not None:
            check()
            left = min(left, CHECK_SECONDS)
        if not poll.poll(left * 1000):
            continue
        piece = os.read(fd, READ_BYTES)
        if not piece:
            return answer
        answer += piece
        if on_line is not None:
            *lines, answer = answer.split(b"\n")
            for line in lines:
                on_line(line)
        if len(answer) > most_bytes:
            raise ChildFailed("answer too long")


def _end(child: subprocess.Popen[bytes]) -> None:
    if child.poll() is None:
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()
    for pipe in (child.stdin, child.stdout):
        if pipe is not None and not pipe.closed:
            pipe.close()
