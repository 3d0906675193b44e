"""A platform whose share pages yt-dlp knows how to read (`extractors`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from yt_dlp.extractor.common import InfoExtractor

from recordings.sources.errors import (
    Blocked,
    DownloadDisabled,
    NeedsPasscode,
    NotMedia,
    SignInRequired,
    SourceError,
    StillProcessing,
    WrongPasscode,
)
from recordings.sources.extractors import DASH, HLS, Extracted, ExtractionFailed, extract
from recordings.sources.file_source import FileSource
from recordings.sources.links import platform_of, site_name
from recordings.sources.manifests import Offer, best_at
from recordings.sources.pages import Page, reason
from recordings.sources.source import (
    Download,
    Media,
    SidecarKind,
    SidecarLink,
    Web,
    WebAnswer,
)

_MANIFESTS = (HLS, DASH)
# Files that browsers play; others have to be better to be taken.
_PLAYED = ("mp4", "m4v", "m4a", "mp3")
_Format = Mapping[str, Any]


class ExtractedSource(FileSource):
    """Subclasses name the ``extractor``, check links, and see each answer before it is read."""

    extractor: type[InfoExtractor]
    # What the platform's own pages mean by 403: its own people only, or not our server.
    forbidden: type[SourceError] = SignInRequired

    @property
    def site(self) -> str:
        return site_name(self.platform)

    def page(self, url: str) -> str:
        """The page that the extractor reads for ``url``."""
        return url

    def look(self, answer: WebAnswer, passcode: str) -> None:
        """Raise SourceError for an answer by which the platform says why there is no recording."""

    def locate(self, url: str, passcode: str, web: Web) -> Media:
        self.check(url)
        try:
            found = extract(
                self.extractor,
                self.page(url),
                web,
                passcode=passcode,
                look=lambda answer: self.look(answer, passcode),
                trusted=lambda address: platform_of(address) == self.platform,
            )
        except ExtractionFailed as failure:
            raise self._why(failure, passcode) from failure
        if found.is_live:
            raise StillProcessing(self.site)
        return self._media(found, web)

    def explain(
        self, status: int, final_url: str, content_type: str, head_bytes: bytes
    ) -> SourceError:
        return self.refusal(status, head_bytes)

    def refusal(self, status: int, body: bytes) -> SourceError:
        """Why the platform refused, as far as status and page say."""
        if status == 403:
            return self.forbidden(self.site)
        return reason(status, Page(body), self.site, passcodes=True)

    def passcode_asked(self, passcode: str) -> SourceError:
        """What it means that the platform asks for a passcode when ``passcode`` was entered."""
        return WrongPasscode(self.site) if passcode else NeedsPasscode(self.site)

    def _why(self, failure: ExtractionFailed, passcode: str) -> SourceError:
        if failure.answer is not None:
            if failure.answer.status != 429:
                failure.answer.check_available()
            return self.refusal(failure.answer.status, failure.answer.body)
        said = failure.said.lower()
        if "password" in said or "passcode" in said:
            return self.passcode_asked(passcode)
        if "captcha" in said or "blocked" in said or "embed-only" in said:
            return Blocked(self.site)
        if "drm" in said:
            return DownloadDisabled(self.site)
        if "logged-in" in said or "log in" in said or "login" in said or "registered users" in said:
            return SignInRequired(self.site)
        return NotMedia(self.site)

    def _media(self, found: Extracted, web: Web) -> Media:
        ranked = [each for _, each in sorted(enumerate(found.formats), key=_rank, reverse=True)]
        sidecars = tuple(self._sidecars(found))
        files = [each for each in ranked if each.get("protocol") not in _MANIFESTS]
        manifests = [each for each in ranked if each.get("protocol") in _MANIFESTS]
        best = files[0] if files else None
        if manifests and (best is None or _quality(manifests[0]) >= _quality(best)):
            offer = self._offer(manifests, web, needed=best is None)
            if offer is not None and (best is None or _is_better(offer, manifests[0], best)):
                return Media(
                    streams=offer.media.streams,
                    sidecars=sidecars or offer.media.sidecars,
                    filename=_named(found.title, "mp4"),
                )
        if best is None:
            raise StillProcessing(self.site)
        name = _named(found.title, _extension(best))
        file = Download(str(best["url"]), headers=_headers_of(best), filename_hint=name)
        return Media(file=file, sidecars=sidecars, filename=name)

    def _offer(self, manifests: list[_Format], web: Web, *, needed: bool) -> Offer | None:
        """The first manifest that gives a recording; if it is ``needed``, what the last said."""
        why: SourceError | None = None
        for each in manifests:
            try:
                return best_at(
                    str(each["url"]),
                    web,
                    site=self.site,
                    headers=_headers_of(each),
                    query=str(each.get("extra_param_to_segment_url") or ""),
                )
            except SourceError as error:
                why = error
        if why is not None and needed:
            raise why
        return None

    def _sidecars(self, found: Extracted) -> Iterator[SidecarLink]:
        for language, tracks in found.subtitles.items():
            for number, track in enumerate(tracks):
                url = str(track["url"])
                file = urlsplit(url).path.rpartition("/")[2]
                is_transcript = file.endswith((".json", ".txt"))
                kind = SidecarKind.TRANSCRIPT if is_transcript else SidecarKind.CAPTIONS
                yield SidecarLink(
                    kind=kind,
                    url=url,
                    source_id=f"{kind}-{language}-{number}",
                    filename=file or f"{kind}.vtt",
                    language=self.language(language),
                )

    def language(self, named: str) -> str:
        """A subtitle's language in BCP 47, '' when the extractor only guesses it."""
        return named


def _rank(numbered: tuple[int, _Format]) -> tuple[bool, bool, float, float, float, bool, int]:
    """What is better is larger; of two alike the extractor names the better one last."""
    number, each = numbered
    is_manifest = each.get("protocol") in _MANIFESTS
    return (
        each.get("vcodec") != "none",
        is_manifest or _extension(each) in _PLAYED,
        _quality(each),
        each.get("height") or 0,
        each.get("tbr") or 0,
        # HLS is what platforms' own players use most.
        each.get("protocol") != DASH,
        -number if is_manifest else number,
    )


def _quality(each: _Format) -> float:
    return each.get("quality") or 0


def _is_better(offer: Offer, manifest: _Format, file: _Format) -> bool:
    """Whether segments are worth their trouble: for a better or larger picture they are."""
    if _quality(manifest) != _quality(file):
        return _quality(manifest) > _quality(file)
    return offer.height > (file.get("height") or 0) or _extension(file) not in _PLAYED


def _extension(each: _Format) -> str:
    """As the extractor names it, else as its address ends; most that say nothing are MP4."""
    ending = urlsplit(str(each["url"])).path.rpartition("/")[2].rpartition(".")[2]
    return str(each.get("ext") or (ending if 0 < len(ending) <= 4 else "mp4")).lower()


def _headers_of(each: _Format) -> Mapping[str, str]:
    return {str(name): str(value) for name, value in (each.get("http_headers") or {}).items()}


def _named(title: str, extension: str) -> str:
    stem = " ".join(title.split()).strip(". ")
    return f"{stem or 'recording'}.{extension}"
