"""Dropbox share links: ``dl=1`` turns the preview page into the file.

A link with a password leads to a page that posts it to ``/sm/auth``, with the id of what is shared
and the cookie ``t``; from then on the session may have the file.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import re
from urllib.parse import unquote, urlsplit

from recordings.sources.errors import (
    Blocked,
    DownloadDisabled,
    FolderLink,
    NeedsPasscode,
    NotMedia,
    QuotaExceeded,
    SignInRequired,
    SourceError,
    WrongPasscode,
)
from recordings.sources.file_source import ENGLISH, FileSource
from recordings.sources.links import (
    is_within,
    read_link,
    site_name,
    with_parameter,
    without_parameters,
)
from recordings.sources.pages import Page, reason
from recordings.sources.source import Download, Media, Web, WebAnswer

_AUTH = "https://www.dropbox.com/sm/auth"
_OWN_PAGES = {"", "home", "login", "personal", "register", "work"}
_CONTENT_ID = re.compile(r"content_id=([\w.+/%=-]+)", re.ASCII)
# What the page is made of, for its script: base64 in which addresses can be read.
_PREFETCHED = re.compile(r'registerStreamedPrefetch\s*\(\s*"[\w/+=]+"\s*,\s*"([\w/+=]+)"', re.ASCII)
_TRAFFIC = re.compile(r"too much traffic|too many requests|temporarily disabled", re.IGNORECASE)
_NO_DOWNLOAD = re.compile(r"downloads? (is|are|has been|have been) (disabled|turned off)", re.I)


class Dropbox(FileSource):
    platform = "dropbox"

    def download(self, url: str) -> Download:
        link, site = read_link(url), site_name(self.platform)
        if is_within(link.host, "dropboxusercontent.com"):
            return Download(url, ENGLISH)
        segments = [segment for segment in link.path.split("/") if segment]
        if segments[:1] == ["e"]:
            segments = segments[1:]
        if "".join(segments[:1]) in _OWN_PAGES:
            raise SignInRequired(site)
        if _is_folder(segments):
            raise FolderLink(site)
        hint = unquote(segments[-1]) if len(segments) > 2 else ""
        return Download(with_parameter(url, "dl", "1", without=("raw",)), ENGLISH, hint)

    def locate(self, url: str, passcode: str, web: Web) -> Media:
        download = self.download(url)
        if passcode and is_within(read_link(url).host, "dropbox.com"):
            self._unlock(url, passcode, web)
        return Media(file=download)

    def _unlock(self, url: str, passcode: str, web: Web) -> None:
        site = site_name(self.platform)
        shared = with_parameter(url, "dl", "0", without=("raw",))
        content_id = _asked_for(web.get(shared, headers=ENGLISH))
        if not content_id:
            return
        parts = urlsplit(without_parameters(url, "dl", "raw"))
        answer = web.post(
            _AUTH,
            fields={
                "is_xhr": "true",
                "t": _cookie(web, "t"),
                "content_id": content_id,
                "password": passcode,
                "url": f"{parts.path}?{parts.query}" if parts.query else parts.path,
            },
            headers={"X-Requested-With": "XMLHttpRequest"},
        )
        if answer.status == 429:
            raise Blocked(site)
        answer.check_available()
        told = answer.json()
        if not isinstance(told, dict):
            raise NotMedia(site)
        if told.get("status") != "authed":
            raise WrongPasscode(site)

    def explain(
        self, status: int, final_url: str, content_type: str, head_bytes: bytes
    ) -> SourceError:
        site, path = site_name(self.platform), read_link(final_url).path
        text = head_bytes.decode("utf-8", "replace")
        parts = _prefetched(text)
        if path.startswith("/sm/password") or any("/sm/password" in part for part in parts):
            return NeedsPasscode(site)
        if path.startswith("/login"):
            return SignInRequired(site)
        if status in (429, 509) or _TRAFFIC.search(text):
            return QuotaExceeded(site)
        # A page that plays the recording where the file was asked for is all its owner allows.
        if _NO_DOWNLOAD.search(text) or any(".m3u8" in part for part in parts):
            return DownloadDisabled(site)
        return reason(status, Page(head_bytes), site, passcodes=True)


def _is_folder(segments: list[str]) -> bool:
    """``/sh/<id>/<key>`` and ``/scl/fo/<id>/<key>`` are folders unless a file name follows."""
    if segments[:1] == ["sh"]:
        return len(segments) <= 3
    return segments[:2] == ["scl", "fo"] and len(segments) <= 4


def _asked_for(answer: WebAnswer) -> str:
    """The id of what a page wants the password of, or '' when it wants none."""
    link = read_link(answer.url)
    if link.path.startswith("/sm/password"):
        return link.parameter("content_id")
    asking = next((part for part in _prefetched(answer.text) if "/sm/password" in part), "")
    match = _CONTENT_ID.search(asking)
    return unquote(match[1]) if match else ""


def _prefetched(text: str) -> list[str]:
    parts = []
    for encoded in _PREFETCHED.findall(text):
        with contextlib.suppress(binascii.Error):
            parts.append(base64.b64decode(encoded).decode("utf-8", "ignore"))
    return parts


def _cookie(web: Web, name: str) -> str:
    """The value of a cookie that Dropbox set, or ''."""
    return next(
        (
            cookie.value or ""
            for cookie in web.session.cookies
            if cookie.name == name and is_within(cookie.domain.lstrip("."), "dropbox.com")
        ),
        "",
    )
