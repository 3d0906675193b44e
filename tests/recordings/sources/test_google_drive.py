"""Trips to Google Drive: files, the virus-scan notice, walls."""

from __future__ import annotations

from typing import Any

import pytest

from recordings.fetching import FetchError
from tests.origins import Origin, a_file, a_page, redirect
from tests.recordings.sources.conftest import Play, fetch, refused

DATA = bytes(range(256)) * 300
ID = "1A2b3C4d5E6f7G8h9I0jK_lM-nOpQrStU"
LINK = f"https://drive.google.com/file/d/{ID}/view?usp=sharing"
FORM = (
    b'<!doctype html><form id="download-form" action="%s" method="get">'
    b'<input name="id" value="%s"><input name="uuid" value="u-1"></form>'
)


@pytest.fixture
def web(play: Play) -> Origin:
    return play(
        "drive.usercontent.google.com", "drive.google.com", "accounts.google.com", "www.google.com"
    )


def test_a_file(web: Origin) -> None:
    web.serve("/download", a_file(DATA))
    assert fetch(LINK) == DATA
    assert web.paths() == [f"/download?id={ID}&export=download&confirm=t"]
    assert web.requests[0].headers["host"] == "drive.usercontent.google.com"
    assert web.requests[0].headers["accept-language"] == "en"


def test_an_older_link_keeps_its_key(web: Origin) -> None:
    web.serve("/download", a_file(DATA))
    assert fetch(f"{LINK}&resourcekey=0-a_b") == DATA
    assert web.paths() == [f"/download?id={ID}&export=download&confirm=t&resourcekey=0-a_b"]


def test_a_virus_scan_notice_is_answered_with_its_cookies(web: Origin) -> None:
    cookie = {"Set-Cookie": "NID=n; domain=.google.com; path=/; secure"}
    notice = a_page(FORM % (b"/download", ID.encode()), headers=cookie)
    web.serve("/download", notice, a_file(DATA))
    assert fetch(f"https://drive.google.com/open?id={ID}") == DATA
    assert web.paths()[1] == f"/download?id={ID}&uuid=u-1"
    assert web.requests[1].headers["cookie"] == "NID=n"


def test_a_notice_that_leads_to_itself_is_given_up(web: Origin) -> None:
    web.serve("/download", a_page(FORM % (b"/download", ID.encode())))
    assert refused(LINK).code == "not_media"
    assert len(web.requests) == 3


def test_a_notice_that_leads_elsewhere_is_not_followed(web: Origin) -> None:
    web.serve("/download", a_page(FORM % (b"http://169.254.169.254/x", ID.encode())))
    assert refused(LINK).code == "not_media"
    assert len(web.requests) == 1


def error(text: str) -> bytes:
    return f'<html><p class="uc-error-subcaption">{text}</p></html>'.encode()


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (a_page(error("Too many users have viewed or downloaded this file recently.")), "quota"),
        (a_page(error("Download quota exceeded for this file")), "quota"),
        (a_page(error("Only the owner and editors can download this file.")), "download_disabled"),
        (a_page(error("The owner hasn't given you permission to download.")), "download_disabled"),
        (a_page(error("The file you have requested does not exist.")), "expired_or_deleted"),
        (a_page(error("You need access. Request access from the owner")), "sign_in_required"),
        (a_page(error("This file is infected with a virus")), "not_media"),
        (redirect("https://accounts.google.com/ServiceLogin"), "sign_in_required"),
        (redirect("https://www.google.com/sorry/index?continue=x"), "blocked"),
        (a_page(b"<html>gone", status=404), "expired_or_deleted"),
        (a_page(b"<html>no", status=403), "sign_in_required"),
        (a_page(b"<html>preview"), "not_media"),
    ],
)
def test_walls(web: Origin, answer: Any, code: str) -> None:
    web.serve("/ServiceLogin", a_page(b"<!doctype html><title>Google</title>"))
    web.serve("/sorry/index", a_page(b"<html>unusual traffic"))
    web.serve("/download", answer)
    refusal = refused(LINK)
    assert (refusal.code, "Google Drive" in refusal.detail) == (code, True)


def test_a_redirect_inwards_is_refused(web: Origin) -> None:
    web.serve("/download", redirect("http://10.0.0.1/"))
    with pytest.raises(FetchError) as caught:
        fetch(LINK)
    assert caught.value.code == "blocked_address"
