"""What tests of the uploader share: files to send, the dialog, a bucket that can be held."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Dialog, Locator, Page, Request, Route, expect

from recordings.media.samples import write_sample
from recordings.models import SessionUpload

LIST = "/dashboard/coach/recordings"
PARTS = "**/*partNumber=*"
# The smallest that S3 and Uppy take.
PART_BYTES = 5 * 1024**2
CORS = {"Access-Control-Allow-Origin": "*"}


def make_recording(folder: Path, name: str = "talk.mp4", *, parts: float = 0) -> Path:
    """Write a recording; ``parts`` times PART_BYTES of other bytes follow it in the file."""
    path = folder / name
    write_sample(path, container="mp4", seconds=1)
    with path.open("ab") as file:
        for number in range(round(parts * 10)):
            file.write(bytes([number]) * (PART_BYTES // 10))
    return path


def choose(page: Page, files: Path | list[Path], opener: str = "Add recordings") -> Locator:
    """Open the dialog by a link and choose the files; return the dialog once they are matched."""
    page.get_by_role("link", name=opener).click()
    dialog = page.get_by_role("dialog", name="Add recordings")
    dialog.locator("#add-files").set_input_files(files)
    expect(dialog.get_by_role("status").first).to_contain_text("with a session")
    return dialog


def send(page: Page, files: Path | list[Path], opener: str = "Add recordings") -> Locator:
    """Choose the files, send all that have a session, return the tray."""
    dialog = choose(page, files, opener)
    dialog.get_by_role("button", name=re.compile("^Upload [0-9]+ file")).click()
    expect(dialog).to_be_hidden()
    return tray(page)


def tray(page: Page) -> Locator:
    """The list of uploads on the page."""
    return page.get_by_role("region", name="Uploads")


def expect_stored(uploads: Locator, count: int = 1) -> None:
    """Wait until so many files in the tray, and no others, are stored."""
    items = uploads.get_by_role("listitem")
    expect(items.filter(has_text="Stored")).to_have_count(count, timeout=20_000)
    expect(items).to_have_count(count)


def part_number(sent: Request) -> int:
    """Which part a request to the bucket carries."""
    match = re.search(r"partNumber=(\d+)", sent.url)
    assert match is not None
    return int(match[1])


class Bucket:
    """Stands before the bucket: counts what is sent there, and holds it back when asked to."""

    def __init__(self, page: Page) -> None:
        self.sent: list[int] = []
        self.held: list[Route] = []
        self.passes: Callable[[int], bool] = lambda _number: True
        page.route(PARTS, self._on_part)

    def _on_part(self, route: Route) -> None:
        if route.request.method != "PUT":
            route.continue_()
            return
        number = part_number(route.request)
        if self.passes(number):
            self.sent.append(number)
            route.continue_()
        else:
            self.held.append(route)

    def hold_from(self, first: int) -> None:
        """Hold parts from number ``first`` on."""
        self.passes = lambda number: number < first

    def open(self) -> None:
        """Hold nothing any more; what was held stays without an answer."""
        self.passes = lambda _number: True


def parts_in(s3: Any, bucket: str) -> list[int]:
    """The numbers of the parts that the bucket has of the one open upload."""
    upload = SessionUpload.objects.exclude(multipart_id="").first()
    if upload is None:
        return []
    listed = s3.list_parts(Bucket=bucket, Key=upload.s3_key, UploadId=upload.multipart_id)
    return [part["PartNumber"] for part in listed.get("Parts", [])]


def stored_bytes(s3: Any, bucket: str, upload: SessionUpload) -> bytes:
    """What lies in the bucket for the upload."""
    body: bytes = s3.get_object(Bucket=bucket, Key=upload.s3_key)["Body"].read()
    return body


def accept(dialog: Dialog) -> None:
    """Leave the page in spite of its warning."""
    assert dialog.type == "beforeunload"
    dialog.accept()
