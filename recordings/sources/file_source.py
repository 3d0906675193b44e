"""A platform whose share links turn into one download by rewriting them: the usual case."""

from __future__ import annotations

from recordings.sources.errors import (
    FolderLink,
    MeetingLink,
    NoAnonymousDownload,
    SignInRequired,
    SourceError,
)
from recordings.sources.links import platform_of, read_link, site_name
from recordings.sources.pages import Page, reason
from recordings.sources.source import Download, LinkKind, Media, Web

# Pages are asked for in English, the one language their sentences are known in.
ENGLISH = {"Accept-Language": "en"}
_KINDS: dict[type[SourceError], LinkKind] = {
    FolderLink: LinkKind.FOLDER,
    MeetingLink: LinkKind.MEETING,
    NoAnonymousDownload: LinkKind.UNSUPPORTED,
    SignInRequired: LinkKind.SIGN_IN,
}


class FileSource:
    """A source that asks nobody before it downloads. Subclasses say `download`, and what else
    they know better."""

    platform: str

    def recognises(self, url: str) -> bool:
        return platform_of(url) == self.platform

    def download(self, url: str) -> Download:
        """Where the file of a share link lies. Raises as `check` does."""
        return Download(url, ENGLISH)

    def kind(self, url: str) -> LinkKind:
        try:
            self.check(url)
        except SourceError as error:
            return next(
                (kind for of, kind in _KINDS.items() if isinstance(error, of)), LinkKind.OTHER
            )
        return LinkKind.RECORDING

    def check(self, url: str) -> None:
        self.download(url)

    def locate(self, url: str, passcode: str, web: Web) -> Media:
        return Media(file=self.download(url))

    def follow(self, page: bytes) -> Download | None:
        return None

    def explain(
        self, status: int, final_url: str, content_type: str, head_bytes: bytes
    ) -> SourceError:
        return self.reason_of(status, read_link(final_url).host, Page(head_bytes))

    def reason_of(self, status: int, host: str, page: Page) -> SourceError:
        """Why a page of ``host`` stands where the recording should."""
        return reason(status, page, site_name(self.platform))
