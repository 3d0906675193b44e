"""The button that tests a connection: what is asked, what is said, what is kept."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from filmroom.sealing import seal_fields, unseal_fields
from integrations import connecting
from integrations.clients import CLIENTS
from integrations.clients.errors import WrongCredentials
from integrations.models import Connection
from integrations.platforms import PLATFORMS
from integrations.receivers import RECEIVERS, BadSignature, Delivery, Stale
from integrations.samples import signed_sample
from tests.integrations.connections import connect

EVERY = pytest.mark.parametrize("platform", PLATFORMS)
TIMED = ("zoom", "calendly", "livekit", "fathom", "standard")


def _values(connection: Connection) -> dict[str, str]:
    return {**connection.details, **unseal_fields(connection.sealed_secrets)}


@EVERY
def test_a_sample_is_taken_with_its_own_secret_and_with_no_other(
    coach: User, platform: str
) -> None:
    connection, _made = connect(coach, platform)
    values, receiver = _values(connection), RECEIVERS[platform]
    sample = signed_sample(platform, values, now=timezone.now())

    assert receiver.verify(sample, values)

    first = PLATFORMS[platform].secrets[0].name
    other = (
        "whsec_b3RoZXI="
        if values[first].startswith("whsec_")
        else "another secret that is also long enough"
    )
    with pytest.raises(BadSignature):
        receiver.verify(sample, values | {first: other})


@pytest.mark.parametrize("platform", TIMED)
def test_an_old_sample_is_stale(coach: User, platform: str) -> None:
    values = _values(connect(coach, platform)[0])
    early = signed_sample(platform, values, now=timezone.now() - timedelta(hours=1))
    now = signed_sample(platform, values, now=timezone.now())

    with pytest.raises(Stale):
        RECEIVERS[platform].verify(type(now)(early.headers, early.body, now.received_at), values)


class Asked:
    """Stands in for a platform's API, and remembers what it was asked with."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.with_values: list[dict[str, str]] = []

    def test(self, secrets: Mapping[str, str], details: Mapping[str, str]) -> str:
        self.with_values.append({**secrets, **details})
        if self.error:
            raise self.error
        return "The account has recordings."


@EVERY
def test_a_platform_with_an_api_is_asked_and_the_others_are_not(
    coach: User, platform: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = Asked()
    for name in CLIENTS:
        monkeypatch.setitem(CLIENTS, name, asked)
    connection, _made = connect(coach, platform, **_everything(platform))

    result = connecting.test(connection=connection, by=coach)

    connection.refresh_from_db()
    assert result.ok
    assert (connection.problem, connection.tested_at is not None) == ("", True)
    if PLATFORMS[platform].has_client:
        assert asked.with_values == [_values(connection)]
        assert result.sentence == "The account has recordings."
    else:
        assert asked.with_values == []
        assert result.sentence == connecting.WELL_FORMED
    assert set(CLIENTS) == {name for name, info in PLATFORMS.items() if info.has_client}


def _everything(platform: str) -> dict[str, dict[str, str]]:
    """Every value that the platform takes, the optional ones too."""
    info = PLATFORMS[platform]
    entered = [each.name for each in info.secrets if not each.is_generated]
    secrets = {name: f"the-value-of-{name}-of-the-platform-{platform}" for name in entered}
    if platform == "fathom":
        secrets["webhook_secret"] = "whsec_ZmF0aG9tLXNlY3JldA=="
    return {"secrets": secrets, "details": {each.name: each.name for each in info.details}}


@pytest.mark.parametrize("platform", ["zoom", "fathom"])
def test_an_api_whose_credentials_are_optional_and_not_there_is_not_asked(
    coach: User, platform: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = Asked()
    monkeypatch.setitem(CLIENTS, platform, asked)
    connection, _made = connect(coach, platform)

    result = connecting.test(connection=connection, by=coach)

    assert (result.ok, result.sentence) == (True, connecting.WELL_FORMED)
    assert asked.with_values == []


def test_what_the_platform_refuses_is_said_and_kept(
    coach: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(CLIENTS, "webex", Asked(WrongCredentials("Webex")))
    connection, _made = connect(coach, "webex")

    result = connecting.test(connection=connection, by=coach)

    connection.refresh_from_db()
    assert not result.ok
    assert result.sentence == WrongCredentials("Webex").detail
    assert (connection.problem, connection.tested_at is not None) == (result.sentence, True)


@pytest.mark.parametrize(
    ("platform", "values"),
    [
        ("standard", {"webhook_secret": "no base64 at all"}),
        ("livekit", {"api_secret": "secret"}),
        ("zoom", {"client_secret": "only this one"}),
    ],
)
def test_secrets_that_nothing_can_be_signed_with_are_found(
    coach: User, platform: str, values: dict[str, str]
) -> None:
    connection, _made = connect(coach, platform)
    Connection.objects.update(
        sealed_secrets=seal_fields(values),
        secret_endings=dict.fromkeys(values, "…"),
        details={},
    )
    connection.refresh_from_db()

    result = connecting.test(connection=connection, by=coach)

    assert not result.ok
    assert result.sentence.endswith((": replace it.", "then test again."))


def test_what_the_receiver_does_not_take_is_no_success(
    coach: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection, _made = connect(coach, "cal_com")

    def refuse(_delivery: Delivery, _secrets: Mapping[str, str]) -> bytes:
        raise BadSignature

    monkeypatch.setattr(RECEIVERS["cal_com"], "verify", refuse)

    result = connecting.test(connection=connection, by=coach)

    connection.refresh_from_db()
    assert (result.ok, connection.problem) == (False, BadSignature.detail)
