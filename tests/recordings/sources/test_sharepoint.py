"""Trips to SharePoint, OneDrive for work and Teams: cookies, passwords, policies, sign-in."""

from __future__ import annotations

import contextlib
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recordings.fetching import FetchError
from recordings.sources import SourceError, Web, recognise
from tests.origins import Exchange, Origin, a_file, a_page, redirect, status
from tests.recordings.sources.conftest import Play, Scripted, cookies_of, fetch, fields_of, refused

DATA = bytes(range(256)) * 300
HOST, LOGIN = "acme-my.sharepoint.com", "login.microsoftonline.com"
PATH, GUEST = "/:v:/p/ana/E1", "/personal/ana/_layouts/15/guestaccess.aspx"
LINK = f"https://{HOST}{PATH}?e=x"
FED_AUTH = "FedAuth=s3cret"
COOKIE = f"{FED_AUTH}; path=/; secure; HttpOnly"
PASSWORD = "s3s&me +ä"
FORM = (
    b'<html><form method="post" action="./guestaccess.aspx?e=5&amp;share=E1" id="inputForm">'
    b'<input type="hidden" name="__VIEWSTATE" value="dW5p+/=" />'
    b'<input type="hidden" name="__EVENTVALIDATION" value="ev" />'
    b'<input type="hidden" name="SideBySideToken" value="" />'
    b'<input name="txtPassword" type="password" id="txtPassword" />'
    b'<input type="submit" name="btnSubmitPassword" value="Verify" id="btnSubmitPassword" /></form>'
)


@pytest.fixture
def web(play: Play) -> Origin:
    return play(HOST, "acme.sharepoint.com", LOGIN, "cdn.example.com")


@pytest.fixture
def locked(web: Origin) -> Origin:
    """A link with a password: a form first, the file with the cookie that it sets."""

    def link(exchange: Exchange) -> None:
        if FED_AUTH not in cookies_of(exchange):
            redirect(f"https://{HOST}{GUEST}?share=E1")(exchange)
        elif "download=1" in exchange.request.path:
            a_file(DATA)(exchange)
        else:
            a_page(b"<html><title>talk.mp4</title>")(exchange)

    def form(exchange: Exchange) -> None:
        if exchange.request.method == "POST" and fields_of(exchange) == {
            "__VIEWSTATE": "dW5p+/=",
            "__EVENTVALIDATION": "ev",
            "SideBySideToken": "",
            "txtPassword": PASSWORD,
            "btnSubmitPassword": "Verify",
        }:
            redirect(f"https://{HOST}{PATH}?e=x", cookies=[COOKIE])(exchange)
        else:
            a_page(FORM)(exchange)

    web.serve(PATH, link)
    web.serve(GUEST, form)
    return web


def test_the_cookie_goes_along_on_every_redirect(web: Origin) -> None:
    web.serve(PATH, redirect("/personal/ana/one", cookies=[COOKIE]))
    web.serve("/personal/ana/one", redirect("/personal/ana/two"))
    web.serve("/personal/ana/two", a_file(DATA))
    assert fetch(LINK) == DATA
    assert [request.headers.get("cookie") for request in web.requests] == [None, FED_AUTH, FED_AUTH]
    assert web.paths()[0] == f"{PATH}?e=x&download=1"


def test_the_cookie_goes_to_nobody_else(web: Origin) -> None:
    web.serve(PATH, redirect("https://cdn.example.com/talk.mp4", cookies=[COOKIE]))
    web.serve("/talk.mp4", a_file(DATA))
    assert fetch(LINK) == DATA
    assert not {"cookie", "authorization", "referer"} & set(web.requests[1].headers)


def test_a_recap_in_teams_leads_to_its_recording(web: Origin) -> None:
    web.serve(PATH, a_file(DATA))
    recap = "https://teams.microsoft.com/l/meetingrecap?driveId=b&sitePath="
    assert fetch(f"{recap}https%3A%2F%2F{HOST}%2F%3Av%3A%2Fp%2Fana%2FE1") == DATA
    assert web.paths() == [f"{PATH}?download=1"]


def test_a_recap_whose_recording_is_private_names_teams(web: Origin) -> None:
    web.serve(PATH, redirect(f"https://{LOGIN}/common/oauth2/authorize"))
    web.serve("/common/oauth2/authorize", a_page(b"<html>"))
    recap = "https://teams.microsoft.com/l/meetingrecap?driveId=b&sitePath="
    error = refused(f"{recap}https%3A%2F%2F{HOST}%2F%3Av%3A%2Fp%2Fana%2FE1")
    assert (error.code, error.detail.startswith("Teams asks for a sign-in")) == (
        "sign_in_required",
        True,
    )


def test_the_right_password_opens_the_link(locked: Origin) -> None:
    assert fetch(LINK, PASSWORD) == DATA

    asked = [f"{each.method} {each.path}" for each in locked.requests]
    assert asked == [
        f"GET {PATH}?e=x",
        f"GET {GUEST}?share=E1",
        f"POST {GUEST}?e=5&share=E1",
        f"GET {PATH}?e=x",
        f"GET {PATH}?e=x&download=1",
    ]
    assert locked.requests[2].headers["referer"] == f"https://{HOST}{GUEST}?share=E1"


def test_without_its_password(locked: Origin) -> None:
    error = refused(LINK)
    assert (error.code, "OneDrive asks for a passcode" in error.detail) == ("needs_passcode", True)
    assert [each.method for each in locked.requests] == ["GET", "GET"]


def test_a_wrong_password_is_tried_once(locked: Origin) -> None:
    assert refused(LINK, "wrong").code == "wrong_passcode"
    assert [each.method for each in locked.requests] == ["GET", "GET", "POST"]


def test_a_password_for_a_link_without_one_does_no_harm(web: Origin) -> None:
    web.serve(PATH, a_page(b"<html><title>talk.mp4</title>"), a_file(DATA))
    assert fetch(LINK, PASSWORD) == DATA
    assert all(each.method == "GET" for each in web.requests)


def test_a_link_that_never_has_a_password_is_not_asked_for_one(web: Origin) -> None:
    web.serve("/personal/ana/Documents/talk.mp4", a_file(DATA))
    assert fetch(f"https://{HOST}/personal/ana/Documents/talk.mp4", PASSWORD) == DATA
    assert web.paths() == ["/personal/ana/Documents/talk.mp4?download=1"]


@pytest.mark.parametrize(
    "action", ["https://cdn.example.com/x", "//127.0.0.1/x", "http://acme-my.sharepoint.com/x"]
)
def test_a_password_goes_to_the_links_own_host_alone(web: Origin, action: str) -> None:
    web.serve(PATH, a_page(FORM.replace(b"./guestaccess.aspx?e=5&amp;share=E1", action.encode())))
    assert refused(LINK, PASSWORD).code == "not_media"
    assert [each.method for each in web.requests] == ["GET"]


def test_a_form_that_leads_nowhere_is_left_alone(web: Origin) -> None:
    web.serve(PATH, a_page(FORM.replace(b"./guestaccess.aspx", b"http://[")))
    assert refused(LINK, PASSWORD).code == "needs_passcode"


STREAM = b'<html><script>var g_fileInfo = {"name":"talk.mp4"%s};</script>'


def test_a_player_that_names_its_file_is_followed(web: Origin) -> None:
    url = rb',"downloadUrl":"https:\u002f\u002facme-my.sharepoint.com\/_layouts\/15\/download.aspx"'
    web.serve(PATH, a_page(STREAM % url))
    web.serve("/_layouts/15/download.aspx", a_file(DATA))
    assert fetch(LINK) == DATA


@pytest.mark.parametrize(
    "page",
    [
        b'<html><script>var g_fileInfo = {"name":"talk.mp4","downlo',
        rb'<html><script>var g_fileInfo = {"downloadUrl":"\q"};',
        b"<html><script>var g_fileInfo = " + b'{"a":' * 9000,
        b"<html><script>var g_fileInfo = null;",
    ],
)
def test_a_player_that_is_not_read_to_its_end_says_nothing(web: Origin, page: bytes) -> None:
    web.serve(PATH, a_page(page))
    assert refused(LINK).code == "not_media"


@pytest.mark.parametrize(
    "rest",
    [
        b"",
        b',"downloadUrl":"https://evil.example/x.mp4"',
        b',"downloadUrl":"http://169.254.169.254/latest"',
        b',"downloadUrl":"file:///etc/passwd"',
        b',"downloadUrl":7',
    ],
)
def test_a_player_without_a_file_is_all_that_its_owner_allows(web: Origin, rest: bytes) -> None:
    web.serve(PATH, a_page(STREAM % rest))
    error = refused(LINK)
    assert (error.code, "OneDrive says" in error.detail) == ("download_disabled", True)
    assert len(web.requests) == 1


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (
            a_page(b"<html>Your organization doesn't allow you to download, print, or sync"),
            "download_disabled",
        ),
        (a_page(b"<html>Downloads have been disabled", status=403), "download_disabled"),
        (a_page(b"<html>This link has expired."), "expired_or_deleted"),
        (a_page(b"<html>Sorry, this link has been removed."), "expired_or_deleted"),
        (a_page(b"<html>no", status=404), "expired_or_deleted"),
        (a_page(b"<html>no", status=403), "sign_in_required"),
        (redirect("/personal/ana/_layouts/15/AccessDenied.aspx"), "sign_in_required"),
        (redirect(f"https://{LOGIN}/common/oauth2/authorize"), "sign_in_required"),
        (a_page(b"<html><title>My files</title>"), "not_media"),
    ],
)
def test_walls(web: Origin, answer: Any, code: str) -> None:
    web.serve("/personal/ana/_layouts/15/AccessDenied.aspx", a_page(b"<html>Access denied"))
    web.serve("/common/oauth2/authorize", a_page(b"<html>Working..."))
    web.serve(PATH, answer)
    error = refused(LINK)
    assert (error.code, "OneDrive" in error.detail) == (code, True)


def test_nothing_is_sent_to_a_sign_in_page(web: Origin) -> None:
    web.serve(PATH, redirect(f"https://{LOGIN}/authorize", cookies=[COOKIE]))
    web.serve("/authorize", a_page(FORM))
    assert refused(LINK, PASSWORD).code == "not_media"
    assert [each.method for each in web.requests] == ["GET", "GET"]
    assert "cookie" not in web.requests[1].headers


def test_a_redirect_inwards_is_refused(web: Origin) -> None:
    web.serve(PATH, redirect("http://169.254.169.254/latest/meta-data/"))
    for passcode in ("", PASSWORD):
        with pytest.raises(FetchError) as caught:
            fetch(LINK, passcode)
        assert caught.value.code == "blocked_address"


def test_trouble_there_is_tried_again(web: Origin) -> None:
    web.serve(PATH, status(503))
    for passcode in ("", PASSWORD):
        with pytest.raises(FetchError) as caught:
            fetch(LINK, passcode)
        assert caught.value.retryable


def test_trouble_with_a_password_is_tried_again(locked: Origin) -> None:
    locked.serve(GUEST, a_page(FORM), status(503))
    with pytest.raises(FetchError) as caught:
        fetch(LINK, PASSWORD)
    assert caught.value.retryable


def test_a_page_without_end_is_given_up(web: Origin) -> None:
    web.serve(PATH, a_page(b"<html>" + bytes(6 * 1024 * 1024)))
    with pytest.raises(FetchError) as caught:
        fetch(LINK, PASSWORD)
    assert caught.value.code == "too_large"
    assert refused(LINK).code == "not_media"


@given(junk=st.binary(max_size=200), password=st.booleans())
def test_no_page_is_too_odd_for_a_password(junk: bytes, password: bool) -> None:
    pages = [FORM[: 200 if password else 600] + junk, junk + FORM, junk]
    with contextlib.suppress(SourceError):
        recognise(LINK).locate(LINK, PASSWORD, cast(Web, Scripted(pages)))


@pytest.mark.parametrize("page", [b"", b"<html>", STREAM % b',"downloadUrl":"http://["'])
def test_other_pages_are_not_followed(page: bytes) -> None:
    assert recognise(LINK).follow(page) is None
