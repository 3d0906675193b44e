"""Hostile inputs and failures: each ends as NotMedia or ProbeFailed, and harms nothing else."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from recordings.media import boxes, containers, ebml, probing, reading
from recordings.media.byte_sources import ByteCursor, HttpRangeBytes, MemorySource
from recordings.media.byte_sources import SourceUnreadable as Unreadable
from recordings.media.facts import MediaFacts
from recordings.media.probing import FileSource, NotMedia, ProbeFailed, UrlSource, probe
from tests.recordings.media.range_server import serving
from tests.recordings.media.test_sniffing import HOSTILE, OTHERS
from tests.recordings.media.variants import box_at, element, sample

MIB = 1024 * 1024
ROOT = Path(probing.__file__).parents[2]


def written(folder: Path, data: bytes) -> FileSource:
    path = folder / "recording.mp4"
    path.write_bytes(data)
    return FileSource(path)


@pytest.mark.parametrize("name", ["hls", "ffconcat", "concat", "ass", "ffmetadata", "zip", "empty"])
def test_what_is_no_recording_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(NotMedia) as caught:
        probe(written(tmp_path, HOSTILE[name]))
    assert (caught.value.code, caught.value.http_status) == ("not_media", 415)


@pytest.mark.parametrize("name", list(HOSTILE))
def test_no_hostile_bytes_are_read_as_a_recording(name: str) -> None:
    with pytest.raises(reading.NothingToPlay):
        reading.read_facts(MemorySource(HOSTILE[name]))


@pytest.mark.parametrize("name", [name for name in OTHERS if not name.startswith("mp3")])
def test_an_empty_shell_of_a_container_never_gets_facts_of_a_whole_one(name: str) -> None:
    try:
        found = reading.read_facts(MemorySource(OTHERS[name][0]))
    except reading.NothingToPlay:
        return
    assert found.truncated or found.video_codec or found.audio_codec


def test_subtitles_alone_are_no_recording(tmp_path: Path) -> None:
    track = element(
        0xAE,
        element(0xD7, b"\1") + element(0x73C5, b"\1") + element(0x83, b"\x11")
        + element(0x86, b"S_TEXT/UTF8"),
    )  # fmt: skip
    cluster = element(ebml.CLUSTER, element(ebml.TIMESTAMP, b"\0") + element(0xA3, b"\x81\0\0\0hi"))
    body = element(ebml.INFO, b"") + element(0x1654AE6B, track) + cluster
    head = element(ebml.EBML_HEADER, element(ebml.DOC_TYPE, b"matroska"))
    with pytest.raises(NotMedia):
        probe(written(tmp_path, head + element(ebml.SEGMENT, body)))


def test_a_movie_without_tracks_is_no_recording(tmp_path: Path) -> None:
    data = sample("mp4", seconds=1)
    ftyp, mdat = box_at(data, b"ftyp"), box_at(data, b"mdat")
    header = bytes.fromhex("0000006c6d766864") + bytes(100)
    movie = (8 + len(header)).to_bytes(4, "big") + b"moov" + header
    with pytest.raises(NotMedia):
        probe(written(tmp_path, data[: ftyp.end] + movie + data[mdat.offset : mdat.end]))


def pointing_elsewhere(mp4: bytes, url: str) -> bytes:
    """Return an MP4 with its index at the end whose tracks say their data is behind ``url``."""
    moov = box_at(mp4, b"moov")
    own = bytes.fromhex("0000000c75726c2000000001")
    away = (13 + len(url)).to_bytes(4, "big") + b"url \0\0\0\0" + url.encode() + b"\0"
    movie = _replaced(mp4[moov.offset :], own, away)
    assert url.encode() in movie
    return mp4[: moov.offset] + movie


def _replaced(data: bytes, own: bytes, away: bytes) -> bytes:
    parents = (b"moov", b"trak", b"mdia", b"minf", b"dinf")
    out = b""
    for box in boxes.walk(MemorySource(data)):
        body = data[box.body : box.end]
        if box.type in parents:
            body = _replaced(body, own, away)
        if box.type == b"dref":
            body = body.replace(own, away)
        out += (8 + len(body)).to_bytes(4, "big") + box.type + body
    return out


def test_references_to_data_elsewhere_are_never_followed(tmp_path: Path) -> None:
    with serving(b"secret") as server:
        data = pointing_elsewhere(sample("mp4", seconds=1), server.url)
        found = probe(written(tmp_path, data))
        assert (found.container, found.video_codec) == ("mp4", "h264")
        assert server.requests == []


@pytest.mark.parametrize("demuxer", ["hls", "concat"])
def test_even_a_playlist_demuxer_could_open_nothing(
    demuxer: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second fence: were a playlist ever taken for a recording, no protocol is there."""
    kind = containers.Container("bait", demuxer, "", "", "", "")
    monkeypatch.setitem(containers.CONTAINERS, "bait", kind)
    wanted = written(tmp_path, sample("mp4", seconds=1)).path
    with serving(wanted.read_bytes()) as server:
        for target in (str(wanted), wanted.as_uri(), server.url):
            text = {
                "hls": f"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n{target}\n#EXT-X-ENDLIST\n",
                "concat": f"ffconcat version 1.0\nfile '{target}'\n",
            }[demuxer]
            cursor = ByteCursor(MemorySource(text.encode()))
            with pytest.raises((ValueError, OSError)):
                reading.open_guarded(cursor, "bait").close()
        assert server.requests == []


@pytest.mark.parametrize(
    "behaviour", ["whole", "shifted", "short", "padded", "redirects", "forbids"]
)
def test_a_server_that_does_not_answer_ranges_fails_the_probe(behaviour: str) -> None:
    data = sample("mp4", seconds=1) + bytes(8 * MIB)
    with serving(data, behaviour) as server, pytest.raises(ProbeFailed) as caught:
        probe(UrlSource(server.url, len(data)))
    assert (caught.value.code, caught.value.http_status) == ("probe_failed", 503)
    assert len(server.requests) <= 2


def test_a_whole_answer_is_not_downloaded() -> None:
    data = bytes(64 * MIB)
    with serving(data, "whole") as server:
        with pytest.raises(ProbeFailed):
            probe(UrlSource(server.url, len(data)))
        assert server.bytes_sent < 16 * MIB


def test_an_object_of_another_size_fails_the_probe() -> None:
    data = sample("mp4", seconds=1)
    with serving(data) as server, pytest.raises(ProbeFailed):
        probe(UrlSource(server.url, len(data) + 5))


def test_the_presigned_url_is_asked_for_exactly() -> None:
    data = sample("m4a", seconds=1)
    with serving(data) as server:
        probe(UrlSource(server.url, len(data)))
        assert set(server.requests) == {"/bucket/a%20key.mp4?X-Amz-Signature=abc"}


def test_nothing_listening_fails_the_probe() -> None:
    with serving(b"x") as server:
        url = server.url
    with pytest.raises(ProbeFailed):
        probe(UrlSource(url, 1000))


def test_other_schemes_are_not_read(tmp_path: Path) -> None:
    path = written(tmp_path, sample("mp4", seconds=1)).path
    with pytest.raises(ProbeFailed):
        probe(UrlSource(path.as_uri(), path.stat().st_size))


def test_the_bytes_one_probe_may_fetch_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("recordings.media.byte_sources.MOST_BYTES_FETCHED", 2 * MIB)
    data = bytes(8 * MIB)
    with serving(data) as server:
        source = HttpRangeBytes(server.url, len(data))
        with pytest.raises(Unreadable, match="too many"):
            source.read_at(0, len(data))
        source.close()
        assert server.bytes_sent <= 2 * MIB


def test_a_missing_file_fails_the_probe(tmp_path: Path) -> None:
    with pytest.raises(ProbeFailed):
        probe(FileSource(tmp_path / "gone.mp4"))


@contextmanager
def children_seen(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Collect the children that probes start."""
    seen: list[subprocess.Popen[bytes]] = []

    class Watched(subprocess.Popen[bytes]):
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            seen.append(self)

    with monkeypatch.context() as patch:
        patch.setattr(subprocess, "Popen", Watched)
        yield seen


def test_a_source_that_hangs_ends_with_its_child(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(b"x" * 1000, "hangs") as server, children_seen(monkeypatch) as children:
        with pytest.raises(ProbeFailed):
            probe(UrlSource(server.url, 1000), seconds=1)
        assert len(server.requests) == 1
    assert [child.returncode for child in children] == [-9]
    with pytest.raises(ProcessLookupError):
        os.killpg(children[0].pid, 0)


def test_a_child_that_crashes_fails_only_the_probe(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    crash = "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)"
    monkeypatch.setattr(probing, "_BOOTSTRAP", crash)
    with pytest.raises(ProbeFailed):
        probe(written(tmp_path, sample("mp4", seconds=1)))


@pytest.mark.parametrize(
    "script",
    [
        "print('x' * 200_000)",
        "print('{}')",
        "print('[]')",
        'print(\'{"facts": {"container": 1}}\')',
        "print('[' * 50_000)",
        "import sys; sys.stdin.close()",
    ],
)
def test_what_a_child_says_is_not_believed(
    script: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(probing, "_BOOTSTRAP", script)
    with pytest.raises(ProbeFailed):
        probe(written(tmp_path, b""))


def greedy_recording(folder: Path, megabytes: int) -> FileSource:
    """A WebM whose track says that its codec needs so many megabytes read into memory."""
    data = sample("webm", seconds=1)
    segment = ebml.find_segment(MemorySource(data), start=_segment_at(data))
    assert segment is not None
    tracks = next(
        child
        for child in ebml.walk(MemorySource(data), start=segment.body, end=len(data))
        if child.id == 0x1654AE6B
    )
    size = megabytes * MIB
    private = b"\x63\xa2" + ((1 << 56) | size).to_bytes(8, "big")
    video = element(0xE0, element(0xB0, b"\x40") + element(0xBA, b"\x40"))
    entry = (
        element(0xD7, b"\3") + element(0x73C5, b"\3") + element(0x83, b"\1")
        + element(0x86, b"V_VP9") + video + private
    )  # fmt: skip
    track = b"\xae" + ((1 << 56) | (len(entry) + size)).to_bytes(8, "big") + entry
    all_tracks = b"\x16\x54\xae\x6b" + ((1 << 56) | (len(track) + size)).to_bytes(8, "big")
    path = folder / "greedy.webm"
    with path.open("wb") as file:
        head = element(ebml.EBML_HEADER, element(ebml.DOC_TYPE, b"webm"))
        file.write(head + b"\x18\x53\x80\x67\x01" + b"\xff" * 7)
        file.write(element(ebml.INFO, element(0x2AD7B1, b"\x0f\x42\x40")) + all_tracks + track)
        file.seek(size, os.SEEK_CUR)
        file.write(data[tracks.end :])
    return FileSource(path)


def _segment_at(data: bytes) -> int:
    found = ebml.doc_type(MemorySource(data))
    assert found is not None
    return found[1]


def test_memory_is_limited(tmp_path: Path) -> None:
    source = greedy_recording(tmp_path, 100)
    found = probe(source, memory_bytes=1024 * MIB)
    assert (found.container, found.video_codec) == ("webm", "vp9")
    with pytest.raises(ProbeFailed):
        probe(source, memory_bytes=300 * MIB)


def test_too_little_memory_to_start_fails_the_probe(tmp_path: Path) -> None:
    with pytest.raises(ProbeFailed):
        probe(written(tmp_path, sample("mp4", seconds=1)), memory_bytes=8 * MIB)


SPY = """
import json, os, resource, sys
sys.path.insert(0, sys.argv[1])
from recordings.media import probe_child
request = json.load(sys.stdin)
probe_child.limit(seconds=request["seconds"], memory_bytes=request["memory_bytes"])
limits = {name: resource.getrlimit(getattr(resource, name))[1]
          for name in ("RLIMIT_AS", "RLIMIT_CPU", "RLIMIT_NOFILE", "RLIMIT_FSIZE", "RLIMIT_CORE")}
open(0, closefd=False)
print(json.dumps({"environment": dict(os.environ), "arguments": sys.argv, "limits": limits,
                  "session": os.getsid(0) == os.getpid(), "folder": os.getcwd(),
                  "files": sorted(map(int, os.listdir("/proc/self/fd")))[:-1],
                  "django": any(name.split(".")[0] in ("django", "celery", "boto3")
                                for name in sys.modules)}))
"""


def test_what_the_child_knows_and_may_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "hush")
    monkeypatch.setenv("SECRET_KEY", "hush")
    monkeypatch.setenv("PYTHONPATH", "/nowhere")
    monkeypatch.setattr(probing, "_BOOTSTRAP", SPY)
    said: list[bytes] = []
    monkeypatch.setattr(probing, "_facts", said.append)
    with (ROOT / "manage.py").open() as held_open:
        os.set_inheritable(held_open.fileno(), True)
        probe(UrlSource("http://127.0.0.3:9/?X-Amz-Signature=hush", 10), memory_bytes=512 * MIB)
    seen = json.loads(said[0])
    assert "hush" not in said[0].decode()
    assert set(seen["environment"]) <= {"LC_ALL", "LC_CTYPE"}
    assert seen["arguments"] == ["-c", str(ROOT)]
    assert seen["limits"] == {
        "RLIMIT_AS": 512 * MIB,
        "RLIMIT_CPU": 30,
        "RLIMIT_NOFILE": 32,
        "RLIMIT_FSIZE": 0,
        "RLIMIT_CORE": 0,
    }
    assert (seen["session"], seen["folder"], seen["django"]) == (True, "/", False)
    assert seen["files"] == [0, 1, 2]


def test_an_orphan_ends_by_itself() -> None:
    """Were the parent killed, a child that hangs still goes."""
    limits = {"seconds": 1, "memory_bytes": 1024 * MIB}
    with serving(b"x" * 100, "hangs") as server:
        request = {**limits, "url": server.url, "size_bytes": 100, "ca_bundle": None}
        child = subprocess.run(
            [sys.executable, "-I", "-c", probing._BOOTSTRAP, str(ROOT)],
            input=json.dumps(request).encode(),
            check=False,
            timeout=30,
        )
    assert child.returncode < 0


def test_threads_share_a_few_children(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    source = written(tmp_path, sample("mp4", seconds=1))
    lock, running, most = threading.Lock(), [0], [0]
    ask = probing._ask_child

    def counted(request: bytes, *, seconds: float) -> bytes:
        with lock:
            running[0] += 1
            most[0] = max(most[0], running[0])
        try:
            return ask(request, seconds=seconds)
        finally:
            with lock:
                running[0] -= 1

    monkeypatch.setattr(probing, "_ask_child", counted)
    with ThreadPoolExecutor(12) as pool:
        found: list[MediaFacts] = list(pool.map(lambda _: probe(source), range(12)))
    assert {facts.video_codec for facts in found} == {"h264"}
    assert most[0] == probing.CHILDREN_AT_ONCE
