"""Small real recordings made on the spot: a moving test picture and an audible tone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import BinaryIO, cast

import av
import av.filter
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

SAMPLE_RATE = 48_000
TONE_HERTZ = 440
AUDIO_BITS_PER_SECOND = 64_000
VP8_BITS_PER_SECOND = 400_000


@dataclass(frozen=True, slots=True)
class _Recipe:
    muxer: str
    audio_codec: str
    audio_format: str
    video_codec: str | None = None
    video_options: Mapping[str, str] | None = None


# Encoders whose output browsers play, in their quickest settings.
_H264 = {"preset": "ultrafast", "crf": "30", "profile": "baseline"}
# A negative speed is fixed; a positive one follows how busy the machine is.
_VP8 = {"deadline": "realtime", "cpu-used": "-8"}
RECIPES: dict[str, _Recipe] = {
    "mp4": _Recipe("mp4", "aac", "fltp", "libx264", _H264),
    "mov": _Recipe("mov", "aac", "fltp", "libx264", _H264),
    "matroska": _Recipe("matroska", "aac", "fltp", "libx264", _H264),
    "webm": _Recipe("webm", "libopus", "flt", "libvpx", _VP8),
    "m4a": _Recipe("ipod", "aac", "fltp"),
    "mp3": _Recipe("mp3", "libmp3lame", "fltp"),
    "wav": _Recipe("wav", "pcm_s16le", "s16"),
    "ogg": _Recipe("ogg", "libopus", "flt"),
    "flac": _Recipe("flac", "flac", "s16"),
}


def write_sample(
    target: str | Path | BinaryIO,
    *,
    container: str,
    seconds: float = 3,
    width: int = 320,
    height: int = 180,
    title: str = "",
    frame_rate: int = 25,
    rotation: int = 0,
    muxer_options: Mapping[str, str] | None = None,
) -> None:
    """Write a real recording that a browser plays, the same bytes for the same arguments.

    ``target`` is a path or a file object (``seek`` is used if it has one). ``container`` is a
    key of RECIPES, ``width`` and ``height`` are even pixels, ``rotation`` is the display
    rotation in degrees counter-clockwise as phones write it, ``muxer_options`` go to libav's
    muxer. Raises KeyError for another container.
    """
    recipe = RECIPES[container]
    options = {"fflags": "+bitexact", **(muxer_options or {})}
    place = str(target) if isinstance(target, Path) else target
    with av.open(place, "w", format=recipe.muxer, container_options=options) as output:
        if title:
            output.metadata["title"] = title
        video = None
        if recipe.video_codec is not None:
            encoder_options = dict(recipe.video_options or {})
            added = output.add_stream(recipe.video_codec, rate=frame_rate, options=encoder_options)
            video = cast(VideoStream, added)
            video.width, video.height, video.pix_fmt = width, height, "yuv420p"
            video.codec_context.thread_count = 1
            video.bit_rate = 0 if "crf" in encoder_options else VP8_BITS_PER_SECOND
            if rotation:
                video.set_display_rotation(rotation)
        audio = cast(AudioStream, output.add_stream(recipe.audio_codec, rate=SAMPLE_RATE))
        audio.bit_rate = AUDIO_BITS_PER_SECOND
        audio.codec_context.layout = "mono"
        audio.codec_context.format = recipe.audio_format
        _encode(output, video, audio, seconds=seconds)


def _encode(
    output: OutputContainer, video: VideoStream | None, audio: AudioStream, *, seconds: float
) -> None:
    """Feed both streams in the order of their times, so the file interleaves as it plays."""
    tone = _tone(seconds, audio)
    pictures = iter(()) if video is None else _pictures(seconds, video)
    picture, sound = next(pictures, None), next(tone, None)
    while picture is not None or sound is not None:
        if sound is None or (picture is not None and _time(picture) <= _time(sound)):
            if video is not None:
                output.mux(video.encode(picture))
            picture = next(pictures, None)
        else:
            output.mux(audio.encode(sound))
            sound = next(tone, None)
    for stream in (video, audio):
        if stream is not None:
            output.mux(stream.encode(None))


def _time(frame: VideoFrame | AudioFrame) -> Fraction:
    return (frame.pts or 0) * (frame.time_base or Fraction(0))


def _pictures(seconds: float, stream: VideoStream) -> Iterator[VideoFrame]:
    size = f"size={stream.width}x{stream.height}:rate={stream.codec_context.framerate}"
    for frame in _drawn("testsrc2", f"{size}:duration={seconds}", "format", "yuv420p"):
        if isinstance(frame, VideoFrame):
            yield frame


def _tone(seconds: float, stream: AudioStream) -> Iterator[AudioFrame]:
    samples = stream.codec_context.frame_size or 1024
    tone = f"frequency={TONE_HERTZ}:sample_rate={SAMPLE_RATE}:duration={seconds}"
    shape = f"sample_fmts={stream.codec_context.format.name}:channel_layouts=mono"
    for frame in _drawn("sine", f"{tone}:samples_per_frame={samples}", "aformat", shape):
        if isinstance(frame, AudioFrame):
            yield frame


def _drawn(source: str, arguments: str, shape: str, shape_arguments: str) -> Iterator[object]:
    """Yield the frames of one of libav's generators, in the shape an encoder takes."""
    graph = av.filter.Graph()
    sink = "abuffersink" if source == "sine" else "buffersink"
    graph.link_nodes(
        graph.add(source, arguments), graph.add(shape, shape_arguments), graph.add(sink)
    ).configure()
    while True:
        try:
            yield graph.pull()
        except (av.EOFError, EOFError):
            return
