"""The bucket fails at every single call of an import: the row never lies, and nothing stays."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError

from recordings import imports, verifying
from recordings.media.probing import ProbeFailed
from recordings.models import SessionUpload
from recordings.storage import StorageError, wire
from recordings.storage.errors import from_answer
from recordings.sweeping import remove_all_leftovers
from tests.origins import Origin, a_file
from tests.recordings.conftest import history, keys_in, open_multiparts
from tests.recordings.imports.conftest import work

pytestmark = pytest.mark.django_db(transaction=True)


class Faults:
    """Lets every call to the bucket through but those that ``fails`` picks, by their number.

    With ``answered`` the bucket does what it was asked, and only its answer is lost.
    """

    def __init__(self) -> None:
        self.fails: Callable[[int], bool] = lambda number: False
        self.answered = False
        self.calls = 0

    @contextmanager
    def call(self, error: Exception) -> Iterator[None]:
        self.calls += 1
        failing = self.fails(self.calls)
        if failing and not self.answered:
            raise error
        yield
        if failing:
            raise error


@pytest.fixture
def faults(monkeypatch: pytest.MonkeyPatch) -> Faults:
    """Every way to the bucket, under control of the test, without pauses between tries."""
    held = Faults()
    call: Any = vars(BaseClient)["_make_api_call"]
    send, streaming = wire._send, wire.streaming
    here = threading.current_thread()

    def api_call(self: Any, name: str, arguments: Any) -> Any:
        answer: Any = {"Error": {"Code": "SlowDown"}, "ResponseMetadata": {"HTTPStatusCode": 503}}
        # Not the test's own client.
        if arguments.get("Bucket") is None or not held_here(self):
            return call(self, name, arguments)
        with held.call(ClientError(answer, name)):
            return call(self, name, arguments)

    def held_here(client: Any) -> bool:
        return threading.current_thread() is here and client.meta.config.tcp_keepalive

    def wire_send(*arguments: Any) -> Any:
        with held.call(from_answer("SlowDown", 503)):
            return send(*arguments)

    @contextmanager
    def wire_streaming(*arguments: Any) -> Iterator[Any]:
        with held.call(from_answer("SlowDown", 503)), streaming(*arguments) as answer:
            yield answer

    def unreadable(*arguments: Any) -> Any:
        # So that the first bytes are asked for as well.
        raise ProbeFailed

    monkeypatch.setattr(BaseClient, "_make_api_call", api_call)
    monkeypatch.setattr(wire, "_send", wire_send)
    monkeypatch.setattr("recordings.storage.objects.streaming", wire_streaming)
    monkeypatch.setattr(wire, "FIRST_PAUSE_SECONDS", 0.0)
    monkeypatch.setattr(verifying, "probe", unreadable)
    return held


def only(number: int) -> Callable[[int], bool]:
    return lambda call: call == number


def since(number: int) -> Callable[[int], bool]:
    return lambda call: call >= number


@pytest.mark.parametrize("answered", [False, True], ids=["undone", "answer lost"])
@pytest.mark.parametrize("picked", [only, since])
def test_a_fault_at_any_call_leaves_the_truth(
    ask: Callable[..., SessionUpload],
    coach: Any,
    origin: Origin,
    mp4: bytes,
    s3: Any,
    bucket: str,
    faults: Faults,
    picked: Callable[[int], Callable[[int], bool]],
    answered: bool,
) -> None:
    url = origin.serve("/call.mp4", a_file(mp4))
    ends = []
    for number in itertools.count(1):
        upload = ask(url)
        faults.fails, faults.answered, faults.calls = picked(number), answered, 0
        upload = work(upload)
        reached = faults.calls >= number
        faults.fails = lambda call: False
        ends.append(upload.status)
        if upload.status == "completed":
            assert s3.get_object(Bucket=bucket, Key=upload.s3_key)["Body"].read() == mp4
            assert upload.size_bytes == len(mp4)
        else:
            assert (upload.status, upload.error_code) == ("failed", "storage_unavailable"), number
            assert upload.lease_until is None
            remove_all_leftovers()
            upload.refresh_from_db()
            assert (upload.leftovers, upload.multipart_id) == (False, "")
            assert upload.s3_key not in keys_in(s3, bucket)
            assert history(upload)[-1] == ("uploading", "failed", "worker")
            imports.retry(upload=upload, by=coach)
            assert work(upload).status == "completed"
        assert open_multiparts(s3, bucket) == [], number
        if not reached:
            break
    # Without a fault it is done; before that each call had its turn.
    assert ends[-1] == "completed"
    assert "failed" in ends
    assert len(ends) > 5
    live = SessionUpload.objects.filter(status="completed").values_list("s3_key", flat=True)
    assert sorted(keys_in(s3, bucket)) == sorted(live)


def test_a_bucket_that_is_away_when_an_import_is_cancelled_is_cleared_by_the_sweep(
    ask: Callable[..., SessionUpload],
    api: Any,
    origin: Origin,
    mp4: bytes,
    s3: Any,
    bucket: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    upload = ask(origin.serve("/call.mp4", a_file(mp4)))
    s3.put_object(Bucket=bucket, Key=upload.s3_key, Body=mp4)
    with monkeypatch.context() as patched:

        def away(*arguments: Any) -> Any:
            raise StorageError("SlowDown")

        patched.setattr(verifying, "head", away)
        answer = api.post(f"/api/v1/recordings/uploads/{upload.pk}/cancel")
        assert (answer.status_code, answer.json()["status"]) == (200, "cancelled")
        assert remove_all_leftovers() == 0
    assert keys_in(s3, bucket) == [upload.s3_key]

    assert remove_all_leftovers() == 1

    assert keys_in(s3, bucket) == []
    upload.refresh_from_db()
    assert (upload.status, upload.leftovers) == ("cancelled", False)
