"""Real recordings cut into segments, as platforms hand them out: HLS and DASH made by libav."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import av
from av.audio.frame import AudioFrame
from av.video.frame import VideoFrame
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from recordings.media.samples import write_sample
from tests.origins import Behaviour, Exchange, Origin, a_file

TYPES = {".m3u8": "application/vnd.apple.mpegurl", ".mpd": "application/dash+xml"}


@dataclass(frozen=True)
class Packets:
    """What a recording holds, counted by decoding: codec, packets and frames of each kind."""

    codecs: dict[str, str]
    packets: dict[str, int]
    frames: dict[str, int]
    seconds: float
    starts: dict[str, float]


def sample(folder: Path, *, seconds: float = 6, container: str = "mp4") -> Path:
    """A recording with a picture and a sound of equal length."""
    path = folder / f"sample.{container}"
    # Two key frames a second, so that segments can be cut short.
    write_sample(path, container=container, seconds=seconds)
    return path


def hls(
    source: Path,
    folder: Path,
    *,
    kinds: tuple[str, ...] = ("video", "audio"),
    options: Mapping[str, str] | None = None,
    name: str = "media",
) -> dict[str, bytes]:
    """The files of an HLS rendition of ``source``: ``<name>.m3u8`` and its segments."""
    return _segmented(source, folder / f"{name}.m3u8", "hls", kinds, _HLS | dict(options or {}))


def dash(
    source: Path, folder: Path, *, options: Mapping[str, str] | None = None
) -> dict[str, bytes]:
    """The files of a DASH presentation of ``source``: ``media.mpd`` and its segments."""
    return _segmented(
        source, folder / "media.mpd", "dash", ("video", "audio"), _DASH | dict(options or {})
    )


_HLS = {"hls_time": "1", "hls_playlist_type": "vod", "hls_list_size": "0"}
_DASH = {"seg_duration": "1", "use_template": "1", "use_timeline": "1"}


def _segmented(
    source: Path, target: Path, muxer: str, kinds: tuple[str, ...], options: Mapping[str, str]
) -> dict[str, bytes]:
    target.parent.mkdir(parents=True, exist_ok=True)
    before = set(os.listdir(target.parent))
    with (
        av.open(str(source)) as opened,
        av.open(str(target), "w", format=muxer, options=dict(options)) as output,
    ):
        streams = {
            stream.index: output.add_stream_from_template(stream)
            for stream in (*opened.streams.video, *opened.streams.audio)
            if stream.type in kinds
        }
        for packet in opened.demux([opened.streams[index] for index in streams]):
            if packet.dts is not None:
                packet.stream = streams[packet.stream.index]
                output.mux(packet)
    made = sorted(set(os.listdir(target.parent)) - before)
    return {name: (target.parent / name).read_bytes() for name in made}


def serve(origin: Origin, files: Mapping[str, bytes], *, under: str = "/v") -> None:
    """Let ``origin`` hand out ``files``."""
    for name, data in files.items():
        content_type = TYPES.get(Path(name).suffix, "video/mp2t")
        origin.serve(f"{under}/{name}", a_ranged_file(data, content_type=content_type))


def counted(path: Path) -> Packets:
    """Decode all of a recording."""
    codecs: dict[str, str] = {}
    packets: dict[str, int] = {}
    frames: dict[str, int] = {}
    starts: dict[str, float] = {}
    with av.open(str(path)) as opened:
        seconds = (opened.duration or 0) / av.time_base
        for stream in (*opened.streams.video, *opened.streams.audio):
            codecs[stream.type] = stream.codec_context.codec.canonical_name
        for packet in opened.demux():
            kind = packet.stream.type
            if packet.dts is not None:
                packets[kind] = packets.get(kind, 0) + 1
            for frame in packet.decode():
                if isinstance(frame, VideoFrame | AudioFrame):
                    frames[kind] = frames.get(kind, 0) + 1
                    starts.setdefault(kind, float(frame.time or 0))
    return Packets(codecs, packets, frames, seconds, starts)


def a_ranged_file(data: bytes, *, content_type: str = "video/mp2t") -> Behaviour:
    """A file of which a stretch can be had, as playlists with byte ranges need it."""

    def behave(exchange: Exchange) -> None:
        match = re.fullmatch(r"bytes=(\d+)-(\d+)", exchange.request.headers.get("range", ""))
        if match is None:
            a_file(data, content_type=content_type)(exchange)
            return
        start, end = int(match.group(1)), min(int(match.group(2)), len(data) - 1)
        piece = data[start : end + 1]
        exchange.send_head(
            206,
            {
                "Content-Type": content_type,
                "Content-Length": str(len(piece)),
                "Content-Range": f"bytes {start}-{end}/{len(data)}",
            },
        )
        exchange.send(piece)

    return behave


def silent(exchange: Exchange) -> None:
    """A server that takes the request and says nothing."""
    exchange.stall()


def encrypted(data: bytes, key: bytes, *, iv: int) -> bytes:
    """A segment under AES-128 as RFC 8216 has it."""
    padding = 16 - len(data) % 16
    encryptor = Cipher(algorithms.AES(key), modes.CBC(iv.to_bytes(16, "big"))).encryptor()
    return encryptor.update(data + bytes([padding]) * padding) + encryptor.finalize()
