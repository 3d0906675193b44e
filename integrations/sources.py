"""Where the bytes of an announced recording come from: its platform's file, with its key to it."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

import structlog
from django.db import transaction
from django.utils import timezone

from filmroom.sealing import Unsealable, unseal_fields
from integrations import choosing
from integrations.clients import CLIENTS, ClientError
from integrations.clients.errors import NotThere, WrongCredentials
from integrations.merging import as_news, merge
from integrations.models import AnnouncedRecording, Connection
from integrations.news import AnnouncedFile, FileKind
from recordings.fetching.errors import SourceUnavailable
from recordings.models import SessionUpload
from recordings.sources import (
    Download,
    LinkKind,
    Media,
    SidecarKind,
    SidecarLink,
    Source,
    SourceError,
    Web,
    recognise,
)
from recordings.sources.errors import ExpiredOrDeleted, StillProcessing, Waiting
from recordings.sources.links import is_within
from recordings.sources.pages import Page, reason
from sessions_app.models import Platform

logger = structlog.get_logger(__name__)

# Whom a platform's token is shown, by the platform of the contract's list.
TOKEN_HOSTS: Mapping[str, tuple[str, ...]] = {
    "zoom": ("zoom.us", "zoomgov.com"),
    "teams": ("graph.microsoft.com",),
    "webex": ("webexapis.com",),
}
# What a platform that is asked again may say anew.
KEPT = ("files", "sealed_access", "access_until", "expires_at", "gone_at", "updated_at")
# Secrets that a connection works without, but for asking.
OPTIONAL_KEYS: Mapping[str, str] = {"zoom": "client_secret", "fathom": "api_key"}
# Platforms that tell of a recording by its share link alone.
BY_SHARE_LINK = frozenset({Connection.Platform.FATHOM, Connection.Platform.STANDARD})


class AccessEnded(SourceError):
    code = "sign_in_required"
    detail = (
        "{site} does not let us fetch this recording any more: test the connection under "
        "Connections and retry, or download the recording and upload the file here."
    )


class AccessRefused(Waiting):
    code = "sign_in_required"
    detail = (
        "{site} did not take the key that came with this recording: it is tried again with a new "
        "one, or download the recording and upload the file here."
    )


def source_of(upload: SessionUpload) -> Source | None:
    """Return the source of an announced upload; None when nothing is known of it any more."""
    known = AnnouncedRecording.objects.filter(upload=upload).exists()
    return AnnouncedSource(upload) if known else None


class AnnouncedSource:
    """The files of one announced recording; asked anew at every try, as keys and links end."""

    def __init__(self, upload: SessionUpload) -> None:
        self._upload = upload
        self._by_link: Source | None = None
        self.platform: str = upload.platform

    def recognises(self, url: str) -> bool:
        return url == self._upload.original_url

    def kind(self, url: str) -> LinkKind:
        return LinkKind.RECORDING

    def check(self, url: str) -> None:
        """The platform itself named it."""

    def locate(self, url: str, passcode: str, web: Web) -> Media:
        recording = _fresh(self._upload)
        files = choosing.from_rows(recording.files)
        chosen = choosing.best(files)
        if chosen is None and uses_share_link(recording):
            self._by_link = recognise(recording.share_url)
            passcode = passcode or _access_of(recording).get("passcode", "")
            return self._by_link.locate(recording.share_url, passcode, web)
        if chosen is None:
            raise StillProcessing(site_of(recording))
        token = token_of(recording)
        return Media(
            file=Download(
                chosen.url,
                headers_for(recording.platform, chosen.url, token),
                choosing.name_of(chosen, recording.title),
            ),
            sidecars=tuple(
                sidecar_link(recording, file, token) for file in choosing.beside(files) if file.url
            ),
        )

    def follow(self, page: bytes) -> Download | None:
        return self._by_link.follow(page) if self._by_link else None

    def explain(
        self, status: int, final_url: str, content_type: str, head_bytes: bytes
    ) -> SourceError:
        if self._by_link:
            return self._by_link.explain(status, final_url, content_type, head_bytes)
        recording = AnnouncedRecording.objects.select_related("connection").get(upload=self._upload)
        site = site_of(recording)
        if status not in (401, 403):
            found = reason(status, Page(head_bytes), site)
            return AccessEnded(site) if found.code == "needs_passcode" else found
        had_token = bool(recording.sealed_access)
        AnnouncedRecording.objects.filter(pk=recording.pk).update(
            sealed_access="", access_until=timezone.now()
        )
        return AccessRefused(site) if had_token and can_ask(recording) else AccessEnded(site)


def site_of(recording: AnnouncedRecording) -> str:
    """Return the platform's name as people know it."""
    if recording.connection is not None:
        return recording.connection.get_platform_display()
    return recording.get_platform_display()


def uses_share_link(recording: AnnouncedRecording) -> bool:
    """Whether a recording is fetched by its share link, as no file of it was ever named."""
    told_by = recording.connection.platform if recording.connection else recording.platform
    named = any(file.kind in choosing.MEDIA for file in choosing.from_rows(recording.files))
    return told_by in BY_SHARE_LINK and not named and bool(recording.share_url)


def can_ask(recording: AnnouncedRecording) -> bool:
    """Whether the platform can be asked for a new key and new addresses."""
    connection = recording.connection
    if connection is None or connection.platform not in CLIENTS:
        return False
    needed = OPTIONAL_KEYS.get(connection.platform, "")
    return not needed or bool(connection.secret_endings.get(needed))


def lacks_words(recording: AnnouncedRecording) -> bool:
    """Whether a transcript did not come along that its platform can be asked for."""
    by_fathom = recording.platform == Platform.FATHOM and can_ask(recording)
    kinds = {file.kind for file in choosing.from_rows(recording.files)}
    return by_fathom and FileKind.TRANSCRIPT not in kinds


def secrets_of(connection: Connection) -> dict[str, str]:
    """Return a connection's secrets. Raises WrongCredentials when they cannot be read any more."""
    try:
        return unseal_fields(connection.sealed_secrets)
    except Unsealable as error:
        raise WrongCredentials(connection.get_platform_display()) from error


def token_of(recording: AnnouncedRecording) -> str:
    """Return the key to a recording's files, '' when there is none."""
    return _access_of(recording).get("download_token", "")


def _access_of(recording: AnnouncedRecording) -> dict[str, str]:
    """What opens a recording; nothing when it cannot be read any more."""
    try:
        return unseal_fields(recording.sealed_access)
    except Unsealable:
        return {}


def headers_for(platform: str, url: str, token: str) -> dict[str, str]:
    """Return what a request for a file carries: the key, to the platform's own hosts only."""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").lower()
    except ValueError:
        return {}
    hosts = TOKEN_HOSTS.get(platform, ())
    if not token or parts.scheme != "https" or not any(is_within(host, each) for each in hosts):
        return {}
    return {"Authorization": f"Bearer {token}"}


def sidecar_link(recording: AnnouncedRecording, file: AnnouncedFile, token: str) -> SidecarLink:
    """Return a transcript, caption or chat file as imports fetch it."""
    return SidecarLink(
        kind=SidecarKind(file.kind.value),
        url=file.url,
        source_id=file.id,
        filename=choosing.name_of(file, recording.title),
        headers=headers_for(recording.platform, file.url, token),
        language=file.language,
    )


def _fresh(upload: SessionUpload) -> AnnouncedRecording:
    """The recording with a key and addresses that hold.

    Raises AccessEnded, ExpiredOrDeleted, and SourceUnavailable for what may get better.
    """
    recording = AnnouncedRecording.objects.select_related("connection").get(upload=upload)
    try:
        return refreshed(recording)
    except NotThere as error:
        raise ExpiredOrDeleted(site_of(recording)) from error
    except ClientError as error:
        if not error.retryable:
            raise AccessEnded(site_of(recording)) from error
        later = SourceUnavailable()
        later.retry_after = error.retry_after
        raise later from error


def refreshed(recording: AnnouncedRecording) -> AnnouncedRecording:
    """Return the recording as its platform has it now, unless what is known of it still holds.

    Raises ClientError kinds; one whose key has ended and that nobody can ask for a new one is
    WrongCredentials.
    """
    needs_key = recording.platform in TOKEN_HOSTS
    holds = recording.access_until is None or recording.access_until > timezone.now()
    if holds and (recording.sealed_access or not needs_key):
        return recording
    if not can_ask(recording) or recording.connection is None:
        if needs_key:
            raise WrongCredentials(site_of(recording))
        return recording  # what it was told of may hold longer than was said
    return asked(recording, recording.connection)


def asked(recording: AnnouncedRecording, connection: Connection) -> AnnouncedRecording:
    """Return the recording as its platform has it now. Raises ClientError kinds."""
    told = CLIENTS[connection.platform].again(
        secrets_of(connection), connection.details, as_news(recording)
    )
    with transaction.atomic():
        # Other news may have come while we asked.
        row = AnnouncedRecording.objects.select_for_update().get(pk=recording.pk)
        merge(row, told, is_there=True)
        row.save(update_fields=KEPT)
    recording.refresh_from_db(fields=KEPT)
    return recording
