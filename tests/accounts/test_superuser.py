"""The first person of a production machine comes from Django's own command."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.test import Client

from accounts.models import User


def test_createsuperuser_makes_staff_who_sign_in_by_email(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "correct horse 4711")
    call_command(
        "createsuperuser", email="First@Example.com", name="First", interactive=False, verbosity=0
    )

    user = User.objects.get()
    assert (user.email, user.name, user.role) == ("first@example.com", "First", "coach")
    assert (user.is_staff, user.is_superuser, user.is_active) == (True, True, True)
    browser = Client()
    assert browser.login(email="first@example.com", password="correct horse 4711")
    assert browser.get("/admin/accounts/user/add/").status_code == 200
