"""What templates need beyond Django's own tags."""

from __future__ import annotations

from functools import cache
from typing import Any

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from filmroom.sentences import told
from pages.states import Shown
from recordings.moments import as_clock

register = template.Library()


@register.simple_tag
@cache
def icon(name: str) -> SafeString:
    """Draw a symbol of the sprite; it says nothing to a screen reader, the words beside it do."""
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        static("img/icons.svg"),
        name,
    )


@register.simple_tag
def state(shown: Shown, percent: int | None = None) -> SafeString:
    """Show a state as word, icon and tone, with the per cent that have arrived.

    Drawn here and not by a template, as a table draws hundreds of them.
    """
    return format_html(
        '<span class="state {}">{}<span>{}{}</span></span>',
        shown.tone,
        icon(shown.icon),
        shown.word,
        f" {percent} %" if isinstance(percent, int) else "",
    )


@register.inclusion_tag("components/field.html")
def field(bound: Any, say_optional: bool = True) -> dict[str, Any]:
    """Show one field of a form with its label, help and errors, tied together for everyone."""
    return {"field": bound, "say_optional": say_optional and not bound.field.required}


@register.filter
def running_time(seconds: float | None) -> str:
    """Write seconds as players do: 59:01 or 1:02:03; empty when unknown."""
    return "" if seconds is None else as_clock(round(seconds))


@register.filter(name="told")
def told_(kept: str) -> str:
    """Say a sentence that a row keeps in English in the language of the page."""
    return told(kept)


@register.filter
def clock(at_seconds: float) -> str:
    """Write a moment of a recording as players do: 12:30 or 1:02:03."""
    return as_clock(at_seconds)


@register.filter
def actor_name(event: Any) -> str:
    """Say who moved an upload: the person's name, or which part of Film Room."""
    if event.by:
        return str(event.by)
    names = {"worker": _("Worker"), "sweep": _("Clean-up"), "sync": pgettext("who", "Sync")}
    return names.get(event.actor, event.actor)
