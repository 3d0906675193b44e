"""Imports from platforms: passcodes, patience, what lies beside, and who says where it lies."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import User
from filmroom.sealing import unseal
from recordings import imports, sidecars, turns
from recordings.cancelling import cancel
from recordings.models import SessionUpload, Sidecar
from recordings.sources import Download, LinkKind, Media, SidecarKind, SidecarLink, Web
from recordings.sources.errors import (
    NeedsPasscode,
    QuotaExceeded,
    SourceError,
    StillProcessing,
    WrongPasscode,
)
from recordings.sources.file_source import FileSource
from sessions_app.models import Session
from tests.origins import Origin, a_file, a_page, status
from tests.recordings.conftest import API, keys_in
from tests.recordings.imports.conftest import work

pytestmark = pytest.mark.django_db(transaction=True)
Ask = Callable[..., SessionUpload]
CUES = b"WEBVTT\n\n00:00.000 --> 00:01.000\nHello\n"


@dataclass
class Locked(FileSource):
    """A platform that wants a passcode, has captions, and may be busy."""

    origin: Origin
    passcode: str = ""
    problem: type[SourceError] | None = None
    sidecars: tuple[SidecarLink, ...] = ()
    asked: list[str] = field(default_factory=list)
    platform: str = "zoom"
    hint: str = ""

    def recognises(self, url: str) -> bool:
        return True

    def kind(self, url: str) -> LinkKind:
        return LinkKind.RECORDING

    def locate(self, url: str, passcode: str, web: Web) -> Media:
        self.asked.append(passcode)
        if self.problem is not None:
            raise self.problem("Zoom")
        if passcode != self.passcode:
            raise (WrongPasscode if passcode else NeedsPasscode)("Zoom")
        web.get(self.origin.url("/page"))
        return Media(
            Download(self.origin.url("/media.mp4"), {"Referer": "https://zoom.us/"}, self.hint),
            sidecars=self.sidecars,
        )


@pytest.fixture
def source(origin: Origin, mp4: bytes, monkeypatch: pytest.MonkeyPatch, bucket: str) -> Locked:
    """The platform that every link of the test belongs to."""
    origin.serve("/page", a_page(b"<p>Enter", headers={"Set-Cookie": "sid=s3; Path=/"}))
    origin.serve("/media.mp4", a_file(mp4))
    locked = Locked(origin)
    monkeypatch.setattr(imports, "recognise", lambda url: locked)
    return locked


def captions(origin: Origin, path: str = "/a.vtt", language: str = "en") -> SidecarLink:
    return SidecarLink(
        SidecarKind.CAPTIONS,
        origin.url(path),
        f"cc-{language}",
        "talk.vtt",
        {"X-Key": "k"},
        language,
    )


def row(upload: SessionUpload) -> SessionUpload:
    return SessionUpload.objects.get(pk=upload.pk)


class TestPasscodes:
    def test_the_right_one_opens_the_recording_and_is_forgotten(
        self, ask: Ask, source: Locked, origin: Origin, mp4: bytes
    ) -> None:
        source.passcode = "pw-4711"
        upload = ask(origin.url("/share"), passcode="pw-4711")
        assert "pw-4711" not in row(upload).sealed_passcode
        assert unseal(row(upload).sealed_passcode) == "pw-4711"
        done = work(upload)
        assert (done.status, done.size_bytes, done.sealed_passcode) == ("completed", len(mp4), "")
        media = origin.requests[-1]
        assert (media.path, media.headers["cookie"]) == ("/media.mp4", "sid=s3")
        assert media.headers["referer"] == "https://zoom.us/"

    @pytest.mark.parametrize(
        ("given", "code"), [("", "needs_passcode"), ("wrong", "wrong_passcode")]
    )
    def test_none_or_a_wrong_one_fails_and_a_retry_may_bring_another(
        self, ask: Ask, source: Locked, origin: Origin, api: APIClient, given: str, code: str
    ) -> None:
        source.passcode = "pw-4711"
        failed = work(ask(origin.url("/share"), passcode=given))
        assert (failed.status, failed.error_code, failed.sealed_passcode) == ("failed", code, "")
        assert "Zoom" in failed.error_detail
        assert origin.requests == []
        answer = api.post(f"{API}/uploads/{failed.pk}/retry", {"passcode": "pw-4711"})
        assert (answer.status_code, answer.json()["error"]) == (202, None)
        done = work(row(failed))
        assert (done.status, done.sealed_passcode, source.asked) == (
            "completed",
            "",
            [given, "pw-4711"],
        )

    def test_it_is_forgotten_when_the_import_is_cancelled(
        self, ask: Ask, source: Locked, origin: Origin, coach: User
    ) -> None:
        upload = ask(origin.url("/share"), passcode="pw-4711")
        cancel(upload=upload, by=coach)
        assert (row(upload).status, row(upload).sealed_passcode) == ("cancelled", "")

    def test_no_row_that_has_ended_may_hold_one(
        self, ask: Ask, source: Locked, origin: Origin
    ) -> None:
        done = work(ask(origin.url("/share")))
        with pytest.raises(IntegrityError), transaction.atomic():
            SessionUpload.objects.filter(pk=done.pk).update(sealed_passcode="x")

    def test_it_is_in_no_answer_and_no_history(
        self, source: Locked, origin: Origin, api: APIClient, session: Session
    ) -> None:
        body = {
            "session_id": str(session.pk),
            "external_url": origin.url("/share"),
            "passcode": "pw-4711",
        }
        answer = api.post(f"{API}/upload", body)
        assert answer.status_code == 202
        upload = SessionUpload.objects.get()
        shown = api.get(f"{API}/sessions/{session.pk}").content + answer.content
        assert b"pw-4711" not in shown
        assert unseal(upload.sealed_passcode) == "pw-4711"
        assert "pw-4711" not in str(list(upload.events.values()))

    def test_one_that_the_link_carries_is_taken_out_of_it(
        self, api: APIClient, session: Session, coach: User
    ) -> None:
        link = "https://us02web.zoom.us/rec/share/abc.def"
        body = {
            "session_id": str(session.pk),
            "external_url": f"{link}?startTime=17&pwd=pw-4711#top",
        }
        assert api.post(f"{API}/upload", body).status_code == 202
        upload = SessionUpload.objects.get()
        assert upload.original_url == f"{link}?startTime=17"
        assert unseal(upload.sealed_passcode) == "pw-4711"
        assert b"pw-4711" not in api.get(f"{API}/sessions/{session.pk}").content
        again = imports.start_import_once(session=session, url=body["external_url"], by=coach)
        assert again is None
        between = "https://us02web.zoom.us/rec/component-page?originRequestUrl="
        body["external_url"] = between + quote(body["external_url"], safe="")
        assert (
            imports.start_import_once(session=session, url=body["external_url"], by=coach) is None
        )
        body |= {"external_url": f"{link}2?pwd=old", "passcode": "new"}
        api.post(f"{API}/upload", body)
        assert unseal(SessionUpload.objects.latest("created_at").sealed_passcode) == "new"

    def test_another_secret_key_fails_the_import_with_what_to_do(
        self, ask: Ask, source: Locked, origin: Origin, settings: Any
    ) -> None:
        upload = ask(origin.url("/share"), passcode="pw-4711")
        settings.SECRET_KEY = "another-0123456789"
        failed = work(upload)
        assert (failed.status, failed.error_code) == ("failed", "secret_unreadable")


class TestPatience:
    @pytest.fixture
    def clock(self) -> Iterator[Any]:
        with time_machine.travel(timezone.now(), tick=False) as travelled:
            yield travelled

    @pytest.mark.parametrize("problem", [QuotaExceeded, StillProcessing])
    def test_what_gets_better_is_tried_again_over_a_day_and_then_fails(
        self, ask: Ask, source: Locked, origin: Origin, clock: Any, problem: type[SourceError]
    ) -> None:
        source.problem = problem
        upload = ask(origin.url("/share"), passcode="pw")
        begun = timezone.now()
        tries: list[timedelta] = []
        while (upload := _work_now(upload)).status == "pending":
            tries.append(timezone.now() - begun)
            assert (upload.error_code, upload.waits_for_platform) == (problem.code, True)
            assert "Zoom" in upload.error_detail
            assert unseal(upload.sealed_passcode) == "pw"
            assert len(tries) < 20
            clock.shift(_pause(tries))
        assert (upload.status, upload.error_code, upload.sealed_passcode) == (
            "failed",
            problem.code,
            "",
        )
        hours = [each.total_seconds() / 3600 for each in tries]
        assert hours == [0, 0.25, 0.5, 1, 2, 4, 8, 16]
        assert timezone.now() - begun == timedelta(hours=24)

    def test_it_waits_its_pause_and_is_then_completed(
        self, ask: Ask, source: Locked, origin: Origin, api: APIClient
    ) -> None:
        source.problem = StillProcessing
        waiting = work(ask(origin.url("/share")))
        assert waiting.next_attempt_at is not None
        assert timedelta(minutes=14) < waiting.next_attempt_at - timezone.now()
        assert turns.waiting(5) == []
        shown = api.get(f"{API}/uploads/{waiting.pk}").json()
        assert (shown["status"], shown["error"]["code"]) == ("pending", "still_processing")
        source.problem = None
        SessionUpload.objects.update(next_attempt_at=timezone.now() - timedelta(seconds=1))
        done = work(waiting)
        assert (done.status, done.error_code, done.error_detail) == ("completed", "", "")
        assert [note for _, note, _ in _notes(done)] == ["", "", "still_processing", "", ""]

    def test_it_can_be_cancelled_while_it_waits(
        self, ask: Ask, source: Locked, origin: Origin, coach: User, api: APIClient
    ) -> None:
        source.problem = QuotaExceeded
        waiting = work(ask(origin.url("/share")))
        answer = api.post(f"{API}/uploads/{waiting.pk}/cancel").json()
        assert (answer["status"], answer["error"]) == ("cancelled", None)

    def test_a_retry_gives_it_a_day_anew(
        self, ask: Ask, source: Locked, origin: Origin, coach: User
    ) -> None:
        source.problem = QuotaExceeded
        waiting = work(ask(origin.url("/share")))
        day_ago = timezone.now() - timedelta(hours=25)
        SessionUpload.objects.update(waiting_since=day_ago, next_attempt_at=None)
        failed = work(waiting)
        assert failed.status == "failed"
        again = work(imports.retry(upload=failed, by=coach))
        assert (again.status, again.waits_for_platform) == ("pending", True)


class TestSidecars:
    def test_they_are_kept_with_the_recording_and_listed(
        self, ask: Ask, source: Locked, origin: Origin, s3: Any, bucket: str, api: APIClient
    ) -> None:
        origin.serve("/a.vtt", a_file(CUES, content_type="text/vtt"))
        source.sidecars = (captions(origin),)
        done = work(ask(origin.url("/share")))
        [kept] = Sidecar.objects.all()
        assert kept.s3_key.startswith(f"sidecars/{done.session.coach_id}/{done.pk}/")
        stored = s3.get_object(Bucket=bucket, Key=kept.s3_key)
        assert (stored["Body"].read(), stored["ContentType"]) == (CUES, "text/vtt")
        assert stored["ServerSideEncryption"] == "AES256"
        assert origin.requests[-1].headers["x-key"] == "k"
        assert origin.requests[-1].headers["cookie"] == "sid=s3"
        [listed] = api.get(f"{API}/sidecars/{done.session_id}").json()["results"]
        url = listed.pop("download_url")
        assert listed.pop("expires_at")
        assert listed == {
            "id": str(kept.pk),
            "kind": "captions",
            "language": "en",
            "filename": "talk.vtt",
            "mime_type": "text/vtt",
            "size_bytes": len(CUES),
            "expires_in": 3600,
        }
        assert kept.s3_key in url

    @pytest.mark.parametrize(
        "answer", [status(404), a_page(b"<html>Sign in"), a_file(b""), status(503)]
    )
    def test_one_that_cannot_be_had_harms_no_recording(
        self, ask: Ask, source: Locked, origin: Origin, answer: Any
    ) -> None:
        origin.serve("/a.vtt", answer)
        source.sidecars = (captions(origin), captions(origin, "/b.vtt", "de"))
        origin.serve("/b.vtt", a_file(CUES, content_type="text/vtt"))
        assert work(ask(origin.url("/share"))).status == "completed"
        assert [kept.language for kept in Sidecar.objects.all()] == ["de"]

    def test_one_that_leads_inwards_is_not_asked_for(self, ask: Ask, source: Locked) -> None:
        inward = SidecarLink(SidecarKind.CHAT, "http://169.254.169.254/x", "1", "chat.txt")
        source.sidecars = (inward,)
        assert work(ask(source.origin.url("/share"))).status == "completed"
        assert not Sidecar.objects.exists()

    def test_they_leave_with_the_recording_and_come_back_with_it(
        self, ask: Ask, source: Locked, origin: Origin, s3: Any, bucket: str, api: APIClient
    ) -> None:
        origin.serve("/a.vtt", a_file(CUES, content_type="text/vtt"))
        source.sidecars = (captions(origin),)
        done = work(ask(origin.url("/share")))
        [kept] = Sidecar.objects.all()
        assert api.delete(f"{API}/recording/{done.session_id}").status_code == 204
        assert keys_in(s3, bucket) == []
        assert Sidecar.objects.get().status == "deleted"
        assert api.get(f"{API}/sidecars/{done.session_id}").json()["results"] == []
        assert api.post(f"{API}/recording/{done.session_id}/restore").status_code == 200
        assert sorted(keys_in(s3, bucket)) == sorted([done.s3_key, kept.s3_key])
        assert Sidecar.objects.get().status == "completed"

    def test_those_of_an_attempt_that_failed_are_swept_away(
        self, ask: Ask, source: Locked, origin: Origin, s3: Any, bucket: str
    ) -> None:
        upload = ask(origin.url("/share"))
        sidecars.keep(upload=upload, kind="chat", source_id="1", filename="c.txt", data=b"hi")
        source.problem = NeedsPasscode
        assert work(upload).status == "failed"
        assert sidecars.settle() == 1
        assert (keys_in(s3, bucket), Sidecar.objects.count()) == ([], 0)

    def test_said_twice_it_is_kept_once_and_a_lost_worker_s_half_is_finished(
        self, ask: Ask, source: Locked, origin: Origin, s3: Any, bucket: str
    ) -> None:
        upload = ask(origin.url("/share"))

        def keep(data: bytes) -> Sidecar | None:
            return sidecars.keep(
                upload=upload, kind="transcript", source_id="t", filename="t.vtt", data=data
            )

        first = keep(CUES)
        assert first is not None
        assert keep(b"WEBVTT other") == first
        Sidecar.objects.update(status="pending", size_bytes=None, checksum_sha256="")
        again = keep(b"WEBVTT other")
        assert again is not None
        assert (again.pk, again.status) == (first.pk, "completed")
        assert s3.get_object(Bucket=bucket, Key=again.s3_key)["Body"].read() == b"WEBVTT other"
        assert keep(b"") is None

    def test_another_coach_sees_none(
        self,
        ask: Ask,
        source: Locked,
        origin: Origin,
        other_coach: User,
        api_for: Callable[..., APIClient],
    ) -> None:
        origin.serve("/a.vtt", a_file(CUES, content_type="text/vtt"))
        source.sidecars = (captions(origin),)
        done = work(ask(origin.url("/share")))
        assert api_for(other_coach).get(f"{API}/sidecars/{done.session_id}").status_code == 404
        assert not Sidecar.objects.all().visible_to(other_coach).exists()


class TestAnnounced:
    def test_an_app_above_says_where_it_lies_and_the_link_stays_clean(
        self,
        source: Locked,
        origin: Origin,
        session: Session,
        coach: User,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(imports, "_finders", [])
        found = Locked(origin)
        imports.register_source(lambda upload: None)
        imports.register_source(lambda upload: found)
        upload = imports.start_announced(
            session=session,
            platform="zoom",
            url=origin.url("/rec/1"),
            filename="Talk.mp4",
            by=coach,
        )
        assert (upload.type, upload.platform, upload.original_filename) == (
            "webhook",
            "zoom",
            "Talk.mp4",
        )
        done = work(upload)
        assert (done.status, found.asked, source.asked) == ("completed", [""], [])
        assert done.original_url == origin.url("/rec/1")

    def test_without_one_the_link_itself_is_fetched(
        self, source: Locked, origin: Origin, session: Session, coach: User
    ) -> None:
        upload = imports.start_announced(
            session=session, platform="other", url=origin.url("/x"), filename="a.mp4", by=coach
        )
        assert (work(upload).status, source.asked) == ("completed", [""])


def test_the_platform_s_name_for_a_file_counts_where_its_answer_has_none(
    ask: Ask, source: Locked, origin: Origin, mp4: bytes
) -> None:
    source.hint = "First talk.mp4"
    assert work(ask(origin.url("/share"))).original_filename == "First talk.mp4"
    named = {"Content-Disposition": "attachment; filename=own.mp4"}
    origin.serve("/media.mp4", a_file(mp4, headers=named))
    assert work(ask(origin.url("/share"))).original_filename == "own.mp4"


def test_a_manifest_s_key_is_that_of_the_file_it_becomes(ask: Ask, bucket: str) -> None:
    upload = ask("https://files.example.com/hls/talk.M3U8?sig=x")
    assert upload.s3_key.endswith(".mp4")
    assert upload.original_filename == "talk.mp4"


def test_a_wrong_platform_is_corrected_and_noted(
    api: APIClient, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = {
        "session_id": str(session.pk),
        "external_url": "https://www.dropbox.com/scl/fi/a/b.mp4?rlkey=k",
        "platform": "zoom",
    }
    answer = api.post(f"{API}/upload", body)
    assert (answer.status_code, answer.json()["platform"]) == (202, "dropbox")
    [event] = SessionUpload.objects.get().events.all()
    assert event.note == "platform: given as zoom, the link is dropbox"
    body |= {"external_url": "https://files.example.com/a.mp4"}
    assert api.post(f"{API}/upload", body).json()["platform"] == "zoom"


def _work_now(upload: SessionUpload) -> SessionUpload:
    """A worker's turn, whenever the row says it may be taken up."""
    SessionUpload.objects.filter(pk=upload.pk).update(next_attempt_at=None)
    return work(upload)


def _pause(tries: list[timedelta]) -> timedelta:
    """How long the row waits after the tries so far: what it says, the database's clock aside."""
    upload = SessionUpload.objects.get()
    assert isinstance(upload.next_attempt_at, datetime)
    waited = tries[-1]
    return min(max(waited, imports.FIRST_PAUSE), imports.PATIENCE_WITH_PLATFORMS - waited)


def _notes(upload: SessionUpload) -> list[tuple[str, str, str]]:
    return [(event.from_status, event.note, event.to_status) for event in upload.events.all()]
