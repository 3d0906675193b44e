"""The element structure of Matroska and WebM (RFC 8794, RFC 9559)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from recordings.media.byte_sources import ByteSource

EBML_HEADER = 0x1A45DFA3
DOC_TYPE = 0x4282
SEGMENT = 0x18538067
INFO = 0x1549A966
DURATION = 0x4489
CLUSTER = 0x1F43B675
TIMESTAMP = 0xE7
VOID = 0xEC
CRC32 = 0xBF
POSITION = 0xA7
PREV_SIZE = 0xAB

MOST_ELEMENTS = 256
_CLUSTER_ID = CLUSTER.to_bytes(4, "big")
_CLUSTER_OPENERS = (TIMESTAMP, VOID, CRC32, POSITION, PREV_SIZE)


@dataclass(frozen=True, slots=True)
class Element:
    """One element: its id, where its body starts and ends; ``end`` None is an unknown size."""

    id: int
    offset: int
    body: int
    end: int | None


def read_element(source: ByteSource, offset: int) -> Element | None:
    """Return the element at ``offset``, or None if what stands there cannot be one."""
    head = source.read_at(offset, 12)
    if not head or not head[0] >= 0x10:
        return None
    id_bytes = 9 - head[0].bit_length()
    if len(head) <= id_bytes or head[id_bytes] == 0:
        return None
    size_bytes = 9 - head[id_bytes].bit_length()
    field = head[id_bytes : id_bytes + size_bytes]
    if len(field) < size_bytes:
        return None
    mask = (1 << 7 * size_bytes) - 1
    size = int.from_bytes(field, "big") & mask
    body = offset + id_bytes + size_bytes
    element_id = int.from_bytes(head[:id_bytes], "big")
    return Element(element_id, offset, body, None if size == mask else body + size)


def walk(
    source: ByteSource, *, start: int, end: int, most: int = MOST_ELEMENTS
) -> Iterator[Element]:
    """Yield the elements of one level from ``start``, at most ``most``.

    Ends at ``end``, after an element of unknown size, or where no element stands.
    """
    offset = start
    for _ in range(most):
        if offset >= end:
            return
        element = read_element(source, offset)
        if element is None:
            return
        yield element
        if element.end is None:
            return
        offset = element.end


def doc_type(source: ByteSource) -> tuple[str, int] | None:
    """Return the DocType and the offset after the EBML header, or None if it is no EBML file."""
    header = read_element(source, 0)
    if header is None or header.id != EBML_HEADER or header.end is None or header.end > 4096:
        return None
    for element in walk(source, start=header.body, end=header.end):
        if element.id == DOC_TYPE and element.end is not None and element.end <= header.end:
            name = source.read_at(element.body, element.end - element.body)
            return name.rstrip(b"\0").decode("ascii", "replace"), header.end
    return None


def find_segment(source: ByteSource, *, start: int) -> Element | None:
    """Return the Segment that follows the EBML header, or None."""
    for element in walk(source, start=start, end=start + 4096):
        if element.id == SEGMENT:
            return element
        if element.id not in (VOID, CRC32):
            return None
    return None


def void_element(length: int) -> bytes:
    """Return the header of a Void element of ``length`` bytes (9 or more) in all."""
    return bytes([VOID]) + ((1 << 56) | (length - 9)).to_bytes(8, "big")


def find_cluster(data: bytes) -> int | None:
    """Return where in ``data`` the first Cluster starts, or None."""
    position = data.find(_CLUSTER_ID)
    while position != -1:
        size_at = position + 4
        if size_at < len(data) and data[size_at]:
            child = size_at + 9 - data[size_at].bit_length()
            if child < len(data) and data[child] in _CLUSTER_OPENERS:
                return position
        position = data.find(_CLUSTER_ID, position + 1)
    return None
