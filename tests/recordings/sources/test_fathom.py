"""Fathom as it answers: a page that holds its data, and a call that it plays as HLS."""

from __future__ import annotations

import html
import json
from typing import Any

import pytest

from recordings.sources import LinkKind, StreamKind, recognise
from tests.origins import Origin, a_file, a_page, redirect, status
from tests.recordings.sources.conftest import Play, locate, refused

TOKEN = "G9mkjkspnohVVZ_L5nrsoPycyWcB8y7s"
PAGE = f"/share/{TOKEN}"
SHARE = f"https://fathom.video{PAGE}"
CDN = "media.fathom.example"
HOSTS = ("fathom.video", "www.fathom.video", CDN)
VIDEO = f"https://{CDN}/calls/47200596/video.m3u8"
ENDED = b"#EXTM3U\n#EXTINF:4,\n1.ts\n#EXT-X-ENDLIST\n"


def a_call(**call: Any) -> bytes:
    props = {
        "call": {"id": 47200596, "video_url": VIDEO, "started_at": "2023-11-03T10:00:00Z", **call},
        "head": {"title": "Coaching session"},
        "duration": 8125.38,
    }
    data = html.escape(json.dumps({"component": "page-call-detail", "props": props}))
    return f'<!doctype html><body><div id="app" data-page="{data}"></div>'.encode()


@pytest.fixture
def origin(play: Play) -> Origin:
    origin = play(*HOSTS)
    origin.serve(PAGE, a_page(a_call()))
    origin.serve("/calls/47200596/video.m3u8", a_file(ENDED))
    return origin


@pytest.mark.parametrize(
    "url", [SHARE, f"{SHARE}?tab=summary", f"https://www.fathom.video{PAGE}", f"{SHARE}/"]
)
def test_a_shared_call(url: str, origin: Origin) -> None:
    origin.serve(f"{PAGE}/", a_page(a_call()))
    assert recognise(url).kind(url) is LinkKind.RECORDING
    media = locate(url)
    assert [(stream.kind, stream.url) for stream in media.streams] == [(StreamKind.HLS, VIDEO)]
    assert media.filename == "Coaching session.mp4"
    assert origin.paths()[-1] == "/calls/47200596/video.m3u8"


def test_a_call_that_is_not_shared_any_more(origin: Origin) -> None:
    origin.serve(PAGE, redirect("/users/sign_in"))
    origin.serve("/users/sign_in", a_page(b"<!doctype html><title>Fathom</title>"))
    assert refused(SHARE).code == "sign_in_required"


def test_a_call_that_is_gone(origin: Origin) -> None:
    origin.serve(PAGE, status(404))
    error = refused(SHARE)
    assert error.code == "expired_or_deleted"
    assert "Fathom" in error.detail


def test_a_video_that_is_gone(origin: Origin) -> None:
    origin.serve("/calls/47200596/video.m3u8", status(404))
    assert refused(SHARE).code == "expired_or_deleted"


@pytest.mark.parametrize("text", [None, b"#EXTM3U\n#EXTINF:4,\n1.ts\n"], ids=["none yet", "live"])
def test_a_call_that_is_still_going_on_is_waited_for(text: bytes | None, origin: Origin) -> None:
    if text is None:
        origin.serve(PAGE, a_page(a_call(video_url=None)))
    else:
        origin.serve("/calls/47200596/video.m3u8", a_file(text))
    assert refused(SHARE).code == "still_processing"


@pytest.mark.parametrize(
    "page",
    [b"<!doctype html><title>New</title>", b'<div id="app" data-page="{}"></div>', b""],
    ids=["without data", "other data", "empty"],
)
def test_a_changed_page_is_said_to_be_no_recording(page: bytes, origin: Origin) -> None:
    origin.serve(PAGE, a_page(page))
    assert refused(SHARE).code == "not_media"


def test_a_video_in_the_network_of_ours_is_refused(origin: Origin) -> None:
    origin.serve(PAGE, a_page(a_call(video_url="http://169.254.169.254/latest/meta-data.m3u8")))
    with pytest.raises(Exception, match="blocked_address"):
        locate(SHARE)
    assert origin.paths() == [PAGE]


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("https://fathom.video/calls/47200596", "sign_in_required"),
        ("https://fathom.video/home", "sign_in_required"),
        ("https://fathom.video/share/", "not_media"),
        ("https://fathom.video/pricing", "not_media"),
    ],
)
def test_other_pages(url: str, code: str, origin: Origin) -> None:
    assert refused(url).code == code
    assert origin.requests == []


@pytest.mark.parametrize(
    "host", ["fathom.video.evil.example", "evilfathom.video", "x.fathom.video"]
)
def test_hosts_that_look_alike_are_not_fathom(host: str) -> None:
    assert recognise(f"https://{host}{PAGE}").platform == "other"
