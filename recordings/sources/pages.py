"""Web pages that come where a recording should: told from media, and read for their reason."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from recordings.sources.errors import (
    Blocked,
    ExpiredOrDeleted,
    NeedsPasscode,
    NotMedia,
    PasscodeNotTaken,
    SignInRequired,
    SourceError,
)

_MARKUP = re.compile(rb"<[a-z!?]", re.IGNORECASE)
_MANIFEST = re.compile(
    rb"#EXTM3U\s|(?:<\?xml[^>]{0,200}\?>)?(?:\s|<!--.{0,4000}?-->)*<MPD[\s>]", re.DOTALL
)
_GONE = re.compile(
    r"expired|no longer (available|exists)|not found|been (deleted|removed)|does ?n.t exist", re.I
)
_SIGN_IN = re.compile(r"\b(sign|log) ?-?in\b|\blogin\b", re.I)
_TURNED_AWAY = re.compile(
    r"captcha|unusual traffic|\b(human|robot)\b|just a moment|attention required", re.I
)


class Page(HTMLParser):
    """What a page says of itself: title and headings, its fields, its forms.

    ``fields`` are (name or id or placeholder words, type) of every input; ``texts`` collects
    the text of elements by class name, for the classes asked for.
    """

    def __init__(self, html: bytes, *, classes: tuple[str, ...] = ()) -> None:
        super().__init__(convert_charrefs=True)
        self.headline = ""
        self.fields: list[tuple[str, str]] = []
        self.forms: dict[str, tuple[str, dict[str, str]]] = {}
        self.texts: dict[str, str] = {}
        self._classes = classes
        self._open: list[str] = []
        self._form = ""
        self._heading = False
        try:
            self.feed(html.decode("utf-8", "replace"))
            self.close()
        except AssertionError:  # the parser's word for a declaration it does not know
            return

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag in ("title", "h1", "h2"):
            self._heading = True
        if tag == "form":
            self._form = values.get("id", "")
            self.forms[self._form] = (values.get("action", ""), {})
        if tag == "input":
            words = " ".join(values.get(key, "") for key in ("name", "id", "placeholder"))
            self.fields.append((words.lower(), values.get("type", "text").lower()))
            if self._form in self.forms and values.get("name"):
                self.forms[self._form][1][values["name"]] = values.get("value", "")
        found = [name for name in values.get("class", "").split() if name in self._classes]
        if found:
            self._open = found

    def handle_endtag(self, tag: str) -> None:
        self._open = []
        if tag in ("title", "h1", "h2"):
            self._heading = False
        if tag == "form":
            self._form = ""

    def handle_data(self, data: str) -> None:
        if self._heading:
            self.headline += f" {data}"
        for name in self._open:
            self.texts[name] = self.texts.get(name, "") + data


def is_page(content_type: str, head: bytes) -> bool:
    """Whether a body is a web page, by its first bytes; what the server calls it is not asked
    when the bytes say otherwise, and believed only for an empty body."""
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not start:
        return content_type in ("text/html", "application/xhtml+xml")
    return _MARKUP.match(start) is not None


def is_manifest(head: bytes) -> bool:
    """Whether a body lists the segments of a recording: HLS (RFC 8216) or DASH (ISO 23009-1)."""
    return _MANIFEST.match(head.removeprefix(b"\xef\xbb\xbf").lstrip()) is not None


def reason(status: int, page: Page, site: str, *, passcodes: bool = False) -> SourceError:
    """Why a page stands where a recording should, as far as any page says.

    ``passcodes``: the source enters a passcode when it is given one.
    """
    if status in (404, 410):
        return ExpiredOrDeleted(site)
    if status == 429 or _TURNED_AWAY.search(page.headline):
        return Blocked(site)
    asks_password = any(kind == "password" for _, kind in page.fields)
    asks_name = any(re.search("mail|user|login", words) for words, _ in page.fields)
    if any("passcode" in words for words, _ in page.fields) or (asks_password and not asks_name):
        return NeedsPasscode(site) if passcodes else PasscodeNotTaken(site)
    if asks_password or status in (401, 403) or _SIGN_IN.search(page.headline):
        return SignInRequired(site)
    if _GONE.search(page.headline):
        return ExpiredOrDeleted(site)
    return NotMedia(site)
