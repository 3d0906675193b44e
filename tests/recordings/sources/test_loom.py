"""Loom as it answers: GraphQL about a video, addresses of its files on a CDN, signed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson
import pytest

from recordings.sources import LinkKind, SidecarKind, StreamKind, recognise
from tests.origins import Exchange, Origin, a_file, a_page, status
from tests.recordings.sources.conftest import Play, fetch, locate, refused, told

ID = "43d05f362f734614a2e81b4694a3a523"
SHARE = f"https://www.loom.com/share/{ID}"
CDN = "cdn.loom.example"
HOSTS = ("www.loom.com", "loom.com", CDN, "evil.example")
DATA = b"\x00\x00\x00\x18ftypmp42" + bytes(20_000)
MASTER = (
    b"#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=2000000,RESOLUTION=1920x1080,"
    b'CODECS="avc1.640028,mp4a.40.2"\nvideo/1080.m3u8\n'
)


@dataclass
class Loom:
    """One video: what it says of itself, and where its files lie."""

    origin: Origin
    password: str = ""
    video: Mapping[str, Any] = field(default_factory=dict)
    urls: Mapping[str, str | None] = field(default_factory=dict)
    captions: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.origin.serve("/graphql", self._graphql)
        for endpoint in ("raw-url", "transcoded-url"):
            self.origin.serve(f"/api/campaigns/sessions/{ID}/{endpoint}", self._url)

    def _graphql(self, exchange: Exchange) -> None:
        asked = orjson.loads(exchange.request.body)
        given, operation = asked["variables"]["password"], asked["operationName"]
        video: Any = {"__typename": "RegularUserVideo", "id": ID, "name": "A talk", **self.video}
        if self.password and given != self.password:
            video = {"__typename": "VideoPasswordMissingOrIncorrect", "id": ID, "message": "no"}
        if self.video.get("__typename") == "none":
            video = None
        data: dict[str, Any] = {"getVideo": video}
        if operation == "FetchVideoTranscript":
            data = {
                "fetchVideoTranscript": {"__typename": "VideoTranscriptDetails", **self.captions}
            }
        if operation == "FetchChapters":
            data = {"fetchVideoChapters": {"__typename": "EmptyChaptersPayload", "content": None}}
        told({"data": data})(exchange)

    def _url(self, exchange: Exchange) -> None:
        endpoint = exchange.request.path.rpartition("/")[2]
        given = orjson.loads(exchange.request.body)["password"]
        url = self.urls.get(endpoint) if given == (self.password or None) else None
        if url is None:
            a_page(b"", status=404)(exchange)
        else:
            told({"url": url})(exchange)


FILE = f"https://{CDN}/sessions/{ID}.mp4?Policy=p&Signature=s"


@pytest.fixture
def origin(play: Play) -> Origin:
    origin = play(*HOSTS)
    origin.serve(f"/sessions/{ID}.mp4", a_file(DATA))
    return origin


@pytest.mark.parametrize(
    "url",
    [SHARE, f"{SHARE}?sid=1", f"https://loom.com/share/{ID}", f"https://www.loom.com/embed/{ID}"],
)
def test_a_public_video(url: str, origin: Origin) -> None:
    Loom(origin, urls={"transcoded-url": FILE})
    assert recognise(url).kind(url) is LinkKind.RECORDING
    assert fetch(url) == DATA
    media = locate(url)
    assert media.filename == "A talk.mp4"
    assert media.streams == ()


def test_the_original_in_segments_is_better_than_a_copy(origin: Origin) -> None:
    signed = f"https://{CDN}/raw/{ID}-split.m3u8?Policy=p&Signature=s"
    Loom(origin, urls={"raw-url": signed, "transcoded-url": FILE})
    origin.serve(f"/raw/{ID}.m3u8", a_file(MASTER))
    media = locate(SHARE)
    assert media.file is None
    (stream,) = media.streams
    assert (stream.kind, stream.url) == (
        StreamKind.HLS, f"https://{CDN}/raw/video/1080.m3u8",
    )  # fmt: skip
    # The signature is needed for each segment too.
    assert stream.request(f"https://{CDN}/raw/video/1.ts")[0].endswith("?Policy=p&Signature=s")
    assert stream.request("https://evil.example/1.ts") == ("https://evil.example/1.ts", {})
    assert media.filename == "A talk.mp4"


def test_a_manifest_that_is_gone_leaves_the_file(origin: Origin) -> None:
    Loom(origin, urls={"raw-url": f"https://{CDN}/gone.m3u8", "transcoded-url": FILE})
    assert fetch(SHARE) == DATA


def test_a_password(origin: Origin) -> None:
    Loom(origin, password="s3cret", urls={"transcoded-url": FILE})
    assert fetch(SHARE, "s3cret") == DATA
    assert refused(SHARE).code == "needs_passcode"
    assert refused(SHARE, "wrong").code == "wrong_passcode"
    sent = [request for request in origin.requests if b"s3cret" in request.body]
    assert sent
    assert all(request.headers["host"] == "www.loom.com" for request in sent)
    assert not any("s3cret" in request.path for request in origin.requests)


SAID: dict[str, tuple[Mapping[str, Any], str]] = {
    "private": ({"__typename": "PrivateVideo", "status": "x"}, "sign_in_required"),
    "deleted": ({"__typename": "none"}, "expired_or_deleted"),
    "download off": ({"download_enabled": False}, "download_disabled"),
    "still uploading": ({}, "still_processing"),
}


@pytest.mark.parametrize(("video", "code"), SAID.values(), ids=SAID.keys())
def test_what_is_said_instead(video: Mapping[str, Any], code: str, origin: Origin) -> None:
    Loom(origin, video=video)
    error = refused(SHARE)
    assert error.code == code
    assert "Loom" in error.detail


def test_nothing_is_asked_for_once_the_owner_forbids_it(origin: Origin) -> None:
    Loom(origin, video={"download_enabled": False}, urls={"transcoded-url": FILE})
    assert refused(SHARE).code == "download_disabled"
    assert origin.paths() == ["/graphql"]


def test_a_folder_asks_nobody(origin: Origin) -> None:
    url = f"https://www.loom.com/share/folder/{ID}/Calls"
    assert recognise(url).kind(url) is LinkKind.FOLDER
    assert refused(url).code == "folder_link"
    assert origin.requests == []


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("https://www.loom.com/login", "sign_in_required"),
        ("https://www.loom.com/looms/videos", "sign_in_required"),
        ("https://www.loom.com/share/abc", "not_media"),
        (f"https://www.loom.com/pricing/{ID}", "not_media"),
    ],
)
def test_other_pages(url: str, code: str, origin: Origin) -> None:
    assert refused(url).code == code
    assert origin.requests == []


@pytest.mark.parametrize("host", ["loom.com.evil.example", "evilloom.com", "loom.com@evil.example"])
def test_hosts_that_look_alike_are_not_loom(host: str) -> None:
    assert recognise(f"https://{host}/share/{ID}").platform == "other"


def test_captions_and_transcript_come_along(origin: Origin) -> None:
    captions = {
        "source_url": f"https://{CDN}/t/{ID}.json?Signature=s",
        "captions_source_url": f"https://{CDN}/t/{ID}.vtt?Signature=s",
    }
    Loom(origin, urls={"transcoded-url": FILE}, captions=captions)
    found = {each.kind: each for each in locate(SHARE).sidecars}
    assert found[SidecarKind.CAPTIONS].url == captions["captions_source_url"]
    assert found[SidecarKind.CAPTIONS].filename == f"{ID}.vtt"
    assert found[SidecarKind.TRANSCRIPT].url == captions["source_url"]
    # Loom does not say in which language; the extractor only guesses.
    assert {each.language for each in found.values()} == {""}
    assert {each.source_id for each in found.values()} == {
        each.source_id for each in locate(SHARE).sidecars
    }


def test_a_changed_page_is_said_to_be_no_recording(origin: Origin) -> None:
    origin.serve("/graphql", a_page(b"<!doctype html><title>Loom</title>"))
    assert refused(SHARE).code == "not_media"


def test_a_refusal_of_the_file_is_explained(origin: Origin) -> None:
    Loom(origin, urls={"transcoded-url": FILE})
    origin.serve(f"/sessions/{ID}.mp4", status(404))
    assert refused(SHARE).code == "expired_or_deleted"
