"""Who knocks at the admin's door."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.db.models import Model
from django.test import Client
from django.utils import timezone

from accounts.models import User
from recordings.lifecycle import WORKER, advance, fail, start
from recordings.models import SessionUpload
from sessions_app.models import Session, UploadStatus

_numbers = count(1)


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


@pytest.fixture
def make_upload(session: Session) -> Callable[..., SessionUpload]:
    """Store an upload as its room would, in the status asked for; other fields as given."""

    def make(status: str = "completed", **fields: Any) -> SessionUpload:
        number = next(_numbers)
        fields.setdefault("session", session)
        fields.setdefault("type", "external")
        fields.setdefault("original_filename", f"talk {number}.mp4")
        owner = fields["session"]
        fields.setdefault(
            "s3_key",
            f"recordings/{owner.coach_id}/{owner.client_id}/2026-01-14/talk_{number:08x}.mp4",
        )
        if status == "completed":
            fields.setdefault("size_bytes", 5)
            fields.setdefault("etag", '"e"')
            fields.setdefault("completed_at", timezone.now())
            return start(SessionUpload(status=status, **fields), actor=WORKER)
        upload = start(SessionUpload(**fields), actor=WORKER)
        if status == "uploading":
            advance(upload, to=UploadStatus.UPLOADING, actor=WORKER, lease_until=timezone.now())
        elif status == "failed":
            fail(upload, code="timeout", detail="The link did not answer.", actor=WORKER)
        return upload

    return make


@pytest.fixture
def run_action(admin_client: Client) -> Callable[..., str]:
    """Choose an action for some rows as the superuser; return the page that follows."""

    def run(address: str, action: str, *rows: Model, **more: str) -> str:
        form = {"action": action, "_selected_action": [str(row.pk) for row in rows], **more}
        response = admin_client.post(address, form, follow=True)
        assert response.status_code == 200
        return response.content.decode()

    return run
