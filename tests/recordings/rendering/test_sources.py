"""What a player is told: where the bytes are, which pictures there are, or what it waits for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from django.utils import timezone

from recordings import playback, storage
from recordings.errors import NoRecording, RecordingMissing
from recordings.models import Rendition, SessionUpload
from tests.recordings.media.variants import sample
from tests.recordings.rendering.conftest import work_off

pytestmark = pytest.mark.django_db(transaction=True)
Recorded = Callable[..., SessionUpload]


def sources(upload: SessionUpload) -> playback.Sources:
    upload.session.refresh_from_db()
    return playback.sources_of(session=upload.session)


def fetched(url: str | None, start: int = 0, end: int = 99) -> requests.Response:
    assert url is not None
    return requests.get(url, headers={"Range": f"bytes={start}-{end}"}, timeout=10)


def test_a_recording_that_plays_is_its_own_source(recorded: Recorded, mp4: bytes) -> None:
    upload = recorded(mp4)
    made = work_off(upload)
    told = sources(upload)
    assert (told.kind, told.mime_type, told.preparing) == ("video", "video/mp4", None)
    assert (told.upload_id, told.duration_seconds) == (upload.pk, upload.duration_seconds)
    answer = fetched(told.url)
    assert (answer.status_code, answer.content) == (206, mp4[:100])
    assert answer.headers["Content-Type"] == "video/mp4"
    assert answer.headers["Content-Disposition"].startswith("inline")
    assert fetched(told.poster_url).content[:3] == b"\xff\xd8\xff"
    assert told.thumbnails is not None
    assert fetched(told.thumbnails.url).headers["Content-Type"] == "image/jpeg"
    assert told.thumbnails.count == made["thumbnails"].details["count"]
    assert told.waveform_url is None
    assert told.expires_in == 3600
    soon = timezone.now() + timedelta(seconds=3600)
    assert abs(told.expires_at - soon) < timedelta(seconds=30)
    assert parse_qs(urlsplit(told.url or "").query)["X-Amz-Expires"] == ["3600"]


def test_a_mov_is_served_as_the_mp4_it_nearly_is(recorded: Recorded) -> None:
    upload = recorded(sample("mov", seconds=1), "talk.mov")
    assert upload.mime_type == "video/quicktime"
    told = sources(upload)
    assert (told.mime_type, told.preparing) == ("video/mp4", None)
    assert fetched(told.url).headers["Content-Type"] == "video/mp4"
    link = playback.signed_link(session=upload.session)
    assert link.mime_type == "video/quicktime", "the original is what is downloaded"


def test_sound_has_a_waveform(recorded: Recorded, m4a: bytes) -> None:
    upload = recorded(m4a, "talk.m4a")
    assert sources(upload).waveform_url is None
    work_off(upload)
    told = sources(upload)
    assert (told.kind, told.mime_type, told.poster_url) == ("audio", "audio/mp4", None)
    assert requests.get(told.waveform_url or "", timeout=10).json()["peaks"]


def test_a_copy_stands_in_for_what_does_not_play(recorded: Recorded, mkv: bytes) -> None:
    upload = recorded(mkv, "talk.mkv")
    told = sources(upload)
    assert (told.url, told.mime_type) == (None, "")
    assert told.preparing is not None
    assert (told.preparing.status, told.preparing.rendition_id) == ("pending", None)

    made = work_off(upload)
    Rendition.objects.filter(kind="web_copy").update(
        status="processing", progress_percent=40, lease_until=timezone.now()
    )
    told = sources(upload)
    assert told.preparing == playback.Preparing(
        "processing",  # type: ignore[arg-type]
        40,
        "Browsers cannot play this format. A copy that they can play is being made.",
        made["web_copy"].pk,
    )

    Rendition.objects.filter(kind="web_copy").update(
        status="failed", error_code="no_room", error_detail="No room: tell staff."
    )
    told = sources(upload)
    assert told.preparing is not None
    assert (told.preparing.status, told.preparing.detail) == ("failed", "No room: tell staff.")

    Rendition.objects.filter(kind="web_copy").update(status="completed")
    told = sources(upload)
    assert (told.kind, told.mime_type, told.preparing) == ("video", "video/mp4", None)
    assert b"ftyp" in fetched(told.url).content
    assert told.thumbnails is not None
    link = playback.signed_link(session=upload.session)
    assert fetched(link.download_url).content == mkv[:100]


def test_until_it_is_examined_the_container_decides(recorded: Recorded, mp4: bytes) -> None:
    upload = recorded(mp4)
    unknown = {"media_state": "pending", "container": "", "video_codec": "", "audio_codec": ""}
    SessionUpload.objects.update(**unknown)
    assert sources(upload).mime_type == "video/mp4"
    SessionUpload.objects.update(**unknown, mime_type="video/x-matroska")
    told = sources(upload)
    assert told.preparing is not None
    assert (told.url, told.kind, told.preparing.status) == (None, "video", "pending")
    SessionUpload.objects.update(**{**unknown, "media_state": "unreadable"})
    told = sources(upload)
    assert told.preparing is not None
    assert (told.preparing.status, told.preparing.rendition_id) == ("failed", None)


def test_the_bucket_is_asked_once_and_the_database_twice(
    recorded: Recorded,
    mp4: bytes,
    monkeypatch: pytest.MonkeyPatch,
    django_assert_num_queries: Any,
) -> None:
    upload = recorded(mp4)
    work_off(upload)
    upload.session.refresh_from_db()
    asked: list[str] = []
    head = storage.head

    def counted(key: str, version_id: str | None = None) -> Any:
        asked.append(key)
        return head(key, version_id)

    monkeypatch.setattr(storage, "head", counted)
    with django_assert_num_queries(2):
        playback.sources_of(session=upload.session)
    assert asked == [upload.s3_key]


def test_nothing_to_play_is_said(session: Any, recorded: Recorded, mp4: bytes, s3: Any) -> None:
    with pytest.raises(NoRecording):
        playback.sources_of(session=session)
    upload = recorded(mp4)
    s3.delete_object(Bucket="recordings", Key=upload.s3_key)
    with pytest.raises(RecordingMissing):
        sources(upload)
