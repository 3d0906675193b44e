"""API tokens by the page: shown once, one's own only, worthless once revoked."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import ApiToken, User
from accounts.tokens import create_token

URL = "/dashboard/tokens"


def _value(text: str) -> str:
    found = re.search(r'id="new-token"[^>]*value="([^"]+)"', text)
    assert found
    return found.group(1)


def _knock(value: str) -> int:
    api = APIClient()
    api.credentials(HTTP_AUTHORIZATION=f"Bearer {value}")
    return int(api.get("/api/v1/recordings/sessions").status_code)


def test_a_token_is_shown_once_works_and_can_be_revoked(web: Client, coach: User) -> None:
    answer = web.post(URL, {"name": "Backup", "scope": "read"})

    token = ApiToken.objects.get()
    value = _value(answer.text)
    assert (answer.status_code, token.user, token.scope) == (200, coach, "read")
    assert token.expiry is None
    assert "no-store" in answer["Cache-Control"]
    assert _knock(value) == 200

    later = web.get(URL)
    assert "Backup" in later.text
    assert value not in later.text

    question = web.get(f"{URL}/{token.id}/revoke")
    assert "Backup" in question.text
    assert ApiToken.objects.exists()

    gone = web.post(f"{URL}/{token.id}/revoke")
    assert (gone.status_code, gone["Location"]) == (302, URL)
    assert not ApiToken.objects.exists()
    assert _knock(value) == 401


def test_the_last_day_counts_whole(web: Client) -> None:
    day = timezone.now().date() + timedelta(days=3)

    web.post(URL, {"name": "Short", "scope": "write", "expires_on": day.isoformat()})

    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=1)
    expiry = ApiToken.objects.get().expiry
    assert expiry is not None
    assert abs(expiry - midnight) < timedelta(seconds=5)


def test_what_is_wrong_makes_no_token(web: Client) -> None:
    for wrong in ({"name": ""}, {"scope": "all"}, {"expires_on": "2020-01-01"}):
        answer = web.post(URL, {"name": "x", "scope": "read"} | wrong)
        assert (answer.status_code, 'class="errors"' in answer.text) == (400, True)
    assert not ApiToken.objects.exists()


def test_another_persons_token_is_neither_seen_nor_revoked(
    web_for: Callable[..., Client], coach: User, other_coach: User
) -> None:
    token, _ = create_token(owner=coach, name="Secret plan", scope="read", by=None)
    other = web_for(other_coach)

    assert "Secret plan" not in other.get(URL).text
    assert other.get(f"{URL}/{token.id}/revoke").status_code == 404
    assert other.post(f"{URL}/{token.id}/revoke").status_code == 404
    assert ApiToken.objects.count() == 1


def test_tokens_are_not_made_by_the_dozen(web: Client, coach: User, other_coach: User) -> None:
    answers = [web.post(URL, {"name": f"No. {n}", "scope": "read"}) for n in range(11)]

    assert [answer.status_code for answer in answers] == [200] * 10 + [429]
    assert 0 < int(answers[-1]["Retry-After"]) <= 60
    assert "wait a minute" in answers[-1].text
    assert ApiToken.objects.count() == 10
    web.force_login(other_coach)
    assert web.post(URL, {"name": "Mine", "scope": "read"}).status_code == 200
