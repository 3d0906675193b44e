"""Webex: cloud recordings, with a password if they have one."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from yt_dlp.extractor.ciscowebex import CiscoWebexIE

from recordings.sources.errors import (
    Blocked,
    DownloadDisabled,
    MeetingLink,
    NotMedia,
    SignInRequired,
    StillProcessing,
)
from recordings.sources.extracted_source import ExtractedSource
from recordings.sources.links import is_within, read_link
from recordings.sources.source import Download, WebAnswer

_ID = r"[0-9a-f]{32}"
_LEGACY = re.compile(r"/[^/]+/(?:ldr|lsr)\.php")
_RECORDING = re.compile(
    rf"/(?:recordingservice|webappng)/sites/[^/]+/recording/(?:playback/|play/)?{_ID}"
    r"(?:/(?:playback|play))?/?"
)
_ROOM = re.compile(r"/(?:meet|join)/.+|/[^/]+/[jgm]\.php|/webappng/sites/[^/]+/meeting/.+")
_OWN_PAGE = re.compile(r"/?|/webappng/sites/[^/]+/(?:dashboard|recording/home|signin).*")
_STREAM = re.compile(rf"/webappng/api/v1/recordings/{_ID}/stream")
_SIGN_IN, _PASSWORD = 53004, 53005


class Webex(ExtractedSource):
    platform = "webex"
    extractor = CiscoWebexIE

    def download(self, url: str) -> Download:
        link = read_link(url)
        if _RECORDING.fullmatch(link.path):
            return Download(url)
        if _LEGACY.fullmatch(link.path) and re.fullmatch(_ID, link.parameter("RCID")):
            return Download(url)
        if _ROOM.fullmatch(link.path):
            raise MeetingLink(self.site)
        raise SignInRequired(self.site) if _OWN_PAGE.fullmatch(link.path) else NotMedia(self.site)

    def page(self, url: str) -> str:
        # A page on plain http could name any site to send the passcode to.
        return urlsplit(url)._replace(scheme="https", fragment="").geturl()

    def look(self, answer: WebAnswer, passcode: str) -> None:
        parts = urlsplit(answer.url)
        if "/idp/" in parts.path or is_within(parts.hostname or "", "idbroker.webex.com"):
            raise SignInRequired(self.site)
        if not _STREAM.fullmatch(parts.path):
            return
        told = answer.json()
        told = told if isinstance(told, dict) else {}
        if answer.status == 429:
            raise Blocked(self.site)  # It asks for a CAPTCHA.
        if answer.status == 403:
            asks = told.get("code") == _PASSWORD
            raise self.passcode_asked(passcode) if asks else SignInRequired(self.site)
        if told.get("preventDownload") is True:
            raise DownloadDisabled(self.site)
        if answer.ok and told and not told.get("fallbackPlaySrc"):
            raise StillProcessing(self.site)
