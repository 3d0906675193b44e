"""The best that an HLS playlist or a DASH manifest offers, as streams and what lies beside them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from urllib.parse import unquote, urlsplit

from recordings.sources import dash, hls
from recordings.sources.errors import BrokenStream
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


def media_of_manifest(
    url: str,
    head: bytes,
    content_type: str,
    web: Web,
    *,
    headers: Mapping[str, str] | None = None,
) -> Media | None:
    """What the manifest at ``url`` (the final address) offers at its best, None when it is none.

    ``head`` are its first bytes, which decide; all of it is asked for anew, with ``headers``.
    Raises what `media_at` raises.
    """
    return media_at(url, web, headers=headers) if is_manifest(head) else None


def media_at(
    url: str,
    web: Web,
    *,
    headers: Mapping[str, str] | None = None,
    query: str = "",
    site: str = "",
    filename: str = "",
) -> Media:
    """What the manifest at ``url`` offers at its best: one stream, or picture and sound.

    ``headers`` and ``query`` go with every address on the same host: they are what signs them.
    Raises StillProcessing for a live stream, DownloadDisabled for a protected one, BrokenStream
    for one that lists no recording (in the name of ``site``, or of the site that ``url`` is of),
    and FetchError for what may get better.
    """
    site = site or site_name(platform_of(url))
    signed = Stream(StreamKind.HLS, url, headers=headers or {}, query=query)
    address, sent = signed.request(url)
    answer = web.send("GET", address, headers=sent, max_bytes=MOST_BYTES)
    if not answer.ok:
        answer.check_available()
        raise reason(answer.status, Page(answer.body), site)
    if not is_manifest(answer.body):
        raise BrokenStream(site)
    if answer.body.removeprefix(_BOM).lstrip().startswith(_HLS):
        media = _hls(answer.body.decode("utf-8", "replace"), answer.url, signed, site)
    else:
        media = _dash(answer.body, answer.url, signed, site)
    return replace(media, filename=filename or _name(answer.url))


def _hls(text: str, url: str, signed: Stream, site: str) -> Media:
    listed = hls.read(text, url, site)
    if not isinstance(listed, hls.Master):
        return Media(streams=(signed.moved(url),))
    best = max(listed.variants, key=lambda each: _rank(each.codecs, each.height, each.bandwidth))
    sounds = [each for each in listed.audios if best.audio and each.group == best.audio]
    sound = max(sounds, key=lambda each: each.is_default, default=None)
    streams = [signed.moved(best.url)]
    # A sound without an address lies in the variant itself.
    if sound is not None and sound.url and sound.url != best.url:
        streams.append(signed.moved(sound.url))
    return Media(streams=tuple(streams))


def _dash(data: bytes, url: str, signed: Stream, site: str) -> Media:
    offered = dash.read(data, url, site)

    def best(kind: str) -> Iterator[Stream]:
        found = [each for each in offered if each.kind == kind]
        if found:
            chosen = max(found, key=lambda each: _rank(each.codecs, each.height, each.bandwidth))
            yield replace(signed, kind=StreamKind.SEGMENTS, segments=chosen.addresses())

    streams = (*best("video"), *best("audio"))
    if not streams:
        raise BrokenStream(site)
    texts = [each for each in offered if each.kind == "text"][:_MOST_SUBTITLES]
    subtitles = tuple(_subtitles(each) for each in texts if len(each.addresses()) == 1)
    return Media(streams=streams, sidecars=subtitles)


def _subtitles(text: dash.Representation) -> SidecarLink:
    address = text.addresses()[0]
    return SidecarLink(
        kind=SidecarKind.CAPTIONS,
        url=address,
        source_id=f"captions-{text.language or text.id}",
        filename=urlsplit(address).path.rpartition("/")[2] or "captions.vtt",
        language=text.language,
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
