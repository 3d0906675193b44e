"""Every sentence is translated, and the catalogues are what the sources and the .po ask for."""

from __future__ import annotations

import re
import string

import pytest
from babel.messages.catalog import Message
from django.conf import settings

from tools import messages

PERCENT = re.compile(r"%\(\w+\)[sd]|%[sd]")
TAG = re.compile(r"</?\w+|https?://\S+")


def translated(language: str) -> list[Message]:
    return [message for message in messages.kept(language) if message.id]


def texts(value: object) -> list[str]:
    return [str(each) for each in value] if isinstance(value, tuple | list) else [str(value)]


def values_in(text: str) -> set[str]:
    """What is to be filled in, and markup that has to come out again."""
    found = set(PERCENT.findall(text)) | set(TAG.findall(text))
    if not PERCENT.search(text):
        found |= {name for _, name, _, _ in string.Formatter().parse(text) if name}
    return found


def test_the_files_are_what_the_sources_say() -> None:
    assert [path.name for path in messages.outdated()] == [], "run make messages"


@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_nothing_is_left_to_translate(language: str) -> None:
    assert messages.missing(messages.kept(language)) == []


@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_values_and_markup_survive(language: str) -> None:
    for message in translated(language):
        singular, *plural = texts(message.id)
        own, *others = texts(message.string)
        wanted = values_in(plural[0] if plural else singular)
        for text in [own, *others] if not plural else others:
            assert values_in(text) == wanted, message.id
        # The singular may write the number out.
        assert values_in(own) <= wanted, message.id


@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_the_ends_of_a_sentence_survive(language: str) -> None:
    for message in translated(language):
        for english, other in zip(texts(message.id), texts(message.string), strict=True):
            assert english[:1].isspace() == other[:1].isspace(), english
            assert english[-1:].isspace() == other[-1:].isspace(), english
            ends = (english.rstrip()[-1:] in ".?!", other.rstrip()[-1:] in ".?!")
            assert ends[0] == ends[1], (english, other)


def test_every_language_offered_has_a_catalogue() -> None:
    assert {"en", *messages.LANGUAGES} == {code for code, _name in settings.LANGUAGES}
