"""``manage.py verify_recordings``: rows and bucket, compared and left alone (guarantee 36)."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from recordings import sidecars, sync, verifying
from recordings.models import SessionUpload, UnmatchedFile
from sessions_app.models import Session
from tests.recordings.conftest import API

AGREE = "Rows and bucket agree."


def verify() -> list[str]:
    """What the command prints, a line each, without the sentences."""
    out = io.StringIO()
    with suppress(CommandError):
        call_command("verify_recordings", stdout=out)
    lines = out.getvalue().splitlines()
    return [": ".join(line.split(": ")[:2]) for line in lines if line != AGREE]


@pytest.fixture
def recorded(
    api: Any, make_session: Any, send: Any, mp4: bytes, bucket: str
) -> Callable[[], SessionUpload]:
    """Send a recording of a new session through the server."""
    days: Iterator[int] = iter(range(1, 28))

    def recorded() -> SessionUpload:
        day = make_session().scheduled_at + timedelta(days=next(days))
        session: Session = make_session(scheduled_at=day)
        answer = send(api, session, mp4).json()
        return SessionUpload.objects.get(pk=answer["upload_id"])

    return recorded


def test_clean_data_gives_nothing(
    api: Any, session: Any, recorded: Any, mp4: bytes, post_form: Any, s3: Any, bucket: str
) -> None:
    recorded()
    s3.delete_object(Bucket=bucket, Key=recorded().s3_key)  # marked as missing below
    s3.put_object(Bucket=bucket, Key="recordings/read me.txt", Body=b"x")  # listed as unmatched
    run = sync.request_sync(coach=None, by=None, trigger="command")
    assert sync.run_sync(run.pk, worker="test").missing_records == 1
    # Confirmed, then overwritten by its own form, which a sweep will undo.
    query = {"session_id": str(session.pk), "filename": "a.mp4", "content_type": "video/mp4"}
    form = api.get(f"{API}/presigned-upload-url", query).json()
    post_form(form, mp4)
    assert api.post(f"{API}/confirm-upload/{form['upload_id']}").status_code == 200
    verifying.examine(form["upload_id"])
    post_form(form, mp4 + b"more")

    assert verify() == []


def test_each_difference_is_told_and_none_is_changed(
    recorded: Any, m4a: bytes, s3: Any, bucket: str
) -> None:
    gone, replaced, bare, back, _fine = (recorded() for _ in range(5))
    s3.delete_object(Bucket=bucket, Key=gone.s3_key)
    s3.put_object(Bucket=bucket, Key=replaced.s3_key, Body=m4a)
    SessionUpload.objects.filter(pk=bare.pk).update(checksum_value="", checksum_algorithm="")
    SessionUpload.objects.filter(pk=back.pk).update(status="missing")
    s3.put_object(Bucket=bucket, Key="recordings/stray.mp4", Body=b"x")
    before = list(SessionUpload.objects.order_by("pk").values())

    assert sorted(verify()) == sorted(
        [
            f"missing: '{gone.s3_key}'",
            f"replaced: '{replaced.s3_key}'",
            f"no_checksum: '{bare.s3_key}'",
            f"not_missing: '{back.s3_key}'",
            "unknown: 'recordings/stray.mp4'",
        ]
    )
    with pytest.raises(CommandError, match=r"^Differences: 5\.$"):
        call_command("verify_recordings", stdout=io.StringIO())
    assert list(SessionUpload.objects.order_by("pk").values()) == before
    assert not UnmatchedFile.objects.exists()


def test_another_checksum_than_the_rows_is_told(
    recorded: Any, mp4: bytes, s3: Any, bucket: str
) -> None:
    upload = recorded()
    s3.put_object(Bucket=bucket, Key=upload.s3_key, Body=mp4, ChecksumAlgorithm="SHA256")
    assert upload.checksum_value == sha256(mp4).hexdigest()
    assert verify() == []

    SessionUpload.objects.update(checksum_value=sha256(b"others").hexdigest())

    assert verify() == [f"checksum_differs: '{upload.s3_key}'"]


def test_a_bucket_that_is_away_is_no_difference(recorded: Any, s3: Any, settings: Any) -> None:
    recorded()
    settings.AWS_S3_BUCKET = "no-such-bucket"
    with pytest.raises(CommandError, match="could not be asked"):
        call_command("verify_recordings", stdout=io.StringIO())


def test_a_sha_256_of_the_bucket_is_kept_in_hex_like_our_own(
    session: Any, mp4: bytes, s3: Any, bucket: str
) -> None:
    key = f"recordings/{session.coach_id}/{session.client_id}/2026-01-14/talk.mp4"
    s3.put_object(Bucket=bucket, Key=key, Body=mp4, ChecksumAlgorithm="SHA256")
    run = sync.request_sync(coach=None, by=None, trigger="command")
    assert sync.run_sync(run.pk, worker="test").new_records == 1

    upload = SessionUpload.objects.get()
    assert upload.checksum == f"sha256:{sha256(mp4).hexdigest()}"
    assert verify() == []


def test_what_lay_beside_a_recording_and_is_gone_is_told(
    recorded: Callable[[], SessionUpload], s3: Any, bucket: str
) -> None:
    kept = sidecars.keep(
        upload=recorded(), kind="captions", source_id="1", filename="a.vtt", data=b"WEBVTT"
    )
    assert kept is not None
    assert verify() == []
    s3.put_object(Bucket=bucket, Key=kept.s3_key, Body=b"WEBVTT, longer")
    assert verify() == [f"replaced: {kept.s3_key!r}"]
    s3.delete_object(Bucket=bucket, Key=kept.s3_key)
    assert verify() == [f"missing: {kept.s3_key!r}"]
