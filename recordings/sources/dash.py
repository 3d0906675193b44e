"""DASH manifests (ISO 23009-1): the representations they offer, and the segments of one of them.

Segments are counted out only for what was chosen, and never more than HLS may list.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urljoin
from xml.etree.ElementTree import Element

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

from recordings.sources.errors import BrokenStream, DownloadDisabled, StillProcessing
from recordings.sources.hls import MOST_SEGMENTS

# Each element takes some hundred bytes of memory.
_MOST_ELEMENTS = 200_000
_LONGEST_ADDRESS = 2048
_VARIABLE = re.compile(r"\$(RepresentationID|Number|Bandwidth|Time)?(?:%0(\d{1,2})d)?\$")
_DURATION = re.compile(
    r"P(?:(?P<days>\d{1,4})D)?(?:T(?:(?P<hours>\d{1,6})H)?(?:(?P<minutes>\d{1,8})M)?"
    r"(?:(?P<seconds>\d{1,9}(?:\.\d{1,9})?)S)?)?"
)


@dataclass(frozen=True)
class Representation:
    """One way in which a track is offered. ``kind`` is video, audio or text, by its MIME type."""

    kind: str
    id: str
    codecs: tuple[str, ...]
    height: int
    bandwidth: int
    language: str
    base: str
    seconds: float | None
    levels: tuple[Element, ...] = field(repr=False)
    site: str = ""

    def addresses(self) -> tuple[str, ...]:
        """The addresses of all segments in order, an init segment first. Raises BrokenStream."""
        try:
            found = tuple(self._addresses())
        except (ValueError, ArithmeticError) as error:
            raise BrokenStream(self.site) from error
        if not found:
            raise BrokenStream(self.site)
        return found

    def _addresses(self) -> Iterator[str]:
        template = self._attributes("SegmentTemplate")
        if "media" in template:
            if "initialization" in template:
                yield self._filled(template["initialization"], 0, 0)
            for number, time in self._numbers(template):
                yield self._filled(template["media"], number, time)
            return
        listed = [each for level in self.levels for each in _children(level, "SegmentList")][-1:]
        media = [each.get("media") for one in listed for each in _children(one, "SegmentURL")]
        if not any(media):
            yield self.base  # One file, read from its beginning to its end.
            return
        for init in (each for one in listed for each in _children(one, "Initialization")):
            yield urljoin(self.base, init.get("sourceURL", ""))
        yield from (urljoin(self.base, each) for each in media[: MOST_SEGMENTS + 1] if each)

    def _attributes(self, name: str) -> dict[str, str]:
        """What all levels say of it together; a lower one has the last word."""
        said: dict[str, str] = {}
        for level in self.levels:
            for each in _children(level, name):
                said |= each.attrib
        return said

    def _numbers(self, template: dict[str, str]) -> Iterator[tuple[int, int]]:
        number = int(template.get("startNumber", "1"))
        scale = int(template.get("timescale", "1"))
        for count, (time, _) in enumerate(self._times(template, scale)):
            if count >= MOST_SEGMENTS:
                raise ValueError("too many segments")
            yield number + count, time

    def _times(self, template: dict[str, str], scale: int) -> Iterator[tuple[int, int]]:
        lines = [
            line
            for level in self.levels
            for each in _children(level, "SegmentTemplate")
            for line in _children(each, "SegmentTimeline")
        ]
        if not lines:
            length = int(template["duration"]) if "duration" in template else 0
            if self.seconds is None or length <= 0:
                raise ValueError("no number of segments")
            for index in range(math.ceil(self.seconds * scale / length)):
                yield index * length, length
            return
        yield from _timeline(_children(lines[-1], "S"), self.seconds, scale)

    def _filled(self, pattern: str, number: int, time: int) -> str:
        values = {"Number": number, "Time": time, "Bandwidth": self.bandwidth}

        def fill(match: re.Match[str]) -> str:
            name, width = match.groups()
            if name is None:
                return "$"
            if name == "RepresentationID":
                return self.id
            return str(values[name]).zfill(int(width or 1))

        address = urljoin(self.base, _VARIABLE.sub(fill, pattern))
        if len(address) > _LONGEST_ADDRESS:
            raise ValueError("too long an address")
        return address


def read(data: bytes, url: str, site: str) -> list[Representation]:
    """All that the manifest ``data``, found at ``url``, offers.

    Raises BrokenStream when it is damaged or has several periods that are not one film,
    StillProcessing for a live one, DownloadDisabled for a protected one, in the name of ``site``.
    """
    if data.count(b"<") > _MOST_ELEMENTS:
        raise BrokenStream(site)
    try:
        root = fromstring(data, forbid_dtd=True)
        if _name(root) != "MPD":
            raise BrokenStream(site)
        if root.get("type") == "dynamic":
            raise StillProcessing(site)
        if any(_name(each) == "ContentProtection" for each in root.iter()):
            raise DownloadDisabled(site)
        periods = _children(root, "Period")
        if len(periods) != 1:
            raise BrokenStream(site)
        return list(_representations(root, periods[0], url, site))
    except (ParseError, DefusedXmlException, ValueError, ArithmeticError) as error:
        raise BrokenStream(site) from error


def _representations(
    root: Element, period: Element, url: str, site: str
) -> Iterator[Representation]:
    seconds = _seconds(period.get("duration") or root.get("mediaPresentationDuration") or "")
    for adaptation in _children(period, "AdaptationSet"):
        for each in _children(adaptation, "Representation"):
            said = adaptation.attrib | each.attrib
            levels = (period, adaptation, each)
            base = url
            for level in (root, *levels):
                for address in _children(level, "BaseURL")[:1]:
                    base = urljoin(base, (address.text or "").strip())
            if len(base) > _LONGEST_ADDRESS:
                raise ValueError("too long an address")
            kind = said.get("mimeType") or said.get("contentType") or ""
            yield Representation(
                kind=kind.partition("/")[0],
                id=each.get("id", ""),
                codecs=tuple(filter(None, said.get("codecs", "").lower().split(","))),
                height=int(said.get("height") or 0),
                bandwidth=int(said.get("bandwidth") or 0),
                language=said.get("lang", ""),
                base=base,
                seconds=seconds,
                levels=levels,
                site=site,
            )


def _timeline(
    entries: list[Element], seconds: float | None, scale: int
) -> Iterator[tuple[int, int]]:
    time = 0
    for entry, following in zip(entries, [*entries[1:], None], strict=True):
        time = int(entry.get("t", time))
        length, repeats = int(entry.get("d", "0")), int(entry.get("r", "0"))
        if length <= 0:
            raise ValueError("no length of a segment")
        if repeats < 0:  # until the next one begins, or the period ends
            until = int(following.get("t", "0")) if following is not None else None
            if until is None:
                if seconds is None:
                    raise ValueError("no number of segments")
                until = math.ceil(seconds * scale)
            repeats = math.ceil((until - time) / length) - 1
        for _ in range(repeats + 1):
            yield time, length
            time += length


def _seconds(duration: str) -> float | None:
    match = _DURATION.fullmatch(duration)
    if match is None or not any(match.groups()):
        return None
    days, hours, minutes, seconds = (float(part or 0) for part in match.groups())
    return ((days * 24 + hours) * 60 + minutes) * 60 + seconds


def _children(element: Element, name: str) -> list[Element]:
    return [child for child in element if _name(child) == name]


def _name(element: Element) -> str:
    return element.tag.rpartition("}")[2]
