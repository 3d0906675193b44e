"""A pasted text or a CSV file into rows. Pure: nothing is looked up, nothing is judged."""

from __future__ import annotations

import codecs
import csv
import io
import re
from dataclasses import dataclass

from filmroom.errors import FilmRoomError
from filmroom.sentences import sentence

MOST_LINKS = 500
MOST_BYTES = 1024 * 1024
MOST_CHARACTERS = 300  # of a session, a date, a client
MOST_PASSCODE_CHARACTERS = 200
_LINK = re.compile(r"[a-z][a-z0-9+.-]*://[^\s<>\"|]+|javascript:[^\s<>\"]+", re.IGNORECASE)
_ALMOST_A_LINK = re.compile(r"\S+\.[^\s.]+\S*")
_CLOSING = {")": "(", "]": "[", "}": "{", "»": "«", "”": "“", "’": "‘"}
_HEADERS = {
    "url": "url link recording recordingurl recordinglink shareurl sharelink address webaddress"
    " adresse aufnahme",
    "session": "session sessionid sessionurl sessionlink id sitzung",
    "date": "date datetime when day start starttime starts startdate scheduledat sessiondate"
    " dateandtime datum termin beginn",
    "time": "time clock sessiontime zeit uhrzeit",
    "client": "client clientname clientemail customer coachee participant name email mail who"
    " kunde kundin klient klientin",
    "passcode": "passcode password pass pin pwd code accesscode passwort kennwort kenncode",
}
_FIELD_OF = {word: field for field, words in _HEADERS.items() for word in words.split()}


class ListRefused(FilmRoomError):
    code = "invalid_list"
    detail = "This list cannot be read: save it as CSV with a column url, and choose that file."
    attr = "csv"


class ListTooLarge(ListRefused):
    code = "too_large"
    detail = "This list is larger than 1 MB: split it."
    http_status = 413


@dataclass(frozen=True)
class LinkRow:
    """One link and what was written about it.

    ``session`` is an id or the address of a session's page; ``date`` and ``client`` say it in
    words. ``line`` is the line in the list, 0 for pasted text. ``by_hand``: a person chose the
    session on the page; ``left_out``: or not to import the link.
    """

    url: str
    passcode: str = ""
    session: str = ""
    date: str = ""
    client: str = ""
    line: int = 0
    by_hand: bool = False
    left_out: bool = False


def read_text(text: str) -> list[LinkRow]:
    """Return a row for each different link in ``text``, in its order, whatever stands around it.

    A line that is one word and looks like a link without its beginning is a row too, so that it
    is said what is wrong with it. Raises ListRefused for more than 500.
    """
    found: dict[str, None] = {}
    for line in text.splitlines():
        links = [_trimmed(match[0]) for match in _LINK.finditer(line)]
        if not links and _ALMOST_A_LINK.fullmatch(word := line.strip().strip("<>\"'|")):
            links = [word]
        found.update(dict.fromkeys(links))
    _check_length(len(found))
    return [LinkRow(url=url) for url in found]


def _trimmed(link: str) -> str:
    """Drop what belongs to the sentence around a link, but keep brackets it opened itself."""
    while link:
        last = link[-1]
        opening = _CLOSING.get(last)
        closes_nothing = opening is not None and link.count(last) > link.count(opening)
        if last not in ".,;:!?'*…" and not closes_nothing:
            break
        link = link[:-1]
    return link


def read_csv(data: bytes) -> list[LinkRow]:
    """Return the rows of a CSV list that have a link.

    The first line names the columns: url, and session, or date (and time) and client, and
    passcode, in any order and case, in English or German. Separated by comma, semicolon or tab;
    UTF-8, UTF-16 with its mark, or else windows-1252. Raises ListRefused for what is no such
    list, holds no link, more than 500, or is larger than 1 MiB.
    """
    if len(data) > MOST_BYTES:
        raise ListTooLarge
    text = _decoded(data)
    columns, lines = _table(text)
    rows = []
    for number, cells in lines:
        said = {name: cells[place] for name, place in columns.items() if place < len(cells)}
        if said.get("url"):
            rows.append(_row(said, number))
    if not rows:
        raise ListRefused(sentence("This list holds no link: write one into the column url."))
    _check_length(len(rows))
    return rows


def _row(said: dict[str, str], number: int) -> LinkRow:
    when = f"{said.get('date', '')} {said.get('time', '')}".strip()
    return LinkRow(
        url=said["url"],
        passcode=said.get("passcode", "")[:MOST_PASSCODE_CHARACTERS],
        session=said.get("session", "")[:MOST_CHARACTERS],
        date=when[:MOST_CHARACTERS],
        client=said.get("client", "")[:MOST_CHARACTERS],
        line=number,
    )


def _decoded(data: bytes) -> str:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text = data.decode("utf-16", "replace")
    else:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = data.decode("cp1252", "replace")
    if "\0" in text:
        raise ListRefused(
            sentence("This is not a CSV list: save the sheet as CSV and choose that file.")
        )
    return text


def _table(text: str) -> tuple[dict[str, int], list[tuple[int, list[str]]]]:
    """The places of the columns, and the lines below with their numbers.

    The separator is the one that makes most known columns of the first line: the csv module's
    own guess is led astray by the commas and colons of links.
    """
    tables = [_lines(text, separator) for separator in ",;\t"]
    columns, lines = max(
        ((_columns(lines[0][1]), lines[1:]) for lines in tables if lines),
        key=lambda table: len(table[0]),
        default=({}, []),
    )
    if "url" not in columns:
        raise ListRefused(
            sentence(
                "The first line has to name the columns: url, then session, or date and client,"
                " and passcode where there is one."
            )
        )
    return columns, lines


def _lines(text: str, separator: str) -> list[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    lines: list[tuple[int, list[str]]] = []
    try:
        lines.extend(
            (reader.line_num, [" ".join(cell.split()) for cell in cells])
            for cells in reader
            if any(cells)
        )
    except csv.Error:
        return []
    return lines


def _columns(header: list[str]) -> dict[str, int]:
    columns: dict[str, int] = {}
    for place, name in enumerate(header):
        word = "".join(filter(str.isalnum, name.casefold()))
        if field := _FIELD_OF.get(word):
            columns.setdefault(field, place)
    return columns


def _check_length(count: int) -> None:
    if count > MOST_LINKS:
        raise ListRefused(
            sentence("This list has more than {most} links: split it."),
            values={"most": MOST_LINKS},
        )
