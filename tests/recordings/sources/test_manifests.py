"""Manifests as texts: which streams are the best in them, and which texts are refused."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from recordings.browsing import Browser
from recordings.fetching import FetchSession
from recordings.sources import Media, SidecarKind, SourceError, StreamKind, is_manifest, media_at
from tests.origins import ALLOWED_ADDRESS, Origin, a_file, a_page


@pytest.fixture
def origin(settings: Settings) -> Iterator[Origin]:
    settings.IMPORT_ALLOWED_ORIGIN = ALLOWED_ADDRESS
    with Origin() as origin:
        yield origin


def read(origin: Origin, text: str, path: str = "/v/talk.m3u8") -> Media:
    """What a manifest at ``path`` comes to."""
    origin.serve(path, a_file(text.encode()))
    with FetchSession() as session:
        return media_at(origin.url(path), Browser(session))


def refused(origin: Origin, text: str) -> str:
    with pytest.raises(SourceError) as error:
        read(origin, text, "/v/talk.mpd")
    return error.value.code


def variant(name: str, lines: int, codecs: str, bandwidth: int, more: str = "") -> str:
    size = f"RESOLUTION={lines * 16 // 9}x{lines}," if lines else ""
    named = f'CODECS="{codecs}",' if codecs else ""
    return f"#EXT-X-STREAM-INF:{size}{named}{more}BANDWIDTH={bandwidth}\n{name}.m3u8\n"


CHOICES = {
    "the largest": (
        variant("a", 360, "avc1.4d,mp4a.40.2", 9) + variant("b", 1080, "avc1.64,mp4a.40.2", 2),
        "b",
    ),
    "the richer of two": (
        variant("a", 720, "avc1.4d,mp4a.40.2", 9) + variant("b", 720, "avc1.64,mp4a.40.2", 8),
        "a",
    ),
    "one that browsers play": (
        variant("a", 2160, "hvc1.1,mp4a.40.2", 9) + variant("b", 720, "avc1.64,mp4a.40.2", 2),
        "b",
    ),
    "H.264 before VP9": (
        variant("a", 720, "vp09.00,opus", 9) + variant("b", 720, "avc1.64,mp4a.40.2", 2),
        "b",
    ),
    "a picture before a sound": (
        variant("a", 0, "mp4a.40.2", 9) + variant("b", 360, "avc1.64,mp4a.40.2", 2),
        "b",
    ),
    "one that says nothing of itself": (variant("a", 0, "", 1) + variant("b", 0, "", 2), "b"),
}


@pytest.mark.parametrize(("lines", "best"), CHOICES.values(), ids=CHOICES.keys())
def test_of_all_variants_the_best_is_taken(lines: str, best: str, origin: Origin) -> None:
    (stream,) = read(origin, f"#EXTM3U\n{lines}").streams
    assert (stream.kind, stream.url) == (StreamKind.HLS, origin.url(f"/v/{best}.m3u8"))
    assert origin.paths() == ["/v/talk.m3u8"]


def test_a_recording_is_named_after_its_manifest_or_folder(origin: Origin) -> None:
    text = f"#EXTM3U\n{variant('a', 1, 'avc1', 1)}"
    assert read(origin, text, "/v/talk%20one.m3u8").filename == "talk one.mp4"
    assert read(origin, text, "/talks/seven/master.m3u8").filename == "seven.mp4"


def test_a_file_of_subtitles_comes_along(origin: Origin) -> None:
    group = '#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="s",NAME="n",LANGUAGE="{0}",URI="{0}.m3u8"\n'
    texts = "".join(group.format(name) for name in ("de", "en", "fr", "es"))
    for name, pieces in (("de", 1), ("en", 2)):
        listed = "".join(f"#EXTINF:9,\n{name}-{n}.vtt\n" for n in range(pieces))
        origin.serve(f"/v/{name}.m3u8", a_file(f"#EXTM3U\n{listed}#EXT-X-ENDLIST\n".encode()))
    origin.serve("/v/fr.m3u8", a_page(b"<!doctype html>"))
    text = texts + variant("a", 720, "avc1", 1, 'SUBTITLES="s",')
    media = read(origin, f"#EXTM3U\n{text}")
    assert [(each.kind, each.language, each.url) for each in media.sidecars] == [
        (SidecarKind.CAPTIONS, "de", origin.url("/v/de-0.vtt"))
    ]
    assert len(media.streams) == 1


def test_a_page_is_no_manifest() -> None:
    assert not is_manifest(b"<!doctype html><p>#EXTM3U <MPD>")


def test_a_manifest_that_turned_into_a_page_is_refused(origin: Origin) -> None:
    assert refused(origin, "<!doctype html><title>Sign in</title>") == "not_media"


def mpd(period: str, attributes: str = 'type="static" mediaPresentationDuration="PT1M4.5S"') -> str:
    return (
        f'<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" {attributes}>'
        f"<BaseURL>cdn/</BaseURL><Period>{period}</Period></MPD>"
    )


def adaptation(kind: str, inside: str, attributes: str = "") -> str:
    return f'<AdaptationSet mimeType="{kind}/mp4" {attributes}>{inside}</AdaptationSet>'


def template(attributes: str, timeline: str = "") -> str:
    timeline = timeline and f"<SegmentTimeline>{timeline}</SegmentTimeline>"
    return f"<SegmentTemplate {attributes}>{timeline}</SegmentTemplate>"


def representation(name: str, height: int = 0, inside: str = "") -> str:
    attributes = f'id="{name}" bandwidth="1000" height="{height}" codecs="avc1.64"'
    return f"<Representation {attributes}>{inside}</Representation>"


def addresses(origin: Origin, text: str) -> list[list[str]]:
    """What is fetched of each stream, without what all have in common."""
    start = origin.url("/v/cdn/")
    streams = read(origin, text, "/v/talk.mpd").streams
    return [[each.removeprefix(start) for each in stream.segments] for stream in streams]


def test_segments_by_number_until_the_end(origin: Origin) -> None:
    numbers = template(
        'media="$RepresentationID$/$Number%03d$-$Bandwidth$$$.m4s" startNumber="7" duration="40" '
        'timescale="2" initialization="$RepresentationID$/init.m4s"'
    )
    small, large = representation("s", 360), representation("l", 1080)
    text = mpd(adaptation("video", numbers + small + large))
    assert addresses(origin, text) == [
        ["l/init.m4s", "l/007-1000$.m4s", "l/008-1000$.m4s", "l/009-1000$.m4s", "l/010-1000$.m4s"]
    ]


def test_segments_by_time_with_repeats(origin: Origin) -> None:
    timeline = '<S t="10" d="5" r="1"/><S d="7"/><S t="100" d="50" r="-1"/>'
    own = template('media="$Time$.m4s" timescale="4"', timeline)
    text = mpd(adaptation("audio", representation("a", inside=own)))
    assert addresses(origin, text) == [[f"{time}.m4s" for time in (10, 15, 20, 100, 150, 200, 250)]]


def test_segments_that_are_listed_and_files_that_are_whole(origin: Origin) -> None:
    listed = (
        '<SegmentList><Initialization sourceURL="i.mp4"/><SegmentURL media="1.mp4"/>'
        '<SegmentURL media="2.mp4"/></SegmentList>'
    )
    whole = "<BaseURL>sound.mp4</BaseURL><SegmentBase indexRange='0-9'/>"
    text = mpd(
        adaptation("audio", representation("a", inside=whole))
        + adaptation("video", representation("v", 720, listed))
    )
    assert addresses(origin, text) == [["i.mp4", "1.mp4", "2.mp4"], ["sound.mp4"]]


def test_subtitles_of_dash_come_along(origin: Origin) -> None:
    texts = (
        '<AdaptationSet mimeType="text/vtt" lang="de"><Representation id="t">'
        "<BaseURL>de.vtt</BaseURL></Representation></AdaptationSet>"
    )
    whole = representation("v", 720, "<BaseURL>v.mp4</BaseURL>")
    media = read(origin, mpd(adaptation("video", whole) + texts), "/v/talk.mpd")
    assert [(each.language, each.url) for each in media.sidecars] == [
        ("de", origin.url("/v/cdn/de.vtt"))
    ]


WHOLE = adaptation("video", representation("v", 720, "<BaseURL>v.mp4</BaseURL>"))
BOMB = '<!DOCTYPE m [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'


def timed(timeline: str) -> str:
    return mpd(adaptation("video", template('media="$Time$"', timeline) + representation("v")))


REFUSED = {
    "live": (mpd(WHOLE, 'type="dynamic"'), "still_processing"),
    "protected": (
        mpd(WHOLE.replace("<BaseURL>", "<ContentProtection schemeIdUri='u'/><BaseURL>")),
        "download_disabled",
    ),
    "cut off": (mpd(WHOLE)[:-20], "not_media"),
    "entities": (mpd(WHOLE).replace("<MPD", f"{BOMB}<MPD"), "not_media"),
    "an entity that reads a file": (
        mpd(WHOLE).replace("<MPD", '<!DOCTYPE m [<!ENTITY f SYSTEM "file:///etc/passwd">]><MPD'),
        "not_media",
    ),
    "no period": ('<MPD type="static"></MPD>', "not_media"),
    "nothing to see or hear": (mpd(""), "not_media"),
    "several films": (mpd(f"{WHOLE}</Period><Period>{WHOLE}"), "not_media"),
    "endless repeats": (timed('<S t="0" d="1" r="999999999999"/>'), "not_media"),
    "no length": (timed('<S t="0" d="0" r="-1"/>'), "not_media"),
    "no number": (timed('<S t="x" d="1"/>'), "not_media"),
    "endless numbers": (
        mpd(
            adaptation("video", template('media="$Number$" duration="1"') + representation("v")),
            'mediaPresentationDuration="PT999999999S"',
        ),
        "not_media",
    ),
    "an endless name": (
        mpd(
            adaptation(
                "video",
                template(f'media="{"$RepresentationID$" * 99}" duration="9"')
                + representation("v" * 999),
            )
        ),
        "not_media",
    ),
    "too many elements": ("<MPD>" + "<S/>" * 300_000 + "</MPD>", "not_media"),
}


@pytest.mark.parametrize(("text", "code"), REFUSED.values(), ids=REFUSED.keys())
def test_what_a_dash_manifest_is_refused_for(text: str, code: str, origin: Origin) -> None:
    assert refused(origin, text) == code
    assert origin.paths() == ["/v/talk.mpd"]


def test_an_hls_master_that_is_protected_is_refused(origin: Origin) -> None:
    text = '#EXTM3U\n#EXT-X-SESSION-KEY:METHOD=SAMPLE-AES,URI="skd://x"\n'
    assert refused(origin, text + variant("a", 720, "avc1", 1)) == "download_disabled"
