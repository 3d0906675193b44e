"""Asks libav what a recording is, in a process of its own whose crash or hang harms nobody."""

from __future__ import annotations

import logging
import os
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
from django.conf import settings

from filmroom.errors import FilmRoomError
from recordings.media import children
from recordings.media.facts import MediaFacts

logger = logging.getLogger(__name__)

CHILDREN_AT_ONCE = 4
LONGEST_ANSWER_BYTES = 64 * 1024

_BOOTSTRAP = children.bootstrap("recordings.media.probe_child")
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
    request = {"seconds": seconds, "memory_bytes": memory_bytes, **described(source)}
    with _children:
        answer = _ask_child(orjson.dumps(request), seconds=seconds)
    return _facts(answer)


def described(source: FileSource | UrlSource) -> dict[str, Any]:
    """Return the source as a child's request names it."""
    if isinstance(source, FileSource):
        return {"path": str(source.path.resolve())}
    # The same variable that points boto3 at a private certificate authority.
    ca_bundle = os.environ.get("AWS_CA_BUNDLE")
    return {"url": source.url, "size_bytes": source.size_bytes, "ca_bundle": ca_bundle}


def _ask_child(request: bytes, *, seconds: float) -> bytes:
    try:
        return children.ask(_BOOTSTRAP, request, seconds=seconds, most_bytes=LONGEST_ANSWER_BYTES)
    except children.ChildFailed as failure:
        raise _failed(failure.reason) from None


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
