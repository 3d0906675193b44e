"""Secrets at rest: sealed before they reach a row, opened only where they are used.

Fernet (AES-128-CBC with HMAC-SHA256) under keys derived from SECRET_KEY by HKDF (RFC 5869);
SECRET_KEY_FALLBACKS open what earlier keys sealed. Columns that hold a sealed text are named
``sealed_…`` and never opened by the ORM, so that no list, log or repr shows what is inside.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from functools import lru_cache

import orjson
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from filmroom.errors import FilmRoomError


class Unsealable(FilmRoomError):
    code = "secret_unreadable"
    detail = "A stored secret cannot be read any more, as SECRET_KEY has changed: enter it anew."
    http_status = 409


def seal(text: str) -> str:
    """Return ``text`` sealed, safe to store; empty stays empty."""
    return _box(*_keys()).encrypt(text.encode()).decode() if text else ""


def unseal(sealed: str) -> str:
    """Return what `seal` was given. Raises Unsealable when no key of today or before opens it."""
    if not sealed:
        return ""
    try:
        return _box(*_keys()).decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise Unsealable from error


def seal_fields(values: Mapping[str, str]) -> str:
    """Return a mapping of texts sealed as one text; an empty mapping is the empty text."""
    return seal(orjson.dumps(dict(values)).decode()) if values else ""


def unseal_fields(sealed: str) -> dict[str, str]:
    """Return what `seal_fields` was given. Raises Unsealable."""
    text = unseal(sealed)
    fields: dict[str, str] = orjson.loads(text) if text else {}
    return fields


def _keys() -> tuple[str, ...]:
    return (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)


@lru_cache(maxsize=8)
def _box(*secrets: str) -> MultiFernet:
    return MultiFernet([Fernet(_derived(secret)) for secret in secrets])


def _derived(secret: str) -> bytes:
    derivation = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"film room: secrets at rest")
    return base64.urlsafe_b64encode(derivation.derive(secret.encode()))
