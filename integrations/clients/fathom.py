"""Fathom: what its API knows of a meeting. The recording itself comes by its share link."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import quote

from django.utils import timezone

from filmroom.sentences import sentence
from integrations.clients.calling import call, credentials
from integrations.news import FetchNews, FileKind, RecordingNews
from integrations.receivers import RECEIVERS, Told

SITE = "Fathom"
FOUND = sentence("Fathom lists {count} meetings on the first page of this account.")
API = "https://api.fathom.ai/external/v1"


def test(secrets: Mapping[str, str], details: Mapping[str, str]) -> str:
    """Return in one sentence what the account has. Raises ClientError kinds."""
    count = len(_get("/meetings?limit=10", secrets)["items"].each())
    return FOUND.format(count=count)


def ask(
    secrets: Mapping[str, str], details: Mapping[str, str], news: FetchNews
) -> list[RecordingNews]:
    """Return nothing: Fathom's webhook tells all there is."""
    return []


def again(
    secrets: Mapping[str, str], details: Mapping[str, str], known: RecordingNews
) -> RecordingNews:
    """Return a meeting with its transcript, where it came without. Raises ClientError kinds."""
    if any(file.kind == FileKind.TRANSCRIPT for file in known.files):
        return known
    path = f"/recordings/{quote(known.external_id, safe='')}/transcript"
    told = _get(path, secrets)["transcript"]
    body = Told({**told.under("transcript"), "recording_id": known.external_id})
    found = RECEIVERS["fathom"].read(body, received_at=timezone.now())[0]
    return replace(known, files=found.files) if isinstance(found, RecordingNews) else known


def _get(path: str, secrets: Mapping[str, str]) -> Told:
    (key,) = credentials(SITE, secrets, "api_key")
    return call(SITE, "GET", f"{API}{path}", headers={"X-Api-Key": key})
