"""Fields for what people choose for themselves, on their own page and in the admin."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from filmroom import time_zones


class TimeZoneInput(forms.TextInput):
    """A text field that the browser completes from the list of time zones."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        list_id = f"{(attrs or {}).get('id', name)}_list"
        field = super().render(name, value, {**(attrs or {}), "list": list_id}, renderer)
        options = format_html_join(
            "", '<option value="{}">', ([each] for each in time_zones.labels())
        )
        return format_html('{}<datalist id="{}">{}</datalist>', field, list_id, options)


class TimeZoneField(forms.CharField):
    """A time zone of the IANA database, shown with its offset from UTC; may be left empty."""

    widget = TimeZoneInput(attrs={"autocomplete": "off", "spellcheck": "false"})
    default_error_messages = {
        "unknown": _("There is no time zone of this name: choose one from the list."),
    }

    def __init__(self, **options: Any) -> None:
        options.setdefault("help_text", _("Type a city and choose. Empty: as the browser says."))
        super().__init__(label=_("Time zone"), required=False, max_length=100, **options)

    def prepare_value(self, value: Any) -> Any:
        known = isinstance(value, str) and time_zones.is_time_zone(value)
        return time_zones.label(value, timezone.now()) if known else value

    def to_python(self, value: Any) -> str:
        text = super().to_python(value) or ""
        name = time_zones.find(text)
        if text and not name:
            raise forms.ValidationError(self.error_messages["unknown"], code="unknown")
        return name


class LanguageField(forms.ChoiceField):
    """A language of the pages, each by its own name, or the one that the browser asks for."""

    def __init__(self, **options: Any) -> None:
        choices = [("", _("Automatic")), *settings.LANGUAGES]
        super().__init__(label=_("Language"), required=False, choices=choices, **options)
