"""How loud a recording is, moment by moment. Runs only inside the guarded child process."""

from __future__ import annotations

from array import array
from typing import Any

import av
import av.error
from av.audio.resampler import AudioResampler

from recordings.media.byte_sources import ByteCursor, ByteSource
from recordings.media.reading import NothingToPlay, has_decoder, open_guarded

MOST_PEAKS = 1800
# Speech has little above half of this, and a picture of it shows nothing finer.
_SAMPLE_RATE = 16_000
_FULL_SCALE = 32768
_FIRST_STEP = 160


def waveform(source: ByteSource, container: str) -> dict[str, Any]:
    """Return ``duration_seconds`` and ``peaks``: the largest amplitude (0 to 1) of equal moments.

    There are between half of MOST_PEAKS and MOST_PEAKS of them; fewer in less than ten seconds.
    Reads the whole sound. Raises NothingToPlay when nothing can be decoded, SourceUnreadable.
    """
    cursor = ByteCursor(source)
    peaks = _Peaks()
    try:
        with open_guarded(cursor, container) as opened:
            streams = [stream for stream in opened.streams.audio if has_decoder(stream)]
            if not streams:
                raise cursor.failure or NothingToPlay
            resampler = AudioResampler(format="s16", layout="mono", rate=_SAMPLE_RATE)
            for packet in opened.demux(streams[0]):
                try:
                    frames = packet.decode()
                except (av.error.FFmpegError, EOFError):
                    continue
                for frame in frames:
                    for piece in resampler.resample(frame):
                        peaks.add(array("h", bytes(piece.planes[0])[: piece.samples * 2]))
    except (av.error.FFmpegError, EOFError) as error:
        if not peaks.seconds:
            raise cursor.failure or NothingToPlay from error
    if cursor.failure is not None:
        raise cursor.failure
    if not peaks.seconds:
        raise NothingToPlay
    return {"duration_seconds": round(peaks.seconds, 3), "peaks": peaks.shown()}


class _Peaks:
    """Peaks of a sound whose length is not known beforehand: neighbours are merged when full."""

    def __init__(self) -> None:
        self._step = _FIRST_STEP
        self._peaks: list[int] = []
        self._rest = array("h")
        self._samples = 0

    @property
    def seconds(self) -> float:
        return self._samples / _SAMPLE_RATE

    def add(self, samples: array[int]) -> None:
        self._samples += len(samples)
        self._rest.extend(samples)
        whole = len(self._rest) - len(self._rest) % self._step
        for start in range(0, whole, self._step):
            piece = self._rest[start : start + self._step]
            self._peaks.append(max(max(piece), -min(piece)))
        self._rest = self._rest[whole:]
        while len(self._peaks) > MOST_PEAKS:
            self._halve()

    def _halve(self) -> None:
        odd = self._peaks[-1:] if len(self._peaks) % 2 else []
        pairs = zip(self._peaks[::2], self._peaks[1::2], strict=False)
        self._peaks = [max(pair) for pair in pairs] + odd
        self._step *= 2

    def shown(self) -> list[float]:
        last = [max(max(self._rest), -min(self._rest))] if self._rest else []
        return [round(peak / _FULL_SCALE, 3) for peak in (self._peaks + last)[:MOST_PEAKS]]
