"""The player of a session's page in a real browser, which plays from a bucket that knows ranges."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import re
from collections.abc import Callable
from typing import Any

import av
import pytest
from django.core.files.uploadedfile import TemporaryUploadedFile
from playwright.sync_api import BrowserContext, Page, Route, expect
from pytest_django.fixtures import Settings

from accounts.models import User
from pages.player_policy import STYLE_HASHES
from recordings import storage, uploads, verifying
from recordings.media.samples import write_sample
from recordings.models import PlaybackPosition, Rendition, SessionUpload
from sessions_app.models import Session
from tests.attempts import add_upload

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SECONDS = 40


@pytest.fixture(scope="module")
def film() -> bytes:
    """Long enough to jump about in, small enough to be made in a second."""
    buffer = io.BytesIO()
    write_sample(buffer, container="mp4", seconds=SECONDS, width=128, height=72, frame_rate=5)
    return buffer.getvalue()


@pytest.fixture
def recording(session: Session, coach: User, film: bytes, site: str) -> SessionUpload:
    return _store(session, coach, "talk.mp4", "video/mp4", film)


def _store(session: Session, coach: User, name: str, mime: str, data: bytes) -> SessionUpload:
    with TemporaryUploadedFile(name, mime, 0, None) as file:
        file.write(data)
        file.size = file.tell()
        return uploads.receive(session=session, file=file, filename=name, by=coach)


def _open(
    window: Callable[..., BrowserContext], coach: User, session: Session, **more: Any
) -> Page:
    page = window(coach, **more).new_page()
    page.goto(f"/dashboard/coach/sessions/{session.pk}")
    return page


def _ready(page: Page) -> None:
    """Wait until the recording stands in the controls and its length is known."""
    expect(page.get_by_role("button", name="play", exact=True)).to_be_visible()
    _until(page, "media => media.readyState >= 2")


def _until(page: Page, condition: str) -> None:
    media = "document.querySelector('[data-player] :is(video, audio)')"
    page.wait_for_function(f"() => ({condition})({media})")


def _media(page: Page, expression: str) -> Any:
    return page.locator("[data-player] :is(video, audio)").evaluate(expression)


def _put_rendition(
    upload: SessionUpload, kind: str, body: bytes, mime: str, **details: Any
) -> None:
    key = f"renditions/{upload.session.coach_id}/{upload.pk}/{kind}"
    storage.put_file(key, io.BytesIO(body), content_type=mime)
    Rendition.objects.create(
        upload=upload,
        kind=kind,
        status="completed",
        s3_key=key,
        size_bytes=len(body),
        mime_type=mime,
        details=details,
        completed_at=upload.completed_at,
    )


def test_keys_work_the_player(
    window: Callable[..., BrowserContext], coach: User, session: Session, recording: SessionUpload
) -> None:
    page = _open(window, coach, session)
    ranges: list[str] = []
    page.on("request", lambda sent: ranges.append(sent.headers.get("range", "")))
    _ready(page)

    page.keyboard.press("k")
    _until(page, "media => !media.paused && media.currentTime > 0.2")
    page.keyboard.press("Space")
    _until(page, "media => media.paused")
    page.keyboard.press("5")
    _until(page, f"media => Math.abs(media.currentTime - {SECONDS / 2}) < 0.3")
    page.keyboard.press("l")
    _until(page, "media => Math.abs(media.currentTime - 30) < 0.3")
    page.keyboard.press("j")
    page.keyboard.press("ArrowLeft")
    _until(page, "media => Math.abs(media.currentTime - 15) < 0.3")
    page.keyboard.press("m")
    _until(page, "media => media.muted")
    page.keyboard.press("Shift+>")
    _until(page, "media => media.playbackRate === 1.25")
    expect(page.get_by_label("Speed")).to_have_value("1.25")
    page.keyboard.press("f")
    page.wait_for_function("() => document.fullscreenElement !== null")
    page.keyboard.press("f")
    page.wait_for_function("() => document.fullscreenElement === null")
    page.keyboard.press("p")

    # Where the focus is in a field or on a button, the key is theirs.
    page.get_by_label("Note", exact=True).fill("k7")
    _until(page, "media => media.paused && Math.abs(media.currentTime - 15) < 0.3")
    page.locator("[data-player]").focus()
    page.keyboard.press("ArrowDown")
    _until(page, "media => media.volume === 0.95")

    # The list of keys opens by a key and gives the focus back.
    page.get_by_role("button", name="seek forward 10 seconds").focus()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    page.keyboard.press("k")
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="seek forward 10 seconds")).to_be_focused()
    _until(page, "media => media.paused")

    page.reload()
    _ready(page)
    _until(page, "media => media.playbackRate === 1.25")


def test_position_is_kept_and_offered(
    window: Callable[..., BrowserContext], coach: User, session: Session, recording: SessionUpload
) -> None:
    page = _open(window, coach, session)
    _ready(page)
    page.keyboard.press("5")
    with page.expect_response("**/position") as answered:
        page.keyboard.press("k")
    assert answered.value.status == 204
    assert PlaybackPosition.objects.get(user=coach).at_seconds == pytest.approx(20, abs=3)
    _until(page, "media => media.currentTime > 21.5")
    page.keyboard.press("k")
    stopped = _media(page, "media => media.currentTime")

    page.reload()
    _ready(page)
    expect(page.get_by_text("Resumed at 0:2")).to_be_visible()
    assert _media(page, "media => media.currentTime") == pytest.approx(stopped, abs=0.6)
    page.get_by_role("button", name="From the start").click()
    _until(page, "media => media.currentTime === 0")


def test_a_renewed_url_is_not_noticed(
    window: Callable[..., BrowserContext],
    coach: User,
    session: Session,
    recording: SessionUpload,
    settings: Settings,
) -> None:
    settings.DOWNLOAD_URL_SECONDS = 3
    page = _open(window, coach, session)
    _ready(page)
    page.evaluate(
        """() => {
            window.seen = { urls: [], errors: 0, stalls: 0, last: 0, back: 0 };
            const player = document.querySelector("[data-player]");
            const note = (event) => seen.urls.push(player.querySelector("video").src);
            player.addEventListener("player:media", note);
            player.addEventListener("error", () => (seen.errors += 1), true);
            player.addEventListener("pause", () => (seen.stalls += 1), true);
            player.addEventListener("timeupdate", (event) => {
                const { currentTime } = event.target;
                if (currentTime < seen.last - 2) seen.back += 1;
                seen.last = currentTime;
            }, true);
        }"""
    )
    page.get_by_label("Speed").select_option("2")
    first = _media(page, "media => media.src")
    page.get_by_role("button", name="play", exact=True).click()
    page.wait_for_function("() => seen.urls.length >= 2", timeout=30_000)
    seen = page.evaluate("() => seen")
    assert len({first, *seen["urls"]}) == 3
    assert (seen["errors"], seen["back"]) == (0, 0)
    _until(page, "media => !media.paused && media.playbackRate === 2 && media.currentTime > 6")
    assert page.locator("[data-player] video").count() == 1


def test_an_expired_url_is_replaced_at_the_same_moment(
    window: Callable[..., BrowserContext], coach: User, session: Session, recording: SessionUpload
) -> None:
    context = window(coach, ("403",))
    page = context.new_page()
    page.goto(f"/dashboard/coach/sessions/{session.pk}")
    _ready(page)
    expired = _media(page, "media => media.src")

    def refuse(route: Route) -> None:
        if route.request.url.startswith(expired):
            route.fulfill(status=403, body="")
        else:
            route.continue_()

    page.route(f"{storage_origin(expired)}/**", refuse)
    page.keyboard.press("5")
    page.keyboard.press("k")
    _until(page, "media => !media.paused && media.currentTime > 20.1")
    # As after the sleep of a laptop: the next request for bytes is refused.
    _media(page, "media => { media.src += '&again'; }")
    page.wait_for_function(
        "was => !document.querySelector('[data-player] video').src.startsWith(was)", arg=expired
    )
    _until(page, "media => !media.paused && media.currentTime > 20.5")
    expect(page.locator("[data-problem]")).to_be_hidden()


def storage_origin(url: str) -> str:
    found = re.match(r"https?://[^/]+", url)
    assert found
    return found[0]


def test_pictures_over_the_time_line_and_styles_that_are_named(
    window: Callable[..., BrowserContext],
    coach: User,
    session: Session,
    recording: SessionUpload,
    jpeg: bytes,
) -> None:
    _put_rendition(recording, "poster", jpeg, "image/jpeg")
    geometry = {"columns": 2, "rows": 1, "tile_width": 32, "tile_height": 36}
    _put_rendition(
        recording, "thumbnails", jpeg, "image/jpeg", **geometry, interval_seconds=20.0, count=2
    )
    page = _open(window, coach, session)
    _ready(page)
    assert "/poster" in _media(page, "media => media.poster")
    box = page.locator("media-time-range").bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] * 0.75, box["y"] + box["height"] / 2)
    page.wait_for_function(
        """() => {
            const range = document.querySelector("media-time-range");
            const shown = range.shadowRoot.querySelector("media-preview-thumbnail");
            const image = shown.shadowRoot.querySelector("img");
            return range.mediaPreviewImage?.includes("/thumbnails")
                && shown.mediaPreviewCoords?.join() === "32,0,32,36" && image.naturalWidth > 0;
        }"""
    )
    styles = page.evaluate(
        """() => {
            const found = new Set();
            const walk = (root) => root.querySelectorAll("*").forEach((each) => {
                if (each.localName === "style" && root !== document) found.add(each.textContent);
                if (each.shadowRoot) walk(each.shadowRoot);
            });
            walk(document);
            return [...found];
        }"""
    )
    digests = (base64.b64encode(hashlib.sha256(style.encode()).digest()) for style in styles)
    assert {f"'sha256-{digest.decode()}'" for digest in digests} == set(STYLE_HASHES)


@pytest.fixture
def jpeg() -> bytes:
    """A picture of 64 × 36."""
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="mjpeg") as output:
        stream = output.add_stream("mjpeg", rate=1)
        stream.width, stream.height, stream.pix_fmt = 64, 36, "yuvj420p"
        output.mux(stream.encode(av.VideoFrame(64, 36, "yuvj420p")))
        output.mux(stream.encode(None))
    return buffer.getvalue()


def test_sound_has_a_waveform_to_jump_in(
    window: Callable[..., BrowserContext], coach: User, session: Session, site: str
) -> None:
    buffer = io.BytesIO()
    write_sample(buffer, container="m4a", seconds=20)
    upload = _store(session, coach, "talk.m4a", "audio/mp4", buffer.getvalue())
    peaks = {"duration_seconds": 20.0, "peaks": [0.1, 0.9, 0.4, 0.7]}
    _put_rendition(upload, "waveform", json.dumps(peaks).encode(), "application/json")
    page = _open(window, coach, session)
    _ready(page)
    canvas = page.locator("[data-player-waveform] canvas")
    expect(canvas).to_be_visible()
    box = canvas.bounding_box()
    assert box
    canvas.click(position={"x": box["width"] / 2, "y": 20})
    _until(page, "media => Math.abs(media.currentTime - 10) < 0.3")
    expect(page.locator("media-fullscreen-button")).to_be_hidden()


def test_a_copy_in_the_making_is_followed_until_it_plays(
    window: Callable[..., BrowserContext], coach: User, session: Session, film: bytes, site: str
) -> None:
    buffer = io.BytesIO()
    write_sample(buffer, container="matroska", seconds=1)
    upload = _store(session, coach, "talk.mkv", "video/x-matroska", buffer.getvalue())
    SessionUpload.objects.filter(pk=upload.pk).update(
        media_state="known", container="matroska", video_codec="h264", audio_codec="aac"
    )
    Rendition.objects.create(
        upload=upload,
        kind="web_copy",
        status="processing",
        progress_percent=37,
        lease_until=upload.completed_at,
    )
    page = _open(window, coach, session)
    expect(page.get_by_text("A copy that they can play is being made.")).to_be_visible()
    expect(page.get_by_text("37 %")).to_be_visible()
    expect(page.get_by_role("progressbar", name="Progress of the copy")).to_be_visible()
    Rendition.objects.all().delete()
    _put_rendition(upload, "web_copy", film, "video/mp4")
    _ready(page)
    expect(page.get_by_text("A copy that they can play is being made.")).to_be_hidden()


def test_a_recording_appears_when_it_arrives(
    window: Callable[..., BrowserContext],
    coach: User,
    session: Session,
    film: bytes,
    site: str,
    settings: Settings,
) -> None:
    settings.DOWNLOAD_URL_SECONDS = 10
    add_upload(session, "uploading", expected_size_bytes=100)
    page = _open(window, coach, session)
    expect(page.get_by_text("A recording is on its way.")).to_be_visible()

    upload = _store(session, coach, "talk.mp4", "video/mp4", film)
    _ready(page)
    verifying.examine(upload.pk)
    expect(page.get_by_role("region", name="About the recording")).to_contain_text("128 × 72")

    # A newer one does not take the place of what is being watched, nor does its URL.
    playing = _media(page, "media => media.src.split('?')[0]")
    _store(session, coach, "better.mp4", "video/mp4", film)
    expect(page.get_by_text("A newer recording of this session has arrived.")).to_be_visible()
    expect(page.get_by_text("Another recording has taken the place of this one")).to_be_visible()
    assert _media(page, "media => media.src.split('?')[0]") == playing


def test_what_the_modules_decide(window: Callable[..., BrowserContext], coach: User) -> None:
    page = window(coach).new_page()
    page.goto("/dashboard/tokens")
    found = page.evaluate(
        """async () => {
            const at = (name) => import(`/static/js/player/${name}.js`);
            const { renewalDelay, retryDelay, meetingPoint } = await at("schedule");
            const { actionOf, nextSpeed } = await at("keys");
            const { isDue, resumeAt } = await at("remembering");
            const { barsOf } = await at("waveform");
            const { sharesOf } = await at("marks");
            const { asClock } = await at("clock");
            const plays = { currentTime: 10, paused: false, playbackRate: 2, duration: 60 };
            const ends = { ...plays, duration: 11 };
            const key = (key, more) => actionOf({ key, ...more }, false);
            return [
                [renewalDelay(3600), renewalDelay(10), renewalDelay(1)],
                [retryDelay(1), retryDelay(9)],
                [meetingPoint(plays, 0), meetingPoint(plays, 2)],
                [meetingPoint({ ...plays, paused: true }, 0), meetingPoint(ends, 0)],
                [key("K"), key("k", { ctrlKey: true }), key("ArrowUp"), key("n"), key("7")],
                [[1, 1], [3, 1], [0.7, -1]].map((from) => nextSpeed([0.5, 1, 3], ...from)),
                [isDue(9, 0), isDue(10, 0), isDue(0, 10), isDue(1, null)],
                [resumeAt(0, 60), resumeAt(12.5, 60), resumeAt(59.5, 60)],
                [barsOf([0.1, 0.9, 0.4, 0.7], 2), barsOf([0.5], 3)],
                [sharesOf([-1, 0, 15, 61], 60)],
                [asClock(0), asClock(59.9), asClock(3723)],
            ];
        }"""
    )
    assert found == [
        [3480, 7, 0.7],
        [2, 60],
        [12, 18],
        [10, None],
        [["toggle"], None, None, None, ["seekToShare", 0.7]],
        [3, 3, 0.5],
        [False, True, True, True],
        [None, 12.5, None],
        [[0.9, 0.7], [0.5, 0.5, 0.5]],
        [[0, 0.25]],
        ["0:00", "0:59", "1:02:03"],
    ]
