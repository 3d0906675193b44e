"""Handing out and revoking API tokens."""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog
from django.utils import timezone

from accounts.models import ApiToken, User
from filmroom.errors import FilmRoomError

logger = structlog.get_logger(__name__)


class TokenRefused(FilmRoomError):
    code = "invalid"
    detail = "This token cannot be made."


def create_token(
    *, owner: User, name: str, scope: str, by: User | None, expires_at: datetime | None = None
) -> tuple[ApiToken, str]:
    """Return a new token's row and its value, which is shown this once and never again.

    Raises TokenRefused when the name is empty or too long, the scope unknown, the owner
    deactivated or the expiry in the past.
    """
    name = name.strip()
    if not name or len(name) > 100:
        raise TokenRefused("Give the token a name of at most 100 characters.", attr="name")
    if scope not in ApiToken.Scope.values:
        raise TokenRefused("Choose the scope read or write.", attr="scope")
    if not owner.is_active:
        raise TokenRefused("This person is deactivated; activate them first.", attr="owner")
    lifetime: timedelta | None = None
    if expires_at is not None:
        lifetime = expires_at - timezone.now()
        if lifetime <= timedelta(0):
            raise TokenRefused("Choose an expiry in the future.", attr="expires_at")
    row, value = ApiToken.objects.create(user=owner, expiry=lifetime, name=name, scope=scope)
    logger.info("token_created", token=str(row.id), owner=str(owner.pk), by=str(by and by.pk))
    return row, value


def revoke_token(*, token: ApiToken, by: User) -> None:
    """Make a token worthless at once."""
    token_id = str(token.id)
    token.delete()
    logger.info("token_revoked", token=token_id, by=str(by.pk))
