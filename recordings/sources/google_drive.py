"""Google Drive links of every shape: the file's id leads to the download address."""

from __future__ import annotations

import re
from urllib.parse import urlencode, urljoin

from recordings.sources.errors import (
    Blocked,
    DownloadDisabled,
    ExpiredOrDeleted,
    FolderLink,
    NotMedia,
    QuotaExceeded,
    SignInRequired,
    SourceError,
)
from recordings.sources.file_source import ENGLISH, FileSource
from recordings.sources.links import is_within, platform_of, read_link, site_name
from recordings.sources.pages import Page, reason
from recordings.sources.source import Download

_DOWNLOAD = "https://drive.usercontent.google.com/download"
_ID = r"[A-Za-z0-9_-]{28,}"
_FILE_PATH = re.compile(rf"/(?:a/[^/]+/)?file/(?:u/\d+/)?d/({_ID})(?:/.*)?")
_ID_PATH = re.compile(r"/(?:a/[^/]+/)?(?:u/\d+/)?(?:open|uc|download|file)")
_FOLDER_PATH = re.compile(r"(?:/.*)?/(?:folders/.*|folderview|embeddedfolderview)")
_ERROR = "uc-error-subcaption"
_ERRORS: tuple[tuple[re.Pattern[str], type[SourceError]], ...] = (
    (re.compile(r"too many users|quota", re.IGNORECASE), QuotaExceeded),
    (re.compile(r"does not exist|not found|been (deleted|removed)", re.I), ExpiredOrDeleted),
    (re.compile(r"request access|need (access|permission)|sign in", re.I), SignInRequired),
    (re.compile(r"infected|virus", re.IGNORECASE), NotMedia),
    (re.compile(r"\S"), DownloadDisabled),
)


class GoogleDrive(FileSource):
    platform = "google_drive"

    def download(self, url: str) -> Download:
        link = read_link(url)
        if _FOLDER_PATH.fullmatch(link.path):
            raise FolderLink(site_name(self.platform))
        match = _FILE_PATH.fullmatch(link.path)
        file_id = match.group(1) if match else ""
        if not file_id and _ID_PATH.fullmatch(link.path):
            file_id = link.parameter("id")
        if not re.fullmatch(_ID, file_id):
            raise NotMedia(site_name(self.platform))
        query = {"id": file_id, "export": "download", "confirm": "t"}
        if key := link.parameter("resourcekey"):  # links made before September 2021 need theirs
            query["resourcekey"] = key
        return Download(f"{_DOWNLOAD}?{urlencode(query)}", ENGLISH)

    def follow(self, page: bytes) -> Download | None:
        action, fields = Page(page).forms.get("download-form", ("", {}))
        try:
            url = urljoin(_DOWNLOAD, action)
        except ValueError:
            return None
        # The form is Google's own; a page that sends us elsewhere is not.
        if not fields or platform_of(url) != self.platform:
            return None
        return Download(f"{url.partition('?')[0]}?{urlencode(fields)}", ENGLISH)

    def explain(
        self, status: int, final_url: str, content_type: str, head_bytes: bytes
    ) -> SourceError:
        site = site_name(self.platform)
        if is_within(read_link(final_url).host, "accounts.google.com"):
            return SignInRequired(site)
        if "/sorry/" in final_url:  # the page that asks machines for a CAPTCHA
            return Blocked(site)
        page = Page(head_bytes, classes=(_ERROR,))
        for words, error in _ERRORS:
            if words.search(page.texts.get(_ERROR, "")):
                return error(site)
        return reason(status, page, site)
