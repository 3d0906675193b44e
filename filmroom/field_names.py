"""What models and their fields are called, in the language of the page.

Django derives a name from the identifier where none is given: ``created_at`` is "created at".
Those names can be translated like any other; migrations see none of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import AppConfig
from django.utils.text import camel_case_to_spaces
from django.utils.translation import gettext_lazy

NAMES = ("verbose_name", "verbose_name_plural")


def derived_names(config: AppConfig) -> Iterator[tuple[Any, str, str]]:
    """Yield what has a derived name, the attribute that holds it, and the name in English."""
    for model in config.get_models():
        options: Any = model._meta
        if not set(NAMES) & set(options.original_attrs):
            one = camel_case_to_spaces(options.object_name)
            yield options, "verbose_name", one
            yield options, "verbose_name_plural", f"{one}s"
        for field in options.local_fields:
            if "verbose_name" not in field.deconstruct()[3]:
                yield field, "verbose_name", field.name.replace("_", " ")


def translate_names(config: AppConfig) -> None:
    """Let every derived name of an app be said in the active language; for its ``ready``."""
    for owner, attribute, name in list(derived_names(config)):
        setattr(owner, attribute, gettext_lazy(name))
