"""Times as people write them down: by the clock on their wall."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class LocalTimeField(forms.DateTimeField):
    """A date and time by the active time zone's clock, to the minute; gives an aware datetime.

    ``standing`` is the time that the form shows before anything is changed: written down as it
    was shown it stays itself, also in the hour that clocks go through twice.
    """

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    input_formats = ("%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M")
    default_error_messages = {
        "skipped": _(
            "The clocks go forward in this hour, so this time does not exist: choose a later one."
        ),
        "twice": _(
            "The clocks go back in this hour, so this time comes twice: choose an earlier or a"
            " later one."
        ),
    }
    standing: datetime | None = None

    def to_python(self, value: Any) -> datetime | None:
        try:
            time = super().to_python(value)
        except ValidationError as error:
            if error.code != "ambiguous_timezone":
                raise
            return self._standing_or_refused((error.params or {})["datetime"])
        return self.standing if time == self._standing_minute() else time

    def _standing_minute(self) -> datetime | None:
        return self.standing and self.standing.replace(second=0, microsecond=0)

    def _standing_or_refused(self, wall: datetime) -> datetime:
        if self.standing and self._shown() == wall:
            return self.standing
        code = "skipped" if _is_skipped(wall) else "twice"
        raise ValidationError(self.error_messages[code], code=code)

    def _shown(self) -> datetime | None:
        minute = self._standing_minute()
        return minute and timezone.localtime(minute).replace(tzinfo=None, fold=0)


def _is_skipped(wall: datetime) -> bool:
    zone = timezone.get_current_timezone()
    back = wall.replace(tzinfo=zone).astimezone(UTC).astimezone(zone)
    return back.replace(tzinfo=None) != wall
