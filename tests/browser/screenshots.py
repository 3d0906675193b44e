"""Pictures of the pages in every state, for people to look at; pytest collects this by name only.

    python -m pytest tests/browser/screenshots.py

writes PNG files into ``screenshots/``, which git ignores.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import TemporaryUploadedFile
from playwright.sync_api import BrowserContext, Page, expect

from accounts.models import User
from recordings import uploads
from recordings.media.samples import write_sample
from recordings.models import SessionUpload, SyncRun
from sessions_app.models import Session
from tests.attempts import add_upload

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FOLDER = Path(settings.BASE_DIR) / "screenshots"
LIST = "/dashboard/coach/recordings"
DESK = {"width": 1280, "height": 800}
PHONE = {"width": 360, "height": 780}
TALKS = (
    ("Stepping into the new role", "Amara Okafor", "completed", "zoom", 412_000_000, 3541),
    ("Quarterly goals", "Jonas Weber", "completed", "meet", 96_500_000, 2712),
    ("Difficult conversations", "Lucía Fernández", "uploading", "dropbox", 0, 0),
    ("First meeting", "Priya Raman", "failed", "google_drive", 0, 0),
    ("Delegation, second part", "Amara Okafor", "completed", "teams", 268_000_000, 3188),
    ("Career map", "Tomasz Nowak", "none", "", 0, 0),
    ("Feedback round", "Jonas Weber", "completed", "", 31_200_000, 1904),
    ("Mid-year review", "Lucía Fernández", "pending", "", 0, 0),
    ("Listening on purpose", "Priya Raman", "completed", "webex", 188_400_000, 2950),
)

LINKS = """https://zoom.us/rec/share/8s7Qh2
https://www.dropbox.com/scl/fi/9c1/goals.mp4?rlkey=k2, and http://127.0.0.2:9/talk.mp4
https://meet.google.com/abc-defg-hij
https://drive.google.com/drive/folders/1aBcD
"""
LIST_OF_LINKS = """url,date,client,passcode
http://127.0.0.2:9/career-map.mp4,2026-01-24,Tomasz Nowak,
https://zoom.us/rec/share/8s7Qh2,2026-01-22 18:00,,sesame
https://us02web.zoom.us/j/123,2026-01-20,,
http://127.0.0.2:9/talk.mp4,2026-06-01,Priya Raman,
"""


@pytest.fixture
def shoot(window: Callable[..., BrowserContext], coach: User) -> Callable[..., None]:
    """Take a picture of ``address`` as ``name``, by the coach unless nobody is to be signed in."""
    FOLDER.mkdir(exist_ok=True)

    def take(name: str, address: str, *, act: Any = None, **options: Any) -> None:
        whole = options.pop("whole", True)
        context = window(coach, ("410", "404"), **{"viewport": DESK, **options})
        page = context.new_page()
        page.goto(address)
        if act:
            act(page)
        page.screenshot(path=FOLDER / f"{name}.png", full_page=whole, animations="disabled")

    return take


@pytest.fixture
def talks(make_session: Callable[..., Session], session: Session, coach: User) -> list[Session]:
    """A coach's ordinary fortnight."""
    made = []
    for number, (title, client, status, platform, size, seconds) in enumerate(TALKS):
        at = session.scheduled_at + timedelta(days=20 - 2 * number, minutes=30 * number)
        talk = make_session(title=title, client_name=client, scheduled_at=at)
        made.append(talk)
        if status == "none":
            continue
        upload = add_upload(talk, status, platform=platform, expected_size_bytes=100)
        SessionUpload.objects.filter(pk=upload.pk).update(bytes_transferred=62)
        if status == "completed":
            talk.refresh_from_db()
            talk.recording_size_bytes, talk.recording_duration_seconds = size, seconds
            talk.transcript_status = talk.analysis_status = "completed" if number < 5 else "pending"
            talk.save()
    SyncRun.objects.create(
        prefix=f"recordings/{coach.pk}/",
        coach=coach,
        trigger="button",
        status="completed",
        finished_at=session.scheduled_at + timedelta(days=21),
        total_files=5,
    )
    return made


def _open_upload(page: Page) -> None:
    page.get_by_role("link", name="Upload a recording of Career map").click()
    expect(page.get_by_role("dialog")).to_be_visible()


def _open_delete(page: Page) -> None:
    page.get_by_role("link", name="Delete the recording of Quarterly goals").click()
    expect(page.get_by_role("dialog")).to_be_visible()


def test_empty(shoot: Callable[..., None]) -> None:
    shoot("empty", LIST)
    shoot("empty-phone", LIST, viewport=PHONE)


def test_table(shoot: Callable[..., None], talks: list[Session]) -> None:
    Session.objects.filter(title="First talk").delete()
    for scheme in ("light", "dark"):
        shoot(f"table-{scheme}", LIST, color_scheme=scheme)
        shoot(f"table-phone-{scheme}", LIST, color_scheme=scheme, viewport=PHONE, whole=False)
        shoot(f"upload-{scheme}", LIST, color_scheme=scheme, act=_open_upload, whole=False)
    shoot("delete", LIST, act=_open_delete, whole=False)
    shoot("upload-phone", LIST, act=_open_upload, whole=False, viewport=PHONE)
    shoot("nothing-found", f"{LIST}?q=nobody")


def test_five_hundred(
    shoot: Callable[..., None], talks: list[Session], make_session: Callable[..., Session]
) -> None:
    for number in range(500):
        make_session(title=f"Talk {number}")
    shoot("five-hundred", f"{LIST}?page=4")


def test_session(shoot: Callable[..., None], session: Session, coach: User, tmp_path: Path) -> None:
    path = tmp_path / "talk.mp4"
    write_sample(path, container="mp4", seconds=3, width=640, height=360)
    add_upload(session, "failed", platform="zoom")
    with TemporaryUploadedFile("First talk.mp4", "video/mp4", 0, None) as file:
        file.write(path.read_bytes())
        file.size = file.tell()
        uploads.receive(session=session, file=file, filename="First talk.mp4", by=coach)
    one = f"/dashboard/coach/sessions/{session.pk}"
    for scheme in ("light", "dark"):
        shoot(f"session-{scheme}", one, color_scheme=scheme)
    shoot("session-phone", one, viewport=PHONE)
    shoot("session-form", f"{one}/edit")
    shoot("tokens", "/dashboard/tokens")


def _paste_one(page: Page) -> None:
    page.get_by_label("Links", exact=True).fill("https://zoom.us/rec/share/8s7Qh2")
    expect(page.get_by_role("button", name="Import 1 link")).to_be_visible()


def _paste(page: Page) -> None:
    page.get_by_label("Links", exact=True).fill(LINKS)
    expect(page.get_by_text("5 need a look.")).to_be_visible()


def _choose_list(page: Page) -> None:
    page.get_by_text("Many links from a CSV list").click()
    file = {"name": "links.csv", "mimeType": "text/csv", "buffer": LIST_OF_LINKS.encode()}
    page.get_by_label("CSV list", exact=True).set_input_files([file])  # type: ignore[list-item]
    expect(page.get_by_text("need a look.")).to_be_visible()


def _import_list(page: Page) -> None:
    _choose_list(page)
    page.get_by_role("button", name="Import 2 links").click()
    expect(page.get_by_text("2 imports have started.")).to_be_visible()


def test_links(shoot: Callable[..., None], talks: list[Session]) -> None:
    address = f"{LIST}/links"
    shoot("links-empty", address)
    shoot("links-one", f"{address}?session={talks[5].pk}", act=_paste_one)
    for scheme in ("light", "dark"):
        shoot(f"links-pasted-{scheme}", address, act=_paste, color_scheme=scheme)
        shoot(f"links-list-{scheme}", address, act=_choose_list, color_scheme=scheme)
    shoot("links-list-phone", address, act=_choose_list, viewport=PHONE)
    shoot("links-imported", address, act=_import_list)


def test_outside(window: Callable[..., BrowserContext]) -> None:
    FOLDER.mkdir(exist_ok=True)
    page = window(None, ("404",), viewport=DESK).new_page()
    for name, address in {"login": "/accounts/login/", "not-found": "/no"}.items():
        page.goto(address)
        page.screenshot(path=FOLDER / f"{name}.png")
