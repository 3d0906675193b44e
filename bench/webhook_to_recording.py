"""How long from a platform's webhook to the recording in the bucket: prints one line.

    python bench/webhook_to_recording.py [MIB] [TIMES]

Real processes as in tests/journeys: a signed webhook announces a recording of MIB (default 50)
mebibytes on a server on loopback, a worker fetches it into the embedded bucket; TIMES (default 5)
times one after the other. Beside it the same file imported by a link, in the same run: what the
webhook costs on top.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bench.import_memory import MIB, a_long_file  # noqa: E402
from tests.journeys.pages import Visitor, connect  # noqa: E402
from tests.journeys.stack import Api, Stack, wait_for  # noqa: E402
from tests.journeys.test_platforms_call import told  # noqa: E402
from tests.origins import Origin  # noqa: E402
from tests.recordings.media.variants import sample  # noqa: E402


def completed(api: Api, session_id: str) -> Callable[[], bool]:
    """Whether the session's newest upload is completed."""

    def look() -> bool:
        uploads = api("GET", f"/recordings/sessions/{session_id}", 200)["uploads"]
        return bool(uploads and uploads[0]["status"] == "completed")

    return look


def main() -> None:
    """Announce and import in turn; print the medians."""
    size = int(sys.argv[1] if len(sys.argv) > 1 else 50) * MIB
    times = int(sys.argv[2] if len(sys.argv) > 2 else 5)
    recording = sample("mp4", seconds=2)
    answered, announced, linked = [], [], []
    with tempfile.TemporaryDirectory() as folder, Stack(Path(folder)) as stack, Origin() as origin:
        stack.start("worker")
        stack.start("web")
        token = stack.manage("create_token", "coach@example.com", "--scope", "write", "--name", "b")
        api = stack.api(token.strip())
        address, secret = connect(Visitor(stack), "standard", name="bench")
        url = origin.serve("/talk.mp4", a_long_file(recording, size))
        for number in range(times + 1):
            meeting = str(700_000_000 + number)
            at = f"2026-03-{number + 1:02}T15:00:00Z"
            body = {"title": f"Talk {number}", "scheduled_at": at, "meeting_id": meeting}
            session_id = api("POST", "/sessions", 201, json=body)["id"]
            data = {
                "id": f"rec-{number}",
                "meeting_id": meeting,
                "started_at": at,
                "files": [{"id": "v", "kind": "video", "url": url}],
            }
            began = time.monotonic()
            told(address, secret, {"type": "recording.completed", "data": data}).raise_for_status()
            answer = time.monotonic() - began
            wait_for(completed(api, session_id), seconds=120)
            whole = time.monotonic() - began
            other = api("POST", "/sessions", 201, json={**body, "meeting_id": ""})["id"]
            began = time.monotonic()
            asked = {"session_id": other, "external_url": url}
            api("POST", "/recordings/upload", 202, json=asked)
            wait_for(completed(api, other), seconds=120)
            if number:  # the first of each loads what is loaded once
                answered.append(answer)
                announced.append(whole)
                linked.append(time.monotonic() - began)
    by_webhook, by_link = statistics.median(announced), statistics.median(linked)
    sys.stdout.write(
        f"{size // MIB} MiB, median of {times}: answered after"
        f" {statistics.median(answered) * 1000:.0f} ms, completed after {by_webhook:.2f} s;"
        f" by a link {by_link:.2f} s: {by_webhook / by_link:.2f} of its time\n"
    )


if __name__ == "__main__":
    main()
