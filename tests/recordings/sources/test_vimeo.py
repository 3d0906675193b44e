"""Vimeo's player as it answers: a page with the video's configuration, files on a CDN."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from recordings.sources import LinkKind, SidecarKind, StreamKind, recognise
from tests.origins import Exchange, Origin, a_file, a_page, redirect
from tests.recordings.sources.conftest import Play, fetch, fields_of, locate, refused, told

ID, HASH = "76979871", "0123456789"
PLAYER, CDN = "player.vimeo.com", "vod.vimeocdn.example"
HOSTS = (PLAYER, "vimeo.com", "www.vimeo.com", CDN, "evil.example")
PAGE = f"/video/{ID}"
DATA = b"\x00\x00\x00\x18ftypmp42" + bytes(20_000)


def progressive(*heights: int) -> list[dict[str, Any]]:
    return [
        {"url": f"https://{CDN}/{height}.mp4", "quality": f"{height}p", "height": height}
        for height in heights
    ]


HLS = {"hls": {"cdns": {"akfire": {"url": f"https://{CDN}/sep/video/master.m3u8?exp=1"}}}}
MASTER = (
    b'#EXTM3U\n#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="high",NAME="a",DEFAULT=YES,URI="audio.m3u8"\n'
    b'#EXT-X-STREAM-INF:BANDWIDTH=2000000,RESOLUTION=1920x1080,CODECS="avc1.64,mp4a.40.2",'
    b'AUDIO="high"\n1080.m3u8\n'
    b'#EXT-X-STREAM-INF:BANDWIDTH=9000000,RESOLUTION=3840x2160,CODECS="hvc1.1,mp4a.40.2",'
    b'AUDIO="high"\n2160.m3u8\n'
)


@dataclass
class Vimeo:
    """One video and its player."""

    origin: Origin
    files: Mapping[str, Any] = field(default_factory=lambda: {"progressive": progressive(720)})
    password: str = ""
    video: Mapping[str, Any] = field(default_factory=dict)
    tracks: tuple[Mapping[str, Any], ...] = ()

    def __post_init__(self) -> None:
        self.origin.serve(PAGE, self._page)
        self.origin.serve(f"{PAGE}/check-password", self._check)
        for height in (360, 720, 1080):
            self.origin.serve(f"/{height}.mp4", a_file(DATA))

    def config(self) -> dict[str, Any]:
        return {
            "video": {"id": int(ID), "title": "Third talk", "duration": 62, **self.video},
            "request": {"files": dict(self.files), "text_tracks": list(self.tracks)},
            "view": 1,
        }

    def _page(self, exchange: Exchange) -> None:
        config = {"view": 4, "video": {"id": int(ID)}} if self.password else self.config()
        html = f"<!doctype html><script>window.playerConfig = {json.dumps(config)};</script>"
        a_page(html.encode())(exchange)

    def _check(self, exchange: Exchange) -> None:
        given = base64.b64decode(fields_of(exchange)["password"]).decode()
        told(self.config() if given == self.password else False)(exchange)


@pytest.fixture
def origin(play: Play) -> Origin:
    return play(*HOSTS)


@pytest.mark.parametrize(
    ("url", "asked"),
    [
        (f"https://vimeo.com/{ID}", PAGE),
        (f"https://www.vimeo.com/{ID}?share=copy", PAGE),
        (f"https://vimeo.com/{ID}/{HASH}", f"{PAGE}?h={HASH}"),
        (f"https://vimeo.com/{ID}?h={HASH}", f"{PAGE}?h={HASH}"),
        (f"https://player.vimeo.com/video/{ID}?h={HASH}&autoplay=1", f"{PAGE}?h={HASH}"),
    ],
)
def test_a_public_video_is_asked_of_its_player(url: str, asked: str, origin: Origin) -> None:
    Vimeo(origin, files={"progressive": progressive(360, 1080, 720)})
    assert recognise(url).kind(url) is LinkKind.RECORDING
    assert fetch(url) == DATA
    assert origin.paths() == [asked, "/1080.mp4"]
    media = locate(url)
    assert media.filename == "Third talk.mp4"


def test_segments_are_taken_for_a_larger_picture(origin: Origin) -> None:
    Vimeo(origin, files={"progressive": progressive(720), **HLS})
    # The address of old, with picture and sound together, is gone.
    origin.serve("/sep/video/master.m3u8", a_file(MASTER))
    media = locate(f"https://vimeo.com/{ID}")
    assert [stream.kind for stream in media.streams] == [StreamKind.HLS] * 2
    # 1080 lines that browsers play are better than 2160 that many do not.
    assert [stream.url.rpartition("/")[2] for stream in media.streams] == [
        "1080.m3u8",
        "audio.m3u8",
    ]
    assert media.filename == "Third talk.mp4"


def test_a_file_is_taken_when_it_is_as_large(origin: Origin) -> None:
    Vimeo(origin, files={"progressive": progressive(1080), **HLS})
    origin.serve("/sep/video/master.m3u8", a_file(MASTER))
    media = locate(f"https://vimeo.com/{ID}")
    assert media.file is not None
    assert media.file.url == f"https://{CDN}/1080.mp4"


def test_a_password(origin: Origin) -> None:
    Vimeo(origin, password="s3cret")
    url = f"https://vimeo.com/{ID}"
    assert fetch(url, "s3cret") == DATA
    assert refused(url).code == "needs_passcode"
    assert refused(url, "wrong").code == "wrong_passcode"


def test_a_password_goes_to_vimeo_only(origin: Origin) -> None:
    config = json.dumps({"view": 4, "video": {"id": 1}})
    origin.serve(PAGE, redirect("https://evil.example/page"))
    origin.serve("/page", a_page(f"<script>config = {config};</script>".encode()))
    refused(f"https://vimeo.com/{ID}", "s3cret")
    there = [each for each in origin.requests if each.headers["host"] == "evil.example"]
    assert [(each.method, each.body) for each in there] == [("GET", b"")]


EMBED_ONLY = b"<h1>Sorry</h1>Because of its privacy settings, this video cannot be played here."
SAID: dict[str, tuple[int, bytes, str]] = {
    "embed-only": (403, EMBED_ONLY, "blocked"),
    "data centre": (403, b"<title>Verify to continue</title>", "blocked"),
    "too many": (429, b"", "blocked"),
    "gone": (404, b"<title>Sorry</title>", "expired_or_deleted"),
    "changed page": (200, b"<!doctype html><title>New player</title>", "not_media"),
}


@pytest.mark.parametrize(("code", "html", "reason"), SAID.values(), ids=SAID.keys())
def test_what_is_said_instead(code: int, html: bytes, reason: str, origin: Origin) -> None:
    origin.serve(PAGE, a_page(html, status=code))
    error = refused(f"https://vimeo.com/{ID}")
    assert error.code == reason
    assert "Vimeo" in error.detail
    assert origin.paths() == [PAGE]


def test_a_live_event_is_waited_for(origin: Origin) -> None:
    Vimeo(origin, video={"live_event": {"status": "started"}})
    assert refused(f"https://vimeo.com/{ID}").code == "still_processing"


def test_a_video_without_files_is_waited_for(origin: Origin) -> None:
    Vimeo(origin, files={})
    assert refused(f"https://vimeo.com/{ID}").code == "still_processing"


def test_an_owner_who_says_no_is_heard(origin: Origin) -> None:
    Vimeo(origin, password="s3cret")
    answer = {"privacy": {"download": False}, "video": {"id": 1}}
    origin.serve(f"{PAGE}/check-password", told(answer))
    assert refused(f"https://vimeo.com/{ID}", "s3cret").code == "download_disabled"


def test_text_tracks_come_along_with_their_language(origin: Origin) -> None:
    tracks = (
        {"lang": "de", "url": "/texttrack/1.vtt?token=t", "label": "Deutsch"},
        {"lang": "en-x-autogen", "url": "/texttrack/2.vtt?token=t", "label": "English"},
    )
    Vimeo(origin, tracks=tracks)
    sidecars = locate(f"https://vimeo.com/{ID}").sidecars
    assert [(each.kind, each.language, each.url, each.filename) for each in sidecars] == [
        (SidecarKind.CAPTIONS, "de", f"https://{PLAYER}/texttrack/1.vtt?token=t", "1.vtt"),
        (
            SidecarKind.CAPTIONS,
            "en-x-autogen",
            f"https://{PLAYER}/texttrack/2.vtt?token=t",
            "2.vtt",
        ),
    ]


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("https://vimeo.com/showcase/123", "folder_link"),
        ("https://vimeo.com/channels/staffpicks", "folder_link"),
        ("https://vimeo.com/user12345", "folder_link"),
        ("https://vimeo.com/log_in", "sign_in_required"),
        ("https://vimeo.com/manage/videos/1", "sign_in_required"),
        (f"https://vimeo.com/{ID}/abc", "not_media"),
        (f"https://player.vimeo.com/{ID}", "not_media"),
        (f"https://vimeo.com/video/{ID}x", "not_media"),
    ],
)
def test_other_pages(url: str, code: str, origin: Origin) -> None:
    assert refused(url).code == code
    assert origin.requests == []


@pytest.mark.parametrize("host", ["vimeo.com.evil.example", "evilvimeo.com", "api.vimeo.com"])
def test_hosts_that_look_alike_are_not_vimeo(host: str) -> None:
    assert recognise(f"https://{host}/{ID}").platform == "other"
