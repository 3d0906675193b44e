"""What is read from recordings the way people have them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from recordings.media import boxes
from recordings.media.byte_sources import MemorySource
from recordings.media.facts import MediaFacts
from recordings.media.probing import FileSource, UrlSource, probe
from tests.recordings.media.range_server import serving
from tests.recordings.media.variants import (
    FRAGMENTED,
    box_at,
    clusters,
    padded_before_index,
    padded_between_clusters,
    piped,
    sample,
    with_clusters_of_unknown_size,
)

FRAME = 1 / 25
MIB = 1024 * 1024

MP4 = MediaFacts(
    container="mp4",
    mime_type="video/mp4",
    duration_seconds=3.0,
    video_codec="h264",
    audio_codec="aac",
    width=320,
    height=180,
    frame_rate=25.0,
    audio_channels=1,
    sample_rate=48000,
)
SOUND = replace(MP4, video_codec=None, width=None, height=None, frame_rate=None)
VP8 = replace(MP4, container="webm", mime_type="video/webm", video_codec="vp8", audio_codec="opus")
MKV = replace(MP4, container="matroska", mime_type="video/x-matroska")
WAV = replace(SOUND, container="wav", mime_type="audio/wav", audio_codec="pcm_s16le")
MP3 = replace(SOUND, container="mp3", mime_type="audio/mpeg", audio_codec="mp3")


Reader = Callable[[bytes], MediaFacts]


@pytest.fixture
def facts_of(tmp_path: Path) -> Reader:
    def read(data: bytes) -> MediaFacts:
        path = tmp_path / "recording"
        path.write_bytes(data)
        return probe(FileSource(path))

    return read


def assert_facts(found: MediaFacts, expected: MediaFacts) -> None:
    """Compare all facts exactly, the duration to within a frame."""
    assert found.duration_seconds == pytest.approx(expected.duration_seconds, abs=FRAME)
    assert replace(found, duration_seconds=None) == replace(expected, duration_seconds=None)


WHOLE = {
    "mp4": MP4,
    "mov": replace(MP4, container="mov", mime_type="video/quicktime"),
    "matroska": MKV,
    "webm": VP8,
    "m4a": replace(SOUND, container="m4a", mime_type="audio/mp4"),
    "mp3": MP3,
    "wav": WAV,
    "ogg": replace(SOUND, container="ogg", mime_type="audio/ogg", audio_codec="opus"),
    "flac": replace(SOUND, container="flac", mime_type="audio/flac", audio_codec="flac"),
}


@pytest.mark.parametrize("container", list(WHOLE))
def test_whole_recordings(container: str, facts_of: Reader) -> None:
    assert_facts(facts_of(sample(container)), WHOLE[container])


def test_index_in_front(facts_of: Reader) -> None:
    assert_facts(facts_of(sample("mp4", muxer_options={"movflags": "faststart"})), MP4)


@pytest.mark.parametrize(
    ("rotation", "size"), [(90, (180, 320)), (-90, (180, 320)), (180, (320, 180))]
)
def test_a_phone_held_upright(rotation: int, size: tuple[int, int], facts_of: Reader) -> None:
    found = facts_of(sample("mov", rotation=rotation))
    assert (found.width, found.height) == size


def test_fragmented_mp4(facts_of: Reader) -> None:
    data = piped("mp4", seconds=7, muxer_options=FRAGMENTED)
    assert_facts(facts_of(data), replace(MP4, duration_seconds=7.0))


def test_webm_without_a_duration(facts_of: Reader) -> None:
    data = piped("webm", seconds=7)
    assert_facts(facts_of(data), replace(VP8, duration_seconds=7.0))
    unknown = with_clusters_of_unknown_size(data)
    assert len(clusters(unknown)) == 1
    assert_facts(facts_of(unknown), replace(VP8, duration_seconds=7.0))


def test_a_webm_of_one_cluster_without_a_duration(facts_of: Reader) -> None:
    data = piped("webm", seconds=0.4)
    assert_facts(facts_of(data), replace(VP8, duration_seconds=0.4))


def test_matroska_without_a_duration(facts_of: Reader) -> None:
    assert_facts(facts_of(piped("matroska", seconds=7)), replace(MKV, duration_seconds=7.0))


@pytest.mark.parametrize(
    ("declared", "truncated"), [(0, False), (0xFFFFFFFF, False), (1000, False), (10**6, True)]
)
def test_wav_of_a_wrong_size(declared: int, truncated: bool, facts_of: Reader) -> None:
    data = sample("wav")
    at = data.index(b"data") + 4
    data = data[:at] + declared.to_bytes(4, "little") + data[at + 4 :]
    assert_facts(facts_of(data), replace(WAV, truncated=truncated))


def test_mp3_without_its_table(facts_of: Reader) -> None:
    data = sample("mp3", muxer_options={"write_xing": "0"})
    assert_facts(facts_of(data), replace(MP3, duration_seconds=3.024))


def mp3_of_two_rates(repeats: int) -> bytes:
    """An MP3 of half 32 and half 320 kbit/s, as variable rates go, without a table."""
    slow = (bytes.fromhex("fffb1464") + bytes(92)) * repeats
    fast = (bytes.fromhex("fffbe464") + bytes(956)) * repeats
    return slow + fast


def test_mp3_of_variable_rate_without_its_table_is_counted(facts_of: Reader) -> None:
    found = facts_of(mp3_of_two_rates(1000))
    assert found.duration_seconds == pytest.approx(2000 * 1152 / 48000, abs=0.03)
    assert not found.duration_is_estimate


def test_a_long_mp3_of_variable_rate_is_estimated(facts_of: Reader) -> None:
    piece = mp3_of_two_rates(40)
    data = piece * (5 * MIB // len(piece))
    found = facts_of(data)
    true_seconds = 80 * (len(data) // len(piece)) * 1152 / 48000
    assert found.duration_seconds == pytest.approx(true_seconds, rel=0.2)
    assert found.duration_is_estimate


def test_a_cover_picture_is_no_video(tmp_path: Path, facts_of: Reader) -> None:
    jpeg = bytes.fromhex("ffd8ffe000104a46494600010100000100010000ffd9")
    body = b"\0image/jpeg\0\3\0" + jpeg
    frame = b"APIC" + len(body).to_bytes(4, "big") + b"\0\0" + body
    tag = b"ID3\3\0\0\0\0" + bytes([len(frame) >> 7, len(frame) & 127]) + frame
    data = tag + sample("mp3", muxer_options={"id3v2_version": "0"})
    assert_facts(facts_of(data), MP3)


def test_truncated_with_the_index_in_front(facts_of: Reader) -> None:
    data = sample("mp4", muxer_options={"movflags": "faststart"})
    assert_facts(facts_of(data[: len(data) // 2]), replace(MP4, truncated=True))


@pytest.mark.parametrize("kept", [0.3, 0.999])
def test_truncated_before_its_index(kept: float, facts_of: Reader) -> None:
    data = sample("mp4")
    found = facts_of(data[: int(len(data) * kept)])
    assert found == MediaFacts(container="mp4", mime_type="video/mp4", truncated=True)


def test_a_recorder_that_crashed_before_it_closed_its_data(facts_of: Reader) -> None:
    data = bytearray(sample("mp4"))
    mdat, moov = box_at(bytes(data), b"mdat"), box_at(bytes(data), b"moov")
    data[mdat.offset : mdat.offset + 4] = bytes(4)
    found = facts_of(bytes(data[: moov.offset]))
    assert found == MediaFacts(container="mp4", mime_type="video/mp4", truncated=True)


@pytest.mark.parametrize(
    ("container", "options"), [("mp4", FRAGMENTED), ("webm", {}), ("matroska", {})]
)
def test_truncated_without_a_duration(
    container: str, options: dict[str, str], facts_of: Reader
) -> None:
    data = piped(container, seconds=7, muxer_options=options)
    found = facts_of(data[:-2000])
    assert found.truncated
    assert found.duration_seconds == pytest.approx(7.0, abs=0.6)
    assert found.video_codec == WHOLE[container].video_codec


@pytest.mark.parametrize("container", ["matroska", "webm", "wav", "mp3", "ogg"])
def test_truncated_in_other_containers(container: str, facts_of: Reader) -> None:
    data = sample(container)
    found = facts_of(data[: int(len(data) * 0.6)])
    assert found.truncated
    assert found.audio_codec == WHOLE[container].audio_codec
    assert found.duration_seconds is not None


def test_a_zip_behind_the_recording_is_not_a_cut(facts_of: Reader) -> None:
    assert_facts(facts_of(sample("mp4") + b"PK\3\4" + bytes(500)), MP4)


def test_large_mp4_with_its_index_at_the_end_is_read_in_pieces() -> None:
    data = padded_before_index(sample("mp4"), 24 * MIB)
    assert [box.type for box in boxes.walk(MemorySource(data))][-1] == b"moov"
    with serving(data) as server:
        assert_facts(probe(UrlSource(server.url, len(data))), MP4)
        assert server.bytes_sent < len(data) // 40
        assert len(server.requests) <= 6


def test_large_webm_without_a_duration_is_read_at_both_ends() -> None:
    data = padded_between_clusters(piped("webm", seconds=7), 24 * MIB)
    with serving(data) as server:
        found = probe(UrlSource(server.url, len(data)))
        assert_facts(found, replace(VP8, duration_seconds=7.0))
        assert server.bytes_sent < len(data) // 40
        assert len(server.requests) <= 6


def test_large_fragmented_mp4_is_read_at_both_ends() -> None:
    data = piped("mp4", seconds=7, muxer_options=FRAGMENTED)
    moofs = [box.offset for box in boxes.walk(MemorySource(data)) if box.type == b"moof"]
    middle = moofs[len(moofs) // 2]
    filler = boxes.free_box(24 * MIB) + bytes(24 * MIB - 16)
    data = data[:middle] + filler + data[middle:]
    with serving(data) as server:
        found = probe(UrlSource(server.url, len(data)))
        assert_facts(found, replace(MP4, duration_seconds=7.0))
        assert server.bytes_sent < len(data) // 16


def test_a_file_of_many_gigabytes_is_not_read_whole(tmp_path: Path) -> None:
    data = sample("mp4")
    moov = box_at(data, b"moov")
    path = tmp_path / "long.mp4"
    length = 40 * 1024 * MIB
    with path.open("wb") as file:
        file.write(data[: moov.offset] + boxes.free_box(length))
        file.seek(moov.offset + length)
        file.write(data[moov.offset :])
    assert_facts(probe(FileSource(path), seconds=20), MP4)


def test_facts_survive_json() -> None:
    assert MediaFacts.from_json(MP4.to_json()) == MP4


@pytest.mark.parametrize(
    "change",
    [{"width": "1"}, {"width": -1}, {"extra": 1}, {"truncated": None}, {"video_codec": "x" * 101}],
)
def test_what_are_no_facts_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"facts|type|range|long"):
        MediaFacts.from_json({**MP4.to_json(), **change})
