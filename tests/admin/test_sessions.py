"""Sessions in the admin: stored through scheduling, their recordings deleted and synced."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from recordings import storage
from recordings.models import SessionUpload, SyncRun
from sessions_app.models import Participant, Session

SESSIONS = "/admin/sessions_app/session/"


@pytest.fixture
def form_of() -> Callable[..., dict[str, str]]:
    """The fields that the page of a session sends."""

    def make(session: Session | None = None, **changes: str) -> dict[str, str]:
        form = {
            "title": "Pricing",
            "description": "",
            "scheduled_at_0": "2026-03-01",
            "scheduled_at_1": "09:30:00",
            "duration_minutes": "45",
            "status": "scheduled",
            "client_name": "",
            "external_platform": "zoom",
            "external_recording_url": "",
            "participants-TOTAL_FORMS": "0",
            "participants-INITIAL_FORMS": "0",
            "uploads-TOTAL_FORMS": "0",
            "uploads-INITIAL_FORMS": "0",
        }
        if session is not None:
            form |= {"title": session.title, "client": str(session.client_id or "")}
        return form | changes

    return make


def test_a_session_is_added_with_its_participants(
    admin_client: Client,
    form_of: Callable[..., dict[str, str]],
    coach: User,
    client_user: User,
    other_coach: User,
) -> None:
    form = form_of(
        coach=str(coach.pk),
        client=str(client_user.pk),
        client_name="Klara from sales",
        **{
            "participants-TOTAL_FORMS": "2",
            "participants-0-name": "Guest",
            "participants-0-email": "Guest@Example.com",
            "participants-1-user": str(other_coach.pk),
        },
    )
    response = admin_client.post(f"{SESSIONS}add/", form)
    assert response.status_code == 302, response.content.decode()
    session = Session.objects.get()
    assert (session.title, session.coach, session.client, session.client_name) == (
        "Pricing",
        coach,
        client_user,
        "Klara from sales",
    )
    assert session.scheduled_at == datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
    assert (session.duration_minutes, session.external_platform) == (45, "zoom")
    assert list(session.participants.values_list("user", "name", "email")) == [
        (None, "Guest", "guest@example.com"),
        (other_coach.pk, "", ""),
    ]


def test_a_session_is_changed_and_its_summary_is_not(
    admin_client: Client,
    form_of: Callable[..., dict[str, str]],
    make_upload: Callable[..., SessionUpload],
    session: Session,
    other_coach: User,
) -> None:
    upload = make_upload()
    guest = Participant.objects.create(session=session, name="Guest")
    form = form_of(
        session,
        title="Renamed",
        status="completed",
        coach=str(other_coach.pk),
        s3_key="recordings/elsewhere",
        s3_status="failed",
        **{
            "participants-TOTAL_FORMS": "1",
            "participants-INITIAL_FORMS": "1",
            "participants-0-id": str(guest.pk),
            "participants-0-session": str(session.pk),
            "participants-0-name": "Guest of honour",
            "uploads-TOTAL_FORMS": "1",
            "uploads-INITIAL_FORMS": "1",
            "uploads-0-id": str(upload.pk),
            "uploads-0-session": str(session.pk),
            "uploads-0-status": "deleted",
            "uploads-0-DELETE": "on",
        },
    )
    response = admin_client.post(f"{SESSIONS}{session.pk}/change/", form)
    assert response.status_code == 302, response.content.decode()
    session.refresh_from_db()
    assert (session.title, session.status) == ("Renamed", "completed")
    assert (session.s3_key, session.s3_status) == (upload.s3_key, "completed")
    assert session.coach != other_coach
    assert list(session.participants.values_list("name", flat=True)) == ["Guest of honour"]
    upload.refresh_from_db()
    assert upload.status == "completed"


def test_a_client_holds_no_session(
    admin_client: Client, form_of: Callable[..., dict[str, str]], client_user: User
) -> None:
    response = admin_client.post(f"{SESSIONS}add/", form_of(coach=str(client_user.pk)))
    assert response.status_code == 200
    assert "valid choice" in response.content.decode()
    assert Session.objects.count() == 0


def test_what_scheduling_refuses_becomes_a_message(
    admin_client: Client, form_of: Callable[..., dict[str, str]], coach: User
) -> None:
    people = {f"participants-{n}-name": f"Guest {n}" for n in range(201)}
    form = form_of(coach=str(coach.pk), **{"participants-TOTAL_FORMS": "201"}, **people)
    page = admin_client.post(f"{SESSIONS}add/", form, follow=True).content.decode()
    assert "A session has at most 200 participants." in page
    assert Session.objects.count() == 0


def test_nobody_deletes_a_session(
    admin_client: Client, run_action: Callable[..., str], session: Session
) -> None:
    assert admin_client.post(f"{SESSIONS}{session.pk}/delete/", {"post": "yes"}).status_code == 403
    run_action(SESSIONS, "delete_selected", session, post="yes")
    assert Session.objects.get() == session


def test_sessions_are_cancelled(
    run_action: Callable[..., str], make_session: Callable[..., Session]
) -> None:
    first, second, third = (make_session() for _number in range(3))
    page = run_action(SESSIONS, "cancel", first, second)
    assert "Sessions cancelled: 2." in page
    statuses = [Session.objects.get(pk=each.pk).status for each in (first, second, third)]
    assert statuses == ["cancelled", "cancelled", "scheduled"]


@pytest.fixture
def recorded(s3: Any, bucket: str, make_upload: Callable[..., SessionUpload]) -> SessionUpload:
    upload = make_upload()
    s3.put_object(Bucket=bucket, Key=upload.s3_key, Body=b"bytes")
    return upload


def test_a_recording_is_deleted_after_a_question(
    s3: Any,
    bucket: str,
    run_action: Callable[..., str],
    make_session: Callable[..., Session],
    recorded: SessionUpload,
    staff: User,
) -> None:
    empty = make_session(title="Nothing here")
    page = run_action(SESSIONS, "delete_recording", recorded.session, empty)
    assert "Delete the recordings of these sessions" in page
    recorded.refresh_from_db()
    assert recorded.status == "completed"

    page = run_action(SESSIONS, "delete_recording", recorded.session, empty, confirmed="yes")
    assert "Recordings deleted of sessions: 1." in page
    assert "“Nothing here (14 Jan 2026, 15:00)”: " in page
    recorded.refresh_from_db()
    assert (recorded.status, recorded.deleted_by) == ("deleted", staff)
    assert s3.list_objects_v2(Bucket=bucket)["KeyCount"] == 0
    session = Session.objects.get(pk=recorded.session_id)
    assert (session.s3_key, session.s3_status) == ("", "")
    last = recorded.events.last()
    assert last is not None
    assert (last.to_status, last.by, last.actor) == ("deleted", staff, "person")


def test_an_upload_under_way_is_cancelled_only_when_asked(
    run_action: Callable[..., str],
    make_upload: Callable[..., SessionUpload],
    recorded: SessionUpload,
) -> None:
    waiting = make_upload("pending")
    run_action(SESSIONS, "delete_recording", recorded.session, confirmed="yes")
    waiting.refresh_from_db()
    recorded.refresh_from_db()
    assert (waiting.status, recorded.status) == ("pending", "completed")
    run_action(SESSIONS, "delete_recording", recorded.session, confirmed="yes", cancel="yes")
    waiting.refresh_from_db()
    recorded.refresh_from_db()
    assert (waiting.status, recorded.status) == ("cancelled", "deleted")


def test_a_deletion_waits_for_a_bucket_that_is_away(
    run_action: Callable[..., str],
    recorded: SessionUpload,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def away(*_args: object, **_more: object) -> None:
        raise storage.StorageError("Away")

    monkeypatch.setattr(storage, "delete", away)
    page = run_action(SESSIONS, "delete_recording", recorded.session, confirmed="yes")
    assert "deletion is queued" in page
    recorded.refresh_from_db()
    assert recorded.status == "completed"
    assert recorded.removal_requested_at is not None


def test_the_coaches_of_sessions_are_synced(
    run_action: Callable[..., str],
    make_session: Callable[..., Session],
    coach: User,
    other_coach: User,
    staff: User,
) -> None:
    sessions = [make_session(), make_session(), make_session(coach=other_coach)]
    page = run_action(SESSIONS, "sync_coach", *sessions)
    assert "Sync runs asked for: 2." in page
    runs = SyncRun.objects.order_by("coach__email")
    assert [(run.coach, run.trigger, run.requested_by, run.prefix) for run in runs] == [
        (coach, "admin", staff, f"recordings/{coach.pk}/"),
        (other_coach, "admin", staff, f"recordings/{other_coach.pk}/"),
    ]


@pytest.mark.parametrize("action", ["cancel", "delete_recording", "sync_coach"])
def test_to_look_at_sessions_is_not_to_act_on_them(
    recorded: SessionUpload,
    helper: Callable[..., User],
    browser_of: Callable[[User], Client],
    action: str,
) -> None:
    browser = browser_of(helper("view_session", "view_sessionupload", "view_syncrun"))
    assert f'value="{action}"' not in browser.get(SESSIONS).content.decode()
    form = {"action": action, "_selected_action": str(recorded.session_id), "confirmed": "yes"}
    browser.post(SESSIONS, form)
    recorded.refresh_from_db()
    assert (recorded.status, recorded.session.status) == ("completed", "scheduled")
    assert SyncRun.objects.count() == 0


def test_too_many_rows_at_once_are_refused(
    admin_client: Client, make_session: Callable[..., Session]
) -> None:
    one = make_session()
    Session.objects.bulk_create(
        Session(
            title=f"Talk {number}",
            scheduled_at=one.scheduled_at,
            coach=one.coach,
        )
        for number in range(100)
    )
    form = {"action": "cancel", "_selected_action": str(one.pk), "select_across": "1"}
    page = admin_client.post(SESSIONS, form, follow=True).content.decode()
    assert "Choose at most 100 rows at once. Nothing was changed." in page
    assert not Session.objects.filter(status="cancelled").exists()
