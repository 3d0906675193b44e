"""What a person may choose for themselves: their name, language and time zone."""

from __future__ import annotations

import structlog
from django.conf import settings

from accounts.models import User
from filmroom.errors import FilmRoomError
from filmroom.time_zones import is_time_zone

logger = structlog.get_logger(__name__)

LONGEST_NAME = 200


class PreferenceRefused(FilmRoomError):
    code = "invalid"
    detail = "This cannot be chosen."


def change_preferences(*, user: User, name: str, language: str, time_zone: str, by: User) -> None:
    """Store what ``user`` is called, which language and which time zone they see.

    ``language`` is a code of LANGUAGES, ``time_zone`` a name of the IANA database; empty means as
    the browser says. Raises PreferenceRefused for anything else, and then changes nothing.
    """
    name = name.strip()
    if len(name) > LONGEST_NAME or "\x00" in name:
        raise PreferenceRefused("Give a name of at most 200 characters.", attr="name")
    if language and language not in dict(settings.LANGUAGES):
        raise PreferenceRefused("Choose one of the languages listed.", attr="language")
    if time_zone and not is_time_zone(time_zone):
        raise PreferenceRefused("Choose one of the time zones listed.", attr="time_zone")
    user.name, user.language, user.time_zone = name, language, time_zone
    user.save(update_fields=["name", "language", "time_zone"])
    logger.info("preferences_changed", user=str(user.pk), by=str(by.pk))
