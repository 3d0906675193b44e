"""Renditions in the admin: seen with their upload, made again when they failed."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from django.test import Client

from recordings import lifecycle, tasks
from recordings.models import Rendition, SessionUpload

RENDITIONS = "/admin/recordings/rendition/"


@pytest.fixture
def failed(make_upload: Callable[..., SessionUpload]) -> Rendition:
    upload = make_upload("completed")
    lifecycle.refresh_summary(upload.session_id)
    return Rendition.objects.create(
        upload=upload,
        kind="web_copy",
        status="failed",
        attempts=3,
        error_code="no_room",
        error_detail="No <room>: tell staff.",
    )


def test_an_upload_shows_what_is_made_of_it(admin_client: Client, failed: Rendition) -> None:
    page = admin_client.get(f"/admin/recordings/sessionupload/{failed.upload_id}/change/")
    text = page.content.decode()
    assert "Web copy" in text
    assert "No &lt;room&gt;: tell staff." in text
    assert f"{RENDITIONS}{failed.pk}/change/" in text


def test_what_failed_is_made_again_and_the_rest_told_why_not(
    run_action: Callable[..., str], failed: Rendition, monkeypatch: pytest.MonkeyPatch
) -> None:
    nudged: list[UUID] = []
    monkeypatch.setattr(tasks, "nudge_rendition", nudged.append)
    waits = Rendition.objects.create(upload=failed.upload, kind="poster")

    page = run_action(RENDITIONS, "retry", failed, waits)

    assert nudged == [failed.pk]
    assert "Renditions that are made again: 1." in page
    assert "Only what failed can be made again" in page
    failed.refresh_from_db()
    assert (failed.status, failed.attempts, failed.error_code) == ("pending", 0, "")


def test_rows_cannot_be_altered(admin_client: Client, failed: Rendition) -> None:
    page = f"{RENDITIONS}{failed.pk}/change/"
    assert admin_client.post(page, {"status": "completed", "_save": "Save"}).status_code == 403
    assert admin_client.post(f"{RENDITIONS}{failed.pk}/delete/", {"post": "yes"}).status_code == 403
    failed.refresh_from_db()
    assert failed.status == "failed"
