"""Dropbox share links: ``dl=1`` turns the preview page into the file."""

from __future__ import annotations

from urllib.parse import unquote

from recordings.sources.errors import FolderLink, NeedsPasscode, SignInRequired, SourceError
from recordings.sources.file_source import FileSource
from recordings.sources.links import is_within, read_link, site_name, with_parameter
from recordings.sources.pages import Page, reason
from recordings.sources.source import Download


class Dropbox(FileSource):
    platform = "dropbox"

    def download(self, url: str) -> Download:
        link = read_link(url)
        if is_within(link.host, "dropboxusercontent.com"):
            return Download(url)
        segments = [segment for segment in link.path.split("/") if segment]
        if segments[:1] == ["e"]:
            segments = segments[1:]
        if _is_folder(segments):
            raise FolderLink(site_name(self.platform))
        hint = unquote(segments[-1]) if len(segments) > 2 else ""
        return Download(with_parameter(url, "dl", "1", without=("raw",)), filename_hint=hint)

    def explain(
        self, status: int, final_url: str, content_type: str, head_bytes: bytes
    ) -> SourceError:
        site, path = site_name(self.platform), read_link(final_url).path
        if path.startswith("/sm/password"):
            return NeedsPasscode(site)
        if path.startswith("/login"):
            return SignInRequired(site)
        return reason(status, Page(head_bytes), site)


def _is_folder(segments: list[str]) -> bool:
    """``/sh/<id>/<key>`` and ``/scl/fo/<id>/<key>`` are folders unless a file name follows."""
    if segments[:1] == ["sh"]:
        return len(segments) <= 3
    return segments[:2] == ["scl", "fo"] and len(segments) <= 4
