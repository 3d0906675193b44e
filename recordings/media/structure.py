"""What a container's own structure says that libav does not: cut short, no index, fragments."""

from __future__ import annotations

from dataclasses import dataclass

from recordings.media import boxes, ebml, mpeg_audio
from recordings.media.byte_sources import ByteSource, MemorySource
from recordings.media.sniffing import HEAD_BYTES

_ASF_FILE_PROPERTIES = bytes.fromhex("a1dcab8c47a9cf118ee400c00c205365")
_UNSET_SIZES = (0, 0xFFFFFFFF)
# Growing pieces of a file's end, in which the last fragment or cluster is looked for.
_TAIL_BYTES = (256 * 1024, 1024 * 1024, 4 * 1024 * 1024, 16 * 1024 * 1024)


@dataclass(frozen=True, slots=True)
class Tail:
    """A file without a duration, to be read at its end.

    ``patch`` written at ``patch_at`` makes a reader skip from there to the last fragments.
    """

    patch_at: int
    patch: bytes


@dataclass(frozen=True, slots=True)
class Structure:
    """``truncated``: ends too early. ``index_missing``: so early that nothing can be opened.

    ``tail``: how to read the end of a file whose header has no duration.
    ``pcm_seconds``: exact duration of uncompressed sound. ``frames_at``: where the frames of
    bare MPEG audio start.
    """

    truncated: bool = False
    index_missing: bool = False
    tail: Tail | None = None
    pcm_seconds: float | None = None
    frames_at: int = 0


def inspect(source: ByteSource, container: str) -> Structure:
    """Return what the structure of a sniffed ``container`` says, from few and small reads."""
    if container in ("mp4", "m4a", "mov", "3gp"):
        return _iso_media(source)
    if container in ("matroska", "webm"):
        return _matroska(source)
    if container == "wav":
        return _wav(source)
    if container in ("mp3", "aac"):
        return _mpeg_audio(source)
    head = source.read_at(0, HEAD_BYTES)
    if container == "avi":
        return Structure(truncated=_declared(head, "little") > source.size)
    if container == "aiff":
        return Structure(truncated=_declared(head, "big") > source.size)
    if container == "ogg":
        return Structure(truncated=_ogg_cut_short(source))
    if container == "asf":
        at = head.find(_ASF_FILE_PROPERTIES)
        declared = int.from_bytes(head[at + 40 : at + 48], "little") if at != -1 else 0
        return Structure(truncated=declared > source.size)
    return Structure()


def _declared(head: bytes, order: str) -> int:
    """Return the file size that a RIFF or IFF header states, 0 where it states none."""
    size = int.from_bytes(head[4:8], "little" if order == "little" else "big")
    return 0 if size in _UNSET_SIZES else size + 8


def _iso_media(source: ByteSource) -> Structure:
    seen: dict[bytes, boxes.Box] = {}
    last: boxes.Box | None = None
    for box in boxes.walk(source):
        seen.setdefault(box.type, box)
        last = box
        if box.type == b"moof":
            break
    overrun = last is not None and last.end > source.size
    moov = seen.get(b"moov")
    if moov is None or moov.end > source.size:
        # A camera or a crashed recorder leaves the sound and picture without their index.
        stopped = last is not None and (last.end >= source.size or source.size - last.end < 8)
        missing = b"moof" not in seen and stopped and (b"mdat" in seen or moov is not None)
        return Structure(truncated=missing, index_missing=missing)
    moof = seen.get(b"moof")
    if moof is None:
        return Structure(truncated=overrun)
    return _fragmented(source, moof)


def _fragmented(source: ByteSource, first_moof: boxes.Box) -> Structure:
    for length in _TAIL_BYTES:
        start = max(first_moof.offset, source.size - length)
        data = source.read_at(start, source.size - start)
        found = boxes.find_fragment(data)
        if found is None:
            continue
        *_, last = boxes.walk(MemorySource(data), start=found, most=len(data))
        truncated = last.end > len(data)
        tail = None
        # Without its decode time a fragment does not say when it plays.
        if b"tfdt" in data[found:]:
            gap = start + found - first_moof.offset
            patch = boxes.free_box(gap) if gap >= 16 else b""
            tail = Tail(first_moof.offset, patch)
        return Structure(truncated=truncated, tail=tail)
    return Structure()


def _matroska(source: ByteSource) -> Structure:
    found = ebml.doc_type(source)
    segment = ebml.find_segment(source, start=found[1]) if found else None
    if segment is None:
        return Structure()
    truncated = segment.end is not None and segment.end > source.size
    has_duration, cluster_at = False, None
    for element in ebml.walk(source, start=segment.body, end=source.size):
        if element.id == ebml.INFO and element.end is not None:
            children = ebml.walk(source, start=element.body, end=element.end)
            has_duration = any(child.id == ebml.DURATION for child in children)
        if element.id == ebml.CLUSTER:
            cluster_at = element.offset
            break
    if cluster_at is None:
        return Structure(truncated=truncated, index_missing=truncated)
    if has_duration:
        return Structure(truncated=truncated)
    return _unmeasured_clusters(source, cluster_at, truncated=truncated)


def _unmeasured_clusters(source: ByteSource, first: int, *, truncated: bool) -> Structure:
    for length in _TAIL_BYTES:
        start = max(first, source.size - length)
        data = source.read_at(start, source.size - start)
        found = ebml.find_cluster(data)
        if found is None:
            continue
        *_, last = ebml.walk(MemorySource(data), start=found, end=len(data), most=len(data))
        truncated = truncated or (last.end or 0) > len(data)
        gap = start + found - first
        patch = ebml.void_element(gap) if gap >= 9 else b""
        return Structure(truncated=truncated, tail=Tail(first, patch))
    return Structure(truncated=truncated)


def _wav(source: ByteSource) -> Structure:
    byte_rate, ds64_data, at = 0, 0, 12
    for _ in range(boxes.MOST_BOXES):
        head = source.read_at(at, 8)
        if len(head) < 8:
            break
        name, size = head[:4], int.from_bytes(head[4:], "little")
        if name == b"data":
            return _wav_data(source, at + 8, ds64_data or size, byte_rate)
        if name == b"ds64":
            ds64_data = int.from_bytes(source.read_at(at + 16, 8), "little")
        if name == b"fmt ":
            byte_rate = int.from_bytes(source.read_at(at + 16, 4), "little")
        at += 8 + size + size % 2
    return Structure(truncated=at >= source.size, index_missing=at >= source.size)


def _wav_data(source: ByteSource, start: int, declared: int, byte_rate: int) -> Structure:
    present = source.size - start
    streamed = declared in _UNSET_SIZES
    after = source.read_at(start + declared + declared % 2, 4)
    # A recorder that wrapped past 4 GiB, or never came back, leaves a size that stops mid-sound.
    wrong = bool(after) and not (len(after) == 4 and after.isascii() and after[:3].isalnum())
    used = present if streamed or wrong else min(declared, present)
    return Structure(
        truncated=not streamed and declared > present,
        pcm_seconds=used / byte_rate if byte_rate else None,
    )


def _mpeg_audio(source: ByteSource) -> Structure:
    head = source.read_at(0, HEAD_BYTES)
    at = mpeg_audio.id3v2_end(head) or 0
    promised = mpeg_audio.xing_bytes(source.read_at(at, 2048), 0)
    return Structure(truncated=promised is not None and at + promised > source.size, frames_at=at)


def _ogg_cut_short(source: ByteSource) -> bool:
    """Tell whether the last Ogg page (RFC 3533) ends past the file."""
    start = max(0, source.size - 2 * HEAD_BYTES)
    tail = source.read_at(start, 2 * HEAD_BYTES)
    at = tail.rfind(b"OggS\0")
    if at == -1:
        return True
    if at + 27 > len(tail):
        return True
    segments = tail[at + 27 : at + 27 + tail[at + 26]]
    return at + 27 + tail[at + 26] + sum(segments) > len(tail)
