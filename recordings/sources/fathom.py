"""Fathom: shared calls, which it plays as HLS."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from yt_dlp.extractor.fathom import FathomIE

from recordings.sources.errors import NotMedia, SignInRequired
from recordings.sources.extracted_source import ExtractedSource
from recordings.sources.links import platform_of, read_link
from recordings.sources.source import Download, WebAnswer

_CALL = re.compile(r"/share/[\w-]+/?", re.ASCII)
_OWN_PAGE = re.compile(r"/?|/(?:calls|home|users|login|sign_?in|sign_?up|settings|invite)(?:/.*)?")


class Fathom(ExtractedSource):
    platform = "fathom"
    extractor = FathomIE

    def download(self, url: str) -> Download:
        path = read_link(url).path
        if _CALL.fullmatch(path):
            return Download(url)
        raise SignInRequired(self.site) if _OWN_PAGE.fullmatch(path) else NotMedia(self.site)

    def page(self, url: str) -> str:
        return urlsplit(url)._replace(scheme="https", query="", fragment="").geturl()

    def look(self, answer: WebAnswer, passcode: str) -> None:
        # A call that is not shared any more leads to the sign-in, with status 200.
        is_own = platform_of(answer.url) == self.platform
        if is_own and _OWN_PAGE.fullmatch(urlsplit(answer.url).path):
            raise SignInRequired(self.site)
