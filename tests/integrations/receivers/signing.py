"""Requests as each platform sends them: its body, and the headers that sign exactly these bytes.

Written from the schemes' descriptions, with the standard library only.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable, Mapping
from typing import Any

Headers = dict[str, str]
Signer = Callable[..., Headers]

SECRETS: dict[str, dict[str, str]] = {
    "zoom": {"webhook_secret": "zoom-secret-token-7f3a"},
    "cal_com": {"webhook_secret": "cal-secret-0c5e"},
    "calendly": {"webhook_secret": "calendly-signing-key-91bc"},
    "livekit": {"api_secret": "livekit-api-secret-44de-0123456789abcdef"},
    "fathom": {"webhook_secret": "whsec_ZmF0aG9tLXNlY3JldC1mb3ItdGVzdHM="},
    "standard": {"webhook_secret": "whsec_c3RhbmRhcmQtc2VjcmV0LWZvci10ZXN0cw=="},
    "webex": {"webhook_secret": "webex-secret-77aa", "access_token": "webex-access-token-5b2e"},
    "graph": {"client_state": "graph-client-state-31f9", "client_secret": "graph-client-secret"},
    "fireflies": {"webhook_secret": "fireflies-secret-12ab", "api_key": "fireflies-api-key-0d9a"},
}
DETAILS = {"livekit": {"api_key": "APIxyz"}, "graph": {"tenant_id": "t-1", "client_id": "c-1"}}
PLATFORMS = list(SECRETS)


def other_secrets(platform: str) -> dict[str, str]:
    """Secrets of somebody else at the same platform."""
    if platform in ("fathom", "standard"):
        return {"webhook_secret": "whsec_" + base64.b64encode(b"of somebody else").decode()}
    return {name: f"{value}-of-somebody-else" for name, value in SECRETS[platform].items()}


def dumped(body: Any) -> bytes:
    """A body as a platform writes it, without any blank."""
    return json.dumps(body, separators=(",", ":")).encode()


def hexed(secret: str, message: bytes, algorithm: str = "sha256") -> str:
    return hmac.new(secret.encode(), message, algorithm).hexdigest()


def written(at: Any) -> str:
    """A time in seconds as headers have it; text as it is."""
    return at if isinstance(at, str) else str(int(at))


def zoom(body: bytes, secrets: Mapping[str, str], at: Any) -> Headers:
    stamp = written(at)
    signature = hexed(secrets["webhook_secret"], b"v0:" + stamp.encode() + b":" + body)
    return {"x-zm-request-timestamp": stamp, "x-zm-signature": f"v0={signature}"}


def cal_com(body: bytes, secrets: Mapping[str, str], at: Any) -> Headers:
    return {"X-Cal-Signature-256": hexed(secrets["webhook_secret"], body)}


def calendly(body: bytes, secrets: Mapping[str, str], at: Any) -> Headers:
    stamp = written(at)
    signature = hexed(secrets["webhook_secret"], stamp.encode() + b"." + body)
    return {"Calendly-Webhook-Signature": f"t={stamp},v1={signature}"}


def jwt_of(claims: Mapping[str, Any], secret: str, algorithm: str = "HS256") -> str:
    def part(data: bytes) -> str:
        return base64.urlsafe_b64encode(data).rstrip(b"=").decode()

    head = part(dumped({"alg": algorithm, "typ": "JWT"}))
    signed = f"{head}.{part(dumped(claims))}"
    return f"{signed}.{part(hmac.digest(secret.encode(), signed.encode(), 'sha256'))}"


def livekit_claims(body: bytes, at: float) -> dict[str, Any]:
    return {
        "iss": "APIxyz",
        "nbf": int(at),
        "exp": int(at) + 300,
        "sha256": base64.b64encode(hashlib.sha256(body).digest()).decode(),
    }


def livekit(body: bytes, secrets: Mapping[str, str], at: Any) -> Headers:
    token = jwt_of(livekit_claims(body, at), secrets["api_secret"])
    return {"Authorization": token, "Content-Type": "application/webhook+json"}


def standard(
    body: bytes,
    secrets: Mapping[str, str],
    at: float,
    name: str = "msg_2KWPBgLlAfxdp",
) -> Headers:
    stamp = written(at)
    key = base64.b64decode(secrets["webhook_secret"].removeprefix("whsec_"))
    signature = hmac.digest(key, f"{name}.{stamp}.".encode() + body, "sha256")
    return {
        "webhook-id": name,
        "webhook-timestamp": stamp,
        "webhook-signature": f"v1,{base64.b64encode(signature).decode()}",
    }


def webex(body: bytes, secrets: Mapping[str, str], at: Any) -> Headers:
    return {"X-Spark-Signature": hexed(secrets["webhook_secret"], body, "sha1")}


def graph(body: bytes, secrets: Mapping[str, str], at: Any) -> Headers:
    return {}


def fireflies(body: bytes, secrets: Mapping[str, str], at: Any) -> Headers:
    return {"X-Hub-Signature": f"sha256={hexed(secrets['webhook_secret'], body)}"}


SIGNERS: dict[str, Signer] = {
    "zoom": zoom,
    "cal_com": cal_com,
    "calendly": calendly,
    "livekit": livekit,
    "fathom": standard,
    "standard": standard,
    "webex": webex,
    "graph": graph,
    "fireflies": fireflies,
}
# Whose signature says when it was made.
WITH_TIME = ["zoom", "calendly", "livekit", "fathom", "standard"]


def signed(platform: str, body: bytes, *, ago: float = 0, **more: Any) -> Headers:
    """The headers that sign ``body`` as the platform did ``ago`` seconds before now.

    ``at`` stands in its place for a time as it is to be written.
    """
    secrets, at = more.pop("secrets", SECRETS[platform]), more.pop("at", time.time() - ago)
    return SIGNERS[platform](body, secrets, at, **more)
