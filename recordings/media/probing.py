"""Asks libav what a recording is, in a process of its own whose crash or hang harms nobody."""

from __future__ import annotations

import logging
import os
import select
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
from django.conf import settings

from filmroom.errors import FilmRoomError
from recordings.media.facts import MediaFacts

logger = logging.getLogger(__name__)

CHILDREN_AT_ONCE = 4
LONGEST_ANSWER_BYTES = 64 * 1024

_ROOT = Path(__file__).resolve().parents[2]
# Isolated mode takes no path from the environment or the directory, so the one it needs is given.
_BOOTSTRAP = (
    "import sys; sys.path.insert(0, sys.argv[1]); "
    "from recordings.media.probe_child import main; main()"
)
_children = threading.BoundedSemaphore(CHILDREN_AT_ONCE)


class NotMedia(FilmRoomError):
    """The bytes are no recording."""

    code = "not_media"
    detail = (
        "This file is not a video or audio recording; choose the recording itself, "
        "for example an MP4, MOV, WebM, M4A or MP3 file."
    )
    http_status = 415


class ProbeFailed(FilmRoomError):
    """The recording could not be examined; says nothing about whether it is one."""

    code = "probe_failed"
    detail = "The recording is kept, but its length could not be read yet; it is tried again later."
    http_status = 503


@dataclass(frozen=True, slots=True)
class FileSource:
    """A regular file on this machine."""

    path: Path


@dataclass(frozen=True, slots=True)
class UrlSource:
    """An object behind a presigned http(s) URL that answers Range requests."""

    url: str
    size_bytes: int


def probe(
    source: FileSource | UrlSource, *, seconds: float | None = None, memory_bytes: int | None = None
) -> MediaFacts:
    """Return the facts of the recording in ``source``, reading only parts of it.

    ``seconds`` bounds wall-clock and processor time (default MEDIA_PROBE_SECONDS),
    ``memory_bytes`` the child's address space (default MEDIA_PROBE_MEMORY_BYTES). At most
    CHILDREN_AT_ONCE probes run per process; a further one waits for its turn.
    A recording that was cut short is answered with ``truncated``.

    Raises NotMedia when the bytes are no recording; ProbeFailed when that could not be found
    out (bytes unreachable, out of time or memory, libav crashed): keep the file, try later.
    """
    seconds = settings.MEDIA_PROBE_SECONDS if seconds is None else seconds
    memory_bytes = settings.MEDIA_PROBE_MEMORY_BYTES if memory_bytes is None else memory_bytes
    request = {"seconds": seconds, "memory_bytes": memory_bytes, **_described(source)}
    with _children:
        answer = _ask_child(orjson.dumps(request), seconds=seconds)
    return _facts(answer)


def _described(source: FileSource | UrlSource) -> dict[str, Any]:
    if isinstance(source, FileSource):
        return {"path": str(source.path.resolve())}
    # The same variable that points boto3 at a private certificate authority.
    ca_bundle = os.environ.get("AWS_CA_BUNDLE")
    return {"url": source.url, "size_bytes": source.size_bytes, "ca_bundle": ca_bundle}


def _ask_child(request: bytes, *, seconds: float) -> bytes:
    deadline = time.monotonic() + seconds
    # The request goes by pipe: a presigned URL in the arguments could be read by anyone here.
    child = subprocess.Popen(
        [sys.executable, "-I", "-c", _BOOTSTRAP, str(_ROOT)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd="/",
        env={"LC_ALL": "C.UTF-8"},
        start_new_session=True,
    )
    try:
        _send(child, request)
        answer = _receive(child, deadline)
        child.wait(timeout=max(0.0, deadline - time.monotonic()))
    except subprocess.TimeoutExpired:
        raise _failed("out of time") from None
    finally:
        _end(child)
    if child.returncode != 0:
        raise _failed(f"child ended with {child.returncode}")
    return answer


def _send(child: subprocess.Popen[bytes], request: bytes) -> None:
    if child.stdin is None:
        raise _failed("no pipe")
    try:
        with child.stdin as pipe:
            pipe.write(request)
    except BrokenPipeError:
        raise _failed("child ended before it was asked") from None


def _receive(child: subprocess.Popen[bytes], deadline: float) -> bytes:
    """Return all the child says until it closes its end, within the deadline and a size."""
    if child.stdout is None:
        raise _failed("no pipe")
    fd = child.stdout.fileno()
    poll = select.poll()
    poll.register(fd, select.POLLIN | select.POLLHUP)
    answer = b""
    while True:
        left = deadline - time.monotonic()
        if left <= 0 or not poll.poll(left * 1000):
            raise _failed("out of time")
        piece = os.read(fd, LONGEST_ANSWER_BYTES)
        if not piece:
            return answer
        answer += piece
        if len(answer) > LONGEST_ANSWER_BYTES:
            raise _failed("answer too long")


def _end(child: subprocess.Popen[bytes]) -> None:
    """Leave nothing of the child's process group behind."""
    if child.poll() is None:
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()
    for pipe in (child.stdin, child.stdout):
        if pipe is not None and not pipe.closed:
            pipe.close()


def _facts(answer: bytes) -> MediaFacts:
    try:
        said = orjson.loads(answer)
        if isinstance(said, dict) and said.get("error") == "not_media":
            raise NotMedia
        if isinstance(said, dict) and "error" in said:
            raise _failed(str(said.get("reason")))
        return MediaFacts.from_json(said["facts"])
    except (ValueError, KeyError, TypeError):
        raise _failed("answer not understood") from None


def _failed(reason: str) -> ProbeFailed:
    """Return the error for the caller; the reason, which holds no URL, goes to the log."""
    logger.warning("media probe failed: %s", reason[:200])
    return ProbeFailed()
