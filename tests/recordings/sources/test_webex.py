"""Webex as it answers: pages that lead on, and JSON about a recording's stream."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from recordings.sources import LinkKind, recognise
from tests.origins import Exchange, Origin, a_file, a_page, redirect, status
from tests.recordings.sources.conftest import Play, fetch, locate, refused, told

ID = "88e7a42f7b19f5b423c54754aecc2ce9"
RCID = "e58e803bc0f766bb5f6376d2e86adb5b"
SITE, CDN = "acme.webex.com", "nfg1.webex.com"
HOSTS = (SITE, CDN, "idbroker.webex.com", "evil.example")
PLAYBACK = f"https://{SITE}/recordingservice/sites/acme/recording/{ID}/playback"
API = f"/webappng/api/v1/recordings/{ID}/stream"
DATA = b"\x00\x00\x00\x18ftypmp42" + bytes(20_000)
STREAM: dict[str, Any] = {
    "recordUUID": ID,
    "recordName": "Second talk",
    "duration": 60_000,
    "fallbackPlaySrc": f"https://{CDN}/play/low.mp4?ticket=t",
    "preventDownload": False,
    "downloadRecordingInfo": {
        "downloadInfo": {
            "mp4URL": f"https://{CDN}/download/talk.mp4?ticket=t",
            "audioURL": f"https://{CDN}/download/talk.mp3?ticket=t",
        }
    },
}


class Webex:
    """One recording, behind ``password`` if there is one."""

    def __init__(
        self,
        origin: Origin,
        *,
        password: str = "",
        stream: Mapping[str, Any] | None = None,
        status: int = 200,
    ) -> None:
        self.origin, self.password, self.status = origin, password, status
        self.stream = STREAM if stream is None else stream
        for suffix in ("", "/playback"):
            page = f"/recordingservice/sites/acme/recording{suffix and '/playback'}/{ID}"
            origin.serve(page, a_page(b"<!doctype html><title>Webex</title>"))
        origin.serve(
            f"/recordingservice/sites/acme/recording/{ID}/playback",
            a_page(b"<!doctype html><title>Webex</title>"),
        )
        origin.serve(f"/webappng/sites/acme/recording/{ID}", a_page(b"<!doctype html>"))
        origin.serve(API, self._stream)
        for path in ("/play/low.mp4", "/download/talk.mp4"):
            origin.serve(path, a_file(DATA))

    def _stream(self, exchange: Exchange) -> None:
        given = exchange.request.headers.get("accesspwd", "")
        if self.password and given != self.password:
            told({"code": 53005, "message": "Password"}, status=403)(exchange)
        else:
            told(self.stream, status=self.status)(exchange)


@pytest.fixture
def origin(play: Play) -> Origin:
    return play(*HOSTS)


@pytest.mark.parametrize(
    "url",
    [
        PLAYBACK,
        PLAYBACK.removesuffix("/playback"),
        f"https://{SITE}/recordingservice/sites/acme/recording/playback/{ID}",
        f"https://{SITE}/webappng/sites/acme/recording/{ID}?from=mail",
        f"http://{SITE}/webappng/sites/acme/recording/{ID}",
    ],
)
def test_a_public_recording(url: str, origin: Origin) -> None:
    Webex(origin)
    assert recognise(url).kind(url) is LinkKind.RECORDING
    assert fetch(url) == DATA
    media = locate(url)
    assert media.file is not None
    assert media.file.url == f"https://{CDN}/download/talk.mp4?ticket=t"
    assert media.filename == "Second talk.mp4"


@pytest.mark.parametrize("page", ["ldr.php", "lsr.php"])
def test_a_link_of_old_leads_on(page: str, origin: Origin) -> None:
    Webex(origin)
    html = f"<html><script>window.location='{PLAYBACK}';</script>".encode()
    origin.serve(f"/acme/{page}", a_page(html))
    url = f"https://{SITE}/acme/{page}?RCID={RCID}"
    assert recognise(url).kind(url) is LinkKind.RECORDING
    assert fetch(url) == DATA


def test_a_page_of_old_cannot_lead_to_another_host(origin: Origin) -> None:
    Webex(origin)
    html = b"<html><script>window.location='https://evil.example/x.webex.com/a/ldr.php';</script>"
    origin.serve("/acme/ldr.php", a_page(html))
    assert refused(f"https://{SITE}/acme/ldr.php?RCID={RCID}", "s3cret").code == "not_media"
    assert [request.headers["host"] for request in origin.requests] == [SITE]


def test_a_password(origin: Origin) -> None:
    Webex(origin, password="s3cret")
    assert fetch(PLAYBACK, "s3cret") == DATA
    assert refused(PLAYBACK).code == "needs_passcode"
    assert refused(PLAYBACK, "wrong").code == "wrong_passcode"
    sent = [request for request in origin.requests if "s3cret" in request.headers.values()]
    assert [request.path.partition("?")[0] for request in sent] == [API]
    assert not any("s3cret" in request.path for request in origin.requests)


def test_a_password_is_not_carried_to_another_host(origin: Origin) -> None:
    Webex(origin, password="s3cret")
    origin.serve(API, redirect("https://evil.example/stream"))
    origin.serve("/stream", told({"code": 53005}, status=403))
    refused(PLAYBACK, "s3cret")
    there = [each for each in origin.requests if each.headers["host"] == "evil.example"]
    assert len(there) == 1
    assert "accesspwd" not in there[0].headers


SAID: dict[str, tuple[Mapping[str, Any], int, str]] = {
    "sign-in": ({"code": 53004, "message": "Login"}, 403, "sign_in_required"),
    "another refusal": ({"code": 53001, "message": "No"}, 403, "sign_in_required"),
    "CAPTCHA": ({"code": 53006, "message": "Captcha"}, 429, "blocked"),
    "gone": ({"code": 404, "message": "No such recording"}, 404, "expired_or_deleted"),
    "download off": (STREAM | {"preventDownload": True}, 200, "download_disabled"),
    "still converting": (STREAM | {"fallbackPlaySrc": None}, 200, "still_processing"),
}


@pytest.mark.parametrize(("stream", "code", "reason"), SAID.values(), ids=SAID.keys())
def test_what_is_said_instead(
    stream: Mapping[str, Any], code: int, reason: str, origin: Origin
) -> None:
    Webex(origin, stream=stream, status=code)
    error = refused(PLAYBACK, "s3cret")
    assert error.code == reason
    assert "Webex" in error.detail
    assert not any("mp4" in path for path in origin.paths())


def test_a_site_that_sends_to_its_login(origin: Origin) -> None:
    Webex(origin)
    login = "https://idbroker.webex.com/idb/oauth2/v1/authorize"
    origin.serve(f"/recordingservice/sites/acme/recording/{ID}/playback", redirect(login))
    origin.serve("/idb/oauth2/v1/authorize", a_page(b"<html><title>Sign In</title>"))
    assert refused(PLAYBACK).code == "sign_in_required"


@pytest.mark.parametrize(
    ("url", "code"),
    [
        (f"https://{SITE}/meet/ana", "meeting_link"),
        (f"https://{SITE}/acme/j.php?MTID=m123", "meeting_link"),
        (f"https://{SITE}/webappng/sites/acme/meeting/info/123", "meeting_link"),
        (f"https://{SITE}/webappng/sites/acme/dashboard", "sign_in_required"),
        (f"https://{SITE}/acme/ldr.php?RCID=short", "not_media"),
        (f"https://{SITE}/recordingservice/sites/acme/recording/{ID[:31]}", "not_media"),
    ],
)
def test_other_pages(url: str, code: str, origin: Origin) -> None:
    assert refused(url).code == code
    assert origin.requests == []


@pytest.mark.parametrize("host", ["acme.webex.com.evil.example", "evilwebex.com"])
def test_hosts_that_look_alike_are_not_webex(host: str) -> None:
    url = f"https://{host}/recordingservice/sites/acme/recording/{ID}"
    assert recognise(url).platform == "other"


def test_a_changed_answer_is_said_to_be_no_recording(origin: Origin) -> None:
    Webex(origin)
    origin.serve(API, a_page(b"<!doctype html><title>New</title>"))
    assert refused(PLAYBACK).code == "not_media"


def test_a_file_that_is_gone_is_explained(origin: Origin) -> None:
    Webex(origin)
    origin.serve("/download/talk.mp4", status(410))
    assert refused(PLAYBACK).code == "expired_or_deleted"
