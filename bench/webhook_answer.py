"""How long a platform waits from its POST to the answer, beside a Django view that does nothing.

    python bench/webhook_answer.py [REQUESTS]

REQUESTS (default 200) of each kind are sent one after the other, taking turns, over one connection
to the real web process (gunicorn, SQLite, embedded broker). Zoom's are signed, each other news; the
row is there when the answer comes. Printed: median and 95th percentile in milliseconds.
"""

from __future__ import annotations

import http.client
import json
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.integrations.receivers.bodies import BODIES  # noqa: E402
from tests.integrations.receivers.signing import SECRETS, dumped, signed  # noqa: E402
from tests.journeys.stack import Stack  # noqa: E402

CONNECTIONS = 50
SEED = """
import django
django.setup()
from accounts.models import User
from filmroom.sealing import seal_fields
from integrations.models import Connection
coach = User.objects.get(email="coach@example.com")
for number in range(%d):
    secrets = {"webhook_secret": "of somebody else %%d" %% number}
    Connection.objects.create(coach=coach, platform="zoom", sealed_secrets=seal_fields(secrets))
made = Connection.objects.create(coach=coach, platform="zoom", sealed_secrets=seal_fields(%r))
print(made.pk)
"""
COUNT = """
import django
django.setup()
from integrations.models import ReceivedEvent
print(ReceivedEvent.objects.filter(platform="zoom").exclude(outcome="rejected").count())
"""


class AnsweringStack(Stack):
    """Real processes, and an address whose view does nothing."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._environment["DJANGO_SETTINGS_MODULE"] = "bench.empty_view"

    def run(self, code: str) -> str:
        """What a script prints at last."""
        return self._python("-c", code).split()[-1]


class Caller:
    """A platform with one connection kept open."""

    def __init__(self, port: int) -> None:
        self._line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self.meeting = 0

    def call(self, path: str) -> float:
        """Send one signed request and return the milliseconds until its answer was read."""
        self.meeting += 1
        body = dumped(BODIES["zoom"] | {"event_ts": 1_768_406_460_000 + self.meeting})
        headers = signed("zoom", body) | {"Content-Type": "application/json"}
        began = time.perf_counter()
        self._line.request("POST", path, body, headers)
        answer = self._line.getresponse()
        told = json.loads(answer.read())
        took = 1000 * (time.perf_counter() - began)
        if answer.status not in (200, 202) or told != {"received": True}:
            raise SystemExit(f"{path}: {answer.status} {told}")
        return took


def measure(caller: Caller, paths: dict[str, str], count: int) -> dict[str, list[float]]:
    """Milliseconds of ``count`` requests of each kind, the kinds taking turns."""
    took: dict[str, list[float]] = {name: [] for name in paths}
    for path in paths.values():
        caller.call(path)  # the first one imports and connects
    for _each in range(count):
        for name, path in paths.items():
            took[name].append(caller.call(path))
    return took


def tell(title: str, took: dict[str, list[float]]) -> None:
    """Print a line for each kind of request."""
    sys.stdout.write(f"{title}\n")
    for name, times in took.items():
        median, late = statistics.median(times), statistics.quantiles(times, n=20)[-1]
        sys.stdout.write(
            f"  {name:<42} median {median:6.1f} ms   95 % {late:6.1f} ms   most {max(times):6.1f}\n"
        )
    sys.stdout.flush()


def main(count: int) -> None:
    """Start everything, measure with the broker and without, and count the rows."""
    with tempfile.TemporaryDirectory() as folder, AnsweringStack(Path(folder)) as stack:
        own = stack.run(SEED % (CONNECTIONS, SECRETS["zoom"]))
        stack.start("web")
        caller = Caller(stack.port)
        paths: dict[str, Any] = {
            "a view that does nothing (peer)": "/empty",
            "Zoom, the connection's own address": f"/webhooks/zoom/{own}",
            f"Zoom, the bare address, {CONNECTIONS + 1} connections": "/webhooks/zoom",
        }
        tell(f"{count} requests of each kind", measure(caller, paths, count))
        stack.stop("broker")
        tell("the same with the broker away", measure(caller, paths, count))
        # Each kind is called once before its turns are counted.
        expected = 2 * (len(paths) - 1) * (count + 1)
        sys.stdout.write(f"rows: {stack.run(COUNT)} of {expected}\n")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
