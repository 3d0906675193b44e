"""The streams of a web copy, each from packets of the recording to packets of an MP4."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Literal, Protocol, cast

import av
import av.error
import av.filter
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from recordings.media.pictures import buffer_of, fitted, turns

LONG_SIDE, SHORT_SIDE = 1920, 1080
# The most that a second of picture takes, so that the room for a copy can be known beforehand.
VIDEO_BITS_PER_SECOND = 4_000_000
AUDIO_BITS_PER_SECOND = 128_000
SAMPLE_RATE = 48_000
THREADS = 2

_AAC_SAMPLES = 1024
_CLOCK = Fraction(1, 90_000)
_KEY_FRAME_SECONDS = 4
_H264 = {
    "preset": "veryfast",
    "profile": "high",
    "crf": "23",
    "maxrate": str(VIDEO_BITS_PER_SECOND),
    "bufsize": str(2 * VIDEO_BITS_PER_SECOND),
}


class Track(Protocol):
    """One stream of the copy."""

    kind: Literal["video", "audio"]
    codec: str
    seconds: float

    def take(self, packet: Packet) -> None:
        """Bring over one packet of the recording, last of all the empty one that ends it."""
        ...

    def end(self) -> None:
        """Bring over what is still held back."""
        ...


class CopiedTrack:
    """A stream that moves over as it is; only its times are counted from the copy's start."""

    def __init__(
        self, output: OutputContainer, stream: VideoStream | AudioStream, start: float
    ) -> None:
        self.kind: Literal["video", "audio"] = (
            "video" if isinstance(stream, VideoStream) else "audio"
        )
        self.codec = stream.codec_context.codec.canonical_name
        self.seconds = 0.0
        self._output = output
        self._target = output.add_stream_from_template(stream)
        self._time_base = stream.time_base or Fraction(1, av.time_base)
        self._start = round(start / self._time_base)

    def take(self, packet: Packet) -> None:
        if packet.dts is None and packet.pts is None:
            return
        packet.pts = packet.dts if packet.pts is None else packet.pts
        packet.dts = packet.pts if packet.dts is None else packet.dts
        packet.pts, packet.dts = (packet.pts or 0) - self._start, (packet.dts or 0) - self._start
        end = float((packet.pts + (packet.duration or 0)) * self._time_base)
        self.seconds = max(self.seconds, end)
        packet.stream = self._target
        self._output.mux(packet)

    def end(self) -> None:
        """Nothing is held back."""


class EncodedPicture:
    """A picture encoded as H.264: upright, progressive, square pixels, 1080 lines at most."""

    kind: Literal["video", "audio"] = "video"
    codec = "h264"

    def __init__(
        self, output: OutputContainer, stream: VideoStream, start: float, first: VideoFrame
    ) -> None:
        self.seconds = 0.0
        self._output = output
        self._start = start
        self._time_base = stream.time_base or Fraction(1, av.time_base)
        self._aspect = stream.sample_aspect_ratio or Fraction(1)
        rate = stream.average_rate or stream.guessed_rate or Fraction(25)
        self._rate = min(max(rate, Fraction(1)), Fraction(60))
        self._graph: av.filter.Graph | None = None
        self._graph_takes: tuple[int, int, str] | None = None
        self._last = -1
        self._size = self._sized(first)
        self._turns = turns(first)
        turned = first.rotation % 180 == 90
        stream.codec_context.thread_count = THREADS
        options = _H264 | {"g": str(round(self._rate * _KEY_FRAME_SECONDS))}
        self._target = output.add_stream("libx264", rate=self._rate, options=options)
        self._target.width, self._target.height = self._size[::-1] if turned else self._size
        self._target.pix_fmt = "yuv420p"
        self._target.codec_context.time_base = _CLOCK
        self._target.codec_context.thread_count = THREADS

    def _sized(self, frame: VideoFrame) -> tuple[int, int]:
        width, height = frame.width * self._aspect, Fraction(frame.height)
        if frame.rotation % 180 == 90:
            width, height = height, width
        box = (LONG_SIDE, SHORT_SIDE) if width >= height else (SHORT_SIDE, LONG_SIDE)
        return fitted(frame, self._aspect, *box)

    def take(self, packet: Packet) -> None:
        try:
            frames = packet.decode()
        except (av.error.FFmpegError, EOFError):
            return  # A damaged stretch is left out.
        self._draw(frames)

    def end(self) -> None:
        self._flush_graph()
        self._output.mux(self._target.encode(None))

    def _draw(self, frames: Iterable[VideoFrame]) -> None:
        for frame in frames:
            takes = (frame.width, frame.height, frame.format.name)
            if takes != self._graph_takes:
                self._flush_graph()
                self._graph, self._graph_takes = self._built(frame), takes
            if self._graph is not None:
                self._graph.vpush(frame)
                self._encode()

    def _built(self, frame: VideoFrame) -> av.filter.Graph:
        graph = av.filter.Graph()
        graph.threads = THREADS
        graph.link_nodes(
            buffer_of(graph, frame, self._time_base),
            graph.add("yadif", "mode=send_frame:deint=interlaced"),
            graph.add("scale", f"{self._size[0]}:{self._size[1]}:out_range=limited"),
            *(graph.add(name, value) for name, value in self._turns),
            graph.add("format", "yuv420p"),
            graph.add("buffersink"),
        ).configure()
        return graph

    def _flush_graph(self) -> None:
        if self._graph is not None:
            self._graph.vpush(None)
            self._encode()

    def _encode(self) -> None:
        while self._graph is not None:
            try:
                frame = self._graph.vpull()
            except (av.error.BlockingIOError, EOFError):
                return
            time_base = frame.time_base or self._time_base
            seconds = frame.pts * time_base - Fraction(self._start) if frame.pts is not None else 0
            # Times that stand still or run backwards are put in order, by the smallest step.
            at = max(round(seconds / _CLOCK), self._last + 1)
            self._last = at
            frame.pts, frame.time_base = at, _CLOCK
            frame.pict_type = 0
            self.seconds = float(at * _CLOCK + 1 / self._rate)
            self._output.mux(self._target.encode(frame))


class EncodedSound:
    """A sound encoded as AAC, in one or two channels; silence fills its gaps."""

    kind: Literal["video", "audio"] = "audio"
    codec = "aac"

    def __init__(self, output: OutputContainer, stream: AudioStream, start: float) -> None:
        self.seconds = 0.0
        self._output = output
        self._start = start
        self._time_base = stream.time_base or Fraction(1, av.time_base)
        self._graph: av.filter.Graph | None = None
        self._graph_takes: tuple[int, str, int] | None = None
        self._next = 0
        self._layout = "mono" if stream.channels == 1 else "stereo"
        self._target = output.add_stream("aac", rate=SAMPLE_RATE)
        self._target.bit_rate = AUDIO_BITS_PER_SECOND
        self._target.codec_context.layout = self._layout
        self._target.codec_context.format = "fltp"
        self._target.codec_context.time_base = Fraction(1, SAMPLE_RATE)

    def take(self, packet: Packet) -> None:
        try:
            frames = packet.decode()
        except (av.error.FFmpegError, EOFError):
            return
        self._play(cast(list[AudioFrame], frames))

    def end(self) -> None:
        self._flush_graph()
        self._output.mux(self._target.encode(None))

    def _play(self, frames: Iterable[AudioFrame]) -> None:
        for frame in frames:
            takes = (frame.sample_rate, frame.format.name, len(frame.layout.channels))
            if takes != self._graph_takes:
                self._flush_graph()
                self._graph, self._graph_takes = self._built(frame), takes
            if frame.pts is not None:
                offset = round(self._start / (frame.time_base or self._time_base))
                frame.pts -= offset
            if self._graph is not None:
                self._graph.push(frame)
                self._encode()

    def _built(self, frame: AudioFrame) -> av.filter.Graph:
        shape = f"sample_fmts=fltp:channel_layouts={self._layout}:sample_rates={SAMPLE_RATE}"
        graph = av.filter.Graph()
        graph.threads = 1
        graph.link_nodes(
            graph.add_abuffer(
                sample_rate=frame.sample_rate,
                format=frame.format.name,
                layout=frame.layout.name,
                time_base=frame.time_base or self._time_base,
            ),
            graph.add("aresample", f"{SAMPLE_RATE}:async=1000:first_pts={self._next}"),
            graph.add("aformat", shape),
            graph.add("asetnsamples", f"n={_AAC_SAMPLES}:p=0"),
            graph.add("abuffersink"),
        ).configure()
        return graph

    def _flush_graph(self) -> None:
        if self._graph is not None:
            self._graph.push(None)
            self._encode()

    def _encode(self) -> None:
        while self._graph is not None:
            try:
                frame = self._graph.pull()
            except (av.error.BlockingIOError, EOFError):
                return
            sound = cast(AudioFrame, frame)
            # Counted by samples, as a sound without gaps is.
            sound.pts, sound.time_base = self._next, Fraction(1, SAMPLE_RATE)
            self._next += sound.samples
            self.seconds = self._next / SAMPLE_RATE
            self._output.mux(self._target.encode(sound))
