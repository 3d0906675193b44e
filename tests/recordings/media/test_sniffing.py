"""The first bytes decide: recordings in, everything else out."""

from __future__ import annotations

import io
import struct
import tarfile
import zipfile

import pytest

from recordings.media.samples import RECIPES
from recordings.media.sniffing import HEAD_BYTES, Sniffed, sniff
from tests.recordings.media.variants import piped, sample


def zipped() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("meeting.mp4", b"x" * 5000)
    return target.getvalue()


def tarred() -> bytes:
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("meeting.mp4"))
    return target.getvalue()


def ftyp(brand: bytes) -> bytes:
    return struct.pack(">I4s4sI4s", 20, b"ftyp", brand, 0, b"isom")


def box(box_type: bytes, body: bytes) -> bytes:
    return struct.pack(">I4s", 8 + len(body), box_type) + body


MOVIE = box(b"moov", box(b"mvhd", bytes(100)))
ZIP = zipped()

EXPECTED = {
    "mp4": Sniffed("mp4", "video/mp4", ".mp4", True),
    "mov": Sniffed("mov", "video/quicktime", ".mov", True),
    "matroska": Sniffed("matroska", "video/x-matroska", ".mkv", True),
    "webm": Sniffed("webm", "video/webm", ".webm", True),
    "m4a": Sniffed("m4a", "audio/mp4", ".m4a", False),
    "mp3": Sniffed("mp3", "audio/mpeg", ".mp3", False),
    "wav": Sniffed("wav", "audio/wav", ".wav", False),
    "ogg": Sniffed("ogg", "audio/ogg", ".ogg", False),
    "flac": Sniffed("flac", "audio/flac", ".flac", False),
}


@pytest.mark.parametrize("container", list(RECIPES))
def test_every_sample_is_what_it_is(container: str) -> None:
    data = sample(container, seconds=1)
    assert sniff(data[:HEAD_BYTES], total_size=len(data)) == EXPECTED[container]
    assert sniff(data[:HEAD_BYTES]) == EXPECTED[container]


def test_sound_without_a_picture_is_seen_in_the_head() -> None:
    data = piped("mp3", seconds=1)
    assert sniff(data) == EXPECTED["mp3"]


# Real heads of formats that no sample is made of, as short as the format allows.
TS_PACKETS = b"\x47\x40\x00\x10\x00\x00" + bytes(182) + (b"\x47\x01\x00\x10" + bytes(184)) * 4
M2TS_PACKETS = b"".join(
    bytes(4) + TS_PACKETS[start : start + 188] for start in range(0, len(TS_PACKETS), 188)
)
ADTS = bytes.fromhex("fff15040 1fa0fc".replace(" ", "")) + bytes(246)
MP3_FRAME = bytes.fromhex("fffb9064") + bytes(413)
OTHERS = {
    "quicktime-mdat-first": (box(b"wide", b"") + box(b"mdat", bytes(50)) + MOVIE, "mov"),
    "quicktime-moov-first": (MOVIE, "mov"),
    "3gp": (ftyp(b"3gp4") + MOVIE, "3gp"),
    "fragment-stream": (ftyp(b"iso5") + MOVIE + box(b"moof", bytes(30)), "mp4"),
    "mp4-then-zip": (ftyp(b"isom") + MOVIE + box(b"mdat", bytes(50)) + ZIP, "mp4"),
    "avi": (b"RIFF\0\1\0\0AVI LIST\xc0\0\0\0hdrlavih" + bytes(60), "avi"),
    "rf64": (b"RF64\xff\xff\xff\xffWAVEds64\x1c\0\0\0" + bytes(28) + b"fmt \x10\0\0\0", "wav"),
    "ogg-video": (b"OggS\0\2" + bytes(20) + b"\1\x2a\x80theora" + bytes(40), "ogg"),
    "mp3-bare": (MP3_FRAME * 3, "mp3"),
    "mp3-two-frames": (MP3_FRAME * 2, "mp3"),
    "mp3-id3": (b"ID3\3\0\0\0\0\0\x0aTIT2" + bytes(6) + MP3_FRAME * 3, "mp3"),
    "mp3-large-cover": (b"ID3\3\0\0\0\x08\0\0APIC" + bytes(70_000) + MP3_FRAME * 200, "mp3"),
    "aac": (ADTS * 3, "aac"),
    "aiff": (b"FORM\0\0\1\0AIFFCOMM" + bytes(40), "aiff"),
    "amr": (b"#!AMR\n\x3c" + bytes(31), "amr"),
    "caf": (b"caff\0\1\0\0desc" + bytes(40), "caf"),
    "asf": (
        bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c") + bytes(12) + b"\1\2" + bytes(40),
        "asf",
    ),
    "flv": (b"FLV\1\5\0\0\0\x09\0\0\0\0\x12" + bytes(40), "flv"),
    "mpeg-ps": (b"\0\0\1\xba\x44" + bytes(8) + b"\xf8\0\0\1\xbb" + bytes(40), "mpeg-ps"),
    "mpeg-ts": (TS_PACKETS, "mpeg-ts"),
    "m2ts": (M2TS_PACKETS, "mpeg-ts"),
}


@pytest.mark.parametrize("name", list(OTHERS))
def test_other_containers_are_recognised(name: str) -> None:
    data, container = OTHERS[name]
    found = sniff(data[:HEAD_BYTES], total_size=len(data))
    assert found is not None
    assert found.container == container


HOSTILE = {
    "empty": b"",
    "one byte": b"\0",
    "zeros": bytes(70_000),
    "text": b"Coach: how was the week?\n" * 200,
    "text of G": b"G" * 5000,
    "utf-16 text": ("﻿" + "Notes of the session " * 99).encode("utf-16-le"),
    "html": b"<!doctype html><title>Sign in</title>",
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>',
    "xml": b'<?xml version="1.0"?><a/>',
    "pdf": b"%PDF-1.7\n" + bytes(100),
    "elf": b"\x7fELF\2\1\1" + bytes(100),
    "exe": b"MZ\x90\0" + bytes(100),
    "script": b"#!/bin/sh\nid\n",
    "zip": ZIP,
    "tar": tarred(),
    "gzip": b"\x1f\x8b\x08" + bytes(100),
    "7z": b"7z\xbc\xaf\x27\x1c" + bytes(100),
    "rar": b"Rar!\x1a\7\1\0" + bytes(100),
    "hls": b"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nfile:///etc/passwd\n",
    "m3u": b"#EXTM3U\n#EXTINF:1,x\nhttp://127.0.0.1/\n",
    "ffconcat": b"ffconcat version 1.0\nfile '/etc/passwd'\n",
    "concat": b"file '/etc/passwd'\n",
    "pls": b"[playlist]\nFile1=http://127.0.0.1/\n",
    "xspf": b'<?xml version="1.0"?><playlist xmlns="http://xspf.org/ns/0/"/>',
    "mpd": b'<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011"/>',
    "asx": b'<asx version="3.0"><entry><ref href="http://127.0.0.1/"/></entry></asx>',
    "cue": b'FILE "x.wav" WAVE\n  TRACK 01 AUDIO\n',
    "sdp": b"v=0\no=- 0 0 IN IP4 127.0.0.1\n",
    "vtt": b"WEBVTT\n\n00:01.000 --> 00:02.000\nhi\n",
    "srt": b"1\n00:00:01,000 --> 00:00:02,000\nhi\n",
    "ass": b"[Script Info]\nScriptType: v4.00+\n",
    "ffmetadata": b";FFMETADATA1\ntitle=x\n",
    "torrent": b"d8:announce20:http://127.0.0.1/ann4:infod6:lengthi1eee",
    "png": b"\x89PNG\r\n\x1a\n" + bytes(100),
    "jpeg": b"\xff\xd8\xff\xe0\0\x10JFIF" + bytes(100),
    "animated gif": b"GIF89a" + bytes(100),
    "animated webp": b"RIFF\0\1\0\0WEBPVP8X" + bytes(100),
    "riff other": b"RIFF\0\1\0\0sfbkLIST" + bytes(100),
    "riff midi": b"RIFF\0\1\0\0RMIDdata" + bytes(100),
    "wave without format": b"RIFF\0\1\0\0WAVEdata\x10\0\0\0" + bytes(100),
    "midi": b"MThd\0\0\0\6\0\1" + bytes(100),
    "heic": ftyp(b"heic") + box(b"meta", bytes(50)) + box(b"mdat", bytes(50)),
    "heic sequence": ftyp(b"hevc") + MOVIE,
    "avif": ftyp(b"avif") + box(b"meta", bytes(50)) + box(b"mdat", bytes(50)),
    "avif sequence": ftyp(b"avis") + MOVIE,
    "mif1": ftyp(b"mif1") + box(b"mdat", bytes(50)),
    "jxl": ftyp(b"jxl ") + box(b"mdat", bytes(50)),
    "canon raw": ftyp(b"crx ") + MOVIE,
    "ftyp then zip": ftyp(b"isom") + ZIP,
    "ftyp then garbage": ftyp(b"isom") + bytes(range(256)) * 9,
    "ftyp then html": ftyp(b"isom") + b"<html><script>alert(1)</script></html>",
    "ftyp alone": ftyp(b"isom"),
    "ftyp and filler": ftyp(b"isom") + box(b"free", bytes(50)),
    "ftyp, filler, zip": ftyp(b"isom") + box(b"free", bytes(50)) + ZIP,
    "reference movie": box(b"moov", box(b"rmra", bytes(50))),
    "segment without a movie": box(b"styp", bytes(16)) + box(b"moof", bytes(50)),
    "id3 then zip": b"ID3\3\0\0\0\0\0\x0aTIT2" + bytes(6) + ZIP,
    "id3 past the end": b"ID3\3\0\0\0\x08\0\0APIC" + bytes(100),
    "one mp3 frame": MP3_FRAME,
    "inconsistent mp3": MP3_FRAME + bytes.fromhex("fffb9464") + bytes(413),
    "ogg captions": b"OggS\0\2" + bytes(20) + b"\1\x40\x80kate\0\0\0" + bytes(60),
    "ebml other": b"\x1a\x45\xdf\xa3\x87\x42\x82\x84none\x18\x53\x80\x67\x80",
    "ebml header alone": b"\x1a\x45\xdf\xa3\x87\x42\x82\x84webm",
    "flac name only": b"fLaC" + bytes(100),
    "swf": b"FWS\x09" + bytes(100),
    "asf name only": bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c"),
}


@pytest.mark.parametrize("name", list(HOSTILE))
def test_everything_else_is_refused(name: str) -> None:
    data = HOSTILE[name]
    assert sniff(data[:HEAD_BYTES], total_size=len(data)) is None


@pytest.mark.parametrize("container", list(RECIPES))
def test_no_cut_of_a_head_breaks_it(container: str) -> None:
    data = sample(container, seconds=1)
    for length in range(0, 700, 7):
        found = sniff(data[:length], total_size=length)
        assert found is None or found.container == container
