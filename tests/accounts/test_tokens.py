"""Tokens: printed once, stored hashed, worthless when revoked."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.models import ApiToken, User


def test_the_command_prints_the_token_alone(coach: User) -> None:
    out = StringIO()
    call_command("create_token", "COACH@example.com", scope="read", name="export", stdout=out)
    value = out.getvalue().strip()
    row = ApiToken.objects.get()
    assert out.getvalue() == value + "\n"
    assert (row.user, row.name, row.scope, row.expiry) == (coach, "export", "read", None)
    assert value not in row.digest
    assert len(value) == 64


def test_the_command_names_an_unknown_person(db: None) -> None:
    with pytest.raises(CommandError, match="Nobody has the e-mail address"):
        call_command("create_token", "nobody@example.com", scope="read", name="x")
