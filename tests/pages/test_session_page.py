"""A session's own page: facts, player, history, and what can be done there."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from pages.player_policy import STYLE_HASHES
from recordings import storage
from recordings.models import Rendition, SessionUpload
from sessions_app.models import Session
from tests.attempts import add_upload

HOME = "/dashboard/coach/sessions"
# Login (2), session, its attempts with their events, participants, notes, position, and whether
# an upload was left unfinished.
QUERIES = 9


def _upload(web: Client, session: Session, file: SimpleUploadedFile) -> SessionUpload:
    web.post(f"{HOME}/{session.pk}/upload", {"file": file})
    return SessionUpload.objects.get(session=session, status="completed")


def test_facts_of_the_recording_are_told(
    web: Client, session: Session, bucket: str, mp4_file: SimpleUploadedFile
) -> None:
    upload = _upload(web, session, mp4_file)

    text = web.get(f"{HOME}/{session.pk}").text

    facts = text[text.index('id="recording-facts"') : text.index('id="history"')]
    told = ("320 × 180", "25 pictures a second", "h264", "aac", "video/mp4", "Carla Coach", "0:01")
    for fact in (*told, upload.checksum, "Through the server", "AES-256", "after 60 minutes"):
        assert fact in facts, fact
    # Without JavaScript the browser's own player plays by a link.
    play = f'controls preload="none" playsinline src="{HOME}/{session.pk}/play"'
    assert play in text


def test_only_this_page_lets_in_the_players_styles(web: Client, session: Session) -> None:
    policy = web.get(f"{HOME}/{session.pk}")["Content-Security-Policy"]

    directives = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    assert directives["style-src"] == f"'self' {' '.join(STYLE_HASHES)}"
    assert "unsafe" not in policy
    assert "sha256" not in web.get(f"{HOME}/{session.pk}/edit")["Content-Security-Policy"]


def test_the_player_is_told_what_to_play(
    web: Client, session: Session, bucket: str, mp4: bytes, mp4_file: SimpleUploadedFile
) -> None:
    upload = _upload(web, session, mp4_file)

    answer = web.get(f"{HOME}/{session.pk}/media")

    told = answer.json()
    assert "no-store" in answer["Cache-Control"]
    assert requests.get(told.pop("url"), headers={"Range": "bytes=4-7"}, timeout=10).text == "ftyp"
    ends = parse_datetime(told.pop("expires_at"))
    assert ends
    assert abs(ends - timezone.now() - timedelta(hours=1)) < timedelta(minutes=1)
    assert told == {
        "upload_id": str(upload.pk),
        "mime_type": "video/mp4",
        "kind": "video",
        "expires_in": 3600,
        "poster_url": None,
        "thumbnails_url": None,
        "waveform_url": None,
        "preparing": None,
    }


def test_the_player_is_told_what_is_missing(web: Client, session: Session, bucket: str) -> None:
    url = f"{HOME}/{session.pk}/media"
    answer = web.get(url)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (404, "no_recording")

    upload = add_upload(session)
    answer = web.get(url)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (410, "recording_missing")

    storage.put_file(upload.s3_key, io.BytesIO(b"RIFF"), content_type="video/x-msvideo")
    upload.container, upload.video_codec, upload.audio_codec = "avi", "mpeg4", "mp3"
    upload.save()
    told = web.get(url).json()
    assert told["url"] is None
    sentence = told["preparing"].pop("detail")
    assert "A copy that they can play is being made." in sentence
    assert told["preparing"] == {"status": "pending", "progress_percent": 0, "can_retry": False}


def test_a_failed_copy_is_made_again_by_its_button(
    web: Client, session: Session, bucket: str
) -> None:
    upload = add_upload(session, container="avi", video_codec="mpeg4")
    storage.put_file(upload.s3_key, io.BytesIO(b"RIFF"), content_type="video/x-msvideo")
    copy = Rendition.objects.create(
        upload=upload,
        kind="web_copy",
        status="failed",
        error_code="media_failed",
        error_detail="The copy could not be made.",
    )
    assert web.get(f"{HOME}/{session.pk}/media").json()["preparing"]["can_retry"] is True
    url = f"{HOME}/{session.pk}/copy/retry"
    assert f'action="{url}"' in web.get(f"{HOME}/{session.pk}").text

    answer = web.post(url)

    copy.refresh_from_db()
    assert (answer.status_code, answer["Location"]) == (302, f"{HOME}/{session.pk}")
    assert (copy.status, copy.error_detail) == ("pending", "")
    assert web.post(url).status_code == 409


def test_thumbnails_are_a_webvtt_track(web: Client, session: Session, bucket: str) -> None:
    upload = add_upload(session, container="mp4", video_codec="h264", mime_type="video/mp4")
    storage.put_file(upload.s3_key, io.BytesIO(b"film"), content_type="video/mp4")
    url = f"{HOME}/{session.pk}/thumbnails.vtt"
    assert web.get(url).status_code == 404
    Rendition.objects.create(
        upload=upload,
        kind="thumbnails",
        status="completed",
        s3_key="renditions/strip.jpg",
        size_bytes=1,
        mime_type="image/jpeg",
        completed_at=upload.completed_at,
        details={
            "columns": 2,
            "rows": 2,
            "tile_width": 160,
            "tile_height": 90,
            "interval_seconds": 1500.5,
            "count": 3,
        },
    )

    answer = web.get(url)

    assert answer["Content-Type"] == "text/vtt; charset=utf-8"
    head, *cues = answer.text.strip().split("\n\n")
    assert head == "WEBVTT"
    times, pictures = zip(*(cue.split("\n") for cue in cues), strict=True)
    assert times == (
        "00:00:00.000 --> 00:25:00.500",
        "00:25:00.500 --> 00:50:01.000",
        "00:50:01.000 --> 00:59:01.000",
    )
    places = [picture.partition("#xywh=") for picture in pictures]
    assert [place for _url, _sign, place in places] == [
        "0,0,160,90",
        "160,0,160,90",
        "0,90,160,90",
    ]
    assert all("/renditions/strip.jpg?" in url for url, _sign, _place in places)


def test_sound_alone_gets_a_sound_player(web: Client, session: Session) -> None:
    add_upload(session, mime_type="audio/mp4", audio_codec="aac")

    text = web.get(f"{HOME}/{session.pk}").text

    assert "<audio" in text
    assert "<video" not in text


def test_download_and_player_lead_to_the_same_bytes(
    web: Client, session: Session, bucket: str, mp4: bytes, mp4_file: SimpleUploadedFile
) -> None:
    _upload(web, session, mp4_file)

    for door, disposition in (("download", "attachment"), ("play", "inline")):
        answer = web.get(f"{HOME}/{session.pk}/{door}")
        assert answer.status_code == 302
        assert "no-store" in answer["Cache-Control"]
        link = answer["Location"]
        assert requests.get(link, timeout=10).content == mp4
        asked = parse_qs(urlsplit(link).query)["response-content-disposition"][0]
        assert asked.startswith(disposition)
        assert "Talk%20%C3%A9%C3%A9n.mp4" in asked


def test_no_recording_is_a_page_with_its_sentence(web: Client, session: Session) -> None:
    answer = web.get(f"{HOME}/{session.pk}/download")

    assert answer.status_code == 404
    assert "This session has no recording yet: upload one first." in answer.text


def test_deleting_asks_first_then_empties_bucket_and_row(
    web: Client,
    session: Session,
    bucket: str,
    s3: Any,
    mp4_file: SimpleUploadedFile,
) -> None:
    upload = _upload(web, session, mp4_file)

    question = web.get(f"{HOME}/{session.pk}/delete")
    assert "Delete this recording?" in question.text
    assert "Talk één.mp4" in question.text
    assert s3.list_objects_v2(Bucket=bucket)["KeyCount"] == 1

    answer = web.post(f"{HOME}/{session.pk}/delete")

    assert (answer.status_code, answer["Location"]) == (302, "/dashboard/coach/recordings")
    assert s3.list_objects_v2(Bucket=bucket)["KeyCount"] == 0
    upload.refresh_from_db()
    session.refresh_from_db()
    assert (upload.status, upload.deleted_by) == ("deleted", session.coach)
    assert not session.has_recording
    again = web.post(f"{HOME}/{session.pk}/delete")
    assert (again.status_code, "has no recording" in again.text) == (404, True)


def test_deleting_over_an_upload_under_way_needs_the_word_of_the_form(
    web: Client,
    session: Session,
    bucket: str,
    mp4_file: SimpleUploadedFile,
) -> None:
    _upload(web, session, mp4_file)
    under_way = add_upload(session, "pending")
    url = f"{HOME}/{session.pk}/delete"

    assert web.post(url).status_code == 409
    assert 'name="cancel"' in web.get(url).text
    assert web.post(url, {"cancel": "yes"}).status_code == 302

    under_way.refresh_from_db()
    assert under_way.status == "cancelled"
    assert not SessionUpload.objects.filter(status="completed").exists()


def test_a_failed_import_is_retried_by_its_button(
    web: Client, session: Session, bucket: str
) -> None:
    upload = add_upload(session, "failed")
    url = f"/dashboard/coach/uploads/{upload.pk}/retry"
    assert f'action="{url}"' in web.get(f"{HOME}/{session.pk}").text

    answer = web.post(url)

    upload.refresh_from_db()
    assert (answer.status_code, answer["Location"]) == (302, f"{HOME}/{session.pk}")
    assert (upload.status, upload.error_detail) == ("pending", "")
    assert web.post(url).status_code == 409


def test_an_upload_under_way_is_cancelled_and_the_history_says_who(
    web: Client, session: Session, bucket: str
) -> None:
    upload = add_upload(session, "uploading")
    page = web.get(f"{HOME}/{session.pk}").text
    assert f'hx-get="{HOME}/{session.pk}?shown="' in page
    assert "every 3s" in page

    answer = web.post(f"/dashboard/coach/uploads/{upload.pk}/cancel")

    upload.refresh_from_db()
    assert (answer.status_code, upload.status) == (302, "cancelled")
    history = _ask_again(web, session, "")
    assert history.lstrip().startswith("<section")
    assert "every 3s" not in history
    states = [f"<span>{word}</span>" for word in ("Waiting", "Uploading", "Cancelled")]
    places = [history.index(word, history.index("events")) for word in states]
    assert places == sorted(places)
    assert "Carla Coach" in history


def _ask_again(web: Client, session: Session, shown: str) -> str:
    url = f"{HOME}/{session.pk}?shown={shown}"
    return web.get(url, headers={"HX-Request": "true"}).text


def test_what_arrives_takes_its_place_without_a_reload(web: Client, session: Session) -> None:
    first = add_upload(session, media_state="pending")
    SessionUpload.objects.filter(pk=first.pk).update(media_state="pending")

    # A page without a player gets one, and asks on until the facts are read.
    text = _ask_again(web, session, "")
    assert 'id="stage"' in text
    assert "data-player" in text
    assert f"?shown={first.pk}" in text
    assert "Not read yet" in text[text.index('id="recording-facts"') :]

    # A player that is there is left alone, and its page is told of a newer recording.
    text = _ask_again(web, session, str(first.pk))
    assert "data-player" not in text
    assert "A newer recording" not in text
    add_upload(session)
    text = _ask_again(web, session, str(first.pk))
    assert "data-player" not in text
    assert "A newer recording of this session has arrived." in text


def test_a_deleted_recording_comes_back_by_its_button(
    web: Client, session: Session, bucket: str, mp4_file: SimpleUploadedFile
) -> None:
    upload = _upload(web, session, mp4_file)
    web.post(f"{HOME}/{session.pk}/delete")
    url = f"{HOME}/{session.pk}/restore"
    assert web.get(f"{HOME}/{session.pk}").text.count(f'action="{url}"') == 2

    answer = web.post(url)

    upload.refresh_from_db()
    assert (answer.status_code, upload.status) == (302, "completed")
    assert f'action="{url}"' not in web.get(f"{HOME}/{session.pk}").text


def test_the_number_of_queries_does_not_grow_with_the_attempts(
    web: Client,
    session: Session,
    django_assert_num_queries: Any,
) -> None:
    add_upload(session, "failed")
    with django_assert_num_queries(QUERIES):
        web.get(f"{HOME}/{session.pk}")
    for _number in range(8):
        add_upload(session, "failed")
    with django_assert_num_queries(QUERIES):
        web.get(f"{HOME}/{session.pk}")
