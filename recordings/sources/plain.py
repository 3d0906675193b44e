"""Links that are fetched as they are: any web server, and platforms that have no module."""

from __future__ import annotations

import re

from recordings.sources.errors import MeetingLink
from recordings.sources.file_source import FileSource
from recordings.sources.links import platform_of, read_link, site_name
from recordings.sources.source import Download

# Rooms to meet in, which people copy instead of the recording's link.
_MEETING_ROOMS = {
    "meet": re.compile(r"/(lookup/.+|[a-z]{3,4}-[a-z]{4}-[a-z]{3,4})/?", re.IGNORECASE),
    "zoom": re.compile(r"/(j|s|my|w|wc)/.+"),
    "teams": re.compile(r"/(l/meetup-join|meet)/.+"),
}


class Plain(FileSource):
    """The source of last resort, for one link of ``platform``."""

    def __init__(self, platform: str) -> None:
        self.platform = platform

    def recognises(self, url: str) -> bool:
        return platform_of(url) == self.platform

    def download(self, url: str) -> Download:
        room = _MEETING_ROOMS.get(self.platform)
        if room is not None and room.fullmatch(read_link(url).path):
            raise MeetingLink(site_name(self.platform))
        return Download(url)
