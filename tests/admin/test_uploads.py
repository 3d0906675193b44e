"""Uploads in the admin: a history that cannot be altered, with retry and cancel."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.forms.models import model_to_dict
from django.test import Client

from accounts.models import User
from recordings import tasks
from recordings.models import SessionUpload, UploadEvent

UPLOADS = "/admin/recordings/sessionupload/"


@pytest.fixture
def nudges(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, UUID]]:
    """What workers were asked for, instead of asking them."""
    asked: list[tuple[str, UUID]] = []
    for name in ("nudge_import", "nudge_facts"):
        monkeypatch.setattr(tasks, name, lambda row, name=name: asked.append((name, row)))
    return asked


def _facts() -> list[Any]:
    rows = [*SessionUpload.objects.order_by("pk"), *UploadEvent.objects.order_by("pk")]
    return [model_to_dict(row) for row in rows]


def test_history_cannot_be_altered(
    admin_client: Client, make_upload: Callable[..., SessionUpload]
) -> None:
    upload = make_upload("failed")
    event = upload.events.first()
    assert event is not None
    before = _facts()
    page = f"{UPLOADS}{upload.pk}/change/"
    form = {
        "status": "completed",
        "error_code": "",
        "_save": "Save",
        "events-TOTAL_FORMS": "1",
        "events-INITIAL_FORMS": "1",
        "events-0-id": str(event.pk),
        "events-0-upload": str(upload.pk),
        "events-0-note": "rewritten",
        "events-0-DELETE": "on",
    }
    assert admin_client.post(page, form).status_code == 403
    assert admin_client.get(f"{UPLOADS}add/").status_code == 403
    assert admin_client.post(f"{UPLOADS}add/", form).status_code == 403
    assert admin_client.post(f"{UPLOADS}{upload.pk}/delete/", {"post": "yes"}).status_code == 403
    admin_client.post(
        UPLOADS, {"action": "delete_selected", "_selected_action": str(upload.pk), "post": "yes"}
    )
    assert admin_client.get("/admin/recordings/uploadevent/").status_code == 404
    assert _facts() == before
    assert 'name="status"' not in admin_client.get(page).content.decode()


def test_a_page_shows_every_move(
    admin_client: Client, make_upload: Callable[..., SessionUpload], staff: User
) -> None:
    upload = make_upload("failed", created_by=staff, original_filename="<b>.mp4")
    page = admin_client.get(f"{UPLOADS}{upload.pk}/change/").content.decode()
    assert "The link did not answer." in page
    assert "timeout" in page
    assert "&lt;b&gt;.mp4" in page
    assert "<b>.mp4" not in page
    assert page.count('class="field-at"') == upload.events.count() == 2


def test_failed_imports_are_retried_and_others_told_why_not(
    run_action: Callable[..., str],
    make_upload: Callable[..., SessionUpload],
    nudges: list[tuple[str, UUID]],
    staff: User,
) -> None:
    failed, done = make_upload("failed"), make_upload(original_filename="done.mp4")
    page = run_action(UPLOADS, "retry", failed, done)
    assert "Imports that begin anew: 1." in page
    assert "“done.mp4 (Completed)”: " in page
    failed.refresh_from_db()
    done.refresh_from_db()
    assert (failed.status, failed.error_code, done.status) == ("pending", "", "completed")
    assert nudges == [("nudge_import", failed.pk)]
    last = failed.events.last()
    assert last is not None
    assert (last.from_status, last.to_status, last.by) == ("failed", "pending", staff)


def test_uploads_are_cancelled_and_what_reached_the_bucket_removed(
    s3: Any,
    bucket: str,
    run_action: Callable[..., str],
    make_upload: Callable[..., SessionUpload],
    staff: User,
) -> None:
    upload, done = make_upload("uploading"), make_upload(original_filename="done.mp4")
    opened = s3.create_multipart_upload(Bucket=bucket, Key=upload.s3_key)["UploadId"]
    SessionUpload.objects.filter(pk=upload.pk).update(multipart_id=opened)
    page = run_action(UPLOADS, "cancel", done, upload)
    assert "Uploads cancelled: 1." in page
    assert "“done.mp4 (Completed)”: " in page
    upload.refresh_from_db()
    assert upload.status == "cancelled"
    assert "Uploads" not in s3.list_multipart_uploads(Bucket=bucket)
    last = upload.events.last()
    assert last is not None
    assert (last.to_status, last.by) == ("cancelled", staff)


def test_workers_are_nudged_about_what_waits(
    run_action: Callable[..., str],
    make_upload: Callable[..., SessionUpload],
    nudges: list[tuple[str, UUID]],
) -> None:
    waiting, done, failed = make_upload("pending"), make_upload(), make_upload("failed")
    page = run_action(UPLOADS, "nudge", waiting, done, failed)
    assert "Workers were asked to look at: 2." in page
    assert "Nothing of this upload waits for a worker." in page
    assert set(nudges) == {("nudge_import", waiting.pk), ("nudge_facts", done.pk)}


@pytest.mark.parametrize("action", ["retry", "cancel", "nudge"])
def test_actions_ask_for_the_change_permission(
    make_upload: Callable[..., SessionUpload],
    nudges: list[tuple[str, UUID]],
    helper: Callable[..., User],
    browser_of: Callable[[User], Client],
    bucket: str,
    action: str,
) -> None:
    rows = [make_upload("failed"), make_upload("pending")]
    before = _facts()
    form = {"action": action, "_selected_action": [str(row.pk) for row in rows]}
    viewer = browser_of(helper("view_sessionupload"))
    assert f'value="{action}"' not in viewer.get(UPLOADS).content.decode()
    viewer.post(UPLOADS, form)
    assert (_facts(), nudges) == (before, [])
    worker = browser_of(helper("change_sessionupload"))
    assert f'value="{action}"' in worker.get(UPLOADS).content.decode()
    worker.post(UPLOADS, form)
    assert (_facts(), nudges) != (before, [])
