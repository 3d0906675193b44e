"""Which platform a link belongs to, and what is fetched for it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recordings.sources import SourceError, platform_of, recognise
from recordings.sources.dropbox import Dropbox
from recordings.sources.file_source import FileSource
from recordings.sources.google_drive import GoogleDrive
from recordings.sources.plain import Plain
from recordings.sources.sharepoint import SharePoint

ID = "1A2b3C4d5E6f7G8h9I0jK_lM-nOpQrStU"
DRIVE = f"https://drive.usercontent.google.com/download?id={ID}&export=download&confirm=t"


@pytest.mark.parametrize(
    ("url", "platform"),
    [
        ("https://zoom.us/rec/share/a.b-c_d", "zoom"),
        ("https://US02WEB.zoom.us/rec/play/x", "zoom"),
        ("https://teams.microsoft.com/l/meetingrecap?x=1", "teams"),
        ("https://teams.live.com/meet/1", "teams"),
        ("https://meet.google.com/abc-defg-hij", "meet"),
        ("https://acme.webex.com/acme/ldr.php?RCID=1", "webex"),
        ("https://www.loom.com/share/0123", "loom"),
        (f"https://drive.google.com/file/d/{ID}/view", "google_drive"),
        (f"https://docs.google.com/uc?id={ID}", "google_drive"),
        (DRIVE, "google_drive"),
        ("https://www.dropbox.com/s/a/b.mp4", "dropbox"),
        ("https://uc1.dl.dropboxusercontent.com/x", "dropbox"),
        ("https://acme-my.sharepoint.com/:v:/p/x", "onedrive"),
        ("https://1drv.ms/v/s!a", "onedrive"),
        ("https://onedrive.live.com/?id=1", "onedrive"),
        ("https://vimeo.com/1", "vimeo"),
        ("https://player.vimeo.com/video/1", "vimeo"),
        ("https://riverside.fm/x", "riverside"),
        ("https://fathom.video/share/x", "fathom"),
        ("https://example.com/call.mp4", "other"),
        ("https://zoom.us.example.com/rec/share/x", "other"),
        ("https://evilzoom.us/rec/share/x", "other"),
        ("https://zoom.us@example.com/rec/share/x", "other"),
        ("https://example.com/https://zoom.us/rec/share/x", "other"),
        ("https://example.com\\@zoom.us/", "other"),
        ("https://drive.google.com.evil.org/file/d/x", "other"),
        ("https://dropbox.com.evil.org/s/a", "other"),
        ("https://sharepoint.com.evil.org/:v:/x", "other"),
        ("https://xn--drpbox-7ya.com/s/a", "other"),
        ("ftp://zoom.us/x", "other"),
        ("https://[::1", "other"),
        ("", "other"),
    ],
)
def test_platform_of(url: str, platform: str) -> None:
    assert platform_of(url) == platform
    assert recognise(url).platform == platform


@given(st.text())
def test_any_text_has_a_source(text: str) -> None:
    assert recognise(text).platform


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("https://www.dropbox.com/s/a/b.mp4", Dropbox),
        (f"https://drive.google.com/open?id={ID}", GoogleDrive),
        ("https://acme.sharepoint.com/:v:/s/x", SharePoint),
        ("https://1drv.ms/v/s!a", Plain),
        ("https://zoom.us/rec/share/x", Plain),
        ("https://example.com/a", Plain),
    ],
)
def test_recognise(url: str, kind: type) -> None:
    assert type(recognise(url)) is kind


@pytest.mark.parametrize(
    ("url", "fetched", "hint"),
    [
        (
            "https://www.dropbox.com/s/abc/Call%20one.mp4?dl=0",
            "https://www.dropbox.com/s/abc/Call%20one.mp4?dl=1",
            "Call one.mp4",
        ),
        (
            "https://www.dropbox.com/scl/fi/id/c.mp4?rlkey=k%2B1&st=x&dl=0#t=1",
            "https://www.dropbox.com/scl/fi/id/c.mp4?rlkey=k%2B1&st=x&dl=1",
            "c.mp4",
        ),
        (
            "https://dropbox.com/scl/fi/id/c.mp4?raw=1&rlkey=k",
            "https://dropbox.com/scl/fi/id/c.mp4?rlkey=k&dl=1",
            "c.mp4",
        ),
        (
            "https://www.dropbox.com/scl/fo/id/key/c.mp4?rlkey=k&dl=0",
            "https://www.dropbox.com/scl/fo/id/key/c.mp4?rlkey=k&dl=1",
            "c.mp4",
        ),
        (
            "https://www.dropbox.com/sh/id/key/c.mp4",
            "https://www.dropbox.com/sh/id/key/c.mp4?dl=1",
            "c.mp4",
        ),
        (
            "https://www.dropbox.com/e/scl/fi/id/c.mp4?rlkey=k",
            "https://www.dropbox.com/e/scl/fi/id/c.mp4?rlkey=k&dl=1",
            "c.mp4",
        ),
        (
            "https://uc1.dl.dropboxusercontent.com/cd/0/get/x/file",
            "https://uc1.dl.dropboxusercontent.com/cd/0/get/x/file",
            "",
        ),
        (f"https://drive.google.com/file/d/{ID}/view?usp=sharing", DRIVE, ""),
        (f"https://drive.google.com/file/d/{ID}", DRIVE, ""),
        (f"https://drive.google.com/file/u/1/d/{ID}/edit", DRIVE, ""),
        (f"https://drive.google.com/a/acme.com/file/d/{ID}/preview", DRIVE, ""),
        (f"https://drive.google.com/open?id={ID}&authuser=0", DRIVE, ""),
        (f"https://drive.google.com/uc?export=download&id={ID}", DRIVE, ""),
        (f"https://drive.google.com/u/0/uc?id={ID}&export=download", DRIVE, ""),
        (f"https://docs.google.com/file/d/{ID}/edit", DRIVE, ""),
        (f"https://docs.google.com/uc?id={ID}", DRIVE, ""),
        (f"https://drive.usercontent.google.com/download?id={ID}", DRIVE, ""),
        (
            f"https://drive.google.com/file/d/{ID}/view?resourcekey=0-a_b",
            f"{DRIVE}&resourcekey=0-a_b",
            "",
        ),
        (
            "https://acme-my.sharepoint.com/:v:/p/ana/Eabc?e=4%3aXy",
            "https://acme-my.sharepoint.com/:v:/p/ana/Eabc?e=4%3aXy&download=1",
            "",
        ),
        (
            "https://acme.sharepoint.com/_layouts/15/stream.aspx?id=%2FRecordings%2FCall%20a.mp4",
            "https://acme.sharepoint.com/_layouts/15/stream.aspx"
            "?id=%2FRecordings%2FCall%20a.mp4&download=1",
            "Call a.mp4",
        ),
        ("https://example.com/a?b#c", "https://example.com/a?b#c", ""),
    ],
)
def test_download(url: str, fetched: str, hint: str) -> None:
    source = recognise(url)
    assert isinstance(source, FileSource)
    download = source.download(url)
    assert (download.url, download.filename_hint) == (fetched, hint)


@pytest.mark.parametrize(
    ("url", "code", "site"),
    [
        ("https://www.dropbox.com/sh/id/key?dl=0", "folder_link", "Dropbox"),
        ("https://www.dropbox.com/scl/fo/id/key?rlkey=k", "folder_link", "Dropbox"),
        ("https://www.dropbox.com/scl/fo/id?rlkey=k&preview=a.mp4", "folder_link", "Dropbox"),
        (f"https://drive.google.com/drive/folders/{ID}?usp=x", "folder_link", "Google Drive"),
        (f"https://drive.google.com/drive/u/0/folders/{ID}", "folder_link", "Google Drive"),
        (f"https://drive.google.com/folderview?id={ID}", "folder_link", "Google Drive"),
        ("https://drive.google.com/drive/my-drive", "not_media", "Google Drive"),
        ("https://drive.google.com/file/d/short/view", "not_media", "Google Drive"),
        (f"https://docs.google.com/document/d/{ID}/edit", "not_media", "Google Drive"),
        ("https://acme.sharepoint.com/:f:/s/team/E1", "folder_link", "OneDrive"),
        ("https://meet.google.com/abc-defg-hij", "meeting_link", "Google Meet"),
        ("https://meet.google.com/abc-defg-hij?authuser=0", "meeting_link", "Google Meet"),
        ("https://us02web.zoom.us/j/123456789?pwd=x", "meeting_link", "Zoom"),
        ("https://teams.microsoft.com/l/meetup-join/19%3a", "meeting_link", "Teams"),
    ],
)
def test_links_that_lead_to_no_recording(url: str, code: str, site: str) -> None:
    with pytest.raises(SourceError) as caught:
        recognise(url).check(url)
    error = caught.value
    assert (error.code, error.http_status, error.attr) == (code, 400, "external_url")
    assert site in error.detail
    assert not error.retryable
