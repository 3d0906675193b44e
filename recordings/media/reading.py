"""Reads the facts of a recording with libav. Runs only inside the guarded child process.

libav sees a Python object, never a path or an address: the demuxer is the one that the first
bytes call for, and no protocol may be opened, so neither playlists nor references inside a
file can make it fetch anything.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NoReturn

import av
import av.container
import av.error
import av.logging
from av.audio.stream import AudioStream
from av.stream import Disposition
from av.video.stream import VideoStream

from recordings.media import mpeg_audio, structure
from recordings.media.byte_sources import ByteCursor, ByteSource
from recordings.media.containers import CONTAINERS
from recordings.media.facts import MediaFacts
from recordings.media.sniffing import HEAD_BYTES, sniff

_PICTURES = Disposition.attached_pic | Disposition.timed_thumbnails | Disposition.still_image
_PACKETS_TO_FIRST_PICTURE = 64
# libav says only in its log that a duration is reckoned from bit rates.
_ESTIMATED = "Estimating duration from bitrate"
av.logging.set_level(av.logging.WARNING)


class NothingToPlay(Exception):
    """No audio or video container, or one without an audio or video stream."""


def read_facts(source: ByteSource) -> MediaFacts:
    """Return the facts of the recording in ``source``.

    Raises NothingToPlay if it is none, SourceUnreadable if its bytes cannot be had and
    MemoryError if it needs more than the process may have.
    """
    sniffed = sniff(source.read_at(0, HEAD_BYTES), total_size=source.size)
    if sniffed is None:
        raise NothingToPlay
    found = structure.inspect(source, sniffed.container)
    unread = MediaFacts(
        container=sniffed.container, mime_type=sniffed.mime_type, truncated=found.truncated
    )
    if found.index_missing:
        return unread
    cursor = ByteCursor(source)
    try:
        with av.logging.Capture() as messages, open_guarded(cursor, sniffed.container) as opened:
            facts = _stream_facts(opened, unread, fragmented=found.tail is not None)
            estimated = any(_ESTIMATED in message for _, _, message in messages)
            facts = _with_duration(facts, opened, source, found, estimated=estimated)
    except av.error.MemoryError as error:
        raise MemoryError from error
    except (av.error.FFmpegError, EOFError, PermissionError) as error:
        _raise_failure(cursor)
        if found.truncated:
            return unread
        raise NothingToPlay from error
    _raise_failure(cursor)
    return facts


def _raise_failure(cursor: ByteCursor) -> None:
    if cursor.failure is not None:
        raise cursor.failure


def _refuse_open(*_args: Any) -> NoReturn:
    raise PermissionError("a recording may not open anything else")


def open_guarded(cursor: ByteCursor, container: str) -> av.container.InputContainer:
    """Open a recording by the one demuxer of its container, able to open nothing else."""
    demuxer = CONTAINERS[container].demuxer
    whitelist = "mov,mp4,m4a,3gp,3g2,mj2" if demuxer == "mov" else demuxer
    whitelist = "matroska,webm" if demuxer == "matroska" else whitelist
    # "none" names no protocol, so the list allows none at all.
    options = {"format_whitelist": whitelist, "protocol_whitelist": "none"}
    return av.open(
        cursor,
        mode="r",
        format=demuxer,
        options=options,
        metadata_errors="replace",
        io_open=_refuse_open,
    )


def _stream_facts(
    opened: av.container.InputContainer, facts: MediaFacts, *, fragmented: bool
) -> MediaFacts:
    videos = moving_pictures(opened)
    audios = list(opened.streams.audio)
    if not videos and not audios:
        raise NothingToPlay
    kind = CONTAINERS[facts.container]
    facts = replace(facts, mime_type=kind.mime_type(is_video=bool(videos)))
    if audios:
        facts = replace(
            facts,
            audio_codec=_codec_name(audios[0]),
            audio_channels=(has_decoder(audios[0]) and audios[0].channels) or None,
            sample_rate=(has_decoder(audios[0]) and audios[0].sample_rate) or None,
        )
    return _picture_facts(opened, videos[0], facts, fragmented=fragmented) if videos else facts


def moving_pictures(opened: av.container.InputContainer) -> list[VideoStream]:
    """Return the streams that are film: no cover, no still."""
    return [stream for stream in opened.streams.video if not stream.disposition & _PICTURES]


def _codec_name(stream: AudioStream | VideoStream) -> str | None:
    return stream.codec_context.codec.canonical_name if has_decoder(stream) else None


def has_decoder(stream: AudioStream | VideoStream) -> bool:
    """Tell whether libav knows the codec; PyAV's context is None where it does not."""
    return getattr(stream, "codec_context", None) is not None


def _picture_facts(
    opened: av.container.InputContainer, video: VideoStream, facts: MediaFacts, *, fragmented: bool
) -> MediaFacts:
    if not has_decoder(video):
        return facts
    # The average over the first fragments alone would count a last frame without its length.
    rates = (video.guessed_rate, video.average_rate)
    rate = next(filter(None, rates if fragmented else reversed(rates)), None)
    width, height = video.width or None, video.height or None
    aspect = video.sample_aspect_ratio
    if width and aspect:
        width = round(width * aspect)
    if facts.container in ("mp4", "mov", "3gp", "matroska") and _is_turned(opened, video):
        width, height = height, width
    return replace(
        facts,
        video_codec=_codec_name(video),
        width=width,
        height=height,
        frame_rate=round(float(rate), 3) if rate else None,
    )


def _is_turned(opened: av.container.InputContainer, video: VideoStream) -> bool:
    """Tell whether a phone's display matrix turns the picture onto its side."""
    video.codec_context.thread_count = 1
    try:
        for count, packet in enumerate(opened.demux(video)):
            for frame in packet.decode():
                return frame.rotation % 180 == 90
            if count >= _PACKETS_TO_FIRST_PICTURE:
                break
    except (av.error.FFmpegError, EOFError):
        # An undecodable picture is still shown the way it lies.
        return False
    return False


def _with_duration(
    facts: MediaFacts,
    opened: av.container.InputContainer,
    source: ByteSource,
    found: structure.Structure,
    *,
    estimated: bool,
) -> MediaFacts:
    seconds = opened.duration / av.time_base if opened.duration else None
    if found.tail is not None:
        end = _last_timestamp(source, facts.container, found.tail)
        if end is not None:
            seconds, estimated = end - (opened.start_time or 0) / av.time_base, False
    elif facts.audio_codec and facts.audio_codec.startswith("pcm_") and found.pcm_seconds:
        seconds, estimated = found.pcm_seconds, False
    elif estimated and facts.container in ("mp3", "aac"):
        read = mpeg_audio.mp3_frame if facts.container == "mp3" else mpeg_audio.adts_frame
        measured = mpeg_audio.measure(source, start=found.frames_at, read=read)
        if measured is not None:
            seconds, estimated = measured
    if seconds is None or seconds <= 0:
        return facts
    return replace(facts, duration_seconds=round(seconds, 3), duration_is_estimate=estimated)


def _last_timestamp(source: ByteSource, container: str, tail: structure.Tail) -> float | None:
    """Return when the last packet ends, in seconds, reading the header and the end only."""
    cursor = ByteCursor(source, patch_at=tail.patch_at, patch=tail.patch)
    ends: dict[int, float] = {}
    starts: dict[int, float] = {}
    try:
        with open_guarded(cursor, container) as opened:
            streams = [*opened.streams.video, *opened.streams.audio]
            for packet in opened.demux(streams):
                if packet.pts is None or packet.time_base is None:
                    continue
                start = float(packet.pts * packet.time_base)
                index = packet.stream_index
                step = max(0.0, start - starts.get(index, start))
                length = float((packet.duration or 0) * packet.time_base) or step
                starts[index] = max(start, starts.get(index, start))
                ends[index] = max(start + length, ends.get(index, 0.0))
    except (av.error.FFmpegError, EOFError):
        # A last packet cut in two: what came before it counts.
        _raise_failure(cursor)
    _raise_failure(cursor)
    return max(ends.values(), default=None)
