"""Recordings that come in segments: found in their manifest, gathered, joined to one MP4."""

from __future__ import annotations

import io
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from filmroom.errors import FilmRoomError
from recordings import streaming
from recordings.browsing import Browser
from recordings.fetching import FetchSession, deadlines, open_url
from recordings.gathering import Work, gather
from recordings.sources import Media, Stream, StreamKind, media_at
from recordings.streaming import assemble
from tests.origins import ALLOWED_ADDRESS, Origin, a_file, a_page, endless, lying_length, status
from tests.recordings import segmented
from tests.recordings.segmented import counted, dash, hls, sample, serve

SITE = "the site"
TOLERANCE = 0.1


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sample(tmp_path_factory.mktemp("recording"))


@pytest.fixture
def origin(settings: Settings) -> Iterator[Origin]:
    settings.IMPORT_ALLOWED_ORIGIN = ALLOWED_ADDRESS
    settings.IMPORT_RETRY_BASE_SECONDS = 0.01
    with Origin() as origin:
        yield origin


@pytest.fixture
def folder(settings: Settings, tmp_path: Path) -> Path:
    """Where temporary files of imports lie."""
    place = tmp_path / "temporary"
    place.mkdir()
    settings.FILE_UPLOAD_TEMP_DIR = str(place)
    return place


@dataclass
class Import:
    """An import of one manifest: what came of it, and what it said on its way."""

    folder: Path
    target: Path
    told: list[int] = field(default_factory=list)
    checks: int = 0
    stop_after: int | None = None

    def check(self) -> None:
        self.checks += 1
        if self.stop_after is not None and self.checks > self.stop_after:
            raise Stopped

    def of(self, url: str, **named: Any) -> Path:
        with FetchSession() as session:
            return self.of_media(media_at(url, Browser(session), **named), session)

    def of_media(self, media: Media, session: FetchSession) -> Path:
        with assemble(
            media, site=SITE, session=session, check=self.check, on_bytes=self.told.append
        ) as file:
            self.target.write_bytes(file.read())
        return self.target


class Stopped(Exception):
    """What a lease raises when the work has to stop."""


@pytest.fixture
def bring(folder: Path, tmp_path: Path) -> Iterator[Import]:
    """Bring a manifest's recording; whatever happens, no temporary file is left."""
    yield Import(folder, tmp_path / "brought.mp4")
    assert os.listdir(folder) == []


def _is_whole(brought: Path, recording: Path) -> None:
    """``brought`` is ``recording`` packet by packet: nothing lost, nothing encoded anew."""
    had, has = counted(recording), counted(brought)
    assert has.codecs == had.codecs
    assert has.packets == had.packets
    assert has.frames["video"] == had.frames["video"]
    assert has.seconds == pytest.approx(had.seconds, abs=TOLERANCE)
    assert abs(has.starts["video"] - has.starts["audio"]) < TOLERANCE
    # The index comes before the media, so that playing begins at once.
    data = brought.read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")


SEGMENTED = {
    "transport stream": {},
    "fragmented MP4": {"hls_segment_type": "fmp4"},
    "transport stream in one file": {"hls_flags": "single_file"},
    "fragmented MP4 in one file": {"hls_segment_type": "fmp4", "hls_flags": "single_file"},
}


@pytest.mark.parametrize("options", SEGMENTED.values(), ids=SEGMENTED.keys())
def test_hls_becomes_one_mp4(
    options: dict[str, str], recording: Path, origin: Origin, bring: Import, tmp_path: Path
) -> None:
    files = hls(recording, tmp_path / "cut", options=options)
    serve(origin, files)
    brought = bring.of(origin.url("/v/media.m3u8"))
    _is_whole(brought, recording)
    fetched = sum(len(data) for name, data in files.items() if not name.endswith(".m3u8"))
    assert bring.told[-1] == fetched
    assert bring.told == sorted(bring.told)
    assert {request.path for request in origin.requests} == {f"/v/{name}" for name in files}


@pytest.mark.parametrize("options", [{}, {"hls_segment_type": "fmp4"}], ids=["ts", "fmp4"])
def test_a_sound_of_its_own_is_joined_with_its_picture(
    options: dict[str, str], recording: Path, origin: Origin, bring: Import, tmp_path: Path
) -> None:
    parts: dict[str, tuple[str, ...]] = {"picture": ("video",), "sound": ("audio",)}
    for name, kinds in parts.items():
        own = options | ({"hls_fmp4_init_filename": f"{name}.mp4"} if options else {})
        serve(origin, hls(recording, tmp_path / "cut", kinds=kinds, options=own, name=name))
    master = (
        b"#EXTM3U\n"
        b'#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="de",LANGUAGE="de",URI="none.m3u8"\n'
        b'#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="en",DEFAULT=YES,URI="sound.m3u8"\n'
        b'#EXT-X-STREAM-INF:BANDWIDTH=900000,RESOLUTION=640x360,CODECS="hvc1.1,ac-3",AUDIO="b"\n'
        b"hevc.m3u8\n"
        b'#EXT-X-STREAM-INF:BANDWIDTH=100000,RESOLUTION=160x90,CODECS="avc1.4d,mp4a.40.2",AUDIO="a"\n'
        b"small.m3u8\n"
        b'#EXT-X-STREAM-INF:BANDWIDTH=90000,RESOLUTION=320x180,CODECS="avc1.4d,mp4a.40.2",AUDIO="a"\n'
        b"picture.m3u8\n"
    )
    serve(origin, {"master.m3u8": master})
    _is_whole(bring.of(origin.url("/v/master.m3u8")), recording)
    asked = {request.path.rpartition("/")[2] for request in origin.requests}
    assert not asked & {"none.m3u8", "hevc.m3u8", "small.m3u8"}


DASH: dict[str, dict[str, str]] = {
    "timeline": {},
    "one file each": {"single_file": "1"},
}


@pytest.mark.parametrize("options", DASH.values(), ids=DASH.keys())
def test_dash_becomes_one_mp4(
    options: dict[str, str], recording: Path, origin: Origin, bring: Import, tmp_path: Path
) -> None:
    files = dash(recording, tmp_path / "cut", options=options)
    serve(origin, files)
    brought = bring.of(origin.url("/v/media.mpd"))
    _is_whole(brought, recording)
    assert {request.path for request in origin.requests} == {f"/v/{name}" for name in files}


def test_dash_whose_segments_are_reckoned_from_its_length(
    recording: Path, origin: Origin, bring: Import, tmp_path: Path
) -> None:
    serve(origin, dash(recording, tmp_path / "cut", options={"use_timeline": "0"}))
    has = counted(bring.of(origin.url("/v/media.mpd")))
    # The muxer's sound has a seventh segment of one packet, which its manifest does not count.
    assert has.packets == {"video": 150, "audio": 282}


def test_segments_under_aes_128(
    recording: Path, origin: Origin, bring: Import, tmp_path: Path
) -> None:
    key = os.urandom(16)
    (tmp_path / "key.bin").write_bytes(key)
    (tmp_path / "key.txt").write_text(
        f"/v/key.bin\n{tmp_path / 'key.bin'}\n{os.urandom(16).hex()}\n"
    )
    options = {"hls_key_info_file": str(tmp_path / "key.txt")}
    files = hls(recording, tmp_path / "cut", options=options)
    assert b"METHOD=AES-128" in files["media.m3u8"]
    assert not files["media0.ts"].startswith(b"\x47")
    serve(origin, files | {"key.bin": key})
    _is_whole(bring.of(origin.url("/v/media.m3u8")), recording)
    assert [request.path for request in origin.requests].count("/v/key.bin") == 1


def test_the_number_of_a_segment_is_its_initialisation_vector(origin: Origin) -> None:
    key, pieces = os.urandom(16), [os.urandom(1000 + number) for number in range(3)]
    lines = "".join(f"#EXTINF:1,\n{number}.ts\n" for number in range(3))
    head = '#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:41\n#EXT-X-KEY:METHOD=AES-128,URI="key.bin"\n'
    serve(origin, {"m.m3u8": f"{head}{lines}#EXT-X-ENDLIST\n".encode(), "key.bin": key})
    for number, piece in enumerate(pieces):
        serve(origin, {f"{number}.ts": segmented.encrypted(piece, key, iv=41 + number)})
    assert gathered(origin.url("/v/m.m3u8")) == b"".join(pieces)


def gathered(url: str) -> bytes:
    """The bytes of a stream, joined to nothing yet."""
    target = io.BytesIO()
    with FetchSession() as session:
        work = Work(SITE, session, limit=10**9, check=lambda: None, on_bytes=lambda _: None)
        gather(Stream(StreamKind.HLS, url), target, work)
    return target.getvalue()


def test_a_segment_that_fails_is_tried_again_by_itself(
    recording: Path, origin: Origin, bring: Import, tmp_path: Path
) -> None:
    files = hls(recording, tmp_path / "cut")
    serve(origin, files)
    data = files["media2.ts"]
    origin.serve(
        "/v/media2.ts",
        status(503, headers={"Retry-After": "0"}),
        lying_length(data[:5000], declared=len(data), etag='W/"x"'),
        lying_length(b"x" * 3000, declared=4000, etag='"other"'),
        a_file(data),
    )
    _is_whole(bring.of(origin.url("/v/media.m3u8")), recording)
    paths = [request.path for request in origin.requests]
    assert paths.count("/v/media2.ts") == 4
    assert all(paths.count(path) == 1 for path in paths if path.endswith(".ts") and "2" not in path)


def test_what_signs_a_playlist_goes_to_its_own_host_only(
    recording: Path, origin: Origin, bring: Import, tmp_path: Path
) -> None:
    files = hls(recording, tmp_path / "cut")
    with Origin() as other:
        serve(other, {"media1.ts": files["media1.ts"]})
        there = other.url("/v/media1.ts").encode()
        serve(origin, files | {"media.m3u8": files["media.m3u8"].replace(b"media1.ts", there)})
        stream = Stream(
            StreamKind.HLS,
            origin.url("/v/media.m3u8"),
            headers={"X-Key": "secret"},
            query="Signature=secret",
        )
        with FetchSession() as session:
            _is_whole(bring.of_media(Media(streams=(stream,)), session), recording)
        assert {request.headers.get("x-key") for request in origin.requests} == {"secret"}
        assert all(path.endswith("?Signature=secret") for path in origin.paths())
        assert other.paths() == ["/v/media1.ts"]
        assert "x-key" not in other.requests[0].headers


INWARDS = "http://169.254.169.254/latest/meta-data"
HOSTILE = {
    "segment inwards": (f"#EXTINF:1,\n{INWARDS}\n", "blocked_address"),
    "segment of a file": ("#EXTINF:1,\nfile:///etc/passwd\n", "unsupported_scheme"),
    "segment of data": ("#EXTINF:1,\ndata:video/mp2t;base64,R0E=\n", "unsupported_scheme"),
    "segment of two hosts": ("#EXTINF:1,\nhttp://a.example@127.0.0.1/\n", "invalid_url"),
    "init inwards": (f'#EXT-X-MAP:URI="{INWARDS}"\n#EXTINF:1,\na.mp4\n', "blocked_address"),
    "key inwards": (
        f'#EXT-X-KEY:METHOD=AES-128,URI="{INWARDS}"\n#EXTINF:1,\na.ts\n', "blocked_address"
    ),
    "key of a file": (
        '#EXT-X-KEY:METHOD=AES-128,URI="file:///etc/passwd"\n#EXTINF:1,\na.ts\n',
        "unsupported_scheme",
    ),
    "protected": ('#EXT-X-KEY:METHOD=SAMPLE-AES,URI="k"\n#EXTINF:1,\na.ts\n', "download_disabled"),
    "a million segments": ("#EXTINF:1,\na.ts\n" * 600_000, "not_media"),
    "no segment": ("#EXT-X-TARGETDURATION:4\n", "not_media"),
    "damaged": ("#EXTINF:one,\na.ts\n", "not_media"),
}  # fmt: skip


@pytest.mark.parametrize(("lines", "code"), HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_playlist_reaches_nothing(
    lines: str, code: str, origin: Origin, bring: Import
) -> None:
    serve(origin, {"media.m3u8": f"#EXTM3U\n{lines}#EXT-X-ENDLIST\n".encode()})
    with pytest.raises(FilmRoomError) as error:
        bring.of(origin.url("/v/media.m3u8"))
    assert error.value.code == code
    assert set(origin.paths()) == {"/v/media.m3u8"}


def test_a_playlist_that_goes_on_is_waited_for(origin: Origin, bring: Import) -> None:
    serve(origin, {"media.m3u8": b"#EXTM3U\n#EXTINF:1,\na.ts\n"})
    with pytest.raises(FilmRoomError) as error:
        bring.of(origin.url("/v/media.m3u8"))
    assert error.value.code == "still_processing"
    assert origin.paths() == ["/v/media.m3u8"]


def test_playlists_that_name_each_other_end(origin: Origin, bring: Import) -> None:
    for name, other in (("a", "b"), ("b", "a")):
        serve(
            origin,
            {f"{name}.m3u8": f"#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n{other}.m3u8".encode()},
        )
    with pytest.raises(FilmRoomError) as error:
        bring.of(origin.url("/v/a.m3u8"))
    assert error.value.code == "not_media"
    assert len(origin.requests) == 4


def test_a_playlist_without_end_is_not_read_to_it(origin: Origin, bring: Import) -> None:
    origin.serve("/v/media.m3u8", endless(chunk=b"#EXTM3U\n" * 8192))
    with pytest.raises(FilmRoomError) as error:
        bring.of(origin.url("/v/media.m3u8"))
    assert error.value.code == "too_large"


def test_an_endless_segment_ends_at_the_limit(
    origin: Origin, bring: Import, settings: Settings
) -> None:
    settings.MAX_UPLOAD_BYTES = 3_000_000
    serve(origin, {"media.m3u8": b"#EXTM3U\n#EXTINF:1,\na.ts\n#EXT-X-ENDLIST\n"})
    origin.serve("/v/a.ts", endless())
    with pytest.raises(FilmRoomError) as error:
        bring.of(origin.url("/v/media.m3u8"))
    assert error.value.code == "too_large"
    assert max(bring.told) <= settings.MAX_UPLOAD_BYTES


@pytest.mark.parametrize("stretch", ["", "#EXT-X-BYTERANGE:1000@0\n"], ids=["files", "stretches"])
def test_segments_are_counted_together(
    stretch: str, origin: Origin, bring: Import, settings: Settings
) -> None:
    settings.MAX_UPLOAD_BYTES = 2_500
    lines = f"#EXTINF:1,\n{stretch}a.ts\n" * 3
    serve(origin, {"media.m3u8": f"#EXTM3U\n{lines}#EXT-X-ENDLIST\n".encode()})
    serve(origin, {"a.ts": b"\x47" * 1000})
    with pytest.raises(FilmRoomError) as error:
        bring.of(origin.url("/v/media.m3u8"))
    assert error.value.code == "too_large"
    assert origin.paths().count("/v/a.ts") == 3


REFUSED = {
    "a page": (a_page(b"<!doctype html><title>Sign in</title>"), "not_media", 1),
    "gone": (status(404), "expired_or_deleted", 1),
    "forbidden": (status(403), "sign_in_required", 1),
    "down": (status(503), "source_unavailable", 5),
    "cut off each time": (lying_length(b"G" * 10, declared=99, etag='W/"1"'), "truncated", 5),
}


@pytest.mark.parametrize(("behaviour", "code", "times"), REFUSED.values(), ids=REFUSED.keys())
def test_a_segment_that_cannot_be_had(
    behaviour: Any, code: str, times: int, origin: Origin, bring: Import
) -> None:
    serve(origin, {"media.m3u8": b"#EXTM3U\n#EXTINF:1,\na.ts\n#EXT-X-ENDLIST\n"})
    origin.serve("/v/a.ts", behaviour)
    with pytest.raises(FilmRoomError) as error:
        bring.of(origin.url("/v/media.m3u8"))
    assert error.value.code == code
    assert origin.paths().count("/v/a.ts") == times


def test_a_page_among_good_segments_does_not_shorten_a_recording_in_silence(
    recording: Path, origin: Origin, bring: Import, tmp_path: Path
) -> None:
    serve(origin, hls(recording, tmp_path / "cut"))
    origin.serve("/v/media3.ts", a_page(b"<!doctype html><title>Sign in</title>"))
    with pytest.raises(FilmRoomError) as error:
        bring.of(origin.url("/v/media.m3u8"))
    assert error.value.code == "not_media"


def test_a_range_that_is_not_given_is_refused(origin: Origin, bring: Import) -> None:
    text = b"#EXTM3U\n#EXTINF:1,\n#EXT-X-BYTERANGE:100@50\na.ts\n#EXT-X-ENDLIST\n"
    serve(origin, {"media.m3u8": text})
    origin.serve("/v/a.ts", a_file(b"\x47" * 1000))
    with pytest.raises(FilmRoomError) as error:
        bring.of(origin.url("/v/media.m3u8"))
    assert error.value.code == "source_refused"


def test_a_sound_after_a_picture_is_gathered_into_the_same_limit(
    recording: Path, origin: Origin, bring: Import, settings: Settings, tmp_path: Path
) -> None:
    files = dash(recording, tmp_path / "cut")
    serve(origin, files)
    media = sum(len(data) for name, data in files.items() if "stream" in name)
    settings.MAX_UPLOAD_BYTES = media - 1
    with pytest.raises(FilmRoomError) as error:
        bring.of(origin.url("/v/media.mpd"))
    assert error.value.code == "too_large"


def test_a_codec_that_no_mp4_holds_is_named(origin: Origin, bring: Import, tmp_path: Path) -> None:
    webm = sample(tmp_path, container="webm", seconds=1)
    origin.serve("/v/a.webm", a_file(webm.read_bytes()))
    stream = Stream(
        StreamKind.SEGMENTS, origin.url("/v/m.mpd"), segments=(origin.url("/v/a.webm"),)
    )
    with FetchSession() as session, pytest.raises(FilmRoomError) as error:
        bring.of_media(Media(streams=(stream,)), session)
    assert error.value.code == "unsupported_codec"


def test_what_is_no_recording_is_said_to_be_none(origin: Origin, bring: Import) -> None:
    serve(origin, {"media.m3u8": b"#EXTM3U\n#EXTINF:1,\na.ts\n#EXT-X-ENDLIST\n"})
    origin.serve("/v/a.ts", a_file(os.urandom(100_000)))
    with pytest.raises(FilmRoomError) as error:
        bring.of(origin.url("/v/media.m3u8"))
    assert error.value.code == "not_media"


@pytest.mark.parametrize("after", [1, 4, 8])
def test_work_that_has_to_stop_leaves_nothing(
    after: int, recording: Path, origin: Origin, bring: Import, tmp_path: Path
) -> None:
    serve(origin, hls(recording, tmp_path / "cut"))
    bring.stop_after = after
    with pytest.raises(Stopped):
        bring.of(origin.url("/v/media.m3u8"))
    assert not bring.target.exists()


def test_a_full_disk_is_said_and_tried_later(
    origin: Origin, bring: Import, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streaming, "ROOM_FOR_OTHERS_BYTES", 10**18)
    serve(origin, {"media.m3u8": b"#EXTM3U\n#EXTINF:1,\na.ts\n#EXT-X-ENDLIST\n"})
    with pytest.raises(streaming.NoRoom) as error:
        bring.of(origin.url("/v/media.m3u8"))
    assert error.value.retryable
    assert error.value.retry_after
    assert set(origin.paths()) == {"/v/media.m3u8"}


def test_a_disk_that_fills_up_on_the_way_is_said_too(
    recording: Path, origin: Origin, bring: Import, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streaming, "_limit", lambda folder: 100_000)
    serve(origin, hls(recording, tmp_path / "cut"))
    with pytest.raises(streaming.NoRoom):
        bring.of(origin.url("/v/media.m3u8"))


def test_what_a_killed_worker_left_is_removed(folder: Path, origin: Origin) -> None:
    old, new = folder / "filmroom-import-old", folder / "filmroom-import-new"
    for place in (old, new, folder / "somebody-else"):
        place.mkdir()
        (place / "track-0").write_bytes(b"x")
    for place in (old, folder / "somebody-else"):
        os.utime(place, (time.time() - 2 * 86_400,) * 2)
    with FetchSession() as session, pytest.raises(FilmRoomError):
        Import(folder, folder / "x").of_media(
            Media(streams=(Stream(StreamKind.HLS, origin.url("/none.m3u8")),)), session
        )
    assert sorted(os.listdir(folder)) == ["filmroom-import-new", "somebody-else"]


def test_a_session_that_a_deadline_stopped_is_renewed_with_its_cookies(
    recording: Path, origin: Origin, bring: Import, settings: Settings, tmp_path: Path
) -> None:
    settings.IMPORT_FIRST_BYTE_SECONDS = 0.5
    files = hls(recording, tmp_path / "cut")
    serve(origin, files)
    origin.serve("/v/media3.ts", segmented.silent, a_file(files["media3.ts"]))
    stream = Stream(StreamKind.HLS, origin.url("/v/media.m3u8"))
    with FetchSession() as session:
        session.set_cookies({"ticket": "t-1"}, host=ALLOWED_ADDRESS)
        _is_whole(bring.of_media(Media(streams=(stream,)), session), recording)
    assert {request.headers.get("cookie") for request in origin.requests} == {"ticket=t-1"}
    assert origin.paths().count("/v/media3.ts") == 2


def test_sessions_that_were_renewed_are_not_watched_for_ever(origin: Origin) -> None:
    serve(origin, {"a": b"a"})
    with FetchSession() as session:
        for each in (session, later := session.renewed(), later.renewed()):
            with open_url(origin.url("/v/a"), session=each) as fetched:
                assert b"".join(fetched.iter_bytes()) == b"a"
        watched = deadlines._watchdog._watched
        assert {session.deadline, later.deadline} <= watched
    assert not {session.deadline, later.deadline} & watched


def test_an_abort_reaches_the_session_that_was_renewed() -> None:
    with FetchSession() as session:
        session.renewed().renewed()
        later = session.renewed()
        session.abort()
        assert later.deadline.stopped is not None
        assert later.deadline.stopped.code == "aborted"
        assert session.renewed().deadline.stopped is not None
