"""yt-dlp's knowledge of single platforms, at work over our guarded HTTP.

One extractor at a time is loaded, never the generic one. Each of its requests, and each redirect,
is asked by `Web.send`; nothing of it reads configuration, plugins, caches or cookie files, starts a
program or fetches media. Manifests that it would read are left to `manifests`.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from yt_dlp import globals as yt_dlp_globals
from yt_dlp.extractor.common import InfoExtractor
from yt_dlp.networking.common import (
    Request,
    RequestDirector,
    RequestHandler,
    Response,
)
from yt_dlp.networking.exceptions import HTTPError, UnsupportedRequest
from yt_dlp.utils import YoutubeDLError
from yt_dlp.YoutubeDL import YoutubeDL

from filmroom.errors import FilmRoomError
from recordings.sources.source import Web, WebAnswer

MOST_PAGE_BYTES = 10 * 1024 * 1024
HLS, DASH = "m3u8_native", "http_dash_segments"
# Whatever an extractor stumbles over on a page that has changed.
_STUMBLES = (
    YoutubeDLError, LookupError, TypeError, ValueError, AttributeError, ArithmeticError,
    AssertionError, RecursionError, StopIteration,
)  # fmt: skip

# Nothing that lies in somebody's home or on the path is loaded into it.
yt_dlp_globals.plugin_dirs.value = []
yt_dlp_globals.all_plugins_loaded.value = True

Look = Callable[[WebAnswer], None]


@dataclass(frozen=True)
class Extracted:
    """What an extractor says of a recording. ``formats`` and ``subtitles`` as yt-dlp has them."""

    title: str
    formats: tuple[Mapping[str, Any], ...]
    subtitles: Mapping[str, tuple[Mapping[str, Any], ...]]
    is_live: bool


class ExtractionFailed(Exception):
    """The extractor gave up. ``answer`` is the refusal that it gave up at, if it was one;
    ``said`` is its own words, which may hold addresses: to compare, never to be shown."""

    def __init__(self, said: str, answer: WebAnswer | None) -> None:
        self.said = said
        self.answer = answer
        super().__init__("extraction failed")


def extract(
    extractor: type[InfoExtractor],
    url: str,
    web: Web,
    *,
    passcode: str = "",
    look: Look,
    trusted: Callable[[str], bool],
) -> Extracted:
    """What ``extractor`` makes of ``url``.

    ``look`` sees every answer before the extractor does, and what it raises is raised. Only
    addresses that are ``trusted`` are sent more than a question: a body may hold the passcode.
    Raises ExtractionFailed; failures of the transport as ``web`` has them.
    """
    with _Downloader(web, look, trusted, passcode) as downloader:
        reader = type(extractor.__name__, (_LeavesManifests, extractor), {})(downloader)
        try:
            told = _told(reader.extract(url))
        except FilmRoomError:
            raise
        except _STUMBLES as error:
            raise ExtractionFailed(str(error), downloader.refused_by(error)) from error
    return told


def _told(info: Any) -> Extracted:
    if not isinstance(info, Mapping) or info.get("_type", "video") != "video":
        raise ValueError("no video")
    subtitles = info.get("subtitles") or {}
    return Extracted(
        title=str(info.get("title") or ""),
        formats=tuple(each for each in info.get("formats") or () if each.get("url")),
        subtitles={
            str(language): tuple(track for track in tracks if track.get("url"))
            for language, tracks in subtitles.items()
        },
        is_live=info.get("live_status") in ("is_live", "is_upcoming", "post_live"),
    )


class _LeavesManifests(InfoExtractor):
    """Names a manifest's address where an extractor would read it: ``protocol`` tells its kind."""

    def _extract_m3u8_formats_and_subtitles(
        self, m3u8_url: str, video_id: str, ext: Any = None, **named: Any
    ) -> tuple[list[dict[str, Any]], dict[str, Any]]:
        return [self._left(m3u8_url, HLS, named.get("m3u8_id"), named)], {}

    def _extract_mpd_formats_and_subtitles(
        self, mpd_url: str, video_id: str, mpd_id: Any = None, *_: Any, **named: Any
    ) -> tuple[list[dict[str, Any]], dict[str, Any]]:
        return [self._left(mpd_url, DASH, mpd_id, named)], {}

    @staticmethod
    def _left(url: str, protocol: str, format_id: Any, named: Mapping[str, Any]) -> dict[str, Any]:
        quality = named.get("quality")
        left = {"url": url, "ext": "mp4", "protocol": protocol, "format_id": format_id or protocol}
        return left | ({} if quality is None else {"quality": quality})


class _Silent:
    """Takes what an extractor reports: it may hold signed addresses."""

    def debug(self, message: str) -> None: ...
    def info(self, message: str) -> None: ...
    def warning(self, message: str) -> None: ...
    def error(self, message: str) -> None: ...


class _Downloader(YoutubeDL):
    def __init__(self, web: Web, look: Look, trusted: Callable[[str], bool], passcode: str) -> None:
        self._guarded = _GuardedRH(web, look, trusted)
        super().__init__(
            {
                "logger": _Silent(),
                "quiet": True,
                "no_warnings": True,
                "no_color": True,
                "cachedir": False,
                "noplaylist": True,
                "geo_bypass": False,
                "js_runtimes": {},
                "remote_components": (),
                "http_headers": {"User-Agent": web.session.headers["User-Agent"]},
                "videopassword": passcode or None,
                "writesubtitles": True,
                "usenetrc": False,
                "proxy": "",
                "allowed_extractors": [],
            },
            auto_init=False,
        )

    def build_request_director(self, handlers: Any, preferences: Any = None) -> RequestDirector:
        director = _Director(_Silent())
        director.add_handler(self._guarded)
        return director

    @staticmethod
    def refused_by(error: BaseException) -> WebAnswer | None:
        """The answer at which an extractor gave up."""
        cause = getattr(error, "cause", None)
        response = getattr(cause if isinstance(cause, HTTPError) else error, "response", None)
        return response.answer if isinstance(response, _Answered) else None


class _Director(RequestDirector):
    """Has one handler, whose errors come out as they are."""

    def send(self, request: Request) -> Response:
        (handler,) = self.handlers.values()
        handler.validate(request)
        return handler.send(request)


class _Answered(Response):
    """An answer as extractors read it."""

    def __init__(self, answer: WebAnswer) -> None:
        self.answer = answer
        super().__init__(
            io.BytesIO(answer.body), url=answer.url, headers=answer.headers, status=answer.status
        )


class _GuardedRH(RequestHandler):
    _SUPPORTED_URL_SCHEMES = ("http", "https")

    def __init__(self, web: Web, look: Look, trusted: Callable[[str], bool]) -> None:
        super().__init__(logger=_Silent())
        self._web = web
        self._look = look
        self._trusted = trusted

    def _send(self, request: Request) -> Response:
        if request.data is not None and not self._trusted(request.url):
            raise UnsupportedRequest("a body for another site")
        answer = self._web.send(
            request.method,
            request.url,
            # The jar is the session's; an extractor has no cookies of its own.
            headers={k: v for k, v in request.headers.items() if k.lower() != "cookie"},
            body=request.data,
            max_bytes=MOST_PAGE_BYTES,
        )
        self._look(answer)
        answered = _Answered(answer)
        if not answer.ok:
            raise HTTPError(answered)
        return answered
