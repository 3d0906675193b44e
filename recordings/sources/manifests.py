"""The best that an HLS playlist or a DASH manifest offers, as streams and what lies beside them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import unquote, urlsplit

from recordings.sources import dash, hls
from recordings.sources.errors import BrokenStream, SourceError
from recordings.sources.links import platform_of, site_name
from recordings.sources.pages import Page, is_manifest, reason
from recordings.sources.source import Media, SidecarKind, SidecarLink, Stream, StreamKind, Web

MOST_BYTES = 10 * 1024 * 1024
_MOST_SUBTITLES = 10
_HLS = b"#EXTM3U"
_BOM = b"\xef\xbb\xbf"
# How well browsers play a codec from an MP4: those that are 0 many do not play at all. What is not
# named in a manifest, or not known here, is taken for what most have.
_VIDEO = {"avc1": 2, "avc3": 2, "vp09": 1, "vp9": 1, "av01": 1}
_VIDEO |= dict.fromkeys(("hvc1", "hev1", "dvh1", "dvhe", "vp8", "vp08", "mp4v"), 0)
_AUDIO = {"mp4a": 2, "opus": 1, "flac": 1, "mp3": 1}
_AUDIO |= dict.fromkeys(("ac-3", "ec-3", "ac-4", "vorbis", "dtsc"), 0)
_USUAL = 2

_MEANINGLESS = ("", "master", "playlist", "index", "manifest", "stream", "main")

_Rank = tuple[bool, bool, int, int, int]


@dataclass(frozen=True)
class Offer:
    """The best that a manifest has; ``height`` of the picture in lines, 0 when it does not say."""

    media: Media
    height: int = 0


def media_at(url: str, web: Web, *, headers: Mapping[str, str] | None = None) -> Media:
    """What the manifest at ``url`` offers at its best. Raises what `best_at` raises."""
    offer = best_at(url, web, site=site_name(platform_of(url)), headers=headers)
    return replace(offer.media, filename=_name(url))


def best_at(
    url: str,
    web: Web,
    *,
    site: str,
    headers: Mapping[str, str] | None = None,
    query: str = "",
) -> Offer:
    """What the manifest at ``url`` offers at its best: one stream, or picture and sound.

    ``headers`` and ``query`` go with every address on the same host: they are what signs them.
    Raises StillProcessing for a live stream, DownloadDisabled for a protected one, BrokenStream
    for one that lists no recording, in the name of ``site``, and FetchError for what may get
    better.
    """
    signed = Stream(StreamKind.HLS, url, headers=headers or {}, query=query)
    address, sent = signed.request(url)
    answer = web.send("GET", address, headers=sent, max_bytes=MOST_BYTES)
    if not answer.ok:
        answer.check_available()
        raise reason(answer.status, Page(answer.body), site)
    if not is_manifest(answer.body):
        raise BrokenStream(site)
    if answer.body.removeprefix(_BOM).lstrip().startswith(_HLS):
        return _hls(answer.text, answer.url, signed, site, web)
    return _dash(answer.body, answer.url, signed, site)


def _hls(text: str, url: str, signed: Stream, site: str, web: Web) -> Offer:
    listed = hls.read(text, url, site)
    if not isinstance(listed, hls.Master):
        return Offer(Media(streams=(signed.moved(url),)))
    best = max(listed.variants, key=lambda each: _rank(each.codecs, each.height, each.bandwidth))
    sounds = [each for each in listed.audios if best.audio and each.group == best.audio]
    sound = max(sounds, key=lambda each: each.is_default, default=None)
    streams = [signed.moved(best.url)]
    # A sound without an address lies in the variant itself.
    if sound is not None and sound.url and sound.url != best.url:
        streams.append(signed.moved(sound.url))
    texts = [each for each in listed.subtitles if best.subtitles and each.group == best.subtitles]
    sidecars = tuple(_hls_subtitles(texts, signed, site, web))
    return Offer(Media(streams=tuple(streams), sidecars=sidecars), best.height)


def _hls_subtitles(
    texts: Sequence[hls.Rendition], signed: Stream, site: str, web: Web
) -> Iterator[SidecarLink]:
    """Those that are one file each; without the others the recording is as good."""
    for text in texts[:_MOST_SUBTITLES]:
        stream = signed.moved(text.url)
        address, sent = stream.request(text.url)
        answer = web.send("GET", address, headers=sent, max_bytes=MOST_BYTES)
        if not answer.ok:
            continue
        try:
            listed = hls.read(answer.text, answer.url, site)
        except SourceError:
            continue
        if isinstance(listed, hls.Master) or len(listed) != 1 or listed[0].key is not None:
            continue
        address, sent = stream.request(listed[0].piece.url)
        yield _subtitles(address, text.language, sent)


def _dash(data: bytes, url: str, signed: Stream, site: str) -> Offer:
    offered = dash.read(data, url, site)
    best = [
        max(found, key=lambda each: _rank(each.codecs, each.height, each.bandwidth))
        for kind in ("video", "audio")
        if (found := [each for each in offered if each.kind == kind])
    ]
    if not best:
        raise BrokenStream(site)
    streams = tuple(
        replace(signed, kind=StreamKind.SEGMENTS, segments=each.addresses()) for each in best
    )
    texts = [each for each in offered if each.kind == "text"][:_MOST_SUBTITLES]
    sidecars = tuple(
        _subtitles(each.base, each.language, {})
        for each in texts
        if each.addresses() == (each.base,)
    )
    return Offer(Media(streams=streams, sidecars=sidecars), best[0].height)


def _subtitles(address: str, language: str, headers: Mapping[str, str]) -> SidecarLink:
    name = unquote(urlsplit(address).path).rpartition("/")[2]
    return SidecarLink(
        kind=SidecarKind.CAPTIONS,
        url=address,
        source_id=f"captions-{language or name}",
        filename=name or "captions.vtt",
        headers=headers,
        language=language,
    )


def _rank(codecs: tuple[str, ...], height: int, bandwidth: int) -> _Rank:
    """What is better comes later: pictures, played anywhere, large, in H.264 and AAC, rich."""
    families = [codec.strip().partition(".")[0] for codec in codecs]
    pictures = [_VIDEO[each] for each in families if each in _VIDEO]
    known = [*pictures, *(_AUDIO[each] for each in families if each in _AUDIO)]
    has_picture = bool(pictures) or height > 0 or not known
    return (has_picture, min(known, default=_USUAL) > 0, height, sum(known), bandwidth)


def _name(url: str) -> str:
    """A name for the recording, of the manifest's own or of the folder where it lies."""
    folder, _, file = unquote(urlsplit(url).path).rpartition("/")
    stem = file.rpartition(".")[0] or file
    if stem.lower() in _MEANINGLESS:
        stem = folder.rpartition("/")[2]
    return f"{stem or 'recording'}.mp4"
