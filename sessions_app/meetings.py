"""Ids of online meetings, one spelling for each: of invitation links and of what people type."""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

_ZOOM_PATH = re.compile(r"/(?:j|s|w|wc(?:/join)?)/(\d{9,12})(?:/.*)?")
_MEET = re.compile(r"[a-z]{3,4}-?[a-z]{4}-?[a-z]{3,4}")
_TEAMS_PATH = re.compile(r"/l/meetup-join/([^/]+)(?:/.*)?")
_TEAMS_SHORT_PATH = re.compile(r"/meet/(\d{9,20})/?")
_NUMBER = re.compile(r"[\d\s-]{9,24}")


def meeting_id_of(text: str) -> str:
    """Return the id by which a platform names the meeting that ``text`` (a link, a number with
    spaces, a code) speaks of; other text as it is, '' for none.

    ``https://acme.zoom.us/j/123456789?pwd=x``, ``123 456 789`` and ``123-456-789`` are all
    ``123456789``; ``https://meet.google.com/abc-defg-hij`` is ``abc-defg-hij``; a Teams invitation
    is its thread.
    """
    text = text.strip()
    if "://" in text:
        return _of_link(text)[:200].strip().strip()
    if _NUMBER.fullmatch(text):
        return re.sub(r"\D", "", text)
    if _MEET.fullmatch(text.lower()) and "-" in text:
        return text.lower()
    return text[:200].strip()


def _of_link(link: str) -> str:
    try:
        parts = urlsplit(link)
        host = (parts.hostname or "").lower()
    except ValueError:
        return ""
    if host == "zoom.us" or host.endswith(".zoom.us"):
        match = _ZOOM_PATH.fullmatch(parts.path)
        return match[1] if match else ""
    if host == "meet.google.com":
        code = parts.path.strip("/").lower()
        return code if _MEET.fullmatch(code) else ""
    if host in ("teams.microsoft.com", "teams.live.com"):
        match = _TEAMS_PATH.fullmatch(parts.path) or _TEAMS_SHORT_PATH.fullmatch(parts.path)
        return unquote(match[1]) if match else ""
    # Of other platforms the link without its parameters is as good a name as any.
    return f"{host}{parts.path.rstrip('/')}" if host else ""
