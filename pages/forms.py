"""What people fill in."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.forms import LanguageField, TimeZoneField
from accounts.models import ApiToken
from pages.local_times import LocalTimeField
from sessions_app.filters import check_sane_time
from sessions_app.models import URL_MAX_LENGTH, Platform, Session
from sessions_app.scheduling import Person

LONGEST_PASSCODE = 200
NO_PLATFORM = ("", _("Not stated"))


class UploadForm(forms.Form):
    """A recording: a link or a file, exactly one of them."""

    use_required_attribute = False

    file = forms.FileField(
        label=_("File from this device"),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": "video/*,audio/*,.mkv,.m4a,.mp4,.webm,.mov"}),
        help_text=_("Audio or video, as it came from the meeting."),
    )
    external_url = forms.URLField(
        label=_("Link"),
        required=False,
        max_length=URL_MAX_LENGTH,
        assume_scheme="https",
        widget=forms.URLInput(
            attrs={"placeholder": "https://", "inputmode": "url", "autocomplete": "off"}
        ),
        help_text=_("As it was sent to you: a share of a meeting platform or a drive, or a file."),
    )
    passcode = forms.CharField(
        label=_("Passcode of the link"),
        required=False,
        max_length=LONGEST_PASSCODE,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=_("Kept encrypted while the recording is fetched, and forgotten afterwards."),
    )
    platform = forms.ChoiceField(
        label=_("Platform"), required=False, choices=[NO_PLATFORM, *Platform.choices]
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if {"file", "external_url"} & set(self.errors):
            return cleaned
        if bool(cleaned.get("file")) == bool(cleaned.get("external_url")):
            raise forms.ValidationError(
                _("Choose a file or give a link: one of the two."), code="exactly_one_source"
            )
        return cleaned


class SessionForm(forms.Form):
    """A session as a coach writes it down, at the time on their own clock."""

    title = forms.CharField(label=_("Title"), max_length=200)
    client_name = forms.CharField(
        label=_("Client's name"),
        max_length=200,
        required=False,
        help_text=_("As you call them; nobody else sees it."),
    )
    client_email = forms.EmailField(label=_("Client's e-mail"), max_length=254, required=False)
    scheduled_at = LocalTimeField(label=_("Date and time"), validators=[check_sane_time])
    duration_minutes = forms.IntegerField(
        label=_("Duration in minutes"),
        initial=60,
        validators=[MinValueValidator(1), MaxValueValidator(24 * 60)],
    )
    status = forms.ChoiceField(
        label=_("Status"), choices=Session.Status.choices, initial=Session.Status.SCHEDULED
    )
    external_platform = forms.ChoiceField(
        label=_("Held on"), required=False, choices=[NO_PLATFORM, *Platform.choices]
    )
    meeting_id = forms.CharField(
        label=_("Meeting link or number"),
        max_length=2048,
        required=False,
        help_text=_("The invitation to the online meeting: its recording finds this session."),
    )
    description = forms.CharField(
        label=_("Description"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        scheduled_at: LocalTimeField = self.fields["scheduled_at"]  # type: ignore[assignment]
        scheduled_at.standing = self.initial.get("scheduled_at")
        scheduled_at.help_text = _("By your clock: {time_zone}.").format(
            time_zone=timezone.get_current_timezone_name()
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("client_name") and not cleaned.get("client_email"):
            self.add_error("client_email", _("Give the client's e-mail address."))
        return cleaned

    def changes(self) -> dict[str, Any]:
        """Return what `sessions_app.scheduling` takes, from a valid form."""
        fields = dict(self.cleaned_data)
        email, name = fields.pop("client_email"), fields.pop("client_name")
        fields["client"] = Person(email=email, name=name) if email else None
        return fields

    @staticmethod
    def initial_of(session: Session) -> dict[str, Any]:
        """Return what the form shows of ``session`` before anything is changed."""
        names = (
            "title",
            "description",
            "scheduled_at",
            "duration_minutes",
            "status",
            "meeting_id",
            "external_platform",
        )
        return {name: getattr(session, name) for name in names} | {
            "client_name": session.client_display_name,
            "client_email": session.client.email if session.client else "",
        }


class PreferencesForm(forms.Form):
    """What a person chooses for themselves."""

    name = forms.CharField(
        label=_("Name"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    language = LanguageField()
    time_zone = TimeZoneField()

    def __init__(self, *args: Any, browsers_time_zone: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["time_zone"].widget.attrs["placeholder"] = _automatic(browsers_time_zone)


class TokenForm(forms.Form):
    """A new API token."""

    name = forms.CharField(
        label=_("Name"), max_length=100, help_text=_("What will use it, for example “Backup”.")
    )
    scope = forms.ChoiceField(
        label=_("Scope"), choices=ApiToken.Scope.choices, initial=ApiToken.Scope.READ
    )
    expires_on = forms.DateField(
        label=_("Expires on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("The last day it works. Empty: until you revoke it."),
    )

    def expires_at(self) -> datetime | None:
        """Return the end of the last day by the person's clock, from a valid form; None: never."""
        day = self.cleaned_data["expires_on"]
        if day is None:
            return None
        after = day + timedelta(days=1)
        return datetime.combine(after, time.min, tzinfo=timezone.get_current_timezone())

    def clean_expires_on(self) -> date | None:
        day: date | None = self.cleaned_data["expires_on"]
        if day is not None and not timezone.localdate() <= day <= _last_day():
            raise forms.ValidationError(_("Choose a day from today on, within ten years."))
        return day


def _automatic(time_zone: str) -> str:
    if not time_zone:
        return gettext("Automatic")
    return gettext("Automatic: {time_zone}").format(time_zone=time_zone.replace("_", " "))


def _last_day() -> date:
    return timezone.localdate() + timedelta(days=3653)
