"""Who is fetched next, and by whom: coaches take turns, and each import has one worker."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from recordings import imports, turns
from recordings.lifecycle import WORKER, advance
from recordings.models import SessionUpload
from sessions_app.models import Session, UploadStatus
from tests.origins import Origin, a_file, wait_until
from tests.recordings.conftest import history
from tests.recordings.imports.conftest import flowing, is_flowing

pytestmark = pytest.mark.django_db(transaction=True)
Ask = Callable[..., SessionUpload]
URL = "http://127.0.0.2:9/call.mp4"


@pytest.fixture
def other_session(make_session: Callable[..., Session], other_coach: Any) -> Session:
    return make_session(coach=other_coach)


def hold(upload: SessionUpload) -> None:
    """Somebody works on it."""
    advance(
        upload,
        to=UploadStatus.UPLOADING,
        actor=WORKER,
        lease_owner=f"busy:{upload.pk}",
        lease_until=timezone.now() + timedelta(minutes=1),
    )


def test_one_of_a_coach_comes_before_the_forty_of_another(
    ask: Ask, other_session: Session, other_coach: Any
) -> None:
    many = [ask(URL) for _ in range(40)]
    one = ask(URL, session=other_session, by=other_coach)

    assert turns.waiting(2) == [many[0].pk, one.pk]
    hold(many[0])
    assert turns.waiting(1) == [one.pk]
    assert turns.waiting(3) == [one.pk, many[1].pk, many[2].pk]
    assert len(turns.waiting(100)) == 40


def test_a_coach_with_all_their_slots_taken_waits(
    ask: Ask, settings: Any, other_session: Session, other_coach: Any
) -> None:
    settings.TRANSFER_SLOTS_PER_COACH = 2
    first, second, third = (ask(URL) for _ in range(3))
    one = ask(URL, session=other_session, by=other_coach)
    assert turns.waiting(10) == [first.pk, one.pk, second.pk, third.pk]
    hold(first)
    hold(second)

    assert turns.waiting(10) == [one.pk]
    assert imports.run(third.pk, worker="worker") is None
    third.refresh_from_db()
    assert third.status == "pending"


def test_what_is_not_due_or_not_to_be_fetched_does_not_wait(
    ask: Ask, api: Any, session: Session, bucket: str
) -> None:
    later = ask(URL)
    SessionUpload.objects.update(next_attempt_at=timezone.now() + timedelta(hours=1))
    query = {"session_id": str(session.pk), "filename": "a.mp4"}
    direct = api.get("/api/v1/recordings/presigned-upload-url", query).json()["upload_id"]

    assert turns.waiting(10) == []
    assert imports.run(later.pk, worker="worker") is None
    assert imports.run(direct, worker="worker") is None
    assert set(SessionUpload.objects.values_list("status", flat=True)) == {"pending"}


def at_once(count: int, act: Callable[[int], Any]) -> list[Any]:
    """What ``act`` returns in so many threads that start together."""
    barrier, answers = threading.Barrier(count), [None] * count

    def turn(number: int) -> None:
        try:
            barrier.wait(10)
            answers[number] = act(number)
        finally:
            connection.close()

    threads = [threading.Thread(target=turn, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
        assert not thread.is_alive()
    return answers


def test_of_eight_workers_one_fetches(
    ask: Ask, origin: Origin, mp4: bytes, s3: Any, bucket: str
) -> None:
    upload = ask(origin.serve("/call.mp4", a_file(mp4)))

    answers = at_once(8, lambda number: imports.run(upload.pk, worker=f"worker{number}"))

    assert [answer.pk for answer in answers if answer] == [upload.pk]
    assert len(origin.requests) == 1
    assert history(upload) == [
        ("", "pending", "person"),
        ("pending", "uploading", "worker"),
        ("uploading", "completed", "worker"),
    ]
    assert len(s3.list_object_versions(Bucket=bucket)["Versions"]) == 1


def test_a_burst_of_workers_keeps_to_the_slots_of_a_coach(
    ask: Ask, api: Any, origin: Origin, mp4: bytes, bucket: str, settings: Any
) -> None:
    settings.TRANSFER_SLOTS_PER_COACH = 2
    url = origin.serve("/call.mp4", flowing(mp4))
    uploads = [ask(url) for _ in range(6)]
    watcher = threading.Thread(target=_cancel_once_flowing, args=(api, uploads))
    watcher.start()

    answers = at_once(6, lambda number: imports.run(uploads[number].pk, worker=f"w{number}"))

    watcher.join(30)
    assert len([answer for answer in answers if answer]) == 2
    assert len(origin.requests) == 2
    states = sorted(SessionUpload.objects.values_list("status", flat=True))
    assert states == ["cancelled"] * 2 + ["pending"] * 4


def _cancel_once_flowing(api: Any, uploads: list[SessionUpload]) -> None:
    try:
        wait_until(lambda: sum(map(is_flowing, uploads)) == 2, seconds=20)
        for upload in uploads:
            if is_flowing(upload):
                api.post(f"/api/v1/recordings/uploads/{upload.pk}/cancel")
    finally:
        connection.close()
