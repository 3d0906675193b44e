"""What platforms' APIs are asked, with which credentials, and what is made of their answers."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.cache import cache
from django.utils import timezone

from accounts.models import User
from filmroom.sealing import unseal
from integrations import announcing, connecting
from integrations.clients import CLIENTS, ClientError, fathom, fireflies, graph, webex, zoom
from integrations.clients.errors import NoCredentials, WrongCredentials
from integrations.clients.graph import SUBSCRIBED_TO
from integrations.models import AnnouncedRecording, Connection
from integrations.news import FetchNews, FileKind, RecordingNews
from recordings.models import SessionUpload
from sessions_app.models import Session
from tests.integrations.connections import connect
from tests.integrations.following.conftest import hosts, some_json, zoom_meeting
from tests.origins import Origin, a_page, redirect, status

ZOOM = ({"client_secret": "s3cret"}, {"account_id": "acc 1", "client_id": "app-1"})
GRAPH = (
    {"client_secret": "s3cret", "client_state": "st4te"},
    {"tenant_id": "t-1", "client_id": "a"},
)
WEBEX: tuple[dict[str, str], dict[str, str]] = ({"access_token": "wx-t0ken"}, {})
FIREFLIES: tuple[dict[str, str], dict[str, str]] = ({"api_key": "ff-k3y"}, {})
FATHOM: tuple[dict[str, str], dict[str, str]] = ({"api_key": "fa-k3y"}, {})
ACCOUNTS = {
    "zoom": ZOOM, "graph": GRAPH, "webex": WEBEX, "fireflies": FIREFLIES, "fathom": FATHOM,
}  # fmt: skip


def token(web: Origin) -> None:
    web.serve("/oauth/token", some_json({"access_token": "oauth-1", "expires_in": 3599}))
    web.serve("/t-1/oauth2/v2.0/token", some_json({"access_token": "graph-1", "expires_in": 3599}))


# --- Zoom -----------------------------------------------------------------------------------


def test_zoom_is_asked_for_a_token_once_an_hour(web: Origin) -> None:
    token(web)
    web.serve("/v2/users/me/recordings", some_json({"meetings": []}))

    for _time in range(3):
        assert list(zoom.past(*ZOOM, date(2026, 1, 1), date(2026, 1, 5))) == []

    asked = [each for each in web.requests if each.path.startswith("/oauth/token")]
    assert len(asked) == 1
    assert (asked[0].method, asked[0].headers["authorization"]) == (
        "POST", "Basic YXBwLTE6czNjcmV0",
    )  # fmt: skip
    assert parse_qs(urlsplit(asked[0].path).query) == {
        "grant_type": ["account_credentials"],
        "account_id": ["acc 1"],
    }
    account = hashlib.sha256(b"acc 1\0app-1\0s3cret").hexdigest()
    sealed, _until = cache.get(f"access-token:{account}")
    assert unseal(sealed) == "oauth-1"
    assert "oauth-1" not in sealed


def test_zoom_is_asked_month_by_month_and_page_by_page(web: Origin) -> None:
    token(web)
    web.serve(
        "/v2/users/me/recordings",
        some_json({"meetings": [zoom_meeting(uuid="a")], "next_page_token": "n&1"}),
        some_json({"meetings": [zoom_meeting(uuid="b"), {"uuid": 7}, "x"]}),
        some_json({"meetings": [zoom_meeting(uuid="a"), zoom_meeting(uuid="c")]}),
    )

    found = list(zoom.past(*ZOOM, date(2026, 1, 1), date(2026, 2, 20)))

    assert [each.external_id for each in found] == ["a", "b", "7", "c"]
    queries = [
        {name: value[0] for name, value in parse_qs(urlsplit(each.path).query).items()}
        for each in web.requests
        if each.path.startswith("/v2/")
    ]
    month = {"from": "2026-01-21", "to": "2026-02-20", "page_size": "300"}
    assert queries == [
        month,
        {**month, "next_page_token": "n&1"},
        {"from": "2026-01-01", "to": "2026-01-20", "page_size": "300"},
    ]
    assert all(
        each.headers["authorization"] == "Bearer oauth-1"
        for each in web.requests
        if each.path.startswith("/v2/")
    )


def test_what_zoom_lists_is_news_with_a_key_and_an_end(web: Origin) -> None:
    token(web)
    meeting = zoom_meeting(auto_delete=True, auto_delete_date="2026-02-14")
    web.serve("/v2/users/me/recordings", some_json({"meetings": [meeting]}))

    (news,) = zoom.past(*ZOOM, date(2026, 1, 1), date(2026, 1, 20))

    assert (news.platform, news.external_id, news.meeting_id) == ("zoom", "uuid-1==", "81234567890")
    assert (news.started_at, news.duration_seconds) == (
        datetime(2026, 1, 14, 15, 2, tzinfo=UTC), 3000.0,
    )  # fmt: skip
    assert news.expires_at == datetime(2026, 2, 14, tzinfo=UTC)
    assert news.access == {"download_token": "oauth-1"}
    assert news.access_until is not None
    assert timedelta(minutes=50) < news.access_until - timezone.now() < timedelta(hours=1)
    assert [(each.kind, each.size_bytes, each.is_ready) for each in news.files] == [
        (FileKind.VIDEO, 5000, True)
    ]


@pytest.mark.parametrize(
    ("uuid", "path"),
    [
        ("abc==", "/v2/meetings/abc%3D%3D/recordings"),
        ("a/b==", "/v2/meetings/a%2Fb%3D%3D/recordings"),
        ("/ab==", "/v2/meetings/%252Fab%253D%253D/recordings"),
        ("a//b", "/v2/meetings/a%252F%252Fb/recordings"),
        ("../x?y#z", "/v2/meetings/..%2Fx%3Fy%23z/recordings"),
    ],
)
def test_a_uuid_is_written_so_that_zoom_reads_it(web: Origin, uuid: str, path: str) -> None:
    token(web)
    web.serve(path, some_json(zoom_meeting(uuid=uuid)))

    (news,) = zoom.ask(*ZOOM, FetchNews("recording", uuid))

    assert news.external_id == uuid
    assert web.paths()[-1] == path


# --- Every API ------------------------------------------------------------------------------

FIRST = {
    "zoom": "/v2/users/me/recordings",
    "graph": "/v1.0/subscriptions",
    "webex": "/v1/recordings",
    "fireflies": "/graphql",
    "fathom": "/external/v1/meetings",
}
FOUND = {
    "zoom": "Zoom lists 0 recordings of the last 30 days.",
    "graph": "Microsoft accepts the app; it has 0 subscriptions.",
    "webex": "Webex lists 0 recordings on the first page of this account.",
    "fireflies": "Fireflies knows this account, with 4 transcripts.",
    "fathom": "Fathom lists 0 meetings on the first page of this account.",
}


@pytest.mark.parametrize("platform", sorted(CLIENTS))
def test_a_test_says_what_it_found(web: Origin, platform: str) -> None:
    token(web)
    web.serve(FIRST[platform], some_json({"data": {"user": {"num_transcripts": 4}}}))

    assert CLIENTS[platform].test(*ACCOUNTS[platform]) == FOUND[platform]


@pytest.mark.parametrize("platform", sorted(CLIENTS))
@pytest.mark.parametrize(
    ("answer", "code", "retryable"),
    [
        (status(401), "wrong_credentials", False),
        (status(403), "missing_scope", False),
        (status(404), "not_there", False),
        (status(418), "platform_refused", False),
        (status(500), "platform_unavailable", True),
        (a_page(b"<html>no JSON"), "odd_answer", False),
        (some_json(["a list"]), "odd_answer", False),
        (redirect("https://files.example.org/"), "platform_refused", False),
    ],
)
def test_what_an_api_refuses_is_named(
    web: Origin, platform: str, answer: Any, code: str, retryable: bool
) -> None:
    token(web)
    web.serve(FIRST[platform], answer)

    with pytest.raises(ClientError) as raised:
        CLIENTS[platform].test(*ACCOUNTS[platform])

    error = raised.value
    assert (error.code, error.retryable) == (code, retryable)
    assert CLIENTS[platform].SITE in error.detail
    assert not any(secret in error.detail for secret in ACCOUNTS[platform][0].values())
    assert "files.example.org" not in [host for host, _path in hosts(web)]


@pytest.mark.parametrize("platform", sorted(CLIENTS))
def test_how_long_to_wait_is_heeded(web: Origin, platform: str) -> None:
    token(web)
    web.serve(FIRST[platform], status(429, headers={"Retry-After": "77"}))

    with pytest.raises(ClientError) as raised:
        CLIENTS[platform].test(*ACCOUNTS[platform])

    assert (raised.value.code, raised.value.retry_after) == ("rate_limited", 77.0)


@pytest.mark.parametrize("platform", sorted(CLIENTS))
def test_a_key_that_no_header_can_carry_is_wrong(web: Origin, platform: str) -> None:
    secrets, details = ACCOUNTS[platform]

    with pytest.raises(WrongCredentials):
        CLIENTS[platform].test(dict.fromkeys(secrets, "copied\u2013badly"), details)
    assert web.requests == []


@pytest.mark.parametrize("platform", sorted(CLIENTS))
def test_without_credentials_nobody_is_asked(web: Origin, platform: str) -> None:
    with pytest.raises(NoCredentials):
        CLIENTS[platform].test({}, {})
    assert web.requests == []


@pytest.mark.parametrize(
    ("platform", "path"), [("zoom", "/oauth/token"), ("graph", "/t-1/oauth2/v2.0/token")]
)
@pytest.mark.parametrize("code", [400, 401])
def test_a_wrong_client_secret_is_named(web: Origin, platform: str, path: str, code: int) -> None:
    web.serve(path, status(code, body=b'{"error": "invalid_client"}'))

    with pytest.raises(ClientError) as raised:
        CLIENTS[platform].test(*ACCOUNTS[platform])

    assert raised.value.code == "wrong_credentials"


# --- Platforms that only name what there is ----------------------------------------------------

RESOURCE = "users('u-1')/onlineMeetings('m-1')/recordings('r-1')"
GRAPH_RECORDING = {
    "id": "r-1",
    "meetingId": "MSpmb28qMCoqMTk6bWVldGluZ19OVE13QHRocmVhZC52Mg==",
    "contentCorrelationId": "call-1",
    "createdDateTime": "2026-01-14T15:02:00Z",
    "endDateTime": "2026-01-14T15:50:00Z",
    "recordingContentUrl": "https://evil.example.com/content",
    "meetingOrganizer": {"user": {"id": "u-1"}},
}
MEETING = "/v1.0/users/u-1/onlineMeetings/m-1"


@pytest.fixture
def plays_graph(web: Origin) -> None:
    token(web)
    web.serve(f"{MEETING}/recordings/r-1", some_json(GRAPH_RECORDING))
    web.serve(
        f"{MEETING}/recordings", some_json({"value": [GRAPH_RECORDING, {"id": "other-call"}]})
    )
    transcripts = [
        {"id": "t-1", "contentCorrelationId": "call-1"},
        {"id": "t-2", "contentCorrelationId": "call-2"},
    ]
    web.serve(f"{MEETING}/transcripts/t-1", some_json(transcripts[0]))
    web.serve(f"{MEETING}/transcripts", some_json({"value": transcripts}))
    about = {
        "subject": "Coaching",
        "participants": {
            "organizer": {"upn": "carla@work.example"},
            "attendees": [
                {
                    "upn": "client@example.com",
                    "identity": {"user": {"displayName": "Klara"}},
                }
            ],
        },
    }
    web.serve(MEETING, some_json(about))


def _graph(news: RecordingNews) -> None:
    assert (news.platform, news.external_id, news.title) == ("teams", "r-1", "Coaching")
    assert news.meeting_id == "19:meeting_NTMw@thread.v2"
    assert (news.host_email, news.participants[0].email) == (
        "carla@work.example", "client@example.com",
    )  # fmt: skip
    assert news.duration_seconds == 2880.0
    assert news.expires_at == datetime(2026, 5, 14, 15, 2, tzinfo=UTC)
    assert [(each.kind, each.id, each.url) for each in news.files] == [
        ("video", "r-1", f"https://graph.microsoft.com{MEETING}/recordings/r-1/content"),
        (
            "transcript",
            "t-1",
            f"https://graph.microsoft.com{MEETING}/transcripts/t-1/content?$format=text/vtt",
        ),
    ]
    assert news.access == {"download_token": "graph-1"}


@pytest.mark.usefixtures("plays_graph")
@pytest.mark.parametrize(
    "resource",
    [
        RESOURCE,
        "users/u-1/onlineMeetings/m-1/recordings/r-1",
        "users('u-1')/onlineMeetings('m-1')/transcripts('t-1')",
    ],
)
def test_teams_tells_of_recording_and_transcript_together(web: Origin, resource: str) -> None:
    kind = "transcript" if "transcripts" in resource else "recording"

    (news,) = graph.ask(*GRAPH, FetchNews(kind, resource))

    _graph(news)
    assert {each.headers.get("authorization") for each in web.requests} == {
        None, "Bearer graph-1",
    }  # fmt: skip


@pytest.mark.usefixtures("plays_graph")
def test_teams_without_leave_to_read_meetings_still_gives_the_recording(web: Origin) -> None:
    web.serve(MEETING, status(403))
    web.serve(f"{MEETING}/transcripts", status(403))

    (news,) = graph.ask(*GRAPH, FetchNews("recording", RESOURCE))

    assert [each.id for each in news.files] == ["r-1"]
    assert news.title == ""


@pytest.mark.parametrize(
    "resource",
    ["https://evil.example.com/x", "users('u')/messages('m')", "../../x", "", "//evil.example.com"],
)
def test_no_other_resource_of_graph_is_asked_for(web: Origin, resource: str) -> None:
    token(web)
    with pytest.raises(ClientError):
        graph.ask(*GRAPH, FetchNews("recording", resource))
    assert web.requests == []


@pytest.mark.django_db
def test_a_graph_subscription_is_kept_alive(web: Origin, coach: User) -> None:
    token(web)
    connection = connect(
        coach,
        "graph",
        details={"tenant_id": "t-1", "client_id": "a"},
    )[0]
    web.serve("/v1.0/subscriptions/sub-1", some_json({"id": "sub-1"}))
    address = f"http://testserver/webhooks/graph/{connection.pk}"
    kept = {"id": "sub-3", "resource": SUBSCRIBED_TO[1], "notificationUrl": address}
    web.serve("/v1.0/subscriptions", some_json({"value": [kept]}))

    for event in ("reauthorizationRequired", "subscriptionRemoved", "missed"):
        news = FetchNews("lifecycle", "sub-1", {"event": event})
        assert announcing.fetch(news, connection=connection) == []

    renewed, _listed, made = [each for each in web.requests if "subscriptions" in each.path]
    assert (renewed.method, renewed.path) == ("PATCH", "/v1.0/subscriptions/sub-1")
    end = datetime.fromisoformat(json.loads(renewed.body)["expirationDateTime"])
    assert timedelta(days=2) < end - timezone.now() < timedelta(days=3)
    assert made.method == "POST"
    body = json.loads(made.body)
    assert (body["notificationUrl"], body["lifecycleNotificationUrl"]) == (address, address)
    assert body["resource"] == "communications/onlineMeetings/getAllRecordings"
    assert len(body["clientState"]) == 32
    connection.refresh_from_db()
    assert connection.problem.startswith("Microsoft Teams has left some news out")


@pytest.mark.django_db
def test_graph_is_subscribed_to_recordings_and_transcripts_by_the_secrets_of_today(
    web: Origin, coach: User
) -> None:
    token(web)
    connection = connect(coach, "graph", details={"tenant_id": "t-1", "client_id": "a"})[0]
    old, others = "/v1.0/subscriptions/old", "/v1.0/subscriptions/others"
    listed = [
        {"id": "old", "resource": SUBSCRIBED_TO[0], "notificationUrl": connection.webhook_address},
        {"id": "others", "resource": SUBSCRIBED_TO[0], "notificationUrl": "https://example.org/"},
    ]
    web.serve("/v1.0/subscriptions", some_json({"value": listed}))
    web.serve(old, status(404))

    connecting.subscribe(connection=connection, by=coach)

    asked = [(each.method, each.path) for each in web.requests if "subscriptions" in each.path]
    make = ("POST", "/v1.0/subscriptions")
    assert asked == [("GET", "/v1.0/subscriptions"), ("DELETE", old), make, make]
    assert others not in str(asked)
    made = [json.loads(each.body)["resource"] for each in web.requests[-2:]]
    assert made == list(SUBSCRIBED_TO)


def test_webex_gives_a_recording_with_its_transcript_whichever_was_named(web: Origin) -> None:
    recording = {
        "id": "rec-1",
        "meetingId": "m_1",
        "topic": "Coaching",
        "timeRecorded": "2026-01-14T15:02:00Z",
        "hostEmail": "carla@work.example",
        "durationSeconds": 3000,
        "sizeBytes": 5000,
        "format": "MP4",
        "status": "available",
        "playbackUrl": "https://acme.webex.com/recordingservice/x",
        "temporaryDirectDownloadLinks": {
            "recordingDownloadLink": "https://nfg1.webex.com/nfg/1",
            "audioDownloadLink": "https://nfg1.webex.com/nfg/2",
            "expiration": "2099-01-01T00:00:00Z",
        },
    }
    link = "https://webexapis.com/v1/meetingTranscripts/t-1/download?format=vtt"
    transcript = {"id": "t-1", "meetingId": "m_1", "vttDownloadLink": link, "status": "available"}
    web.serve("/v1/recordings/rec-1", some_json(recording))
    web.serve("/v1/recordings", some_json({"items": [{"id": "rec-1"}]}))
    web.serve("/v1/meetingTranscripts/t-1", some_json(transcript))
    web.serve("/v1/meetingTranscripts", some_json({"items": [transcript]}))
    web.serve("/v1/meetings/m_1", some_json({"meetingNumber": "2512 345 6789"}))

    for news in (FetchNews("recording", "rec-1"), FetchNews("transcript", "t-1")):
        (found,) = webex.ask(*WEBEX, news)
        assert (found.platform, found.external_id) == ("webex", "rec-1")
        assert found.meeting_id == "25123456789"
        assert found.access_until == datetime(2099, 1, 1, tzinfo=UTC)
        assert [(each.kind, each.id, each.url) for each in found.files] == [
            ("video", "rec-1", "https://nfg1.webex.com/nfg/1"),
            ("audio", "rec-1/audio", "https://nfg1.webex.com/nfg/2"),
            ("transcript", "t-1", link),
        ]
    assert {each.headers["authorization"] for each in web.requests} == {"Bearer wx-t0ken"}


def test_fireflies_gives_a_meeting_with_its_words(web: Origin) -> None:
    told = {
        "id": "ff-1",
        "title": "Coaching",
        "date": 1768402920000,
        "duration": 50,
        "host_email": "carla@work.example",
        "meeting_link": "https://meet.google.com/abc-defg-hij",
        "transcript_url": "https://app.fireflies.ai/view/ff-1",
        "audio_url": "https://cdn.fireflies.ai/ff-1.mp3",
        "video_url": None,
        "meeting_attendees": [{"displayName": "Klara", "email": "client@example.com"}],
        "sentences": [{"speaker_name": "Klara", "text": "Hi", "start_time": 0.5, "end_time": 1}],
    }
    web.serve("/graphql", some_json({"data": {"transcript": told}}))

    (news,) = fireflies.ask(*FIREFLIES, FetchNews("transcript", "ff-1"))

    assert json.loads(web.requests[0].body)["variables"] == {"id": "ff-1"}
    assert (news.external_id, news.meeting_id) == ("ff-1", "abc-defg-hij")
    assert news.started_at == datetime(2026, 1, 14, 15, 2, tzinfo=UTC)
    assert [(each.kind, each.url) for each in news.files] == [
        ("audio", "https://cdn.fireflies.ai/ff-1.mp3"),
        ("transcript", ""),
    ]
    assert json.loads(news.files[1].text)["data"]["transcript"]["sentences"] == [
        {"speaker_name": "Klara", "text": "Hi", "start_time": 0.5, "end_time": 1.0}
    ]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("auth_failed", "wrong_credentials"),
        ("object_not_found", "not_there"),
        ("too_many_requests", "rate_limited"),
        ("something", "platform_refused"),
    ],
)
def test_fireflies_says_in_words_what_is_wrong(web: Origin, code: str, expected: str) -> None:
    web.serve("/graphql", some_json({"errors": [{"message": "no", "code": code}]}))

    with pytest.raises(ClientError) as raised:
        fireflies.ask(*FIREFLIES, FetchNews("transcript", "ff-1"))
    assert raised.value.code == expected


def test_fathom_is_asked_for_a_transcript_that_did_not_come_along(web: Origin) -> None:
    sentence = {"speaker": {"display_name": "Klara"}, "text": "Hi", "timestamp": "00:00:01"}
    web.serve("/external/v1/recordings/17/transcript", some_json({"transcript": [sentence]}))
    known = RecordingNews(platform="fathom", external_id="17")

    found = fathom.again(*FATHOM, known)

    assert [each.id for each in found.files] == ["17/transcript"]
    assert json.loads(found.files[0].text) == {"transcript": [sentence]}
    assert web.requests[0].headers["x-api-key"] == "fa-k3y"
    assert fathom.again(*FATHOM, found) == found
    assert len(web.requests) == 1


@pytest.mark.django_db
def test_what_webex_names_is_fetched_and_finds_its_session(
    web: Origin, coach: User, session: Session
) -> None:
    connection = connect(coach, "webex")[0]
    web.serve(
        "/v1/recordings/rec-1",
        some_json(
            {
                "id": "rec-1",
                "timeRecorded": "2026-01-14T15:02:00Z",
                "durationSeconds": 3000,
                "temporaryDirectDownloadLinks": {
                    "recordingDownloadLink": "https://nfg1.webex.com/nfg/1"
                },
            }
        ),
    )

    (recording,) = announcing.fetch(FetchNews("recording", "rec-1"), connection=connection)

    assert recording.session == session
    assert SessionUpload.objects.get().platform == "webex"
    assert AnnouncedRecording.objects.get() == recording


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("code", "problem"), [(401, "Webex does not accept"), (403, "Webex does not let"), (500, "")]
)
def test_what_the_coach_has_to_mend_stands_on_the_connection(
    coach: User, web: Origin, code: int, problem: str
) -> None:
    connection = connect(coach, "webex")[0]
    web.serve("/v1/recordings/rec-1", status(code))

    with pytest.raises(ClientError):
        announcing.fetch(FetchNews("recording", "rec-1"), connection=connection)

    connection.refresh_from_db()
    assert connection.problem.startswith(problem)
    assert bool(connection.problem) is bool(problem)


@pytest.mark.django_db
def test_a_platform_without_an_api_is_asked_nothing(
    make_connection: Callable[[str], Connection], web: Origin
) -> None:
    with pytest.raises(NoCredentials):
        announcing.fetch(FetchNews("recording", "x"), connection=make_connection("livekit"))
    assert web.requests == []


@pytest.fixture
def make_connection(coach: User) -> Callable[[str], Connection]:
    return lambda platform: connect(coach, platform)[0]
