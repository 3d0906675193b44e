"""What the product says, found in its sources and kept in ``locale/``: all without GNU gettext.

    python -m tools.messages           brings django.po and django.mo up to date
    python -m tools.messages --check   says what would change, and changes nothing

A new sentence gets an empty translation, for a person to fill in; one that no source holds any
more goes. Besides Django's functions and tags, what a room refuses is a message: see
`tools.error_sentences`.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import django
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.apps import apps
from django.utils.translation.template import templatize

from filmroom.field_names import derived_names
from tools.error_sentences import error_sentences

ROOT = Path(__file__).resolve().parent.parent
APPS = ("accounts", "filmroom", "integrations", "pages", "recordings", "sessions_app")
LANGUAGES = ("de",)
KEYWORDS: dict[str, Any] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
    "sentence": None,  # filmroom.sentences
}
# What Django says on our pages and has no German for.
LEFT_BY_DJANGO = (
    "Disabled",
    "Enabled",
    "Password-based authentication",
    "Raw passwords are not stored, so there is no way to see the user’s password.",
    "Reset password",
    "Whether the user will be able to authenticate using a password or not. If disabled, they may"
    " still be able to authenticate using other backends, such as Single Sign-On or LDAP.",
)
HEADER = "# What Film Room says, in the language of this folder. make messages keeps it complete.\n"


class Messages(Catalog):
    """A catalogue whose file depends on nothing but its messages: no date, no tool's version."""

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        return [
            ("Language", str(self.locale)),
            ("Plural-Forms", self.plural_forms),
            ("MIME-Version", "1.0"),
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Transfer-Encoding", "8bit"),
        ]


def folder_of(language: str) -> Path:
    """Where the files of ``language`` lie."""
    return ROOT / "locale" / language / "LC_MESSAGES"


def sources() -> Iterator[Path]:
    """Every file of the product that may say something, in a fixed order."""
    for app in APPS:
        yield from sorted(
            path for path in (ROOT / app).rglob("*.py") if "migrations" not in path.parts
        )
    templates = ROOT / "templates"
    yield from sorted(path for path in templates.rglob("*") if path.suffix in {".html", ".txt"})


def found() -> Messages:
    """Return a catalogue of everything the sources say, with no translations."""
    catalog = Messages(fuzzy=False)
    paths = list(sources())
    for path in paths:
        name = path.relative_to(ROOT).as_posix()
        for _line, message, comments, context in _said_in(path):
            catalog.add(message, locations=[(name, 0)], auto_comments=comments, context=context)
    for path, sentence in error_sentences(path for path in paths if path.suffix == ".py"):
        catalog.add(sentence, locations=[(path.relative_to(ROOT).as_posix(), 0)])
    for config in apps.get_app_configs():
        if config.name in APPS:
            for _owner, _attribute, name in derived_names(config):
                catalog.add(name, locations=[(f"{config.name}/models", 0)])
    for sentence in LEFT_BY_DJANGO:
        catalog.add(sentence, locations=[("django", 0)])
    for message in catalog:
        message.locations = sorted(set(message.locations))
    return catalog


def _said_in(path: Path) -> Iterable[Any]:
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        # Indentation of a page means nothing, and Python's tokenizer would stumble over it.
        lines = templatize(text, origin=str(path)).splitlines()
        text = "\n".join(line.lstrip() for line in lines)
    options = {"encoding": "utf-8"}
    return extract("python", io.BytesIO(text.encode()), KEYWORDS, ["Translators:"], options)


def kept(language: str) -> Catalog:
    """Return the catalogue of ``language`` as its file has it; an empty one without a file."""
    path = folder_of(language) / "django.po"
    if not path.exists():
        return Messages(locale=language, fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def merged(language: str) -> Messages:
    """Return what the sources say with the translations that the file has."""
    old = kept(language)
    new = Messages(locale=language, fuzzy=False)
    for message in found():
        if not message.id:
            continue
        before: Message | None = old.get(message.id, message.context)
        new.add(
            message.id,
            before.string if before and _same_kind(message, before) else None,
            message.locations,
            auto_comments=message.auto_comments,
            user_comments=before.user_comments if before else (),
            context=message.context,
        )
    return new


def _same_kind(new: Message, old: Message) -> bool:
    return new.pluralizable == old.pluralizable


def as_po(catalog: Catalog) -> bytes:
    """Return the bytes of the .po file."""
    buffer = io.BytesIO()
    catalog.header_comment = HEADER
    write_po(buffer, catalog, width=100, sort_output=True, include_lineno=False)
    return buffer.getvalue()


def as_mo(catalog: Catalog) -> bytes:
    """Return the bytes of the .mo file, in which what is not translated yet is left out."""
    buffer = io.BytesIO()
    write_mo(buffer, catalog)
    return buffer.getvalue()


def outdated() -> dict[Path, bytes]:
    """Return the files that differ from what the sources ask for, with what they should be."""
    files: dict[Path, bytes] = {}
    for language in LANGUAGES:
        catalog = merged(language)
        files[folder_of(language) / "django.po"] = as_po(catalog)
        files[folder_of(language) / "django.mo"] = as_mo(catalog)
    return {
        path: wanted
        for path, wanted in files.items()
        if not path.exists() or path.read_bytes() != wanted
    }


def missing(catalog: Catalog) -> list[str]:
    """Return the messages without a translation."""
    return [str(each.id) for each in catalog if each.id and not _is_translated(each)]


def _is_translated(message: Message) -> bool:
    strings = message.string if isinstance(message.string, tuple | list) else [message.string]
    return all(strings) and not message.fuzzy


def main(arguments: list[str]) -> int:
    """Write or compare; return the exit status."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "filmroom.settings")
    django.setup()
    changes = outdated()
    if "--check" in arguments:
        for path in changes:
            print(f"{path.relative_to(ROOT)} is out of date: run make messages.")
        return 1 if changes else 0
    for path, wanted in changes.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(wanted)
    for language in LANGUAGES:
        for message in missing(kept(language)):
            print(f"{language}: not translated: {message}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
