"""Joining tracks to one MP4: in a child, without encoding, at the times they had."""

from __future__ import annotations

import os
from pathlib import Path

import av
import pytest

from recordings.media import children, remuxing
from recordings.media.remuxing import CodecNotCarried, NoRoom, RemuxFailed, TracksUnreadable, remux
from tests.recordings.segmented import counted, sample

TICKS = 90_000


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sample(tmp_path_factory.mktemp("recording"), seconds=3)


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "joined.mp4"


def nothing() -> None:
    """The work is wanted."""


def cut(source: Path, *kinds: str, muxer: str = "mpegts", later: float = 0, folder: Path) -> Path:
    """A track of ``source`` in another container, ``later`` by so many seconds."""
    path = folder / f"{'-'.join(kinds)}-{later}.{muxer}"
    options = {"mpegts_copyts": "1"} if muxer == "mpegts" else {}
    with (
        av.open(str(source)) as opened,
        av.open(str(path), "w", format=muxer, container_options=options) as output,
    ):
        streams = {
            stream.index: output.add_stream_from_template(stream)
            for stream in (*opened.streams.video, *opened.streams.audio)
            if stream.type in kinds
        }
        for packet in opened.demux([opened.streams[index] for index in streams]):
            if packet.dts is None or packet.pts is None or packet.time_base is None:
                continue
            ticks = round(later / packet.time_base)
            packet.dts, packet.pts = packet.dts + ticks, packet.pts + ticks
            packet.stream = streams[packet.stream.index]
            output.mux(packet)
    return path


def note(seconds: float) -> bytes:
    """The tag in front of a packed sound that says when it begins (RFC 8216, 3.4)."""
    value = round(seconds * TICKS).to_bytes(8, "big")
    frame = b"com.apple.streaming.transportStreamTimestamp\0" + value
    frame = b"PRIV" + len(frame).to_bytes(4, "big") + b"\0\0" + frame
    return b"ID3\x04\0\0" + len(frame).to_bytes(4, "big") + frame


def starts(path: Path) -> dict[str, float]:
    return counted(path).starts


def test_pictures_and_sounds_keep_their_times_beside_each_other(
    recording: Path, target: Path, tmp_path: Path
) -> None:
    picture = cut(recording, "video", later=3600, folder=tmp_path)
    sound = cut(recording, "audio", later=3600.5, folder=tmp_path)
    made = remux([picture, sound], target, check=nothing)
    has, had = counted(target), counted(recording)
    assert (made.video_codec, made.audio_codec) == ("h264", "aac")
    assert made.duration_seconds == pytest.approx(3.5, abs=0.1)
    assert has.seconds == pytest.approx(3.5, abs=0.1)
    assert has.packets == had.packets
    assert has.frames["video"] == had.frames["video"]
    assert has.starts["audio"] - has.starts["video"] == pytest.approx(0.5, abs=0.05)


def test_tracks_that_count_from_different_clocks_begin_together(
    recording: Path, target: Path, tmp_path: Path
) -> None:
    picture = cut(recording, "video", folder=tmp_path)
    sound = cut(recording, "audio", later=7200, folder=tmp_path)
    remux([picture, sound], target, check=nothing)
    assert abs(starts(target)["audio"] - starts(target)["video"]) < 0.1


@pytest.mark.parametrize("later", [0.0, 0.7])
def test_a_packed_sound_begins_when_its_tag_says(
    later: float, recording: Path, target: Path, tmp_path: Path
) -> None:
    picture = cut(recording, "video", later=100, folder=tmp_path)
    sound = cut(recording, "audio", muxer="adts", folder=tmp_path)
    sound.write_bytes(note(100 + later) + sound.read_bytes())
    remux([picture, sound], target, check=nothing)
    has = counted(target)
    assert has.packets == counted(recording).packets
    assert has.codecs == {"video": "h264", "audio": "aac"}
    assert has.starts["audio"] - has.starts["video"] == pytest.approx(later, abs=0.05)


def test_a_transport_stream_that_begins_to_count_anew_goes_on(
    recording: Path, target: Path, tmp_path: Path
) -> None:
    whole = tmp_path / "whole.ts"
    parts = [cut(recording, "video", "audio", later=later, folder=tmp_path) for later in (0, 500)]
    again = cut(recording, "video", "audio", later=1, folder=tmp_path)
    whole.write_bytes(b"".join(part.read_bytes() for part in (*parts, again)))
    made = remux([whole], target, check=nothing)
    had, has = counted(recording), counted(target)
    assert made.duration_seconds == pytest.approx(9, abs=0.4)
    assert has.seconds == pytest.approx(9, abs=0.4)
    assert has.packets == {kind: 3 * count for kind, count in had.packets.items()}


def test_of_two_sounds_the_one_of_its_own_is_taken(
    recording: Path, target: Path, tmp_path: Path
) -> None:
    both = cut(recording, "video", "audio", folder=tmp_path)
    sound = sample(tmp_path, seconds=1)
    remux([both, sound], target, check=nothing)
    has = counted(target)
    assert has.packets["video"] == counted(recording).packets["video"]
    assert has.packets["audio"] == counted(sound).packets["audio"]


def test_a_sound_alone_is_a_recording_too(recording: Path, target: Path, tmp_path: Path) -> None:
    made = remux([cut(recording, "audio", folder=tmp_path)], target, check=nothing)
    assert (made.video_codec, made.audio_codec) == ("", "aac")
    assert counted(target).packets == {"audio": counted(recording).packets["audio"]}


UNREADABLE = {
    "a playlist": b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n",
    "a concat list": b"ffconcat version 1.0\nfile /etc/passwd\n",
    "a page": b"<!doctype html><title>Sign in</title>",
    "noise": bytes(range(256)) * 400,
    "nothing": b"",
}


@pytest.mark.parametrize("data", UNREADABLE.values(), ids=UNREADABLE.keys())
def test_what_is_no_track_is_refused(data: bytes, target: Path, tmp_path: Path) -> None:
    (tmp_path / "track").write_bytes(data)
    with pytest.raises(TracksUnreadable):
        remux([tmp_path / "track"], target, check=nothing)


def test_a_codec_that_no_mp4_holds_is_named(target: Path, tmp_path: Path) -> None:
    with pytest.raises(CodecNotCarried, match="vp8"):
        remux([sample(tmp_path, container="webm", seconds=1)], target, check=nothing)


def test_a_full_disk_is_told_from_a_bad_track(
    recording: Path, target: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remuxing, "room_for", lambda size: 20_000)
    with pytest.raises(NoRoom):
        remux([cut(recording, "video", folder=tmp_path)], target, check=nothing)
    assert target.stat().st_size <= 20_000


def test_a_child_that_needs_too_much_is_ended(
    recording: Path, target: Path, tmp_path: Path
) -> None:
    track = cut(recording, "video", folder=tmp_path)
    with pytest.raises(RemuxFailed):
        remux([track], target, check=nothing, memory_bytes=50_000_000)
    with pytest.raises(RemuxFailed, match="out of time"):
        remux([track], target, check=nothing, seconds=0.01)


def test_work_that_is_not_wanted_any_more_ends_its_child(
    recording: Path, target: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pid = tmp_path / "pid"
    waits = f"import os, sys, time; open({str(pid)!r}, 'w').write(str(os.getpid())); "
    monkeypatch.setattr(remuxing, "_BOOTSTRAP", waits + "sys.stdin.read(); time.sleep(600)")
    monkeypatch.setattr(children, "CHECK_SECONDS", 0.05)

    def check() -> None:
        if pid.exists() and pid.read_text():
            raise InterruptedError

    with pytest.raises(InterruptedError):
        remux([cut(recording, "video", folder=tmp_path)], target, check=check)
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid.read_text()), 0)


def test_an_answer_that_is_none_is_a_failure_of_ours(
    recording: Path, target: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    track = cut(recording, "video", folder=tmp_path)
    for program in ("print('{}', end='')", "print('x')", "import os; os.abort()"):
        monkeypatch.setattr(remuxing, "_BOOTSTRAP", f"import sys; sys.stdin.read(); {program}")
        with pytest.raises(RemuxFailed):
            remux([track], target, check=nothing)


def test_a_film_cut_off_in_the_middle_gives_what_there_is(
    recording: Path, target: Path, tmp_path: Path
) -> None:
    track = cut(recording, "video", "audio", folder=tmp_path)
    data = track.read_bytes()
    track.write_bytes(data[: len(data) // 2])
    made = remux([track], target, check=nothing)
    assert 1 < made.duration_seconds < 2.5
    assert counted(target).frames["video"] > 20
