"""Trips to Dropbox: files, passwords, walls."""

from __future__ import annotations

import base64
import contextlib
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recordings.fetching import FetchError
from recordings.sources import SourceError, Web, recognise
from tests.origins import Exchange, Origin, a_file, a_page, redirect, status
from tests.recordings.sources.conftest import (
    Play,
    Scripted,
    cookies_of,
    fetch,
    fields_of,
    refused,
    told,
)

DATA = bytes(range(256)) * 300
PATH = "/scl/fi/id/c.mp4"
LINK = f"https://www.dropbox.com{PATH}?rlkey=k&dl=0"
FILE = "https://uc1.dl.dropboxusercontent.com/cd/0/get/x/file"
PASSWORD = "s3s&me +ä"
ASKED = b'<!doctype html><script>registerStreamedPrefetch("a", "%s")</script>' % base64.b64encode(
    b"\x12\x08/sm/password?cont=x&content_id=AbC-_1%3D\x00"
)
PLAYER = b'<!doctype html><script>registerStreamedPrefetch("a", "%s")</script>' % base64.b64encode(
    b"\x0a\x0ahttps://previews.dropboxusercontent.com/p/hls_playlist/x.m3u8\x0a"
)
CLASSIC = "https://www.dropbox.com/sm/password?cont=x&content_id=AbC-_1%3D"


@pytest.fixture
def web(play: Play) -> Origin:
    return play("www.dropbox.com", "uc1.dl.dropboxusercontent.com", "cdn.example.com")


@pytest.fixture(params=["page", "redirect"])
def locked(web: Origin, request: pytest.FixtureRequest) -> Origin:
    """A link with a password, told by the page or by a redirect."""
    wall = a_page(ASKED) if request.param == "page" else redirect(CLASSIC)

    def link(exchange: Exchange) -> None:
        if "sm_auth=yes" not in cookies_of(exchange):
            wall(exchange)
        elif "dl=1" in exchange.request.path:
            redirect(FILE)(exchange)
        else:
            a_page(b"<!doctype html>preview")(exchange)

    def auth(exchange: Exchange) -> None:
        right = fields_of(exchange) == {
            "is_xhr": "true",
            "t": "t0ken",
            "content_id": "AbC-_1=",
            "password": PASSWORD,
            "url": f"{PATH}?rlkey=k",
        }
        if right and "t=t0ken" in cookies_of(exchange):
            told({"status": "authed"}, cookies=("sm_auth=yes; path=/; secure",))(exchange)
        else:
            told({"status": "error", "error": "Incorrect password"})(exchange)

    def first(exchange: Exchange) -> None:
        if "t=t0ken" not in cookies_of(exchange):
            cookie = "t=t0ken; domain=dropbox.com; path=/; secure"
            redirect(exchange.request.path, cookies=[cookie])(exchange)
        else:
            link(exchange)

    web.serve(PATH, first)
    web.serve("/sm/password", a_page(b"<!doctype html><title>Dropbox</title>"))
    web.serve("/sm/auth", auth)
    web.serve("/cd/0/get/x/file", a_file(DATA, content_type="application/binary"))
    return web


def test_a_file_is_fetched_where_dropbox_keeps_it(web: Origin) -> None:
    cookie = "t=t0ken; domain=dropbox.com; path=/; secure"
    web.serve(PATH, redirect(FILE, cookies=[cookie]))
    web.serve("/cd/0/get/x/file", a_file(DATA, content_type="application/binary"))
    assert fetch(LINK) == DATA
    assert web.paths() == [f"{PATH}?rlkey=k&dl=1", "/cd/0/get/x/file"]
    assert "cookie" not in web.requests[1].headers


def test_the_right_password_opens_the_link(locked: Origin) -> None:
    assert fetch(LINK, PASSWORD) == DATA
    posted = [each for each in locked.requests if each.method == "POST"]
    assert [each.path for each in posted] == ["/sm/auth"]
    assert locked.paths()[-2:] == [f"{PATH}?rlkey=k&dl=1", "/cd/0/get/x/file"]


def test_without_its_password(locked: Origin) -> None:
    error = refused(LINK)
    assert (error.code, "Dropbox asks for a passcode" in error.detail) == ("needs_passcode", True)
    assert all(each.method == "GET" for each in locked.requests)


def test_a_wrong_password_is_tried_once(locked: Origin) -> None:
    assert refused(LINK, "wrong").code == "wrong_passcode"
    assert [each.method for each in locked.requests].count("POST") == 1


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (told({"status": 1}), "wrong_passcode"),
        (told([]), "not_media"),
        (a_page(b"<html>"), "not_media"),
        (status(429), "blocked"),
    ],
)
def test_what_dropbox_says_to_a_password(locked: Origin, answer: Any, code: str) -> None:
    locked.serve("/sm/auth", answer)
    assert refused(LINK, PASSWORD).code == code


def test_trouble_at_dropbox_is_tried_again(locked: Origin) -> None:
    locked.serve("/sm/auth", status(503))
    with pytest.raises(FetchError) as caught:
        fetch(LINK, PASSWORD)
    assert caught.value.retryable


def test_a_password_for_a_link_without_one_does_no_harm(web: Origin) -> None:
    web.serve(PATH, a_page(b"<!doctype html>preview"), a_file(DATA))
    assert fetch(LINK, PASSWORD) == DATA
    assert web.paths() == [f"{PATH}?rlkey=k&dl=0", f"{PATH}?rlkey=k&dl=1"]


def test_a_files_own_address_is_not_asked_for_a_password(web: Origin) -> None:
    web.serve("/cd/0/get/x/file", a_file(DATA))
    assert fetch(FILE, PASSWORD) == DATA
    assert web.paths() == ["/cd/0/get/x/file"]


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (a_page(b"<html><h1>That file is not here</h1>", status=404), "expired_or_deleted"),
        (a_page(b"<html><h1>This link has been deleted</h1>"), "expired_or_deleted"),
        (redirect("https://www.dropbox.com/login?cont=x"), "sign_in_required"),
        (a_page(b"<html>This account's links are generating too much traffic"), "quota"),
        (a_page(b"<html>Downloads are disabled for this link"), "download_disabled"),
        (a_page(PLAYER), "download_disabled"),
        (a_page(b"<!doctype html>preview"), "not_media"),
        (a_page(b'<html>registerStreamedPrefetch("a", "=")'), "not_media"),
    ],
)
def test_walls(web: Origin, answer: Any, code: str) -> None:
    web.serve("/login", a_page(b"<html>Dropbox"))
    web.serve(PATH, answer)
    error = refused(LINK)
    assert (error.code, "Dropbox" in error.detail) == (code, True)


def test_a_redirect_inwards_is_refused(web: Origin) -> None:
    web.serve(PATH, redirect("http://[::ffff:169.254.169.254]/latest"))
    for passcode in ("", PASSWORD):
        with pytest.raises(FetchError) as caught:
            fetch(LINK, passcode)
        assert caught.value.code == "blocked_address"


@given(st.lists(st.sampled_from([ASKED, PLAYER, b"{", b'{"status":"authed"}']) | st.binary()))
def test_no_page_is_too_odd_for_a_password(pages: list[bytes]) -> None:
    with contextlib.suppress(SourceError):
        recognise(LINK).locate(LINK, PASSWORD, cast(Web, Scripted(pages)))
