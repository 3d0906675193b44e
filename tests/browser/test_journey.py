"""A coach's whole way in a real browser, from the login to an empty bucket."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from recordings import verifying
from recordings.media.samples import write_sample
from recordings.models import SessionUpload
from sessions_app.models import Session

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_from_the_login_to_a_recording_that_plays_and_goes(
    page: Page, coach: User, session: Session, bucket: str, s3: Any, tmp_path: Path
) -> None:
    recording = tmp_path / "First talk.mp4"
    write_sample(recording, container="mp4", seconds=2, width=640, height=360)

    page.goto("/")
    page.get_by_label("Email").fill(coach.email)
    page.get_by_label("Password").fill("correct horse 4711")
    page.get_by_role("button", name="Sign in").click()
    row = page.get_by_role("row").filter(has_text="First talk")
    expect(row).to_contain_text("No recording")

    # Upload by the dialog: the bytes go straight to the bucket.
    row.get_by_role("link", name="Upload a recording of First talk").click()
    dialog = page.get_by_role("dialog", name="Add recordings")
    dialog.locator("#add-files").set_input_files(recording)
    with page.expect_request(re.compile(r"partNumber=1")) as sent:
        dialog.get_by_role("button", name="Upload 1 file").click()
    assert sent.value.method == "PUT"
    expect(dialog).to_be_hidden()
    expect(row).to_contain_text("Completed")
    expect(page.get_by_role("status").first).to_contain_text("First talk.mp4 is stored.")

    upload = SessionUpload.objects.get()
    assert (upload.type, upload.status) == ("direct", "completed")
    assert s3.get_object(Bucket=bucket, Key=upload.s3_key)["Body"].read() == recording.read_bytes()

    # The row goes on asking until the facts are read, then it rests.
    verifying.examine(upload.pk)
    expect(row).to_contain_text("0:02")
    expect(row).not_to_have_attribute("data-moving", "")

    # It plays from the bucket.
    row.get_by_role("link", name="Details of First talk").click()
    expect(page.get_by_text("640 × 360")).to_be_visible()
    page.wait_for_function("() => document.querySelector('[data-player] video')?.readyState > 0")
    length = page.locator("video").evaluate(
        """video => new Promise((done, failed) => {
            video.onplaying = () => done(video.duration);
            video.onerror = () => failed(video.error.message);
            video.muted = true;
            video.play().catch(failed);
        })"""
    )
    assert length == pytest.approx(2, abs=0.2)

    # It goes, from row and bucket.
    page.get_by_role("link", name="Delete").click()
    question = page.get_by_role("dialog", name="Delete this recording?")
    expect(question).to_contain_text("First talk.mp4")
    question.get_by_role("button", name="Delete the recording").click()
    expect(row).to_contain_text("No recording")
    assert "Contents" not in s3.list_objects_v2(Bucket=bucket)
    upload.refresh_from_db()
    assert (upload.status, upload.deleted_by) == ("deleted", coach)
