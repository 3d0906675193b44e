"""SharePoint and OneDrive for work, where Teams recordings lie too: ``download=1``.

The first answer to an "anyone" link sets the cookie FedAuth, which the fetch session sends on
every following redirect.
"""

from __future__ import annotations

from recordings.sources.errors import FolderLink, NeedsPasscode, SignInRequired, SourceError
from recordings.sources.file_source import FileSource
from recordings.sources.links import is_within, read_link, site_name, with_parameter
from recordings.sources.pages import Page, reason
from recordings.sources.source import Download

_SIGN_IN_HOSTS = ("login.microsoftonline.com", "login.live.com", "login.windows.net")


class SharePoint(FileSource):
    platform = "onedrive"

    def recognises(self, url: str) -> bool:
        return is_within(read_link(url).host, "sharepoint.com")

    def download(self, url: str) -> Download:
        link = read_link(url)
        if link.path.startswith("/:f:/"):
            raise FolderLink(site_name(self.platform))
        # stream.aspx plays the file whose path in the library is its parameter id.
        hint = link.parameter("id").rpartition("/")[2]
        return Download(with_parameter(url, "download", "1"), filename_hint=hint)

    def explain(
        self, status: int, final_url: str, content_type: str, head_bytes: bytes
    ) -> SourceError:
        site = site_name(self.platform)
        if read_link(final_url).host in _SIGN_IN_HOSTS:
            return SignInRequired(site)
        page = Page(head_bytes)
        if any("txtpassword" in words for words, _ in page.fields):
            return NeedsPasscode(site)
        return reason(status, page, site)
