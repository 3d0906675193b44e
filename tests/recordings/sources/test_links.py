"""Which platform a link belongs to, and what is fetched for it."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recordings.sources import LinkKind, SourceError, platform_of, recognise
from recordings.sources.dropbox import Dropbox
from recordings.sources.file_source import FileSource
from recordings.sources.google_drive import GoogleDrive
from recordings.sources.meet import Meet
from recordings.sources.onedrive_personal import OneDrivePersonal
from recordings.sources.plain import Plain
from recordings.sources.riverside import Riverside
from recordings.sources.sharepoint import SharePoint
from recordings.sources.teams import Teams
from recordings.sources.zoom import Zoom

ID = "1A2b3C4d5E6f7G8h9I0jK_lM-nOpQrStU"
DRIVE = f"https://drive.usercontent.google.com/download?id={ID}&export=download&confirm=t"


@pytest.mark.parametrize(
    ("url", "platform"),
    [
        ("https://zoom.us/rec/share/a.b-c_d", "zoom"),
        ("https://US02WEB.zoom.us/rec/play/x", "zoom"),
        ("https://teams.microsoft.com/l/meetingrecap?x=1", "teams"),
        ("https://teams.live.com/meet/1", "teams"),
        ("https://teams.cloud.microsoft/l/meetingrecap?x=1", "teams"),
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
        ("https://zoom.us./rec/share/x", "zoom"),
        ("https://zoom.us../rec/share/x", "other"),
        ("https://zoom.us.evil.example/rec/share/x", "other"),
        ("https://zoom.us-evil.example/rec/share/x", "other"),
        ("https://zoom.us@example.com/rec/share/x", "other"),
        ("https://example.com@zoom.us/rec/share/x", "other"),
        ("https://example.com%2f.zoom.us/rec/share/x", "other"),
        ("https://example.com%23.zoom.us/rec/share/x", "other"),
        ("https://example.com/.zoom.us/rec/share/x", "other"),
        ("https://example.com#.zoom.us/rec/share/x", "other"),
        ("https://example.com?.zoom.us/rec/share/x", "other"),
        ("https://\uff5aoom.us/rec/share/x", "other"),
        ("https://z\u043eom.us/rec/share/x", "other"),
        ("https://zoom\u3002us/rec/share/x", "other"),
        ("https://zo\tom.us/rec/share/x", "other"),
        ("https://[zoom.us]/rec/share/x", "other"),
        ("https://sharepoint.com.evil.example/:v:/g/x", "other"),
        ("https://evilsharepoint.com/:v:/g/x", "other"),
        ("https://1drv.ms.evil.example/v/x", "other"),
        ("https://teams.microsoft.com.evil.example/l/x", "other"),
        ("https://meet.google.com.evil.example/abc-defg-hij", "other"),
        ("https://notriverside.fm/x", "other"),
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
        ("https://1drv.ms/v/s!a", OneDrivePersonal),
        ("https://onedrive.live.com/?id=1", OneDrivePersonal),
        ("https://zoom.us/rec/share/x", Zoom),
        ("https://teams.microsoft.com/l/message/x", Teams),
        ("https://meet.google.com/abc-defg-hij", Meet),
        ("https://riverside.com/x", Riverside),
        ("https://zoom.us.evil.example/rec/share/x", Plain),
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
        (
            "https://acme.sharepoint.com/:v:/s/team/E1?web=1&e=2",
            "https://acme.sharepoint.com/:v:/s/team/E1?e=2&download=1",
            "",
        ),
        (
            "https://acme-my.sharepoint.com/personal/ana/_layouts/15/guestaccess.aspx?share=E1",
            "https://acme-my.sharepoint.com/personal/ana/_layouts/15/guestaccess.aspx"
            "?share=E1&download=1",
            "",
        ),
        (
            "https://acme-my.sharepoint.com/personal/ana/_layouts/15/onedrive.aspx"
            "?id=%2Fpersonal%2Fana%2FDocuments%2FA%20b.mp4&parent=%2Fpersonal%2Fana",
            "https://acme-my.sharepoint.com/personal/ana/_layouts/15/download.aspx"
            "?SourceUrl=/personal/ana/Documents/A%20b.mp4",
            "A b.mp4",
        ),
        (
            "https://teams.microsoft.com/l/meetingrecap?driveId=b%21x"
            "&sitePath=https%3A%2F%2Facme-my.sharepoint.com%2F%3Av%3A%2Fg%2Fpersonal%2Fana%2FE1"
            "&fileUrl=https%3A%2F%2Facme-my.sharepoint.com%2Fpersonal%2Fana%2FA.mp4&threadId=19",
            "https://acme-my.sharepoint.com/:v:/g/personal/ana/E1?download=1",
            "",
        ),
        (
            "https://teams.cloud.microsoft/l/meetingrecap?sitePath=https%3A%2F%2Facme-my"
            ".sharepoint.com%2Fpersonal%2Fana%2F_api%2Fv2.1%2Fdrives%2Fx%2Ftranscripts%2Fy"
            "&fileUrl=https%3A%2F%2Facme-my.sharepoint.com%2Fpersonal%2Fana%2FA+b.mp4%3Fweb%3D1",
            "https://acme-my.sharepoint.com/personal/ana/A%20b.mp4?download=1",
            "",
        ),
        ("https://zoom.us/rec/share/x?pwd=1", "https://zoom.us/rec/share/x?pwd=1", ""),
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
        ("https://acme.sharepoint.com/:w:/s/team/E1", "not_media", "OneDrive"),
        ("https://acme.sharepoint.com/:x:/r/team/E1", "not_media", "OneDrive"),
        (
            "https://acme.sharepoint.com/sites/t/Docs/Forms/AllItems.aspx?id=%2Fsites%2Ft%2FDocs",
            "folder_link", "OneDrive",
        ),
        (
            "https://acme.sharepoint.com/sites/t/_layouts/15/guestaccess.aspx?folderid=1",
            "folder_link", "OneDrive",
        ),
        (
            "https://acme.sharepoint.com/_layouts/15/AccessDenied.aspx?Source=x",
            "sign_in_required", "OneDrive",
        ),
        ("https://1drv.ms/v/s!a", "sign_in_required", "OneDrive"),
        ("https://onedrive.live.com/?id=1&cid=2", "sign_in_required", "OneDrive"),
        ("https://riverside.fm/shared/exported/x", "sign_in_required", "Riverside"),
        ("https://www.dropbox.com/home/Calls?preview=a.mp4", "sign_in_required", "Dropbox"),
        ("https://www.dropbox.com/login?cont=x", "sign_in_required", "Dropbox"),
        ("https://accounts.google.com/ServiceLogin?x=1", "sign_in_required", "Google"),
        ("https://login.microsoftonline.com/common", "sign_in_required", "Microsoft"),
        ("https://meet.google.com/landing", "not_media", "Google Meet"),
        ("https://meet.google.com/lookup/abcdef", "meeting_link", "Google Meet"),
        ("https://meet.google.com/abc-defg-hij", "meeting_link", "Google Meet"),
        ("https://meet.google.com/abc-defg-hij?authuser=0", "meeting_link", "Google Meet"),
        ("https://us02web.zoom.us/j/123456789?pwd=x", "meeting_link", "Zoom"),
        ("https://zoom.us/my/ana", "meeting_link", "Zoom"),
        ("https://app.zoom.us/wc/123/join", "meeting_link", "Zoom"),
        ("https://zoom.us/signin", "sign_in_required", "Zoom"),
        ("https://zoom.us/", "sign_in_required", "Zoom"),
        ("https://acme.zoom.us/recording/management", "sign_in_required", "Zoom"),
        ("https://acme.zoom.us/recording/detail?meeting_id=x", "sign_in_required", "Zoom"),
        ("https://zoom.us/pricing", "not_media", "Zoom"),
        ("https://zoom.us/rec/share/a%2Fb", "not_media", "Zoom"),
        (
            "https://zoom.us/rec/component-page?originRequestUrl=https%3A%2F%2Fevil.example%2Fx",
            "not_media", "Zoom",
        ),
        ("https://teams.microsoft.com/l/meetup-join/19%3a", "meeting_link", "Teams"),
        ("https://teams.microsoft.com/meet/123?p=x", "meeting_link", "Teams"),
        ("https://teams.live.com/meet/93", "meeting_link", "Teams"),
        ("https://teams.microsoft.com/l/message/19%3ax/1", "sign_in_required", "Teams"),
        (
            "https://teams.microsoft.com/l/meetingrecap?fileUrl=https%3A%2F%2Fevil.example%2Fa.mp4",
            "sign_in_required", "Teams",
        ),
    ],
)  # fmt: skip
def test_links_that_lead_to_no_recording(url: str, code: str, site: str) -> None:
    with pytest.raises(SourceError) as caught:
        recognise(url).check(url)
    error = caught.value
    assert (error.code, error.http_status, error.attr) == (code, 400, "external_url")
    assert site in error.detail
    assert not error.retryable


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("https://zoom.us/rec/share/x", LinkKind.RECORDING),
        ("https://zoom.us/recording/play/x", LinkKind.RECORDING),
        ("https://zoom.us/clips/share/x", LinkKind.RECORDING),
        ("https://zoom.us/j/1", LinkKind.MEETING),
        ("https://zoom.us/signin", LinkKind.SIGN_IN),
        ("https://zoom.us/pricing", LinkKind.OTHER),
        ("https://acme.sharepoint.com/:v:/g/x", LinkKind.RECORDING),
        ("https://acme.sharepoint.com/:f:/g/x", LinkKind.FOLDER),
        ("https://acme.sharepoint.com/:w:/g/x", LinkKind.OTHER),
        ("https://teams.microsoft.com/l/meetup-join/x", LinkKind.MEETING),
        ("https://teams.microsoft.com/l/message/x", LinkKind.SIGN_IN),
        (f"https://drive.google.com/file/d/{ID}/view", LinkKind.RECORDING),
        (f"https://drive.google.com/drive/folders/{ID}", LinkKind.FOLDER),
        (f"https://docs.google.com/document/d/{ID}", LinkKind.OTHER),
        ("https://meet.google.com/abc-defg-hij", LinkKind.MEETING),
        ("https://www.dropbox.com/scl/fo/id/key", LinkKind.FOLDER),
        ("https://1drv.ms/v/s!a", LinkKind.UNSUPPORTED),
        ("https://riverside.fm/x", LinkKind.UNSUPPORTED),
        ("https://accounts.google.com/x", LinkKind.SIGN_IN),
        ("https://example.com/a.mp4", LinkKind.RECORDING),
    ],
)
def test_what_a_link_is_by_its_text(url: str, kind: LinkKind) -> None:
    assert recognise(url).kind(url) is kind


HOSTS = [
    "zoom.us", "a.sharepoint.com", "teams.microsoft.com", "drive.google.com", "meet.google.com",
    "www.dropbox.com", "1drv.ms", "riverside.fm", "example.com", "[", "[::1]", "@", "a b", "",
]  # fmt: skip
WORDS = st.sampled_from(["rec", "share", "play", ":v:", ":f:", "s", "scl", "fo", "..", "%"])


@given(
    host=st.sampled_from(HOSTS),
    path=st.lists(WORDS | st.text(max_size=6), max_size=6),
    query=st.text(max_size=30),
)
def test_no_link_is_too_odd_to_be_judged(host: str, path: list[str], query: str) -> None:
    url = f"https://{host}/{'/'.join(path)}?{query}"
    source = recognise(url)
    assert source.kind(url) in LinkKind
    with contextlib.suppress(SourceError):
        source.check(url)
