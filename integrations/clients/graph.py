"""Microsoft Graph by client credentials: recordings and transcripts of Teams meetings."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from urllib.parse import quote, urlsplit

from django.utils import timezone

from filmroom.sentences import sentence
from integrations.clients.calling import bearer, call, credentials
from integrations.clients.errors import ClientError, NotThere, OddAnswer, WrongCredentials
from integrations.clients.tokens import Token, remembered
from integrations.news import AnnouncedFile, FetchNews, FileKind, RecordingNews, Somebody
from integrations.receivers import Told
from recordings.fetching import form
from sessions_app.meetings import meeting_id_of

SITE = "Microsoft Teams"
FOUND = sentence("Microsoft accepts the app; it has {count} subscriptions.")
HOST = "graph.microsoft.com"
API = f"https://{HOST}/v1.0"
LOGIN = "https://login.microsoftonline.com"
# A transcript may be ready long after its recording, and is told of by itself.
SUBSCRIBED_TO = (
    "communications/onlineMeetings/getAllRecordings",
    "communications/onlineMeetings/getAllTranscripts",
)
# As long as Teams keeps a recording unless somebody says otherwise.
KEPT = timedelta(days=120)
# The longest that Graph lets a subscription to recordings live.
SUBSCRIPTION_LASTS = timedelta(minutes=4230)
_SEGMENT = r"(?:/|\(')([^/'()]+)(?:'\))?"
_RESOURCE = re.compile(
    rf"/?(?:users{_SEGMENT}/|communications/)onlineMeetings{_SEGMENT}/(recordings|transcripts){_SEGMENT}",
    re.IGNORECASE,
)
_THREAD = re.compile(r"19:meeting_[A-Za-z0-9_-]+@thread\.v2")
_REFUSALS: Mapping[int, type[ClientError]] = {400: WrongCredentials}


def test(secrets: Mapping[str, str], details: Mapping[str, str]) -> str:
    """Return in one sentence that the app may sign in, and by when it hears of recordings.

    Raises ClientError kinds.
    """
    count = len(_get("/subscriptions", secrets, details)["value"].each())
    return FOUND.format(count=count)


def ask(
    secrets: Mapping[str, str], details: Mapping[str, str], news: FetchNews
) -> list[RecordingNews]:
    """Return the recording that the news names, or those that belong to the transcript it names.

    Each comes with its transcripts, so that it does not matter which news was first. Raises
    ClientError kinds.
    """
    match = _RESOURCE.fullmatch(news.resource)
    if match is None:
        raise NotThere(SITE)
    user, meeting, kind, name = match.groups()
    base = f"/users/{_id(user)}" if user else "/communications"
    base = f"{base}/onlineMeetings/{_id(meeting)}"
    told = _get(f"{base}/{kind.lower()}/{_id(name)}", secrets, details)
    organizer = told.at("meetingOrganizer.user.id").name() or user or ""
    if organizer:
        base = f"/users/{_id(organizer)}/onlineMeetings/{_id(meeting)}"
    about = _meeting(base, secrets, details)
    if kind.lower() == "recordings":
        listed = [told]
    else:
        call_id = told["contentCorrelationId"].name()
        all_of_meeting = _get(f"{base}/recordings", secrets, details)["value"].each(50)
        listed = [each for each in all_of_meeting if each["contentCorrelationId"].name() == call_id]
    transcripts = _transcripts(base, secrets, details)
    token = access_token(secrets, details)
    return [
        _recording(each, base, about, transcripts, token) for each in listed if each["id"].name()
    ]


def again(
    secrets: Mapping[str, str], details: Mapping[str, str], known: RecordingNews
) -> RecordingNews:
    """Return a recording with a token to fetch it; its addresses hold as long as it does.

    Raises ClientError kinds.
    """
    token = access_token(secrets, details)
    return RecordingNews(
        platform=known.platform,
        external_id=known.external_id,
        files=known.files,
        access={"download_token": token.value},
        access_until=token.until,
    )


def renew(secrets: Mapping[str, str], details: Mapping[str, str], subscription: str) -> None:
    """Let a subscription live on, and authorize it anew. Raises ClientError kinds."""
    call(
        SITE,
        "PATCH",
        f"{API}/subscriptions/{_id(subscription)}",
        headers=bearer(access_token(secrets, details).value),
        data={"expirationDateTime": timezone.now() + SUBSCRIPTION_LASTS},
    )


def subscribe(
    secrets: Mapping[str, str], details: Mapping[str, str], address: str, *, anew: bool = False
) -> None:
    """Subscribe ``address`` to all recordings and transcripts of the organization.

    A subscription that lives stays, unless it is to be made ``anew`` because the client state has
    changed. Raises ClientError kinds.
    """
    (state,) = credentials(SITE, secrets, "client_state")
    listed = _get("/subscriptions", secrets, details)["value"].each()
    living = [each for each in listed if each["notificationUrl"].link() == address]
    headers = bearer(access_token(secrets, details).value)
    for each in living if anew else ():
        with suppress(NotThere):
            call(SITE, "DELETE", f"{API}/subscriptions/{_id(each['id'].name())}", headers=headers)
    kept = {each["resource"].text().strip("/").lower() for each in living if not anew}
    for resource in SUBSCRIBED_TO:
        if resource.lower() in kept:
            continue
        call(
            SITE,
            "POST",
            f"{API}/subscriptions",
            headers=headers,
            data={
                "changeType": "created",
                "notificationUrl": address,
                "lifecycleNotificationUrl": address,
                "resource": resource,
                "expirationDateTime": timezone.now() + SUBSCRIPTION_LASTS,
                "clientState": state,
            },
        )


def access_token(secrets: Mapping[str, str], details: Mapping[str, str]) -> Token:
    """Return a token for the app. Raises ClientError kinds."""
    values = {**details, **secrets}
    tenant, client, secret = credentials(SITE, values, "tenant_id", "client_id", "client_secret")

    def get() -> tuple[str, float]:
        fields = {
            "grant_type": "client_credentials",
            "client_id": client,
            "client_secret": secret,
            "scope": f"https://{HOST}/.default",
        }
        answer = call(
            SITE,
            "POST",
            f"{LOGIN}/{_id(tenant)}/oauth2/v2.0/token",
            headers={},
            fields=form(fields),
            refusals=_REFUSALS,
        )
        token = answer["access_token"].text(10_000)
        if not token:
            raise OddAnswer(SITE)
        return token, answer["expires_in"].number() or 3600

    return remembered((tenant, client, secret), get)


def _get(path: str, secrets: Mapping[str, str], details: Mapping[str, str]) -> Told:
    return call(SITE, "GET", f"{API}{path}", headers=bearer(access_token(secrets, details).value))


def _id(name: str) -> str:
    return quote(name, safe="")


def _meeting(base: str, secrets: Mapping[str, str], details: Mapping[str, str]) -> Told:
    """What is known of the meeting itself, which takes a permission that not every app has."""
    if not base.startswith("/users/"):
        return Told(None)
    try:
        return _get(base, secrets, details)
    except ClientError:
        return Told(None)


def _transcripts(
    base: str, secrets: Mapping[str, str], details: Mapping[str, str]
) -> list[tuple[str, AnnouncedFile]]:
    """The meeting's transcripts, each with what it has in common with its recording."""
    try:
        listed = _get(f"{base}/transcripts", secrets, details)["value"].each(50)
    except ClientError:
        return []  # the recording counts; a transcript's own news asks again
    return [
        (
            each["contentCorrelationId"].name(),
            AnnouncedFile(
                id=each["id"].name(),
                kind=FileKind.TRANSCRIPT,
                url=f"{API}{base}/transcripts/{_id(each['id'].name())}/content?$format=text/vtt",
                extension="vtt",
            ),
        )
        for each in listed
        if each["id"].name()
    ]


def _recording(
    told: Told,
    base: str,
    about: Told,
    transcripts: list[tuple[str, AnnouncedFile]],
    token: Token,
) -> RecordingNews:
    name, call_id = told["id"].name(), told["contentCorrelationId"].name()
    start, end = told["createdDateTime"].time(), told["endDateTime"].time()
    url = told["recordingContentUrl"].link()
    if urlsplit(url).hostname != HOST:
        url = f"{API}{base}/recordings/{_id(name)}/content"
    attendees = about.at("participants.attendees").each()
    return RecordingNews(
        platform="teams",
        external_id=name,
        meeting_id=_meeting_id(told, about),
        title=about["subject"].text(),
        host_email=about.at("participants.organizer.upn").email(),
        participants=tuple(
            Somebody(each.at("identity.user.displayName").text(), each["upn"].email())
            for each in attendees
        ),
        started_at=start,
        duration_seconds=(end - start).total_seconds() if start and end and end > start else None,
        files=(
            AnnouncedFile(id=name, kind=FileKind.VIDEO, url=url, extension="mp4"),
            *(file for other, file in transcripts if call_id and other == call_id),
        ),
        access={"download_token": token.value},
        access_until=token.until,
        expires_at=start + KEPT if start else None,
    )


def _meeting_id(told: Told, about: Told) -> str:
    """The meeting's thread, which invitations hold: by its join link, or inside of its id."""
    joined = meeting_id_of(about["joinWebUrl"].link())
    if joined:
        return joined
    try:
        name = base64.b64decode(told["meetingId"].name(1000) + "==").decode("ascii", "replace")
    except (binascii.Error, ValueError):
        return ""
    thread = _THREAD.search(name)
    return thread[0] if thread else ""
