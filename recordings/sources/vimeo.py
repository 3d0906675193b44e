"""Vimeo: videos by their page or their player, with a password if they have one.

The player is what is asked: Vimeo's pages tell only people who are signed in where a video lies.
"""

from __future__ import annotations

import re

from yt_dlp.extractor.vimeo import VimeoIE

from recordings.sources.errors import (
    Blocked,
    DownloadDisabled,
    FolderLink,
    NotMedia,
    SignInRequired,
)
from recordings.sources.extracted_source import ExtractedSource
from recordings.sources.links import Link, read_link
from recordings.sources.source import Download, WebAnswer

_PLAYER = "player.vimeo.com"
_VIDEO = re.compile(r"/(?P<id>\d{1,20})(?:/(?P<hash>[0-9a-f]{10}))?/?", re.ASCII)
_EMBEDDED = re.compile(r"/video/(?P<id>\d{1,20})/?(?P<hash>)", re.ASCII)
_HASH = re.compile(r"[0-9a-f]{10}")
_LIST = re.compile(r"/(?:showcase|album|channels|groups|folder|user\d+|[^/]+/vod_pages)(?:/.*)?")
_OWN_PAGE = re.compile(r"/?|/(?:log_in|login|join|manage|home|library|settings|upload)(?:/.*)?")


class Vimeo(ExtractedSource):
    platform = "vimeo"
    extractor = VimeoIE
    # Data centres are turned away, and pages that may not embed a video.
    forbidden = Blocked

    def download(self, url: str) -> Download:
        link = read_link(url)
        if _found(link):
            return Download(url)
        if link.host != _PLAYER and _LIST.fullmatch(link.path):
            raise FolderLink(self.site)
        raise SignInRequired(self.site) if _OWN_PAGE.fullmatch(link.path) else NotMedia(self.site)

    def page(self, url: str) -> str:
        link = read_link(url)
        match = _found(link)
        if match is None:
            return url
        unlisted = match["hash"] or link.parameter("h")
        query = f"?h={unlisted}" if _HASH.fullmatch(unlisted) else ""
        return f"https://{_PLAYER}/video/{match['id']}{query}"

    def look(self, answer: WebAnswer, passcode: str) -> None:
        told = answer.json() if "json" in answer.content_type else None
        if told is False:  # what its player's password check answers
            raise self.passcode_asked(passcode)
        privacy = told.get("privacy") if isinstance(told, dict) else None
        if isinstance(privacy, dict) and privacy.get("download") is False:
            raise DownloadDisabled(self.site)


def _found(link: Link) -> re.Match[str] | None:
    return (_EMBEDDED if link.host == _PLAYER else _VIDEO).fullmatch(link.path)
