"""Sync runs and unmatched files in the admin."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from recordings import tasks
from recordings.media.samples import write_sample
from recordings.models import SessionUpload, SyncRun, UnmatchedFile
from sessions_app.models import Session

RUNS = "/admin/recordings/syncrun/"
FILES = "/admin/recordings/unmatchedfile/"


@pytest.fixture(autouse=True)
def nudges(monkeypatch: pytest.MonkeyPatch) -> list[UUID]:
    """The rows that workers were asked to look at, instead of asking them."""
    asked: list[UUID] = []
    monkeypatch.setattr(tasks, "nudge_sync", asked.append)
    monkeypatch.setattr(tasks, "nudge_facts", asked.append)
    return asked


@pytest.fixture
def make_run(coach: User) -> Callable[..., SyncRun]:
    def make(status: str, **fields: Any) -> SyncRun:
        fields = {"coach": coach, "prefix": f"recordings/{coach.pk}/", "trigger": "api"} | fields
        return SyncRun.objects.create(status=status, finished_at=timezone.now(), **fields)

    return make


def test_a_halted_run_is_repeated_accepting_what_is_missing(
    run_action: Callable[..., str],
    make_run: Callable[..., SyncRun],
    staff: User,
    coach: User,
    nudges: list[UUID],
) -> None:
    halted, done = make_run("halted"), make_run("completed")
    page = run_action(RUNS, "run_again", halted, done)
    assert "Sync runs started: 1." in page
    assert "This run was not halted: there is nothing to accept." in page
    run = SyncRun.objects.exclude(pk__in=[halted.pk, done.pk]).get()
    assert (run.coach, run.accept_missing, run.trigger, run.requested_by, run.status) == (
        coach,
        True,
        "admin",
        staff,
        "pending",
    )
    assert nudges == [run.pk]
    halted.refresh_from_db()
    assert halted.status == "halted"


@pytest.mark.parametrize("dry_run", [True, False])
def test_the_whole_bucket_is_synced_after_a_question(
    admin_client: Client, staff: User, nudges: list[UUID], dry_run: bool
) -> None:
    assert f'href="{RUNS}sync-all/"' in admin_client.get(RUNS).content.decode()
    assert admin_client.get(f"{RUNS}sync-all/").status_code == 200
    assert SyncRun.objects.count() == 0
    form = {"dry_run": "yes"} if dry_run else {}
    response = admin_client.post(f"{RUNS}sync-all/", form)
    run = SyncRun.objects.get()
    assert response["Location"] == f"{RUNS}{run.pk}/change/"
    assert (run.prefix, run.coach, run.trigger, run.requested_by, run.dry_run) == (
        "recordings/",
        None,
        "admin",
        staff,
        dry_run,
    )
    assert nudges == [run.pk]
    assert admin_client.post(f"{RUNS}sync-all/", form)["Location"].endswith(f"{run.pk}/change/")
    assert SyncRun.objects.count() == 1


def test_runs_are_read_only_and_their_start_asks_for_a_permission(
    make_run: Callable[..., SyncRun],
    admin_client: Client,
    helper: Callable[..., User],
    browser_of: Callable[[User], Client],
) -> None:
    run = make_run("halted")
    viewer = browser_of(helper("view_syncrun"))
    assert "sync-all" not in viewer.get(RUNS).content.decode()
    assert viewer.get(f"{RUNS}sync-all/").status_code == 403
    assert viewer.post(f"{RUNS}sync-all/").status_code == 403
    viewer.post(RUNS, {"action": "run_again", "_selected_action": str(run.pk)})
    assert admin_client.post(f"{RUNS}{run.pk}/change/", {"status": "failed"}).status_code == 403
    assert admin_client.post(f"{RUNS}{run.pk}/delete/", {"post": "yes"}).status_code == 403
    assert list(SyncRun.objects.values_list("pk", "status")) == [(run.pk, "halted")]
    assert browser_of(helper("change_syncrun")).post(f"{RUNS}sync-all/").status_code == 302
    assert SyncRun.objects.count() == 2


@pytest.fixture
def file(s3: Any, bucket: str, session: Session, coach: User) -> UnmatchedFile:
    """A sound file in the bucket that no session claims."""
    body = BytesIO()
    write_sample(body, container="mp4", seconds=0.2)
    key = f"recordings/{coach.pk}/no-client/2026-01-14/lost_0123abcd.mp4"
    s3.put_object(Bucket=bucket, Key=key, Body=body.getvalue())
    suggestion = {
        "session_id": str(session.pk),
        "title": session.title,
        "scheduled_at": "2026-01-14T15:00:00Z",
        "score": 0.65,
        "why": "Same day, no recording yet.",
    }
    return UnmatchedFile.objects.create(
        s3_key=key,
        coach=coach,
        reason="no_session",
        size_bytes=len(body.getvalue()),
        last_modified=timezone.now(),
        suggestions=[suggestion],
    )


def test_a_file_is_assigned_to_the_session_suggested(
    s3: Any,
    bucket: str,
    admin_client: Client,
    file: UnmatchedFile,
    session: Session,
    staff: User,
    nudges: list[UUID],
) -> None:
    chosen = admin_client.post(FILES, {"action": "assign", "_selected_action": str(file.pk)})
    assert chosen["Location"] == f"{FILES}{file.pk}/assign/"
    page = admin_client.get(chosen["Location"]).content.decode()
    assert "Same day, no recording yet." in page
    assert f'name="session" value="{session.pk}"' in page

    response = admin_client.post(chosen["Location"], {"session": str(session.pk)}, follow=True)
    assert response.redirect_chain == [(FILES, 302)]
    assert "The file now belongs to “First talk”." in response.content.decode()
    upload = SessionUpload.objects.get()
    assert (upload.session, upload.type, upload.status, upload.s3_key) == (
        session,
        "sync",
        "completed",
        file.s3_key,
    )
    assert (upload.size_bytes, upload.created_by) == (file.size_bytes, staff)
    event = upload.events.get()
    assert (event.to_status, event.by) == ("completed", staff)
    session.refresh_from_db()
    assert (session.s3_key, session.s3_status) == (file.s3_key, "completed")
    assert UnmatchedFile.objects.count() == 0
    assert s3.head_object(Bucket=bucket, Key=file.s3_key)["ContentLength"] == file.size_bytes
    assert nudges == [upload.pk]


def test_a_session_is_searched_among_the_coachs(
    admin_client: Client,
    file: UnmatchedFile,
    make_session: Callable[..., Session],
    other_coach: User,
) -> None:
    wanted = make_session(title="Quarterly review")
    foreign = make_session(title="Quarterly review", coach=other_coach)
    page = admin_client.get(f"{FILES}{file.pk}/assign/", {"q": "quarterly"}).content.decode()
    assert str(wanted.pk) in page
    assert str(foreign.pk) not in page
    page = admin_client.get(f"{FILES}{file.pk}/assign/", {"q": "nothing\x00here"}).content.decode()
    assert "No session fits. Try fewer words." in page


@pytest.mark.parametrize("session_id", ["", "nonsense", "01a20476-d6da-709e-8ee2-e25bbc9086a1"])
def test_a_session_that_is_not_there_is_refused(
    admin_client: Client, file: UnmatchedFile, session_id: str
) -> None:
    address = f"{FILES}{file.pk}/assign/"
    response = admin_client.post(address, {"session": session_id}, follow=True)
    assert "Choose a session that exists." in response.content.decode()
    assert (UnmatchedFile.objects.count(), SessionUpload.objects.count()) == (1, 0)


def test_what_the_room_refuses_becomes_a_message(
    s3: Any, bucket: str, admin_client: Client, file: UnmatchedFile, session: Session
) -> None:
    s3.put_object(Bucket=bucket, Key=file.s3_key, Body=b"<html>no recording</html>")
    address = f"{FILES}{file.pk}/assign/"
    response = admin_client.post(address, {"session": str(session.pk)}, follow=True)
    assert response.redirect_chain == [(address, 302)]
    assert 'class="error"' in response.content.decode()
    assert (UnmatchedFile.objects.count(), SessionUpload.objects.count()) == (1, 0)

    s3.delete_object(Bucket=bucket, Key=file.s3_key)
    response = admin_client.post(address, {"session": str(session.pk)}, follow=True)
    assert response.redirect_chain == [(FILES, 302)]
    assert "not in the bucket any more" in response.content.decode()
    assert (UnmatchedFile.objects.count(), SessionUpload.objects.count()) == (0, 0)


def test_assigning_asks_for_permissions(
    file: UnmatchedFile,
    session: Session,
    helper: Callable[..., User],
    browser_of: Callable[[User], Client],
    coach: User,
) -> None:
    address = f"{FILES}{file.pk}/assign/"
    for user in (helper("view_unmatchedfile", "view_session"), helper("change_unmatchedfile")):
        browser = browser_of(user)
        assert browser.get(FILES).status_code == 200
        assert browser.get(address).status_code == 403
        assert browser.post(address, {"session": str(session.pk)}).status_code == 403
    assert browser_of(coach).post(address, {"session": str(session.pk)}).status_code == 302
    assert SessionUpload.objects.count() == 0
    browser = browser_of(helper("change_unmatchedfile", "view_session"))
    assert browser.post(address, {"session": str(session.pk)}).status_code == 302
    assert SessionUpload.objects.count() == 1


def test_unmatched_files_are_neither_added_nor_deleted(
    admin_client: Client, run_action: Callable[..., str], file: UnmatchedFile
) -> None:
    other = UnmatchedFile.objects.create(
        s3_key="recordings/x.mp4", reason="bad_key", size_bytes=1, last_modified=timezone.now()
    )
    assert admin_client.get(f"{FILES}add/").status_code == 403
    assert admin_client.post(f"{FILES}{file.pk}/delete/", {"post": "yes"}).status_code == 403
    assert "Choose one file at a time." in run_action(FILES, "assign", file, other)
    assert UnmatchedFile.objects.count() == 2
