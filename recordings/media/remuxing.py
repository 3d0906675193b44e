"""Joins gathered tracks to one MP4 without encoding, in a process of its own."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import orjson
from django.conf import settings

from recordings.media import children

logger = logging.getLogger(__name__)

# Copying packets takes about as long as reading and writing the file twice.
SECONDS = 3600
LONGEST_ANSWER_BYTES = 64 * 1024
# Beside the packets themselves: the index, and a little more for each of many small ones.
_MOST_GROWTH, _INDEX_BYTES = 1.05, 16 * 1024 * 1024
_BOOTSTRAP = children.bootstrap("recordings.media.remuxing_child")
_ENVIRONMENT = {"MALLOC_ARENA_MAX": "2"}


class RemuxFailed(Exception):
    """No MP4 came of the tracks: by accident here, while the kinds below say why."""


class TracksUnreadable(RemuxFailed):
    """A track is no audio or video, or a damaged one."""


class CodecNotCarried(RemuxFailed):
    """An MP4 does not hold a track's codec, whose name is the argument."""


class NoRoom(RemuxFailed):
    """The disk is full."""


@dataclass(frozen=True, slots=True)
class Remuxed:
    """What the MP4 holds; a codec is '' where there is no such stream."""

    video_codec: str
    audio_codec: str
    duration_seconds: float


def room_for(tracks_bytes: int) -> int:
    """Return the bytes that an MP4 of such tracks takes at most."""
    return round(tracks_bytes * _MOST_GROWTH) + _INDEX_BYTES


def remux(
    tracks: Sequence[Path],
    target: Path,
    *,
    check: Callable[[], None],
    seconds: float = SECONDS,
    memory_bytes: int | None = None,
) -> Remuxed:
    """Write one MP4 of one or two gathered ``tracks`` to ``target``, its index in front.

    Packets are copied, not encoded anew, and keep their times beside each other. ``check`` is
    called about every second, and what it raises ends the work. ``memory_bytes`` (default
    RENDITION_MEMORY_BYTES) bounds the child's address space. Raises RemuxFailed kinds.
    """
    request = {
        "paths": [str(path.resolve()) for path in tracks],
        "target": str(target),
        "seconds": seconds,
        "memory_bytes": memory_bytes or settings.RENDITION_MEMORY_BYTES,
        "file_bytes": room_for(sum(path.stat().st_size for path in tracks)),
    }
    try:
        answer = children.ask(
            _BOOTSTRAP,
            orjson.dumps(request),
            seconds=seconds,
            most_bytes=LONGEST_ANSWER_BYTES,
            check=check,
            environment=_ENVIRONMENT,
        )
    except children.ChildFailed as failure:
        logger.warning("remuxing child failed: %s", failure.reason)
        raise RemuxFailed(failure.reason) from None
    return _remuxed(answer)


def _remuxed(answer: bytes) -> Remuxed:
    try:
        said = orjson.loads(answer)
        if "error" in said:
            reason = str(said.get("reason", ""))[:200]
            logger.warning("tracks not joined: %s %s", said["error"], reason)
            raise _ERRORS.get(said["error"], RemuxFailed)(reason)
        made = said["made"]
        return Remuxed(
            str(made["video_codec"]), str(made["audio_codec"]), float(made["duration_seconds"])
        )
    except (ValueError, KeyError, TypeError):
        raise RemuxFailed("answer not understood") from None


_ERRORS: dict[str, type[RemuxFailed]] = {
    "unreadable": TracksUnreadable,
    "not_carried": CodecNotCarried,
    "no_room": NoRoom,
}
