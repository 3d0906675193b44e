"""A platform calls: what it is answered, what is kept, who is nudged; nobody is contacted."""

from __future__ import annotations

import json
from io import BytesIO
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from integrations.models import Connection, ReceivedEvent
from integrations.receiving import MOST_BODY_BYTES, unsealed
from tests.integrations.receivers.bodies import BODIES, body_of
from tests.integrations.receivers.conftest import Connect, Knock
from tests.integrations.receivers.signing import (
    PLATFORMS,
    SECRETS,
    WITH_TIME,
    dumped,
    other_secrets,
    signed,
)

pytestmark = pytest.mark.django_db

EVERY = pytest.mark.parametrize("platform", PLATFORMS)
SIGNED = pytest.mark.parametrize("platform", [each for each in PLATFORMS if each != "graph"])
TIMED = pytest.mark.parametrize("platform", WITH_TIME)
SUCCESS = dict.fromkeys(PLATFORMS, 202) | {"zoom": 200}
TYPES = {
    "zoom": "recording.completed",
    "cal_com": "BOOKING_CREATED",
    "calendly": "invitee.created",
    "livekit": "egress_ended",
    "fathom": "meeting",
    "standard": "recording.completed",
    "webex": "recordings.created",
    "graph": "recording.created",
    "fireflies": "meeting.transcribed",
}


def error_of(answer: Any) -> tuple[int, str]:
    """Status and code of a refusal in the API's shape."""
    told = answer.json()
    assert answer["Content-Type"] == "application/json"
    assert set(told) == {"type", "errors"}
    (error,) = told["errors"]
    assert set(error) == {"code", "detail", "attr"}
    if answer.status_code == 401:
        assert answer["WWW-Authenticate"]
    return answer.status_code, error["code"]


def kept() -> list[tuple[str, str]]:
    """Outcome and code of everything that was received, the oldest first."""
    rows = ReceivedEvent.objects.order_by("received_at", "id")
    return list(rows.values_list("outcome", "outcome_code"))


def table_text() -> str:
    """All that the table of events shows to whoever reads it."""
    return repr(list(ReceivedEvent.objects.values()))


class Guarded(BytesIO):
    """A body that nobody may read."""

    def read(self, _size: int | None = -1) -> bytes:
        raise AssertionError("It was read.")


def in_chunks(body: bytes) -> dict[str, Any]:
    """A request as gunicorn hands one over whose body came in chunks."""
    stream = {"wsgi.input": BytesIO(body)}
    return {"CONTENT_LENGTH": "", "HTTP_TRANSFER_ENCODING": "chunked", **stream}


@EVERY
@pytest.mark.parametrize("at_own_address", [True, False])
def test_a_good_request_is_kept_and_answered(
    connect: Connect,
    knock: Knock,
    nudged: list[str],
    contacted: list[str],
    coach: User,
    platform: str,
    at_own_address: bool,
) -> None:
    connection = connect(platform)
    body = body_of(platform)

    answer = knock(
        platform, body, signed(platform, body), to=connection if at_own_address else None
    )

    assert (answer.status_code, answer.json()) == (SUCCESS[platform], {"received": True})
    assert not answer.cookies
    event = ReceivedEvent.objects.get()
    assert (event.platform, event.connection, event.coach) == (platform, connection, coach)
    assert (event.outcome, event.outcome_code, event.event_type) == (
        "pending",
        "",
        TYPES[platform],
    )
    assert (event.times_received, event.attempts) == (1, 0)
    assert nudged == [str(event.pk)]
    assert contacted == []
    connection.refresh_from_db()
    assert connection.last_event_at == event.received_at
    if platform != "graph":
        assert unsealed(event) == (body, {})


@EVERY
def test_neither_row_nor_log_holds_a_secret_or_signature(
    connect: Connect,
    knock: Knock,
    nudged: list[str],
    platform: str,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    connection = connect(platform)
    body = body_of(platform)
    headers = signed(platform, body)

    knock(platform, body, headers, to=connection)
    knock(platform, body, signed(platform, body, secrets=other_secrets(platform)), to=connection)
    if platform == "graph":
        knock(platform, body.replace(b"31f9", b"xxxx"), to=connection)

    assert kept() == [("pending", ""), ("rejected", "bad_signature")][: len(kept())]
    seen = table_text() + caplog.text + "".join(capsys.readouterr())
    signatures = {name: value for name, value in headers.items() if "signature" in name.lower()}
    secret = [*SECRETS[platform].values(), *signatures.values(), headers.get("Authorization")]
    assert not [each for each in secret if each and each in seen]
    assert "jHbGciOi" not in seen  # Zoom's download token
    # The client state has done its work: not even the sealed body keeps it.
    first = ReceivedEvent.objects.earliest("received_at")
    assert SECRETS["graph"]["client_state"].encode() not in unsealed(first)[0]


@SIGNED
@pytest.mark.parametrize("at_own_address", [True, False])
def test_somebody_elses_secret_proves_nothing(
    connect: Connect,
    knock: Knock,
    nudged: list[str],
    platform: str,
    at_own_address: bool,
) -> None:
    connection = connect(platform)
    body = body_of(platform)
    headers = signed(platform, body, secrets=other_secrets(platform))

    answer = knock(platform, body, headers, to=connection if at_own_address else None)

    assert error_of(answer) == (401, "bad_signature")
    assert kept() == [("rejected", "bad_signature")]
    assert nudged == []
    connection.refresh_from_db()
    assert connection.last_event_at is None


@SIGNED
def test_no_signature_proves_nothing(
    connect: Connect, knock: Knock, nudged: list[str], platform: str
) -> None:
    connection = connect(platform)

    for to in (connection, None):
        assert error_of(knock(platform, body_of(platform), to=to)) == (401, "bad_signature")

    assert kept() == [("rejected", "bad_signature")] * 2
    assert nudged == []


@SIGNED
@pytest.mark.parametrize(
    "odd",
    ["", " ", "é", "=", ",", "v1,", "v0=", "t=1,v1=", "sha256=", "no-secret-provided", "\x00"],
)
def test_odd_signatures_prove_nothing(
    connect: Connect, knock: Knock, nudged: list[str], platform: str, odd: str
) -> None:
    connection = connect(platform)
    body = body_of(platform)
    good = signed(platform, body)

    for name in good:
        if name == "Content-Type":
            continue
        answer = knock(platform, body, good | {name: odd}, to=connection)
        assert error_of(answer) == (401, "bad_signature")

    assert {outcome for outcome, _code in kept()} == {"rejected"}
    assert nudged == []


@SIGNED
def test_the_same_json_in_other_bytes_is_not_what_was_signed(
    connect: Connect, knock: Knock, nudged: list[str], platform: str
) -> None:
    connection = connect(platform)
    headers = signed(platform, body_of(platform))

    again = json.dumps(BODIES[platform], indent=1).encode()
    answer = knock(platform, again, headers, to=connection)

    assert error_of(answer) == (401, "bad_signature")
    assert kept() == [("rejected", "bad_signature")]


@SIGNED
def test_bytes_count_exactly_as_they_came(
    connect: Connect, knock: Knock, nudged: list[str], platform: str
) -> None:
    """Blanks, order of keys and characters written out are the sender's own business."""
    connection = connect(platform)
    body = json.dumps(BODIES[platform], indent=3, sort_keys=True, ensure_ascii=False)
    odd = body.replace("Carla", "Cärla ☕").encode() + b"\r\n"

    answer = knock(platform, odd, signed(platform, odd), to=connection)

    assert answer.status_code == SUCCESS[platform]
    assert unsealed(ReceivedEvent.objects.get()) == (odd, {})


@TIMED
@pytest.mark.parametrize("ago", [600, -600])
@pytest.mark.parametrize("at_own_address", [True, False])
def test_what_was_signed_long_ago_or_ahead_is_stale(
    connect: Connect,
    knock: Knock,
    nudged: list[str],
    platform: str,
    ago: int,
    at_own_address: bool,
) -> None:
    connection = connect(platform)
    connect(platform, secrets=other_secrets(platform))
    body = body_of(platform)
    # A JWT lives for five minutes, and clocks may differ by as much.
    ago = ago * 2 if platform == "livekit" else ago

    answer = knock(
        platform, body, signed(platform, body, ago=ago), to=connection if at_own_address else None
    )

    assert error_of(answer) == (401, "stale")
    assert kept() == [("rejected", "stale")]
    assert ReceivedEvent.objects.get().connection == connection
    assert nudged == []


@TIMED
@pytest.mark.parametrize("ago", [240, -240])
def test_clocks_may_differ_a_little(
    connect: Connect, knock: Knock, nudged: list[str], platform: str, ago: int
) -> None:
    body = body_of(platform)

    answer = knock(platform, body, signed(platform, body, ago=ago), to=connect(platform))

    assert answer.status_code == SUCCESS[platform]


@pytest.mark.parametrize("platform", [each for each in WITH_TIME if each != "livekit"])
@pytest.mark.parametrize("stamp", ["soon", "1e9", "-5", "9" * 100, "0x10", "1.5", "+1768406460"])
def test_a_signed_time_that_is_none_is_stale(
    connect: Connect, knock: Knock, platform: str, stamp: str
) -> None:
    body = body_of(platform)
    answer = knock(platform, body, signed(platform, body, at=stamp), to=connect(platform))

    assert error_of(answer) == (401, "stale")
    assert kept() == [("rejected", "stale")]


@EVERY
def test_the_same_delivery_again_is_counted_and_done_once(
    connect: Connect, knock: Knock, nudged: list[str], platform: str
) -> None:
    connection = connect(platform)
    body = body_of(platform)

    for ago in (0, 100, 200):
        answer = knock(platform, body, signed(platform, body, ago=ago), to=connection)
        assert (answer.status_code, answer.json()) == (SUCCESS[platform], {"received": True})

    event = ReceivedEvent.objects.get()
    assert (event.times_received, event.outcome) == (3, "pending")
    ReceivedEvent.objects.update(outcome="handled")
    nudged.clear()
    assert knock(platform, body, signed(platform, body)).status_code == SUCCESS[platform]
    event.refresh_from_db()
    assert (event.times_received, event.outcome) == (4, "handled")
    assert nudged == []


@EVERY
def test_a_forged_copy_does_not_stand_in_the_way(
    connect: Connect, knock: Knock, nudged: list[str], platform: str
) -> None:
    connection = connect(platform)
    body = body_of(platform)
    forged = body.replace(b"31f9", b"xxxx") if platform == "graph" else body
    knock(platform, forged, signed(platform, body, secrets=other_secrets(platform)), to=connection)

    answer = knock(platform, body, signed(platform, body), to=connection)

    assert answer.status_code == SUCCESS[platform]
    assert kept() == [("rejected", "bad_signature"), ("pending", "")]
    assert len(nudged) == 1


@EVERY
def test_two_coaches_at_the_bare_address_get_their_own(
    connect: Connect, knock: Knock, nudged: list[str], platform: str, other_coach: User
) -> None:
    mine = connect(platform)
    theirs = connect(platform, coach=other_coach, secrets=other_secrets(platform))
    body = body_of(platform)
    for_them = body.replace(b"31f9", b"31f9-of-somebody-else") if platform == "graph" else body

    knock(platform, body, signed(platform, body))
    knock(platform, for_them, signed(platform, for_them, secrets=other_secrets(platform)))

    events = ReceivedEvent.objects.order_by("received_at")
    assert [event.connection for event in events] == [mine, theirs]
    assert [event.coach for event in events] == [mine.coach, other_coach]


@EVERY
def test_a_secret_that_two_connections_share_speaks_for_both(
    connect: Connect, knock: Knock, nudged: list[str], platform: str, other_coach: User
) -> None:
    connections = {connect(platform), connect(platform, coach=other_coach)}
    body = body_of(platform)

    answer = knock(platform, body, signed(platform, body))

    assert answer.status_code == SUCCESS[platform]
    assert {event.connection for event in ReceivedEvent.objects.all()} == connections
    assert len(nudged) == 2


@EVERY
def test_a_deactivated_coach_receives_nothing(
    connect: Connect, knock: Knock, nudged: list[str], platform: str, coach: User
) -> None:
    connection = connect(platform)
    User.objects.filter(pk=coach.pk).update(is_active=False)
    body = body_of(platform)

    own = knock(platform, body, signed(platform, body), to=connection)
    bare = knock(platform, body, signed(platform, body))

    assert error_of(own) == (404, "unknown_connection")
    assert error_of(bare) == (401, "bad_signature")
    assert kept() == [("rejected", "unknown_connection"), ("rejected", "bad_signature")]
    assert nudged == []


@EVERY
def test_a_connection_without_a_secret_receives_nothing(
    connect: Connect, knock: Knock, nudged: list[str], platform: str
) -> None:
    connection = connect(platform, secrets={})
    body = body_of(platform)
    for headers in (
        signed(platform, body),
        {},
        signed(platform, body, secrets=dict.fromkeys(SECRETS[platform], "")),
    ):
        answer = knock(platform, body, headers, to=connection)
        assert error_of(answer) == (401, "bad_signature")
    assert nudged == []


@EVERY
def test_no_such_connection(connect: Connect, knock: Knock, platform: str) -> None:
    other = connect("zoom" if platform != "zoom" else "webex")
    body = body_of(platform)

    answers = [
        knock(f"{platform}/{wrong}", body, signed(platform, body))
        for wrong in (other.pk, "0197d3f0-0000-7000-8000-000000000000", "x", "%00", "1" * 200)
    ]

    assert {error_of(answer) for answer in answers} == {(404, "unknown_connection")}
    assert len({answer.content for answer in answers}) == 1
    assert set(kept()) == {("rejected", "unknown_connection")}


@EVERY
def test_what_is_signed_and_no_json_is_refused_and_kept_as_failed(
    connect: Connect, knock: Knock, nudged: list[str], platform: str
) -> None:
    connection = connect(platform)
    bodies = [b"", b"hello", b"[]", b'"x"', b'{"a": NaN}', b"\xff\xfe", b"[" * 100_000, b"{" * 9]
    for body in bodies:
        answer = knock(platform, body, signed(platform, body), to=connection)
        assert error_of(answer) == (400, "not_json")

    # Of Graph's nothing is proven without JSON, for the proof is in it.
    outcome = "rejected" if platform == "graph" else "failed"
    number = len(bodies) if platform not in ("standard", "fathom") else 1
    assert kept() == [(outcome, "not_json")] * number
    assert nudged == []


@EVERY
@pytest.mark.parametrize("announced", [True, False])
def test_a_body_of_more_than_a_mebibyte_is_refused_unread(
    connect: Connect, knock: Knock, nudged: list[str], platform: str, announced: bool
) -> None:
    connection = connect(platform)
    body = b'{"x":"' + b"x" * MOST_BODY_BYTES + b'"}'
    more = {"wsgi.input": Guarded(body)} if announced else in_chunks(body)

    answer = knock(platform, body, signed(platform, body), to=connection, **more)

    assert error_of(answer) == (413, "too_large")
    assert kept() == [("rejected", "too_large")]
    assert ReceivedEvent.objects.get().sealed_body == ""


@EVERY
def test_a_body_in_chunks_is_read(
    connect: Connect, knock: Knock, nudged: list[str], platform: str
) -> None:
    body = body_of(platform)

    answer = knock(platform, body, signed(platform, body), to=connect(platform), **in_chunks(body))

    assert answer.status_code == SUCCESS[platform]


@EVERY
def test_a_body_that_breaks_off_is_refused(
    connect: Connect, knock: Knock, nudged: list[str], platform: str
) -> None:
    body = body_of(platform)
    more = {"CONTENT_LENGTH": str(len(body) + 5), "wsgi.input": BytesIO(body)}

    answer = knock(platform, body, signed(platform, body), to=connect(platform), **more)

    assert error_of(answer) == (408, "incomplete_request")
    assert kept() == [("rejected", "incomplete_request")]


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_nothing_but_post(connect: Connect, method: str) -> None:
    connection = connect("zoom")
    for address in (
        "/webhooks/zoom",
        f"/webhooks/zoom/{connection.pk}",
        "/webhooks/graph?validationToken=x",
    ):
        answer = Client().generic(method, address)
        assert (answer.status_code, answer["Allow"]) == (405, "POST")
        if method != "HEAD":
            assert error_of(answer) == (405, "method_not_allowed")
    assert kept() == []


@pytest.mark.parametrize("platform", ["vhs", "zoomm", "cal", "admin", "_", "-"])
def test_unknown_platforms_are_404_and_leave_no_row(knock: Knock, db: None, platform: str) -> None:
    assert error_of(knock(platform, b"{}")) == (404, "unknown_platform")
    assert kept() == []


@pytest.mark.parametrize("address", ["", "a/b/c", "ZOOM", "zoom/a/b", "1"])
def test_addresses_below_webhooks_that_lead_nowhere(db: None, address: str) -> None:
    answer = Client(enforce_csrf_checks=True).post(f"/webhooks/{address}")
    assert error_of(answer) == (404, "not_found")


@pytest.mark.parametrize("spelling", ["cal_com", "cal-com", "cal.com", "cal_com/", "cal.com/"])
def test_cal_com_may_be_spelt_as_it_is(
    connect: Connect, knock: Knock, nudged: list[str], spelling: str
) -> None:
    connect("cal_com")
    body = body_of("cal_com")

    assert knock(spelling, body, signed("cal_com", body)).status_code == 202


def test_a_cookie_changes_nothing(
    connect: Connect, nudged: list[str], coach: User, other_coach: User
) -> None:
    connect("zoom")
    body = body_of("zoom")
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(other_coach)

    answer = browser.generic(
        "POST", "/webhooks/zoom", body, "application/json", headers=signed("zoom", body)
    )

    assert answer.status_code == 200
    assert ReceivedEvent.objects.get().coach == coach
    assert error_of(browser.post("/webhooks/zoom", b"{}", "application/json"))[0] == 401


def test_a_removed_connection_leaves_its_events(
    connect: Connect, knock: Knock, nudged: list[str]
) -> None:
    connection = connect("zoom")
    body = body_of("zoom")
    knock("zoom", body, signed("zoom", body), to=connection)

    Connection.objects.all().delete()

    event = ReceivedEvent.objects.get()
    assert (event.connection, event.platform) == (None, "zoom")


def test_news_of_one_meeting_are_events_of_their_own(
    connect: Connect, knock: Knock, nudged: list[str]
) -> None:
    connection = connect("zoom")
    later = BODIES["zoom"] | {"event": "recording.transcript_completed", "event_ts": 1626230692000}
    for told in (later, BODIES["zoom"], later):
        body = dumped(told)
        assert knock("zoom", body, signed("zoom", body), to=connection).status_code == 200

    rows = ReceivedEvent.objects.order_by("received_at").values_list("event_type", "times_received")
    assert list(rows) == [("recording.transcript_completed", 2), ("recording.completed", 1)]
