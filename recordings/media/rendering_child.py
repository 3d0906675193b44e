"""The guarded process that makes one rendition: limits itself, says progress, then what it made.

Reads a request from standard input. Writes lines that are numbers (per cent), and last, without a
line's end, one JSON object: ``made``, or ``error`` with ``unreadable``, ``no_room``,
``too_costly`` or ``failed``, and a ``reason``. Imports neither Django nor settings.
"""

from __future__ import annotations

import base64
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

import av.error

from recordings.media import pictures, sound, tracks, web_copies
from recordings.media.byte_sources import ByteSource, SourceUnreadable, TooManyBytes
from recordings.media.probe_child import limit, source_of
from recordings.media.reading import NothingToPlay

NICENESS = 15
# A bucket that says "slow down" in the third hour of a copy is asked again.
TRIES = 5


def main() -> None:
    """Answer the request on standard input and leave."""
    request = json.load(sys.stdin)
    os.nice(NICENESS)
    limit(
        seconds=request["seconds"],
        memory_bytes=request["memory_bytes"],
        file_bytes=request["file_bytes"],
        # Decoder and encoder, and what feeds them.
        threads=2 * tracks.THREADS + 1,
    )
    said = answer(request)
    sys.stdout.write(json.dumps(said))
    sys.stdout.flush()
    # Taking libav down in order could still crash on what a hostile file left behind.
    os._exit(0)


def answer(request: dict[str, Any]) -> dict[str, Any]:
    """Return the JSON object for one request."""
    try:
        return {"made": _make(request)}
    except NothingToPlay:
        return {"error": "unreadable"}
    except web_copies.NoRoom:
        return {"error": "no_room"}
    except TooManyBytes:
        return {"error": "too_costly"}
    except SourceUnreadable as error:
        return {"error": "failed", "reason": str(error)}
    except (MemoryError, av.error.MemoryError):
        return {"error": "failed", "reason": "memory"}


def _make(request: dict[str, Any]) -> dict[str, Any]:
    source = _PatientSource(source_of(request))
    kind, container = request["kind"], request["container"]
    if kind == "web_copy":
        return {
            "details": web_copies.write_web_copy(
                source, container, Path(request["target"]), _say_progress
            )
        }
    if kind == "waveform":
        waves = sound.waveform(source, container)
        return _packed(json.dumps(waves).encode(), {"count": len(waves["peaks"])})
    draw = pictures.poster if kind == "poster" else pictures.thumbnails
    picture = draw(source, container, request["duration_seconds"])
    return _packed(picture.data, picture.details)


def _packed(data: bytes, details: dict[str, Any]) -> dict[str, Any]:
    return {"data": base64.b64encode(data).decode(), "details": details}


def _say_progress(percent: float) -> None:
    sys.stdout.write(f"{percent:.0f}\n")
    sys.stdout.flush()


class _PatientSource:
    """Bytes that are asked for again when they cannot be had."""

    def __init__(self, source: ByteSource) -> None:
        self._source = source
        self.size = source.size

    def read_at(self, offset: int, length: int) -> bytes:
        for wait in range(TRIES - 1):
            try:
                return self._source.read_at(offset, length)
            except TooManyBytes:
                raise
            except SourceUnreadable:
                time.sleep(2**wait)
        return self._source.read_at(offset, length)


if __name__ == "__main__":
    main()
