"""The guarded process that joins gathered tracks to one MP4: limits itself, then says what it is.

Reads a request from standard input. Writes one JSON object: ``made``, or ``error`` with
``unreadable``, ``not_carried``, ``no_room`` or ``failed``, and a ``reason``. Imports neither Django
nor settings.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import av.error

from recordings.media import joining
from recordings.media.byte_sources import SourceUnreadable
from recordings.media.probe_child import limit
from recordings.media.reading import NothingToPlay


def main() -> None:
    """Answer the request on standard input and leave."""
    request = json.load(sys.stdin)
    limit(
        seconds=request["seconds"],
        memory_bytes=request["memory_bytes"],
        file_bytes=request["file_bytes"],
    )
    sys.stdout.write(json.dumps(answer(request)))
    sys.stdout.flush()
    # Taking libav down in order could still crash on what a hostile file left behind.
    os._exit(0)


def answer(request: dict[str, Any]) -> dict[str, Any]:
    """Return the JSON object for one request."""
    try:
        paths = [Path(path) for path in request["paths"]]
        return {"made": joining.write_mp4(paths, Path(request["target"]))}
    except joining.NotCarried as error:
        return {"error": "not_carried", "reason": str(error)}
    except joining.NoRoom:
        return {"error": "no_room"}
    except NothingToPlay:
        return {"error": "unreadable"}
    except SourceUnreadable as error:
        return {"error": "failed", "reason": str(error)}
    except (MemoryError, av.error.MemoryError):
        return {"error": "failed", "reason": "memory"}


if __name__ == "__main__":
    main()
