"""What an upload sends again after its page was reloaded half-way: prints one line.

    python bench/resume_upload.py [MB]

Chromium sends MB (default 300) megabytes from the dialog of the recordings page to the embedded
bucket, over a line of 20 MB/s; at 60 % the page is reloaded and the file chosen again. Bytes are
counted in the browser, by the progress of each request, those of requests that the reload cut off
included.
"""

from __future__ import annotations

import re
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from playwright.sync_api import Page, expect, sync_playwright  # noqa: E402

from recordings.media.boxes import free_box  # noqa: E402
from tests.chromium import launch_arguments  # noqa: E402
from tests.journeys.stack import BUCKET, PASSWORD, Stack  # noqa: E402
from tests.recordings.media.variants import sample  # noqa: E402

MB = 1_000_000
RELOAD_AT = 0.6
LINE = {"offline": False, "latency": 5, "downloadThroughput": -1, "uploadThroughput": 20 * MB}
PATIENCE_MS = 600_000

# Keeps what each request to the bucket has sent so far; a reload ends the page, not the count.
COUNTER = """(() => {
  const send = XMLHttpRequest.prototype.send;
  const open = XMLHttpRequest.prototype.open;
  XMLHttpRequest.prototype.open = function (method, url, ...rest) {
    this.isPart = method === "PUT" && String(url).includes("partNumber=");
    return open.call(this, method, url, ...rest);
  };
  XMLHttpRequest.prototype.send = function (body) {
    if (this.isPart) {
      let before = 0;
      const count = (bytes) => {
        const sent = Number(sessionStorage.getItem("sent") ?? 0) + bytes - before;
        before = bytes;
        sessionStorage.setItem("sent", sent);
      };
      this.upload.addEventListener("progress", ({ loaded }) => count(loaded));
      this.upload.addEventListener("load", () => count(body.size));
    }
    return send.call(this, body);
  };
})()"""


def write_recording(path: Path, size: int) -> None:
    """Write a recording of ``size`` bytes."""
    recording = sample("mp4", seconds=2)
    filler = size - len(recording)
    with path.open("wb") as file:
        file.write(recording + free_box(filler))
        file.truncate(size)


def sent(page: Page) -> int:
    """Bytes that the browser has sent to the bucket, in this tab, until now."""
    return int(page.evaluate("() => Number(sessionStorage.getItem('sent') ?? 0)"))


def open_page(playwright: Any, stack: Stack) -> Page:
    """The coach's recordings page, over a line as of an office."""
    context = playwright.chromium.launch(**launch_arguments()).new_context(base_url=stack.site)
    context.add_init_script(COUNTER)
    page: Page = context.new_page()
    page.on("dialog", lambda dialog: dialog.accept())  # that it is still sending
    page.goto("/")
    page.get_by_label("Email").fill("coach@example.com")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/dashboard/coach/recordings**")
    devtools = context.new_cdp_session(page)
    devtools.send("Network.enable")
    devtools.send("Network.emulateNetworkConditions", LINE)
    return page


def send(page: Page, path: Path) -> None:
    """Choose the file in the dialog of the one session and send it."""
    page.get_by_role("link", name="Upload a recording of Talk").click()
    dialog = page.get_by_role("dialog")
    dialog.locator("#add-files").set_input_files(path)
    dialog.get_by_role("button", name=re.compile("^Upload [0-9]+ file")).click()
    expect(dialog).to_be_hidden()


def main() -> None:
    """Send, reload, send on; print what went over the line."""
    size = int(sys.argv[1] if len(sys.argv) > 1 else 300) * MB
    with tempfile.TemporaryDirectory() as folder, Stack(Path(folder)) as stack:
        path = Path(folder) / "talk.mp4"
        write_recording(path, size)
        stack.start("web")
        token = stack.manage("create_token", "coach@example.com", "--scope", "write", "--name", "b")
        body = {"title": "Talk", "scheduled_at": "2026-01-14T15:00:00Z"}
        stack.api(token.strip())("POST", "/sessions", 201, json=body)
        with sync_playwright() as playwright:
            page = open_page(playwright, stack)
            send(page, path)
            while sent(page) < RELOAD_AT * size:
                page.wait_for_timeout(20)
            page.reload()
            before = sent(page)
            kept = stored_parts(stack)
            began = time.monotonic()
            send(page, path)
            uploads = page.get_by_role("region", name="Uploads")
            expect(uploads).to_contain_text("Stored", timeout=PATIENCE_MS)
            took = time.monotonic() - began
            total = sent(page)
        [(key,)] = stack.sql(
            "SELECT s3_key FROM recordings_sessionupload WHERE status = 'completed'"
        )
        length = stack.s3().head_object(Bucket=BUCKET, Key=key)["ContentLength"]
    sys.stdout.write(
        f"{size / MB:.0f} MB, reloaded after {before / MB:.1f} MB ({kept / MB:.1f} MB of it whole"
        f" parts in the bucket): {total / MB:.1f} MB sent in total, {(total - size) / MB:.1f} MB"
        f" again; the second half took {took:.0f} s; {length / MB:.1f} MB stored\n"
    )


def stored_parts(stack: Stack) -> int:
    """Bytes of the parts that the bucket has of the open upload."""
    [(key, multipart_id)] = stack.sql("SELECT s3_key, multipart_id FROM recordings_sessionupload")
    listed = stack.s3().list_parts(Bucket=BUCKET, Key=key, UploadId=multipart_id)
    return sum(part["Size"] for part in listed.get("Parts", []))


if __name__ == "__main__":
    main()
