"""One row for a recording, whatever is told of it how often and in which order."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import permutations

import pytest
from django.utils import timezone

from accounts.models import User
from filmroom.sealing import unseal_fields
from integrations import announcing, beside, choosing
from integrations.models import AnnouncedRecording, Connection
from integrations.news import AnnouncedFile, FileKind, RecordingNews, Somebody
from recordings.fetching import addresses
from recordings.models import SessionUpload, SyncRun
from recordings.storage import coach_prefix
from sessions_app.models import Session
from tests.integrations.connections import connect
from tests.integrations.following.conftest import (
    BEGINS,
    announced,
    put_recording,
    transcript,
    video,
)

pytestmark = pytest.mark.django_db
SOON = timezone.now() + timedelta(hours=20)
LATER = SOON + timedelta(hours=2)
STARTED = announced(
    files=(video(url="", is_ready=False),), access={"download_token": "one"}, access_until=SOON
)
COMPLETED = announced(access={"download_token": "one"}, access_until=SOON, title="Weekly talk")
TRANSCRIBED = announced(
    files=(transcript(),),
    access={"download_token": "two"},
    access_until=LATER,
    participants=(Somebody("Klara", "client@example.com"),),
)
TRASHED = announced(files=(), access={}, access_until=None, expires_at=BEGINS + timedelta(days=400))


def take_in(connection: Connection, *news: RecordingNews) -> AnnouncedRecording:
    recording = None
    for each in news:
        recording = announcing.take_in(each, connection=connection)
    assert recording is not None
    return AnnouncedRecording.objects.get(pk=recording.pk)


@pytest.mark.parametrize("times", [1, 2])
@pytest.mark.parametrize("order", list(permutations((STARTED, COMPLETED, TRANSCRIBED, TRASHED))))
def test_in_any_order_and_repeated_it_is_one_row_and_one_import(
    zoom: Connection, session: Session, order: tuple[RecordingNews, ...], times: int
) -> None:
    recording = take_in(zoom, *order * times)

    assert AnnouncedRecording.objects.count() == 1
    assert SessionUpload.objects.get() == recording.upload
    assert (recording.status, recording.session, recording.problem) == ("matched", session, "")
    assert choosing.from_rows(recording.files) == [transcript(), video()]
    assert unseal_fields(recording.sealed_access) == {"download_token": "two"}
    assert recording.access_until == LATER
    assert recording.expires_at == TRASHED.expires_at
    assert recording.participants == [{"name": "Klara", "email": "client@example.com"}]
    assert (recording.started_at, recording.duration_seconds) == (
        BEGINS + timedelta(minutes=2), 3000.0,
    )  # fmt: skip


def test_a_transcript_alone_waits_for_its_recording(zoom: Connection, session: Session) -> None:
    recording = take_in(zoom, TRANSCRIBED)

    assert (recording.status, recording.upload) == ("waiting", None)
    assert recording.problem == (
        "Zoom is still preparing this recording: it is fetched as soon as it is ready."
    )


def test_a_better_file_that_is_not_ready_is_waited_for_but_not_for_ever(
    zoom: Connection, session: Session
) -> None:
    small = video(id="v2", view="speaker_view", size_bytes=1)
    recording = take_in(zoom, announced(files=(small, video(is_ready=False, url=""))))
    assert not SessionUpload.objects.exists()

    AnnouncedRecording.objects.update(
        created_at=timezone.now() - timedelta(hours=3),
        looked_at=timezone.now() - timedelta(hours=3),
    )

    assert announcing.look_again() == 1
    upload = SessionUpload.objects.get()
    assert (upload.announcement, upload.expected_size_bytes) == (recording, 1)


def test_secrets_are_kept_sealed_and_shown_nowhere(zoom: Connection, session: Session) -> None:
    recording = take_in(zoom, COMPLETED)

    row = AnnouncedRecording.objects.filter(pk=recording.pk).values().get()
    assert "one" not in str(row["sealed_access"])
    assert "download_token" not in f"{row}{COMPLETED!r}"


def test_what_was_removed_there_is_not_fetched_and_says_so(
    zoom: Connection, session: Session
) -> None:
    gone = announced(files=(), access={}, access_until=None, is_gone=True)

    for order in ((gone, COMPLETED), (gone,)):
        AnnouncedRecording.objects.all().delete()
        recording = take_in(zoom, *order)
        assert (recording.status, recording.upload) == ("waiting", None)
        assert recording.gone_at is not None
        assert recording.problem.startswith("Zoom says that this recording was deleted there")
    assert SessionUpload.objects.count() == 0


def test_when_zoom_itself_lists_it_again_it_is_not_gone(zoom: Connection, session: Session) -> None:
    take_in(zoom, announced(files=(), access={}, access_until=None, is_gone=True))

    recording = announcing.take_in(COMPLETED, connection=zoom, is_there=True)

    assert (recording.gone_at, recording.session) == (None, session)


def test_what_came_back_from_the_trash_neither_expires_nor_is_gone(
    zoom: Connection, session: Session
) -> None:
    gone = announced(files=(), access={}, access_until=None, is_gone=True)
    take_in(zoom, TRASHED, gone)

    recording = take_in(zoom, announced(is_back=True))

    assert (recording.expires_at, recording.gone_at) == (None, None)
    assert (recording.session, recording.problem) == (session, "")
    assert recording.upload is not None


def test_the_same_recording_told_by_two_connections_is_one(
    zoom: Connection, session: Session, coach: User, other_coach: User
) -> None:
    second = connect(coach, "zoom")[0]
    others = connect(other_coach, "zoom")[0]

    for connection in (zoom, second, others):
        take_in(connection, COMPLETED)

    assert list(SessionUpload.objects.values_list("session__coach", flat=True)) == [coach.pk]
    assert set(AnnouncedRecording.objects.values_list("coach", "status")) == {
        (coach.pk, "matched"),
        (other_coach.pk, "waiting"),
    }


def test_odd_words_are_cut_to_what_rows_hold(zoom: Connection) -> None:
    recording = take_in(
        zoom,
        announced(
            title="x\x00" * 400,
            host_email="h" * 300,
            participants=tuple(Somebody(f"{n}" * 300, "e" * 300) for n in range(600)),
            share_url="https://us02web.zoom.us/" + "x" * 3000,
        ),
    )

    assert (len(recording.title), len(recording.host_email)) == (200, 254)
    assert recording.share_url == ""


# --- Which file ---------------------------------------------------------------------------------

SPEAKER = video(id="a", view="speaker_view", size_bytes=9000)
GALLERY = video(id="b", view="gallery_view", size_bytes=8000)
SHARED = video(id="c", view="shared_screen_with_speaker_view", size_bytes=10)
CAPTIONED = video(id="d", view="shared_screen_with_speaker_view(CC)", size_bytes=11)
SOUND = video(id="e", kind=FileKind.AUDIO, view="audio_only", size_bytes=99_999)
WORDS = transcript(size_bytes=10**9)


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ((SPEAKER, GALLERY, SHARED, SOUND, WORDS), SHARED),
        ((SHARED, CAPTIONED), CAPTIONED),
        ((GALLERY, SPEAKER, SOUND), SPEAKER),
        ((SOUND, WORDS), SOUND),
        ((WORDS,), None),
        ((), None),
        ((video(id="c", is_ready=False), GALLERY), GALLERY),
        ((video(id="c", url=""), SOUND), SOUND),
        (
            (video(id="c", size_bytes=None), video(id="d", size_bytes=1)),
            video(id="d", size_bytes=1),
        ),
    ],
)
def test_the_best_file_is_chosen(
    files: tuple[AnnouncedFile, ...], expected: AnnouncedFile | None
) -> None:
    for order in permutations(files):
        assert choosing.best(order) == expected


def test_of_several_parts_the_largest_is_taken_and_it_is_said(
    zoom: Connection, session: Session
) -> None:
    recording = take_in(zoom, announced(files=(video(), video(id="v2", size_bytes=9000))))

    assert recording.upload is not None
    assert recording.upload.expected_size_bytes == 9000
    assert recording.problem == (
        "Zoom has this meeting in 2 parts: the largest was taken, fetch the others by hand."
    )


# --- Places that are no web address -------------------------------------------------------------


def in_bucket(key: str, bucket: str = "recordings") -> RecordingNews:
    return announced(
        platform="other",
        files=(video(url=f"s3://{bucket}/{key}"),),
        share_url="",
        access={},
        access_until=None,
    )


@pytest.fixture
def livekit(coach: User) -> Connection:
    return connect(coach, "livekit")[0]


def test_what_a_platform_wrote_into_our_bucket_is_taken_in_by_a_sync(
    livekit: Connection, session: Session, coach: User
) -> None:
    key = f"{coach_prefix(coach.pk)}{session.client_id}/2026-01-14/room.mp4"
    recording = take_in(livekit, in_bucket(key), in_bucket(key))

    run = SyncRun.objects.get()
    assert (run.coach, run.prefix, run.status) == (coach, coach_prefix(coach.pk), "pending")
    assert (recording.status, recording.upload) == ("waiting", None)
    assert SessionUpload.objects.count() == 0

    upload = put_recording(session, s3_key=key)
    beside.on_recording_ready(upload_id=upload.pk)

    recording.refresh_from_db()
    assert (recording.status, recording.session, recording.upload, recording.problem) == (
        "matched", session, upload, "",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("place", "says"),
    [
        ("s3://somebody-elses/recordings/a.mp4", "a bucket that Film Room does not read"),
        ("gs://somebody-elses/a.mp4", "a bucket that Film Room does not read"),
        ("s3://recordings/recordings/{other}/a.mp4", "not below your own folder"),
        ("s3://recordings/elsewhere/a.mp4", "not below your own folder"),
        ("https://recordings.s3.eu-central-1.amazonaws.com/recordings/{other}/a.mp4", "own folder"),
    ],
)
def test_other_buckets_and_other_coaches_folders_are_left_alone(
    livekit: Connection, session: Session, other_coach: User, place: str, says: str
) -> None:
    url = place.format(other=other_coach.pk)
    recording = take_in(livekit, announced(files=(video(url=url),), access={}, access_until=None))

    assert (recording.status, recording.upload) == ("waiting", None)
    assert says in recording.problem
    assert SyncRun.objects.count() == SessionUpload.objects.count() == 0


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1/a.mp4", "http://localhost/a.mp4", "https://[::1]/a", "ftp://a.example/"],
)
def test_addresses_that_point_inwards_start_nothing(
    zoom: Connection, session: Session, url: str
) -> None:
    recording = take_in(zoom, announced(files=(video(url=url),)))

    assert (recording.status, recording.session, recording.upload) == ("waiting", None, None)
    assert recording.problem
    assert SessionUpload.objects.count() == 0


def test_a_name_that_leads_inwards_starts_nothing(
    zoom: Connection, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(addresses, "lookup", lambda _host, _port: [("10.0.0.7", 443)])

    recording = take_in(zoom, COMPLETED)

    assert (recording.status, recording.session, recording.upload) == ("waiting", None, None)
    assert recording.problem.startswith("We could not reach this link")
    assert [each["title"] for each in recording.suggestions] == ["First talk"]
    assert SessionUpload.objects.count() == 0


def test_a_signed_address_is_not_shown(livekit: Connection, session: Session) -> None:
    url = "https://files.example.org/room.mp4?X-Amz-Signature=abc"
    news = announced(
        platform="other", share_url="", files=(video(url=url),), access={}, access_until=None
    )

    upload = take_in(livekit, news).upload

    assert upload is not None
    assert upload.original_url == "https://files.example.org/room.mp4"


def test_a_key_that_has_ended_is_forgotten(zoom: Connection) -> None:
    ended: datetime = timezone.now() - timedelta(minutes=1)
    recording = take_in(zoom, announced(access_until=ended))
    assert recording.sealed_access

    assert beside.forget_keys() == 1
    recording.refresh_from_db()
    assert recording.sealed_access == ""
