"""Who calls the API: a bearer token or a browser session, and what a token's scope allows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _
from knox.auth import TokenAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from accounts.models import ApiToken, User

if TYPE_CHECKING:  # DRF imports this module while it defines APIView
    from rest_framework.views import APIView


class BearerTokenAuthentication(TokenAuthentication):
    """``Authorization: Bearer <token>``; anything wrong with it is 401 with a Bearer challenge."""

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"

    def authenticate_credentials(self, token: bytes) -> tuple[User, ApiToken]:
        # Knox decodes as UTF-8 and asks the database as is: odd bytes would end in a 500.
        if not token.isascii() or b"\x00" in token:
            raise AuthenticationFailed(_("This token is not valid: create a new one."))
        pair: tuple[User, ApiToken] = super().authenticate_credentials(token)
        return pair


class TokenScope(BasePermission):
    """A ``read`` token changes nothing.

    A view whose GET does says so by ``writes = True``, one whose POST does not by False.
    """

    message = _("This token may only read: create one with the scope write.")
    code = "token_scope"

    def has_permission(self, request: Request, view: APIView) -> bool:
        token: Any = request.auth
        writes = getattr(view, "writes", None)
        if writes is None:
            writes = request.method not in SAFE_METHODS
        if not isinstance(token, ApiToken) or not writes:
            return True
        return token.scope == ApiToken.Scope.WRITE
