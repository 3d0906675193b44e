"""What the guarded child makes of a recording, opened again and looked at."""

from __future__ import annotations

import json
import os
import signal
from array import array
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import av
import pytest

from recordings.media import browsers, pictures, rendering, sound, web_copies
from recordings.media.byte_sources import MemorySource
from recordings.media.probing import FileSource, UrlSource
from recordings.media.reading import read_facts
from recordings.media.rendering import (
    NoRoom,
    OutOfTime,
    RenderingFailed,
    TooCostly,
    Unreadable,
    make_picture,
    make_web_copy,
)
from tests.recordings.media.range_server import serving
from tests.recordings.media.variants import (
    box_at,
    insert,
    old_sample,
    remuxed,
    sample,
    without_sound,
    wma,
)

MIB = 1024 * 1024


def nothing() -> None:
    """No reason to stop."""


@pytest.fixture
def written(tmp_path: Path) -> Callable[[bytes], FileSource]:
    def write(data: bytes) -> FileSource:
        path = tmp_path / "recording"
        path.write_bytes(data)
        return FileSource(path)

    return write


def picture(data: bytes) -> Any:
    """The one frame of a JPEG."""
    with av.open(BytesIO(data), "r", format="jpeg_pipe") as opened:
        return next(opened.decode(video=0))


def corner(frame: Any) -> list[int]:
    """Red, green and blue of the top left pixel."""
    plane = frame.reformat(format="rgb24").planes[0]
    return list(bytes(plane)[:3])


def drawn(
    draw: Callable[..., pictures.Picture], data: bytes, duration: float | None = None
) -> pictures.Picture:
    """What the child draws, here without its process: that costs a second each."""
    source = MemorySource(data)
    facts = read_facts(source)
    return draw(source, facts.container, duration or facts.duration_seconds)


@pytest.mark.parametrize(
    ("rotation", "width", "height"), [(0, 320, 180), (-90, 180, 320), (180, 320, 180)]
)
def test_a_poster_stands_upright(rotation: int, width: int, height: int) -> None:
    made = drawn(pictures.poster, sample("mov", seconds=1, rotation=rotation))
    assert made.details == {"width": width, "height": height}
    shown = picture(made.data)
    assert (shown.width, shown.height) == (width, height)


def test_a_turned_poster_is_the_picture_turned() -> None:
    """The corner that was bottom left comes to the top left when a phone was held upright."""
    plain = picture(drawn(pictures.poster, sample("mov", seconds=1)).data)
    turned = picture(drawn(pictures.poster, sample("mov", seconds=1, rotation=-90)).data)
    rgb = plain.reformat(format="rgb24")
    line = rgb.planes[0].line_size
    bottom_left = list(bytes(rgb.planes[0])[line * 179 : line * 179 + 3])
    assert all(abs(a - b) < 40 for a, b in zip(corner(turned), bottom_left, strict=True))


def test_a_poster_is_not_the_black_beginning() -> None:
    made = drawn(pictures.poster, black_then_test_picture(1, 2))
    luminance = bytes(picture(made.data).planes[0])
    assert sum(luminance) / len(luminance) > 60


def black_then_test_picture(black_seconds: int, seconds: int) -> bytes:
    """An MP4 whose first seconds, far more than a tenth, are black."""
    target = BytesIO()
    with av.open(target, "w", format="mp4") as output:
        stream = output.add_stream("libx264", rate=10, options={"preset": "ultrafast", "g": "5"})
        stream.width, stream.height, stream.pix_fmt = 160, 90, "yuv420p"
        for number in range(10 * (black_seconds + seconds)):
            level = 16 if number < 10 * black_seconds else 30 + number * 40 % 200
            frame = av.VideoFrame(160, 90, "yuv420p")
            frame.planes[0].update(bytes([level, 255 - level] * (frame.planes[0].buffer_size // 2)))
            if number < 10 * black_seconds:
                frame.planes[0].update(bytes([16]) * frame.planes[0].buffer_size)
            for plane in frame.planes[1:]:
                plane.update(bytes([128]) * plane.buffer_size)
            frame.pts = number
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    return target.getvalue()


def test_thumbnails_are_tiles_of_one_picture() -> None:
    made = drawn(pictures.thumbnails, without_sound(sample("mp4", seconds=14, frame_rate=5)))
    assert made.details == {
        "columns": 12,
        "rows": 2,
        "tile_width": 160,
        "tile_height": 90,
        "interval_seconds": 1,
        "count": 14,
    }
    sheet = picture(made.data)
    assert (sheet.width, sheet.height) == (1920, 180)
    plane = sheet.planes[0]
    rows = bytes(plane)
    tiles = [
        b"".join(rows[(y + line) * plane.line_size + x :][:160] for line in range(0, 90, 5))
        for y in (0, 90)
        for x in range(0, 1920, 160)
    ]
    assert len(set(tiles[:14])) == 14, "every second shows another picture"
    assert all(sum(tile) / len(tile) < 24 for tile in tiles[14:]), "what is not filled is empty"


def test_tiles_of_an_hour_lie_further_apart() -> None:
    made = drawn(pictures.thumbnails, sample("mp4", seconds=1), 3600.0)
    facts = made.details
    assert (facts["interval_seconds"], facts["count"]) == (25, 144)
    assert (facts["columns"], facts["rows"]) == (12, 12)


def long_recording(mebibytes: int) -> bytes:
    """An MP4 with so many bytes that nobody has to read between its index and its pictures."""
    data = sample("mp4", seconds=4, muxer_options={"movflags": "+faststart"})
    free = mebibytes * MIB
    filler = box_at(data, b"mdat").offset
    return _shifted(insert(data, filler, free.to_bytes(4, "big") + b"free" + bytes(free - 8)), free)


def _shifted(data: bytes, by: int) -> bytes:
    """Move the chunk offsets (stco) of an MP4 whose media data was moved."""
    patched, at = bytearray(data), -1
    while (at := patched.find(b"stco", at + 1)) != -1:
        for entry in range(int.from_bytes(patched[at + 8 : at + 12], "big")):
            place = at + 12 + 4 * entry
            value = int.from_bytes(patched[place : place + 4], "big") + by
            patched[place : place + 4] = value.to_bytes(4, "big")
    return bytes(patched)


@pytest.mark.parametrize("kind", ["poster", "thumbnails"])
def test_only_a_part_of_a_long_recording_is_read(kind: str) -> None:
    data = long_recording(40)
    with serving(data) as server:
        source = UrlSource(server.url, len(data))
        made = make_picture(kind, source, container="mp4", duration_seconds=4.0, check=nothing)
        assert picture(made.data).width >= 320
        assert server.bytes_sent < 4 * MIB


def test_pictures_that_cost_too_many_bytes_are_not_made(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rendering, "MOST_PICTURE_BYTES", 200_000)
    data = sample("mp4", seconds=4, width=640, height=360)
    with serving(data) as server:
        source = UrlSource(server.url, len(data))
        with pytest.raises(TooCostly):
            make_picture("thumbnails", source, container="mp4", duration_seconds=4.0, check=nothing)


@pytest.mark.parametrize("container", ["m4a", "mp3", "wav", "ogg", "flac"])
def test_a_waveform_shows_how_loud_it_is(container: str) -> None:
    said = sound.waveform(MemorySource(sample(container, seconds=2)), container)
    assert set(said) == {"duration_seconds", "peaks"}
    assert said["duration_seconds"] == pytest.approx(2, abs=0.1)
    # The sample's tone has an eighth of the full amplitude.
    assert 0.1 < max(said["peaks"]) < 0.15
    assert 190 <= len(said["peaks"]) <= 210


def test_a_waveform_of_hours_stays_small() -> None:
    peaks = sound._Peaks()
    for level in (100, 20_000, 100):
        for _ in range(100):
            peaks.add(array("h", [0, level, -level] * 3_000))
    shown = peaks.shown()
    assert sound.MOST_PEAKS / 2 <= len(shown) <= sound.MOST_PEAKS
    third = len(shown) // 3
    assert max(shown[: third - 2]) < 0.01 < 0.6 < min(shown[third + 2 : 2 * third - 2])


def copied(source: Any, folder: Path, container: str, **more: Any) -> tuple[Any, Path, list[int]]:
    target, progress = folder / "copy.mp4", []  # type: ignore[var-annotated]
    arguments = {"most_bytes": 50 * MIB, "check": nothing, "on_progress": progress.append, **more}
    made = make_web_copy(source, container=container, target=target, **arguments)
    return made, target, progress


@pytest.mark.parametrize(
    ("name", "encoded"),
    [
        ("matroska", []),
        ("mpegts", []),
        ("flv", []),
        ("webm", ["video"]),
        ("mov-pcm", ["audio"]),
        ("avi", ["audio", "video"]),
        ("wmv", ["audio", "video"]),
        ("mpg", ["audio", "video"]),
        ("hevc", ["video"]),
    ],
)
def test_a_web_copy_plays_in_browsers(name: str, encoded: list[str], tmp_path: Path) -> None:
    if name in ("mpegts", "flv"):
        data = remuxed(sample("mp4", seconds=2), name)
    else:
        make_it = sample if name in ("matroska", "webm") else old_sample
        data = make_it(name, seconds=2)
    target, progress = tmp_path / "copy.mp4", []  # type: ignore[var-annotated]
    container = read_facts(MemorySource(data)).container

    details = web_copies.write_web_copy(MemorySource(data), container, target, progress.append)

    assert details["encoded"] == encoded
    found = read_facts(MemorySource(target.read_bytes()))
    assert found.container == "mp4"
    assert (found.width, found.height) == (320, 180)
    assert found.duration_seconds == pytest.approx(2, abs=0.15)
    assert browsers.playable_type(
        container="mp4", video_codec=found.video_codec or "", audio_codec=found.audio_codec or ""
    )
    with av.open(str(target)) as opened:
        frames = list(opened.decode(video=0))
    assert 49 <= len(frames) <= 51
    assert frames[0].pts is not None
    with av.open(str(target)) as opened:
        samples = sum(frame.samples for frame in opened.decode(audio=0))
    assert samples / 48_000 == pytest.approx(2, abs=0.15)
    written_bytes = target.read_bytes()
    assert written_bytes.find(b"moov") < written_bytes.find(b"mdat"), "the index comes first"
    assert progress == sorted(progress)
    assert 0 < progress[-1] <= 100


def test_an_encoded_copy_stands_upright_and_is_not_larger_than_full_hd(
    written: Callable[[bytes], FileSource], tmp_path: Path
) -> None:
    source = written(
        old_sample("hevc", seconds=0.2, width=2560, height=1440, rotation=-90, frame_rate=10)
    )
    _made, target, _progress = copied(source, tmp_path, "mp4")
    with av.open(str(target)) as opened:
        frame = next(opened.decode(video=0))
    assert (frame.width, frame.height, frame.rotation) == (1080, 1920, 0)


def test_picture_alone_and_sound_alone(
    written: Callable[[bytes], FileSource], tmp_path: Path
) -> None:
    silent = without_sound(sample("mp4", seconds=1))
    made, _target, _progress = copied(written(silent), tmp_path, "mp4")
    assert (made.details["video_codec"], made.details["audio_codec"]) == ("h264", "")
    made, _target, _progress = copied(written(wma()), tmp_path, "asf")
    assert (made.details["video_codec"], made.details["audio_codec"]) == ("", "aac")


@pytest.mark.parametrize("kind", ["poster", "thumbnails", "waveform"])
@pytest.mark.parametrize("data", [b"", b"no recording" * 1000])
def test_what_cannot_be_read_is_said(
    kind: str, data: bytes, written: Callable[[bytes], FileSource]
) -> None:
    with pytest.raises(Unreadable):
        make_picture(kind, written(data), container="matroska", duration_seconds=3.0, check=nothing)


def test_a_copy_of_what_cannot_be_read_is_refused(
    written: Callable[[bytes], FileSource], tmp_path: Path
) -> None:
    with pytest.raises(Unreadable):
        copied(written(sample("matroska", seconds=1)[:600]), tmp_path, "matroska")


def test_a_copy_that_outgrows_its_room_ends(
    written: Callable[[bytes], FileSource], tmp_path: Path
) -> None:
    with pytest.raises(NoRoom):
        copied(written(sample("matroska", seconds=2)), tmp_path, "matroska", most_bytes=50_000)


def test_a_bucket_that_breaks_off_makes_no_short_copy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = sample("matroska", seconds=1)
    program = rendering._BOOTSTRAP.replace(
        "main()", "import recordings.media.rendering_child as child; child.TRIES = 1; main()"
    )
    monkeypatch.setattr(rendering, "_BOOTSTRAP", program)
    with serving(data, "short") as server, pytest.raises(RenderingFailed) as caught:
        copied(UrlSource(server.url, len(data)), tmp_path, "matroska")
    assert (caught.value.code, caught.value.is_final) == ("rendering_failed", False)


def test_a_child_that_crashes_fails_one_try(
    written: Callable[[bytes], FileSource], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        rendering, "_BOOTSTRAP", "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)"
    )
    with pytest.raises(RenderingFailed) as caught:
        make_picture("poster", written(b"x"), container="mp4", duration_seconds=1.0, check=nothing)
    assert not caught.value.is_final


def test_a_child_that_takes_too_long_is_killed(tmp_path: Path, settings: Any) -> None:
    settings.WEB_COPY_SECONDS = 1
    with serving(b"x" * 1000, "hangs") as server, pytest.raises(OutOfTime):
        copied(UrlSource(server.url, 1000), tmp_path, "matroska")


def test_what_is_not_wanted_any_more_ends_with_its_child(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pid_file = tmp_path / "pid"
    monkeypatch.setattr(
        rendering,
        "_BOOTSTRAP",
        f"import os, time; open({str(pid_file)!r}, 'w').write(str(os.getpid())); time.sleep(60)",
    )

    class Unwanted(Exception):
        """What a lost lease raises."""

    def check() -> None:
        if pid_file.exists() and pid_file.read_text():
            raise Unwanted

    with pytest.raises(Unwanted):
        copied(FileSource(tmp_path / "nothing"), tmp_path, "matroska", check=check)
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid_file.read_text()), signal.SIG_DFL)


def test_damaged_stretches_are_left_out(tmp_path: Path) -> None:
    data = bytearray(old_sample("avi", seconds=2))
    middle = len(data) // 2
    data[middle : middle + 3000] = bytes(3000)
    target = tmp_path / "copy.mp4"
    web_copies.write_web_copy(MemorySource(bytes(data)), "avi", target, lambda percent: None)
    found = read_facts(MemorySource(target.read_bytes()))
    assert found.duration_seconds == pytest.approx(2, abs=0.3)


@pytest.mark.parametrize(
    ("container", "video", "audio", "mime_type"),
    [
        ("mp4", "h264", "aac", "video/mp4"),
        ("mov", "h264", "aac", "video/mp4"),
        ("mov", "h264", "pcm_s16le", None),
        ("mp4", "hevc", "aac", None),
        ("mp4", "av1", "opus", "video/mp4"),
        ("mp4", "h264", "", "video/mp4"),
        ("m4a", "", "aac", "audio/mp4"),
        ("m4a", "", "alac", None),
        ("webm", "vp9", "opus", "video/webm"),
        ("matroska", "vp9", "opus", None),
        ("ogg", "", "opus", "audio/ogg"),
        ("ogg", "theora", "vorbis", None),
        ("wav", "", "pcm_s16le", "audio/wav"),
        ("avi", "h264", "aac", None),
        ("mp4", "", "", None),
    ],
)
def test_what_browsers_play(container: str, video: str, audio: str, mime_type: str | None) -> None:
    assert (
        browsers.playable_type(container=container, video_codec=video, audio_codec=audio)
        == mime_type
    )


def test_the_child_draws_a_waveform(written: Callable[[bytes], FileSource]) -> None:
    source = written(sample("mp3", seconds=1))
    made = make_picture("waveform", source, container="mp3", duration_seconds=None, check=nothing)
    said = json.loads(made.data)
    assert made.details == {"count": len(said["peaks"])}


def test_the_child_copies_and_tells_how_far_it_is(
    written: Callable[[bytes], FileSource], tmp_path: Path
) -> None:
    made, target, progress = copied(written(sample("matroska", seconds=2)), tmp_path, "matroska")
    assert (made.data, made.details["video_codec"]) == (b"", "h264")
    assert read_facts(MemorySource(target.read_bytes())).video_codec == "h264"
    assert 0 < progress[-1] <= 99
