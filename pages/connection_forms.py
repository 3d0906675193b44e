"""What people fill in to connect a platform; the fields are those of the platform."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from integrations.connecting import LONGEST_NAME, LONGEST_VALUE
from integrations.models import Connection
from integrations.platforms import Detail, PlatformInfo, Secret

# Zoom keeps what it deletes for thirty days, and cloud recordings as long as the account says.
LONGEST_PAST = timedelta(days=366)
LAST_MONTH = timedelta(days=30)


def _secret_field(label: Any, help_text: Any, *, required: bool) -> forms.CharField:
    # Never written back into a page: who mistypes another field enters the secret again.
    widget = forms.PasswordInput(
        render_value=False, attrs={"autocomplete": "off", "spellcheck": "false"}
    )
    return forms.CharField(
        label=label, required=required, max_length=LONGEST_VALUE, help_text=help_text, widget=widget
    )


def _detail_field(detail: Detail) -> forms.CharField:
    label: Any = detail.label
    help_text: Any = detail.help
    return forms.CharField(
        label=label,
        required=detail.is_required,
        max_length=LONGEST_VALUE,
        help_text=help_text,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class ConnectionForm(forms.Form):
    """A connection's name, what is to be known of the account, and whether it makes sessions."""

    name = forms.CharField(
        label=_("Name"),
        required=False,
        max_length=LONGEST_NAME,
        help_text=_("To tell several accounts from each other."),
    )
    makes_sessions = forms.BooleanField(required=False)

    def __init__(self, *args: Any, info: PlatformInfo, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.info = info
        for detail in info.details:
            self.fields[detail.name] = _detail_field(detail)
        switch = self.fields["makes_sessions"]
        if info.makes_bookings:
            switch.label = _("Make a session of each booking")
        else:
            switch.label = _("Make a session of a recording that fits none")

    @property
    def detail_fields(self) -> list[forms.BoundField]:
        """The fields about the account."""
        return [self[each.name] for each in self.info.details]

    @property
    def details(self) -> dict[str, str]:
        """What a valid form says of the account."""
        return {each.name: self.cleaned_data[each.name] for each in self.info.details}

    @staticmethod
    def initial_of(connection: Connection) -> dict[str, Any]:
        """Return what the form shows of ``connection`` before anything is changed."""
        return connection.details | {
            "name": connection.name,
            "makes_sessions": connection.makes_sessions,
        }


class NewConnectionForm(ConnectionForm):
    """The same with the secrets that the platform gives; what Film Room makes is not asked for."""

    def __init__(self, *args: Any, info: PlatformInfo, **kwargs: Any) -> None:
        super().__init__(*args, info=info, **kwargs)
        self.fields["makes_sessions"].initial = info.makes_sessions
        for secret in self.entered:
            required = secret.is_required and not secret.is_late
            help_text: Any = secret.help
            if secret.is_late:
                help_text = format_lazy("{} {}", help_text, _("You can enter it afterwards."))
            self.fields[secret.name] = _secret_field(secret.label, help_text, required=required)

    @property
    def entered(self) -> list[Secret]:
        """The secrets that a person enters."""
        return [secret for secret in self.info.secrets if not secret.is_generated]

    @property
    def entered_fields(self) -> list[forms.BoundField]:
        """The fields of those that the platform gives beforehand, or that it works without."""
        return [self[each.name] for each in self.entered if not each.is_late]

    @property
    def late_fields(self) -> list[forms.BoundField]:
        """The fields of those that the platform gives once it has the address."""
        return [self[each.name] for each in self.entered if each.is_late]

    @property
    def makes_secret(self) -> bool:
        """Whether Film Room thinks of a secret that is pasted there."""
        return any(secret.is_generated for secret in self.info.secrets)

    @property
    def secrets(self) -> dict[str, str]:
        """What a valid form says of the secrets."""
        return {each.name: self.cleaned_data[each.name] for each in self.entered}


class SecretForm(forms.Form):
    """Another value for one secret; empty makes a new one where Film Room makes them."""

    def __init__(self, *args: Any, secret: Secret, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if secret.is_generated:
            help_text: Any = _("Leave it empty and Film Room makes a new one.")
        elif secret.is_required:
            help_text = secret.help
        else:
            help_text = _("Leave it empty and Film Room forgets the one it has.")
        required = secret.is_required and not secret.is_generated
        self.fields["value"] = _secret_field(secret.label, help_text, required=required)


class PastForm(forms.Form):
    """The days whose recordings are to be listed, by the person's clock."""

    since = forms.DateField(
        label=_("From"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    until = forms.DateField(
        label=_("Until"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until:
            if until < since:
                self.add_error("until", _("The last day comes before the first: turn them round."))
            elif until - since > LONGEST_PAST:
                self.add_error("since", _("At most a year at once: choose fewer days."))
            elif since > timezone.localdate():
                self.add_error("since", _("Choose days that have been."))
        return cleaned

    @staticmethod
    def last_month() -> dict[str, date]:
        """Return what the form shows before anything is chosen."""
        today = timezone.localdate()
        return {"since": today - LAST_MONTH, "until": today}

    @property
    def days(self) -> tuple[date, date]:
        """First and last day, from a valid form."""
        return self.cleaned_data["since"], self.cleaned_data["until"]
