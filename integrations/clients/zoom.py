"""Zoom by server-to-server OAuth: recordings of an account's user, past ones as well."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import quote, urlencode

from django.utils import timezone

from filmroom.sentences import sentence
from integrations.clients.calling import bearer, call, credentials
from integrations.clients.errors import (
    ClientError,
    MissingScope,
    NotThere,
    OddAnswer,
    WrongCredentials,
)
from integrations.clients.tokens import Token, forget, remembered
from integrations.news import FetchNews, RecordingNews
from integrations.receivers import RECEIVERS, Told

SITE = "Zoom"
FOUND = sentence("Zoom lists {count} recordings of the last {days} days.")
OAUTH = "https://zoom.us/oauth/token"
API = "https://api.zoom.us/v2"
# Zoom lists a month at a time at most.
WINDOW = timedelta(days=30)
PAGE_SIZE = 300
MOST_PAGES = 100
DAYS_TESTED = 30
# To a token without the scopes Zoom answers 400, too.
_OF_API: Mapping[int, type[ClientError]] = {400: MissingScope}
_OF_TOKENS: Mapping[int, type[ClientError]] = {400: WrongCredentials}


def test(secrets: Mapping[str, str], details: Mapping[str, str]) -> str:
    """Return in one sentence what the account has. Raises ClientError kinds."""
    today = timezone.now().date()
    found = list(past(secrets, details, today - timedelta(days=DAYS_TESTED), today))
    return FOUND.format(count=len(found), days=DAYS_TESTED)


def ask(
    secrets: Mapping[str, str], details: Mapping[str, str], news: FetchNews
) -> list[RecordingNews]:
    """Return the recordings of a meeting by its UUID. Raises ClientError kinds."""
    token = access_token(secrets, details)
    # A slash in a UUID is a slash in the path to Zoom, however it is written but twice.
    name = quote(news.resource, safe="")
    if news.resource.startswith("/") or "//" in news.resource:
        name = quote(name, safe="")
    meeting = _get(f"/meetings/{name}/recordings", secrets, details)
    return [found for found in [_news(meeting, token)] if found is not None]


def again(
    secrets: Mapping[str, str], details: Mapping[str, str], known: RecordingNews
) -> RecordingNews:
    """Return a recording as Zoom has it now, with a token to fetch it. Raises ClientError kinds."""
    found = ask(secrets, details, FetchNews("recording", known.external_id))
    if not found:
        raise NotThere(SITE)
    return replace(found[0], external_id=known.external_id)


def past(
    secrets: Mapping[str, str], details: Mapping[str, str], since: date, until: date
) -> Iterator[RecordingNews]:
    """Return what was recorded from ``since`` to ``until``, both included, the newest month first.

    Raises ClientError kinds.
    """
    token = access_token(secrets, details)
    user = quote(details.get("user") or "me", safe="@")
    seen: set[str] = set()
    while since <= until:
        start = max(since, until - WINDOW)
        query = {"from": start.isoformat(), "to": until.isoformat(), "page_size": PAGE_SIZE}
        for meeting in _pages(f"/users/{user}/recordings", query, secrets, details):
            news = _news(meeting, token)
            if news is not None and news.external_id not in seen:
                seen.add(news.external_id)
                yield news
        until = start - timedelta(days=1)


def access_token(secrets: Mapping[str, str], details: Mapping[str, str]) -> Token:
    """Return a token for the account. Raises ClientError kinds."""
    names = _names(secrets, details)

    def get() -> tuple[str, float]:
        account, client, secret = names
        basic = base64.b64encode(f"{client}:{secret}".encode()).decode()
        query = urlencode({"grant_type": "account_credentials", "account_id": account})
        answer = call(
            SITE,
            "POST",
            f"{OAUTH}?{query}",
            headers={"Authorization": f"Basic {basic}"},
            fields=b"",
            refusals=_OF_TOKENS,
        )
        token = answer["access_token"].text(5000)
        if not token:
            raise OddAnswer(SITE)
        return token, answer["expires_in"].number() or 3600

    return remembered(names, get)


def _names(secrets: Mapping[str, str], details: Mapping[str, str]) -> tuple[str, str, str]:
    values = {**details, **secrets}
    account, client, secret = credentials(SITE, values, "account_id", "client_id", "client_secret")
    return account, client, secret


def _pages(
    path: str, query: dict[str, object], secrets: Mapping[str, str], details: Mapping[str, str]
) -> Iterator[Told]:
    following = ""
    for _page in range(MOST_PAGES):
        more = {"next_page_token": following} if following else {}
        answer = _get(f"{path}?{urlencode({**query, **more})}", secrets, details)
        yield from answer["meetings"].each()
        following = answer["next_page_token"].text(500)
        if not following:
            return


def _get(path: str, secrets: Mapping[str, str], details: Mapping[str, str]) -> Told:
    token = access_token(secrets, details).value
    try:
        return call(SITE, "GET", f"{API}{path}", headers=bearer(token), refusals=_OF_API)
    except WrongCredentials:
        # It may have been revoked with the app's scopes: the next question gets a new one.
        forget(_names(secrets, details))
        raise


def _news(meeting: Told, token: Token) -> RecordingNews | None:
    """A meeting of the API has the form of one in a webhook."""
    if not meeting["uuid"].name():
        return None
    news = RECEIVERS["zoom"].read(
        Told({"event": "recording.completed", **meeting.under("payload.object")}),
        received_at=timezone.now(),
    )[0]
    if not isinstance(news, RecordingNews):
        return None
    return replace(
        news,
        access={"download_token": token.value},
        access_until=token.until,
        expires_at=_expiry(meeting),
        is_back=True,  # what lies in the trash is not listed
    )


def _expiry(meeting: Told) -> datetime | None:
    """When Zoom moves it to the trash by itself, where the account says so."""
    if not meeting["auto_delete"].is_true():
        return None
    try:
        day = date.fromisoformat(meeting["auto_delete_date"].text(10))
    except ValueError:
        return None
    return datetime.combine(day, time(), tzinfo=UTC)
