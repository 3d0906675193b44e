"""Whole trips: from what a platform tells to bytes in the bucket, and who was asked for them."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from integrations import announcing, beside, connecting
from integrations.models import AnnouncedRecording, Connection
from integrations.news import FileKind, RecordingNews
from integrations.receivers import RECEIVERS, Told
from integrations.tasks import sweep_integrations, sweep_integrations_slowly
from recordings import imports
from recordings.models import SessionUpload, Sidecar
from recordings.sources import Media
from recordings.sources.errors import WrongPasscode
from recordings.sources.zoom import Zoom
from sessions_app.models import Session
from tests.integrations.connections import connect
from tests.integrations.following.conftest import (
    BEGINS,
    TOKEN,
    VTT,
    announced,
    bytes_of,
    hosts,
    some_json,
    transcript,
    video,
    work,
    zoom_meeting,
)
from tests.origins import Origin, a_file, a_page, redirect, status

pytestmark = pytest.mark.django_db(transaction=True)
DOWNLOAD = "/rec/download/v1"
WORDS = "/rec/download/t1"


@pytest.fixture(autouse=True)
def _bucket(bucket: str, session: Session) -> None:
    """Every trip ends in a bucket, and has a session to go to."""


@pytest.fixture
def plays_files(web: Origin, mp4: bytes) -> None:
    """Zoom hands files out from another host, as it does."""
    web.serve(DOWNLOAD, redirect("https://ssrweb.example.net/signed/v1"))
    web.serve("/signed/v1", a_file(mp4))
    web.serve(WORDS, a_file(VTT, content_type="text/vtt"))


def bring(connection: Connection, news: RecordingNews) -> tuple[AnnouncedRecording, SessionUpload]:
    recording = announcing.take_in(news, connection=connection)
    upload = work(recording.upload)
    return AnnouncedRecording.objects.get(pk=recording.pk), upload


def credentials(web: Origin) -> dict[str, str | None]:
    """What each file was asked for with, by host and path."""
    return {
        each.headers["host"] + each.path.partition("?")[0]: each.headers.get("authorization")
        for each in web.requests
    }


@pytest.mark.usefixtures("plays_files")
def test_a_zoom_recording_with_its_transcript(
    zoom: Connection, web: Origin, mp4: bytes, s3: Any, bucket: str, session: Session
) -> None:
    recording, upload = bring(zoom, announced(files=(video(), transcript())))

    assert (upload.status, upload.session, upload.type) == ("completed", session, "webhook")
    assert bytes_of(s3, bucket, upload.s3_key) == mp4
    sidecar = Sidecar.objects.get()
    assert (sidecar.upload, sidecar.kind, sidecar.source_id, sidecar.status) == (
        upload, "transcript", "t1", "completed",
    )  # fmt: skip
    assert bytes_of(s3, bucket, sidecar.s3_key) == VTT
    assert credentials(web) == {
        "us02web.zoom.us/rec/download/v1": f"Bearer {TOKEN}",
        "ssrweb.example.net/signed/v1": None,
        "us02web.zoom.us/rec/download/t1": f"Bearer {TOKEN}",
    }
    assert (recording.sealed_access, recording.access_until) == ("", None)
    assert not any(TOKEN in each.path for each in web.requests)
    session.refresh_from_db()
    assert session.external_recording_url == "https://us02web.zoom.us/rec/share/abc"


@pytest.mark.usefixtures("plays_files")
def test_a_transcript_that_comes_after_the_import_is_kept_beside_it(
    zoom: Connection, web: Origin, s3: Any, bucket: str
) -> None:
    recording, upload = bring(zoom, announced())
    assert recording.sealed_access == ""
    later = announced(
        files=(transcript(),),
        access={"download_token": "another-token"},
        access_until=timezone.now() + timedelta(hours=24),
    )

    for _time in range(2):
        announcing.take_in(later, connection=zoom)

    sidecar = Sidecar.objects.get()
    assert (sidecar.upload, sidecar.filename) == (upload, "Weekly talk transcript.vtt")
    assert bytes_of(s3, bucket, sidecar.s3_key) == VTT
    assert credentials(web)["us02web.zoom.us" + WORDS] == "Bearer another-token"
    assert hosts(web).count(("us02web.zoom.us", WORDS)) == 1
    assert hosts(web).count(("us02web.zoom.us", DOWNLOAD)) == 1
    recording.refresh_from_db()
    assert (recording.sealed_access, recording.beside_due_at) == ("", None)


@pytest.mark.parametrize("order", list(permutations(("recording", "transcript", "worker"))))
@pytest.mark.usefixtures("plays_files")
def test_whichever_comes_first_both_arrive(
    zoom: Connection, s3: Any, bucket: str, mp4: bytes, order: tuple[str, ...]
) -> None:
    for step in (*order, "worker"):
        if step == "worker":
            for upload in SessionUpload.objects.filter(status="pending"):
                work(upload)
        else:
            file = video() if step == "recording" else transcript()
            announcing.take_in(announced(files=(file,)), connection=zoom)

    assert bytes_of(s3, bucket, SessionUpload.objects.get().s3_key) == mp4
    assert bytes_of(s3, bucket, Sidecar.objects.get().s3_key) == VTT
    assert AnnouncedRecording.objects.get().sealed_access == ""


@pytest.mark.usefixtures("plays_files")
def test_a_transcript_that_cannot_be_had_is_tried_again_and_then_left(
    zoom: Connection, web: Origin
) -> None:
    bring(zoom, announced())
    web.serve(WORDS, status(503))

    recording = announcing.take_in(announced(files=(transcript(),)), connection=zoom)
    for _time in range(8):
        AnnouncedRecording.objects.filter(beside_due_at__isnull=False).update(
            beside_due_at=timezone.now()
        )
        beside.fetch_due()

    recording.refresh_from_db()
    assert (recording.beside_due_at, recording.sealed_access) == (None, "")
    assert hosts(web).count(("us02web.zoom.us", WORDS)) == 6
    assert Sidecar.objects.filter(status="completed").count() == 0


def test_a_page_in_the_place_of_a_transcript_is_not_kept(
    zoom: Connection, web: Origin, mp4: bytes
) -> None:
    web.serve(DOWNLOAD, a_file(mp4))
    web.serve(WORDS, a_page(b"<!doctype html><title>Sign in</title>"))

    _recording, upload = bring(zoom, announced(files=(video(), transcript())))

    assert upload.status == "completed"
    assert Sidecar.objects.count() == 0


@pytest.mark.usefixtures("plays_files")
def test_after_a_day_the_key_comes_from_oauth(
    zoom_oauth: Connection, plays_zoom: Callable[..., None], web: Origin, mp4: bytes, s3: Any,
    bucket: str,
) -> None:  # fmt: skip
    plays_zoom(zoom_meeting())
    ended = announced(access_until=timezone.now() - timedelta(minutes=1))

    _recording, upload = bring(zoom_oauth, ended)

    assert bytes_of(s3, bucket, upload.s3_key) == mp4
    assert credentials(web) == {
        "zoom.us/oauth/token": "Basic YXBwLTE6em9vbS1jbGllbnQtc2VjcmV0",
        "api.zoom.us/v2/meetings/uuid-1%3D%3D/recordings": "Bearer oauth-1",
        "us02web.zoom.us/rec/download/v1": "Bearer oauth-1",
        "ssrweb.example.net/signed/v1": None,
    }


def test_after_a_day_without_oauth_it_is_said_what_to_do(zoom: Connection, web: Origin) -> None:
    ended = announced(access_until=timezone.now() - timedelta(minutes=1))

    _recording, upload = bring(zoom, ended)

    assert (upload.status, upload.error_code) == ("failed", "sign_in_required")
    assert upload.error_detail.startswith("Zoom does not let us fetch this recording any more")
    assert web.requests == []


@pytest.mark.usefixtures("plays_files")
def test_a_key_that_is_refused_before_its_time_is_replaced(
    zoom_oauth: Connection, plays_zoom: Callable[..., None], web: Origin, mp4: bytes, s3: Any,
    bucket: str,
) -> None:  # fmt: skip
    plays_zoom(zoom_meeting())
    web.serve(DOWNLOAD, status(401), a_file(mp4))

    recording, upload = bring(zoom_oauth, announced())
    assert (upload.status, upload.error_code) == ("pending", "sign_in_required")
    assert recording.sealed_access == ""
    SessionUpload.objects.update(next_attempt_at=None)
    upload = work(upload)

    assert upload.status == "completed"
    assert bytes_of(s3, bucket, upload.s3_key) == mp4
    assert credentials(web)["us02web.zoom.us" + DOWNLOAD] == "Bearer oauth-1"


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (status(404), "expired_or_deleted"),
        (status(403), "sign_in_required"),
        (a_page(b"<!doctype html><title>Recording</title>"), "not_media"),
    ],
)
def test_what_stands_in_the_place_of_a_recording_is_named(
    zoom: Connection, web: Origin, answer: Any, code: str
) -> None:
    web.serve(DOWNLOAD, answer)

    _recording, upload = bring(zoom, announced())

    assert (upload.status, upload.error_code) == ("failed", code)
    assert TOKEN not in upload.error_detail


def test_a_meeting_that_zoom_has_no_more_is_said(
    zoom_oauth: Connection, plays_zoom: Callable[..., None], web: Origin
) -> None:
    plays_zoom()
    ended = announced(access_until=timezone.now() - timedelta(minutes=1))

    _recording, upload = bring(zoom_oauth, ended)

    assert (upload.status, upload.error_code) == ("failed", "expired_or_deleted")


def test_a_zoom_that_is_busy_is_asked_later(zoom_oauth: Connection, web: Origin) -> None:
    web.serve("/oauth/token", status(429, headers={"Retry-After": "3600"}))
    ended = announced(access_until=timezone.now() - timedelta(minutes=1))

    _recording, upload = bring(zoom_oauth, ended)

    assert upload.status == "pending"
    assert upload.next_attempt_at is not None
    assert upload.next_attempt_at > timezone.now() + timedelta(minutes=50)


def test_a_name_that_leads_inwards_is_not_followed(
    zoom: Connection, web: Origin, monkeypatch: pytest.MonkeyPatch
) -> None:
    web.serve(DOWNLOAD, redirect("http://10.0.0.7/secret"))

    _recording, upload = bring(zoom, announced())

    assert (upload.status, upload.error_code) == ("failed", "blocked_address")
    assert hosts(web) == [("us02web.zoom.us", DOWNLOAD)]


@pytest.mark.parametrize(
    "url",
    [
        "https://files.example.org/rec/download/v1",
        "https://zoom.us.example.net/rec/download/v1",
        "http://us02web.zoom.us/rec/download/v1",
    ],
)
def test_no_other_host_is_shown_the_key(
    zoom: Connection, web: Origin, mp4: bytes, url: str
) -> None:
    web.serve(DOWNLOAD, a_file(mp4))

    bring(zoom, announced(files=(video(url=url),)))

    assert all("authorization" not in each.headers for each in web.requests)


def test_a_playlist_on_another_host_is_not_shown_the_key(zoom: Connection, web: Origin) -> None:
    web.serve(DOWNLOAD, redirect("https://ssrweb.example.net/v/media.m3u8"))
    web.serve("/v/media.m3u8", a_file(b"#EXTM3U\n#EXTINF:1,\na.ts\n#EXT-X-ENDLIST\n"))

    bring(zoom, announced())

    assert credentials(web) == {
        f"us02web.zoom.us{DOWNLOAD}": f"Bearer {TOKEN}",
        "ssrweb.example.net/v/media.m3u8": None,
        "ssrweb.example.net/v/a.ts": None,
    }


def test_a_connection_that_was_removed_ends_what_needs_its_key(
    zoom: Connection, web: Origin, coach: User, session: Session
) -> None:
    session.status = "cancelled"
    session.save()
    recording = announcing.take_in(announced(), connection=zoom)
    connecting.remove(connection=zoom, by=coach)

    upload = work(announcing.assign(recording=recording, session=session, by=coach))

    assert (upload.status, upload.error_code) == ("failed", "sign_in_required")
    assert web.requests == []


def test_livekit_gives_a_web_address(
    coach: User, web: Origin, mp4: bytes, s3: Any, bucket: str
) -> None:
    web.serve("/room.mp4", a_file(mp4))
    url = "https://files.example.org/room.mp4?X-Amz-Signature=abc"
    news = announced(
        platform="other", share_url="", files=(video(url=url),), access={}, access_until=None
    )

    recording, upload = bring(connect(coach, "livekit")[0], news)

    assert bytes_of(s3, bucket, upload.s3_key) == mp4
    assert web.paths() == ["/room.mp4?X-Amz-Signature=abc"]
    assert "Signature" not in str(recording.files)


def test_a_standard_sender_gives_a_link_to_a_file_and_the_words_themselves(
    coach: User, web: Origin, mp4: bytes, s3: Any, bucket: str
) -> None:
    web.serve("/talk.mp4", a_file(mp4))
    words = transcript(url="", text='{"transcript": []}', extension="json")
    news = announced(
        platform="other",
        share_url="https://files.example.org/talk.mp4",
        files=(words,),
        access={},
        access_until=None,
    )

    recording, upload = bring(connect(coach, "standard")[0], news)
    sweep_integrations()

    assert bytes_of(s3, bucket, upload.s3_key) == mp4
    sidecar = Sidecar.objects.get()
    assert (sidecar.kind, sidecar.mime_type) == ("transcript", "application/json")
    assert bytes_of(s3, bucket, sidecar.s3_key) == b'{"transcript": []}'
    recording.refresh_from_db()
    assert recording.files[0]["text"] == ""


def test_a_passcode_in_a_share_link_is_kept_sealed_and_entered(
    coach: User, web: Origin, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = "https://us02web.zoom.us/rec/share/abc"
    about = {"id": "7", "share_url": f"{link}?pwd=pw-4711", "started_at": BEGINS.isoformat()}
    told = Told({"type": "recording.completed", "data": about})
    (news,) = RECEIVERS["standard"].read(told, received_at=timezone.now())
    assert isinstance(news, RecordingNews)
    given: list[tuple[str, str]] = []

    def locate(_self: Zoom, url: str, passcode: str, _web: object) -> Media:
        given.append((url, passcode))
        raise WrongPasscode("Zoom")

    monkeypatch.setattr(Zoom, "locate", locate)
    recording, upload = bring(connect(coach, "standard")[0], news)

    assert given == [(link, "pw-4711")]
    assert upload.error_code == "wrong_passcode"
    assert "pw-4711" not in f"{recording.__dict__}{upload.__dict__}{news!r}"


def test_an_import_that_is_retried_by_a_person_asks_again(
    zoom_oauth: Connection, plays_zoom: Callable[..., None], web: Origin, mp4: bytes, coach: User
) -> None:
    web.serve(DOWNLOAD, status(404), a_file(mp4))
    plays_zoom(zoom_meeting())
    _recording, upload = bring(zoom_oauth, announced())
    assert upload.status == "failed"

    imports.retry(upload=upload, by=coach)

    assert work(upload).status == "completed"


@pytest.mark.usefixtures("plays_files")
def test_the_best_of_several_files_is_the_one_that_is_fetched(
    zoom: Connection, web: Origin
) -> None:
    others = (
        video(id="big", view="gallery_view", size_bytes=10**6, url="https://zoom.us/big"),
        video(id="sound", kind=FileKind.AUDIO, url="https://zoom.us/sound"),
    )

    bring(zoom, announced(files=(*others, video())))

    assert hosts(web) == [
        ("us02web.zoom.us", DOWNLOAD),
        ("ssrweb.example.net", "/signed/v1"),
    ]


@pytest.mark.usefixtures("plays_files")
def test_the_sweeps_do_nothing_where_nothing_is_due(zoom: Connection, web: Origin) -> None:
    bring(zoom, announced(files=(video(), transcript())))
    before = (len(web.requests), AnnouncedRecording.objects.values().get())

    sweep_integrations()
    sweep_integrations_slowly()

    assert (len(web.requests), AnnouncedRecording.objects.values().get()) == before


def test_webex_gives_links_that_hold_for_hours_and_new_ones_after(
    coach: User, web: Origin, mp4: bytes, s3: Any, bucket: str
) -> None:
    web.serve(
        "/v1/recordings/rec-1",
        some_json(
            {
                "id": "rec-1",
                "topic": "Weekly talk",
                "temporaryDirectDownloadLinks": {
                    "recordingDownloadLink": "https://nfg1.webex.com/nfg/new.mp4?token=x",
                    "expiration": "2099-01-01T00:00:00Z",
                },
            }
        ),
    )
    web.serve("/nfg/new.mp4", a_file(mp4))
    old = video(id="rec-1", url="https://nfg1.webex.com/nfg/old.mp4?token=x")
    news = announced(
        platform="webex",
        external_id="rec-1",
        files=(old,),
        access={},
        access_until=timezone.now() - timedelta(hours=1),
    )

    _recording, upload = bring(connect(coach, "webex")[0], news)

    assert bytes_of(s3, bucket, upload.s3_key) == mp4
    assert credentials(web) == {
        "webexapis.com/v1/recordings/rec-1": "Bearer webex-access-token-5b2e",
        "nfg1.webex.com/nfg/new.mp4": None,
    }


def test_fathom_is_asked_for_the_words_that_did_not_come_along(
    coach: User, web: Origin, mp4: bytes, s3: Any, bucket: str
) -> None:
    secrets = {"webhook_secret": "whsec_ZmF0aG9tLXNlY3JldC1mb3ItdGVzdHM=", "api_key": "fa-k3y"}
    fathom = connect(coach, "fathom", secrets=secrets)[0]
    web.serve("/talk.mp4", a_file(mp4))
    sentence = {"speaker": {"display_name": "Klara"}, "text": "Hi", "timestamp": "00:00:01"}
    web.serve("/external/v1/recordings/17/transcript", some_json({"transcript": [sentence]}))
    news = announced(
        platform="fathom",
        external_id="17",
        share_url="https://files.example.org/talk.mp4",
        files=(),
        access={},
        access_until=None,
    )

    _recording, upload = bring(fathom, news)
    sweep_integrations()
    sweep_integrations()

    assert upload.status == "completed"
    assert json.loads(bytes_of(s3, bucket, Sidecar.objects.get().s3_key)) == {
        "transcript": [sentence]
    }
    assert hosts(web).count(("api.fathom.ai", "/external/v1/recordings/17/transcript")) == 1
