"""One MP4 of gathered tracks, packet by packet. Runs only inside the guarded child process.

Nothing is encoded anew: pictures and sounds move over as they came, at the times they had beside
each other.
"""

from __future__ import annotations

import errno
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import av.error
from av.audio.stream import AudioStream
from av.container import InputContainer, OutputContainer
from av.packet import Packet
from av.video.stream import VideoStream

from recordings.media.byte_sources import ByteCursor, FileBytes
from recordings.media.reading import NothingToPlay, has_decoder, moving_pictures, open_guarded
from recordings.media.sniffing import HEAD_BYTES, sniff

# What an MP4 holds so that common players read it (ISO 14496-12 and its registered codecs).
_CARRIED = frozenset(
    {
        "h264", "hevc", "av1", "vp9", "mpeg4", "mpeg2video",
        "aac", "mp3", "mp2", "opus", "flac", "alac", "ac3", "eac3",
    }
)  # fmt: skip
# Sounds in frames that bear no times of their own.
_UNTIMED = frozenset({"aac", "mp3"})
# Apple's note, in front of such a sound, of when it begins: 33 bits, 90,000 a second.
_NOTE = b"com.apple.streaming.transportStreamTimestamp\0"
_NOTE_CLOCK = 90_000
# Tracks of one recording begin together; what is further apart counts from another clock.
_MOST_APART_SECONDS = 10
# Beyond these a transport stream has begun to count anew.
_BACK_SECONDS, _AHEAD_SECONDS = 1, 10
_FULL_DISK = (errno.ENOSPC, errno.EFBIG, errno.EDQUOT)

Wanted = VideoStream | AudioStream


class NoRoom(Exception):
    """The MP4 is larger than the place it was given."""


class NotCarried(Exception):
    """A codec that an MP4 does not hold; its name is the argument."""


def write_mp4(paths: Sequence[Path], target: Path) -> dict[str, Any]:
    """Write the tracks in ``paths`` (pictures first) to one MP4, its index in front.

    Returns ``video_codec`` and ``audio_codec`` (empty where there is no such stream) and
    ``duration_seconds``. Constant memory but for the index. Raises NothingToPlay when a track is
    none, NotCarried, NoRoom, SourceUnreadable.
    """
    try:
        with ExitStack() as stack:
            feeds = [_Feed(path, stack) for path in paths]
            _select(feeds)
            _align(feeds)
            output = stack.enter_context(
                av.open(
                    str(target), "w", format="mp4", container_options={"movflags": "+faststart"}
                )
            )
            return _copy(feeds, output)
    except MemoryError:
        raise
    except (av.error.FFmpegError, EOFError, ValueError) as error:
        if getattr(error, "errno", None) in _FULL_DISK:
            raise NoRoom from error
        raise NothingToPlay from error


class _Feed:
    """One gathered file: its wanted streams, and their packets in the order they come."""

    def __init__(self, path: Path, stack: ExitStack) -> None:
        source = FileBytes(str(path))
        stack.callback(source.close)
        self._head = source.read_at(0, HEAD_BYTES)
        sniffed = sniff(self._head, total_size=source.size)
        if sniffed is None:
            raise NothingToPlay
        self._container = sniffed.container
        self._cursor = ByteCursor(source)
        opened: InputContainer = stack.enter_context(open_guarded(self._cursor, sniffed.container))
        self._opened = opened
        self.pictures: Sequence[VideoStream] = [
            s for s in moving_pictures(opened) if has_decoder(s)
        ][:1]
        self.sounds: Sequence[AudioStream] = [s for s in opened.streams.audio if has_decoder(s)][:1]
        self.shift = Fraction(0)
        self._ends: dict[int, Fraction] = {}

    @property
    def streams(self) -> list[Wanted]:
        return [*self.pictures, *self.sounds]

    @property
    def start(self) -> Fraction | None:
        """When it begins, None when it does not know."""
        if self._container in _UNTIMED:
            at = self._head.find(_NOTE)
            note = self._head[at + len(_NOTE) : at + len(_NOTE) + 8] if at >= 0 else b""
            return Fraction(int.from_bytes(note, "big"), _NOTE_CLOCK) if len(note) == 8 else None
        starts = [(s.start_time or 0) * _time_base(s) for s in self.streams]
        return min(starts, default=None)

    def begin_at(self, seconds: Fraction) -> None:
        """Have its first packet come at ``seconds``."""
        known = [(s.start_time or 0) * _time_base(s) for s in self.streams]
        self.shift = seconds - min(known, default=Fraction(0))

    def packets(self) -> Iterator[tuple[Fraction, Packet]]:
        """Each packet with the time at which it is decoded, counted as all feeds are."""
        for packet in self._opened.demux(self.streams):
            if packet.dts is None and packet.pts is None:
                continue
            packet.pts = packet.dts if packet.pts is None else packet.pts
            packet.dts = packet.pts if packet.dts is None else packet.dts
            time_base = packet.time_base or _time_base(packet.stream)
            self._mend(packet, time_base)
            ticks = round(self.shift / time_base)
            packet.pts, packet.dts = (packet.pts or 0) + ticks, (packet.dts or 0) + ticks
            at = packet.dts * time_base
            self._ends[packet.stream.index] = at + (packet.duration or 0) * time_base
            yield at, packet
        if self._cursor.failure is not None:
            raise self._cursor.failure

    def _mend(self, packet: Packet, time_base: Fraction) -> None:
        if self._container != "mpeg-ts" or packet.stream.index not in self._ends:
            return
        apart = (packet.dts or 0) * time_base + self.shift - self._ends[packet.stream.index]
        if apart < -_BACK_SECONDS or apart > _AHEAD_SECONDS:
            self.shift -= apart


def _select(feeds: list[_Feed]) -> None:
    """Keep the first picture and the last sound: one of its own is better than one beside it."""
    with_pictures = [feed for feed in feeds if feed.pictures][:1]
    with_sounds = [feed for feed in feeds if feed.sounds][-1:]
    for feed in feeds:
        feed.pictures = feed.pictures if feed in with_pictures else []
        feed.sounds = feed.sounds if feed in with_sounds else []
        if not feed.streams:
            raise NothingToPlay
        for stream in feed.streams:
            codec = stream.codec_context.codec.canonical_name
            if codec not in _CARRIED:
                raise NotCarried(codec)


def _align(feeds: list[_Feed]) -> None:
    """Count all feeds from the first one's beginning, which becomes zero."""
    first = next((feed.start for feed in feeds if feed.start is not None), Fraction(0))
    starts = [first if feed.start is None else feed.start for feed in feeds]
    starts = [first if abs(start - first) > _MOST_APART_SECONDS else start for start in starts]
    for feed, start in zip(feeds, starts, strict=True):
        feed.begin_at(start - min(starts))


class _Target:
    """One stream of the MP4."""

    def __init__(self, output: OutputContainer, stream: Wanted) -> None:
        self.kind = "video" if isinstance(stream, VideoStream) else "audio"
        self.codec = stream.codec_context.codec.canonical_name
        self.seconds = 0.0
        self._output = output
        self._stream = output.add_stream_from_template(stream)
        if self.codec == "hevc":
            self._stream.codec_context.codec_tag = "hvc1"  # the one that Apple's players take
        self._last: int | None = None

    def take(self, packet: Packet) -> None:
        time_base = packet.time_base or _time_base(packet.stream)
        if self._last is not None and (packet.dts or 0) <= self._last:
            # An MP4's times only go on; the smallest step does no harm.
            packet.dts = self._last + 1
            packet.pts = max(packet.pts or 0, packet.dts)
        self._last = packet.dts
        self.seconds = max(
            self.seconds, float(((packet.pts or 0) + (packet.duration or 0)) * time_base)
        )
        packet.stream = self._stream
        self._output.mux(packet)


def _copy(feeds: list[_Feed], output: OutputContainer) -> dict[str, Any]:
    targets = {
        (number, stream.index): _Target(output, stream)
        for number, feed in enumerate(feeds)
        for stream in feed.streams
    }
    coming = [feed.packets() for feed in feeds]
    heads = [next(packets, None) for packets in coming]
    while ready := [(head[0], number) for number, head in enumerate(heads) if head is not None]:
        _, number = min(ready)
        head = heads[number]
        if head is not None:
            targets[number, head[1].stream.index].take(head[1])
        heads[number] = next(coming[number], None)
    if not all(target.seconds for target in targets.values()):
        raise NothingToPlay
    codecs = {target.kind: target.codec for target in targets.values()}
    return {
        "video_codec": codecs.get("video", ""),
        "audio_codec": codecs.get("audio", ""),
        "duration_seconds": round(max(target.seconds for target in targets.values()), 3),
    }


def _time_base(stream: Any) -> Fraction:
    return stream.time_base or Fraction(1, av.time_base)
