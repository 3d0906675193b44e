"""What each platform's words come to: news, or a code; nothing of it is believed to have a type."""

from __future__ import annotations

import json
from contextlib import suppress
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from integrations.news import (
    AnnouncedFile,
    BookingChange,
    BookingNews,
    FetchNews,
    FileKind,
    News,
    RecordingNews,
    Somebody,
)
from integrations.receivers import RECEIVERS, NothingToDo, NotJson, Unreadable, load
from integrations.receivers.told import Told, clean
from tests.integrations.receivers.bodies import (
    BODIES,
    CAL_COM,
    CALENDLY,
    FATHOM,
    FIREFLIES,
    GRAPH,
    GRAPH_RESOURCE,
    INVITEE,
    LIVEKIT,
    STANDARD,
    WEBEX,
    ZOOM,
)
from tests.integrations.receivers.signing import PLATFORMS, dumped

CAME = datetime(2026, 1, 14, 16, 5, tzinfo=UTC)
STARTS = datetime(2026, 1, 14, 15, tzinfo=UTC)
ENDS = datetime(2026, 1, 14, 16, tzinfo=UTC)
KLARA = Somebody("Klara Client", "client@example.com")


def read(platform: str, body: Any) -> list[News]:
    return RECEIVERS[platform].read(load(dumped(body)), received_at=CAME)


def one(platform: str, body: Any) -> Any:
    (news,) = read(platform, body)
    return news


def changed(body: Any, **fields: Any) -> Any:
    """A copy of a body with fields, ``payload__uri`` for one within another; None takes it out."""
    copy = deepcopy(body)
    for path, value in fields.items():
        *parents, name = path.split("__")
        found = copy
        for parent in parents:
            found = found[int(parent) if parent.isdecimal() else parent]
        if value is None:
            found.pop(name, None)
        else:
            found[name] = value
    return copy


def test_zoom_recording() -> None:
    at = datetime(2021, 7, 14, 2, 44, 51, 572000, tzinfo=UTC)

    assert read("zoom", ZOOM) == [
        RecordingNews(
            platform="zoom",
            external_id="/4444AAAiAAAAAiAiAiiAii==",
            meeting_id="1234567890",
            title="Carla and Klara",
            host_email="coach@example.com",
            started_at=datetime(2026, 1, 14, 15, 0, 12, tzinfo=UTC),
            duration_seconds=3600,
            share_url="https://example.zoom.us/rec/share/abc",
            files=(
                AnnouncedFile(
                    id="ed6c2f27-2ae7-42f4-b3d0-835b493e4fa8",
                    kind=FileKind.VIDEO,
                    url="https://example.zoom.us/rec/download/video",
                    extension="mp4",
                    view="shared_screen_with_speaker_view",
                    size_bytes=246560,
                ),
                AnnouncedFile(
                    id="388ffb46-1541-460d-8447-4624451a1db7",
                    kind=FileKind.AUDIO,
                    url="https://example.zoom.us/rec/download/audio",
                    extension="m4a",
                    view="audio_only",
                    size_bytes=182560,
                ),
                AnnouncedFile(
                    id="not-yet",
                    kind=FileKind.VIDEO,
                    extension="mp4",
                    view="gallery_view",
                    is_ready=False,
                ),
                AnnouncedFile(
                    id="words",
                    kind=FileKind.TRANSCRIPT,
                    url="https://example.zoom.us/rec/download/words",
                    extension="vtt",
                    view="audio_transcript",
                ),
                AnnouncedFile(
                    id="chat",
                    kind=FileKind.CHAT,
                    url="https://example.zoom.us/rec/download/chat",
                    extension="txt",
                    view="chat_file",
                ),
            ),
            access={"download_token": "abJhbGciOiJIUzUxMiJ9.download"},
            access_until=at + timedelta(hours=24),
        )
    ]
    assert "download" not in repr(one("zoom", changed(ZOOM, payload__object__recording_files=[])))


def test_what_becomes_of_a_recording_at_zoom() -> None:
    trashed = one("zoom", changed(ZOOM, event="recording.trashed", event_ts=1768406460000))
    assert trashed.expires_at == datetime(2026, 2, 13, 16, 1, tzinfo=UTC)
    assert (trashed.files, trashed.access, trashed.is_gone) == ((), {}, False)

    deleted = one("zoom", changed(ZOOM, event="recording.deleted"))
    assert (deleted.is_gone, deleted.files, deleted.access) == (True, (), {})

    recovered = one("zoom", changed(ZOOM, event="recording.recovered"))
    assert (recovered.is_gone, len(recovered.files), recovered.expires_at) == (False, 5, None)
    assert [each.is_back for each in (trashed, deleted, recovered)] == [False, False, True]


@pytest.mark.parametrize(
    "event", ["recording.started", "meeting.ended", "endpoint.url_validation", "", "x" * 5000]
)
def test_zoom_news_that_change_nothing(event: str) -> None:
    with pytest.raises(NothingToDo):
        read("zoom", changed(ZOOM, event=event))


def test_cal_com_bookings() -> None:
    made = BookingNews(
        external_id="bFJeNb2uX8ANpT3JL5EfXw",
        change=BookingChange.MADE,
        told_at=datetime(2026, 1, 10, 9, 30, 0, 538000, tzinfo=UTC),
        title="60min between Carla and Klara",
        description="Please call me Klara.",
        starts_at=STARTS,
        ends_at=ENDS,
        host_email="coach@example.com",
        attendees=(KLARA,),
        meeting_url="https://app.cal.com/video/bFJeNb2uX8ANpT3JL5EfXw",
    )
    assert read("cal_com", CAL_COM) == [made]

    moved = one(
        "cal_com",
        changed(
            CAL_COM,
            triggerEvent="BOOKING_RESCHEDULED",
            payload__uid="new",
            payload__rescheduleUid="bFJeNb2uX8ANpT3JL5EfXw",
            payload__rescheduleStartTime="2026-01-13T15:00:00Z",
        ),
    )
    assert (moved.change, moved.external_id, moved.moved_from, moved.starts_at) == (
        BookingChange.MOVED,
        "new",
        "bFJeNb2uX8ANpT3JL5EfXw",
        STARTS,
    )

    cancelled = changed(
        CAL_COM,
        triggerEvent="BOOKING_CANCELLED",
        payload__bookingId=None,
        payload__cancellationReason="Ill.",
    )
    assert one("cal_com", cancelled).change == BookingChange.CANCELLED


def test_cal_coms_place_may_be_a_link() -> None:
    link = "https://zoom.us/j/1234567890"
    news = one("cal_com", changed(CAL_COM, payload__metadata=None, payload__location=link))
    assert news.meeting_url == link
    assert one("cal_com", changed(CAL_COM, payload__metadata=None)).meeting_url == ""


@pytest.mark.parametrize("event", ["BOOKING_REQUESTED", "MEETING_ENDED", "PING", "booking_created"])
def test_cal_com_news_that_change_nothing(event: str) -> None:
    with pytest.raises(NothingToDo):
        read("cal_com", changed(CAL_COM, triggerEvent=event))


def test_cal_com_recording() -> None:
    ready = changed(CAL_COM, triggerEvent="RECORDING_READY")
    with pytest.raises(NothingToDo):
        read("cal_com", ready)

    link = "https://files.example.com/r.mp4"
    news = one("cal_com", changed(ready, payload__downloadLink=link))

    assert (news.platform, news.external_id, news.participants) == (
        "other",
        "bFJeNb2uX8ANpT3JL5EfXw",
        (KLARA,),
    )
    assert (news.started_at, news.duration_seconds) == (STARTS, 3600)
    (file,) = news.files
    assert (file.kind, file.url, file.is_ready) == (FileKind.VIDEO, link, True)


def test_calendly_bookings() -> None:
    assert read("calendly", CALENDLY) == [
        BookingNews(
            external_id=f"{INVITEE}I1",
            change=BookingChange.MADE,
            told_at=datetime(2026, 1, 10, 9, 30, tzinfo=UTC),
            title="60 Minute Meeting",
            starts_at=STARTS,
            ends_at=ENDS,
            host_email="coach@example.com",
            attendees=(KLARA,),
            meeting_url="https://zoom.us/j/1234567890",
        )
    ]

    moved = one(
        "calendly",
        changed(CALENDLY, payload__uri=f"{INVITEE}I2", payload__old_invitee=f"{INVITEE}I1"),
    )
    assert (moved.change, moved.external_id, moved.moved_from) == (
        BookingChange.MOVED,
        f"{INVITEE}I2",
        f"{INVITEE}I1",
    )

    cancelled = changed(CALENDLY, event="invitee.canceled", payload__status="canceled")
    assert one("calendly", cancelled).change == BookingChange.CANCELLED
    # Half of a move: the new booking says the rest, whichever comes first.
    for half in (
        {"payload__rescheduled": True},
        {"payload__new_invitee": f"{INVITEE}I2"},
        {"payload__rescheduled": True, "payload__new_invitee": f"{INVITEE}I2"},
    ):
        with pytest.raises(NothingToDo):
            read("calendly", changed(cancelled, **half))


def test_livekit_egress() -> None:
    assert read("livekit", LIVEKIT) == [
        RecordingNews(
            platform="other",
            external_id="EG_yyTd4XG7UYJF",
            meeting_id="carla-and-klara",
            title="carla-and-klara",
            started_at=STARTS,
            duration_seconds=3600,
            files=(
                AnnouncedFile(
                    id="EG_yyTd4XG7UYJF",
                    kind=FileKind.VIDEO,
                    url="https://files.example.com/carla-and-klara.mp4?sig=1",
                    extension="mp4",
                    size_bytes=7340032,
                ),
            ),
        )
    ]
    numbers = changed(LIVEKIT, egressInfo__fileResults__0__startedAt=1768402800000000000)
    assert one("livekit", numbers).started_at == STARTS
    limit = changed(LIVEKIT, egressInfo__status="EGRESS_LIMIT_REACHED")
    assert one("livekit", limit).external_id == "EG_yyTd4XG7UYJF"
    place = "s3://recordings/recordings/1/no-client/2026-01-14/a.mp4"
    kept = one("livekit", changed(LIVEKIT, egressInfo__fileResults__0__location=place))
    assert kept.files[0].url == place
    sound = one("livekit", changed(LIVEKIT, egressInfo__fileResults__0__filename="a.ogg"))
    assert sound.files[0].kind == FileKind.AUDIO


@pytest.mark.parametrize(
    "fields",
    [
        {"egressInfo__status": "EGRESS_FAILED"},
        {"egressInfo__status": "EGRESS_ABORTED"},
        {"event": "egress_started"},
        {"event": "room_finished"},
        {"egressInfo__fileResults": []},
        {"egressInfo__fileResults__0__location": "file:///out/key.mp4"},
        {"egressInfo__fileResults__0__location": "s3://"},
    ],
)
def test_livekit_news_that_change_nothing(fields: dict[str, Any]) -> None:
    with pytest.raises(NothingToDo):
        read("livekit", changed(LIVEKIT, **fields))


def test_fathom_meeting() -> None:
    news = one("fathom", FATHOM)

    assert (news.platform, news.external_id, news.title) == (
        "fathom",
        "123456789",
        "Carla and Klara",
    )
    assert (news.share_url, news.host_email) == (
        "https://fathom.video/share/xyz123",
        "coach@example.com",
    )
    assert (news.participants, news.started_at, news.duration_seconds) == ((KLARA,), STARTS, 3600)
    (transcript,) = news.files
    assert (transcript.kind, transcript.extension, transcript.url) == (
        FileKind.TRANSCRIPT,
        "json",
        "",
    )
    assert json.loads(transcript.text) == {
        "transcript": [
            {
                "speaker": {"display_name": "Klara"},
                "text": "Let us begin.",
                "timestamp": "00:00:05",
            }
        ]
    }
    assert one("fathom", changed(FATHOM, transcript=None)).files == ()


def test_a_long_transcript_is_kept_whole() -> None:
    said = [{"text": f"Sentence {number}."} for number in range(5000)]
    (transcript,) = one("fathom", changed(FATHOM, transcript=said)).files
    assert len(json.loads(transcript.text)["transcript"]) == 5000


def test_standard_recording_and_booking() -> None:
    assert read("standard", STANDARD) == [
        RecordingNews(
            platform="other",
            external_id="rec-7",
            meeting_id="room-7",
            title="Carla and Klara",
            host_email="coach@example.com",
            participants=(KLARA,),
            started_at=STARTS,
            duration_seconds=3600,
            files=(
                AnnouncedFile(
                    id="0",
                    kind=FileKind.VIDEO,
                    url="https://files.example.com/7.mp4",
                    size_bytes=9,
                ),
                AnnouncedFile(
                    id="1",
                    kind=FileKind.TRANSCRIPT,
                    url="https://files.example.com/7.vtt",
                    language="de",
                ),
            ),
        )
    ]
    gone = one("standard", {"type": "recording.deleted", "data": {"id": "rec-7"}})
    assert (gone.external_id, gone.is_gone) == ("rec-7", True)

    booking = {
        "type": "booking.rescheduled",
        "timestamp": "2026-01-10T09:30:00Z",
        "data": {
            "id": "b-2",
            "moved_from": "b-1",
            "title": "Talk",
            "description": "About work.",
            "starts_at": "2026-01-14T16:00:00+01:00",
            "ends_at": "2026-01-14T17:00:00+01:00",
            "host_email": "coach@example.com",
            "attendees": [{"name": "Klara Client", "email": "client@example.com"}, {}, 5],
            "meeting_url": "https://meet.google.com/abc-defg-hij",
        },
    }
    assert read("standard", booking) == [
        BookingNews(
            external_id="b-2",
            change=BookingChange.MOVED,
            told_at=datetime(2026, 1, 10, 9, 30, tzinfo=UTC),
            moved_from="b-1",
            title="Talk",
            description="About work.",
            starts_at=STARTS,
            ends_at=ENDS,
            host_email="coach@example.com",
            attendees=(KLARA,),
            meeting_url="https://meet.google.com/abc-defg-hij",
        )
    ]


def test_webex() -> None:
    given = "4f914b1dfe3c4d11a61730f18c0f5387"
    assert read("webex", WEBEX) == [FetchNews("recording", given)]
    assert read("webex", WEBEX | {"resource": "meetingTranscripts"}) == [
        FetchNews("transcript", given)
    ]
    gone = one("webex", WEBEX | {"event": "deleted"})
    assert (gone.platform, gone.external_id, gone.is_gone) == ("webex", given, True)
    for told in (
        {"resource": "memberships"},
        {"resource": "meetingTranscripts", "event": "deleted"},
    ):
        with pytest.raises(NothingToDo):
            read("webex", WEBEX | told)


def test_graph() -> None:
    details = {"id": "r-1", "tenant_id": "t-1", "subscription_id": "sub-1"}
    assert read("graph", GRAPH) == [FetchNews("recording", GRAPH_RESOURCE, details)]

    resource = "communications/onlineMeetings('m-1')/transcripts('x-1')"
    assert one("graph", changed(GRAPH, value__0__resource=resource)).kind == "transcript"

    for event in ("reauthorizationRequired", "subscriptionRemoved", "missed"):
        told = {"value": [{"subscriptionId": "sub-1", "tenantId": "t-1", "lifecycleEvent": event}]}
        assert read("graph", told) == [
            FetchNews("lifecycle", "sub-1", {"event": event, "tenant_id": "t-1"})
        ]
    with pytest.raises(NothingToDo):
        read("graph", {"value": [{"resource": "users/u/messages('m')", "changeType": "created"}]})


def test_graph_notifications_of_one_body_are_all_read() -> None:
    (good,) = GRAPH["value"]
    body = {"value": [good, 5, good | {"resource": "users/u/messages/m"}, good]}
    assert len(read("graph", body)) == 2


def test_fireflies() -> None:
    reference = {"client_reference_id": "ref-1"}
    assert read("fireflies", FIREFLIES) == [FetchNews("transcript", "ASxwZxCstx", reference)]
    first = {"meetingId": "ASxwZxCstx", "eventType": "Transcription completed"}
    assert read("fireflies", first) == [FetchNews("transcript", "ASxwZxCstx")]
    with pytest.raises(NothingToDo):
        read("fireflies", FIREFLIES | {"event": "meeting.summarized"})


ESSENTIAL = {
    "zoom": "payload__object__uuid",
    "cal_com": "payload__uid",
    "calendly": "payload__uri",
    "livekit": "egressInfo__egressId",
    "fathom": "recording_id",
    "standard": "data__id",
    "webex": "data__id",
    "graph": "value__0__resource",
    "fireflies": "meeting_id",
}


@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.parametrize("value", [None, "", " ", True, 1.5, [], {}, ["x"], "x" * 5000, "\x00"])
def test_news_about_nothing_are_unreadable(platform: str, value: Any) -> None:
    with pytest.raises((Unreadable, NothingToDo)):
        read(platform, changed(BODIES[platform], **{ESSENTIAL[platform]: value}))


def every_path(body: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Where anything stands in a body."""
    inside = (
        body.items()
        if isinstance(body, dict)
        else enumerate(body)
        if isinstance(body, list)
        else ()
    )
    found = [path] if path else []
    for key, value in inside:
        found += every_path(value, (*path, key))
    return found


ODD: list[Any] = [
    None,
    True,
    -1,
    0,
    1.5,
    1e308,
    10**100,
    -(10**100),
    "",
    "x" * 20_000,
    "\x00",
    "a\x00b",
    "\ud800",
    "\udfff x",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00",
    "2026-13-45T99:99:99Z",
    "99999999999999999999",
    "javascript:alert(1)",
    "http://[::1",
    [],
    {},
    [[[]]],
    [None, 5, "x"],
    {"uuid": {}},
    [{}] * 600,
]


@pytest.mark.parametrize("platform", PLATFORMS)
def test_odd_values_anywhere_come_to_news_or_a_code(platform: str) -> None:
    """Each value of each body replaced by each odd one: text that a database stores, or a code."""
    for path in every_path(BODIES[platform]):
        for odd in ODD:
            body = deepcopy(BODIES[platform])
            place = body
            for key in path[:-1]:
                place = place[key]
            place[path[-1]] = odd
            receiver = RECEIVERS[platform]
            told = load(json.dumps(body).encode())
            assert len(receiver.event_type(told)) <= 100
            with suppress(Unreadable, NothingToDo):
                for each in receiver.read(told, received_at=CAME):
                    check(each)


def check(news: Any) -> None:
    """Everything in the news is of its type, fits into a row and can be stored."""
    text = repr(news)
    assert "\\x00" not in text
    assert "\\ud8" not in text
    if isinstance(news, FetchNews):
        assert 0 < len(news.resource) <= 1000
        assert all(isinstance(value, str) for value in news.details.values())
        return
    assert 0 < len(news.external_id) <= 300
    assert len(news.title) <= 200
    assert len(news.host_email) <= 254
    times = [
        getattr(news, name, None) for name in ("started_at", "starts_at", "ends_at", "told_at")
    ]
    assert all(time is None or 2000 <= time.year < 2200 for time in times)
    if isinstance(news, RecordingNews):
        assert len(news.meeting_id) <= 200
        assert len(news.share_url) <= 2048
        assert news.duration_seconds is None or 0 <= news.duration_seconds <= 14 * 86400
        for file in news.files:
            assert file.size_bytes is None or 0 <= file.size_bytes < 2**63
            assert not file.url or file.url.startswith(("http://", "https://"))
            assert file.url or file.text or not file.is_ready


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"5",
        b'"x"',
        b"{",
        b'{"a": NaN}',
        b'{"a": Infinity}',
        b'{"a": 1e999999}',
        b'{"a": "\xff"}',
        b"\xef\xbb\xbf",
        b"[" * 100_000 + b"]" * 100_000,
        b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
        b'{"a": "\\ud800", "b":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b'{"a": "\\ud800", "b": NaN}',
        b'{"a": "\\ud800"',
        b'["\\ud800"]',
    ],
    ids=lambda body: body[:20].decode("latin-1"),
)
def test_what_is_no_json_object(body: bytes) -> None:
    with pytest.raises(NotJson):
        load(body)


def test_half_an_emoji_loses_nothing_else() -> None:
    told = load(b'{"title": "Hi \\ud83d", "whole": "\\ud83d\\ude00", "\\ud800": 1}')
    assert told["title"].text() == "Hi \ufffd"
    assert told["whole"].text() == "😀"


def test_text_is_cut_and_ids_are_not() -> None:
    told = Told({"long": "x" * 300 + "y"})
    assert told["long"].text(5) == "xxxxx"
    assert told["long"].name(300) == ""
    assert clean("a\x00b\ud800") == "ab\ufffd"
