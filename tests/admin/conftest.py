"""Who knocks at the admin's door."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from pytest_django.fixtures import Settings

from accounts.models import User


@pytest.fixture(autouse=True)
def _plain_static_files(settings: Settings) -> None:
    """Pages name their files without hashes: nothing was collected for the tests."""
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }


@pytest.fixture
def admin_client(staff: User) -> Client:
    """A browser of the superuser."""
    return _browser(staff)


@pytest.fixture
def browser_of() -> Callable[[User], Client]:
    """Return a browser that is logged in as the person."""
    return _browser


@pytest.fixture
def helper(make_user: Callable[..., User]) -> Callable[..., User]:
    """Make somebody of the staff with exactly these permissions (``view_session``, …)."""

    def make(*codenames: str) -> User:
        user = make_user(is_staff=True)
        permissions = Permission.objects.filter(codename__in=codenames)
        assert {permission.codename for permission in permissions} == set(codenames)
        user.user_permissions.set(permissions)
        return user

    return make


def _browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client
