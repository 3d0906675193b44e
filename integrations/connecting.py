"""Connecting platforms: what a coach enters, what is made here, and what comes of a test.

A secret goes in and never comes out again: rows keep it sealed, pages show how it ends.
"""

from __future__ import annotations

import base64
import binascii
import secrets as random_secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import structlog
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from filmroom.errors import FilmRoomError
from filmroom.sealing import Unsealable, seal_fields, unseal_fields
from filmroom.sentences import sentence
from integrations.clients import CLIENTS, graph
from integrations.models import AnnouncedRecording, Connection
from integrations.platforms import PLATFORMS, Made, PlatformInfo, Secret
from integrations.receivers import RECEIVERS
from integrations.samples import signed_sample
from recordings.models import ACTIVE_STATUSES

logger = structlog.get_logger(__name__)

MOST_CONNECTIONS = 50
LONGEST_NAME = 100
LONGEST_VALUE = 2000
WHSEC = "whsec_"

_BAD_VALUE = sentence("Copy this value again: it is one line of at most 2,000 characters.")
_BAD_WHSEC = sentence("A secret of this kind is whsec_ and base64 after it: copy it again.")
_TOGETHER = sentence("This is of use only together with the others beside it: give all or none.")


STILL_MISSING = sentence("A secret is still missing: enter it, then test again.")
WELL_FORMED = sentence("The secret is in order: what the platform signs with it is taken.")


@dataclass(frozen=True)
class TestResult:
    """What came of a test: whether it went well, and one English sentence (`sentences.told`)."""

    ok: bool
    sentence: str


class ConnectionRefused(FilmRoomError):
    code = "invalid"
    detail = "This connection cannot be made like that."


class UnknownPlatform(FilmRoomError):
    code = "unknown_platform"
    detail = "Choose one of the platforms that can be connected."
    attr = "platform"


class SecretMissing(FilmRoomError):
    code = "required"
    detail = "Enter this value: the connection does not work without it."


class NotSubscribable(FilmRoomError):
    code = "not_subscribable"
    detail = "This platform is told the address by you: paste it there as the steps say."
    http_status = 409


class TooManyConnections(FilmRoomError):
    code = "too_many_connections"
    detail = "You have as many connections as fit: remove one first."
    http_status = 409


class ConnectionGone(FilmRoomError):
    code = "not_found"
    detail = "This connection is not there any more."
    http_status = 404


def connect(
    *,
    coach: User,
    platform: str,
    secrets: Mapping[str, str],
    details: Mapping[str, str],
    by: User,
    name: str = "",
    makes_sessions: bool | None = None,
) -> tuple[Connection, dict[str, str]]:
    """Return a new connection of ``coach``, and the secrets that were made for it, by name.

    Those are shown this once, to be pasted at the platform. ``makes_sessions`` None: as is usual
    for the platform. Names that the platform does not have are ignored. Raises UnknownPlatform,
    SecretMissing, ConnectionRefused (their ``attr`` is the field), TooManyConnections.
    """
    info = PLATFORMS.get(platform)
    if info is None:
        raise UnknownPlatform
    kept = _details(info, details)
    entered = {
        secret.name: _entered(secret, secrets.get(secret.name, ""))
        for secret in info.secrets
        if not secret.is_generated
    }
    _check_together(info, {**kept, **entered})
    generated = {secret.name: _new_value(secret) for secret in info.secrets if secret.is_generated}
    values = {key: value for key, value in {**entered, **generated}.items() if value}
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=coach.pk)
        if Connection.objects.filter(coach=coach).count() >= MOST_CONNECTIONS:
            raise TooManyConnections
        connection = Connection.objects.create(
            coach=coach,
            platform=platform,
            name=_name(name),
            details=kept,
            makes_sessions=info.makes_sessions if makes_sessions is None else makes_sessions,
            created_by=by,
            **_sealed(values),
        )
    _log("platform_connected", connection, by)
    return connection, generated


def change(
    *,
    connection: Connection,
    by: User,
    name: str | None = None,
    details: Mapping[str, str] | None = None,
    makes_sessions: bool | None = None,
) -> Connection:
    """Return the connection with what is given changed; None leaves it as it is.

    Raises SecretMissing, ConnectionRefused, ConnectionGone.
    """
    with transaction.atomic():
        row = _locked(connection)
        if name is not None:
            row.name = _name(name)
        if details is not None:
            info = PLATFORMS[row.platform]
            row.details = _details(info, details)
            _check_together(info, {**row.details, **row.secret_endings})
        if makes_sessions is not None:
            row.makes_sessions = makes_sessions
        row.save(update_fields=["name", "details", "makes_sessions"])
    _log("connection_changed", row, by)
    return row


def replace_secret(*, connection: Connection, name: str, by: User, value: str = "") -> str:
    """Put another secret in the place of one; the old one is worthless here at once.

    Returns the new one where it was made here (no ``value`` for a secret that Film Room makes),
    to be shown this once; else ''. An optional secret without a ``value`` is forgotten. Raises
    SecretMissing, ConnectionRefused, ConnectionGone.
    """
    info = PLATFORMS[connection.platform]
    secret = info.secret(name)
    if secret is None:
        raise ConnectionRefused(attr="name")
    generated = ""
    entered = _clean(value, "value")
    if not entered and secret.is_generated:
        entered = generated = _new_value(secret)
    elif not entered and secret.is_required:
        raise SecretMissing(attr="value")
    _check_form(secret, entered, "value")
    with transaction.atomic():
        row = _locked(connection)
        values = _readable(row)
        values.pop(name, None)
        if entered:
            values[name] = entered
        for field, kept in _sealed(values).items():
            setattr(row, field, kept)
        row.problem = ""
        row.tested_at = None
        row.save(update_fields=["sealed_secrets", "secret_endings", "problem", "tested_at"])
    _log("secret_replaced", row, by, secret=name)
    return generated


def remove(*, connection: Connection, by: User) -> None:
    """Forget a connection with its secrets; what came in by it stays as history.

    What it was given to fetch waiting recordings with is forgotten too, but for imports that are
    under way. Raises ConnectionGone.
    """
    with transaction.atomic():
        row = _locked(connection)
        _log("platform_disconnected", row, by)
        announced = AnnouncedRecording.objects.filter(connection=row)
        under_way = announced.filter(upload__status__in=ACTIVE_STATUSES)
        announced.exclude(pk__in=list(under_way.values_list("pk", flat=True))).update(
            sealed_access="", access_until=None
        )
        row.delete()


def test(*, connection: Connection, by: User) -> TestResult:
    """Try the connection as far as it can be tried from here, and keep what came of it.

    Where Film Room asks the platform's API, it is asked; a request signed with the secret is put
    before the receiver of every platform. Raises ConnectionGone; what goes wrong is the result.
    """
    try:
        sentence_ = _try(connection)
    except FilmRoomError as error:
        result = TestResult(False, error.detail)
    else:
        result = TestResult(True, sentence_)
    kept = Connection.objects.filter(pk=connection.pk).update(
        tested_at=timezone.now(), problem="" if result.ok else result.sentence[:500]
    )
    if not kept:
        raise ConnectionGone
    _log("connection_tested", connection, by, ok=str(result.ok))
    return result


def subscribe(*, connection: Connection, by: User) -> None:
    """Ask the platform to call this connection's address from now on, by its secrets of today.

    For platforms that Film Room subscribes to itself. Raises NotSubscribable, SecretMissing,
    ConnectionGone and ClientError kinds.
    """
    if not PLATFORMS[connection.platform].subscribes:
        raise NotSubscribable
    if missing_secrets(connection):
        raise SecretMissing(STILL_MISSING)
    secrets = unseal_fields(connection.sealed_secrets)
    graph.subscribe(secrets, connection.details, connection.webhook_address, anew=True)
    if not Connection.objects.filter(pk=connection.pk).update(problem=""):
        raise ConnectionGone
    _log("platform_subscribed", connection, by)


def _try(connection: Connection) -> str:
    """What can be said for the connection. Raises FilmRoomError kinds, with what speaks against."""
    if missing_secrets(connection):
        raise SecretMissing(STILL_MISSING)
    secrets, details = unseal_fields(connection.sealed_secrets), dict(connection.details)
    values = {**details, **secrets}
    sample = signed_sample(connection.platform, values, now=timezone.now())
    RECEIVERS[connection.platform].verify(sample, values)
    client = CLIENTS.get(connection.platform)
    if client is None or not _can_ask(connection, values):
        return WELL_FORMED
    return client.test(secrets, details)


def _can_ask(connection: Connection, values: Mapping[str, str]) -> bool:
    """Whether what the platform's API takes has been entered."""
    info = PLATFORMS[connection.platform]
    entered = [each for each in info.secrets if not each.is_generated]
    optional = [each.name for each in entered if not each.is_required]
    return all(values.get(name) for name in info.together or optional)


def missing_secrets(connection: Connection) -> list[Secret]:
    """Return the secrets that the connection does not work without and does not have yet."""
    return [
        secret
        for secret in PLATFORMS[connection.platform].secrets
        if secret.is_required and secret.name not in connection.secret_endings
    ]


def _locked(connection: Connection) -> Connection:
    row = Connection.objects.select_for_update().filter(pk=connection.pk).first()
    if row is None:
        raise ConnectionGone
    return row


def _readable(connection: Connection) -> dict[str, str]:
    try:
        return unseal_fields(connection.sealed_secrets)
    except Unsealable:
        return {}  # nothing opens them any more: they are entered anew, one after the other


def _sealed(values: Mapping[str, str]) -> dict[str, Any]:
    return {
        "sealed_secrets": seal_fields(values),
        "secret_endings": {name: _ending(value) for name, value in values.items()},
    }


def _ending(value: str) -> str:
    """The last four characters, fewer of a secret that is so short that they would tell much."""
    return value[len(value) - min(4, len(value) // 4) :]


def _details(info: PlatformInfo, given: Mapping[str, str]) -> dict[str, str]:
    kept = {}
    for detail in info.details:
        value = _clean(given.get(detail.name, ""), detail.name)
        if value:
            kept[detail.name] = value
        elif detail.is_required:
            raise SecretMissing(attr=detail.name)
    return kept


def _entered(secret: Secret, given: str) -> str:
    value = _clean(given, secret.name)
    if not value and secret.is_required and not secret.is_late:
        raise SecretMissing(attr=secret.name)
    _check_form(secret, value, secret.name)
    return value


def _clean(value: str, attr: str) -> str:
    value = value.strip()
    if len(value) > LONGEST_VALUE or not value.isprintable():
        raise ConnectionRefused(_BAD_VALUE, attr=attr)
    return value


def _check_form(secret: Secret, value: str, attr: str) -> None:
    if not value or not (secret.made == Made.WHSEC or value.startswith(WHSEC)):
        return
    try:
        key = base64.b64decode(value.removeprefix(WHSEC), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not value.startswith(WHSEC) or not key:
        raise ConnectionRefused(_BAD_WHSEC, attr=attr)


def _check_together(info: PlatformInfo, values: Mapping[str, str]) -> None:
    given = [name for name in info.together if values.get(name)]
    missing = [name for name in info.together if name not in given]
    if given and missing:
        raise ConnectionRefused(_TOGETHER, attr=missing[0])


def _name(name: str) -> str:
    name = name.strip()
    if len(name) > LONGEST_NAME or not name.isprintable():
        raise ConnectionRefused("Give a name of at most 100 characters.", attr="name")
    return name


def _new_value(secret: Secret) -> str:
    if secret.made == Made.WHSEC:
        return WHSEC + base64.b64encode(random_secrets.token_bytes(32)).decode()
    return random_secrets.token_hex(16)  # 128 bits; Fireflies takes 32 characters at most


def _log(event: str, connection: Connection, by: User, **more: str) -> None:
    logger.info(
        event,
        connection=str(connection.pk),
        platform=connection.platform,
        coach=str(connection.coach_id),
        by=str(by.pk),
        **more,
    )
