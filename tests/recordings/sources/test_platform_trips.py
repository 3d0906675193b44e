"""Whole trips to platforms as they answer: source, session and redirects together."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from recordings.browsing import Browser
from recordings.fetching import FetchSession, StatusError, check_url, open_url
from recordings.sources import is_page, recognise
from tests.origins import ALLOWED_ADDRESS, Origin, a_file, a_page, redirect, stand_in

DATA = bytes(range(256)) * 300
ID = "1A2b3C4d5E6f7G8h9I0jK_lM-nOpQrStU"
HOSTS = [
    "www.dropbox.com", "uc1.dl.dropboxusercontent.com", "drive.usercontent.google.com",
    "drive.google.com", "accounts.google.com", "acme-my.sharepoint.com",
    "login.microsoftonline.com",
]  # fmt: skip


@pytest.fixture
def web(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Origin]:
    """One TLS server that stands in for every platform."""
    settings.IMPORT_ALLOWED_ORIGIN = ALLOWED_ADDRESS
    with Origin(tls_names=HOSTS) as origin:
        stand_in(monkeypatch, origin, *HOSTS)
        yield origin


def _fetch(url: str) -> bytes | str:
    """The bytes behind a link, or the code of what stands in their place."""
    check_url(url)
    source = recognise(url)
    with FetchSession() as session:
        download = source.locate(url, "", Browser(session)).file
        assert download is not None
        for _ in range(2):
            try:
                fetched = open_url(download.url, headers=download.headers, session=session)
            except StatusError as error:
                return source.explain(
                    error.status, error.final_url, error.content_type, error.head
                ).code
            with fetched:
                head = fetched.peek()
                if not is_page(fetched.content_type, head):
                    return b"".join(fetched.iter_bytes())
                following = source.follow(head)
                if following is None:
                    reason = source.explain(fetched.status, fetched.url, fetched.content_type, head)
                    return reason.code
                download = following
    raise AssertionError("A page that was followed led to a page.")


def test_dropbox(web: Origin) -> None:
    web.serve("/scl/fi/id/c.mp4", redirect("https://uc1.dl.dropboxusercontent.com/cd/0/get/x/file"))
    web.serve("/cd/0/get/x/file", a_file(DATA, content_type="application/binary"))
    assert _fetch("https://www.dropbox.com/scl/fi/id/c.mp4?rlkey=k&dl=0") == DATA
    assert web.paths() == ["/scl/fi/id/c.mp4?rlkey=k&dl=1", "/cd/0/get/x/file"]


def test_google_drive(web: Origin) -> None:
    web.serve("/download", a_file(DATA))
    assert _fetch(f"https://drive.google.com/file/d/{ID}/view?usp=sharing") == DATA
    assert web.paths() == [f"/download?id={ID}&export=download&confirm=t"]


def test_google_drive_with_a_virus_scan_notice(web: Origin) -> None:
    notice = (
        b'<!doctype html><form id="download-form" action="/download" method="get">'
        b'<input name="id" value="%s"><input name="uuid" value="u-1"></form>' % ID.encode()
    )
    web.serve("/download", a_page(notice), a_file(DATA))
    assert _fetch(f"https://drive.google.com/open?id={ID}") == DATA
    assert web.paths()[1] == f"/download?id={ID}&uuid=u-1"


def test_google_drive_that_asks_for_a_sign_in(web: Origin) -> None:
    web.serve("/download", redirect("https://accounts.google.com/ServiceLogin"))
    web.serve("/ServiceLogin", a_page(b"<!doctype html><title>Google</title>"))
    assert _fetch(f"https://drive.google.com/open?id={ID}") == "sign_in_required"


def test_sharepoint_keeps_its_cookie_across_redirects(web: Origin) -> None:
    cookie = "FedAuth=secret; path=/; secure; HttpOnly"
    web.serve("/:v:/p/ana/E1", redirect("/personal/ana/one", cookies=[cookie]))
    web.serve("/personal/ana/one", redirect("/personal/ana/two"))
    web.serve("/personal/ana/two", a_file(DATA))
    assert _fetch("https://acme-my.sharepoint.com/:v:/p/ana/E1?e=x") == DATA
    assert [request.headers.get("cookie") for request in web.requests] == [
        None,
        "FedAuth=secret",
        "FedAuth=secret",
    ]
    assert web.paths()[0] == "/:v:/p/ana/E1?e=x&download=1"


def test_sharepoint_that_asks_for_a_sign_in(web: Origin) -> None:
    cookie = "FedAuth=secret; path=/; secure; HttpOnly"
    login = "https://login.microsoftonline.com/common/oauth2/authorize"
    web.serve("/:v:/p/ana/E1", redirect(login, cookies=[cookie]))
    web.serve("/common/oauth2/authorize", a_page(b"<html><title>Working...</title>"))
    assert _fetch("https://acme-my.sharepoint.com/:v:/p/ana/E1") == "sign_in_required"
    assert "cookie" not in web.requests[1].headers


def test_a_deleted_file_is_named(web: Origin) -> None:
    web.serve("/s/a/b.mp4", a_page(b"<html><h1>That file is not here</h1>", status=404))
    assert _fetch("https://www.dropbox.com/s/a/b.mp4") == "expired_or_deleted"
