"""What Film Room makes of a link, step by step, without storing anything."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple
from urllib.parse import parse_qsl, urlsplit

import requests

from filmroom.errors import FilmRoomError
from recordings.browsing import Browser
from recordings.fetching import FetchSession, check_url
from recordings.following import name_of, open_recording, read_manifest
from recordings.media.sniffing import sniff
from recordings.sources import Media, Source, is_manifest, platform_of, recognise
from recordings.sources.links import site_name
from recordings.transferring import EmptyRecording, NotRecording

SECONDS = 120


class Step(NamedTuple):
    """One thing that was found out: ``about`` names it, ``found`` says it in one line.

    A step about ``refused`` is the last one: the code and the sentence that a coach would read.
    """

    about: str
    found: str


class _Traced(FetchSession):
    """Notes each request that really goes out: never a parameter's value, which may be a key."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.steps: list[Step] = []

    def send_once(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None = None
    ) -> requests.Response:
        try:
            response = super().send_once(method, url, headers, body)
        except Exception as error:
            self.steps.append(Step("request", f"{method} {_shown(url)}: {type(error).__name__}"))
            raise
        kind = response.headers.get("Content-Type", "").partition(";")[0] or "no type"
        self.steps.append(
            Step("request", f"{method} {_shown(url)}: {response.status_code}, {kind}")
        )
        return response


def check_link(url: str, passcode: str = "") -> Iterator[Step]:
    """Yield what is found out about ``url`` as an import would; nothing is stored or kept.

    The recording's first bytes are read, the rest is not. Whatever goes wrong is a step.
    """
    try:
        check_url(url)
        yield Step("address", f"{_shown(url)} may be asked")
        source = recognise(url)
        yield Step("platform", f"{platform_of(url)} ({site_name(platform_of(url))})")
        yield Step("link", str(source.kind(url)))
        source.check(url)
    except FilmRoomError as error:
        yield _refusal(error)
        return
    with _Traced(SECONDS) as session:
        refused: Step | None = None
        found: list[Step] = []
        try:
            found = list(_look(source, url, passcode, session))
        except FilmRoomError as error:
            refused = _refusal(error)
        yield from session.steps
        yield from [refused] if refused else found


def _look(source: Source, url: str, passcode: str, session: FetchSession) -> Iterator[Step]:
    web = Browser(session)
    media = source.locate(url, passcode, web)
    file = media.file
    if file is not None:
        with open_recording(source, file, session=session) as fetched:
            head = fetched.peek()
            described = name_of(fetched, file) or "without a name"
            size = fetched.size
        if is_manifest(head):
            yield Step("manifest", "lists segments")
            media = read_manifest(fetched.url, file, media, web)
        else:
            sniffed = sniff(head, total_size=size)
            if sniffed is None:
                problem = NotRecording if head else EmptyRecording
                raise problem(site_name(source.platform))
            length = "unknown size" if size is None else f"{size} bytes"
            yield Step("recording", f"{described}: {sniffed.mime_type}, {length}")
    yield from _streams(media)
    for link in media.sidecars:
        language = f" ({link.language})" if link.language else ""
        yield Step("beside it", f"{link.kind}{language}: {link.filename}")


def _streams(media: Media) -> Iterator[Step]:
    for stream in media.streams:
        count = f", {len(stream.segments)} segments" if stream.segments else ""
        yield Step("stream", f"{stream.kind} at {_shown(stream.url)}{count}")
    if media.streams:
        yield Step("recording", f"{media.filename}: the streams above, as one MP4")


def _refusal(error: FilmRoomError) -> Step:
    return Step("refused", f"{error.code}: {error.detail}")


def _shown(url: str) -> str:
    """Host, path and the names of parameters."""
    try:
        parts = urlsplit(url)
        names = [name for name, _ in parse_qsl(parts.query, keep_blank_values=True)]
    except ValueError:
        return "an address that cannot be read"
    query = "?" + "&".join(f"{name}=…" for name in names) if names else ""
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}{query}"
