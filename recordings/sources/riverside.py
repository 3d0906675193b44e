"""Riverside: its Business API hands out files, its links do not."""

from __future__ import annotations

from recordings.sources.errors import NoAnonymousDownload
from recordings.sources.file_source import FileSource
from recordings.sources.links import site_name
from recordings.sources.source import Download


class Riverside(FileSource):
    platform = "riverside"

    def download(self, url: str) -> Download:
        raise NoAnonymousDownload(site_name(self.platform))
