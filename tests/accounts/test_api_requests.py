"""What every endpoint does with a request before its own work begins."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.throttling import AnonRateThrottle

from sessions_app.models import Session

API = "/api/v1/sessions"
BODY = {"title": "Kick-off", "scheduled_at": "2026-03-01T10:00:00Z"}


def test_a_body_without_a_length_is_refused_by_name(api: Any) -> None:
    # As gunicorn hands a chunked body over.
    response = api.post(API, BODY, HTTP_TRANSFER_ENCODING="chunked", CONTENT_LENGTH="")
    assert response.status_code == 411
    assert response.json() == {
        "type": "client_error",
        "errors": [
            {
                "code": "length_required",
                "detail": "Send the body with a Content-Length: chunked bodies are not read here.",
                "attr": None,
            }
        ],
    }
    assert not Session.objects.exists()


@pytest.mark.parametrize("header", [{}, {"HTTP_AUTHORIZATION": "Bearer " + "0" * 64}])
def test_callers_without_credentials_are_throttled(
    db: None,
    api: Any,
    api_for: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
    header: dict[str, str],
) -> None:
    monkeypatch.setattr(AnonRateThrottle, "THROTTLE_RATES", {"anon": "2/hour"})
    stranger = api_for(None)
    answers = [stranger.get(API, **header) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [401, 401, 429]
    assert answers[2].json()["errors"][0]["code"] == "throttled"
    assert answers[2].json()["errors"][0]["detail"].startswith("Too many requests: wait ")
    assert 0 < int(answers[2].headers["Retry-After"]) <= 3600
    assert api.get(API).status_code == 200
