"""Connecting platforms: secrets sealed, endings shown, refusals that name the field."""

from __future__ import annotations

import base64
import logging
from collections.abc import Callable

import pytest
from django.db import connection as database
from pytest_django.fixtures import Settings

from accounts.models import User
from filmroom.errors import FilmRoomError
from filmroom.sealing import unseal_fields
from integrations import connecting
from integrations.models import AnnouncedRecording, Connection, ReceivedEvent
from integrations.platforms import PLATFORMS
from sessions_app.models import Session
from tests.attempts import add_upload
from tests.integrations.connections import ENTERED, KNOWN, connect

EVERY = pytest.mark.parametrize("platform", PLATFORMS)


def _all_text_of(connection: Connection) -> str:
    """The whole row as the database keeps it."""
    with database.cursor() as cursor:
        table = Connection._meta.db_table
        cursor.execute(f"SELECT * FROM {table}")
        return repr(cursor.fetchall())


@EVERY
def test_a_connection_keeps_its_secrets_sealed_and_how_they_end(coach: User, platform: str) -> None:
    connection, generated = connect(coach, platform)

    values = {**ENTERED[platform], **generated}
    made = {each.name for each in PLATFORMS[platform].secrets if each.is_generated}
    connection.refresh_from_db()
    assert set(generated) == made
    assert unseal_fields(connection.sealed_secrets) == values
    assert connection.secret_endings == {name: value[-4:] for name, value in values.items()}
    assert connection.details == KNOWN.get(platform, {})
    assert (connection.coach, connection.created_by) == (coach, coach)
    assert connection.makes_sessions is PLATFORMS[platform].makes_sessions
    assert not connecting.missing_secrets(connection)
    assert not [value for value in values.values() if value in _all_text_of(connection)]


def test_made_secrets_are_new_each_time_and_have_the_form_the_platform_takes(coach: User) -> None:
    made = [connect(coach, "cal_com")[1]["webhook_secret"] for _time in range(2)]
    signing = connect(coach, "standard")[1]["webhook_secret"]

    assert made[0] != made[1]
    assert all(len(bytes.fromhex(value)) == 16 for value in made)
    assert signing.startswith("whsec_")
    assert len(base64.b64decode(signing.removeprefix("whsec_"), validate=True)) == 32


@pytest.mark.parametrize(
    ("secret", "ending"), [("abc", ""), ("abcdefgh", "gh"), ("a" * 12 + "wxyz", "wxyz")]
)
def test_short_secrets_show_less_of_their_end(coach: User, secret: str, ending: str) -> None:
    connection, _made = connect(coach, "zoom", secrets={"webhook_secret": secret})

    assert connection.secret_endings == {"webhook_secret": ending}


def test_secrets_are_never_logged(coach: User, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    connection, made = connect(coach, "webex")
    again = connecting.replace_secret(connection=connection, name="webhook_secret", by=coach)
    connecting.test(connection=connection, by=coach)
    connecting.remove(connection=connection, by=coach)

    values = [*made.values(), again, ENTERED["webex"]["access_token"], connection.sealed_secrets]
    assert "platform_connected" in caplog.text
    assert not [value for value in values if value in caplog.text + repr(connection)]


@pytest.mark.parametrize(
    ("platform", "fields", "code", "attr"),
    [
        ("skype", {}, "unknown_platform", "platform"),
        ("zoom", {"secrets": {}}, "required", "webhook_secret"),
        ("zoom", {"secrets": {"webhook_secret": "  "}}, "required", "webhook_secret"),
        ("zoom", {"secrets": {"webhook_secret": "a\nb"}}, "invalid", "webhook_secret"),
        ("zoom", {"secrets": {"webhook_secret": "a\x00b"}}, "invalid", "webhook_secret"),
        ("zoom", {"secrets": {"webhook_secret": "a\ud800"}}, "invalid", "webhook_secret"),
        ("zoom", {"secrets": {"webhook_secret": "x" * 2001}}, "invalid", "webhook_secret"),
        ("zoom", {"details": {"account_id": "a"}}, "invalid", "client_id"),
        ("zoom", {"details": {"client_id": "a"}}, "invalid", "account_id"),
        ("zoom", {"name": "x" * 101}, "invalid", "name"),
        ("graph", {"details": {"tenant_id": "t"}}, "required", "client_id"),
        ("livekit", {"details": {}}, "required", "api_key"),
        ("fathom", {"secrets": {"webhook_secret": "whsec_ä"}}, "invalid", "webhook_secret"),
        ("fathom", {"secrets": {"webhook_secret": "whsec_"}}, "invalid", "webhook_secret"),
    ],
)
def test_what_cannot_be_connected_is_refused_by_its_field_and_leaves_no_row(
    coach: User, platform: str, fields: dict[str, object], code: str, attr: str
) -> None:
    given = {"secrets": ENTERED.get(platform, {}), "details": KNOWN.get(platform, {}), **fields}
    with pytest.raises(FilmRoomError) as caught:
        connecting.connect(coach=coach, platform=platform, by=coach, **given)  # type: ignore[arg-type]

    assert (caught.value.code, caught.value.attr) == (code, attr)
    assert not Connection.objects.exists()


def test_past_recordings_take_all_three_or_none(coach: User) -> None:
    secrets = ENTERED["zoom"] | {"client_secret": "zoom-client-secret"}
    details = {"account_id": "acct", "client_id": "id", "colour": "ignored"}

    connection, _made = connect(coach, "zoom", secrets=secrets, details=details)

    assert connection.details == {"account_id": "acct", "client_id": "id"}
    assert set(connection.secret_endings) == {"webhook_secret", "client_secret"}


def test_a_secret_that_comes_late_is_entered_afterwards(coach: User) -> None:
    connection, made = connect(coach, "fathom", secrets={})

    assert made == {}
    assert [secret.name for secret in connecting.missing_secrets(connection)] == ["webhook_secret"]
    refused = connecting.test(connection=connection, by=coach)
    assert (refused.ok, refused.sentence) == (False, connecting.STILL_MISSING)

    value = ENTERED["fathom"]["webhook_secret"]
    assert not connecting.replace_secret(
        connection=connection, name="webhook_secret", value=value, by=coach
    )

    connection.refresh_from_db()
    assert not connecting.missing_secrets(connection)
    assert unseal_fields(connection.sealed_secrets) == {"webhook_secret": value}
    assert (connection.problem, connection.tested_at) == ("", None)


def test_a_replaced_secret_takes_the_place_of_the_old_one_alone(coach: User) -> None:
    connection, made = connect(coach, "webex")

    again = connecting.replace_secret(connection=connection, name="webhook_secret", by=coach)

    connection.refresh_from_db()
    assert again != made["webhook_secret"]
    assert unseal_fields(connection.sealed_secrets) == {
        "webhook_secret": again,
        **ENTERED["webex"],
    }
    assert connection.secret_endings["webhook_secret"] == again[-4:]


def test_a_tools_own_signing_secret_may_replace_ours(coach: User) -> None:
    connection, _made = connect(coach, "standard")
    with pytest.raises(connecting.ConnectionRefused) as caught:
        connecting.replace_secret(
            connection=connection, name="webhook_secret", value="plain words", by=coach
        )
    assert caught.value.attr == "value"

    own = "whsec_" + base64.b64encode(b"the tool's own secret").decode()
    made = connecting.replace_secret(
        connection=connection, name="webhook_secret", value=own, by=coach
    )

    connection.refresh_from_db()
    assert (made, unseal_fields(connection.sealed_secrets)) == ("", {"webhook_secret": own})


def test_an_optional_secret_can_be_forgotten_and_a_needed_one_cannot(coach: User) -> None:
    secrets = ENTERED["fathom"] | {"api_key": "fathom-api-key-1234"}
    connection, _made = connect(coach, "fathom", secrets=secrets)

    connecting.replace_secret(connection=connection, name="api_key", by=coach)
    with pytest.raises(connecting.SecretMissing):
        connecting.replace_secret(connection=connection, name="webhook_secret", by=coach)
    with pytest.raises(connecting.ConnectionRefused):
        connecting.replace_secret(connection=connection, name="password", value="x", by=coach)

    connection.refresh_from_db()
    assert unseal_fields(connection.sealed_secrets) == ENTERED["fathom"]


def test_after_a_change_of_the_key_a_secret_can_be_entered_anew(
    coach: User, settings: Settings
) -> None:
    connection, _made = connect(coach, "zoom")
    settings.SECRET_KEY = "another key than the one that sealed it, long enough"

    result = connecting.test(connection=connection, by=coach)
    assert (result.ok, "SECRET_KEY" in result.sentence) == (False, True)

    connecting.replace_secret(
        connection=connection, name="webhook_secret", value="a new secret token", by=coach
    )
    connection.refresh_from_db()
    assert unseal_fields(connection.sealed_secrets) == {"webhook_secret": "a new secret token"}


def test_name_account_and_switch_can_be_changed(coach: User) -> None:
    connection, _made = connect(coach, "graph")
    with pytest.raises(connecting.SecretMissing):
        connecting.change(connection=connection, details={"tenant_id": "t"}, by=coach)

    details = {"tenant_id": "tenant-2", "client_id": "app-2"}
    connecting.change(
        connection=connection, name=" Work ", details=details, makes_sessions=True, by=coach
    )
    connecting.change(connection=connection, by=coach)

    connection.refresh_from_db()
    assert (connection.name, connection.makes_sessions) == ("Work", True)
    assert connection.details == details
    assert str(connection) == "Microsoft Teams (Work)"


def test_removing_forgets_the_secrets_and_keeps_the_history(
    coach: User, make_session: Callable[..., Session]
) -> None:
    connection, _made = connect(coach, "zoom")
    event = ReceivedEvent.objects.create(
        connection=connection, coach=coach, platform="zoom", dedupe_key="1", outcome="handled"
    )
    fields = {"connection": connection, "coach": coach, "platform": "zoom", "sealed_access": "s"}
    waiting = AnnouncedRecording.objects.create(external_id="1", **fields)
    session = make_session()
    upload = add_upload(session, "pending")
    moving = AnnouncedRecording.objects.create(
        external_id="2", status="matched", session=session, upload=upload, **fields
    )

    connecting.remove(connection=connection, by=coach)

    assert not Connection.objects.exists()
    for row in (event, waiting, moving):
        row.refresh_from_db()
        assert (row.connection, row.coach) == (None, coach)
    # What is being fetched goes on; what waits cannot be fetched any more.
    assert (waiting.sealed_access, moving.sealed_access) == ("", "s")


def test_what_is_gone_is_said_to_be_gone(coach: User) -> None:
    connection, _made = connect(coach, "zoom")
    Connection.objects.filter(pk=connection.pk).delete()

    for act in (connecting.change, connecting.remove, connecting.test):
        with pytest.raises(connecting.ConnectionGone):
            act(connection=connection, by=coach)


def test_a_coach_has_a_limited_number_of_connections(
    coach: User, other_coach: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connecting, "MOST_CONNECTIONS", 2)
    connect(coach, "cal_com")
    connect(coach, "cal_com")

    with pytest.raises(connecting.TooManyConnections):
        connect(coach, "cal_com")

    connect(other_coach, "cal_com")
    assert Connection.objects.filter(coach=coach).count() == 2


def test_a_coach_sees_their_own_connections_only(
    coach: User, other_coach: User, client_user: User, staff: User
) -> None:
    own, _made = connect(coach, "cal_com")
    other, _made = connect(other_coach, "cal_com")

    def seen(user: User) -> set[object]:
        return set(Connection.objects.all().visible_to(user))

    assert (seen(coach), seen(other_coach)) == ({own}, {other})
    assert (seen(client_user), seen(staff)) == (set(), {own, other})
