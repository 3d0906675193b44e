"""Webhooks by the page: added, shown its secret once, tested, replayed, switched off, deleted."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.models import User
from filmroom.sealing import unseal
from integrations import deliveries, tasks
from integrations.endpoints import create_endpoint, disable_endpoint
from integrations.models import EventType, WebhookDelivery, WebhookEndpoint

URL = "/dashboard/coach/webhooks"
# The one inward address that tests may call; nothing listens there.
HOOK = "https://127.0.0.2/film-room"
FORM = {"url": HOOK, "description": "Invoicing", "events": ["recording.completed"]}


@pytest.fixture(autouse=True)
def nudged(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The deliveries that workers were asked to send."""
    asked: list[str] = []
    monkeypatch.setattr(tasks, "nudge_delivery", lambda pk: asked.append(str(pk)))
    return asked


@pytest.fixture
def endpoint(coach: User) -> WebhookEndpoint:
    made, _secret = create_endpoint(owner=coach, url=HOOK, events=EventType.values, by=coach)
    return made


@pytest.fixture
def delivered(endpoint: WebhookEndpoint, coach: User) -> WebhookDelivery:
    delivery = deliveries.queue_test(endpoint=endpoint, by=coach)
    now = timezone.now()
    WebhookDelivery.objects.filter(pk=delivery.pk).update(
        status="delivered", status_code=204, attempts=1, delivered_at=now
    )
    delivery.tries.create(status_code=204, duration_ms=12)
    return WebhookDelivery.objects.get(pk=delivery.pk)


def shown_secret(text: str) -> str:
    found = re.search(r'id="new-secret"[^>]*value="([^"]+)"', text)
    assert found
    return found.group(1)


def test_an_endpoint_is_added_and_its_secret_shown_once(web: Client, coach: User) -> None:
    assert "Nobody is called yet" in web.get(URL).text

    answer = web.post(URL, FORM)

    endpoint = WebhookEndpoint.objects.get()
    secret = shown_secret(answer.text)
    assert (answer.status_code, endpoint.coach, endpoint.created_by) == (200, coach, coach)
    assert (endpoint.url, endpoint.description, endpoint.events) == (
        HOOK,
        "Invoicing",
        ["recording.completed"],
    )
    assert "no-store" in answer["Cache-Control"]
    assert unseal(endpoint.sealed_secret) == secret
    assert secret.startswith("whsec_")
    assert secret not in endpoint.sealed_secret
    for later in (web.get(URL), web.get(f"{URL}/{endpoint.pk}")):
        assert "Invoicing" in later.text
        assert secret not in later.text
    assert f'ends in <span class="code">{secret[-4:]}</span>' in later.text


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"url": ""}, "This field is required."),
        ({"url": "hooks.example.com"}, "starting with https://"),
        ({"url": "http://example.com/"}, "over https only"),
        ({"url": "https://user:key@example.com/"}, "not a complete web address"),
        ({"url": "https://10.0.0.5/"}, "cannot be reached from the internet"),
        ({"url": "https://localhost/"}, "cannot be reached from the internet"),
        ({"url": "https://169.254.169.254/latest"}, "cannot be reached from the internet"),
        ({"events": []}, "Choose at least one event."),
        ({"events": ["recording.guessed"]}, "Select a valid choice."),
        ({"description": "x" * 201}, "at most 200 characters"),
    ],
)
def test_what_is_wrong_makes_no_endpoint(
    web: Client, change: dict[str, object], sentence: str
) -> None:
    answer = web.post(URL, FORM | change)

    assert answer.status_code == 400
    assert sentence in answer.text
    assert 'class="errors"' in answer.text
    assert not WebhookEndpoint.objects.exists()


def test_an_endpoint_is_changed_by_page_and_dialog(web: Client, endpoint: WebhookEndpoint) -> None:
    page = web.get(f"{URL}/{endpoint.pk}/edit")
    dialog = web.get(f"{URL}/{endpoint.pk}/edit", headers={"HX-Request": "true"})
    assert ("<html" in page.text, "<html" in dialog.text) == (True, False)
    assert f'value="{HOOK}"' in dialog.text

    refused = web.post(f"{URL}/{endpoint.pk}/edit", FORM | {"url": "http://example.com"})
    assert (refused.status_code, "over https only" in refused.text) == (400, True)
    done = web.post(f"{URL}/{endpoint.pk}/edit", FORM | {"url": f"{HOOK}/2"})

    assert (done.status_code, done["Location"]) == (302, f"{URL}/{endpoint.pk}")
    endpoint.refresh_from_db()
    assert (endpoint.url, endpoint.events) == (f"{HOOK}/2", ["recording.completed"])


def test_a_new_secret_is_shown_once_and_the_old_one_kept_for_a_day(
    web: Client, endpoint: WebhookEndpoint
) -> None:
    old = unseal(endpoint.sealed_secret)
    assert "shown once" in web.get(f"{URL}/{endpoint.pk}/rotate").text

    answer = web.post(f"{URL}/{endpoint.pk}/rotate")

    new = shown_secret(answer.text)
    endpoint.refresh_from_db()
    assert (unseal(endpoint.sealed_secret), unseal(endpoint.sealed_previous_secret)) == (new, old)
    later = web.get(f"{URL}/{endpoint.pk}")
    assert (new in later.text, "signs as well until" in later.text) == (False, True)


def test_a_test_is_sent_and_watched(
    web: Client, endpoint: WebhookEndpoint, nudged: list[str]
) -> None:
    assert "Nothing yet." in web.get(f"{URL}/{endpoint.pk}").text

    answer = web.post(f"{URL}/{endpoint.pk}/test")

    (delivery,) = WebhookDelivery.objects.all()
    assert (answer.status_code, answer["Location"]) == (302, f"{URL}/{endpoint.pk}")
    assert (delivery.event_type, nudged) == ("webhook.test", [str(delivery.pk)])
    assert 'hx-trigger="every 3s"' in web.get(answer["Location"]).text

    WebhookDelivery.objects.update(status="failed", error_code="bad_status", status_code=500)
    watched = web.get(answer["Location"], headers={"HX-Request": "true"}).text
    assert ("<html" in watched, "every 3s" in watched) == (False, False)
    assert "did not answer with a 2xx status." in watched
    assert "500" in watched


def test_what_was_sent_is_shown_and_sent_again(
    web: Client, delivered: WebhookDelivery, nudged: list[str]
) -> None:
    details = web.get(f"{URL}/deliveries/{delivered.pk}").text
    assert f"webhook-id: msg_{delivered.pk.hex}" in details
    assert "&quot;type&quot;: &quot;webhook.test&quot;" in details
    assert "12 ms" in details

    answer = web.post(f"{URL}/deliveries/{delivered.pk}/replay")

    delivered.refresh_from_db()
    assert (answer.status_code, answer["Location"]) == (302, f"{URL}/{delivered.endpoint_id}")
    assert (delivered.status, nudged) == ("pending", [str(delivered.pk)])


def test_history_turns_pages(web: Client, endpoint: WebhookEndpoint, coach: User) -> None:
    for _number in range(26):
        deliveries.queue_test(endpoint=endpoint, by=coach)

    first, second = (web.get(f"{URL}/{endpoint.pk}?page={page}").text for page in (1, 2))

    assert (first.count("details-"), second.count("details-")) == (25, 1)
    assert "Page 2 of 2" in second


def test_the_number_of_queries_stays(
    web: Client,
    endpoint: WebhookEndpoint,
    coach: User,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for _number in range(12):
        deliveries.queue_test(endpoint=endpoint, by=coach)
    with django_assert_num_queries(5):  # session, person, endpoint, count, deliveries
        web.get(f"{URL}/{endpoint.pk}")
    with django_assert_num_queries(3):
        web.get(URL)


def test_switched_off_and_on(web: Client, endpoint: WebhookEndpoint) -> None:
    web.post(f"{URL}/{endpoint.pk}/disable")
    endpoint.refresh_from_db()
    assert (endpoint.status, endpoint.disabled_reason) == ("disabled", "switched_off")
    page = web.get(f"{URL}/{endpoint.pk}").text
    assert "This endpoint is not called: Switched off." in page
    refused = web.post(f"{URL}/{endpoint.pk}/test")
    assert (refused.status_code, "enable it first" in refused.text) == (409, True)

    web.post(f"{URL}/{endpoint.pk}/enable")
    endpoint.refresh_from_db()
    assert (endpoint.status, endpoint.disabled_reason, endpoint.disabled_at) == ("active", "", None)


def test_deleted_with_its_history(web: Client, delivered: WebhookDelivery) -> None:
    address = f"{URL}/{delivered.endpoint_id}"
    assert "what was sent to it is forgotten" in web.get(f"{address}/delete").text
    assert WebhookEndpoint.objects.exists()

    gone = web.post(f"{address}/delete")

    assert (gone.status_code, gone["Location"]) == (302, URL)
    assert not WebhookEndpoint.objects.exists()
    assert not WebhookDelivery.objects.exists()
    assert web.get(address).status_code == 404


def test_another_coach_s_are_neither_seen_nor_changed(
    web_for: Callable[..., Client], delivered: WebhookDelivery, other_coach: User
) -> None:
    other = web_for(other_coach)
    endpoint = f"{URL}/{delivered.endpoint_id}"
    delivery = f"{URL}/deliveries/{delivered.pk}"

    assert HOOK not in other.get(URL).text
    for address in (endpoint, f"{endpoint}/edit", f"{endpoint}/rotate", f"{endpoint}/delete"):
        assert other.get(address).status_code == 404
    for act in ("edit", "rotate", "delete", "test", "enable", "disable"):
        assert other.post(f"{endpoint}/{act}", FORM).status_code == 404
    assert other.get(delivery).status_code == 404
    assert other.post(f"{delivery}/replay").status_code == 404
    delivered.refresh_from_db()
    assert delivered.status == "delivered"


def test_staff_see_their_own_on_the_list_and_reach_the_others(
    web_for: Callable[..., Client], endpoint: WebhookEndpoint, staff: User
) -> None:
    web = web_for(staff)

    assert HOOK not in web.get(URL).text
    assert "Coach: Carla Coach" in web.get(f"{URL}/{endpoint.pk}").text


def test_no_more_than_twenty(web: Client, coach: User) -> None:
    for _number in range(20):
        create_endpoint(owner=coach, url=HOOK, events=EventType.values, by=coach)

    refused = web.post(URL, FORM)

    assert (refused.status_code, "delete one first" in refused.text) == (409, True)
    assert WebhookEndpoint.objects.count() == 20


def test_nobody_is_called_by_the_dozen(
    web: Client, endpoint: WebhookEndpoint, settings: Settings
) -> None:
    answers = [web.post(f"{URL}/{endpoint.pk}/test") for _number in range(31)]

    assert [answer.status_code for answer in answers] == [302] * 30 + [429]
    assert 0 < int(answers[-1]["Retry-After"]) <= 60
    assert WebhookDelivery.objects.count() == 30


def test_a_key_in_an_address_stands_on_its_form_only(web: Client, coach: User) -> None:
    endpoint, _secret = create_endpoint(
        owner=coach, url=f"{HOOK}?key=their-key", events=EventType.values, by=coach
    )
    disable_endpoint(endpoint=endpoint, by=coach)

    assert "their-key" not in web.get(URL).text + web.get(f"{URL}/{endpoint.pk}").text
    assert "their-key" in web.get(f"{URL}/{endpoint.pk}/edit").text
