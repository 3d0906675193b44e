"""Pictures of the pages in every state, for people to look at; pytest collects this by name only.

    make screenshots

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
from django.utils import timezone
from playwright.sync_api import BrowserContext, FilePayload, Page, expect

from accounts.models import User
from integrations import deliveries
from integrations.endpoints import create_endpoint
from integrations.models import EventType, WebhookDelivery
from recordings import rendering, uploads, verifying
from recordings.media.samples import write_sample
from recordings.models import Rendition, SessionUpload, SyncRun
from recordings.noting import write_note
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

SESSIONS = "/dashboard/coach/sessions"
CONTAINERS = {".mp4": "mp4", ".m4a": "m4a", ".mkv": "matroska"}
NOTES = (
    (6, "She names the goal herself here."),
    (21.5, "Long pause: let it stand next time."),
    (33, "Good question."),
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
def talks(
    make_session: Callable[..., Session], session: Session, coach: User, s3: Any, bucket: str
) -> list[Session]:
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
            # What is deleted comes back only while the bucket keeps it.
            put = s3.put_object(Bucket=bucket, Key=upload.s3_key, Body=b"bytes")
            SessionUpload.objects.filter(pk=upload.pk).update(version_id=put["VersionId"])
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


def _choose(page: Page, *titles: str) -> None:
    for title in titles:
        page.get_by_role("checkbox", name=f"Choose {title}").check()
    expect(page.get_by_text(f"{len(titles)} chosen")).to_be_visible()


def _delete_two(page: Page) -> None:
    _choose(page, "Quarterly goals", "Feedback round")
    page.locator("#bulk-delete").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(page.get_by_role("button", name="Undo")).to_be_visible()


def _go_offline(page: Page) -> None:
    page.context.set_offline(True)
    expect(page.get_by_text("You are offline.")).to_be_visible()


def _open_delete(page: Page) -> None:
    page.get_by_role("link", name="Delete the recording of Quarterly goals").click()
    expect(page.get_by_role("dialog")).to_be_visible()


def test_empty(shoot: Callable[..., None]) -> None:
    shoot("empty", LIST)
    shoot("empty-phone", LIST, viewport=PHONE)


def test_table(shoot: Callable[..., None], talks: list[Session], coach: User) -> None:
    Session.objects.filter(title="First talk").delete()
    for scheme in ("light", "dark"):
        shoot(f"table-{scheme}", LIST, color_scheme=scheme)
        shoot(f"table-phone-{scheme}", LIST, color_scheme=scheme, viewport=PHONE, whole=False)
        shoot(f"upload-{scheme}", LIST, color_scheme=scheme, act=_open_upload, whole=False)
    shoot("table-filtered", f"{LIST}?platform=zoom&recording=any", whole=False)
    shoot("nothing-found", f"{LIST}?q=nobody")
    coach.refresh_from_db()
    coach.recordings_view = ""  # what the last two would have left for the next
    coach.save()
    shoot("delete", LIST, act=_open_delete, whole=False)
    shoot("upload-phone", LIST, act=_open_upload, whole=False, viewport=PHONE)
    chosen = ("Quarterly goals", "First meeting", "Feedback round")
    shoot("bulk", LIST, act=lambda page: _choose(page, *chosen), whole=False)
    shoot("bulk-phone", LIST, act=lambda page: _choose(page, *chosen), whole=False, viewport=PHONE)
    shoot("offline", LIST, act=_go_offline, whole=False)
    shoot("undo", LIST, act=_delete_two, whole=False)


def test_many_files(shoot: Callable[..., None], talks: list[Session], tmp_path: Path) -> None:
    """Names as recorders give them, a note from nowhere, and a file that is no recording."""
    at = {talk.title: talk.scheduled_at for talk in talks}
    names = (
        f"GMT{at['Career map']:%Y%m%d-%H%M%S}_Recording_1920x1080.mp4",
        f"Mid-year review-{at['Mid-year review']:%Y%m%d_%H%M%S}-Meeting Recording.mp4",
        f"Priya Raman - {at['First meeting']:%Y-%m-%d %H-%M}.mp4",
        "memo.mp4",
    )
    files = []
    for name in names:
        files.append(tmp_path / name)
        write_sample(files[-1], container="mp4", seconds=1)
    files.append(tmp_path / "agenda.mp4")
    files[-1].write_text("Not a recording at all.")

    def act(page: Page) -> None:
        page.get_by_role("link", name="Add recordings").click()
        dialog = page.get_by_role("dialog")
        dialog.locator("#add-files").set_input_files(files)
        expect(dialog.get_by_role("status").first).to_contain_text("with a session")

    def send(page: Page) -> None:
        page.route("**/*partNumber=*", lambda _route: None)  # under way for as long as we look
        act(page)
        page.get_by_role("dialog").get_by_role("button", name="Upload", exact=False).last.click()
        page.keyboard.press("Escape")
        expect(page.get_by_role("region", name="Uploads")).to_contain_text("Uploading")

    for scheme in ("light", "dark"):
        shoot(f"files-{scheme}", LIST, color_scheme=scheme, act=act, whole=False)
    shoot("files-phone", LIST, act=act, whole=False, viewport=PHONE)
    shoot("files-sending", LIST, act=send, whole=False)


def test_five_hundred(
    shoot: Callable[..., None], talks: list[Session], make_session: Callable[..., Session]
) -> None:
    for number in range(500):
        make_session(title=f"Talk {number}")
    shoot("five-hundred", f"{LIST}?page=4")


@pytest.fixture
def store(coach: User, site: str, tmp_path: Path) -> Callable[..., SessionUpload]:
    """Give a session a recording of some seconds, with all that a worker makes of it."""

    def make(session: Session, name: str, seconds: int = 40, **sample: Any) -> SessionUpload:
        path = tmp_path / name
        write_sample(path, container=CONTAINERS[path.suffix], seconds=seconds, **sample)
        with TemporaryUploadedFile(name, "application/octet-stream", 0, None) as file:
            file.write(path.read_bytes())
            file.size = file.tell()
            upload = uploads.receive(session=session, file=file, filename=name, by=coach)
        verifying.examine(upload.pk)
        for rendition in rendering.plan(upload.pk):
            if rendition.kind != Rendition.Kind.WEB_COPY:
                rendering.run(rendition.pk, worker="pictures")
        return upload

    return make


def _play_to(page: Page, key: str) -> None:
    expect(page.get_by_role("button", name="play", exact=True)).to_be_visible()
    page.wait_for_function(
        "() => document.querySelector('[data-player] :is(video, audio)').readyState >= 2"
    )
    page.keyboard.press(key)
    page.wait_for_timeout(700)  # until the frame is drawn: nothing says so


def test_session(
    shoot: Callable[..., None],
    session: Session,
    coach: User,
    make_session: Callable[..., Session],
    store: Callable[..., SessionUpload],
) -> None:
    add_upload(session, "failed", platform="zoom")
    store(session, "First talk.mp4", width=640, height=360, frame_rate=10)
    for at_seconds, text in NOTES:
        write_note(session=session, by=coach, at_seconds=at_seconds, text=text)
    one = f"{SESSIONS}/{session.pk}"

    def watch(page: Page) -> None:
        _play_to(page, "3")

    def hover(page: Page) -> None:
        watch(page)
        box = page.locator("media-time-range").bounding_box()
        assert box is not None
        page.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + box["height"] / 2)
        page.wait_for_timeout(700)

    for scheme in ("light", "dark"):
        shoot(f"session-{scheme}", one, color_scheme=scheme, act=watch)
    shoot("session-phone", one, viewport=PHONE, act=watch)
    shoot("session-thumbnail", one, act=hover, whole=False)
    shoot("session-form", f"{one}/edit")
    sound = make_session(title="A talk on the phone")
    store(sound, "talk.m4a", seconds=20)
    for scheme in ("light", "dark"):
        shoot(f"sound-{scheme}", f"{SESSIONS}/{sound.pk}", color_scheme=scheme, act=watch)


def test_session_without_a_player(
    shoot: Callable[..., None],
    make_session: Callable[..., Session],
    store: Callable[..., SessionUpload],
) -> None:
    empty = make_session(title="Nothing yet")
    shoot("session-empty", f"{SESSIONS}/{empty.pk}")
    moving = make_session(title="On its way")
    add_upload(moving, "uploading", expected_size_bytes=100)
    SessionUpload.objects.update(bytes_transferred=62)
    shoot("session-uploading", f"{SESSIONS}/{moving.pk}")
    failed = make_session(title="Gone")
    add_upload(failed, "failed", platform="google_drive")
    shoot("session-failed", f"{SESSIONS}/{failed.pk}")
    matroska = make_session(title="From an old camera")
    store(matroska, "talk.mkv", seconds=2)
    copy = Rendition.objects.filter(kind=Rendition.Kind.WEB_COPY)
    until = matroska.scheduled_at + timedelta(days=9999)
    copy.update(status="processing", progress_percent=37, lease_owner="w", lease_until=until)
    shoot("session-preparing", f"{SESSIONS}/{matroska.pk}")


def test_settings(shoot: Callable[..., None], coach: User) -> None:
    shoot("settings", "/dashboard/settings")
    shoot("settings-phone", "/dashboard/settings", viewport=PHONE)
    shoot("tokens", "/dashboard/tokens")


def test_webhooks(shoot: Callable[..., None], coach: User) -> None:
    address = "/dashboard/coach/webhooks"
    shoot("webhooks-none", address)
    endpoint, _secret = create_endpoint(
        owner=coach,
        url="https://127.0.0.2/film-room",
        events=EventType.values,
        description="Invoicing",
        by=coach,
    )
    now = timezone.now()
    for kind, code in (
        ("recording.completed", 204),
        ("recording.failed", 204),
        ("recording.completed", 503),
        ("webhook.test", 204),
    ):
        made = deliveries.queue_test(endpoint=endpoint, by=coach)
        made.tries.create(status_code=code, duration_ms=120)
        state: dict[str, Any] = {"status": "delivered", "delivered_at": now}
        if code == 503:
            later = now + timedelta(minutes=5)
            state = {"error_code": "bad_status", "next_attempt_at": later, "attempts": 3}
        WebhookDelivery.objects.filter(pk=made.pk).update(
            **{"event_type": kind, "status_code": code, "attempts": 1, **state}
        )
    shoot("webhooks", address)
    for scheme in ("light", "dark"):
        shoot(f"webhook-{scheme}", f"{address}/{endpoint.pk}", color_scheme=scheme)
    shoot("webhook-phone", f"{address}/{endpoint.pk}", viewport=PHONE)
    shoot("webhook-delivery", f"{address}/deliveries/{made.pk}")


def _paste_one(page: Page) -> None:
    page.get_by_role("textbox", name="Links").fill("https://zoom.us/rec/share/8s7Qh2")
    expect(page.get_by_role("button", name="Import 1 link")).to_be_visible()


def _paste(page: Page) -> None:
    page.get_by_role("textbox", name="Links").fill(LINKS)
    expect(page.get_by_text("5 need a look.")).to_be_visible()


def _choose_list(page: Page) -> None:
    page.get_by_text("Many links from a CSV list").click()
    file: FilePayload = {
        "name": "links.csv",
        "mimeType": "text/csv",
        "buffer": LIST_OF_LINKS.encode(),
    }
    page.get_by_label("CSV list", exact=True).set_input_files(file)
    expect(page.get_by_text("need a look.")).to_be_visible()


def _import_list(page: Page) -> None:
    _choose_list(page)
    page.get_by_role("button", name="Import 2 links").click()
    expect(page.get_by_text("2 imports have started.")).to_be_visible()


def _paste_in_dialog(page: Page) -> None:
    _open_upload(page)
    page.get_by_role("tab", name="Links").click()
    _paste_one(page)


def test_links(shoot: Callable[..., None], talks: list[Session]) -> None:
    address = f"{LIST}/links"
    shoot("links-empty", address)
    shoot("links-dialog", LIST, act=_paste_in_dialog, whole=False)
    shoot("links-one", f"{address}?session={talks[5].pk}", act=_paste_one)
    for scheme in ("light", "dark"):
        shoot(f"links-pasted-{scheme}", address, act=_paste, color_scheme=scheme)
        shoot(f"links-list-{scheme}", address, act=_choose_list, color_scheme=scheme)
    shoot("links-list-phone", address, act=_choose_list, viewport=PHONE)
    shoot("links-imported", address, act=_import_list)


def test_outside(window: Callable[..., BrowserContext]) -> None:
    FOLDER.mkdir(exist_ok=True)
    page = window(None, ("404",), viewport=DESK).new_page()
    places = {"login": "/accounts/login/", "not-found": "/no", "refused": "/accounts/signup/"}
    for name, address in places.items():
        page.goto(address)
        page.screenshot(path=FOLDER / f"{name}.png")
