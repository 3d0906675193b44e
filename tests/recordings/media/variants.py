"""Recordings the way people have them: odd, unfinished, cut short, made from small real ones."""

from __future__ import annotations

import tempfile
from io import BytesIO
from pathlib import Path
from typing import Any
from unittest import mock

import av

from recordings.media import boxes, ebml, samples
from recordings.media.byte_sources import MemorySource
from recordings.media.samples import write_sample

FRAGMENTED = {"movflags": "empty_moov+default_base_moof", "frag_duration": "500000"}


class Pipe:
    """Takes bytes in order only, as a browser's recorder or a shell's pipe does."""

    def __init__(self) -> None:
        self.data = bytearray()

    def write(self, data: bytes) -> int:
        self.data += data
        return len(data)


def sample(container: str, **arguments: Any) -> bytes:
    """Return a sample's bytes."""
    # By name, as libav opens the file a second time to move an index to its front.
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "sample"
        write_sample(target, container=container, **arguments)
        return target.read_bytes()


def piped(container: str, **arguments: Any) -> bytes:
    """Return a sample's bytes as written to a pipe: no duration, no index."""
    target = Pipe()
    write_sample(target, container=container, **arguments)  # type: ignore[arg-type]
    return bytes(target.data)


def box_at(data: bytes, box_type: bytes) -> boxes.Box:
    """Return the first top-level box of a type."""
    return next(box for box in boxes.walk(MemorySource(data)) if box.type == box_type)


def insert(data: bytes, at: int, piece: bytes) -> bytes:
    return data[:at] + piece + data[at:]


def padded_before_index(mp4: bytes, length: int) -> bytes:
    """Return an MP4 with its index at the end and ``length`` bytes of filler before that."""
    filler = boxes.free_box(length) + bytes(length - 16)
    return insert(mp4, box_at(mp4, b"moov").offset, filler)


def clusters(data: bytes) -> list[ebml.Element]:
    source = MemorySource(data)
    found = ebml.doc_type(source)
    assert found is not None
    segment = ebml.find_segment(source, start=found[1])
    assert segment is not None
    children = ebml.walk(source, start=segment.body, end=len(data))
    return [child for child in children if child.id == ebml.CLUSTER]


def with_clusters_of_unknown_size(data: bytes) -> bytes:
    """Return a WebM whose clusters do not say how long they are, as Chrome's recorder writes."""
    patched = bytearray(data)
    for cluster in clusters(data):
        width = cluster.body - cluster.offset - 4
        patched[cluster.offset + 4 : cluster.body] = ((1 << 7 * width + 1) - 1).to_bytes(width)
    return bytes(patched)


def padded_between_clusters(webm: bytes, length: int) -> bytes:
    """Return a WebM with ``length`` bytes of filler in its middle."""
    middle = clusters(webm)[len(clusters(webm)) // 2]
    return insert(webm, middle.offset, ebml.void_element(length) + bytes(length - 9))


def element(element_id: int, body: bytes) -> bytes:
    """Return one EBML element with an 8-byte size."""
    id_bytes = element_id.to_bytes((element_id.bit_length() + 7) // 8, "big")
    return id_bytes + ((1 << 56) | len(body)).to_bytes(8, "big") + body


# What people bring that no browser plays; codecs and options of libav's encoders.
_OLD: dict[str, tuple[str, str, str, dict[str, str]]] = {
    "avi": ("avi", "mpeg4", "libmp3lame", {}),
    "wmv": ("asf", "wmv2", "wmav2", {}),
    "mpg": ("mpeg", "mpeg2video", "mp2", {}),
    "hevc": ("mp4", "libx265", "aac", {"preset": "ultrafast", "x265-params": "log-level=none"}),
    "mov-pcm": ("mov", "libx264", "pcm_s16le", {"preset": "ultrafast", "profile": "baseline"}),
}
_SOUND_FORMATS = {"libmp3lame": "s16p", "wmav2": "fltp", "mp2": "s16", "aac": "fltp"}


def old_sample(name: str, **arguments: Any) -> bytes:
    """Return a sample's bytes in a format that browsers do not play: a key of _OLD."""
    muxer, video, audio, options = _OLD[name]
    recipe = samples._Recipe(muxer, audio, _SOUND_FORMATS.get(audio, "s16"), video, options)
    with mock.patch.dict(samples.RECIPES, {name: recipe}):
        return sample(name, **arguments)


def wma(seconds: float = 1) -> bytes:
    """Return a recording of sound alone that browsers do not play."""
    recipe = samples._Recipe("asf", "wmav2", "fltp")
    with mock.patch.dict(samples.RECIPES, {"wma": recipe}):
        return sample("wma", seconds=seconds)


def without_sound(data: bytes) -> bytes:
    """Return an MP4 of the picture of another one, alone."""
    target = BytesIO()
    with av.open(BytesIO(data), "r") as source, av.open(target, "w", format="mp4") as output:
        stream = source.streams.video[0]
        copied = output.add_stream_from_template(stream)
        for packet in source.demux(stream):
            if packet.dts is not None:
                packet.stream = copied
                output.mux(packet)
    return target.getvalue()


def remuxed(data: bytes, muxer: str) -> bytes:
    """Return the same streams in another container: ``mpegts``, ``flv``."""
    target = BytesIO()
    with av.open(BytesIO(data), "r") as source, av.open(target, "w", format=muxer) as output:
        copied = {
            stream.index: output.add_stream_from_template(stream)
            for stream in (*source.streams.video, *source.streams.audio)
        }
        for packet in source.demux():
            if packet.dts is not None:
                packet.stream = copied[packet.stream.index]
                output.mux(packet)
    return target.getvalue()
