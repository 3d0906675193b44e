"""Google Meet: its links open rooms. What was recorded there lies in its owner's Google Drive."""

from __future__ import annotations

import re

from recordings.sources.errors import MeetingLink, NotMedia
from recordings.sources.file_source import FileSource
from recordings.sources.links import read_link, site_name
from recordings.sources.source import Download

_ROOM = re.compile(r"/(lookup/.+|[a-z]{3,4}-[a-z]{4}-[a-z]{3,4})/?", re.IGNORECASE)


class Meet(FileSource):
    platform = "meet"

    def download(self, url: str) -> Download:
        site = site_name(self.platform)
        raise MeetingLink(site) if _ROOM.fullmatch(read_link(url).path) else NotMedia(site)
