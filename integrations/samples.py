"""A request as each platform would sign it, to prove that a connection's secret works here.

Written from the schemes' descriptions, not from the receivers: what passes has two witnesses.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

import jwt

from filmroom.errors import FilmRoomError
from filmroom.json import dump
from integrations.receivers import Delivery

Headers = dict[str, str]
Values = Mapping[str, str]
BODY = b'{"sample":true}'


class Unsignable(FilmRoomError):
    code = "secret_unusable"
    detail = "Nothing can be signed with this secret: replace it."
    http_status = 409


def signed_sample(platform: str, values: Values, *, now: datetime) -> Delivery:
    """Return a request signed at ``now`` with a connection's secrets and details by name.

    Raises Unsignable.
    """
    if platform == "graph":
        notices = [{"clientState": values["client_state"], "resource": "sample"}]
        return Delivery(headers={}, body=dump({"value": notices}), received_at=now)
    try:
        headers = _SIGNERS[platform](values, now)
    except (KeyError, binascii.Error, ValueError, jwt.PyJWTError) as error:
        raise Unsignable from error
    return Delivery(headers=headers, body=BODY, received_at=now)


def _zoom(values: Values, now: datetime) -> Headers:
    at = str(int(now.timestamp()))
    signature = _hex(values["webhook_secret"], f"v0:{at}:".encode() + BODY)
    return {"x-zm-request-timestamp": at, "x-zm-signature": f"v0={signature}"}


def _cal_com(values: Values, now: datetime) -> Headers:
    return {"x-cal-signature-256": _hex(values["webhook_secret"], BODY)}


def _calendly(values: Values, now: datetime) -> Headers:
    at = str(int(now.timestamp()))
    signature = _hex(values["webhook_secret"], f"{at}.".encode() + BODY)
    return {"calendly-webhook-signature": f"t={at},v1={signature}"}


def _livekit(values: Values, now: datetime) -> Headers:
    claims = {
        "iss": values["api_key"],
        "nbf": now,
        "exp": now + timedelta(minutes=5),
        "sha256": base64.b64encode(hashlib.sha256(BODY).digest()).decode(),
    }
    return {"authorization": jwt.encode(claims, values["api_secret"], algorithm="HS256")}


def _standard(values: Values, now: datetime) -> Headers:
    at = str(int(now.timestamp()))
    key = base64.b64decode(values["webhook_secret"].removeprefix("whsec_"), validate=True)
    digest = hmac.digest(key, f"sample.{at}.".encode() + BODY, "sha256")
    return {
        "webhook-id": "sample",
        "webhook-timestamp": at,
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }


def _webex(values: Values, now: datetime) -> Headers:
    return {"x-spark-signature": _hex(values["webhook_secret"], BODY, "sha1")}


def _fireflies(values: Values, now: datetime) -> Headers:
    return {"x-hub-signature": f"sha256={_hex(values['webhook_secret'], BODY)}"}


def _hex(secret: str, message: bytes, algorithm: str = "sha256") -> str:
    return hmac.new(secret.encode(), message, algorithm).hexdigest()


_SIGNERS: Mapping[str, Callable[[Values, datetime], Headers]] = {
    "zoom": _zoom,
    "cal_com": _cal_com,
    "calendly": _calendly,
    "livekit": _livekit,
    "fathom": _standard,
    "standard": _standard,
    "webex": _webex,
    "fireflies": _fireflies,
}
