"""Links of recording platforms: one module each, without models and without I/O of their own.

``recognise`` gives the source of a link. Its ``locate`` says what the link leads to, asking the
platform over the guarded `Web` it is handed. When the file it names turns out to be a page
(``is_page``) or a refusal, ``follow`` may name one more download, and ``explain`` says why there is
no recording.
"""

from __future__ import annotations

from recordings.sources.dropbox import Dropbox
from recordings.sources.errors import SourceError, Waiting
from recordings.sources.fathom import Fathom
from recordings.sources.google_drive import GoogleDrive
from recordings.sources.links import has_passcodes, platform_of
from recordings.sources.loom import Loom
from recordings.sources.manifests import media_at
from recordings.sources.meet import Meet
from recordings.sources.onedrive_personal import OneDrivePersonal
from recordings.sources.pages import is_manifest, is_page
from recordings.sources.plain import Plain
from recordings.sources.riverside import Riverside
from recordings.sources.sharepoint import SharePoint
from recordings.sources.source import (
    Download,
    LinkKind,
    Media,
    SidecarKind,
    SidecarLink,
    Source,
    Stream,
    StreamKind,
    Web,
    WebAnswer,
)
from recordings.sources.teams import Teams
from recordings.sources.vimeo import Vimeo
from recordings.sources.webex import Webex
from recordings.sources.zoom import Zoom

_SOURCES: tuple[Source, ...] = (
    Dropbox(),
    Fathom(),
    GoogleDrive(),
    Loom(),
    Meet(),
    OneDrivePersonal(),
    Riverside(),
    SharePoint(),
    Teams(),
    Vimeo(),
    Webex(),
    Zoom(),
)


def recognise(url: str) -> Source:
    """The source of ``url``: the first that knows it, else the plain one."""
    for source in _SOURCES:
        if source.recognises(url):
            return source
    return Plain(platform_of(url))


__all__ = [
    "Download",
    "LinkKind",
    "Media",
    "SidecarKind",
    "SidecarLink",
    "Source",
    "SourceError",
    "Stream",
    "StreamKind",
    "Waiting",
    "Web",
    "WebAnswer",
    "has_passcodes",
    "is_manifest",
    "is_page",
    "media_at",
    "platform_of",
    "recognise",
]
