"""The demo: every state is there, every row is true, and a second load changes nothing."""

from __future__ import annotations

from dataclasses import replace
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from pytest_django.fixtures import Settings

from accounts.models import User
from recordings import lifecycle, playback, removal, storage, sync
from recordings.demo import loading
from recordings.demo.showcase import DENIZ, ELIF, MARA, PUBLIC_PASSWORD, STAFF_EMAIL, STRAY_OF_COACH
from recordings.fetching import addresses
from recordings.fetching.errors import Unreachable
from recordings.models import Note, SessionUpload, SyncRun, UnmatchedFile
from recordings.storage import StorageError
from sessions_app.models import Session, UploadStatus
from tests.recordings.conftest import keys_in, open_multiparts

LOGINS = [MARA.email, DENIZ.email, STAFF_EMAIL]


@pytest.fixture(autouse=True)
def _offline(monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable(*_args: Any, **_kwargs: Any) -> None:
        raise Unreachable

    monkeypatch.setattr(addresses, "resolve", unreachable)


def load() -> list[list[str]]:
    """Load the demo and return the words of each line that it printed."""
    out = StringIO()
    call_command("load_demo", stdout=out)
    return [line.split(maxsplit=2) for line in out.getvalue().splitlines()]


def snapshot() -> Any:
    """Every row that the demo makes, whole."""
    tables = (User, Session, SessionUpload, SyncRun, UnmatchedFile, Note)
    return [list(table.objects.order_by("pk").values()) for table in tables]


@pytest.fixture
def loaded(bucket: str, db: None, settings: Settings) -> list[list[str]]:
    settings.EMBEDDED = True
    return load()


def statuses(email: str) -> set[str]:
    uploads = SessionUpload.objects.filter(session__coach__email=email)
    return set(uploads.values_list("status", flat=True))


def test_everything_about_the_first_load(
    loaded: list[list[str]], bucket: str, s3: Any, settings: Settings
) -> None:
    # One load serves all: making real recordings takes seconds.
    assert [line[1] for line in loaded] == LOGINS
    for _role, email, password in loaded:
        assert Client().login(email=email, password=password)
    assert User.objects.get(email=STAFF_EMAIL).is_staff
    assert not User.objects.filter(email__in=LOGINS[:2], is_staff=True).exists()

    assert statuses(MARA.email) == set(UploadStatus.values)
    coaches = User.objects.filter(email__in=LOGINS[:2])
    assert {coach.email: Session.objects.filter(coach=coach).count() for coach in coaches} == {
        MARA.email: len(MARA.talks),
        DENIZ.email: len(DENIZ.talks),
    }
    completed = SessionUpload.objects.filter(status="completed")
    assert set(completed.values_list("type", flat=True)) == {"manual", "direct", "sync"}
    assert {"video/mp4", "video/webm", "audio/mp4", "audio/mpeg", "video/quicktime"} <= set(
        completed.values_list("mime_type", flat=True)
    )
    assert {upload.error_code for upload in SessionUpload.objects.filter(status="failed")} == {
        "meeting_link",
        "not_media",
    }
    notes = Note.objects.values_list("session__title", "author__email", "at_seconds")
    assert list(notes) == [
        ("Mid-programme review", MARA.email, at_seconds) for at_seconds in (0.8, 2.4, 4.6)
    ]
    over = Session.objects.get(title="Negotiation rehearsal")
    assert (over.has_recording, over.s3_status) == (True, "failed")

    keys = set(keys_in(s3, bucket))
    live = set(completed.values_list("s3_key", flat=True))
    listed = set(UnmatchedFile.objects.values_list("s3_key", flat=True))
    by_hand = keys - live - listed
    assert live <= keys
    assert listed <= keys
    assert {key.rpartition("/")[2] for key in by_hand} == {"Delegation with Elif.mp4"}
    assert dict(UnmatchedFile.objects.values_list("reason", "coach__email")) == {
        "bad_key": None,
        "not_media": None,
        "no_session": MARA.email,
    }
    uploading = SessionUpload.objects.get(status="uploading")
    assert open_multiparts(s3, bucket) == [uploading.s3_key]
    assert 0 < uploading.bytes_transferred < (uploading.expected_size_bytes or 0)
    for upload in completed:
        stored = storage.head(upload.s3_key)
        assert stored is not None
        assert (stored.size_bytes, stored.etag) == (upload.size_bytes, upload.etag)
        assert stored.encryption == "AES256"
    for session in Session.objects.filter(coach__in=coaches):
        before = Session.objects.filter(pk=session.pk).values().get()
        lifecycle.refresh_summary(session.pk)
        after = Session.objects.filter(pk=session.pk).values().get()
        assert before | {"updated_at": None} == after | {"updated_at": None}
        if session.has_recording:
            assert playback.signed_link(session=session).size_bytes > 0

    # A second load changes nothing, whatever people did since.
    removal.delete_recording(session=over, by=over.coach)
    Session.objects.filter(title="No-show").delete()
    before = snapshot()
    assert load() == loaded
    assert snapshot() == before
    assert set(keys_in(s3, bucket)) < keys

    # The file that was left by hand is what the button finds.
    mara = User.objects.get(email=MARA.email)
    run = sync.request_sync(coach=mara, by=mara, trigger=SyncRun.Trigger.BUTTON)
    assert sync.run_sync(run.pk, worker="test").new_records == 1
    assert Session.objects.get(title="Delegation").s3_key == by_hand.pop()


def test_an_interrupted_load_goes_on(
    bucket: str, db: None, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    wanted = {"Mid-programme review", "Feedback that lands", "Delegation", "No-show"}
    few = replace(MARA, talks=tuple(talk for talk in MARA.talks if talk.title in wanted))
    monkeypatch.setattr(loading, "COACHES", (few,))
    monkeypatch.setattr(loading, "STRAY_OF_COACH", (*STRAY_OF_COACH[:1], ELIF, STRAY_OF_COACH[2]))
    settings.EMBEDDED = False

    def refuse(*_args: Any, **_kwargs: Any) -> None:
        raise StorageError("SlowDown")

    with monkeypatch.context() as away:
        away.setattr(storage, "put_file", refuse)
        with pytest.raises(CommandError, match="SlowDown"):
            load()
    assert not User.objects.filter(email=STAFF_EMAIL).exists()
    passwords = {email: password for _role, email, password in load()}

    assert passwords.keys() == {MARA.email, STAFF_EMAIL}
    assert PUBLIC_PASSWORD not in passwords.values()
    for email, password in passwords.items():
        assert Client().login(email=email, password=password)
    assert set(Session.objects.values_list("title", flat=True)) == wanted
    assert Note.objects.count() == 3
    assert {line[2] for line in load()} == {"(password as printed at the first load)"}
