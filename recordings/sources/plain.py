"""Links that are fetched as they are: any web server."""

from __future__ import annotations

from recordings.sources.errors import SignInRequired
from recordings.sources.file_source import FileSource
from recordings.sources.links import platform_of, read_link
from recordings.sources.source import Download

# Where people land, and copy the address, when a recording wants them to sign in.
_SIGN_IN_HOSTS = {
    "accounts.google.com": "Google",
    "login.live.com": "Microsoft",
    "login.microsoftonline.com": "Microsoft",
    "login.windows.net": "Microsoft",
}


class Plain(FileSource):
    """The source of last resort, for one link of ``platform``."""

    def __init__(self, platform: str) -> None:
        self.platform = platform

    def recognises(self, url: str) -> bool:
        return platform_of(url) == self.platform

    def download(self, url: str) -> Download:
        if site := _SIGN_IN_HOSTS.get(read_link(url).host):
            raise SignInRequired(site)
        return super().download(url)
