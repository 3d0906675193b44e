"""Is it a recording? Decided by the first bytes, strictly: what is not recognised is refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from recordings.media import boxes, ebml, mpeg_audio
from recordings.media.byte_sources import MemorySource
from recordings.media.containers import CONTAINERS

HEAD_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class Sniffed:
    """A recognised container. ``is_video`` is a guess: True where the head cannot tell."""

    container: str
    mime_type: str
    extension: str
    is_video: bool


@dataclass(frozen=True, slots=True)
class _Head:
    data: bytes
    total: int | None

    @property
    def size(self) -> int:
        """Bytes of the whole file, as far as they are known to be."""
        return len(self.data) if self.total is None else self.total

    @property
    def is_whole(self) -> bool:
        return self.total is not None and self.total <= len(self.data)


# What a recogniser says: the container's name and whether a picture is to be expected.
_Guess = tuple[str, bool]


def sniff(head: bytes, *, total_size: int | None = None) -> Sniffed | None:
    """Return which audio or video container ``head`` starts, or None for everything else.

    ``head`` is the first HEAD_BYTES of the file (all of a shorter one), ``total_size`` its size
    in bytes where known. None stands for archives, playlists, pages, documents, images,
    programs, text, subtitles and nothing at all. A container that is followed by something
    else is still that container.
    """
    view = _Head(head[:HEAD_BYTES], total_size)
    for recognise in _RECOGNISERS:
        guess = recognise(view)
        if guess is not None:
            name, is_video = guess
            container = CONTAINERS[name]
            return Sniffed(
                container=name,
                mime_type=container.mime_type(is_video=is_video),
                extension=container.extension(is_video=is_video),
                is_video=is_video,
            )
    return None


# Still and moving pictures, and photo formats of cameras, that share the box structure.
_IMAGE_BRANDS = frozenset(
    b"heic heix heim heis hevc hevx hevm hevs mif1 mif2 mif3 miaf msf1 avif avis avio "
    b"avci avcs jpeg jpgs j2ki j2is vvic vvis evbi".split()
) | {b"jxl ", b"jp2 ", b"jpx ", b"jpm ", b"crx "}
_AUDIO_BRANDS = frozenset({b"M4A ", b"M4B ", b"M4P ", b"F4A ", b"F4B "})
_BEFORE_MEDIA = frozenset(
    {b"free", b"skip", b"wide", b"pnot", b"udta", b"uuid", b"meta", b"pdin", b"sidx", b"styp"}
)
_MEDIA_BOXES = frozenset({b"moov", b"mdat", b"moof"})
_MOVIE_OPENERS = frozenset({b"mvhd", b"cmov", b"iods", b"udta", b"free", b"meta", b"uuid"})


def _iso_media(head: _Head) -> _Guess | None:
    source = MemorySource(head.data)
    first = boxes.read_box(source, 0, file_size=head.size)
    if first is None:
        return None
    brand: bytes | None = None
    if first.type == b"ftyp":
        brand = _media_brand(head.data, first)
        if brand is None:
            return None
    elif first.type not in {b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"}:
        return None
    if not _reaches_media(head, source, start=first.end if brand else 0):
        return None
    return _iso_name(brand), _has_picture(head, source, brand)


def _media_brand(data: bytes, ftyp: boxes.Box) -> bytes | None:
    """Return the major brand of a file type box, or None if it names a picture."""
    if ftyp.runs_to_end_of_file or not 16 <= ftyp.end <= min(4096, len(data)):
        return None
    major = data[ftyp.body : ftyp.body + 4]
    return None if major in _IMAGE_BRANDS or not major.isascii() else major


def _reaches_media(head: _Head, source: MemorySource, *, start: int) -> bool:
    for box in boxes.walk(source, start=start, file_size=head.size):
        if box.type == b"moov":
            opener = head.data[box.body + 4 : box.body + 8]
            return opener in _MOVIE_OPENERS or (box.body + 8 > len(head.data) and not head.is_whole)
        if box.type in _MEDIA_BOXES:
            return True
        if box.type not in _BEFORE_MEDIA or box.runs_to_end_of_file:
            return False
        if box.end >= len(head.data):
            # A long filler: what follows lies past the head, if the file goes that far.
            return head.total is None or box.end < head.total
    return False


def _iso_name(brand: bytes | None) -> str:
    if brand is None or brand == b"qt  ":
        return "mov"
    if brand in _AUDIO_BRANDS:
        return "m4a"
    return "3gp" if brand[:2] == b"3g" else "mp4"


def _has_picture(head: _Head, source: MemorySource, brand: bytes | None) -> bool:
    if brand in _AUDIO_BRANDS:
        return False
    for box in boxes.walk(source, file_size=head.size):
        if box.type == b"moov" and box.end <= len(head.data):
            return b"vide" in head.data[box.body : box.end]
    return True


def _matroska(head: _Head) -> _Guess | None:
    source = MemorySource(head.data)
    found = ebml.doc_type(source)
    if found is None or found[0] not in ("matroska", "webm"):
        return None
    if ebml.find_segment(source, start=found[1]) is None:
        return None
    return found[0], b"V_" in head.data or b"A_" not in head.data


def _riff(head: _Head) -> _Guess | None:
    data = head.data
    if data[:4] == b"RIFF" and data[8:12] == b"AVI ":
        return ("avi", True) if data[12:16] == b"LIST" and data[20:24] == b"hdrl" else None
    if data[:4] not in (b"RIFF", b"RF64", b"BW64") or data[8:12] != b"WAVE":
        return None
    at = 12
    while at + 8 <= len(data):
        name, size = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "little")
        if name == b"fmt ":
            return ("wav", False) if size >= 14 else None
        if not name.isascii() or not name.decode().isprintable() or name == b"data":
            return None
        at += 8 + size + size % 2
    return ("wav", False) if at > len(data) and at < head.size else None


_OGG_AUDIO = (b"\x01vorbis", b"OpusHead", b"\x7fFLAC", b"Speex   ", b"PCM     ")
_OGG_VIDEO = (b"\x80theora", b"fishead\0", b"\x01video\0", b"BBCD\0", b"OVP80")


def _ogg(head: _Head) -> _Guess | None:
    data = head.data
    if data[:5] != b"OggS\0" or len(data) < 28 or data[5] & 0xF8 or not data[5] & 2:
        return None
    payload = data[27 + data[26] :][:16]
    if payload.startswith(_OGG_AUDIO):
        return "ogg", any(name in data[:8192] for name in _OGG_VIDEO)
    return ("ogg", True) if payload.startswith(_OGG_VIDEO) else None


def _flac(head: _Head) -> _Guess | None:
    is_flac = head.data[:4] == b"fLaC" and head.data[4:8] in (b"\0\0\0\x22", b"\x80\0\0\x22")
    return ("flac", False) if is_flac and len(head.data) >= 42 else None


def _mpeg_audio(head: _Head) -> _Guess | None:
    data = head.data
    at = mpeg_audio.id3v2_end(data)
    if at is not None and at >= len(data):
        # A large cover picture: the sound starts past the head, if the file goes that far.
        named = data[10:13].isalnum() or data[5] & 0x40
        return ("mp3", False) if named and (head.total is None or at < head.total) else None
    at = at or 0
    while at < min(len(data), HEAD_BYTES) and data[at] == 0:
        at += 1
    if data[at : at + 4] == b"fLaC":
        return _flac(_Head(data[at:], head.total))
    for name, read in (("mp3", mpeg_audio.mp3_frame), ("aac", mpeg_audio.adts_frame)):
        if mpeg_audio.is_stream(data, at, read, ends_here=head.total in (None, len(data))):
            return name, False
    return None


def _aiff(head: _Head) -> _Guess | None:
    data = head.data
    if data[:4] != b"FORM" or data[8:12] not in (b"AIFF", b"AIFC"):
        return None
    name = data[12:16]
    return ("aiff", False) if (len(name) == 4 and name.isalnum()) or name == b"(c) " else None


def _amr(head: _Head) -> _Guess | None:
    for magic in (b"#!AMR\n", b"#!AMR-WB\n"):
        if head.data.startswith(magic) and len(head.data) > len(magic):
            return ("amr", False) if not head.data[len(magic)] & 0x83 else None
    return None


def _caf(head: _Head) -> _Guess | None:
    is_caf = head.data[:8] == b"caff\0\x01\0\0" and head.data[8:12] == b"desc"
    return ("caf", False) if is_caf else None


_ASF_HEADER = bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c")
_ASF_VIDEO = bytes.fromhex("c0ef19bc4d5bcf11a8fd00805f5c442b")


def _asf(head: _Head) -> _Guess | None:
    if head.data[:16] != _ASF_HEADER or head.data[28:30] != b"\x01\x02":
        return None
    return "asf", _ASF_VIDEO in head.data


def _flv(head: _Head) -> _Guess | None:
    data = head.data
    if data[:4] != b"FLV\x01" or len(data) < 14 or data[4] & 0xFA:
        return None
    if data[5:13] != b"\0\0\0\x09\0\0\0\0" or data[13] not in (8, 9, 18):
        return None
    return "flv", data[4] != 4


def _mpeg_program_stream(head: _Head) -> _Guess | None:
    data = head.data
    if data[:4] != b"\0\0\x01\xba" or len(data) < 32:
        return None
    if data[4] & 0xC4 == 0x44:
        follows = 14 + (data[13] & 7)
    elif data[4] & 0xF1 == 0x21:
        follows = 12
    else:
        return None
    ok = data[follows : follows + 3] == b"\0\0\x01" and data[follows + 3] >= 0xBA
    return ("mpeg-ps", True) if ok else None


def _mpeg_transport_stream(head: _Head) -> _Guess | None:
    for packet_bytes, at in ((188, 0), (192, 4)):
        starts = range(at, len(head.data) - 187, packet_bytes)
        packets = [head.data[start : start + 188] for start in starts]
        if len(packets) < 3 or any(p[0] != 0x47 or p[1] & 0x80 for p in packets):
            continue
        # Text can be full of "G"; a program association table on PID 0 cannot be chance.
        if any(p[1] & 0x5F == 0x40 and p[2] == 0 and p[5:6] == b"\0" for p in packets):
            return "mpeg-ts", True
    return None


_RECOGNISERS: tuple[Callable[[_Head], _Guess | None], ...] = (
    _iso_media,
    _matroska,
    _riff,
    _ogg,
    _flac,
    _mpeg_audio,
    _aiff,
    _amr,
    _caf,
    _asf,
    _flv,
    _mpeg_program_stream,
    _mpeg_transport_stream,
)
