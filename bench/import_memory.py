"""How much a worker grows while it imports one large file: prints one line.

    python bench/import_memory.py [MIB]

Real processes as in tests/journeys: the worker fetches MIB (default 1024) mebibytes from a server
on loopback into the embedded bucket. The promise is less than 100 MiB more, whatever the size.
"""

from __future__ import annotations

import sys
import tempfile
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from recordings.media.boxes import free_box  # noqa: E402
from tests.journeys.stack import Stack, wait_for  # noqa: E402
from tests.origins import Behaviour, Exchange, Origin  # noqa: E402
from tests.recordings.media.variants import sample  # noqa: E402

MIB = 1024**2


def a_long_file(recording: bytes, size: int) -> Behaviour:
    """A recording of ``size`` bytes of which only the first are held in memory."""

    def behave(exchange: Exchange) -> None:
        exchange.send_head(200, {"Content-Type": "video/mp4", "Content-Length": str(size)})
        filler = size - len(recording)
        exchange.send(recording + free_box(filler))
        left, chunk = filler - len(free_box(filler)), bytes(MIB)
        while left:
            exchange.send(chunk[:left])
            left -= min(left, len(chunk))

    return behave


def resident(pid: int, field: str = "VmRSS") -> float:
    """Memory of a process in MiB, as the kernel counts it."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(field))


def main() -> None:
    """Import one small file, to have everything loaded, then the large one; print the growth."""
    size = int(sys.argv[1] if len(sys.argv) > 1 else 1024) * MIB
    recording = sample("mp4", seconds=2)
    with tempfile.TemporaryDirectory() as folder, Stack(Path(folder)) as stack, Origin() as origin:
        worker = stack.start("worker")
        stack.start("web")
        token = stack.manage("create_token", "coach@example.com", "--scope", "write", "--name", "b")
        api = stack.api(token.strip())
        body = {"title": "Talk", "scheduled_at": "2026-01-14T15:00:00Z"}
        session_id = api("POST", "/sessions", 201, json=body)["id"]

        def bring(name: str, length: int) -> str:
            url = origin.serve(name, a_long_file(recording, length))
            asked = {"session_id": session_id, "external_url": url}
            upload_id = api("POST", "/recordings/upload", 202, json=asked)["upload_id"]

            def ended() -> str:
                shown = api("GET", f"/recordings/uploads/{upload_id}", 200)
                return "" if shown["status"] in ("pending", "uploading") else str(shown["status"])

            return str(wait_for(ended, seconds=900))

        bring("/small.mp4", len(recording) + MIB)
        before, peak, stopped = resident(worker.pid), [0.0], threading.Event()

        def watch() -> None:
            while not stopped.wait(0.05):
                peak[0] = max(peak[0], resident(worker.pid))

        watcher = threading.Thread(target=watch)
        watcher.start()
        began = time.monotonic()
        status = bring("/large.mp4", size)
        took = time.monotonic() - began
        stopped.set()
        watcher.join()
        after = resident(worker.pid)
        sys.stdout.write(
            f"import of {size // MIB} MiB: {status} in {took:.0f} s; worker {before:.0f} MiB"
            f" before, {peak[0]:.0f} at most, {after:.0f} after: +{peak[0] - before:.0f} MiB\n"
        )


if __name__ == "__main__":
    main()
