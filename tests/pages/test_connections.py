"""Connecting platforms by the page: what is shown once, and what is never shown again."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from filmroom.sealing import unseal_fields
from integrations.clients import graph
from integrations.clients.errors import WrongCredentials
from integrations.models import AnnouncedRecording, Connection, ReceivedEvent
from integrations.platforms import PLATFORMS
from tests.integrations.connections import ENTERED, KNOWN, connect

URL = "/dashboard/coach/connections"
EVERY = pytest.mark.parametrize("platform", PLATFORMS)


def _made(text: str) -> list[str]:
    return re.findall(r'value="([^"]+)"[^>]*data-made-secret', text)


def _pages_of(web: Client, connection: Connection) -> dict[str, str]:
    """Every page that speaks of the connection, and the dialogs in them."""
    own = f"{URL}/{connection.pk}"
    names = [each.name for each in PLATFORMS[connection.platform].secrets]
    addresses = [URL, own, f"{own}/remove", *(f"{own}/secrets/{name}" for name in names)]
    pages = {address: web.get(address).text for address in addresses}
    dialog = {"HX-Request": "true"}
    return pages | {f"{each}, dialog": web.get(each, headers=dialog).text for each in addresses[2:]}


def test_without_a_connection_the_page_says_what_one_is_good_for(web: Client) -> None:
    text = web.get(URL).text

    assert "Nothing is connected yet" in text
    for platform, info in PLATFORMS.items():
        assert f'href="{URL}/new/{platform}"' in text
        assert info.label in text


@EVERY
def test_what_is_entered_and_made_is_in_no_page_afterwards(
    web: Client, coach: User, platform: str
) -> None:
    form = web.get(f"{URL}/new/{platform}").text
    for field in (*ENTERED[platform], *KNOWN.get(platform, {})):
        assert f'name="{field}"' in form

    answer = web.post(f"{URL}/new/{platform}", ENTERED[platform] | KNOWN.get(platform, {}))

    connection = Connection.objects.get()
    values = unseal_fields(connection.sealed_secrets)
    made = {key: value for key, value in values.items() if key not in ENTERED[platform]}
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    assert (connection.coach, connection.platform) == (coach, platform)
    # What Film Room itself gives to the platform, when it subscribes, is pasted by nobody.
    pasted = [] if PLATFORMS[platform].subscribes else list(made.values())
    assert _made(answer.text) == pasted
    assert f"http://testserver/webhooks/{platform}/{connection.pk}" in answer.text
    assert not [value for value in ENTERED[platform].values() if value in answer.text]
    for address, text in _pages_of(web, connection).items():
        shown = [name for name, value in values.items() if value in text]
        assert (address, shown) == (address, [])
    page = web.get(f"{URL}/{connection.pk}").text
    for value in values.values():
        assert f'<span class="code">{value[-4:]}</span>' in page


def test_a_refused_form_shows_no_secret_again(web: Client) -> None:
    data = {"webhook_secret": "zoom-secret-token", "account_id": "acct"}

    answer = web.post(f"{URL}/new/zoom", data)

    assert answer.status_code == 400
    assert "only together with the others" in answer.text
    assert 'value="acct"' in answer.text
    assert "zoom-secret-token" not in answer.text
    assert not Connection.objects.exists()


@pytest.mark.parametrize(
    ("platform", "data", "said"),
    [
        ("zoom", {}, "This field is required."),
        ("fathom", {"webhook_secret": "whsec_?"}, "whsec_ and base64"),
        ("livekit", {"api_secret": "s" * 40}, "This field is required."),
        ("zoom", {"webhook_secret": "a\x00b"}, "Null characters are not allowed."),
    ],
)
def test_what_is_missing_or_wrong_is_said_beside_its_field(
    web: Client, platform: str, data: dict[str, str], said: str
) -> None:
    answer = web.post(f"{URL}/new/{platform}", data)

    assert answer.status_code == 400
    assert 'aria-invalid="true"' in answer.text
    assert said in answer.text
    assert not Connection.objects.exists()


def test_an_unknown_platform_is_not_found(web: Client) -> None:
    assert web.get(f"{URL}/new/skype").status_code == 404
    assert web.post(f"{URL}/new/skype", {}).status_code == 404


@pytest.mark.parametrize(
    ("platform", "data", "makes"),
    [("zoom", {}, False), ("zoom", {"makes_sessions": "on"}, True), ("cal_com", {}, False)],
)
def test_the_switch_says_whether_sessions_are_made(
    web: Client, platform: str, data: dict[str, str], makes: bool
) -> None:
    web.post(f"{URL}/new/{platform}", ENTERED[platform] | data)

    assert Connection.objects.get().makes_sessions is makes


def test_the_switch_stands_as_is_usual_for_the_platform(web: Client) -> None:
    assert re.search(r'name="makes_sessions"[^>]* checked', web.get(f"{URL}/new/cal_com").text)
    assert not re.search(r'name="makes_sessions"[^>]* checked', web.get(f"{URL}/new/zoom").text)


def test_name_account_and_switch_are_changed_on_its_page(web: Client, coach: User) -> None:
    connection, _made = connect(coach, "graph")
    own = f"{URL}/{connection.pk}"
    data = {"name": "Work", "tenant_id": "t-2", "client_id": "c-2", "makes_sessions": "on"}

    answer = web.post(own, data)

    connection.refresh_from_db()
    assert (answer.status_code, answer["Location"]) == (302, own)
    assert (connection.name, connection.makes_sessions) == ("Work", True)
    assert connection.details == {"tenant_id": "t-2", "client_id": "c-2"}
    text = web.get(own).text
    assert "Microsoft Teams (Work)" in text
    assert 'value="t-2"' in text
    assert web.post(own, {"tenant_id": "t-3"}).status_code == 400


def test_its_state_is_told_in_words(web: Client, coach: User) -> None:
    connection, _made = connect(coach, "fathom", secrets={})
    own = f"{URL}/{connection.pk}"
    rows = Connection.objects.filter(pk=connection.pk)
    assert "Waits for its secret" in web.get(URL).text
    assert "Still missing" in web.get(own).text

    value = ENTERED["fathom"]["webhook_secret"]
    assert web.post(f"{own}/secrets/webhook_secret", {"value": value})["Location"] == own
    assert "Nothing received yet" in web.get(URL).text

    rows.update(last_event_at=timezone.now(), polled_at=timezone.now())
    text = web.get(URL).text
    assert "Connected" in text
    assert "last event" in text
    assert "last looked for missed ones" in text

    rows.update(problem="Fathom does not take the key: enter it anew.")
    for text in (web.get(URL).text, web.get(own).text):
        assert "Needs a look" in text
        assert "Fathom does not take the key: enter it anew." in text


def test_a_secret_is_replaced_by_one_that_is_shown_once(web: Client, coach: User) -> None:
    connection, made = connect(coach, "cal_com")
    own = f"{URL}/{connection.pk}"
    dialog = web.get(f"{own}/secrets/webhook_secret", headers={"HX-Request": "true"}).text
    assert "<html" not in dialog
    assert f'<span class="code">{made["webhook_secret"][-4:]}</span>' in dialog

    answer = web.post(f"{own}/secrets/webhook_secret", {"value": ""})

    connection.refresh_from_db()
    (again,) = unseal_fields(connection.sealed_secrets).values()
    assert _made(answer.text) == [again]
    assert again != made["webhook_secret"]
    assert not [text for text in _pages_of(web, connection).values() if again in text]


def test_what_cannot_be_a_secret_is_refused_and_the_old_one_stays(web: Client, coach: User) -> None:
    connection, _made = connect(coach, "zoom")
    address = f"{URL}/{connection.pk}/secrets/webhook_secret"

    assert web.post(address, {"value": ""}).status_code == 400
    assert web.get(f"{URL}/{connection.pk}/secrets/password").status_code == 404
    long = web.post(address, {"value": "x" * 3000})

    assert long.status_code == 400
    assert "x" * 50 not in long.text
    connection.refresh_from_db()
    assert unseal_fields(connection.sealed_secrets) == ENTERED["zoom"]


def test_removing_asks_first_and_says_what_still_waits(web: Client, coach: User) -> None:
    connection, _made = connect(coach, "zoom")
    AnnouncedRecording.objects.create(
        connection=connection, coach=coach, platform="zoom", external_id="1"
    )
    own = f"{URL}/{connection.pk}"
    assert f'href="{own}/remove" data-dialog-open' in web.get(own).text
    question = web.get(f"{own}/remove").text
    assert "1 recording still waits for its session" in question
    assert Connection.objects.exists()

    answer = web.post(f"{own}/remove")

    assert (answer.status_code, answer["Location"]) == (302, URL)
    assert not Connection.objects.exists()
    assert web.get(own).status_code == 404


def test_what_came_in_is_listed_with_what_came_of_it_and_no_body(
    web: Client, coach: User, other_coach: User
) -> None:
    connection, _made = connect(coach, "zoom")
    now = timezone.now()
    for number, (outcome, code) in enumerate(
        [("handled", ""), ("pending", ""), ("rejected", "bad_signature"), ("failed", "unreadable")]
    ):
        ReceivedEvent.objects.create(
            connection=connection,
            coach=coach,
            platform="zoom",
            dedupe_key=str(number),
            event_type=f"recording.{outcome}",
            outcome=outcome,
            outcome_code=code,
            outcome_detail=f"Sentence {number}.",
            sealed_body="the sealed body",
            headers={"user-agent": "Zoom Marketplace"},
            received_at=now - timedelta(minutes=number),
            times_received=number + 1,
        )
    ReceivedEvent.objects.create(
        coach=other_coach, platform="zoom", dedupe_key="x", event_type="recording.theirs"
    )

    text = web.get(f"{URL}/{connection.pk}").text

    listed = re.findall(r'<span class="code">(recording\.\w+)</span>', text)
    assert listed == [f"recording.{each}" for each in ("handled", "pending", "rejected", "failed")]
    for word in ("Done", "Waiting", "Rejected", "Failed", "Sentence 3.", "4 times"):
        assert word in text
    assert "the sealed body" not in text
    assert "Marketplace</" not in text
    assert "recording.theirs" not in text


def test_a_test_that_went_wrong_is_told_and_kept(web: Client, coach: User) -> None:
    connection, _made = connect(coach, "fathom", secrets={})
    own = f"{URL}/{connection.pk}"

    answer = web.post(f"{own}/test", follow=True)

    assert "A secret is still missing" in answer.text
    connection.refresh_from_db()
    assert connection.tested_at
    assert connection.problem == "A secret is still missing: enter it, then test again."


def test_a_test_that_went_well_takes_an_old_problem_away(web: Client, coach: User) -> None:
    connection, _made = connect(coach, "cal_com")
    Connection.objects.update(problem="It did not work yesterday.")

    answer = web.post(f"{URL}/{connection.pk}/test", follow=True)

    assert "The secret is in order" in answer.text
    assert "Nothing has come in yet: let the platform send something." in answer.text
    Connection.objects.update(last_event_at=datetime(2026, 1, 14, 15, 2, tzinfo=UTC))
    later = web.post(f"{URL}/{connection.pk}/test", follow=True)
    assert "The last event came 14 Jan 2026, 15:02." in later.text
    connection.refresh_from_db()
    assert (connection.problem, connection.tested_at is not None) == ("", True)


def test_tests_are_limited_as_each_asks_the_platform(web: Client, coach: User) -> None:
    connection, _made = connect(coach, "cal_com")
    address = f"{URL}/{connection.pk}/test"

    statuses = [web.post(address).status_code for _time in range(11)]

    assert statuses == [302] * 10 + [429]
    assert int(web.post(address)["Retry-After"]) > 0


def test_another_coachs_connection_is_as_unknown_as_none(
    web_for: Callable[..., Client], coach: User, other_coach: User, client_user: User
) -> None:
    connection, _made = connect(coach, "cal_com")
    own = f"{URL}/{connection.pk}"
    other, client, nobody = map(web_for, (other_coach, client_user, None))

    for place in ("", "/remove", "/secrets/webhook_secret"):
        assert other.get(own + place).status_code == 404
        assert client.get(own + place).status_code == 403
        assert nobody.get(own + place)["Location"].startswith("/accounts/login/")
    for place in ("", "/remove", "/secrets/webhook_secret", "/test"):
        assert other.post(own + place).status_code == 404
    assert str(connection.pk) not in other.get(URL).text
    assert Connection.objects.get() == connection


def test_pages_ask_the_database_the_same_for_one_connection_and_for_many(
    web: Client, coach: User, django_assert_max_num_queries: Callable[..., object]
) -> None:
    for _number in range(5):
        connect(coach, "cal_com")

    with django_assert_max_num_queries(3):  # type: ignore[attr-defined]
        assert web.get(URL).text.count('<li class="card">') == 5 + len(PLATFORMS)


def test_microsoft_is_asked_to_tell_of_recordings_by_a_button(
    web: Client, coach: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection, made = connect(coach, "graph")
    own = f"{URL}/{connection.pk}"
    asked: list[tuple[str, str]] = []

    def subscribe(
        secrets: dict[str, str], details: dict[str, str], address: str, *, anew: bool
    ) -> None:
        asked.append((secrets["client_state"], address))
        if len(asked) > 1:
            raise WrongCredentials("Microsoft Teams")

    monkeypatch.setattr(graph, "subscribe", subscribe)
    assert f'action="{own}/subscribe"' in web.get(own).text

    answer = web.post(f"{own}/subscribe", follow=True)

    address = f"http://testserver/webhooks/graph/{connection.pk}"
    assert asked == [(made["client_state"], address)]
    assert "The platform tells of every new recording from now on." in answer.text
    refused = web.post(f"{own}/subscribe", follow=True)
    assert "does not accept this connection" in refused.text


def test_other_platforms_are_told_by_the_coach(web: Client, coach: User) -> None:
    connection, _made = connect(coach, "zoom")
    own = f"{URL}/{connection.pk}"

    assert f'action="{own}/subscribe"' not in web.get(own).text
    assert "paste it there as the steps say" in web.post(f"{own}/subscribe", follow=True).text
