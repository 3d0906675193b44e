"""Links of recording platforms: one module each, without models and without I/O.

``recognise`` gives the source of a link. Its ``download`` says what to fetch. When that gives a
page (``is_page``) or a refusal, ``follow`` may name one more download, and ``explain`` says why
there is no recording.
"""

from __future__ import annotations

from recordings.sources.dropbox import Dropbox
from recordings.sources.errors import SourceError
from recordings.sources.google_drive import GoogleDrive
from recordings.sources.links import has_passcodes, platform_of
from recordings.sources.pages import is_page
from recordings.sources.plain import Plain
from recordings.sources.sharepoint import SharePoint
from recordings.sources.source import Download, Source

_SOURCES: tuple[Source, ...] = (Dropbox(), GoogleDrive(), SharePoint())


def recognise(url: str) -> Source:
    """The source of ``url``: the first that knows it, else the plain one."""
    for source in _SOURCES:
        if source.recognises(url):
            return source
    return Plain(platform_of(url))


def reads_share_pages(url: str) -> bool:
    """Whether the platform of ``url`` has a module here, so that its share links are understood."""
    return not isinstance(recognise(url), Plain)


__all__ = [
    "Download",
    "Source",
    "SourceError",
    "has_passcodes",
    "is_page",
    "platform_of",
    "reads_share_pages",
    "recognise",
]
