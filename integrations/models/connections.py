"""A coach's link to a platform, and what it sent us."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.visibility import CoachesOwnQuerySet
from filmroom.ids import new_id
from recordings.models import SessionUpload
from sessions_app.models import Session


class ConnectionQuerySet(CoachesOwnQuerySet["Connection"]):
    """Connections; a coach sees their own."""


class Connection(models.Model):
    """What a coach has set up with one account at one platform.

    Secrets are kept sealed (`filmroom.sealing`); ``secret_endings`` are their last four
    characters, all that is ever shown. Only `integrations.connecting` writes what a person says.
    """

    class Platform(models.TextChoices):
        ZOOM = "zoom", "Zoom"
        CAL_COM = "cal_com", "Cal.com"
        CALENDLY = "calendly", "Calendly"
        LIVEKIT = "livekit", "LiveKit"
        FATHOM = "fathom", "Fathom"
        STANDARD = "standard", "Standard Webhooks"
        WEBEX = "webex", "Webex"
        GRAPH = "graph", "Microsoft Teams"
        FIREFLIES = "fireflies", "Fireflies"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    coach = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="connections"
    )
    platform = models.CharField(_("platform"), max_length=16, choices=Platform.choices)
    name = models.CharField(_("name"), max_length=100, blank=True)
    sealed_secrets = models.TextField(blank=True, editable=False)
    secret_endings = models.JSONField(default=dict, blank=True, editable=False)
    details = models.JSONField(
        default=dict, blank=True, help_text=_("What is no secret: ids of account, client, tenant.")
    )
    makes_sessions = models.BooleanField(
        _("makes sessions"),
        default=False,
        help_text=_("A recording or booking without a session makes one."),
    )
    last_event_at = models.DateTimeField(null=True, blank=True)
    polled_at = models.DateTimeField(null=True, blank=True)
    tested_at = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(
        max_length=500, blank=True, help_text=_("What went wrong last, in one sentence.")
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True
    )

    objects: ClassVar[models.Manager[Connection]] = ConnectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("connection")
        verbose_name_plural = _("connections")
        ordering = ("platform", "created_at", "id")
        indexes = (models.Index(fields=["platform", "created_at"], name="connection_platform"),)

    def __str__(self) -> str:
        return f"{self.get_platform_display()}{self.name and f' ({self.name})'}"

    @property
    def webhook_address(self) -> str:
        """Where the platform is to send what it has to tell."""
        return f"{settings.SITE_URL}/webhooks/{self.platform}/{self.pk}"


class ReceivedEventQuerySet(CoachesOwnQuerySet["ReceivedEvent"]):
    """What platforms sent; a coach sees what came for their connections."""


class ReceivedEvent(models.Model):
    """One request to a receiver, kept with its outcome; the same delivery again only counts up.

    The row is the queue: a worker handles what is ``pending`` under a lease, a sweep nudges.
    ``sealed_body`` of a rejected one holds its signature as well, to be proven once more.
    """

    class Outcome(models.TextChoices):
        PENDING = "pending", _("Waiting")
        HANDLED = "handled", _("Done")
        IGNORED = "ignored", _("Nothing to do")
        FAILED = "failed", _("Failed")
        REJECTED = "rejected", _("Rejected")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    platform = models.CharField(max_length=16, choices=Connection.Platform.choices)
    connection = models.ForeignKey(
        Connection, on_delete=models.SET_NULL, related_name="events", null=True, blank=True
    )
    coach = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    dedupe_key = models.CharField(max_length=200)
    event_type = models.CharField(max_length=100, blank=True)
    headers = models.JSONField(default=dict, help_text=_("Without signatures and credentials."))
    sealed_body = models.TextField(blank=True, editable=False)
    body_bytes = models.PositiveIntegerField(default=0)
    times_received = models.PositiveIntegerField(default=1)
    received_at = models.DateTimeField(default=timezone.now)
    outcome = models.CharField(max_length=8, choices=Outcome.choices, default=Outcome.PENDING)
    outcome_code = models.CharField(max_length=50, blank=True)
    outcome_detail = models.CharField(max_length=500, blank=True)
    handled_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True, blank=True)
    lease_owner = models.CharField(max_length=100, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    session = models.ForeignKey(
        Session, on_delete=models.SET_NULL, related_name="+", null=True, blank=True
    )
    upload = models.ForeignKey(
        SessionUpload, on_delete=models.SET_NULL, related_name="+", null=True, blank=True
    )

    objects: ClassVar[models.Manager[ReceivedEvent]] = ReceivedEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("received event")
        verbose_name_plural = _("received events")
        ordering = ("-received_at", "-id")
        constraints = (
            models.UniqueConstraint(
                fields=["connection", "dedupe_key"],
                condition=Q(connection__isnull=False),
                name="received_once_per_connection",
            ),
            models.CheckConstraint(
                condition=~Q(outcome__in=("failed", "rejected")) | ~Q(outcome_code=""),
                name="received_refused_has_code",
            ),
        )
        indexes = (
            models.Index(
                fields=["received_at"], condition=Q(outcome="pending"), name="received_pending"
            ),
            models.Index(fields=["platform", "-received_at"], name="received_platform_time"),
        )

    def __str__(self) -> str:
        return f"{self.get_platform_display()}: {self.event_type or '–'}"
