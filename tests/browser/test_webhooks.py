"""A coach has a program called: adds it, keeps its secret, sees a test arrive, sends it again."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from accounts.models import User
from integrations import delivering
from integrations.models import WebhookDelivery
from tests.integrations.outgoing.conftest import HOST, URL, verified
from tests.origins import Origin, stand_in, status

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAGE = "/dashboard/coach/webhooks"


@pytest.fixture
def listener(monkeypatch: pytest.MonkeyPatch) -> Iterator[Origin]:
    """A program of the coach's: it refuses the first call, and takes what comes after."""
    with Origin(tls_names=[HOST]) as origin:
        stand_in(monkeypatch, origin, HOST)
        origin.serve("/film-room", status(500), status(204))
        yield origin


def work() -> None:
    """A worker's turn at all that waits."""
    for delivery in WebhookDelivery.objects.filter(status="pending", next_attempt_at=None):
        delivering.deliver(delivery.pk, worker="worker")


def add(page: Page) -> str:
    """Add the endpoint; return the secret that is shown."""
    page.get_by_label("Address").fill(URL)
    page.get_by_label("Description").fill("Invoicing")
    page.get_by_role("checkbox", name="sync.completed").uncheck()
    page.get_by_role("button", name="Add the endpoint").click()
    secret = page.get_by_label("Secret", exact=True).input_value()
    assert secret.startswith("whsec_")
    return secret


def test_from_the_first_address_to_a_second_try(
    window: Callable[..., BrowserContext], coach: User, listener: Origin
) -> None:
    context = window(coach, permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto("/dashboard/coach/recordings")
    page.get_by_role("button", name="Account").click()
    page.get_by_role("link", name="Webhooks").click()
    expect(page.get_by_role("heading", name="Nobody is called yet")).to_be_visible()

    secret = add(page)
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_role("status").first).to_have_text("The secret is copied.")
    assert page.evaluate("() => navigator.clipboard.readText()") == secret

    page.goto(PAGE)
    row = page.get_by_role("row", name="Invoicing")
    expect(row).to_contain_text("A recording is complete")
    expect(row).not_to_contain_text("A sync is complete")
    row.get_by_role("link", name="Invoicing").click()
    expect(page.get_by_text(secret[-4:], exact=True)).to_be_visible()
    assert secret not in page.content()

    page.get_by_role("button", name="Send a test").click()
    history = page.get_by_role("table", name="What was sent")
    expect(history.get_by_role("row", name="A test")).to_contain_text("Waiting")
    work()
    expect(history).to_contain_text("did not answer with a 2xx status. 500")  # without a reload
    history.get_by_role("button", name="Send again").click()
    work()
    expect(history.get_by_role("row", name="A test")).to_contain_text("Delivered")

    history.get_by_role("link", name="Details").click()
    dialog = page.get_by_role("dialog", name="A test")
    expect(dialog.get_by_role("listitem")).to_have_count(2)
    expect(dialog.get_by_role("listitem").first).to_contain_text("204")
    expect(dialog.locator("pre")).to_contain_text('"type": "webhook.test"')
    dialog.get_by_role("link", name="Close").click()
    expect(page.get_by_role("link", name="Details")).to_be_focused()
    told = [verified(request, secret) for request in listener.requests]
    assert [each["type"] for each in told] == ["webhook.test"] * 2
    assert len({request.headers["webhook-id"] for request in listener.requests}) == 1

    page.get_by_role("link", name="New secret").click()
    page.get_by_role("dialog").get_by_role("button", name="Make a new secret").click()
    expect(page.get_by_label("Secret", exact=True)).not_to_have_value(secret)
    page.get_by_role("link", name="Delete").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(page.get_by_text("The endpoint is deleted.")).to_be_visible()
    expect(page.get_by_role("heading", name="Nobody is called yet")).to_be_visible()


def test_without_javascript(
    window: Callable[..., BrowserContext], coach: User, listener: Origin
) -> None:
    page = window(coach, java_script_enabled=False).new_page()
    page.goto(PAGE)
    secret = add(page)

    page.get_by_role("button", name="Send a test").click()
    work()
    page.reload()
    page.get_by_role("link", name="Details").click()
    expect(page.get_by_role("listitem")).to_contain_text("500")
    page.get_by_role("button", name="Send again").click()
    work()
    page.reload()

    expect(page.get_by_role("row", name="A test")).to_contain_text("Delivered")
    assert verified(listener.requests[1], secret)["type"] == "webhook.test"
    page.get_by_role("link", name="Edit").click()
    page.get_by_label("Description").fill("Bookkeeping")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Bookkeeping")).to_be_visible()
