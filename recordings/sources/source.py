"""What every source is, and the one for links that need no platform's knowledge."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from recordings.sources.errors import SourceError


@dataclass(frozen=True)
class Download:
    """What to fetch for a link: an address, headers for its host, a name for the file or ''."""

    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    filename_hint: str = ""


class Source(Protocol):
    """A platform's links: rewriting them and reading its pages, without any I/O.

    A class of one module each, without state; ``recognises`` picks it.
    """

    @property
    def platform(self) -> str:
        """A value of the contract's list."""

    def recognises(self, url: str) -> bool:
        """Whether ``url`` is one of this platform's links."""

    def download(self, url: str, passcode: str) -> Download:
        """Where the file of a share link lies (``passcode`` is '' when there is none).

        Raises ``SourceError`` for a link that cannot lead to one recording.
        """

    def follow(self, page: bytes) -> Download | None:
        """The download that a page offers in between (a virus-scan notice), or None."""

    def explain(
        self, status: int, final_url: str, content_type: str, head_bytes: bytes
    ) -> SourceError:
        """Why the answer is no recording: a page, or a status that retrying does not change."""
