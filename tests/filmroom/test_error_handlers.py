"""What ends outside of views has the API's shape for programs, and is a page for people."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client

API, PAGE = "/api/v1/sessions", "/accounts/login/"
CALLED = "/webhooks/zoom"


def told(answer: Any) -> tuple[int, str, str]:
    """Status, type and code of an answer in the API's shape."""
    body = answer.json()
    [error] = body["errors"]
    assert set(error) == {"code", "detail", "attr"}
    assert answer["Content-Type"] == "application/json"
    return answer.status_code, body["type"], error["code"]


def test_an_unknown_host() -> None:
    elsewhere = Client(headers={"host": "evil.example"})

    assert told(elsewhere.get(API)) == (400, "client_error", "bad_request")
    assert told(elsewhere.post(CALLED)) == (400, "client_error", "bad_request")
    page = elsewhere.get(PAGE)
    assert (page.status_code, "cannot be understood" in page.text) == (400, True)


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (RuntimeError("secret"), (500, "server_error", "error")),
        (OperationalError("secret"), (503, "server_error", "database_unavailable")),
    ],
)
def test_a_fault_of_ours(
    fault: Exception, expected: tuple[int, str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: Any, **_kwargs: Any) -> None:
        raise fault

    monkeypatch.setattr("filmroom.api_errors.ApiNotFound.dispatch", fail)
    monkeypatch.setattr("integrations.receiving.receive", fail)
    monkeypatch.setattr("pages.views.recordings.redirect", fail)
    browser = Client(raise_request_exception=False)

    answer, page = browser.get("/api/nothing"), browser.get("/")

    assert told(answer) == expected
    assert told(browser.post(CALLED)) == expected
    assert page.status_code == expected[0]
    assert page["Content-Type"].startswith("text/html")
    assert "secret" not in answer.text + page.text
