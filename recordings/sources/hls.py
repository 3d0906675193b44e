"""HLS playlists (RFC 8216) as what is asked of them here: variants, or segments with their keys."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

import m3u8

from recordings.sources.errors import BrokenStream, DownloadDisabled, StillProcessing

# Half a day in pieces of two seconds; each takes memory before a byte of it has come.
MOST_SEGMENTS = 25_000
# The parser compares each of these with all before it.
_MOST_OTHERS = 2_000
_LINE = re.compile(r"[^\r\n]+")
_SEGMENT = "#EXTINF"
_OTHERS = re.compile(r"#EXT-X-(KEY|MAP|MEDIA|STREAM-INF|SESSION-KEY|I-FRAME-STREAM-INF)\b")
# Of each segment; whatever else a playlist says is not read, so that it cannot be misread.
_WANTED = re.compile(r"#EXT-X-(BYTERANGE|GAP|MEDIA-SEQUENCE)\b|[^#]")
_END = "#EXT-X-ENDLIST"
_MAP = "#EXT-X-MAP"
_PLAIN_KEY_FORMATS = ("", "identity")
_BYTE_RANGE = re.compile(r"(\d{1,18})(?:@(\d{1,18}))?")
_IV = re.compile(r"0x([0-9a-f]{1,32})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Piece:
    """Bytes at an address: all of them, or ``length`` from ``start``."""

    url: str
    start: int = 0
    length: int | None = None


@dataclass(frozen=True, slots=True)
class Key:
    """AES-128 in CBC mode; the key's bytes lie at ``url``."""

    url: str
    iv: bytes


@dataclass(frozen=True, slots=True)
class Segment:
    """One part of a recording. ``init`` has to come before it unless it was the last one's too."""

    piece: Piece
    key: Key | None = None
    init: Piece | None = None
    init_key: Key | None = None


@dataclass(frozen=True, slots=True)
class Rendition:
    """A sound or subtitles of their own beside a variant."""

    url: str
    group: str
    language: str
    is_default: bool


@dataclass(frozen=True, slots=True)
class Variant:
    """One way in which a recording is offered. Codecs are in the words of RFC 6381."""

    url: str
    codecs: tuple[str, ...]
    height: int
    bandwidth: int
    audio: str
    subtitles: str


@dataclass(frozen=True, slots=True)
class Master:
    """A playlist of playlists."""

    variants: tuple[Variant, ...]
    audios: tuple[Rendition, ...]
    subtitles: tuple[Rendition, ...]


def read(text: str, url: str, site: str) -> Master | list[Segment]:
    """What the playlist ``text``, found at ``url``, lists; at least one of it.

    Raises BrokenStream when it is damaged, empty or longer than any recording, StillProcessing when
    it is going to be longer, DownloadDisabled when it is protected, all in the name of ``site``.
    """
    lines, ends = _lines(text, site)
    try:
        parsed = m3u8.parse("\n".join(lines), custom_tags_parser=_note_map_key)
        if parsed["is_variant"]:
            return _master(parsed, url, site)
        segments = list(_segments(parsed, url, site))
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise BrokenStream(site) from error
    if not ends:
        raise StillProcessing(site)
    if not segments:
        raise BrokenStream(site)
    return segments


def _lines(text: str, site: str) -> tuple[list[str], bool]:
    """The lines that count, and whether the playlist says that it has ended."""
    lines: list[str] = []
    segments = others = 0
    ends = False
    for match in _LINE.finditer(text):
        line = match.group().strip()
        is_segment, is_other = line.startswith(_SEGMENT), _OTHERS.match(line) is not None
        segments, others = segments + is_segment, others + is_other
        ends = ends or line == _END
        if is_segment or is_other or _WANTED.match(line):
            lines.append(line)
        # An address, a length and a range for each.
        if segments > MOST_SEGMENTS or others > _MOST_OTHERS or len(lines) > 4 * MOST_SEGMENTS:
            raise BrokenStream(site)
    return lines, ends


def _note_map_key(line: str, _number: int, data: dict[str, Any], state: dict[str, Any]) -> bool:
    """An init section is encrypted by the key before it, which need not be its segments'."""
    if line.startswith(_MAP):
        data.setdefault("map_keys", []).append(state["current_key"])
    return False


def _master(parsed: Mapping[str, Any], url: str, site: str) -> Master:
    variants = tuple(_variant(each, url) for each in parsed["playlists"] if each.get("uri"))
    if not variants:
        raise BrokenStream(site)
    if any(key.get("method") not in ("NONE", "AES-128") for key in parsed["session_keys"]):
        raise DownloadDisabled(site)
    media = parsed["media"]
    return Master(variants, _renditions(media, "AUDIO", url), _renditions(media, "SUBTITLES", url))


def _variant(playlist: Mapping[str, Any], url: str) -> Variant:
    info = playlist["stream_info"]
    _, _, height = str(info.get("resolution", "")).strip('"').partition("x")
    codecs = str(info.get("codecs", "")).lower().split(",")
    return Variant(
        url=urljoin(url, playlist["uri"]),
        codecs=tuple(codec.strip() for codec in codecs if codec.strip()),
        height=int(height) if height.isdigit() else 0,
        bandwidth=int(info.get("bandwidth") or 0),
        audio=str(info.get("audio") or ""),
        subtitles=str(info.get("subtitles") or ""),
    )


def _renditions(media: list[Mapping[str, Any]], kind: str, url: str) -> tuple[Rendition, ...]:
    return tuple(
        Rendition(
            url=urljoin(url, each["uri"]) if each.get("uri") else "",
            group=str(each.get("group_id") or ""),
            language=str(each.get("language") or ""),
            is_default=each.get("default") == "YES",
        )
        for each in media
        if each.get("type") == kind and each.get("forced") != "YES"
    )


def _segments(parsed: Mapping[str, Any], url: str, site: str) -> Iterator[Segment]:
    ends: dict[str, int] = {}
    inits = {
        id(init): (
            _piece(urljoin(url, init["uri"]), init.get("byterange"), {}),
            _key(key, url, site, 0),
        )
        for init, key in zip(parsed["segment_map"], parsed.get("map_keys", ()), strict=True)
    }
    first = int(parsed["media_sequence"] or 0)
    for number, each in enumerate(parsed["segments"], first):
        piece = _piece(urljoin(url, each["uri"]), each.get("byterange"), ends)
        if each.get("gap_tag"):
            continue
        init, init_key = inits.get(id(each.get("init_section")), (None, None))
        yield Segment(piece, _key(each.get("key"), url, site, number), init, init_key)


def _piece(address: str, byte_range: str | None, ends: dict[str, int]) -> Piece:
    """``ends`` says where the last range of each address ended, which the next begins at."""
    if not byte_range:
        return Piece(address)
    match = _BYTE_RANGE.fullmatch(byte_range)
    if match is None:
        raise ValueError(byte_range)
    length, offset = match.groups()
    if not int(length):
        raise ValueError(byte_range)
    start = int(offset) if offset else ends.get(address, 0)
    ends[address] = start + int(length)
    return Piece(address, start, int(length))


def _key(key: Mapping[str, Any] | None, url: str, site: str, number: int) -> Key | None:
    if not key or key.get("method") == "NONE":
        return None
    if key.get("method") != "AES-128" or key.get("keyformat", "") not in _PLAIN_KEY_FORMATS:
        raise DownloadDisabled(site)
    match = _IV.fullmatch(key["iv"]) if key.get("iv") else None
    # Without one, the segment's number is it (RFC 8216, 5.2).
    iv = int(match.group(1), 16) if match else number
    return Key(urljoin(url, key["uri"]), iv.to_bytes(16, "big"))
