"""How allauth behaves here."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):
    """Nobody signs up by themselves: staff or a command makes coaches."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
