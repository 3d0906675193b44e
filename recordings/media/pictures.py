"""A recording's poster and thumbnails. Runs only inside the guarded child process."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction

import av
import av.codec
import av.container
import av.error
import av.filter
from av.filter.context import FilterContext
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from recordings.media.byte_sources import ByteCursor, ByteSource
from recordings.media.reading import NothingToPlay, has_decoder, moving_pictures, open_guarded

POSTER_PIXELS = 1280
TILE_PIXELS = 160
COLUMNS = 12
MOST_TILES = 144
# Where a poster is looked for, as parts of the duration; the first that shows something is taken.
_POSTER_PLACES = (0.1, 0.2, 0.35, 0.5, 0.05, 0.0)
# On a scale to 255: a darker or flatter picture shows nothing.
_DARKEST_MEAN = 24
_FLATTEST_RANGE = 32
# What is decoded behind key frames that lie too far apart for a tile each, in all tiles together.
_MOST_FRAMES_BETWEEN = 1500
_MOST_BROKEN_FRAMES = 250
# libav's quantizer scale times FF_QP2LAMBDA; lower is better.
_POSTER_QUALITY, _TILES_QUALITY = 4 * 118, 6 * 118
_JPEG_FORMAT = "yuvj420p"


@dataclass(frozen=True, slots=True)
class Picture:
    """A JPEG, and what a player has to know of it."""

    data: bytes
    details: dict[str, float]


def poster(source: ByteSource, container: str, duration_seconds: float | None) -> Picture:
    """Return a picture from about a tenth into the recording that is not black, upright, with
    square pixels, at most POSTER_PIXELS wide and high.

    Raises NothingToPlay when no picture can be decoded, SourceUnreadable.
    """
    with _Film.opened(source, container) as film:
        places = _POSTER_PLACES if duration_seconds else (0.0,)
        best: tuple[int, VideoFrame] | None = None
        for place in places:
            frame = film.frame_at(place * (duration_seconds or 0))
            if frame is None:
                continue
            small = upright(frame, film.aspect, 64)
            mean, spread = _brightness(small)
            score = spread if mean >= _DARKEST_MEAN else spread - 256
            if best is None or score > best[0]:
                best = score, frame
            if score >= _FLATTEST_RANGE:
                break
        film.complain()
        if best is None:
            raise NothingToPlay
        shown = upright(best[1], film.aspect, POSTER_PIXELS)
        details: dict[str, float] = {"width": shown.width, "height": shown.height}
        return Picture(jpeg(shown, _POSTER_QUALITY), details)


def thumbnails(source: ByteSource, container: str, duration_seconds: float | None) -> Picture:
    """Return one picture of evenly spaced moments, row by row, at most MOST_TILES of them.

    Tiles lie within TILE_PIXELS squared, upright, and show the key frame at or before the middle
    of their interval. The details are ``columns``, ``rows``, ``tile_width``, ``tile_height`` (in
    pixels), ``interval_seconds`` and ``count``, the number of tiles that are filled.
    Raises NothingToPlay when no picture can be decoded, SourceUnreadable.
    """
    duration = duration_seconds or 0
    interval = max(1, math.ceil(duration / MOST_TILES))
    count = max(1, math.ceil(duration / interval))
    with _Film.opened(source, container) as film:
        tiles = _Tiles(count)
        for number in range(count):
            start, end = number * interval, min((number + 1) * interval, duration)
            frame = film.frame_at((start + end) / 2, not_before=start)
            if frame is not None:
                tiles.put(number, upright(frame, film.aspect, TILE_PIXELS))
            film.complain()
        sheet = tiles.sheet()
        details: dict[str, float] = {
            "columns": tiles.columns,
            "rows": tiles.rows,
            "tile_width": sheet.width // tiles.columns,
            "tile_height": sheet.height // tiles.rows,
            "interval_seconds": interval,
            "count": count,
        }
        return Picture(jpeg(sheet, _TILES_QUALITY), details)


@dataclass
class _Film:
    """The moving picture of an opened recording, to be looked at here and there."""

    cursor: ByteCursor
    container: av.container.InputContainer
    stream: VideoStream
    between_left: int = _MOST_FRAMES_BETWEEN

    @classmethod
    def opened(cls, source: ByteSource, container: str) -> _Film:
        cursor = ByteCursor(source)
        try:
            opened = open_guarded(cursor, container)
        except (av.error.FFmpegError, EOFError) as error:
            raise cursor.failure or NothingToPlay from error
        streams = [stream for stream in moving_pictures(opened) if has_decoder(stream)]
        if not streams:
            opened.close()
            raise cursor.failure or NothingToPlay
        streams[0].codec_context.thread_count = 1
        return cls(cursor, opened, streams[0])

    def __enter__(self) -> _Film:
        return self

    def __exit__(self, *exc: object) -> None:
        self.container.close()

    @property
    def aspect(self) -> Fraction:
        """How much wider than high a pixel is."""
        return self.stream.sample_aspect_ratio or Fraction(1)

    def complain(self) -> None:
        """Raise what kept the bytes from coming: libav may have taken it for an end."""
        if self.cursor.failure is not None:
            raise self.cursor.failure

    def frame_at(self, seconds: float, *, not_before: float | None = None) -> VideoFrame | None:
        """Return the key frame at or before ``seconds``, or None where nothing can be decoded.

        With ``not_before`` frames are decoded up to there, as long as the allowance lasts.
        """
        time_base = self.stream.time_base or Fraction(1, av.time_base)
        first = self.stream.start_time or 0
        # Without an index it goes on where it stands.
        with contextlib.suppress(av.error.FFmpegError, PermissionError):
            self.container.seek(first + round(seconds / time_base), stream=self.stream)
        found = None
        for frame in self._frames():
            found = frame
            time = (frame.pts or 0) * time_base - first * time_base
            if not_before is None or time >= not_before or self.between_left <= 0:
                break
            self.between_left -= 1
        return found

    def _frames(self) -> Iterator[VideoFrame]:
        broken = 0
        try:
            for packet in self.container.demux(self.stream):
                try:
                    frames = packet.decode()
                except (av.error.FFmpegError, EOFError):
                    frames, broken = [], broken + 1
                for frame in frames:
                    if not frame.is_corrupt:
                        yield frame
                    broken += frame.is_corrupt
                if broken > _MOST_BROKEN_FRAMES:
                    return
        except (av.error.FFmpegError, EOFError):
            return


@dataclass
class _Tiles:
    """Pictures of one size, laid side by side by libav's ``tile`` filter."""

    count: int
    placed: dict[int, VideoFrame] = field(default_factory=dict)

    @property
    def columns(self) -> int:
        return min(self.count, COLUMNS)

    @property
    def rows(self) -> int:
        return math.ceil(self.count / self.columns)

    def put(self, number: int, picture: VideoFrame) -> None:
        self.placed[number] = picture

    def sheet(self) -> VideoFrame:
        if not self.placed:
            raise NothingToPlay
        first = self.placed[min(self.placed)]
        graph = av.filter.Graph()
        graph.link_nodes(
            buffer_of(graph, first, Fraction(1)),
            graph.add("tile", f"{self.columns}x{self.rows}"),
            graph.add("buffersink"),
        ).configure()
        last = first
        for number in range(self.count):
            # A moment that cannot be decoded looks as the one before it.
            last = self.placed.get(number, last)
            tile = last.reformat(first.width, first.height, _JPEG_FORMAT)
            tile.pts, tile.time_base = number, Fraction(1)
            graph.vpush(tile)
        graph.vpush(None)
        return graph.vpull()


def upright(frame: VideoFrame, aspect: Fraction, most_pixels: int) -> VideoFrame:
    """Return the frame as it is to be shown: turned, with square pixels, within a square."""
    width, height = fitted(frame, aspect, most_pixels, most_pixels)
    graph = av.filter.Graph()
    graph.threads = 1
    graph.link_nodes(
        buffer_of(graph, frame, Fraction(1)),
        graph.add("scale", f"{width}:{height}:out_range=full:out_color_matrix=bt601"),
        *(graph.add(name, value) for name, value in turns(frame)),
        graph.add("format", _JPEG_FORMAT),
        graph.add("buffersink"),
    ).configure()
    graph.vpush(frame)
    return graph.vpull()


def buffer_of(graph: av.filter.Graph, frame: VideoFrame, time_base: Fraction) -> FilterContext:
    """Return the source of a graph that takes frames like this one."""
    return graph.add_buffer(
        width=frame.width, height=frame.height, format=frame.format, time_base=time_base
    )


def fitted(
    frame: VideoFrame, aspect: Fraction, most_width: int, most_height: int
) -> tuple[int, int]:
    """Return even sizes, before turning, at which the turned picture fits; never enlarged."""
    width, height = frame.width * aspect, Fraction(frame.height)
    if frame.rotation % 180 == 90:
        most_width, most_height = most_height, most_width
    scale = min(Fraction(1), most_width / width, most_height / height)
    return max(2, round(width * scale / 2) * 2), max(2, round(height * scale / 2) * 2)


def turns(frame: VideoFrame) -> list[tuple[str, str | None]]:
    """Return the filters that turn a frame upright; ``rotation`` counts counter-clockwise."""
    turned: dict[int, list[tuple[str, str | None]]] = {
        90: [("transpose", "cclock")],
        180: [("hflip", None), ("vflip", None)],
        270: [("transpose", "clock")],
    }
    return turned.get(frame.rotation % 360, [])


def jpeg(frame: VideoFrame, quality: int) -> bytes:
    """Return a frame as a JPEG file; ``quality`` is libav's quantizer, lower is better."""
    encoder = av.codec.CodecContext.create("mjpeg", "w")
    encoder.width, encoder.height, encoder.pix_fmt = frame.width, frame.height, _JPEG_FORMAT
    encoder.time_base = Fraction(1)
    encoder.thread_count = 1
    encoder.qscale = True
    encoder.global_quality = quality
    frame.pts, frame.time_base = 0, Fraction(1)
    return b"".join(bytes(packet) for packet in (*encoder.encode(frame), *encoder.encode(None)))


def _brightness(frame: VideoFrame) -> tuple[int, int]:
    """Return mean and range of the luminance."""
    plane = frame.planes[0]
    rows = memoryview(plane)
    seen = b"".join(
        bytes(rows[line * plane.line_size : line * plane.line_size + frame.width])
        for line in range(frame.height)
    )
    return sum(seen) // len(seen), max(seen) - min(seen)
