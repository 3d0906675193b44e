"""Asking for a sync over the API: whose files."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from recordings import tasks
from recordings.models import SyncRun
from sessions_app.models import Session

pytestmark = pytest.mark.django_db
URL = "/api/v1/recordings/sync-bucket"


@pytest.fixture(autouse=True)
def nudges(monkeypatch: pytest.MonkeyPatch) -> list[UUID]:
    """The runs that a worker was asked to look at, instead of asking one."""
    asked: list[UUID] = []
    monkeypatch.setattr(tasks, "nudge_sync", asked.append)
    return asked


def test_staff_sync_the_files_of_whoever_coaches(
    api_for: Callable[[User], APIClient],
    staff: User,
    coach: User,
    client_user: User,
    make_session: Callable[..., Session],
    nudges: list[UUID],
) -> None:
    User.objects.filter(pk=staff.pk).update(role=User.Role.CLIENT)
    api = api_for(staff)

    def ask(coach_id: Any) -> int:
        return int(api.post(URL, {"coach_id": str(coach_id)}, format="json").status_code)

    for nobody in (staff.pk, client_user.pk, uuid4()):
        assert ask(nobody) == 404
    assert not SyncRun.objects.exists()

    make_session(coach=staff)
    assert (ask(staff.pk), ask(coach.pk)) == (202, 202)
    runs = SyncRun.objects.order_by("created_at")
    assert [(run.coach, run.prefix, run.requested_by) for run in runs] == [
        (staff, f"recordings/{staff.pk}/", staff),
        (coach, f"recordings/{coach.pk}/", staff),
    ]
    assert nudges == [run.pk for run in runs]


def test_a_coach_syncs_no_other_coachs_files(
    api_for: Callable[[User], APIClient], coach: User, other_coach: User
) -> None:
    answer = api_for(coach).post(URL, {"coach_id": str(other_coach.pk)}, format="json")
    assert answer.status_code == 404
    assert not SyncRun.objects.exists()
