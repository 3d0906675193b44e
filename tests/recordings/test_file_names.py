"""What the name of a file tells: when, of whom, and what is left for a title."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from recordings.file_times import day_in_name, time_in_name
from recordings.file_words import names_person, names_title, title_in, words_of_file
from recordings.media.extensions import is_surely_no_media

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("GMT20260114-150203_Recording_1920x1080.mp4", "2026-01-14T15:02:03"),
        ("Talk-20260114_150203-Meeting Recording.mp4", "2026-01-14T15:02:03"),
        ("2026-01-14 15-02-03.mkv", "2026-01-14T15:02:03"),
        ("2026-01-14T15:02:03Z.wav", "2026-01-14T15:02:03"),
        ("VID_20260114_1502.mp4", "2026-01-14T15:02:00"),
        ("Talk (2026-01-14 at 15_02 GMT+1).mp4", "2026-01-14T14:02:00"),
        ("Talk (2026-01-14 15_02 GMT-8).mp4", "2026-01-14T23:02:00"),
        ("20260114.mp4", None),
        ("2026-01-14.mp4", None),
        ("20261314_150203.mp4", None),
        ("20260114_250203.mp4", None),
        ("120260114_150203.mp4", None),
        ("20260114_1502030.mp4", None),
        ("talk_2026011415020301.mp4", None),
        ("talk.mp4", None),
        ("2026-01-14 5 ways to listen.mp4", None),
        ("2026-01-14 at 13.00.00 PM.mov", None),
        ("٢٠٢٦٠١١٤_١٥٠٢٠٣.mp4", None),
        ("00010101_000000 GMT+14 20990101_000000.mp4", "2099-01-01T00:00:00"),
        ("", None),
    ],
)
def test_the_time_that_recorders_write_is_read(name: str, expected: str | None) -> None:
    found = time_in_name(name)
    assert found == (datetime.fromisoformat(f"{expected}+00:00") if expected else None)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        # Recorders that name a zone.
        ("GMT20260714-150203_Recording.mp4", "2026-07-14T15:02:03"),
        ("PXL_20260714_150203123.mp4", "2026-07-14T15:02:03"),
        ("Anna - 2026/01/14 10:00 GMT-05:00 - Recording", "2026-01-14T15:00:00"),
        ("Anna - 2026_01_14 10_00 GMT-05_00 - Recording.mp4", "2026-01-14T15:00:00"),
        ("Anna - 2026-01-14 10-00 GMT-05-00 - Recording.mp4", "2026-01-14T15:00:00"),
        ("Anna - 2026:01:14 10:00 GMT+05:30 - Recording.mp4", "2026-01-14T04:30:00"),
        ("Anna – 2026/07/14 10:00 EDT – Recording.mp4", "2026-07-14T14:00:00"),
        ("Anna – 2026/07/14 10:00 CEST – Recording.mp4", "2026-07-14T08:00:00"),
        # Recorders that write the clock on the wall.
        ("Talk-20260714_150203-Meeting Recording.mp4", "2026-07-14T13:02:03"),
        ("Talk-20260114_150203-Meeting Recording.mp4", "2026-01-14T14:02:03"),
        ("2026-01-14 15-02-03.mkv", "2026-01-14T14:02:03"),
        ("Room-20260114 1502-1.mp4", "2026-01-14T14:02:00"),
        ("Screen Recording 2026-01-14 at 3.02.03\u202fPM.mov", "2026-01-14T14:02:03"),
        ("Screen Recording 2026-01-14 at 12.02.03 AM.mov", "2026-01-13T23:02:03"),
        ("Bildschirmaufnahme 2026-01-14 um 15.02.03.mov", "2026-01-14T14:02:03"),
        ("Capture d’écran 2026-01-14 à 15.02.03.mov", "2026-01-14T14:02:03"),
        ("WhatsApp Video 2026-01-14 at 15.02.03.mp4", "2026-01-14T14:02:03"),
        ("20260114 150203-A1B2C3D4.m4a", "2026-01-14T14:02:03"),
        ("Voice 260114_150203.m4a", "2026-01-14T14:02:03"),
        ("Recording_20260114150203.mp4", "2026-01-14T14:02:03"),
        ("14.01.2026 15-02 Anna.mp4", "2026-01-14T14:02:00"),
        # Zoom on one's own machine names the folder; the name itself counts first.
        ("2026-01-14 15.02.03 Anna Zoom/video1.mp4", "2026-01-14T14:02:03"),
        ("2026-01-14 15.02.03 old/GMT20260115-100000.mp4", "2026-01-15T10:00:00"),
    ],
)
def test_a_time_without_a_zone_is_the_senders(name: str, expected: str) -> None:
    assert time_in_name(name, BERLIN) == datetime.fromisoformat(f"{expected}+00:00")


@pytest.mark.parametrize(
    "name",
    [
        "2026-01-14 Anna.mp4",
        "IMG-20260114-WA0007.mp4",
        "14.01.2026.m4a",
        "2026-13-45 2026_01_14.mp4",
    ],
)
def test_a_day_alone_is_read(name: str) -> None:
    assert (day_in_name(name), time_in_name(name)) == (date(2026, 1, 14), None)


def test_a_name_without_a_day_has_none() -> None:
    assert day_in_name("Talk 2026.mp4") is None


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("GMT20260114-150203_Recording_gallery_1920x1080.mp4", ""),
        ("video1234567.mp4", ""),
        ("audio_only.m4a", ""),
        ("IMG_1234.MOV", ""),
        ("New Recording 12.m4a", ""),
        ("6F1C2A3B-0000-1111-2222-333344445555.MOV", ""),
        ("abc-defg-hij (2026-01-14 at 15_02 GMT+1).mp4", ""),
        ("Screen Recording 2026-01-14 at 3.02.03\u202fPM.mov", ""),
        ("Talk with Anna-20260114_150203-Meeting Recording.mp4", "Talk with Anna"),
        ("Anna Schmidt - 2026/01/14 10:00 CET - Recording", "Anna Schmidt"),
        ("Gespräch mit Jürgen (2026-01-14 15_02 GMT+1) – Aufzeichnung.mp4", "Gespräch mit Jürgen"),
        ("Weekly - Anna (2).mp4", "Weekly – Anna"),
        ("Vision_2030.mp4", "Vision 2030"),
        ("2026-01-14 15.02.03 Anna/zoom_0.mp4", "Anna"),
        ("x" * 300 + ".mp4", "x" * 200),
    ],
)
def test_a_title_is_what_recorders_did_not_write(name: str, title: str) -> None:
    assert title_in(name) == title


@pytest.mark.parametrize(
    ("name", "person", "surely"),
    [
        ("anna_schmidt.mp4", "Anna Schmidt", 1.0),
        ("AnnaSchmidt-3.mp4", "Anna Schmidt", 1.0),
        ("Schmidt, Anna.mp4", "Anna Schmidt", 1.0),
        ("Anna.mp4", "Anna Schmidt", 0.6),
        ("Joerg Mueller.mp4", "Jörg Müller", 1.0),
        ("Jorg Muller.mp4", "Jörg Müller", 1.0),
        ("José.mp4", "Jose", 1.0),
        ("김민수 상담.mp4", "김민수", 1.0),
        ("Annabel.mp4", "Anna", 0.0),
        ("Ed on Monday.mp4", "Ed Wood", 0.0),
        ("talk.mp4", "Anna Schmidt", 0.0),
        ("talk.mp4", "", 0.0),
    ],
)
def test_people_are_found_however_they_are_spelt(name: str, person: str, surely: float) -> None:
    assert names_person(words_of_file(name), person) == surely


def test_a_title_is_named_by_its_telling_words() -> None:
    name = words_of_file("Kickoff Leadership-20260114_150203-Meeting Recording.mp4")
    assert names_title(name, "Leadership kickoff") == 1
    assert names_title(name, "Kickoff session with Tom") == 0.5
    assert names_title(name, "Kickoff of the new sales team abroad") == 0
    assert names_title(name, "Meeting recording") == 0


@pytest.mark.parametrize(
    ("name", "kind", "is_none"),
    [
        ("slides.pdf", "", True),
        ("report.docx", "", True),
        ("chat.txt", "text/plain", True),
        ("photo.jpg", "image/jpeg", True),
        ("transcript.vtt", "", True),
        ("list.m3u8", "audio/x-mpegurl", True),
        ("recordings.zip", "application/octet-stream", True),
        ("talk.mp4", "text/plain", False),
        ("talk.ts", "text/vnd.trolltech.linguist", False),
        ("talk", "", False),
        ("talk.xyz", "application/octet-stream", False),
        ("talk.mxf", "application/mxf", False),
    ],
)
def test_only_what_surely_is_no_recording_is_turned_away(
    name: str, kind: str, is_none: bool
) -> None:
    assert is_surely_no_media(name, kind) is is_none
