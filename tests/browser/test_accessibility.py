"""Every page in every state: axe, by day and night; a phone's width; text twice as large; targets.

One window walks through them all, so that each is loaded once.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.template.loader import render_to_string
from django.utils import timezone
from playwright.sync_api import BrowserContext, FilePayload, Page, expect

from accounts.models import User
from accounts.tokens import create_token
from integrations import deliveries
from integrations.endpoints import create_endpoint, disable_endpoint
from integrations.models import EventType, WebhookDelivery
from recordings import lifecycle, uploads
from recordings.media.samples import write_sample
from recordings.models import Rendition, SessionUpload, SyncRun
from recordings.noting import write_note
from sessions_app.models import Session, UploadStatus
from tests.attempts import add_upload
from tests.browser.examining import DESK, PHONE, Examiner, axe_ready

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LIST = "/dashboard/coach/recordings"
SESSIONS = "/dashboard/coach/sessions"
LONG = "A_very_long_title_without_any_space_in_it_" * 3
# Some recordings have no bytes in the bucket; networks and servers fail on purpose.
EXPECTED = ("status of 4", "status of 5", "ERR_", "htmx:", "[Uppy]")
LINKS = """https://zoom.us/rec/share/8s7Qh2
https://www.dropbox.com/scl/fi/9c1/goals.mp4?rlkey=k2, and http://127.0.0.2:9/talk.mp4
https://drive.google.com/drive/folders/1aBcD
"""
CSV = f"""url;date;client;passcode
http://127.0.0.2:9/{"long" * 40}.mp4;2026-01-14;Klara Client;
https://zoom.us/rec/share/abc;2026-01-14 15:00;;sesame
http://127.0.0.2:9/talk.mp4;2027-01-14;;
"""


@pytest.fixture
def examiner(window: Callable[..., BrowserContext], coach: User) -> Examiner:
    """The coach's window, with axe in its pages, which our policy rightly forbids."""
    options = {"bypass_csp": True, "reduced_motion": "reduce", "viewport": DESK}
    return Examiner(axe_ready(window(coach, EXPECTED, **options)).new_page())


@pytest.fixture
def talks(make_session: Callable[..., Session], coach: User) -> dict[str, Session]:
    """A session in every state a row can be in, by the state's name."""
    made = {name: make_session(title=f"Talk {name}") for name in ("none", *UploadStatus.values)}
    made["long"] = make_session(title=LONG, client_name="Wolfeschlegelsteinhausenbergerdorff" * 2)
    add_upload(made["long"], "completed", original_filename="name" * 40 + ".mp4", platform="zoom")
    add_upload(made["long"], "failed", original_url=f"https://files.example.com/{'path' * 60}")
    for name in ("completed", "failed", "uploading", "pending", "cancelled"):
        add_upload(made[name], name, expected_size_bytes=10_000_000)
    now, person = timezone.now(), lifecycle.person(coach)
    lifecycle.advance(add_upload(made["missing"]), to=UploadStatus.MISSING, actor=lifecycle.SYNC)
    gone = add_upload(made["deleted"])
    lifecycle.advance(gone, to=UploadStatus.DELETED, actor=person, deleted_at=now)
    for name, status in (("completed", "processing"), ("long", "failed")):
        Session.objects.filter(pk=made[name].pk).update(
            transcript_status=status, analysis_status="completed"
        )
    SyncRun.objects.create(
        prefix=f"recordings/{coach.pk}/",
        coach=coach,
        trigger="button",
        status="completed",
        finished_at=now,
        total_files=5,
    )
    return made


def _store(session: Session, coach: User, name: str, **sample: Any) -> SessionUpload:
    """Give the session a recording of some seconds, whose bytes are in the bucket."""
    buffer = io.BytesIO()
    container = {"mp4": "mp4", "m4a": "m4a", "mkv": "matroska"}[name.rpartition(".")[2]]
    write_sample(buffer, container=container, **{"seconds": 2, **sample})
    with TemporaryUploadedFile(name, "application/octet-stream", 0, None) as file:
        file.write(buffer.getvalue())
        file.size = file.tell()
        return uploads.receive(session=session, file=file, filename=name, by=coach)


def _ready(page: Page) -> None:
    """Wait until the recording stands in the controls and its length is known."""
    page.wait_for_function(
        "() => document.querySelector('media-controller :is(video, audio)')?.readyState >= 1"
    )


def test_the_table(examiner: Examiner, talks: dict[str, Session], s3: Any, bucket: str) -> None:
    page, look = examiner.page, examiner.look
    upload = SessionUpload.objects.get(session=talks["completed"])
    put = s3.put_object(Bucket=bucket, Key=upload.s3_key, Body=b"bytes")
    SessionUpload.objects.filter(pk=upload.pk).update(size_bytes=5, version_id=put["VersionId"])

    examiner.visit("table", LIST)
    expect(page.get_by_role("table").get_by_role("row")).to_have_count(len(talks) + 1)
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    cells = page.get_by_role("row", name="Talk completed").get_by_role("cell")
    expect(cells).to_have_count(page.get_by_role("columnheader").count() - 1)  # still a table
    assert page.get_by_role("banner").evaluate("header => header.offsetHeight") < 60
    page.set_viewport_size(DESK)  # type: ignore[arg-type]
    page.get_by_role("button", name="Account").click()
    look("account menu")
    page.keyboard.press("Escape")
    page.get_by_text("Filters", exact=True).click()
    page.get_by_label("Recording", exact=True).select_option("failed")
    expect(page.locator("#count")).to_contain_text("of")
    look("filters open")
    page.get_by_label("Search").fill("nobody")
    expect(page.get_by_role("heading", name="No session fits")).to_be_visible()
    look("nothing found")
    page.goto(f"{LIST}?all")
    page.get_by_role("checkbox", name="Choose Talk completed").check()
    look("bulk bar")
    page.locator("#bulk-delete").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    look("delete many")
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(page.get_by_role("button", name="Undo")).to_be_visible()
    look("undo")
    page.context.set_offline(True)
    expect(page.get_by_text("You are offline.")).to_be_visible()
    page.get_by_label("Search").fill("On")
    expect(page.get_by_text("The table could not be loaded.")).to_be_visible()
    look("offline")
    page.context.set_offline(False)

    page.goto(f"{LIST}?all")
    page.get_by_role("link", name="Delete the recording of A_very").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    look("delete one")
    examiner.expect_nothing()


def test_adding_recordings(examiner: Examiner, talks: dict[str, Session], tmp_path: Path) -> None:
    page, look = examiner.page, examiner.look
    files = []
    for name in ("Talk failed.mp4", "GMT20260114-150000_Recording_1920x1080.mp4", "memo.mp4"):
        files.append(tmp_path / name)
        write_sample(files[-1], container="mp4", seconds=1)
    files.append(tmp_path / f"{'agenda' * 20}.mp4")
    files[-1].write_text("Not a recording at all.")
    page.goto(LIST)
    page.get_by_role("link", name="Add recordings").click()
    dialog = page.get_by_role("dialog")
    look("files, none yet")
    dialog.locator("#add-files").set_input_files(files)
    expect(dialog.get_by_role("status").first).to_contain_text("with a session")
    look("files, matched")
    dialog.get_by_role("combobox").first.click()
    expect(dialog.get_by_role("option").first).to_be_visible()
    look("files, session looked for")
    dialog.get_by_role("option", name="Create a new session").click()
    expect(dialog.get_by_label("Minutes").first).to_be_visible()
    look("files, new session")

    dialog.get_by_role("tab", name="Links").click()
    dialog.get_by_role("textbox", name="Links").fill(LINKS)
    expect(dialog.get_by_text("need a look.")).to_be_visible()
    look("links, several")
    page.goto(f"{LIST}/links")
    page.get_by_text("Many links from a CSV list").click()
    csv: FilePayload = {"name": "links.csv", "mimeType": "text/csv", "buffer": CSV.encode()}
    page.get_by_label("CSV list", exact=True).set_input_files(csv)
    expect(page.get_by_text("need a look.")).to_be_visible()
    look("links, a list")

    # Of three files one is refused for good, two hang; later these are unfinished.
    page.goto(f"{LIST}?all")
    page.route("**/*partNumber=*", lambda _route: None)
    page.route("**/api/v1/recordings/multipart", _refuse_once())
    tray = page.get_by_role("region", name="Uploads")
    for file, name, state in zip(
        files,
        ("none", "cancelled", "deleted"),
        ("Failed", "Uploading", "Uploading 2 files"),
        strict=False,
    ):
        page.get_by_role("link", name=f"Upload a recording of Talk {name}").click()
        dialog.locator("#add-files").set_input_files(file)
        dialog.get_by_role("button", name=re.compile("^Upload [0-9]+ file")).click()
        expect(tray).to_contain_text(state)
    look("tray")
    page.on("dialog", lambda warning: warning.accept())
    page.goto(f"{LIST}?all")
    expect(tray).to_contain_text("unfinished")
    look("tray, unfinished")
    examiner.expect_nothing()


def _refuse_once() -> Callable[[Any], None]:
    answers = [409]

    def answer(route: Any) -> None:
        if route.request.method == "POST" and answers:
            body = {"errors": [{"code": "session_gone", "detail": "The session is gone."}]}
            route.fulfill(status=answers.pop(), json=body)
        else:
            route.continue_()

    return answer


def test_sessions(
    examiner: Examiner,
    talks: dict[str, Session],
    coach: User,
    make_session: Callable[..., Session],
) -> None:
    page, look = examiner.page, examiner.look
    film, sound, old = (make_session(title=title) for title in ("Film", "Sound", "Old camera"))
    _store(film, coach, "film.mp4", width=128, height=72, frame_rate=5)
    _store(sound, coach, "sound.m4a")
    matroska = _store(old, coach, "old.mkv")
    SessionUpload.objects.filter(pk=matroska.pk).update(
        media_state="known", container="matroska", video_codec="h264", audio_codec="aac"
    )
    Rendition.objects.create(
        upload=matroska,
        kind="web_copy",
        status="processing",
        progress_percent=37,
        lease_until=matroska.completed_at,
    )
    add_upload(film, "failed", original_url=f"https://files.example.com/{'path' * 60}")
    note = write_note(session=film, by=coach, at_seconds=1, text="a_word_" * 20)

    page.goto(f"{SESSIONS}/{film.pk}")
    _ready(page)
    look("player")
    page.keyboard.press("n")
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    look("player, keys")
    page.keyboard.press("Escape")
    page.get_by_role("link", name="Edit the note").click()
    expect(page.locator("[data-note-edit] textarea")).to_be_focused()
    look("player, a note changed")
    page.goto(f"{SESSIONS}/{sound.pk}")
    _ready(page)
    look("player of sound")
    page.goto(f"{SESSIONS}/{old.pk}")
    expect(page.get_by_text("37 %")).to_be_visible()
    look("copy in the making")
    for name in ("long", "failed", "uploading", "missing", "deleted"):
        examiner.visit(f"session, {name}", f"{SESSIONS}/{talks[name].pk}")
    examiner.visit("notes", f"{SESSIONS}/{film.pk}/notes")
    examiner.visit("note", f"/dashboard/coach/notes/{note.pk}/edit")
    examiner.visit("upload", f"{SESSIONS}/{film.pk}/upload")
    examiner.visit("delete", f"{SESSIONS}/{film.pk}/delete")
    examiner.visit("edit", f"{SESSIONS}/{film.pk}/edit")
    examiner.visit("new session", f"{SESSIONS}/new")
    page.locator("form").last.evaluate("form => { form.noValidate = true; form.submit(); }")
    expect(page.locator(".errors").first).to_be_visible()
    look("new session with errors")
    examiner.expect_nothing()


def test_the_rest(
    examiner: Examiner, window: Callable[..., BrowserContext], coach: User, client_user: User
) -> None:
    token, _ = create_token(owner=coach, name="Backup", scope="read", by=None)
    examiner.visit("first run", LIST)
    examiner.visit("add recordings", f"{LIST}/add")
    examiner.visit("links", f"{LIST}/links")
    examiner.visit("settings", "/dashboard/settings")
    examiner.visit("tokens", "/dashboard/tokens")
    examiner.visit("token revoked", f"/dashboard/tokens/{token.id}/revoke")
    examiner.visit("password", "/accounts/password/change/")
    examiner.visit("sign out", "/accounts/logout/")
    page = examiner.page
    examiner.visit("nothing here", "/no")
    for number in (400, 403, "403_csrf", 500, 503):
        _answer(page, f"/{number}", render_to_string(f"{number}.html", {"detail": "Try again."}))
        examiner.visit(f"error {number}", f"/{number}")

    page.context.clear_cookies()
    examiner.visit("sign in", "/accounts/login/")
    for label, expected in (("Email", "email"), ("Password", "current-password")):
        expect(page.get_by_label(label)).to_have_attribute("autocomplete", expected)
    page.get_by_label("Email").fill("nobody@example.com")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_be_visible()
    examiner.look("sign in, refused")
    examiner.visit("password forgotten", "/accounts/password/reset/")
    examiner.visit("no accounts", "/accounts/signup/")
    examiner.expect_nothing()


def test_webhooks(examiner: Examiner, coach: User) -> None:
    page, look, address = examiner.page, examiner.look, "/dashboard/coach/webhooks"
    examiner.visit("webhooks, none", address)
    page.get_by_label("Address").fill("https://10.0.0.5/")
    for box in page.get_by_role("checkbox").all():
        box.uncheck()
    page.get_by_role("button", name="Add the endpoint").click()
    expect(page.locator(".errors").first).to_be_visible()
    look("webhooks, with errors")
    page.get_by_label("Address").fill(f"https://127.0.0.2/{'path' * 60}")
    page.get_by_role("checkbox", name="recording.failed").check()
    page.get_by_role("button", name="Add the endpoint").click()
    expect(page.get_by_label("Secret", exact=True)).to_be_visible()
    look("webhook, its secret")

    endpoint, _secret = create_endpoint(
        owner=coach, url="https://127.0.0.2/", events=EventType.values, description=LONG, by=coach
    )
    states: tuple[dict[str, Any], ...] = (
        {"status": "delivered", "status_code": 204, "delivered_at": timezone.now()},
        {"status": "failed", "status_code": 500, "error_code": "bad_status"},
        {"attempts": 3, "error_code": "timed_out", "next_attempt_at": timezone.now()},
        {"next_attempt_at": None},
    )
    for state in states:
        made = deliveries.queue_test(endpoint=endpoint, by=coach)
        made.tries.create(status_code=500, duration_ms=12)
        made.tries.create(error_code="timed_out", duration_ms=15000)
        WebhookDelivery.objects.filter(pk=made.pk).update(**state)
    page.goto(address)
    look("webhooks")
    examiner.visit("webhook", f"{address}/{endpoint.pk}")
    for link in ("Edit", "New secret", "Delete", "Details"):
        page.get_by_role("link", name=link).first.click()
        expect(page.get_by_role("dialog")).to_be_visible()
        look(f"webhook, dialog of {link}")
        page.keyboard.press("Escape")
    examiner.visit("webhook's delivery", f"{address}/deliveries/{made.pk}")
    for question in ("edit", "rotate", "delete"):
        examiner.visit(f"webhook, {question}", f"{address}/{endpoint.pk}/{question}")
    disable_endpoint(endpoint=endpoint, by=coach)
    page.goto(f"{address}/{endpoint.pk}")
    look("webhook, switched off")
    examiner.expect_nothing()


def _answer(page: Page, address: str, body: str) -> None:
    page.route(f"**{address}", lambda route: route.fulfill(body=body, content_type="text/html"))


def test_in_german(
    examiner: Examiner, talks: dict[str, Session], coach: User, make_session: Callable[..., Session]
) -> None:
    """Its words are longer."""
    film = make_session(title="Film")
    _store(film, coach, "film.mp4", width=128, height=72, frame_rate=5)
    User.objects.filter(pk=coach.pk).update(language="de")
    page = examiner.page
    examiner.visit("Tabelle", LIST)
    expect(page.locator("html")).to_have_attribute("lang", "de")
    page.locator("summary").first.click()
    page.locator("[data-select-page]").check()
    examiner.look("Tabelle, Filter und Auswahl")
    page.locator("#add-recordings").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    examiner.look("Dialog")
    page.goto(f"{SESSIONS}/{film.pk}")
    _ready(page)
    examiner.look("Sitzung")
    examiner.visit("Einstellungen", "/dashboard/settings")
    examiner.expect_nothing()
