"""A text and a CSV file as people have them, into rows."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recordings.link_lists import MOST_LINKS, LinkRow, ListRefused, read_csv, read_text
from recordings.link_lists.dates import When, read_when

BERLIN = ZoneInfo("Europe/Berlin")
A, B = "https://a.example/1.mp4", "https://b.example/2.mp4?x=1&y=(2)"

TEXTS = {
    "": [],
    "see you on Monday, 3.30 pm": [],
    A: [A],
    f"{A}\n{B}\r\n\n{A}": [A, B],
    f"Here: <{A}>, and ({B}).": [A, B],
    f'<a href="{A}">{A}</a>': [A],
    "https://en.example/wiki/Coach_(sport)!": ["https://en.example/wiki/Coach_(sport)"],
    "drive.google.com/file/d/1": ["drive.google.com/file/d/1"],
    "ftp://a.example/1.mp4": ["ftp://a.example/1.mp4"],
    "javascript:alert(1)": ["javascript:alert(1)"],
    "https://u:p@a.example/": ["https://u:p@a.example/"],
    "…https://a.example/köln.mp4…": ["https://a.example/köln.mp4"],
}


@pytest.mark.parametrize("text", TEXTS)
def test_links_are_found_in_any_text(text: str) -> None:
    assert [row.url for row in read_text(text)] == TEXTS[text]


def row(**fields: str) -> LinkRow:
    return LinkRow(**{"url": A, "line": 2, **fields})  # type: ignore[arg-type]


FULL = row(session="7", date="2026-01-14 15:00", client="Åse Ökland", passcode="s;1")
CSVS = {
    "comma": (f"url,session,date,client,passcode\n{A},7,2026-01-14 15:00,Åse Ökland,s;1\n", [FULL]),
    "semicolon": (
        f'Passcode;Client;URL;When;Session\r\n"s;1";Åse Ökland;{A};2026-01-14 15:00;7\r\n',
        [FULL],
    ),
    "tab, date and time": (
        f"LINK\tDate\tTime\tClient name\tSession ID\tPassword\n"
        f"{A}\t2026-01-14\t15:00\tÅse Ökland\t7\ts;1",
        [FULL],
    ),
    "German": (
        f'Adresse;Sitzung;Datum;Uhrzeit;Kundin;Kennwort\n{A};7;2026-01-14;15:00;Åse Ökland;"s;1"\n',
        [FULL],
    ),
    "more and fewer cells, empty lines, unknown columns": (
        f"url,notes,client\n\n{A}\n,,\n{B},x,Ada,y\n",
        [row(line=3), row(url=B, client="Ada", line=5)],  # type: ignore[arg-type]
    ),
    "line breaks in quotes": (
        f'url,client\n"{A}\n","Ada\nLovelace"\n',
        [row(client="Ada Lovelace", line=4)],  # type: ignore[arg-type]
    ),
    "lines of a template without a link": (
        f"url,session\n,1\n{A},2\n",
        [row(session="2", line=3)],  # type: ignore[arg-type]
    ),
}


@pytest.mark.parametrize("case", CSVS)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_lists_of_every_kind_say_the_same(case: str, encoding: str) -> None:
    text, rows = CSVS[case]

    assert read_csv(text.encode(encoding)) == rows


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "The first line has to name the columns"),
        (A.encode(), "The first line has to name the columns"),
        (b"session,date\n1,2026-01-14", "The first line has to name the columns"),
        (b"url,session\n,1\n", "This list holds no link"),
        (b"PK\x03\x04\x00\x00url", "This is not a CSV list"),
        (b"url\n" + f"{A}\n".encode() * (MOST_LINKS + 1), "more than 500 links"),
        (b"url\n" + b"x" * 1024 * 1024, "larger than 1 MB"),
        (b"url\n" + b"x" * 200_000, "The first line has to name the columns"),
    ],
)
def test_what_is_no_list_is_refused(data: bytes, sentence: str) -> None:
    with pytest.raises(ListRefused) as refused:
        read_csv(data)

    assert sentence in refused.value.detail


def test_too_many_pasted_links_are_refused() -> None:
    with pytest.raises(ListRefused):
        read_text("\n".join(f"{A}?{number}" for number in range(MOST_LINKS + 1)))


AT_THREE = datetime(2026, 1, 14, 14, tzinfo=UTC)  # in Berlin
DAY = date(2026, 1, 14)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-01-14", When(DAY, None)),
        ("20260114", When(DAY, None)),
        ("14.1.2026", When(DAY, None)),
        ("14.01.26", When(DAY, None)),
        ("1/14/2026", When(DAY, None)),
        ("14/1/2026", When(DAY, None)),
        ("2026/01/14", When(DAY, None)),
        ("01/01/2026", When(date(2026, 1, 1), None)),
        ("2026-01-14 15:00", When(DAY, AT_THREE)),
        ("2026-01-14T14:00:00Z", When(DAY, AT_THREE)),
        (
            "2026-01-14T23:30:00-04:00",
            When(date(2026, 1, 15), datetime(2026, 1, 15, 3, 30, tzinfo=UTC)),
        ),
        ("14.01.2026, 15:00 Uhr", When(DAY, AT_THREE)),
        ("1/14/2026 3:00 PM", When(DAY, AT_THREE)),
        ("14.1.2026 15h", When(DAY, AT_THREE)),
        ("02/03/2026", None),  # in two ways
        ("2026-02-30", None),
        ("14.1.2026 25:00", None),
        ("14.1.2026 13 pm", None),
        ("0001-01-01", None),
        ("9999-12-31T23:59", None),
        ("next Monday", None),
        ("", None),
    ],
)
def test_dates_as_people_write_them(text: str, expected: When | None) -> None:
    assert read_when(text, BERLIN) == expected


@given(st.binary() | st.text().map(lambda text: f"url,date,session\n{text}".encode()))
def test_a_list_is_read_or_refused(data: bytes) -> None:
    try:
        rows = read_csv(data)
    except ListRefused:
        return
    assert all(row.url and "\n" not in row.url for row in rows)


@given(st.text())
def test_any_text_and_any_date_are_read(text: str) -> None:
    read_when(text, BERLIN)
    for row in read_text(text):
        assert row.url.split() == [row.url]
