"""Links as text: which platform they belong to, and their parts. Nothing is fetched here."""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import parse_qs, unquote, urlsplit

from filmroom.sentences import sentence

_THE_SITE = sentence("the site")
_HOST = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*")
# What two readers take for different things, or one drops without a word.
_AMBIGUOUS = re.compile(r"[\\\s\x00-\x1f\x7f]")


class Link(NamedTuple):
    """The parts of a URL that sources look at; ``host`` is lower case, '' when unreadable."""

    host: str
    path: str
    query: str

    def parameter(self, name: str) -> str:
        """The first value of a query parameter, decoded, or ''."""
        return parse_qs(self.query).get(name, [""])[0]


class _Platform(NamedTuple):
    site: str
    hosts: tuple[str, ...]
    domains: tuple[str, ...] = ()  # these and everything below them
    passcodes: bool = False  # whether who shares a recording may ask for one


_PLATFORMS = {
    "zoom": _Platform("Zoom", (), ("zoom.us",), passcodes=True),
    "teams": _Platform(
        "Teams", ("teams.microsoft.com", "teams.cloud.microsoft", "teams.live.com"), passcodes=True
    ),
    "meet": _Platform("Google Meet", ("meet.google.com",)),
    "webex": _Platform("Webex", (), ("webex.com",), passcodes=True),
    "loom": _Platform("Loom", ("loom.com", "www.loom.com"), passcodes=True),
    "google_drive": _Platform(
        "Google Drive", ("drive.google.com", "docs.google.com", "drive.usercontent.google.com")
    ),
    "dropbox": _Platform("Dropbox", (), ("dropbox.com", "dropboxusercontent.com"), passcodes=True),
    "onedrive": _Platform(
        "OneDrive", ("1drv.ms", "onedrive.live.com"), ("sharepoint.com",), passcodes=True
    ),
    "vimeo": _Platform("Vimeo", ("vimeo.com", "www.vimeo.com", "player.vimeo.com"), passcodes=True),
    "riverside": _Platform("Riverside", (), ("riverside.fm", "riverside.com")),
    "fathom": _Platform("Fathom", ("fathom.video", "www.fathom.video")),
}


_MANIFEST = re.compile(r"\.(m3u8|mpd)$", re.IGNORECASE)
# Query parameters in which links bring their passcode along, or the link that has it: the page
# that asks for a passcode names the one it stands before.
_CARRIED = {"zoom": ("pwd",)}
_NAMED = {"zoom": "originRequestUrl"}


def read_link(url: str) -> Link:
    """The parts of ``url``; one that cannot be read in only one way has no host.

    Nor has one with credentials, or with anything in its host but the letters of DNS: no platform
    shares such links, and whoever writes them wants two readers to see two hosts.
    """
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").removesuffix(".")
    except ValueError:
        return Link("", "", "")
    if _AMBIGUOUS.search(url) or "@" in parts.netloc or "[" in parts.netloc:
        host = ""
    if parts.scheme not in ("http", "https") or not _HOST.fullmatch(host):
        host = ""
    return Link(host, parts.path, parts.query)


def platform_of(url: str) -> str:
    """The platform a link belongs to, by its exact host; ``other`` for every host unknown here.

    A host that merely looks like a platform's is ``other``. SharePoint is ``onedrive``: a Teams
    recording lies in somebody's OneDrive or in a team's SharePoint, and its share link does
    not say that it came from Teams.
    """
    host = read_link(url).host
    for platform, known in _PLATFORMS.items():
        if host in known.hosts or any(is_within(host, domain) for domain in known.domains):
            return platform
    return "other"


def is_within(host: str, domain: str) -> bool:
    return host == domain or host.endswith(f".{domain}")


def site_name(platform: str) -> str:
    """A platform's name as people know it, fit to stand in a sentence."""
    return _PLATFORMS[platform].site if platform in _PLATFORMS else _THE_SITE


def has_passcodes(platform: str) -> bool:
    """Whether links of ``platform`` (a value of the contract's list) may ask for a passcode."""
    return platform in _PLATFORMS and _PLATFORMS[platform].passcodes


def file_name_in(url: str) -> str:
    """The name at the end of a link's path, decoded, or ''; a manifest's is that of the MP4 which
    its segments become."""
    name = unquote(read_link(url).path.rpartition("/")[2])
    return _MANIFEST.sub(".mp4", name)


def part_passcode(url: str) -> tuple[str, str]:
    """``url`` without the passcode that some share links carry with them, and that passcode or ''.

    What is kept and shown of a link must not open it.
    """
    link, platform = read_link(url), platform_of(url)
    named = link.parameter(_NAMED.get(platform, ""))
    if named and platform_of(named) == platform and (parted := part_passcode(named))[1]:
        return parted
    names = _CARRIED.get(platform, ())
    passcode = next(filter(None, map(link.parameter, names)), "")
    return (without_parameters(url, *names), passcode) if passcode else (url, "")


def with_parameter(url: str, name: str, value: str, *, without: tuple[str, ...] = ()) -> str:
    """``url`` with its query parameter ``name`` set to the plain text ``value``.

    All others stay as they are written, but for those named in ``without``.
    """
    parts = urlsplit(without_parameters(url, name, *without))
    query = f"{parts.query}&" if parts.query else ""
    return parts._replace(query=f"{query}{name}={value}").geturl()


def without_parameters(url: str, *names: str) -> str:
    """``url`` without these query parameters and without its fragment."""
    parts = urlsplit(url)
    kept = [pair for pair in parts.query.split("&") if pair and pair.split("=")[0] not in names]
    return parts._replace(query="&".join(kept), fragment="").geturl()
