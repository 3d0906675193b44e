"""Floods, a broker that is away, a database that is down: no signed request is lost."""

from __future__ import annotations

import socket
import time
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from kombu import pools

from accounts.models import User
from filmroom.celery import app
from integrations import receiving, tasks
from integrations.models import Connection, ReceivedEvent
from integrations.receivers import RECEIVERS
from tests.integrations.receivers.bodies import body_of
from tests.integrations.receivers.conftest import Connect, Knock
from tests.integrations.receivers.signing import SECRETS, other_secrets, signed
from tests.integrations.receivers.test_answers import error_of, kept
from tests.origins import closed_port


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", ["socket", "port", "silent"])
def test_a_platform_is_answered_before_a_broker_that_is_away(
    connect: Connect, knock: Knock, kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The nudge follows the answer; it is lost, and the sweep sends another."""
    connected = connect("zoom")
    body = body_of("zoom")
    order: list[str] = []
    send = tasks.nudge_event

    def late(event_id: Any) -> None:
        order.append("nudge")
        send(event_id)

    monkeypatch.setattr(tasks, "nudge_event", late)
    with closed_port() as port, socket.create_server(("127.0.0.2", 0)) as silent:
        urls = {
            "socket": f"redis+socket://{tmp_path}/nobody.sock",
            "port": f"redis://127.0.0.2:{port}/0",
            "silent": f"redis://127.0.0.2:{silent.getsockname()[1]}/0",
        }
        dead = pools.producers[app.connection_for_write(urls[kind])]
        monkeypatch.setattr(app.amqp, "_producer_pool", dead)
        took = receiving.receive

        def receive(**given: Any) -> Any:
            received = took(**given)
            order.append("row")
            assert ReceivedEvent.objects.get().outcome == "pending"
            return received

        monkeypatch.setattr(receiving, "receive", receive)
        answer = knock("zoom", body, signed("zoom", body), to=connected)

    assert answer.status_code == 200
    assert order == ["row", "nudge"]
    assert kept() == [("pending", "")]


@pytest.mark.django_db
@pytest.mark.parametrize("at_own_address", [True, False])
def test_a_database_that_is_down_has_the_platform_come_again(
    connect: Connect,
    knock: Knock,
    nudged: list[str],
    at_own_address: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    connected = connect("zoom")
    body = body_of("zoom")

    def down(*args: Any, **kwargs: Any) -> Any:
        raise OperationalError("could not connect to server: 10.0.0.5")

    with monkeypatch.context() as patch:
        patch.setattr("django.db.models.sql.compiler.SQLCompiler.execute_sql", down)
        answer = knock("zoom", body, signed("zoom", body), to=connected if at_own_address else None)

    assert error_of(answer) == (503, "database_unavailable")
    assert answer["Retry-After"]
    assert b"10.0.0.5" not in answer.content
    assert nudged == []
    assert knock("zoom", body, signed("zoom", body), to=connected).status_code == 200


@pytest.mark.django_db
def test_a_row_that_cannot_be_written_is_not_answered_as_received(
    connect: Connect, knock: Knock, nudged: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    connected = connect("zoom")
    body = body_of("zoom")

    def down(*args: Any, **kwargs: Any) -> Any:
        raise OperationalError("database is locked")

    with monkeypatch.context() as patch:
        patch.setattr("django.db.models.sql.compiler.SQLInsertCompiler.execute_sql", down)
        answer = knock("zoom", body, signed("zoom", body), to=connected)

    assert error_of(answer) == (503, "database_unavailable")
    assert (kept(), nudged) == ([], [])
    connected.refresh_from_db()
    assert connected.last_event_at is None


@pytest.mark.django_db
def test_a_flood_is_kept_in_small_numbers_and_loses_no_signed_request(
    connect: Connect, knock: Knock, nudged: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiving, "REFUSED_AN_HOUR", 5)
    connected = connect("zoom")
    body = body_of("zoom")
    forged = signed("zoom", body, secrets=other_secrets("zoom"))

    answers = [knock("zoom", body, forged if number % 2 else {}, to=None) for number in range(12)]

    assert [answer.status_code for answer in answers] == [401] * 5 + [429] * 7
    assert error_of(answers[-1]) == (429, "throttled")
    assert int(answers[-1]["Retry-After"]) > 0
    assert kept() == [("rejected", "bad_signature")] * 5
    # Whoever signs is heard, at either address; another platform has a budget of its own.
    assert knock("zoom", body, signed("zoom", body), to=connected).status_code == 200
    assert knock("zoom", body, signed("zoom", body)).status_code == 200
    assert knock("webex", b"{}").status_code == 401
    # An hour later there is room again.
    ReceivedEvent.objects.update(received_at=timezone.now() - timedelta(minutes=61))
    assert knock("zoom", b"{}").status_code == 401


@pytest.mark.django_db
def test_one_address_cannot_use_up_what_there_is_for_all(
    connect: Connect, knock: Knock, monkeypatch: pytest.MonkeyPatch, other_coach: User
) -> None:
    monkeypatch.setattr(receiving, "REFUSED_AN_HOUR_BY_ADDRESS", 3)
    flooded, quiet = connect("zoom"), connect("zoom", coach=other_coach)

    answers = [knock("zoom", b"{}", to=flooded).status_code for _each in range(5)]

    assert answers == [401] * 3 + [429] * 2
    assert knock("zoom", b"{}", to=quiet).status_code == 401
    assert knock("zoom", b"{}").status_code == 401


@pytest.mark.django_db
def test_what_is_refused_is_kept_up_to_a_size(connect: Connect, knock: Knock) -> None:
    connected = connect("zoom")
    for size in (60_000, 70_000):
        body = b"x" * size
        knock("zoom", body, signed("zoom", body, secrets=other_secrets("zoom")), to=connected)

    small, large = ReceivedEvent.objects.order_by("received_at")
    assert receiving.unsealed(small)[0] == b"x" * 60_000
    assert (large.sealed_body, large.body_bytes) == ("", 70_000)


@pytest.mark.django_db
def test_only_harmless_headers_are_kept(connect: Connect, knock: Knock, nudged: list[str]) -> None:
    body = body_of("standard")
    more = {
        "User-Agent": "Sender/1.0 " + "x" * 500,
        "X-Api-Key": "key-1",
        "Cookie": "sessionid=s-1",
        "Authorization": "Bearer b-1",
        "X-Forwarded-For": "203.0.113.7",
    }

    knock("standard", body, signed("standard", body) | more, to=connect("standard"))

    headers = ReceivedEvent.objects.get().headers
    assert set(headers) == {"content-type", "user-agent", "webhook-id", "webhook-timestamp"}
    assert len(headers["user-agent"]) == 200


@pytest.mark.django_db
def test_an_own_address_costs_the_same_however_many_are_connected(
    connect: Connect, knock: Knock, nudged: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    connected = connect("zoom")
    tried: list[str] = []
    verify = RECEIVERS["zoom"].verify

    def counted(delivery: Any, secrets: Any) -> bytes:
        tried.append(secrets["webhook_secret"])
        return verify(delivery, secrets)

    monkeypatch.setattr(RECEIVERS["zoom"], "verify", counted)
    costs = []
    for number in range(2):
        body = body_of("zoom").replace(b"1626230691572", b"162623069157%d" % number)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            knock("zoom", body, signed("zoom", body), to=connected)
        costs.append((len(queries), len(tried)))
        tried.clear()
        for _each in range(20):
            connect("zoom", secrets=other_secrets("zoom"))

    assert costs[0] == costs[1]
    assert costs[0][1] == 1
    knock("zoom", body, signed("zoom", body))
    assert len(tried) == Connection.objects.count()
    assert SECRETS["zoom"]["webhook_secret"] in tried


@pytest.mark.django_db
def test_a_body_that_drips_is_given_up(
    connect: Connect, knock: Knock, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = iter(range(0, 10_000, 9))
    body = body_of("zoom")

    class Dripping(BytesIO):
        def read(self, _size: int | None = -1) -> bytes:
            return super().read(1)

    monkeypatch.setattr(time, "monotonic", lambda: next(clock))
    more = {"CONTENT_LENGTH": "", "HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input": Dripping(body)}
    answer = knock("zoom", body, signed("zoom", body), to=connect("zoom"), **more)

    assert error_of(answer) == (408, "too_slow")
