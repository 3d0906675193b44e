"""Frame headers of MPEG audio (ISO/IEC 11172-3, 13818-3) and of ADTS AAC (ISO/IEC 13818-7)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from recordings.media.byte_sources import ByteSource

# Up to here every frame is counted; a larger file is sampled.
COUNTED_BYTES = 4 * 1024 * 1024
SAMPLES = 16
SAMPLE_BYTES = 32 * 1024

_BITRATES = {  # kbit/s by (MPEG-1?, layer), index 1 to 14
    (True, 2): (32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    (True, 3): (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (False, 2): (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
    (False, 3): (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
_MP3_RATES = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}
_ADTS_RATES = (
    96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame header. ``kind`` holds what all frames of one stream share."""

    length: int
    samples: int
    sample_rate: int
    kind: tuple[int, ...]


FrameReader = Callable[[bytes, int], Frame | None]


def mp3_frame(data: bytes, at: int) -> Frame | None:
    """Return the Layer II or III frame whose header stands at ``at``, or None."""
    if at + 4 > len(data) or data[at] != 0xFF or data[at + 1] & 0xE0 != 0xE0:
        return None
    version = data[at + 1] >> 3 & 3
    layer = 4 - (data[at + 1] >> 1 & 3)
    bitrate_index, rate_index = data[at + 2] >> 4, data[at + 2] >> 2 & 3
    if version == 1 or layer not in (2, 3) or not 0 < bitrate_index < 15 or rate_index == 3:
        return None
    bitrate = _BITRATES[version == 3, layer][bitrate_index - 1] * 1000
    rate = _MP3_RATES[version][rate_index]
    samples = 1152 if layer == 2 or version == 3 else 576
    length = samples // 8 * bitrate // rate + (data[at + 2] >> 1 & 1)
    return Frame(length, samples, rate, (version, layer, rate))


def adts_frame(data: bytes, at: int) -> Frame | None:
    """Return the ADTS frame whose header stands at ``at``, or None."""
    if at + 7 > len(data) or data[at] != 0xFF or data[at + 1] & 0xF6 != 0xF0:
        return None
    rate_index = data[at + 2] >> 2 & 15
    length = (data[at + 3] & 3) << 11 | data[at + 4] << 3 | data[at + 5] >> 5
    if rate_index >= len(_ADTS_RATES) or length < 7:
        return None
    blocks = (data[at + 6] & 3) + 1
    kind = (data[at + 1] & 8, data[at + 2] & 0xFD, data[at + 3] & 0xC0)
    return Frame(length, 1024 * blocks, _ADTS_RATES[rate_index], kind)


def is_stream(data: bytes, at: int, read: FrameReader, *, ends_here: bool = False) -> bool:
    """Tell whether consistent frames follow each other from ``at``: three, or all there are.

    ``ends_here``: ``data`` is the whole file, so two frames are enough when it ends after them.
    """
    first = read(data, at)
    if first is None:
        return False
    count = 0
    while count < 3:
        frame = read(data, at)
        if frame is None or frame.kind != first.kind:
            return ends_here and count >= 2 and at >= len(data)
        count += 1
        at += frame.length
    return True


def id3v2_end(data: bytes) -> int | None:
    """Return where the ID3v2 tag at the start of ``data`` ends, or None if there is none."""
    if len(data) < 10 or data[:3] != b"ID3" or data[3] not in (2, 3, 4) or data[5] & 0x0F:
        return None
    if any(byte & 0x80 for byte in data[6:10]):
        return None
    size = data[6] << 21 | data[7] << 14 | data[8] << 7 | data[9]
    return 10 + size + (10 if data[5] & 0x10 else 0)


def xing_bytes(data: bytes, at: int) -> int | None:
    """Return how many bytes of audio the Xing or Info header in the frame at ``at`` promises."""
    position = min(
        (found for tag in (b"Xing", b"Info") if (found := data.find(tag, at, at + 200)) != -1),
        default=-1,
    )
    flags = int.from_bytes(data[position + 4 : position + 8], "big")
    if position == -1 or not flags & 2:
        return None
    field = position + 8 + (4 if flags & 1 else 0)
    return int.from_bytes(data[field : field + 4], "big") or None


def measure(source: ByteSource, *, start: int, read: FrameReader) -> tuple[float, bool] | None:
    """Return (duration in seconds, whether it is an estimate) of a bare frame stream.

    Small files are counted whole; of larger ones SAMPLES pieces are read, and the duration is
    exact when all their frames have the same bit rate. None when no frames are found.
    """
    total = source.size - start
    if total <= COUNTED_BYTES:
        counted = _seconds_and_bytes(source.read_at(start, total), read)
        return (float(counted[0]), False) if counted[1] else None
    seconds, used, rates = Fraction(0), 0, set()
    step = (total - SAMPLE_BYTES) // (SAMPLES - 1)
    for index in range(SAMPLES):
        piece = _seconds_and_bytes(source.read_at(start + index * step, SAMPLE_BYTES), read)
        seconds, used = seconds + piece[0], used + piece[1]
        if piece[1]:
            rates.add(round(piece[1] / piece[0] / 500))
    if not used:
        return None
    return float(seconds * total / used), len(rates) > 1


def _seconds_and_bytes(data: bytes, read: FrameReader) -> tuple[Fraction, int]:
    at, used, seconds = 0, 0, Fraction(0)
    in_step = False
    while at < len(data):
        frame = read(data, at) if in_step or is_stream(data, at, read) else None
        if frame is None:
            in_step = False
            at = data.find(b"\xff", at + 1)
            if at == -1:
                break
            continue
        in_step = True
        at += frame.length
        if at <= len(data):
            used += frame.length
            seconds += Fraction(frame.samples, frame.sample_rate)
    return seconds, used
