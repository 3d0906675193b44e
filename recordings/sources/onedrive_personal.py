"""OneDrive of private people: files leave it through Microsoft Graph, with a sign-in, only."""

from __future__ import annotations

from recordings.sources.errors import NoAnonymousDownload
from recordings.sources.file_source import FileSource
from recordings.sources.links import read_link, site_name
from recordings.sources.source import Download


class OneDrivePersonal(FileSource):
    platform = "onedrive"

    def recognises(self, url: str) -> bool:
        return read_link(url).host in ("1drv.ms", "onedrive.live.com")

    def download(self, url: str) -> Download:
        raise NoAnonymousDownload(site_name(self.platform))
