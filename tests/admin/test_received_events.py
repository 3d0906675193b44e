"""What platforms sent, as staff see it and have it handled again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection as database
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from filmroom.sealing import seal_fields
from integrations import tasks
from integrations.admin.events import shown
from integrations.models import Connection, ReceivedEvent
from integrations.receiving import sealed
from sessions_app.models import Session
from tests.integrations.receivers.bodies import BODIES, body_of
from tests.integrations.receivers.signing import SECRETS, dumped, signed

pytestmark = pytest.mark.django_db
Make = Callable[..., ReceivedEvent]


@pytest.fixture
def address() -> str:
    return reverse("admin:integrations_receivedevent_changelist")


@pytest.fixture
def zoom(coach: User) -> Connection:
    return Connection.objects.create(
        coach=coach, platform="zoom", sealed_secrets=seal_fields(SECRETS["zoom"])
    )


@pytest.fixture
def make_event(zoom: Connection) -> Make:
    """Keep an event as if Zoom had sent it; keyword arguments are its fields."""

    def make(**fields: Any) -> ReceivedEvent:
        body = body_of("zoom")
        return ReceivedEvent.objects.create(
            **{
                "platform": "zoom",
                "connection": zoom,
                "coach": zoom.coach,
                "dedupe_key": f"key {ReceivedEvent.objects.count()}",
                "event_type": "recording.completed",
                "headers": {"user-agent": "<Zoom>"},
                "sealed_body": sealed(body),
                "body_bytes": len(body),
                "outcome": "handled",
                **fields,
            }
        )

    return make


@pytest.fixture
def nudged(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    asked: list[Any] = []
    monkeypatch.setattr(tasks, "nudge_event", asked.append)
    return asked


def found(client: Client, address: str, **query: str) -> list[ReceivedEvent]:
    answer = client.get(address, query)
    assert answer.status_code == 200
    return list(answer.context["cl"].result_list)


def test_events_are_found_by_platform_outcome_and_words(
    admin_client: Client, address: str, make_event: Make, session: Session, coach: User
) -> None:
    done = make_event(session=session)
    failed = make_event(outcome="failed", outcome_code="unreadable", event_type="other")
    webex = make_event(platform="webex", connection=None, coach=None)

    assert found(admin_client, address) == [webex, failed, done]
    assert found(admin_client, address, outcome__exact="failed") == [failed]
    assert found(admin_client, address, platform__exact="webex") == [webex]
    assert found(admin_client, address, q="unreadable") == [failed]
    assert found(admin_client, address, q="recording.completed") == [webex, done]
    assert found(admin_client, address, q=coach.email) == [failed, done]
    for pk in (done.pk, session.pk):
        assert found(admin_client, address, q=str(pk)) == [done]
    assert found(admin_client, address, q=str(done.connection_id)) == [failed, done]
    assert found(admin_client, address, q="nothing") == []


def test_an_event_leads_to_what_came_of_it_and_hides_secrets(
    admin_client: Client, make_event: Make, session: Session
) -> None:
    event = make_event(session=session)
    page = reverse("admin:integrations_receivedevent_change", args=(event.pk,))

    text = admin_client.get(page).content.decode()

    assert reverse("admin:sessions_app_session_change", args=(session.pk,)) in text
    assert str(event.connection_id) in text
    assert "&lt;Zoom&gt;" in text
    assert "Carla and Klara" in text
    assert "jHbGciOi" not in text
    assert admin_client.post(page, {"outcome": "pending"}).status_code == 403


@pytest.mark.parametrize("platform", BODIES)
def test_bodies_are_shown_without_secrets(platform: str) -> None:
    text = shown(body_of(platform))

    assert "31f9" not in text
    assert "jHbGciOi" not in text
    assert "sig=1" not in text
    assert len(text.splitlines()) > 5


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff\x00hello",
        b"[" * 900 + b"]" * 900,
        b'{"download_token":"jHbGciOi","a":"\\ud800"}',
        b'{"event":"x","access_token" : "jHbGciOi',
        dumped({"a": [{"Authorization_Token": ["jHbGciOi"]}], "clientState": "jHbGciOi"}),
        dumped({"url": "see https://a.example/x?key=jHbGciOi and https://b.example/?jHbGciOi"}),
        dumped({"note": "Bearer jHbGciOi pwd=jHbGciOi"}),
        dumped({"long": "x" * 100_000}),
    ],
    ids=lambda body: body[:20].decode("latin-1"),
)
def test_odd_bodies_are_shown_too(body: bytes) -> None:
    text = shown(body)

    assert "jHbGciOi" not in text
    assert len(text) < 21_000


def test_chosen_events_are_handled_again(
    address: str, make_event: Make, run_action: Callable[..., str], nudged: list[Any]
) -> None:
    done, failed = make_event(), make_event(outcome="failed", outcome_code="unreadable")

    text = run_action(address, "handle_again", done, failed)

    assert "Events that are handled again: 2." in text
    assert set(ReceivedEvent.objects.values_list("outcome", "outcome_code")) == {("pending", "")}
    assert set(nudged) == {done.pk, failed.pk}


def test_a_forged_event_is_not_handled_by_choosing_it(
    address: str, make_event: Make, run_action: Callable[..., str], nudged: list[Any]
) -> None:
    body = body_of("zoom")
    headers = {name.lower(): value for name, value in signed("zoom", body).items()}
    forged = make_event(
        outcome="rejected",
        outcome_code="bad_signature",
        sealed_body=sealed(body, headers | {"x-zm-signature": "v0=forged"}),
    )
    good = make_event(
        outcome="rejected",
        outcome_code="bad_signature",
        sealed_body=sealed(body, headers),
        connection=None,
    )

    text = run_action(address, "handle_again", forged, good)

    assert "The signature does not fit" in text
    assert "Events that are handled again: 1." in text
    forged.refresh_from_db()
    good.refresh_from_db()
    assert (forged.outcome, good.outcome) == ("rejected", "pending")
    assert good.connection is not None
    assert nudged == [good.pk]


def test_who_may_only_look_cannot_have_events_handled(
    address: str,
    make_event: Make,
    helper: Callable[..., User],
    browser_of: Callable[[User], Client],
    nudged: list[Any],
) -> None:
    event = make_event()
    form = {"action": "handle_again", "_selected_action": [str(event.pk)]}
    viewer = browser_of(helper("view_receivedevent"))
    viewer.post(address, form)
    assert nudged == []

    browser_of(helper("view_receivedevent", "change_receivedevent")).post(address, form)
    assert nudged == [event.pk]


def test_the_list_costs_the_same_for_many(
    admin_client: Client, address: str, make_event: Make
) -> None:
    costs = []
    for number in (1, 30):
        for _each in range(number):
            make_event()
        with CaptureQueriesContext(database) as queries:
            admin_client.get(address)
        costs.append(len(queries))

    assert costs[0] == costs[1]
