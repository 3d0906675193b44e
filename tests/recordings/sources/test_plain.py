"""Trips to hosts of nobody known: files as they are, walls told, nothing given away."""

from __future__ import annotations

from typing import Any

import pytest

from recordings.fetching import FetchError
from tests.origins import Origin, a_file, a_page, redirect
from tests.recordings.sources.conftest import Play, fetch, refused

DATA = bytes(range(256)) * 300
LOOK_ALIKES = [
    "zoom.us.evil.example", "evilzoom.us", "acme-sharepoint.com", "dropbox.com.evil.example",
    "drive.google.com.evil.example",
]  # fmt: skip
PATHS = ["/rec/share/x", "/:v:/p/ana/E1", "/scl/fi/id/c.mp4", "/download"]


@pytest.fixture
def web(play: Play) -> Origin:
    return play("files.example.com", "cdn.example.com", *LOOK_ALIKES)


def test_a_file_is_fetched_as_the_link_says(web: Origin) -> None:
    web.serve("/talk.mp4", a_file(DATA))
    assert fetch("https://files.example.com/talk.mp4?a=b#c") == DATA
    assert web.paths() == ["/talk.mp4?a=b"]


@pytest.mark.parametrize("host", LOOK_ALIKES)
def test_a_host_that_looks_like_a_platform_never_gets_a_passcode(web: Origin, host: str) -> None:
    page = b"<html><form id=password_form><input type=password name=txtPassword></form>"
    for path in PATHS:
        web.serve(path, a_page(page))
        error = refused(f"https://{host}{path}?rlkey=k", "s3same")
        assert (error.code, error.detail.startswith("The site asks")) == ("needs_passcode", True)
    assert all(each.method == "GET" for each in web.requests)
    assert web.paths() == [f"{path}?rlkey=k" for path in PATHS]
    assert "s3same" not in str(web.requests)


@pytest.mark.parametrize(
    ("page", "code"),
    [
        (b"<html><form><input type=password name=pw></form>", "needs_passcode"),
        (b"<html><input name=email><input type=password name=pw>", "sign_in_required"),
        (b"<!doctype html><title>Log in</title>", "sign_in_required"),
        (b"<!doctype html><h1>This recording has expired</h1>", "expired_or_deleted"),
        (b"<!doctype html><title>Just a moment...</title>", "blocked"),
        (b"<!doctype html><h1>Are you a robot?</h1>", "blocked"),
        (b"<!doctype html><h1>Watch</h1>", "not_media"),
        (b"<html>" + bytes(6 * 1024 * 1024), "not_media"),
    ],
)
def test_walls_with_status_200(web: Origin, page: bytes, code: str) -> None:
    web.serve("/talk.mp4", a_page(page))
    assert refused("https://files.example.com/talk.mp4").code == code


def test_a_chain_of_redirects_keeps_each_hosts_cookies_to_it(web: Origin) -> None:
    first = redirect("/two", cookies=["one=1; path=/"])
    web.serve("/talk", first)
    web.serve("/two", redirect("https://cdn.example.com/three", cookies=["two=2; path=/"]))
    web.serve("/three", redirect("https://files.example.com/four", cookies=["three=3; path=/"]))
    web.serve("/four", a_file(DATA))

    assert fetch("https://files.example.com/talk") == DATA

    cookies: list[Any] = [each.headers.get("cookie") for each in web.requests]
    assert cookies == [None, "one=1", None, "one=1; two=2"]


@pytest.mark.parametrize(
    "target", ["http://169.254.169.254/", "http://localhost/", "https://[::1]/"]
)
def test_a_redirect_inwards_is_refused(web: Origin, target: str) -> None:
    web.serve("/talk.mp4", redirect(target))
    with pytest.raises(FetchError) as caught:
        fetch("https://files.example.com/talk.mp4")
    assert caught.value.code == "blocked_address"
    assert len(web.requests) == 1
