"""Loom: shared and embedded videos, with a password if they have one."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from yt_dlp.extractor.loom import LoomIE

from recordings.sources.errors import (
    DownloadDisabled,
    ExpiredOrDeleted,
    FolderLink,
    NotMedia,
    SignInRequired,
)
from recordings.sources.extracted_source import ExtractedSource
from recordings.sources.links import read_link
from recordings.sources.source import Download, WebAnswer

_VIDEO = re.compile(r"/(?:share|embed)/([0-9a-f]{32})/?")
_FOLDER = re.compile(r"/share/folder/[0-9a-f]{32}(?:/.*)?")
_OWN_PAGE = re.compile(r"/?|/(?:login|signup|looms|home|my-videos|spaces|settings)(?:/.*)?")
_GRAPHQL = "/graphql"


class Loom(ExtractedSource):
    platform = "loom"
    extractor = LoomIE

    def download(self, url: str) -> Download:
        path = read_link(url).path
        if _VIDEO.fullmatch(path):
            return Download(url)
        if _FOLDER.fullmatch(path):
            raise FolderLink(self.site)
        raise SignInRequired(self.site) if _OWN_PAGE.fullmatch(path) else NotMedia(self.site)

    def page(self, url: str) -> str:
        match = _VIDEO.fullmatch(read_link(url).path)
        return f"https://www.loom.com/share/{match[1]}" if match else url

    def look(self, answer: WebAnswer, passcode: str) -> None:
        told = answer.json() if urlsplit(answer.url).path == _GRAPHQL and answer.ok else None
        data = told.get("data") if isinstance(told, dict) else None
        if not isinstance(data, dict) or "getVideo" not in data:
            return
        video = data["getVideo"]
        if not isinstance(video, dict):
            raise ExpiredOrDeleted(self.site)
        kind = video.get("__typename")
        if kind == "VideoPasswordMissingOrIncorrect":
            raise self.passcode_asked(passcode)
        if kind == "PrivateVideo":
            raise SignInRequired(self.site)
        if video.get("download_enabled") is False:
            raise DownloadDisabled(self.site)

    def language(self, named: str) -> str:
        return ""  # The extractor calls all of them English.
