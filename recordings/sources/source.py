"""What every source is: a platform's links, read, and what they lead to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Protocol
from urllib.parse import urlsplit

import requests

from recordings.sources.errors import SourceError


class LinkKind(StrEnum):
    """What a link is, as far as its text tells."""

    RECORDING = "recording"
    FOLDER = "folder"
    MEETING = "meeting link"
    SIGN_IN = "login page"
    UNSUPPORTED = "not supported"
    OTHER = "other page"


@dataclass(frozen=True)
class Download:
    """What to fetch for a link: an address, headers for its host, a name for the file or ''."""

    url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    filename_hint: str = ""

    def headers_at(self, address: str) -> Mapping[str, str]:
        """What goes along to where the download led: nothing to another host than its own."""
        return self.headers if _same_origin(address, self.url) else {}


class StreamKind(StrEnum):
    """How the segments of a stream are listed."""

    HLS = "hls"  # an address of a media playlist (RFC 8216)
    SEGMENTS = "segments"  # all addresses, as a DASH manifest gives them


@dataclass(frozen=True)
class Stream:
    """One track, or picture and sound together, that comes in segments.

    ``url`` is the media playlist of HLS, else the manifest's; ``segments`` are the addresses of
    StreamKind.SEGMENTS in order, an init segment first. ``query`` is added to every address on the
    host of ``url``: what signs that one signs them too.
    """

    kind: StreamKind
    url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    segments: tuple[str, ...] = field(default=(), repr=False)
    query: str = field(default="", repr=False)

    def request(self, address: str) -> tuple[str, Mapping[str, str]]:
        """How ``address`` is asked for: what signs the stream goes to the host of ``url`` only."""
        if not _same_origin(address, self.url):
            return address, {}
        if self.query and self.query not in address:
            address += f"{'&' if '?' in address else '?'}{self.query}"
        return address, self.headers

    def moved(self, address: str) -> Stream:
        """The HLS stream at ``address``, signed as this one if it lies on the same host."""
        if _same_origin(address, self.url):
            return replace(self, url=address)
        return Stream(self.kind, address)


def _same_origin(one: str, other: str) -> bool:
    try:
        return urlsplit(one)[:2] == urlsplit(other)[:2]
    except ValueError:
        return False


class SidecarKind(StrEnum):
    """What lies beside a recording."""

    CAPTIONS = "captions"
    TRANSCRIPT = "transcript"
    CHAT = "chat"


@dataclass(frozen=True)
class SidecarLink:
    """A caption, transcript or chat file that the platform offers beside the recording.

    ``source_id`` tells it from its neighbours, the same at every import of the recording.
    """

    kind: SidecarKind
    url: str
    source_id: str
    filename: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    language: str = ""  # BCP 47, '' when unknown


@dataclass(frozen=True)
class Media:
    """What a link leads to: one file, or streams that become one MP4, and what lies beside.

    ``filename`` names the recording where the file's own answer does not (streams).
    """

    file: Download | None = None
    streams: tuple[Stream, ...] = ()
    sidecars: tuple[SidecarLink, ...] = ()
    filename: str = ""


class WebAnswer(Protocol):
    """A small answer, whatever its status: see `recordings.fetching.Answer`."""

    @property
    def status(self) -> int: ...
    @property
    def url(self) -> str: ...
    @property
    def content_type(self) -> str: ...
    @property
    def headers(self) -> Mapping[str, str]: ...
    @property
    def body(self) -> bytes: ...
    @property
    def ok(self) -> bool: ...
    @property
    def text(self) -> str: ...
    def json(self) -> Any: ...
    def check_available(self) -> None: ...


class Web(Protocol):
    """The guarded way to the platform, for sources that have to ask before they know.

    Cookies are kept from one call to the next, and for the download. Failures of the transport
    are raised as `recordings.fetching` has them and pass through a source untouched.
    """

    @property
    def session(self) -> requests.Session:
        """The guarded session itself, for a library that brings its own requests."""

    def get(self, url: str, *, headers: Mapping[str, str] | None = None) -> WebAnswer:
        """GET, redirects followed."""

    def send(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        max_bytes: int,
    ) -> WebAnswer:
        """Any request of a library's own; ``body`` goes with the Content-Type in ``headers``."""

    def post(
        self, url: str, *, fields: Mapping[str, str], headers: Mapping[str, str] | None = None
    ) -> WebAnswer:
        """POST of a form's fields."""


class Source(Protocol):
    """A platform's links. A class of one module each, without state; ``recognises`` picks it."""

    @property
    def platform(self) -> str:
        """A value of the contract's list."""

    def recognises(self, url: str) -> bool:
        """Whether ``url`` is one of this platform's links: host and path exactly."""

    def kind(self, url: str) -> LinkKind:
        """What the link is, by its text alone."""

    def check(self, url: str) -> None:
        """Raise ``SourceError`` for a link whose text says that it leads to no recording."""

    def locate(self, url: str, passcode: str, web: Web) -> Media:
        """What a share link leads to (``passcode`` is '' when there is none).

        Raises ``SourceError`` for a link that gives no recording, as `check` does and after it.
        """

    def follow(self, page: bytes) -> Download | None:
        """The download that a page offers in between (a virus-scan notice), or None."""

    def explain(
        self, status: int, final_url: str, content_type: str, head_bytes: bytes
    ) -> SourceError:
        """Why the file's answer is no recording: a page, or a status that retrying keeps."""
