"""What platforms told of: recordings that may be fetched, and bookings that became sessions."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.visibility import CoachesOwnQuerySet
from filmroom.ids import new_id
from integrations.models.connections import Connection
from recordings.models import SessionUpload
from sessions_app.models import URL_MAX_LENGTH, Platform, Session


class AnnouncedRecordingQuerySet(CoachesOwnQuerySet["AnnouncedRecording"]):
    """Announced recordings; a coach sees their own."""


class AnnouncedRecording(models.Model):
    """A recording that lies at a platform: it has found its session, or waits for one.

    Said again it stays one row. Only `integrations.announcing` writes.
    """

    class Status(models.TextChoices):
        WAITING = "waiting", _("Waits for a session")
        MATCHED = "matched", _("Has its session")
        DISMISSED = "dismissed", _("Not wanted")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    connection = models.ForeignKey(
        Connection, on_delete=models.SET_NULL, related_name="recordings", null=True, blank=True
    )
    coach = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="announced_recordings"
    )
    platform = models.CharField(max_length=16, choices=Platform.choices)
    external_id = models.CharField(max_length=300)
    meeting_id = models.CharField(max_length=200, blank=True)
    title = models.CharField(max_length=200, blank=True)
    host_email = models.CharField(max_length=254, blank=True)
    participants = models.JSONField(default=list, blank=True)  # [{"name", "email"}]
    started_at = models.DateTimeField(null=True, blank=True)
    duration_seconds = models.FloatField(null=True, blank=True)
    share_url = models.URLField(max_length=URL_MAX_LENGTH, blank=True)
    files = models.JSONField(
        default=list, blank=True, help_text=_("The files that the platform has of it.")
    )
    sealed_access = models.TextField(blank=True, editable=False)
    access_until = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(
        null=True, blank=True, help_text=_("When the platform removes it.")
    )
    gone_at = models.DateTimeField(
        null=True, blank=True, help_text=_("When the platform said that it had removed it.")
    )
    status = models.CharField(max_length=9, choices=Status.choices, default=Status.WAITING)
    suggestions = models.JSONField(default=list, blank=True)
    session = models.ForeignKey(
        Session,
        on_delete=models.SET_NULL,
        related_name="announced_recordings",
        null=True,
        blank=True,
    )
    upload = models.OneToOneField(
        SessionUpload,
        on_delete=models.SET_NULL,
        related_name="announcement",
        null=True,
        blank=True,
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    problem = models.CharField(
        max_length=500, blank=True, help_text=_("What to know or to do about it, in one sentence.")
    )
    looked_at = models.DateTimeField(
        null=True, blank=True, help_text=_("When a session was last looked for.")
    )
    beside_due_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text=_("When to fetch what came to lie beside it after its import."),
    )
    beside_attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    objects: ClassVar[models.Manager[AnnouncedRecording]] = AnnouncedRecordingQuerySet.as_manager()

    class Meta:
        verbose_name = _("announced recording")
        verbose_name_plural = _("announced recordings")
        ordering = ("-started_at", "-id")
        constraints = (
            models.UniqueConstraint(
                fields=["coach", "platform", "external_id"], name="announced_once"
            ),
            models.CheckConstraint(
                condition=~Q(status="matched") | Q(session__isnull=False) | Q(upload__isnull=True),
                name="announced_matched_has_session",
            ),
        )
        indexes = (
            models.Index(fields=["coach", "status", "-started_at"], name="announced_coach_status"),
            models.Index(
                fields=["looked_at"], condition=Q(status="waiting"), name="announced_waiting"
            ),
            models.Index(
                fields=["beside_due_at"],
                condition=Q(beside_due_at__isnull=False),
                name="announced_beside_due",
            ),
            models.Index(
                fields=["access_until"],
                condition=~Q(sealed_access=""),
                name="announced_with_access",
            ),
        )

    def __str__(self) -> str:
        return self.title or self.external_id


class BookingQuerySet(CoachesOwnQuerySet["Booking"]):
    """Bookings; a coach sees their own."""


class Booking(models.Model):
    """A booking at Cal.com or Calendly, and the session that it became.

    ``told_at`` is the platform's own time of the newest news that was applied: older news changes
    nothing any more.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    connection = models.ForeignKey(
        Connection, on_delete=models.SET_NULL, related_name="bookings", null=True, blank=True
    )
    coach = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    platform = models.CharField(max_length=16, choices=Connection.Platform.choices)
    external_id = models.CharField(max_length=300)
    moved_from = models.CharField(
        max_length=300, blank=True, help_text=_("The booking that this one took the place of.")
    )
    session = models.ForeignKey(
        Session, on_delete=models.SET_NULL, related_name="bookings", null=True, blank=True
    )
    is_cancelled = models.BooleanField(default=False)
    written = models.JSONField(
        default=dict,
        blank=True,
        editable=False,
        help_text=_("What was put into the session: what differs now, a person has changed."),
    )
    told_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    objects: ClassVar[models.Manager[Booking]] = BookingQuerySet.as_manager()

    class Meta:
        verbose_name = _("booking")
        verbose_name_plural = _("bookings")
        ordering = ("-created_at", "-id")
        constraints = (
            models.UniqueConstraint(
                fields=["coach", "platform", "external_id"], name="booking_once"
            ),
        )

    def __str__(self) -> str:
        return self.external_id
