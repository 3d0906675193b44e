"""Makes what a browser can show of a recording, in a process of its own (`rendering_child`)."""

from __future__ import annotations

import base64
import binascii
import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
from django.conf import settings

from filmroom.errors import FilmRoomError
from recordings.media import children, tracks
from recordings.media.probing import FileSource, UrlSource, described

logger = logging.getLogger(__name__)

LONGEST_ANSWER_BYTES = 16 * 1024 * 1024
# What a poster or thumbnails may read of a recording: some hundred key frames with their
# surroundings, by far less than an hour of it.
MOST_PICTURE_BYTES = 256 * 1024 * 1024
# What of a recording may be read twice: its index, packets that lie out of order.
READ_AGAIN_BYTES = 256 * 1024 * 1024
_BOOTSTRAP = children.bootstrap("recordings.media.rendering_child")
# glibc would reserve 64 MiB of address space for each thread of libav.
_ENVIRONMENT = {"MALLOC_ARENA_MAX": "2"}


class RenderingFailed(FilmRoomError):
    """A rendition could not be made; ``is_final`` when another try would end the same way."""

    code = "rendering_failed"
    detail = "This could not be made of the recording: try again, and tell staff if that fails."
    http_status = 503
    is_final = False


class Unreadable(RenderingFailed):
    code = "unreadable"
    detail = "This recording cannot be decoded: download it, or upload it in another format."
    http_status = 422
    is_final = True


class TooCostly(RenderingFailed):
    code = "too_costly"
    detail = "This recording has no index, so no pictures can be taken from it; it still plays."
    http_status = 422
    is_final = True


class OutOfTime(RenderingFailed):
    code = "out_of_time"
    detail = "Converting this recording took too long: upload it as MP4 with H.264 and AAC."
    http_status = 422
    is_final = True


class NoRoom(RenderingFailed):
    code = "no_room"
    detail = (
        "There is not enough disk space on the server for a copy that browsers can play:"
        " tell staff. The original can be downloaded."
    )
    http_status = 507


_ERRORS: dict[str, type[RenderingFailed]] = {
    each.code: each for each in (Unreadable, TooCostly, NoRoom)
}


@dataclass(frozen=True, slots=True)
class Made:
    """What came of it; ``data`` is empty for a web copy, whose bytes are in its file."""

    data: bytes
    details: dict[str, Any]


def make_picture(
    kind: str,
    source: FileSource | UrlSource,
    *,
    container: str,
    duration_seconds: float | None,
    check: Callable[[], None],
) -> Made:
    """Return a ``poster`` or ``thumbnails`` (JPEG), or a ``waveform`` (JSON) of a recording.

    Pictures read no more than MOST_PICTURE_BYTES of it, a waveform all. ``check`` is called about
    every second, and what it raises ends the work. Raises RenderingFailed kinds.
    """
    most_bytes = MOST_PICTURE_BYTES
    if kind == "waveform" and isinstance(source, UrlSource):
        most_bytes = source.size_bytes + READ_AGAIN_BYTES
    request = {
        "kind": kind,
        "container": container,
        "duration_seconds": duration_seconds,
        "seconds": settings.RENDITION_SECONDS,
        "file_bytes": 0,
        "most_bytes": most_bytes,
    }
    return _made(_ask(request, source, check=check))


def make_web_copy(
    source: FileSource | UrlSource,
    *,
    container: str,
    target: Path,
    most_bytes: int,
    check: Callable[[], None],
    on_progress: Callable[[int], None],
) -> Made:
    """Write a copy of the recording that browsers play to ``target``, of ``most_bytes`` at most.

    Takes WEB_COPY_SECONDS at most, on low priority. ``on_progress`` gets per cent, ``check`` is
    called about every second, and what it raises ends the work. Raises RenderingFailed kinds.
    """
    request = {
        "kind": "web_copy",
        "container": container,
        "target": str(target),
        "seconds": settings.WEB_COPY_SECONDS,
        "file_bytes": most_bytes,
    }
    if isinstance(source, UrlSource):
        # Twice, should the streams not move over as they are.
        request["most_bytes"] = 2 * source.size_bytes + READ_AGAIN_BYTES

    def on_line(line: bytes) -> None:
        if line.isdigit() and len(line) <= 3:
            on_progress(min(int(line), 99))

    return _made(_ask(request, source, check=check, on_line=on_line))


def room_for_web_copy(size_bytes: int, duration_seconds: float | None) -> int:
    """Return the bytes that a web copy of such a recording takes at most: as a rule far less."""
    rate = tracks.VIDEO_BITS_PER_SECOND + tracks.AUDIO_BITS_PER_SECOND
    encoded = (duration_seconds or 0) * rate / 8
    # Streams that move over are as large as they were; headers and index come on top.
    return round(max(size_bytes, encoded) * 1.05) + 16 * 1024 * 1024


def _ask(
    request: dict[str, Any],
    source: FileSource | UrlSource,
    *,
    check: Callable[[], None],
    on_line: Callable[[bytes], None] | None = None,
) -> bytes:
    request |= {"memory_bytes": settings.RENDITION_MEMORY_BYTES, **described(source)}
    try:
        return children.ask(
            _BOOTSTRAP,
            orjson.dumps(request),
            seconds=request["seconds"],
            most_bytes=LONGEST_ANSWER_BYTES,
            on_line=on_line,
            check=check,
            environment=_ENVIRONMENT,
        )
    except children.ChildFailed as failure:
        logger.warning("rendition child failed: %s", failure.reason)
        raise (OutOfTime if failure.out_of_time else RenderingFailed) from None


def _made(answer: bytes) -> Made:
    try:
        said = orjson.loads(answer)
        if "error" in said:
            logger.warning("rendition not made: %s %s", said["error"], said.get("reason", ""))
            raise _ERRORS.get(said["error"], RenderingFailed)
        made = said["made"]
        return Made(base64.b64decode(made.get("data", ""), validate=True), dict(made["details"]))
    except (ValueError, KeyError, TypeError, AttributeError, binascii.Error):
        logger.warning("rendition child's answer not understood")
        raise RenderingFailed from None
