"""Object keys: how a recording's place in the bucket is named, and read back.

``recordings/{coach_id}/{client_id}/{YYYY-MM-DD}/{stem}_{unique_id}{.ext}``, and what is made of it
``renditions/{coach_id}/{upload_id}/{rendition_id}.{ext}``.
"""

from __future__ import annotations

import re
import secrets
import unicodedata
from datetime import UTC, date, datetime
from typing import NamedTuple
from urllib.parse import quote
from uuid import UUID

KEY_ROOT = "recordings/"
RENDITION_ROOT = "renditions/"
SIDECAR_ROOT = "sidecars/"
NO_CLIENT = "no-client"
# S3's limit for a key, in UTF-8 bytes.
KEY_MAX_BYTES = 1024
# File systems hold names of 255 bytes, the embedded bucket files of 200 under their own name.
FILENAME_MAX_BYTES = 200
DISPLAY_NAME_MAX_CHARS = 255
DEFAULT_STEM = "recording"

_EXTENSION = re.compile(r"[A-Za-z0-9]{1,10}")
_UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_KEY = re.compile(
    rf"{KEY_ROOT}({_UUID})/({_UUID}|{NO_CLIENT})/(\d{{4}}-\d\d-\d\d)/([^/]+)", re.ASCII
)
# Names that Windows gives to devices, with any extension.
_RESERVED = re.compile(
    r"(?:con|prn|aux|nul|conin\$|conout\$|clock\$|(?:com|lpt)[0-9¹²³])\s*(?:\..*)?", re.IGNORECASE
)
# Characters that a path, a shell or Windows reads as syntax.
_SYNTAX = re.compile(r'[<>:"|?*]')
# Shown as nothing, yet of a letter's or mark's category: joiners, fillers, variation selectors.
_INVISIBLE = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\uffa0\ufe00-\ufe0f"
    "\U000e0000-\U000e0fff]"
)


class KeyParts(NamedTuple):
    """What a key under KEY_ROOT says about the object's owner; no client: None."""

    coach_id: UUID
    client_id: UUID | None
    date: date
    filename: str


def build_key(
    *,
    coach_id: UUID | str,
    client_id: UUID | str | None,
    scheduled_at: datetime,
    filename: str,
) -> str:
    """A new, unguessable key for a file of that name, in the session's place.

    ``scheduled_at`` must be aware; its UTC date is used. Any ``filename`` gives a key: NFC, no
    separator, ``..``, control, bidi, zero-width or unpaired character, no name that a system
    reserves, at most 1,024 bytes of UTF-8.
    """
    prefix = session_prefix(coach_id=coach_id, client_id=client_id, scheduled_at=scheduled_at)
    stem, extension = _stem_and_extension(filename)
    tail = f"_{secrets.token_hex(8)}{extension}"
    room = min(FILENAME_MAX_BYTES, KEY_MAX_BYTES - len(prefix.encode())) - len(tail)
    return f"{prefix}{_cut(stem, room) or DEFAULT_STEM}{tail}"


def coach_prefix(coach_id: UUID | str) -> str:
    """The prefix of every key of that coach."""
    return f"{KEY_ROOT}{_id_segment(coach_id)}/"


def rendition_key(
    *, coach_id: UUID | str, upload_id: UUID | str, rendition_id: UUID | str, extension: str
) -> str:
    """The key of something made of that upload; ``extension`` comes without its dot."""
    ids = "/".join(_id_segment(each) for each in (coach_id, upload_id, rendition_id))
    return f"{RENDITION_ROOT}{ids}.{extension}"


def sidecar_key(
    *, coach_id: UUID | str, upload_id: UUID | str, sidecar_id: UUID | str, extension: str
) -> str:
    """The key of what lay beside that upload's recording; ``extension`` comes without its dot."""
    ids = "/".join(_id_segment(each) for each in (coach_id, upload_id, sidecar_id))
    return f"{SIDECAR_ROOT}{ids}.{extension}"


def session_prefix(
    *, coach_id: UUID | str, client_id: UUID | str | None, scheduled_at: datetime
) -> str:
    """The prefix of the keys of that coach's sessions with that client on that UTC day."""
    if scheduled_at.tzinfo is None:
        raise ValueError("scheduled_at must be aware")
    client = NO_CLIENT if client_id is None else _id_segment(client_id)
    day = scheduled_at.astimezone(UTC).date().isoformat()
    return f"{coach_prefix(coach_id)}{client}/{day}/"


def parse_key(key: str) -> KeyParts | None:
    """What the key says, or None for one that does not have exactly the form above."""
    match = _KEY.fullmatch(key)
    if match is None:
        return None
    coach, client, day, filename = match.groups()
    try:
        parsed_day = date.fromisoformat(day)
    except ValueError:
        return None
    client_id = None if client == NO_CLIENT else UUID(client)
    return KeyParts(UUID(coach), client_id, parsed_day, filename)


def safe_display_name(filename: str) -> str:
    """The name as a person gave it, fit to be stored and shown: its last path segment in NFC,
    without control, bidi or unpaired characters, at most 255 characters, extension kept.

    Joiners stay, because Persian, Indic scripts and emoji are spelt with them.
    """
    name = "".join(c for c in _basename(filename) if c in "\u200c\u200d" or _is_shown(c))
    name = " ".join(unicodedata.normalize("NFC", name).split()).strip("\u200c\u200d ")
    if not name.strip("."):
        return DEFAULT_STEM
    if len(name) <= DISPLAY_NAME_MAX_CHARS:
        return name
    stem, dot, extension = name.rpartition(".")
    if not dot or not _EXTENSION.fullmatch(extension):
        return name[:DISPLAY_NAME_MAX_CHARS]
    return f"{stem[: DISPLAY_NAME_MAX_CHARS - 1 - len(extension)]}.{extension}"


def content_disposition(disposition: str, filename: str) -> str:
    """One ASCII header value with an old-style and an encoded name (RFC 6266, RFC 8187).

    ``disposition`` is ``attachment`` or ``inline``. Django's own helper leaves the encoded name
    out for ASCII names, and browsers disagree about ``%`` in the old-style one.
    """
    if disposition not in ("attachment", "inline"):
        raise ValueError(f"unknown disposition {disposition!r}")
    name = safe_display_name(filename)
    stem, dot, extension = name.rpartition(".")
    if not dot or not _EXTENSION.fullmatch(extension):
        stem, dot, extension = name, "", ""
    plain = unicodedata.normalize("NFKD", stem).encode("ascii", "ignore").decode()
    plain = re.sub(r"[^A-Za-z0-9 ()+,.=@_-]", "_", plain).strip() or DEFAULT_STEM
    encoded = quote(name, safe="")
    return f"{disposition}; filename=\"{plain}{dot}{extension}\"; filename*=UTF-8''{encoded}"


def _id_segment(value: UUID | str) -> str:
    segment = str(value)
    if not re.fullmatch(r"[A-Za-z0-9-]{1,64}", segment):
        raise ValueError("an id in a key is letters, digits and hyphens")
    return segment


def _basename(filename: str) -> str:
    return filename.replace("\\", "/").rstrip("/ ").rpartition("/")[2]


def _is_shown(char: str) -> bool:
    """Whether the character stands for something visible, or for a space."""
    noncharacter = ord(char) & 0xFFFE == 0xFFFE or 0xFDD0 <= ord(char) <= 0xFDEF
    if char in "\t\n\r":
        return True  # becomes a space
    return not noncharacter and unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Zl", "Zp")


def _stem_and_extension(filename: str) -> tuple[str, str]:
    name = "".join(c for c in _basename(filename) if _is_shown(c))
    # Twice: a canonical equivalent can be one of the characters that are taken out.
    for _ in range(2):
        name = unicodedata.normalize("NFC", _INVISIBLE.sub("", name))
        name = _SYNTAX.sub("_", name)
    # S3 puts the browser's own file name in the place of ${filename} in a POST's key.
    name = re.sub(r"\.{2,}", ".", " ".join(re.sub(r"\$+\{", "{", name).split()))
    stem, dot, extension = name.rpartition(".")
    if not dot or not _EXTENSION.fullmatch(extension):
        stem, extension = name, ""
    stem = stem.strip(". ")
    if _RESERVED.fullmatch(stem):
        stem = ""
    return stem, f".{extension}" if extension else ""


def _cut(text: str, max_bytes: int) -> str:
    """As much of ``text`` as fits, not ending in half a character or before a combining mark."""
    whole = text.encode()
    if len(whole) <= max_bytes:
        return text
    kept = whole[:max_bytes].decode(errors="ignore")
    while kept and unicodedata.combining(text[len(kept)]):
        kept = kept[:-1]
    return kept.rstrip(". ")
