"""Teams: its links open rooms and messages; what was recorded lies in OneDrive or SharePoint.

The link of a meeting's recap names the recording's own share link, which is taken instead.
"""

from __future__ import annotations

import re

from recordings.sources.errors import MeetingLink, OnlyInTeams
from recordings.sources.links import is_within, platform_of, read_link, site_name
from recordings.sources.sharepoint import SharePoint

_ROOM = re.compile(r"/(l/meetup-join|l/meeting|meet|v2/meet|dl/launcher)/.+")
# Of a recap, the share link of its recording and its path; of a file in a chat, its path.
_FILES = ("sitePath", "fileUrl", "objectUrl")


class Teams(SharePoint):
    platform = "teams"

    def recognises(self, url: str) -> bool:
        return platform_of(url) == self.platform

    def shared(self, url: str) -> str:
        link, site = read_link(url), site_name(self.platform)
        if _ROOM.fullmatch(link.path):
            raise MeetingLink(site)
        for name in _FILES:
            file = link.parameter(name).strip().replace(" ", "%20")
            place = read_link(file)
            # A recap of a transcript names an address of the API instead.
            if is_within(place.host, "sharepoint.com") and "/_api/" not in place.path:
                return file
        raise OnlyInTeams(site)
