"""Pages that come instead of a recording: told from media, named, and followed (guarantee 17)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recordings.sources import is_page, recognise
from recordings.sources.pages import Page

ID = "1A2b3C4d5E6f7G8h9I0jK_lM-nOpQrStU"
DRIVE = f"https://drive.google.com/file/d/{ID}/view"
DROPBOX = "https://www.dropbox.com/scl/fi/id/c.mp4?rlkey=k"
SHAREPOINT = "https://acme-my.sharepoint.com/:v:/p/ana/E1"
PLAIN = "https://example.com/call"
ZOOM = "https://zoom.us/rec/share/x"

PASSWORD = b"<html><form><input type=password name=pw></form>"
LOGIN = b"<html><title>Acme</title><input name=email><input type=password name=pw>"
PREVIEW = b"<!doctype html><title>call.mp4</title><h1>Watch</h1>"
GONE = b"<!doctype html><h1>This recording has expired</h1>"
QUOTA = (
    b'<html><p class="uc-error-caption">Sorry, you can&#39;t view this file now.</p>'
    b'<p class="uc-error-subcaption">Too many users have viewed or downloaded this file recently.'
    b"</p></html>"
)
REFUSED = b'<html><p class="uc-error-subcaption">Only the owner and editors can download.</p>'
FORM = (
    b'<html><form id="download-form" action="%s" method="get"><input type="submit" value="Go">'
    b'<input type="hidden" name="id" value="X"><input type="hidden" name="confirm" value="t">'
    b'<input type="hidden" name="uuid" value="a&amp;b"></form>'
)


@pytest.mark.parametrize(
    ("url", "status", "final_url", "head", "code", "site"),
    [
        (DRIVE, 200, DRIVE, QUOTA, "quota", "Google Drive"),
        (DRIVE, 200, DRIVE, REFUSED, "download_disabled", "Google Drive"),
        (DRIVE, 200, "https://accounts.google.com/v3", PREVIEW, "sign_in_required", "Google Drive"),
        (DRIVE, 404, DRIVE, PREVIEW, "expired_or_deleted", "Google Drive"),
        (DRIVE, 200, DRIVE, PREVIEW, "not_media", "Google Drive"),
        (DROPBOX, 200, "https://dropbox.com/sm/password?x", PREVIEW, "needs_passcode", "Dropbox"),
        (DROPBOX, 200, "https://www.dropbox.com/login?x", PREVIEW, "sign_in_required", "Dropbox"),
        (DROPBOX, 410, DROPBOX, b"", "expired_or_deleted", "Dropbox"),
        (DROPBOX, 200, DROPBOX, PREVIEW, "not_media", "Dropbox"),
        (
            SHAREPOINT, 200, "https://login.microsoftonline.com/common", PREVIEW,
            "sign_in_required", "OneDrive",
        ),
        (
            SHAREPOINT, 200, SHAREPOINT,
            b"<html><input type=email><input id=txtPassword type=password>",
            "needs_passcode", "OneDrive",
        ),
        (SHAREPOINT, 403, SHAREPOINT, PREVIEW, "sign_in_required", "OneDrive"),
        (SHAREPOINT, 404, SHAREPOINT, b"", "expired_or_deleted", "OneDrive"),
        (PLAIN, 200, PLAIN, PASSWORD, "needs_passcode", "The site"),
        (PLAIN, 200, PLAIN, b"<input placeholder='Passcode'>", "needs_passcode", "The site"),
        (PLAIN, 200, PLAIN, LOGIN, "sign_in_required", "The site"),
        (PLAIN, 200, PLAIN, b"<title>Sign in</title>", "sign_in_required", "The site"),
        (PLAIN, 200, PLAIN, GONE, "expired_or_deleted", "The site"),
        (PLAIN, 200, PLAIN, PREVIEW, "not_media", "The site"),
        (PLAIN, 401, PLAIN, b"{}", "sign_in_required", "The site"),
        (ZOOM, 200, ZOOM, PREVIEW, "not_media", "Zoom"),
        ("https://1drv.ms/v/s!a", 200, PLAIN, PREVIEW, "not_media", "OneDrive"),
    ],
)  # fmt: skip
def test_explain(url: str, status: int, final_url: str, head: bytes, code: str, site: str) -> None:
    error = recognise(url).explain(status, final_url, "text/html", head)
    assert (error.code, error.http_status, error.attr) == (code, 400, "external_url")
    assert error.detail[0].isupper()
    assert site in error.detail
    assert error.detail.count(".") == 1


@pytest.mark.parametrize(
    "action",
    [b"https://drive.usercontent.google.com/download", b"/download", b"/download?x=1", b""],
)
def test_the_virus_scan_notice_is_followed(action: bytes) -> None:
    download = recognise(DRIVE).follow(FORM % action)
    assert download is not None
    assert download.url == (
        "https://drive.usercontent.google.com/download?id=X&confirm=t&uuid=a%26b"
    )


@pytest.mark.parametrize(
    "html",
    [
        FORM % b"https://evil.example.com/download",
        FORM % b"//127.0.0.1/",
        FORM % b"http://[",
        QUOTA,
        PREVIEW,
        b"",
    ],
)
def test_other_pages_of_drive_are_not_followed(html: bytes) -> None:
    assert recognise(DRIVE).follow(html) is None


@pytest.mark.parametrize("url", [DROPBOX, SHAREPOINT, PLAIN, ZOOM])
def test_other_sources_follow_nothing(url: str) -> None:
    assert recognise(url).follow(FORM % b"/download") is None


@pytest.mark.parametrize(
    ("content_type", "head", "expected"),
    [
        ("text/html", PREVIEW, True),
        ("video/mp4", PREVIEW, True),
        ("", b"\xef\xbb\xbf \r\n<html>", True),
        ("", b"<?xml version='1.0'?><Error>", True),
        ("text/html", b"", True),
        ("application/xhtml+xml", b"", True),
        ("video/mp4", b"", False),
        ("text/html", b"\x00\x00\x00\x18ftypmp42", False),
        ("video/webm", b"\x1aE\xdf\xa3", False),
        ("application/json", b'{"error": 1}', False),
        ("", b"<3 bytes", False),
    ],
)
def test_is_page(content_type: str, head: bytes, expected: bool) -> None:
    assert is_page(content_type, head) is expected


@pytest.mark.parametrize(
    "html", [b"<![bogus[x]]>", b"<!DOCTYPE [<!x", b"<!--" * 9000, b"&#9999999;"]
)
def test_a_broken_page_is_read_as_far_as_it_goes(html: bytes) -> None:
    assert Page(b"<title>a</title>" + html).headline.strip() == "a"


@given(st.binary(max_size=300), st.sampled_from([DRIVE, DROPBOX, SHAREPOINT, PLAIN]))
def test_any_bytes_have_an_explanation(junk: bytes, url: str) -> None:
    source = recognise(url)
    assert source.explain(200, url, "text/html", b"<!" + junk).code
    source.follow(b"<form id=download-form action='" + junk)
