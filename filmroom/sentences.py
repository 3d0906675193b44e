"""English sentences that rows keep and the API shows, and how pages say them in another language.

Rows keep English, for whoever reads them later may have any language. A sentence with values in
it is kept filled in; it is recognised again by its template.
"""

from __future__ import annotations

import re
import string
from collections.abc import Mapping
from functools import cache
from typing import Any

from django.utils.translation import get_language, gettext

_known: set[str] = set()
_templates: list[str] = []


def sentence(english: str) -> str:
    """Return ``english`` as it is, to be translated by `told` later; ``make messages`` finds it.

    ``{name}`` stands for a value, which `fill` puts in.
    """
    if english not in _known:
        _known.add(english)
        if "{" in english:
            _templates.append(english)
    return english


def fill(template: str, values: Mapping[str, Any]) -> str:
    """Return ``template`` with its values, beginning with a capital letter."""
    text = template.format(**values) if values else template
    return text[:1].upper() + text[1:]


def told(text: str) -> str:
    """Return a sentence that was kept in English in the active language, or as it is."""
    if not text or (get_language() or "en").startswith("en"):
        return text
    exact = gettext(text)
    if exact != text:
        return exact
    for template in _templates:
        match = _pattern(template).fullmatch(text)
        if match:
            return told_with(template, match.groupdict())
    return text


def told_with(template: str, values: Mapping[str, Any]) -> str:
    """Return ``template`` in the active language with its values, the known ones translated."""
    return fill(gettext(template), {name: _value(value) for name, value in values.items()})


def _value(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    spellings = (value, value[:1].lower() + value[1:])
    return next((gettext(each) for each in spellings if each in _known), value)


@cache
def _pattern(template: str) -> re.Pattern[str]:
    parts: list[str] = []
    seen: set[str] = set()
    for literal, name, _spec, _conversion in string.Formatter().parse(template):
        parts.append(re.escape(literal))
        if name is not None:
            parts.append(f"(?P={name})" if name in seen else f"(?P<{name}>.+?)")
            seen.add(name)
    return re.compile("".join(parts))
