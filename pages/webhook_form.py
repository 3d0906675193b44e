"""An endpoint as a coach enters it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from integrations.endpoints import LONGEST_DESCRIPTION
from integrations.models import EventType, WebhookEndpoint
from sessions_app.models import URL_MAX_LENGTH


class EndpointForm(forms.Form):
    """Where to call, and for what. What may be called is decided by its room."""

    url = forms.CharField(
        label=_("Address"),
        max_length=URL_MAX_LENGTH,
        widget=forms.URLInput(
            attrs={"placeholder": "https://", "inputmode": "url", "autocomplete": "off"}
        ),
        help_text=_("Where your program listens, with https."),
    )
    description = forms.CharField(
        label=_("Description"),
        max_length=LONGEST_DESCRIPTION,
        required=False,
        help_text=_("What listens there, for example “Invoicing”."),
    )
    events = forms.MultipleChoiceField(
        label=_("Events"),
        choices=EventType.choices,
        widget=forms.CheckboxSelectMultiple,
        initial=EventType.values,
        error_messages={"required": _("Choose at least one event.")},
    )

    @staticmethod
    def initial_of(endpoint: WebhookEndpoint) -> dict[str, Any]:
        """Return what the form shows of ``endpoint`` before anything is changed."""
        return {name: getattr(endpoint, name) for name in ("url", "description", "events")}
