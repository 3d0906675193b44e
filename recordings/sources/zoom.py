"""Zoom's links: cloud recordings, clips, and the rooms and pages that people copy instead."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from recordings.sources.errors import (
    Blocked,
    MeetingLink,
    NotMedia,
    SignInRequired,
    SourceError,
)
from recordings.sources.file_source import FileSource
from recordings.sources.links import Link, platform_of, read_link, site_name
from recordings.sources.pages import Page, reason
from recordings.sources.source import Download, Media, Web
from recordings.sources.zoom_visits import PLAY_OR_SHARE, Visit, text_of

_CLIP = re.compile(r"/clips/share/(?P<id>[\w.-]+)/?", re.ASCII)
_FILE = re.compile(r"/rec/(?:webhook_)?download/.+")
# Where a share page sends people to for the passcode; it names the page it comes from.
_BETWEEN = "/rec/component-page"
_ROOM = re.compile(r"/(?:j|s|my|w|wc|launch|meeting|webinar)/.+")
_OWN_PAGE = re.compile(
    r"/?|/(?:signin|login|signup|oauth|saml|web/sso|profile|account|myhome|meeting|recording|clips)"
    r"(?:/.*)?"
)
_CLIPS = "https://zoomclips.zoom.us/nws/marvel/2.0/clips/share/"


class Zoom(FileSource):
    platform = "zoom"

    def download(self, url: str) -> Download:
        link, site = read_link(self._shared(url)), site_name(self.platform)
        if any(kind.fullmatch(link.path) for kind in (PLAY_OR_SHARE, _CLIP, _FILE)):
            return Download(url)
        if _ROOM.fullmatch(link.path):
            raise MeetingLink(site)
        raise SignInRequired(site) if _OWN_PAGE.fullmatch(link.path) else NotMedia(site)

    def locate(self, url: str, passcode: str, web: Web) -> Media:
        self.check(url)
        url = self._shared(url)
        link = read_link(url)
        if clip := _CLIP.fullmatch(link.path):
            return self._locate_clip(clip["id"], link, web)
        recording = PLAY_OR_SHARE.fullmatch(link.path)
        if recording is None:
            return Media(file=Download(url))
        visit = Visit(web, link.host, passcode or link.parameter("pwd"))
        # A page on plain http would show its cookies to everybody in between.
        page = urlsplit(url)._replace(scheme="https", fragment="").geturl()
        if recording["type"] == "share":
            return visit.share(page, recording["id"])
        return visit.play(page, recording["id"])

    def _shared(self, url: str) -> str:
        link = read_link(url)
        origin = link.parameter("originRequestUrl") if link.path == _BETWEEN else ""
        return origin if origin and platform_of(origin) == self.platform else url

    def _locate_clip(self, clip_id: str, link: Link, web: Web) -> Media:
        """A clip plays as HLS; the answer that names it sets the cookies for its segments."""
        visit = Visit(web, link.host, "")
        result = visit.result(_CLIPS + clip_id)
        if (refusal := visit.refusal_of(result)) is not None:
            raise refusal
        info = result.get("mediaInfo")
        return Media(file=visit.file(info, ("playUrl",), text_of(info, "mediaTopic")))

    def explain(
        self, status: int, final_url: str, content_type: str, head_bytes: bytes
    ) -> SourceError:
        site = site_name(self.platform)
        if status == 403:
            return Blocked(site)
        if self.recognises(final_url) and _OWN_PAGE.fullmatch(read_link(final_url).path):
            return SignInRequired(site)
        return reason(status, Page(head_bytes), site, passcodes=True)
