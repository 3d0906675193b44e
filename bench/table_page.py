"""What the recordings page costs: bytes, requests, queries, server time, and time in a browser.

    python bench/table_page.py [SESSIONS]

SESSIONS (default 10,000) of one coach, of which the page shows the first 50 rows. Three parts:

- server: queries and time of one request, on SQLite, and on PostgreSQL where TEST_POSTGRES_URL
  names a server (a database of its own is made there and dropped);
- wire: each file that Chromium loads for the page over real processes, static files collected, by
  its bytes after gzip: what WhiteNoise sends is counted as sent, HTML as nginx compresses it;
- browser: first and largest contentful paint and DOMContentLoaded, medians of five cold loads,
  the processor slowed down four times as Lighthouse does for phones.

The promise is 60 KB for the page with everything but uploader and player.
"""

from __future__ import annotations

import gzip
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

ADDRESS = "/dashboard/coach/recordings"
LOADS = 5
REQUESTS = 30
# What nginx compresses HTML with unless told otherwise is 1; 6 is what people set.
HTML_LEVEL = 6
# As Lighthouse emulates a phone's network.
SLOW_4G = {"offline": False, "latency": 150, "downloadThroughput": 1_638_400 * 0.9 / 8,
           "uploadThroughput": 675_000 * 0.9 / 8}  # fmt: skip

SEED = """
import sys
from datetime import timedelta
from django.utils import timezone
from accounts.models import User
from recordings.models import SessionUpload
from sessions_app.models import Session

def seed(count):
    coach = User.objects.get(email="coach@example.com")
    clients = [User(email=f"client{n}@example.com", name=f"Client {n}", role="client")
               for n in range(200)]
    User.objects.bulk_create(clients)
    now = timezone.now()
    states = ("completed", "completed", "completed", "failed", "")
    sessions = []
    for n in range(count):
        state = states[n % len(states)]
        session = Session(
            coach=coach, client=clients[n % 200], title=f"Session {n}: the next step",
            scheduled_at=now - timedelta(hours=3 * n), s3_status=state)
        if state == "completed":
            session.recording_upload_id = session.pk
            session.s3_key = f"recordings/{n}.mp4"
            session.s3_uploaded_at = session.scheduled_at + timedelta(hours=1)
            session.recording_size_bytes = 400_000_000 + n
            session.recording_duration_seconds = 3000.0 + n % 900
            session.external_platform = "zoom"
        sessions.append(session)
    Session.objects.bulk_create(sessions, batch_size=1000)
    SessionUpload.objects.bulk_create([
        SessionUpload(
            session=session, type="external", status="failed", error_code="expired_or_deleted",
            error_detail="There is no recording at this link any more; ask its owner for a new"
            " link, or upload the file here.",
            s3_key=f"recordings/failed-{session.pk}", original_url="https://files.example.com/a")
        for session in sessions if session.s3_status == "failed"], batch_size=1000)
    return coach
"""
SERVER = (
    """
import tests.environment
import django
django.setup()
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, setup_test_environment
import json, statistics, time
"""
    + SEED
    + """
connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
setup_test_environment()
User.objects.create_user("coach@example.com", name="Carla Coach", role="coach")
web = Client()
web.force_login(seed(int(sys.argv[1])))
address, requests = sys.argv[2], int(sys.argv[3])
if connection.vendor == "postgresql":
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
assert web.get(address).status_code == 200
with CaptureQueriesContext(connection) as queries:
    web.get(address)
asked = [float(query["time"]) for query in queries]
took = []
for _ in range(requests):
    began = time.perf_counter()
    web.get(address)
    took.append(1000 * (time.perf_counter() - began))
print(json.dumps({"vendor": connection.vendor, "queries": len(asked),
                  "sql_ms": sum(asked) * 1000,
                  "median": statistics.median(took), "slowest": max(took)}))
connection.creation.destroy_test_db("unused", verbosity=0)
"""
)


def measure_server(count: int, postgres: str) -> str:
    """One line about a database: SQLite, or the PostgreSQL of a URL."""
    environment = {name: value for name, value in os.environ.items() if name != "TEST_POSTGRES_URL"}
    if postgres:
        environment["TEST_POSTGRES_URL"] = postgres
    done = subprocess.run(
        [sys.executable, "-c", SERVER, str(count), ADDRESS, str(REQUESTS)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise SystemExit(done.stderr)
    told = json.loads(done.stdout.splitlines()[-1])
    return (
        f"  {told['vendor']}: {told['queries']} queries ({told['sql_ms']:.0f} ms in them),"
        f" {told['median']:.0f} ms a request (median of {REQUESTS}, slowest {told['slowest']:.0f})"
    )


def collected_stack(folder: Path) -> Any:
    """Real processes that serve collected files."""
    from tests.journeys.stack import Stack  # noqa: PLC0415 - the server part needs none of it

    class CollectedStack(Stack):
        def __init__(self, folder: Path) -> None:
            super().__init__(folder)
            self._environment["DJANGO_SETTINGS_MODULE"] = "bench.collected"

        def run(self, code: str) -> str:
            return self._python("-c", f"import django\ndjango.setup()\n{code}")

    return CollectedStack(folder)


def measure_browser(count: int) -> None:
    """Print what Chromium loads, and how long it takes."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415

    from tests.chromium import launch_arguments  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as folder, collected_stack(Path(folder)) as stack:
        stack.manage("collectstatic", "--noinput", "--verbosity", "0")
        stack.run(f"{SEED}\nseed({count})")
        stack.start("web")
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(**launch_arguments())
            state = sign_in(browser, stack.site)
            print_wire(browser, stack.site, state)
            for label, network in (("processor / 4", None), ("processor / 4, slow 4G", SLOW_4G)):
                print_timings(browser, stack.site, state, label, network)
            browser.close()


def sign_in(browser: Any, site: str) -> Any:
    """The cookies of the coach."""
    from tests.journeys.stack import PASSWORD  # noqa: PLC0415

    context = browser.new_context(base_url=site)
    page = context.new_page()
    page.goto("/")
    page.get_by_label("Email").fill("coach@example.com")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"**{ADDRESS}**")
    return context.storage_state()


def print_wire(browser: Any, site: str, state: Any) -> None:
    """List every response by its bytes after gzip, the largest first."""
    page = browser.new_context(base_url=site, storage_state=state).new_page()
    responses: list[Any] = []
    page.on("response", lambda response: responses.append(response))
    page.goto(ADDRESS, wait_until="networkidle")
    lines = []
    for response in responses:
        body = response.body()
        is_page = response.url == page.url or "static" not in urlsplit(response.url).path
        if is_page:
            sent = len(gzip.compress(body, HTML_LEVEL, mtime=0))
        else:
            sent = int(response.headers.get("content-length", len(body)))
        lines.append((sent, len(body), urlsplit(response.url).path))
    total, plain = (sum(line[place] for line in lines) for place in (0, 1))
    write(
        f"wire: {len(lines)} requests, {total / 1000:.1f} KB gzipped, {plain / 1000:.1f} KB plain"
    )
    for sent, size, path in sorted(lines, reverse=True):
        write(f"  {sent:>7,}  {size:>8,}  {path}")


def print_timings(browser: Any, site: str, state: Any, label: str, network: Any) -> None:
    """Print medians of loads, each with an empty cache."""
    loads = [one_load(browser, site, state, network) for _ in range(LOADS)]
    medians = {
        name: statistics.median(load[name] for load in loads)
        for name in ("ttfb", "fcp", "lcp", "dcl", "shift", "blocked")
    }
    write(
        f"browser, {label}: first byte {medians['ttfb']:.0f} ms, first paint {medians['fcp']:.0f},"
        f" largest paint {medians['lcp']:.0f}, DOMContentLoaded {medians['dcl']:.0f},"
        f" layout shift {medians['shift']:.3f}, long tasks {medians['blocked']:.0f} ms"
    )


def one_load(browser: Any, site: str, state: Any, network: Any) -> dict[str, float]:
    """Load the page once; milliseconds from the start of the navigation."""
    context = browser.new_context(
        base_url=site, storage_state=state, viewport={"width": 412, "height": 823}
    )
    page = context.new_page()
    devtools = context.new_cdp_session(page)
    devtools.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    if network:
        devtools.send("Network.enable")
        devtools.send("Network.emulateNetworkConditions", network)
    page.goto(ADDRESS, wait_until="networkidle")
    time.sleep(0.3)  # for the last of the largest paints
    told: dict[str, float] = page.evaluate(TIMINGS)
    context.close()
    return told


TIMINGS = """async () => {
  const seen = (type) => new Promise((resolve) => {
    const entries = [];
    const observer = new PerformanceObserver((list) => entries.push(...list.getEntries()));
    observer.observe({ type, buffered: true });
    setTimeout(() => resolve(entries), 100);
  });
  const [navigation] = performance.getEntriesByType("navigation");
  const [paint] = performance.getEntriesByName("first-contentful-paint");
  const largest = (await seen("largest-contentful-paint")).at(-1);
  const shifts = await seen("layout-shift");
  const tasks = await seen("longtask");
  return {
    ttfb: navigation.responseStart,
    fcp: paint.startTime,
    lcp: largest.startTime,
    dcl: navigation.domContentLoadedEventEnd,
    shift: shifts.reduce((sum, each) => sum + each.value, 0),
    blocked: tasks.reduce((sum, each) => sum + each.duration - 50, 0),
  };
}"""


def write(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> None:
    count = int(sys.argv[1] if len(sys.argv) > 1 else 10_000)
    write(f"server: 50 rows out of {count:,} sessions")
    for postgres in dict.fromkeys(("", os.environ.get("TEST_POSTGRES_URL", ""))):
        write(measure_server(count, postgres))
    measure_browser(count)


if __name__ == "__main__":
    main()
