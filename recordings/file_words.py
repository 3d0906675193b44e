"""Whom and what does the name of a file speak of? Words without case, accents and punctuation."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from recordings.file_times import normal, without_times

TITLE_MAX_CHARS = 200

_WORD = re.compile(r"[^\W_]+")
_EXTENSION = re.compile(r"\.[A-Za-z][A-Za-z0-9]{1,4}\Z")
# German and Scandinavian names are spelt without their letters, too.
_TRANSCRIBED = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa", "æ": "ae"})
# Words that recorders add, or that every session has: they tell none from another.
_COMMON = frozenset(
    re.findall(
        r"\w+",
        "a ab an and at audio call chat coaching das der die for gesprach gespraech gmt google im"
        " in meet meeting memo mit new notes of on rec recording screen session sitzung"
        " sprachmemo teams the track um und utc video videocall voice webex whatsapp with zoom",
    )
)
# What Zoom, Meet, cameras and systems write around a title.
_NOISE = re.compile(
    r"""(?ix)
      (?<![a-z0-9]) (?:
        gmt | utc | pxl | vid | img | mov | rec | dsc | wa\d+
      | (?:img|mvi|dsc|mov|gopr|gx|gh)[_ -]?\d{3,}
      | \d{3,4}x\d{3,4} | [0-9]{3,4}p
      | (?:gallery|gvo|avo|asgallery|as|active[_ -]speaker|shared[_ -]screen(?:[_ -]with)?
          |speaker[_ -]view|gallery[_ -]view|audio[_ -]?only|separate[_ -]audio)(?=[_ .-]|\Z)
      | (?:zoom|video|audio)[_ -]?\d+
      | [0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}
      | (?:meeting|screen|zoom|audio|video|voice|cloud|new)[ _-]?(?:meeting[ _-]?)?
        (?:recording|memo|capture)s?
      | recording(?:[ _-]?\d+)? | screencast | screenrecording | bildschirmaufnahme
      | aufnahme | aufzeichnung | sprachmemo | whatsapp[ _](?:video|audio|ptt)
      | zoom[ _]meeting | google[ _]meet | microsoft[ _]teams
      | [a-z]{3}-[a-z]{4}-[a-z]{3}
      ) (?![a-z0-9])
    """
)
# "(2)" of a copy, "-1" of Webex, what is empty now.
_COPY = re.compile(r"\(\s*\d{0,2}\s*\)|\[\s*\]|-\s+-\d{1,2}\s*\Z")


class Words(NamedTuple):
    """What a text says: its words, and all of them run together."""

    each: frozenset[str]
    joined: str


def words_of(text: str) -> Words:
    """Return the words of ``text``, folded so that spellings of one name agree."""
    plain = [_folded(word) for word in _WORD.findall(normal(text))]
    transcribed = {_folded(word.translate(_TRANSCRIBED)) for word in _cased(text)}
    return Words(frozenset(plain) | transcribed, "".join(plain))


def words_of_file(filename: str) -> Words:
    """Return the words of a file's name and folders, without dates, times and extension."""
    return words_of(without_times(_EXTENSION.sub("", filename)))


def names_person(file: Words, person: str) -> float:
    """Return how surely the file's name is about the person: 1 by their whole name, 0.6 by one
    word of it, 0 not at all.
    """
    name = _name(person)
    hits = [spellings for spellings in name.each if not file.each.isdisjoint(spellings)]
    if not hits:
        return 1.0 if name.together and name.together in file.joined else 0.0
    if len(hits) == len(name.each):
        return 1.0
    return 0.6 if any(_is_telling(word, 3) for hit in hits for word in hit) else 0.0


class _Name(NamedTuple):
    """Each word of a name in its spellings, and all run together where that tells enough."""

    each: tuple[frozenset[str], ...]
    together: str


@lru_cache(maxsize=10_000)
def _name(person: str) -> _Name:
    words = [word for word in _WORD.findall(normal(person)) if len(word) > 1]
    each = [{_folded(word), _folded(word.casefold().translate(_TRANSCRIBED))} for word in words]
    together = "".join(map(_folded, words))
    return _Name(tuple(map(frozenset, each)), together if _is_telling(together, 5) else "")


def names_title(file: Words, title: str) -> float:
    """Return the share of the title's telling words that are in the file's name, from 0.5 on."""
    telling = _telling(title)
    told = {word for word in telling if word in file.each}
    if not any(_is_telling(word, 3) for word in told):
        return 0.0
    share = len(told) / len(telling)
    return share if share >= 0.5 else 0.0


@lru_cache(maxsize=10_000)
def _telling(title: str) -> frozenset[str]:
    return words_of(title).each - _COMMON


def title_in(filename: str) -> str:
    """Return what is left of a file's name without dates and the words of recorders, fit for a
    session's title; of the folder's name where nothing is left, empty when there is none.
    """
    places = without_times(_EXTENSION.sub("", filename)).split("/")
    return next(filter(None, map(_title_of, reversed(places))), "")


def _title_of(name: str) -> str:
    text = re.sub(r"[_\s]+", " ", name)
    text = _COPY.sub(" ", _NOISE.sub(" ", text))
    text = re.sub(r"(?:\s+[-\u2013\u2014_.,:|]+)+(?=\s|\Z)", " \u2013", f" {text} ")
    text = " ".join(text.split()).strip(" -\u2013\u2014_.,:;|+#")
    return text[:TITLE_MAX_CHARS].strip() if _WORD.search(re.sub(r"\d+", "", text)) else ""


def _is_telling(word: str, least: int) -> bool:
    """Short Latin words stand in many names by chance; two signs of Chinese or Korean do not."""
    return len(word) >= (least if word.isascii() else 2)


def _cased(text: str) -> list[str]:
    return _WORD.findall(normal(text).casefold())


def _folded(word: str) -> str:
    spread = unicodedata.normalize("NFKD", word.casefold())
    return "".join(char for char in spread if not unicodedata.combining(char)).casefold()
