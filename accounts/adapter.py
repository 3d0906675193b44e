"""How allauth behaves here."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.utils import translation


class AccountAdapter(DefaultAccountAdapter):
    """Nobody signs up by themselves: staff or a command makes coaches."""

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Write letters in the language of who gets them, as far as they have chosen one."""
        language = getattr(context.get("user"), "language", "")
        with translation.override(language or translation.get_language()):
            super().send_mail(template_prefix, email, context)

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
