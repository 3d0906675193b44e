"""Fireflies: a meeting that it transcribed, by GraphQL."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.utils import timezone

from filmroom.json import dump
from filmroom.sentences import sentence
from integrations.clients.calling import bearer, call, credentials
from integrations.clients.errors import (
    ClientError,
    MissingScope,
    NotThere,
    RateLimited,
    WrongCredentials,
)
from integrations.news import AnnouncedFile, FetchNews, FileKind, RecordingNews, Somebody
from integrations.receivers import Told
from sessions_app.meetings import meeting_id_of

SITE = "Fireflies"
FOUND = sentence("Fireflies knows this account, with {count} transcripts.")
API = "https://api.fireflies.ai/graphql"
# Its links hold for a day.
LINKS_LAST = timedelta(hours=23)
MOST_SENTENCES = 20_000
_TRANSCRIPT = """
query Transcript($id: String!) {
  transcript(id: $id) {
    id title date duration host_email organizer_email transcript_url meeting_link
    audio_url video_url
    meeting_attendees { displayName email }
    sentences { speaker_name text start_time end_time }
  }
}
"""
_ERRORS: Mapping[str, type[ClientError]] = {
    "auth_failed": WrongCredentials,
    "forbidden": MissingScope,
    "paid_required": MissingScope,
    "require_elevated_privilege": MissingScope,
    "not_in_team": MissingScope,
    "object_not_found": NotThere,
    "too_many_requests": RateLimited,
}


def test(secrets: Mapping[str, str], details: Mapping[str, str]) -> str:
    """Return in one sentence whose account it is. Raises ClientError kinds."""
    user = _query(secrets, "query { user { name num_transcripts } }", {})["user"]
    count = int(user["num_transcripts"].number() or 0)
    return FOUND.format(count=count)


def ask(
    secrets: Mapping[str, str], details: Mapping[str, str], news: FetchNews
) -> list[RecordingNews]:
    """Return the meeting with its recording and transcript. Raises ClientError kinds."""
    told = _query(secrets, _TRANSCRIPT, {"id": news.resource})["transcript"]
    if not told["id"].name():
        raise NotThere(SITE)
    return [_meeting(told)]


def again(
    secrets: Mapping[str, str], details: Mapping[str, str], known: RecordingNews
) -> RecordingNews:
    """Return a meeting with links that hold. Raises ClientError kinds."""
    return ask(secrets, details, FetchNews("recording", known.external_id))[0]


def _query(secrets: Mapping[str, str], query: str, variables: dict[str, Any]) -> Told:
    (key,) = credentials(SITE, secrets, "api_key")
    answer = call(
        SITE, "POST", API, headers=bearer(key), data={"query": query, "variables": variables}
    )
    for error in answer["errors"].each(1):
        code = error["code"].text(50) or error.at("extensions.code").text(50)
        raise _ERRORS.get(code, ClientError)(SITE)
    return answer["data"]


def _meeting(told: Told) -> RecordingNews:
    name = told["id"].name()
    transcript = _sentences(told, name)
    links = ((FileKind.VIDEO, "video", "mp4"), (FileKind.AUDIO, "audio", "mp3"))
    files = tuple(
        AnnouncedFile(id=f"{name}/{word}", kind=kind, url=url, extension=extension)
        for kind, word, extension in links
        if (url := told[f"{word}_url"].link())
    )
    people = (
        Somebody(each["displayName"].text(), each["email"].email())
        for each in told["meeting_attendees"].each()
    )
    return RecordingNews(
        platform="other",
        external_id=name,
        meeting_id=meeting_id_of(told["meeting_link"].link()),
        title=told["title"].text(),
        host_email=told["host_email"].email() or told["organizer_email"].email(),
        participants=tuple(each for each in people if each.name or each.email),
        started_at=told["date"].clock(1000) or told["date"].time(),
        duration_seconds=told["duration"].seconds(60) or None,
        share_url=told["transcript_url"].link(),
        files=(*files, *([transcript] if transcript else [])),
        access_until=timezone.now() + LINKS_LAST,
    )


def _sentences(told: Told, name: str) -> AnnouncedFile | None:
    """The transcript in Fireflies' own form, of which only what is known is kept."""
    sentences = [
        {
            "speaker_name": each["speaker_name"].text(),
            "text": each["text"].text(10_000),
            "start_time": each["start_time"].number(),
            "end_time": each["end_time"].number(),
        }
        for each in told["sentences"].each(MOST_SENTENCES)
    ]
    if not sentences:
        return None
    body = {"data": {"transcript": {"sentences": sentences}}}
    return AnnouncedFile(
        id=f"{name}/transcript",
        kind=FileKind.TRANSCRIPT,
        extension="json",
        text=dump(body).decode(),
    )
