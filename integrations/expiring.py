"""What expires at its source before it is here, for a coach to see in time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import OuterRef, Q, Subquery
from django.utils import timezone

from accounts.models import User
from integrations.models import AnnouncedRecording
from recordings.models import SessionUpload
from recordings.sources.links import is_within, read_link
from recordings.turns import FETCHED_TYPES
from sessions_app.models import Platform, Session, UploadStatus

# How long before it ends somebody is told, and after that it ended.
AHEAD = timedelta(days=14)
AFTER = timedelta(days=2)
MOST = 50
# It is here, or was and somebody did not want it.
SETTLED = (UploadStatus.COMPLETED, UploadStatus.DELETED)
# As long as Teams keeps a recording from the meeting on, unless an administrator says otherwise.
TEAMS_KEEPS = timedelta(days=120)


@dataclass(frozen=True)
class Expiring:
    """A recording that its platform removes soon.

    ``recording`` is set for what a connection told of, ``upload`` for an attempt that failed or
    waits; ``link`` leads to the recording at its source, '' when nobody knows. ``is_estimate``:
    the platform's usual time, counted from the session.
    """

    title: str
    platform: str
    expires_at: datetime
    session: Session | None
    recording: AnnouncedRecording | None = None
    upload: SessionUpload | None = None
    link: str = ""
    is_estimate: bool = False


def expiring_soon(user: User, *, now: datetime | None = None) -> list[Expiring]:
    """Return what expires within two weeks at its source and is not here yet, the next first.

    Of the sessions and connections that ``user`` coaches; three queries, at most fifty.
    """
    now = now or timezone.now()
    announced = list(_announced(user, now))
    known = {each.session.pk for each in announced if each.session}
    linked = [each for each in _linked(user, now) if each.session and each.session.pk not in known]
    return sorted([*announced, *linked], key=lambda each: each.expires_at)[:MOST]


def _announced(user: User, now: datetime) -> list[Expiring]:
    rows = (
        AnnouncedRecording.objects.all()
        .visible_to(user)
        .filter(
            ~Q(status=AnnouncedRecording.Status.DISMISSED),
            Q(upload=None) | ~Q(upload__status__in=SETTLED),
            coach=user,
            gone_at=None,
            expires_at__gt=now - AFTER,
            expires_at__lte=now + AHEAD,
        )
        .select_related("session", "upload", "connection")
        .order_by("expires_at")
    )
    return [
        Expiring(
            title=row.session.title if row.session else row.title,
            platform=row.get_platform_display(),
            expires_at=row.expires_at,
            session=row.session,
            recording=row,
            upload=row.upload,
            link=row.share_url,
        )
        for row in rows[:MOST]
        if row.expires_at is not None and not (row.session and row.session.has_recording)
    ]


def _linked(user: User, now: datetime) -> list[Expiring]:
    """Sessions without a recording that a link to Teams or SharePoint was given for."""
    tried = SessionUpload.objects.filter(
        session=OuterRef("pk"), type__in=FETCHED_TYPES, original_url__icontains=".sharepoint.com/"
    ).exclude(status__in=SETTLED)
    rows = (
        Session.objects.visible_to(user)
        .filter(
            coach=user,
            s3_key="",
            scheduled_at__gt=now - TEAMS_KEEPS - AFTER,
            scheduled_at__lte=now - TEAMS_KEEPS + AHEAD,
        )
        .annotate(tried_id=Subquery(tried.order_by("-created_at", "-id").values("pk")[:1]))
        .filter(
            Q(tried_id__isnull=False)
            | Q(external_recording_url__icontains=".sharepoint.com/")
            | Q(external_recording_url__gt="", external_platform=Platform.TEAMS)
        )
        .order_by("scheduled_at")
    )
    sessions: list[Any] = list(rows[:MOST])
    uploads = SessionUpload.objects.in_bulk([each.tried_id for each in sessions if each.tried_id])
    return [_of_link(session, uploads.get(session.tried_id)) for session in sessions]


def _of_link(session: Session, upload: SessionUpload | None) -> Expiring:
    link = session.external_recording_url or (upload.original_url if upload else "")
    lies_in_teams = is_within(read_link(link).host, "sharepoint.com")
    platform = Platform.TEAMS if lies_in_teams else Platform(session.external_platform)
    return Expiring(
        title=session.title,
        platform=str(platform.label),
        expires_at=session.scheduled_at + TEAMS_KEEPS,
        session=session,
        upload=upload,
        link=link,
        is_estimate=True,
    )
