"""``manage.py sync_recordings``."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import User
from recordings import storage
from recordings.models import SyncRun, UnmatchedFile

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> tuple[str, str]:
    out, err = io.StringIO(), io.StringIO()
    call_command("sync_recordings", *arguments, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def test_it_prints_the_counts(put: Callable[..., None], coach: User) -> None:
    put("recordings/a.mp4")
    put(f"recordings/{coach.pk}/b.mp4")
    expected = (
        "total_files: 2\nnew_records: 0\nupdated_records: 0\nmissing_records: 0\n"
        "unmatched_files: 2\n"
    )
    assert run("--dry-run") == (expected, "")
    assert not UnmatchedFile.objects.exists()
    assert run("--coach", " Coach@example.com") == (expected.replace("2", "1"), "")
    assert run() == (expected, "")
    assert set(SyncRun.objects.values_list("trigger", "status")) == {("command", "completed")}


def test_a_failed_run_is_an_error(bucket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(prefix: str) -> Any:
        raise storage.StorageError("SlowDown")

    monkeypatch.setattr(storage, "list_objects", fail)
    err = io.StringIO()
    with pytest.raises(CommandError) as failed:
        call_command("sync_recordings", stdout=io.StringIO(), stderr=err)
    assert (failed.value.returncode, str(failed.value)) == (1, "The sync failed.")
    assert err.getvalue() == f"storage_unavailable: -: {storage.StorageError.detail}\n"


def test_an_unknown_coach_is_an_error(db: None) -> None:
    with pytest.raises(CommandError, match=r"nobody@example\.com"):
        run("--coach", "nobody@example.com")
    assert not SyncRun.objects.exists()


def test_a_run_in_other_hands_is_said(bucket: str) -> None:
    held = timezone.now() + timedelta(minutes=1)
    other = SyncRun.objects.create(
        prefix="recordings/", trigger="api", status="running", lease_until=held
    )
    assert run() == (f"A worker is doing this sync already: {other.pk}.\n", "")
