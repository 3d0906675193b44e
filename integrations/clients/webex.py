"""Webex: a recording or a transcript that its webhook names, asked for with the account's token."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from urllib.parse import quote, urlencode

from django.utils import timezone

from filmroom.sentences import sentence
from integrations.clients.calling import bearer, call, credentials
from integrations.clients.errors import ClientError, NotThere
from integrations.news import AnnouncedFile, FetchNews, FileKind, RecordingNews
from integrations.receivers import Told
from sessions_app.meetings import meeting_id_of

SITE = "Webex"
FOUND = sentence("Webex lists {count} recordings on the first page of this account.")
API = "https://webexapis.com/v1"
# Webex gives its links for three hours and says until when.
LINKS_LAST = timedelta(hours=3)


def test(secrets: Mapping[str, str], details: Mapping[str, str]) -> str:
    """Return in one sentence whose account it is. Raises ClientError kinds."""
    count = len(_get("/recordings?max=10", secrets)["items"].each())
    return FOUND.format(count=count)


def ask(
    secrets: Mapping[str, str], details: Mapping[str, str], news: FetchNews
) -> list[RecordingNews]:
    """Return the recording that the news names, or those of the meeting whose transcript it names.

    Each comes with its transcripts, so that it does not matter which news was first. Raises
    ClientError kinds.
    """
    if news.kind != "transcript":
        return [_recording(_one(news.resource, secrets), secrets)]
    transcript = _get(f"/meetingTranscripts/{quote(news.resource, safe='')}", secrets)
    meeting = transcript["meetingId"].name()
    if not meeting:
        return []
    listed = _get(f"/recordings?{urlencode({'meetingId': meeting})}", secrets)["items"].each(20)
    return [_recording(_one(each["id"].name(), secrets), secrets) for each in listed]


def again(
    secrets: Mapping[str, str], details: Mapping[str, str], known: RecordingNews
) -> RecordingNews:
    """Return a recording with links that hold. Raises ClientError kinds."""
    return _recording(_one(known.external_id, secrets), secrets)


def _one(recording: str, secrets: Mapping[str, str]) -> Told:
    if not recording:
        raise NotThere(SITE)
    return _get(f"/recordings/{quote(recording, safe='')}", secrets)


def _get(path: str, secrets: Mapping[str, str]) -> Told:
    (token,) = credentials(SITE, secrets, "access_token")
    return call(SITE, "GET", f"{API}{path}", headers=bearer(token))


def _recording(told: Told, secrets: Mapping[str, str]) -> RecordingNews:
    name = told["id"].name()
    if not name:
        raise NotThere(SITE)
    links = told["temporaryDirectDownloadLinks"]
    meeting = told["meetingId"].name()
    return RecordingNews(
        platform="webex",
        external_id=name,
        meeting_id=_meeting_id(told, secrets),
        title=told["topic"].text(),
        host_email=told["hostEmail"].email(),
        started_at=told["timeRecorded"].time() or told["createTime"].time(),
        duration_seconds=told["durationSeconds"].seconds() or None,
        share_url=told["playbackUrl"].link(),
        files=(*_files(told, name, links), *_transcripts(meeting, secrets)),
        access={"download_token": secrets.get("access_token", "")},
        access_until=links["expiration"].time() or timezone.now() + LINKS_LAST,
    )


def _meeting_id(told: Told, secrets: Mapping[str, str]) -> str:
    """The number by which people join, which invitations hold; '' where it cannot be seen."""
    meeting = told["meetingId"].name()
    if not meeting:
        return ""
    try:
        found = _get(f"/meetings/{quote(meeting, safe='')}", secrets)
    except ClientError:
        return ""
    return meeting_id_of(found["meetingNumber"].name(30) or found["webLink"].link())


def _files(told: Told, name: str, links: Told) -> tuple[AnnouncedFile, ...]:
    video, audio = links["recordingDownloadLink"].link(), links["audioDownloadLink"].link()
    is_ready = told["status"].text(20).lower() in ("available", "")
    form = told["format"].text(10).lower()
    found = (
        AnnouncedFile(
            id=name,
            kind=FileKind.AUDIO if form == "mp3" else FileKind.VIDEO,
            url=video,
            extension=form if form in ("mp4", "mp3") else "mp4",
            size_bytes=told["sizeBytes"].size(),
            is_ready=is_ready and bool(video),
        ),
        AnnouncedFile(
            id=f"{name}/audio", kind=FileKind.AUDIO, url=audio, extension="mp3", is_ready=is_ready
        ),
    )
    return tuple(file for file in found if file.url or file.id == name)


def _transcripts(meeting: str, secrets: Mapping[str, str]) -> tuple[AnnouncedFile, ...]:
    """What was said, as WebVTT, at addresses that take the account's token."""
    if not meeting:
        return ()
    try:
        listed = _get(f"/meetingTranscripts?{urlencode({'meetingId': meeting})}", secrets)
    except ClientError:
        return ()  # the recording counts; its transcript's own news asks again
    return tuple(
        AnnouncedFile(
            id=each["id"].name(),
            kind=FileKind.TRANSCRIPT,
            url=each["vttDownloadLink"].link(),
            extension="vtt",
            is_ready=each["status"].text(20).lower() in ("available", ""),
        )
        for each in listed["items"].each(20)
        if each["id"].name() and each["vttDownloadLink"].link()
    )
