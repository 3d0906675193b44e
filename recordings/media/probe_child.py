"""The guarded process: limits itself, reads one recording's facts, says them in JSON.

Reads a request from standard input, writes one JSON object to standard output: ``facts``, or
``error`` with ``not_media`` or ``failed`` and a ``reason``. Imports neither Django nor settings.
"""

from __future__ import annotations

import json
import math
import os
import resource
import signal
import sys
from typing import Any

from recordings.media.byte_sources import ByteSource, FileBytes, HttpRangeBytes, SourceUnreadable
from recordings.media.reading import NothingToPlay, read_facts


def main() -> None:
    """Answer the request on standard input and leave."""
    request = json.load(sys.stdin)
    limit(seconds=request["seconds"], memory_bytes=request["memory_bytes"])
    json.dump(answer(request), sys.stdout)
    sys.stdout.flush()
    # Taking libav down in order could still crash on what a hostile file left behind.
    os._exit(0)


def limit(*, seconds: float, memory_bytes: int, file_bytes: int = 0, threads: int = 1) -> None:
    """Bound what this process may take: address space, processor time, files, its own life."""
    cpu = math.ceil(seconds * threads)
    for what, most in (
        (resource.RLIMIT_AS, memory_bytes),
        (resource.RLIMIT_CPU, cpu),
        (resource.RLIMIT_NOFILE, 32),
        (resource.RLIMIT_FSIZE, file_bytes),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(what)[1]
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (most, most))
    # Should the parent be gone, nobody else stops a read that hangs.
    signal.setitimer(signal.ITIMER_REAL, seconds + 1)


def answer(request: dict[str, Any]) -> dict[str, Any]:
    """Return the JSON object for one request."""
    try:
        return {"facts": read_facts(source_of(request)).to_json()}
    except NothingToPlay:
        return {"error": "not_media"}
    except SourceUnreadable as error:
        return {"error": "failed", "reason": str(error)}
    except MemoryError:
        return {"error": "failed", "reason": "memory"}


def source_of(request: dict[str, Any]) -> ByteSource:
    """Return the bytes that a request names, ``most_bytes`` of them at most where it says so.

    Raises SourceUnreadable.
    """
    if "path" in request:
        return FileBytes(request["path"])
    return HttpRangeBytes(
        request["url"],
        request["size_bytes"],
        ca_bundle=request["ca_bundle"],
        most_bytes=request.get("most_bytes"),
    )


if __name__ == "__main__":
    main()
