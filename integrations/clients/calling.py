"""One question to a platform's API: over the guarded way out, its answer a JSON object."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from filmroom.json import dump
from integrations.clients.errors import (
    ClientError,
    MissingScope,
    NoCredentials,
    NotThere,
    OddAnswer,
    RateLimited,
    Unavailable,
    WrongCredentials,
)
from integrations.receivers import NotJson, Told, load
from recordings.fetching import Answer, FetchError, FetchSession, ask
from recordings.fetching.asking import FORM, JSON

SECONDS = 20.0
_BY_STATUS: dict[int, type[ClientError]] = {
    401: WrongCredentials,
    403: MissingScope,
    404: NotThere,
    410: NotThere,
    429: RateLimited,
}


def call(
    site: str,
    method: str,
    url: str,
    *,
    headers: Mapping[str, str],
    fields: bytes | None = None,
    data: Any = None,
    refusals: Mapping[int, type[ClientError]] | None = None,
) -> Told:
    """Send one request and return the JSON object that is its answer; an empty one says nothing.

    ``fields`` is a form's body, ``data`` becomes JSON. Redirects are not followed: an API has no
    reason to send our credentials elsewhere. ``refusals`` says what a status means here where it
    means something else than usual. Raises ClientError kinds.
    """
    body = fields if fields is not None else dump(data) if data is not None else None
    try:
        with FetchSession(seconds=SECONDS) as session:
            answer = ask(
                method,
                url,
                session=session,
                headers={"Accept": JSON, **headers},
                body=body,
                content_type=FORM if fields is not None else JSON,
                redirects=False,
            )
    except FetchError as error:
        raise Unavailable(site) from error
    if not answer.ok:
        raise refusal(site, answer, refusals or {})
    try:
        return load(answer.body or b"{}")
    except NotJson as error:
        raise OddAnswer(site) from error


def refusal(site: str, answer: Answer, known: Mapping[int, type[ClientError]]) -> ClientError:
    """Return what an answer means that is no success."""
    kind = {**_BY_STATUS, **known}.get(answer.status)
    if kind is None:
        kind = Unavailable if answer.status >= 500 else ClientError
    return kind(site, retry_after=answer.retry_after)


def bearer(token: str) -> dict[str, str]:
    """Return the header that carries an access token."""
    return {"Authorization": f"Bearer {token}"}


def credentials(site: str, values: Mapping[str, str], *names: str) -> list[str]:
    """Return what a connection holds under ``names``.

    Raises NoCredentials where one is empty, WrongCredentials where no header could carry it.
    """
    found = [values.get(name, "") for name in names]
    if not all(found):
        raise NoCredentials(site)
    if not all(map(str.isascii, found)):
        raise WrongCredentials(site)
    return found
