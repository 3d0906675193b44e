"""Acts of a page that a person may do so often a minute, held back as the API holds back."""

from __future__ import annotations

from math import ceil

from django.http import HttpRequest
from rest_framework.throttling import UserRateThrottle

from filmroom.errors import FilmRoomError


def hold_back(
    request: HttpRequest, throttle: type[UserRateThrottle], refusal: type[FilmRoomError]
) -> None:
    """Count an act of who is signed in. Raises ``refusal``, with Retry-After, once it was too
    often."""
    counted = throttle()
    if not counted.allow_request(request, None):  # type: ignore[arg-type]  # asks for the user only
        raise refusal(headers={"Retry-After": str(ceil(counted.wait() or 0))})
