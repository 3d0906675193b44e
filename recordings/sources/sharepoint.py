"""SharePoint and OneDrive for work, where Teams recordings lie too: ``download=1``.

The first answer to an "anyone" link sets the cookie FedAuth, which the fetch session sends on
every following redirect. A link with a password shows a form first, which sets that cookie when
it is filled in rightly.
"""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import quote, urljoin

from recordings.sources.errors import (
    DownloadDisabled,
    ExpiredOrDeleted,
    FolderLink,
    NeedsPasscode,
    NotMedia,
    SignInRequired,
    SourceError,
    WrongPasscode,
)
from recordings.sources.file_source import ENGLISH, FileSource
from recordings.sources.links import (
    Link,
    is_within,
    read_link,
    site_name,
    with_parameter,
    without_parameters,
)
from recordings.sources.pages import Page, reason
from recordings.sources.source import Download, Media, Web, WebAnswer

_SIGN_IN_HOSTS = ("login.microsoftonline.com", "login.live.com", "login.windows.net")
_SIGN_IN_PAGES = ("accessdenied.aspx", "authenticate.aspx", "signin.aspx")
# The letter of a share link says what was shared: a folder, a video, a document.
_SHARED = re.compile(r"/:([a-z]):/")
_DOCUMENTS = set("biloptwx")
_BROWSING_PAGES = ("onedrive.aspx", "allitems.aspx")
_FILE = re.compile(r"\.[a-z0-9]{2,5}$", re.IGNORECASE)
_PAGE_BYTES = 256 * 1024
_FILE_INFO = re.compile(rb"g_fileInfo\s*=\s*(?=\{)")
_NO_DOWNLOAD = re.compile(
    rb"(doesn.t|does not|isn.t|not) allow(ed)? (you )?to download"
    rb"|downloads? (has been|have been|is|are) (blocked|disabled|turned off)",
    re.IGNORECASE,
)
_GONE = re.compile(
    rb"link (has|was|is)( been)? ?(expired|removed|deleted|disabled)|link (no longer|doesn.t) ",
    re.IGNORECASE,
)


class SharePoint(FileSource):
    platform = "onedrive"

    def recognises(self, url: str) -> bool:
        return is_within(read_link(url).host, "sharepoint.com")

    def shared(self, url: str) -> str:
        """The SharePoint address that a link stands for. Raises as `check` does."""
        return url

    def download(self, url: str) -> Download:
        site, shared = site_name(self.platform), self.shared(url)
        link = read_link(shared)
        path, _, page = link.path.lower().rpartition("/")
        letter = _SHARED.match(link.path)
        if (letter and letter[1] == "f") or link.parameter("folderid"):
            raise FolderLink(site)
        if letter and letter[1] in _DOCUMENTS:
            raise NotMedia(site)
        if page in _SIGN_IN_PAGES or path.startswith("/_forms"):
            raise SignInRequired(site)
        # These show the file whose path in the library is their parameter id.
        name = link.parameter("id").rpartition("/")[2]
        if page in _BROWSING_PAGES:
            if not _FILE.search(name):
                raise FolderLink(site)
            return Download(_by_path(link), ENGLISH, name)
        return Download(with_parameter(shared, "download", "1", without=("web",)), ENGLISH, name)

    def locate(self, url: str, passcode: str, web: Web) -> Media:
        download = self.download(url)
        if passcode and _takes_password(shared := self.shared(url)):
            self._unlock(without_parameters(shared, "download", "web"), passcode, web)
        return Media(file=download)

    def _unlock(self, shared: str, passcode: str, web: Web) -> None:
        """Fill in the form of a link that has one; the session keeps the cookie it sets."""
        page = web.get(shared, headers=ENGLISH)
        page.check_available()
        form = _password_form(page)
        if form is None:
            return
        action, fields = form
        if read_link(action).host != read_link(shared).host or not action.startswith("https:"):
            raise NotMedia(site_name(self.platform))
        fields |= {name: passcode for name in fields if _is_password(name)}
        answer = web.post(action, fields=fields, headers={**ENGLISH, "Referer": page.url})
        answer.check_available()
        if _password_form(answer) is not None:
            raise WrongPasscode(site_name(self.platform))

    def follow(self, page: bytes) -> Download | None:
        """The player's own link to the file, where it stands for a file that may be had."""
        url = (_file_info(page) or {}).get("downloadUrl")
        if not isinstance(url, str) or not is_within(read_link(url).host, "sharepoint.com"):
            return None
        return Download(url, ENGLISH)

    def explain(
        self, status: int, final_url: str, content_type: str, head_bytes: bytes
    ) -> SourceError:
        site, link = site_name(self.platform), read_link(final_url)
        if link.host in _SIGN_IN_HOSTS:
            return SignInRequired(site)
        page = Page(head_bytes)
        if any("txtpassword" in words for words, _ in page.fields):
            return NeedsPasscode(site)
        if _NO_DOWNLOAD.search(head_bytes):
            return DownloadDisabled(site)
        if link.path.lower().endswith(_SIGN_IN_PAGES):
            return SignInRequired(site)
        # A player that opens for us and has no link to the file is all that its owner allows.
        if _file_info(head_bytes) is not None:
            return DownloadDisabled(site)
        if _GONE.search(head_bytes):
            return ExpiredOrDeleted(site)
        return reason(status, page, site, passcodes=True)


def _file_info(page: bytes) -> dict[str, Any] | None:
    """What a player says of its file, None when it is none or not all of it has come."""
    if (match := _FILE_INFO.search(page)) is None:
        return None
    try:
        info, _ = json.JSONDecoder().raw_decode(page[match.end() :].decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return None
    return info if isinstance(info, dict) else None


def _takes_password(shared: str) -> bool:
    """Whether this is a link as "Share" makes them: what opens otherwise has no passwords."""
    path = read_link(shared).path.lower()
    return path.endswith("/guestaccess.aspx") or _SHARED.match(path) is not None


def _password_form(answer: WebAnswer) -> tuple[str, dict[str, str]] | None:
    for action, fields in Page(answer.body[:_PAGE_BYTES]).forms.values():
        if any(_is_password(name) for name in fields):
            try:
                return urljoin(answer.url, action), dict(fields)
            except ValueError:
                return None
    return None


def _is_password(name: str) -> bool:
    return name.lower().endswith("txtpassword")


def _by_path(link: Link) -> str:
    """Where the library hands out the file at its parameter id."""
    site = re.match(r"/(personal|sites|teams)/[^/]+", link.path, re.IGNORECASE)
    path = quote(link.parameter("id"), safe="/")
    root = site[0] if site else ""
    return f"https://{link.host}{root}/_layouts/15/download.aspx?SourceUrl={path}"
