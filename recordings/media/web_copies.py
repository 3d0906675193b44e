"""A copy that browsers play: MP4 with H.264 and AAC. Runs only inside the guarded child process.

Streams that play from an MP4 as they are move over untouched; the others are encoded anew.
"""

from __future__ import annotations

import errno
from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import av.container
import av.error
import av.logging
from av.audio.stream import AudioStream
from av.container import InputContainer, OutputContainer
from av.video.stream import VideoStream

from recordings.media.browsers import plays_in_mp4
from recordings.media.byte_sources import ByteCursor, ByteSource
from recordings.media.reading import NothingToPlay, has_decoder, moving_pictures, open_guarded
from recordings.media.tracks import CopiedTrack, EncodedPicture, EncodedSound, Track

# Containers whose packets bear the times that an MP4 needs; AVI, MPEG-PS and ASF often do not.
_TIMED = frozenset({"matroska", "webm", "flv", "mpeg-ts", "mp4", "m4a", "mov", "3gp"})
# What browsers decode of H.264: not the ten bits and full colour of cameras.
_PLAYED_FORMATS = frozenset({"yuv420p", "yuvj420p"})
_FULL_DISK = (errno.ENOSPC, errno.EFBIG, errno.EDQUOT)


# Both kinds come within a few packets of each other.
_PACKETS_TO_FIRST_FRAMES = 2000


class NoRoom(Exception):
    """The copy is larger than the place it was given."""


def write_web_copy(
    source: ByteSource, container: str, target: Path, on_progress: Callable[[float], None]
) -> dict[str, Any]:
    """Write the copy to ``target`` and return what it is: codecs (empty where there is no such
    stream), whether they were encoded anew, and ``duration_seconds``.

    ``on_progress`` gets per cent, which begin anew where streams did not move over as they are.
    The index stands in front. Constant memory. Raises NothingToPlay when nothing can be decoded,
    NoRoom, SourceUnreadable.
    """
    for may_copy in (True, False):
        cursor = ByteCursor(source)
        work = _Work(cursor, source.size, container, may_copy=may_copy)
        try:
            return work.write(target, on_progress)
        except (av.error.FFmpegError, EOFError, ValueError) as error:
            if getattr(error, "errno", None) in _FULL_DISK:
                raise NoRoom from error
            if cursor.failure is not None:
                raise cursor.failure from error
            # Packets whose times an MP4 does not take: their pictures have times that it does.
            if not (may_copy and work.copies):
                raise NothingToPlay from error
    raise NothingToPlay


class _Work:
    """One try at a copy."""

    def __init__(self, cursor: ByteCursor, size: int, container: str, *, may_copy: bool) -> None:
        self._cursor = cursor
        self._size = size
        self._container = container
        self._may_copy = may_copy
        self._progress = 0.0
        self.copies = False

    def write(self, target: Path, on_progress: Callable[[float], None]) -> dict[str, Any]:
        with open_guarded(self._cursor, self._container) as opened:
            looked = _first_frames(opened)
        self._cursor.seek(0)
        with (
            open_guarded(self._cursor, self._container) as opened,
            av.open(
                str(target), "w", format="mp4", container_options={"movflags": "+faststart"}
            ) as output,
        ):
            tracks = self._tracks(opened, output, looked)
            for packet in opened.demux([opened.streams[index] for index in tracks]):
                # An empty packet with a time would end its decoder too early.
                if packet.size or packet.dts is None:
                    tracks[packet.stream.index].take(packet)
                    self._tell(on_progress)
            for track in tracks.values():
                track.end()
        if self._cursor.failure is not None:
            raise self._cursor.failure
        if not all(track.seconds for track in tracks.values() if isinstance(track, EncodedPicture)):
            raise NothingToPlay
        return self._described(list(tracks.values()))

    def _tracks(
        self, opened: InputContainer, output: OutputContainer, looked: dict[int, Any]
    ) -> dict[int, Track]:
        start = (opened.start_time or 0) / av.time_base
        tracks: dict[int, Track] = {}
        for stream in _wanted(opened):
            if self._may_copy and self._is_copyable(stream):
                self.copies = True
                tracks[stream.index] = CopiedTrack(output, stream, start)
            elif stream.index not in looked:
                continue  # Nothing of it can be decoded.
            elif isinstance(stream, VideoStream):
                tracks[stream.index] = EncodedPicture(output, stream, start, looked[stream.index])
            else:
                tracks[stream.index] = EncodedSound(output, stream, start)
        if not tracks:
            raise NothingToPlay
        return tracks

    def _is_copyable(self, stream: VideoStream | AudioStream) -> bool:
        if self._container not in _TIMED:
            return False
        if not plays_in_mp4(stream.codec_context.codec.canonical_name):
            return False
        if isinstance(stream, VideoStream):
            return stream.codec_context.pix_fmt in _PLAYED_FORMATS
        return True

    def _tell(self, on_progress: Callable[[float], None]) -> None:
        percent = 100 * self._cursor.tell() / self._size
        if percent >= self._progress + 1:
            self._progress = percent
            on_progress(percent)

    @staticmethod
    def _described(tracks: list[Track]) -> dict[str, Any]:
        codecs = {track.kind: track.codec for track in tracks}
        return {
            "video_codec": codecs.get("video", ""),
            "audio_codec": codecs.get("audio", ""),
            "encoded": sorted(track.kind for track in tracks if not isinstance(track, CopiedTrack)),
            "duration_seconds": round(max(track.seconds for track in tracks), 3),
        }


def _wanted(opened: InputContainer) -> list[VideoStream | AudioStream]:
    """The first picture and the first sound that libav knows how to read."""
    pictures = [stream for stream in moving_pictures(opened) if has_decoder(stream)]
    sounds = [stream for stream in opened.streams.audio if has_decoder(stream)]
    return [*pictures[:1], *sounds[:1]]


def _first_frames(opened: InputContainer) -> dict[int, Any]:
    """Return the first frame of each wanted stream: what it is like, the header tells only half."""
    missing = {stream.index: stream for stream in _wanted(opened)}
    found: dict[int, Any] = {}
    for count, packet in enumerate(opened.demux(list(missing.values()))):
        if packet.stream.index in missing:
            try:
                frames = packet.decode()
            except (av.error.FFmpegError, EOFError):
                frames = []
            if frames:
                found[packet.stream.index] = frames[0]
                del missing[packet.stream.index]
        if not missing or count >= _PACKETS_TO_FIRST_FRAMES:
            break
    return found
