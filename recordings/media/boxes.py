"""The box structure of MP4, MOV, M4A and 3GP (ISO/IEC 14496-12, QuickTime File Format)."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass

from recordings.media.byte_sources import ByteSource

# A movie of some hours has fewer top-level boxes than this, unless it is fragmented.
MOST_BOXES = 256

_TYPE = re.compile(rb"[A-Za-z0-9\xa9][A-Za-z0-9 _\-]{3}")
_FREE_HEADER = struct.Struct(">I4sQ")


@dataclass(frozen=True, slots=True)
class Box:
    """One box: where it starts, its type, and where it says it ends (may lie past the file)."""

    offset: int
    type: bytes
    header_bytes: int
    end: int
    runs_to_end_of_file: bool

    @property
    def body(self) -> int:
        """Offset of the first byte after the header."""
        return self.offset + self.header_bytes


def read_box(source: ByteSource, offset: int, *, file_size: int) -> Box | None:
    """Return the box at ``offset``, or None if what stands there is not a plausible box.

    ``file_size`` is what a box of size 0 runs to; it may be more than ``source`` holds.
    """
    header = source.read_at(offset, 16)
    if len(header) < 8 or not _TYPE.fullmatch(header[4:8]):
        return None
    size = int.from_bytes(header[:4], "big")
    header_bytes = 8
    if size == 1:
        if len(header) < 16:
            return None
        size, header_bytes = int.from_bytes(header[8:16], "big"), 16
    to_end = size == 0 and header_bytes == 8
    if to_end:
        size = max(8, file_size - offset)
    if size < header_bytes or size >= 2**62:
        return None
    return Box(offset, header[4:8], header_bytes, offset + size, to_end)


def walk(
    source: ByteSource, *, start: int = 0, file_size: int | None = None, most: int = MOST_BOXES
) -> Iterator[Box]:
    """Yield the top-level boxes from ``start`` to the end of ``source``, at most ``most``.

    Stops where no plausible box stands; a last box that ends past ``source`` is still yielded.
    """
    offset = start
    for _ in range(most):
        if offset >= source.size:
            return
        box = read_box(source, offset, file_size=file_size or source.size)
        if box is None:
            return
        yield box
        offset = box.end


def free_box(length: int) -> bytes:
    """Return the header of a ``free`` box of ``length`` bytes (16 or more) in all."""
    return _FREE_HEADER.pack(1, b"free", length)


def find_fragment(data: bytes) -> int | None:
    """Return where in ``data`` the first movie fragment (``moof``) starts, or None."""
    position = data.find(b"moof")
    while position != -1:
        size = int.from_bytes(data[max(0, position - 4) : position], "big")
        if position >= 4 and 24 <= size < 2**26 and data[position + 8 : position + 12] == b"mfhd":
            return position - 4
        position = data.find(b"moof", position + 1)
    return None
