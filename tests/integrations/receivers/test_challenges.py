"""Platforms that ask whether the address is ours, and for proof of the secret."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
import time_machine

from integrations.models import ReceivedEvent
from integrations.receiving import unsealed
from tests.integrations.receivers.bodies import VALIDATION, body_of
from tests.integrations.receivers.conftest import Connect, Knock
from tests.integrations.receivers.signing import (
    SECRETS,
    dumped,
    hexed,
    other_secrets,
    signed,
    standard,
    zoom,
)
from tests.integrations.receivers.test_answers import error_of, kept

pytestmark = pytest.mark.django_db
TOKEN = VALIDATION["payload"]["plainToken"]  # type: ignore[index]
ENCRYPTED = hexed(SECRETS["zoom"]["webhook_secret"], TOKEN.encode())


def with_token(token: Any) -> bytes:
    return dumped(VALIDATION | {"payload": {"plainToken": token}})


@pytest.mark.parametrize("at_own_address", [True, False])
def test_zoom_validates_an_address(
    connect: Connect, knock: Knock, nudged: list[str], at_own_address: bool
) -> None:
    connect("zoom", secrets=other_secrets("zoom"))
    connection = connect("zoom")
    body = dumped(VALIDATION)

    for _every_three_days in range(2):
        answer = knock(
            "zoom", body, signed("zoom", body), to=connection if at_own_address else None
        )
        assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")
        assert answer.json() == {"plainToken": TOKEN, "encryptedToken": ENCRYPTED}

    event = ReceivedEvent.objects.get()
    assert (event.outcome, event.outcome_code) == ("ignored", "challenge")
    assert (event.event_type, event.times_received) == ("endpoint.url_validation", 2)
    assert nudged == []


def test_zoom_may_validate_a_connections_own_address_unsigned(
    connect: Connect, knock: Knock, nudged: list[str]
) -> None:
    answer = knock("zoom", dumped(VALIDATION), to=connect("zoom"))

    assert answer.json() == {"plainToken": TOKEN, "encryptedToken": ENCRYPTED}
    assert kept() == [("ignored", "challenge")]


def test_a_validation_with_a_wrong_signature_is_not_answered(
    connect: Connect, knock: Knock
) -> None:
    body = dumped(VALIDATION)
    connection = connect("zoom")

    forged = knock("zoom", body, signed("zoom", body, secrets=other_secrets("zoom")), to=connection)
    stale = knock("zoom", body, signed("zoom", body, ago=900), to=connection)
    bare = knock("zoom", body)

    assert error_of(forged) == (401, "bad_signature")
    assert error_of(stale) == (401, "stale")
    assert error_of(bare) == (401, "bad_signature")


@pytest.mark.parametrize(
    "token", ["v0:1768406460:{}", "", None, 5.5, [], {}, "a b", "x" * 201, "é", "\x00"]
)
def test_nobody_has_a_signature_made_by_asking_for_validation(
    connect: Connect, knock: Knock, token: Any
) -> None:
    """What Zoom signs begins with v0: and a colon; a token that could be it is refused."""
    connection = connect("zoom")
    body = with_token(token)
    for headers in ({}, signed("zoom", body)):
        answer = knock("zoom", body, headers, to=connection)
        assert error_of(answer) == (400, "bad_challenge")
        assert b"encryptedToken" not in answer.content
    assert set(kept()) == {("failed", "bad_challenge")}


@pytest.mark.parametrize("at_own_address", [True, False])
@pytest.mark.parametrize(
    "token",
    [
        "Validation: Testing client application reachability for subscription Request-Id: 4b 1-2",
        "a+b&c=d%20e",
        "ünïcödé ☕",
    ],
)
def test_graph_gets_its_token_back(
    connect: Connect, knock: Knock, nudged: list[str], at_own_address: bool, token: str
) -> None:
    connection = connect("graph")

    answer = knock(
        "graph",
        b"",
        to=connection if at_own_address else None,
        query=f"?validationToken={quote(token, safe='')}",
        content_type="text/plain",
    )

    assert (answer.status_code, answer.content.decode()) == (200, token)
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert kept() == []
    assert nudged == []


def test_graphs_token_is_no_page(db: None, knock: Knock) -> None:
    answer = knock("graph", b"", query="?validationToken=%3Cscript%3Ealert(1)%3C/script%3E")

    assert answer["Content-Type"].startswith("text/plain")
    assert answer.content == b"&lt;script&gt;alert(1)&lt;/script&gt;"


def test_graph_validates_no_connection_that_is_not_there(db: None, knock: Knock) -> None:
    answer = knock("graph/0197d3f0-0000-7000-8000-000000000000", b"", query="?validationToken=x")

    assert error_of(answer) == (404, "unknown_connection")


@pytest.mark.parametrize("platform", ["zoom", "cal_com", "standard", "webex"])
def test_others_greet_nobody(connect: Connect, knock: Knock, platform: str) -> None:
    answer = knock(platform, b"", to=connect(platform), query="?validationToken=x")

    assert error_of(answer) == (401, "bad_signature")


def graph_body(*states: Any) -> bytes:
    (good,) = json.loads(body_of("graph"))["value"]
    return dumped(
        {
            "value": [
                good | {"clientState": state, "resourceData": {"id": f"r-{number}"}}
                for number, state in enumerate(states)
            ]
        }
    )


def test_of_mixed_notifications_the_right_ones_count(
    connect: Connect, knock: Knock, nudged: list[str]
) -> None:
    state = SECRETS["graph"]["client_state"]
    connect("graph")

    answer = knock("graph", graph_body("wrong", state, None, state + "x", {}, state))

    assert answer.status_code == 202
    body, _signature = unsealed(ReceivedEvent.objects.get())
    assert [each["resourceData"]["id"] for each in json.loads(body)["value"]] == ["r-1", "r-5"]


@pytest.mark.parametrize("states", [[], ["wrong"], [None], [5], [[]], ["", " "], ["wrong"] * 3])
def test_notifications_that_are_all_wrong(
    connect: Connect, knock: Knock, states: list[Any]
) -> None:
    answer = knock("graph", graph_body(*states), to=connect("graph"))

    assert error_of(answer) == (401, "bad_signature")


@pytest.mark.parametrize("value", [None, {}, "x", 5, [[]], [None], ["x"], [5]])
def test_notifications_that_are_none(connect: Connect, knock: Knock, value: Any) -> None:
    answer = knock("graph", dumped({"value": value}), to=connect("graph"))

    assert error_of(answer) == (401, "bad_signature")


def test_the_same_words_about_a_subscription_come_again(
    connect: Connect, knock: Knock, nudged: list[str]
) -> None:
    connect("graph")
    state = SECRETS["graph"]["client_state"]
    told = {"subscriptionId": "sub-1", "clientState": state, "lifecycleEvent": "missed"}
    body = dumped({"value": [told]})
    knock("graph", body)
    knock("graph", body)
    event = ReceivedEvent.objects.get()
    assert (event.event_type, event.times_received) == ("missed", 2)

    # An hour on it is no repetition but news.

    with time_machine.travel(event.received_at + timedelta(hours=1), tick=False):
        knock("graph", body)
    assert ReceivedEvent.objects.count() == 2


def test_several_signatures_of_which_one_fits(
    connect: Connect, knock: Knock, nudged: list[str]
) -> None:
    """While a secret is changed senders sign with both; unknown versions are passed over."""
    body = body_of("standard")
    good = signed("standard", body)
    other = signed("standard", body, secrets=other_secrets("standard"))["webhook-signature"]
    value = f"v1a,{'x' * 86}== {other}  v2,abc {good['webhook-signature']}"

    answer = knock("standard", body, good | {"webhook-signature": value}, to=connect("standard"))

    assert answer.status_code == 202


@pytest.mark.parametrize("version", ["v1a", "v2", "V1", ""])
def test_a_right_signature_of_another_version_is_none(
    connect: Connect, knock: Knock, version: str
) -> None:
    body = body_of("standard")
    good = signed("standard", body)
    value = good["webhook-signature"].replace("v1", version)

    answer = knock("standard", body, good | {"webhook-signature": value}, to=connect("standard"))

    assert error_of(answer) == (401, "bad_signature")


def test_a_secret_may_come_without_its_prefix(
    connect: Connect, knock: Knock, nudged: list[str]
) -> None:
    bare = {"webhook_secret": SECRETS["standard"]["webhook_secret"].removeprefix("whsec_")}
    body = body_of("standard")

    answer = knock("standard", body, signed("standard", body), to=connect("standard", secrets=bare))

    assert answer.status_code == 202


@pytest.mark.parametrize("secret", ["whsec_", "whsec_é", "whsec_a b", "whsec_====", "x"])
def test_a_secret_that_is_no_base64_proves_nothing(
    connect: Connect, knock: Knock, secret: str
) -> None:
    body = body_of("standard")
    headers = signed("standard", body)

    answer = knock(
        "standard", body, headers, to=connect("standard", secrets={"webhook_secret": secret})
    )

    assert error_of(answer) == (401, "bad_signature")


def test_one_id_is_one_delivery_whatever_its_body(
    connect: Connect, knock: Knock, nudged: list[str]
) -> None:
    connection = connect("standard")
    first, second = body_of("standard"), dumped({"type": "recording.completed", "data": {}})

    for body in (first, second):
        knock("standard", body, signed("standard", body), to=connection)
    knock("standard", second, signed("standard", second, name="msg_2"), to=connection)

    rows = ReceivedEvent.objects.order_by("received_at").values_list("dedupe_key", "times_received")
    assert list(rows) == [("msg_2KWPBgLlAfxdp", 2), ("msg_2", 1)]


@pytest.mark.parametrize("name", ["x" * 5000, "a b", "é", "rejected:1", "'; --"])
def test_odd_delivery_ids(connect: Connect, knock: Knock, nudged: list[str], name: str) -> None:
    connection = connect("standard")
    body = body_of("standard")
    headers = standard(body, SECRETS["standard"], 0, name) | signed("standard", body, name=name)
    headers = {key: value.encode().decode("latin-1") for key, value in headers.items()}

    answers = [knock("standard", body, headers, to=connection) for _each in range(2)]

    assert {answer.status_code for answer in answers} in ({202}, {401})
    assert ReceivedEvent.objects.filter(outcome="pending").count() <= 1


def test_zoom_signs_the_time_as_well(connect: Connect, knock: Knock) -> None:
    body = body_of("zoom")
    late = zoom(body, SECRETS["zoom"], 1_700_000_000)
    now = signed("zoom", body)["x-zm-request-timestamp"]

    answer = knock("zoom", body, late | {"x-zm-request-timestamp": now}, to=connect("zoom"))

    assert error_of(answer) == (401, "bad_signature")


@pytest.mark.parametrize("version", [1, 2])
def test_fireflies_signs_in_two_ways(
    connect: Connect, knock: Knock, nudged: list[str], version: int
) -> None:
    body = body_of("fireflies")
    if version == 1:
        body = dumped({"meetingId": "ASxwZxCstx", "eventType": "Transcription completed"})
    headers = signed("fireflies", body)
    if version == 1:
        headers = {name: value.removeprefix("sha256=") for name, value in headers.items()}

    assert knock("fireflies", body, headers, to=connect("fireflies")).status_code == 202
