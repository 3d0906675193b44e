"""Endpoints of outgoing webhooks: made, changed, given new secrets, switched off and on, gone."""

from __future__ import annotations

import base64
import ipaddress
import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from filmroom.errors import FilmRoomError
from filmroom.sealing import Unsealable, seal, unseal
from integrations.models import EventType, WebhookDelivery, WebhookEndpoint
from integrations.notices import tell_of_disabling
from recordings.fetching import FetchError, check_url, check_written
from sessions_app.models import URL_MAX_LENGTH

logger = structlog.get_logger(__name__)

MOST_ENDPOINTS = 20
LONGEST_DESCRIPTION = 200
PREVIOUS_SECRET_SIGNS_FOR = timedelta(hours=24)
# 33 bytes are 44 characters of base64 without padding.
SECRET_BYTES = 33
CHANGEABLE = frozenset({"url", "description", "events"})

Status = WebhookEndpoint.Status
Reason = WebhookEndpoint.Reason


class EndpointRefused(FilmRoomError):
    code = "invalid"
    detail = "This endpoint cannot be made like that."


class InvalidAddress(FilmRoomError):
    code = "invalid_url"
    detail = "This is not a complete web address: give it whole, starting with https://."
    attr = "url"


class HttpsRequired(FilmRoomError):
    code = "https_required"
    detail = "Recordings are told of over https only: give an address that starts with https://."
    attr = "url"


class AddressBlocked(FilmRoomError):
    code = "blocked_address"
    detail = (
        "This address cannot be reached from the internet:"
        " give one with a public name, on port 443 or 8443."
    )
    attr = "url"


class TooManyEndpoints(FilmRoomError):
    code = "too_many_endpoints"
    detail = "You have as many endpoints as fit: delete one first."
    http_status = 409


class EndpointGone(FilmRoomError):
    code = "not_found"
    detail = "This endpoint is not there any more."
    http_status = 404


class CoachesOnly(FilmRoomError):
    code = "permission_denied"
    detail = "Only coaches and staff are told of recordings."
    http_status = 403


def create_endpoint(
    *, owner: User, url: str, events: Iterable[str], description: str = "", by: User
) -> tuple[WebhookEndpoint, str]:
    """Return a new, active endpoint and its secret, which is shown this once.

    Raises InvalidAddress, HttpsRequired or AddressBlocked for an address that is not called,
    EndpointRefused for a bad description or list of events, TooManyEndpoints, CoachesOnly.
    """
    if not owner.is_staff and owner.role != User.Role.COACH:
        raise CoachesOnly
    fields = _checked({"url": url, "events": list(events), "description": description})
    secret = _new_secret()
    with transaction.atomic():
        # Of many requests at once not one more than fits gets through.
        User.objects.select_for_update(no_key=True).get(pk=owner.pk)
        if WebhookEndpoint.objects.filter(coach=owner).count() >= MOST_ENDPOINTS:
            raise TooManyEndpoints
        endpoint = WebhookEndpoint.objects.create(
            coach=owner,
            created_by=by,
            sealed_secret=seal(secret),
            secret_ending=secret[-4:],
            **fields,
        )
    _log("created", endpoint, by)
    return endpoint, secret


def change_endpoint(*, endpoint: WebhookEndpoint, changes: Mapping[str, Any], by: User) -> None:
    """Change url, description or events; what is not named stays.

    Events asked for anew are told of from now on. Raises what `create_endpoint` raises.
    """
    fields = _checked({name: changes[name] for name in changes if name in CHANGEABLE})
    with transaction.atomic():
        held = _held(endpoint)
        if set(fields.get("events", ())) - set(held.events):
            fields["listening_since"] = timezone.now()
        _write(endpoint, **fields)
    _log("changed", endpoint, by)


def rotate_secret(*, endpoint: WebhookEndpoint, by: User) -> str:
    """Give the endpoint a new secret and return it, this once.

    The old one signs as well for 24 hours. One that was rotated out before is worthless at once.
    """
    secret = _new_secret()
    with transaction.atomic():
        held = _held(endpoint)
        _write(
            endpoint,
            sealed_previous_secret=held.sealed_secret,
            previous_secret_until=timezone.now() + PREVIOUS_SECRET_SIGNS_FOR,
            sealed_secret=seal(secret),
            secret_ending=secret[-4:],
        )
    _log("rotated", endpoint, by)
    return secret


def enable_endpoint(*, endpoint: WebhookEndpoint, by: User) -> None:
    """Let a disabled endpoint be told of what happens from now on; an active one stays as it is."""
    with transaction.atomic():
        if _held(endpoint).is_active:
            endpoint.refresh_from_db()
            return
        _write(
            endpoint,
            status=Status.ACTIVE,
            disabled_reason="",
            disabled_at=None,
            listening_since=timezone.now(),
        )
    _log("enabled", endpoint, by)


def disable_endpoint(*, endpoint: WebhookEndpoint, by: User) -> None:
    """Switch an endpoint off; what waits for it fails, and can be replayed."""
    if _disable(WebhookEndpoint.objects.filter(pk=endpoint.pk), Reason.SWITCHED_OFF):
        _log("switched_off", endpoint, by)
    endpoint.refresh_from_db()


def delete_endpoint(*, endpoint: WebhookEndpoint, by: User) -> None:
    """Remove an endpoint with its history; nothing is sent to it any more.

    Raises EndpointGone when somebody else was first.
    """
    endpoint_id = str(endpoint.pk)
    with transaction.atomic():
        _held(endpoint)
        WebhookEndpoint.objects.filter(pk=endpoint.pk).delete()
    logger.info("webhook_endpoint_deleted", endpoint=endpoint_id, by=str(by.pk))


def disable_failing(*, endpoint_id: UUID, reason: str, since: datetime | None) -> bool:
    """Disable an endpoint that does not work, and write to its owner; return whether this did it.

    ``since`` None disables in any case, else only when nothing was delivered after it.
    """
    rows = WebhookEndpoint.objects.filter(pk=endpoint_id)
    if since is not None:
        rows = rows.filter(Q(last_success_at=None) | Q(last_success_at__lt=since))
    with transaction.atomic():
        if not _disable(rows, reason):
            return False
        # Whatever a mail comes to, the endpoint stays disabled and the worker goes on.
        transaction.on_commit(partial(tell_of_disabling, endpoint_id), robust=True)
    logger.warning("webhook_endpoint_disabled", endpoint=str(endpoint_id), reason=reason)
    return True


def signing_secrets(endpoint: WebhookEndpoint) -> list[str]:
    """Return the secrets that sign what is sent now, the newest first.

    Raises Unsealable when the newest cannot be read any more.
    """
    found = [unseal(endpoint.sealed_secret)]
    until = endpoint.previous_secret_until
    if endpoint.sealed_previous_secret and until is not None and timezone.now() < until:
        try:
            found.append(unseal(endpoint.sealed_previous_secret))
        except Unsealable:
            logger.warning("previous_secret_unreadable", endpoint=str(endpoint.pk))
    return found


def checked_address(url: str) -> str:
    """Return the one spelling of an address that may be called. Raises what `create_endpoint`
    does."""
    url = url.strip()
    try:
        target = check_written(url)
        if len(target.url) > URL_MAX_LENGTH:  # letters beyond ASCII are written longer
            raise InvalidAddress
        if target.scheme != "https" and not _is_exempt(target.address):
            raise HttpsRequired
        check_url(target.url)
    except FetchError as error:
        known = {"invalid_url": InvalidAddress, "blocked_address": AddressBlocked}
        raise known.get(error.code, HttpsRequired) from error
    return target.url


def _is_exempt(address: object) -> bool:
    """Whether it is the one address that the operator lets through the guard, for tests."""
    allowed = settings.IMPORT_ALLOWED_ORIGIN
    return bool(allowed) and address == ipaddress.ip_address(allowed)


def _checked(fields: dict[str, Any]) -> dict[str, Any]:
    checked = dict(fields)
    if "url" in fields:
        checked["url"] = checked_address(str(fields["url"]))
    if "description" in fields:
        checked["description"] = " ".join(str(fields["description"]).split())
        if len(checked["description"]) > LONGEST_DESCRIPTION:
            raise EndpointRefused("Describe it in at most 200 characters.", attr="description")
    if "events" in fields:
        chosen = set(fields["events"])
        if not chosen or chosen - set(EventType.values):
            raise EndpointRefused("Choose at least one of the events there are.", attr="events")
        checked["events"] = [event for event in EventType.values if event in chosen]
    return checked


def _new_secret() -> str:
    return "whsec_" + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def _held(endpoint: WebhookEndpoint) -> WebhookEndpoint:
    """The row as it is now, locked: for use inside a transaction."""
    held = WebhookEndpoint.objects.select_for_update().filter(pk=endpoint.pk).first()
    if held is None:
        raise EndpointGone
    return held


def _write(endpoint: WebhookEndpoint, **fields: Any) -> None:
    if fields:
        WebhookEndpoint.objects.filter(pk=endpoint.pk).update(**fields)
    endpoint.refresh_from_db()


def _disable(rows: Any, reason: str) -> bool:
    with transaction.atomic():
        ids = list(
            rows.select_for_update().filter(status=Status.ACTIVE).values_list("pk", flat=True)
        )
        won = WebhookEndpoint.objects.filter(pk__in=ids).update(
            status=Status.DISABLED, disabled_reason=reason, disabled_at=timezone.now()
        )
        WebhookDelivery.objects.filter(
            endpoint__in=ids, status=WebhookDelivery.Status.PENDING
        ).update(
            status=WebhookDelivery.Status.FAILED,
            error_code="endpoint_disabled",
            next_attempt_at=None,
            lease_owner="",
            lease_until=None,
        )
    return won > 0


def _log(what: str, endpoint: WebhookEndpoint, by: User) -> None:
    logger.info(f"webhook_endpoint_{what}", endpoint=str(endpoint.pk), by=str(by.pk))
