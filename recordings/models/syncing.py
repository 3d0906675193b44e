"""Every sync, and every file in the bucket that nobody owns yet."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.visibility import CoachesOwnQuerySet
from filmroom.ids import new_id
from recordings.models.fields import KeyField


class SyncRunQuerySet(CoachesOwnQuerySet["SyncRun"]):
    """Sync runs; a coach sees those of their own prefix."""


class SyncRun(models.Model):
    """One comparison of the bucket with the table, below one prefix."""

    class Status(models.TextChoices):
        PENDING = "pending", _("Waiting")
        RUNNING = "running", _("Running")
        COMPLETED = "completed", _("Completed")
        FAILED = "failed", _("Failed")
        HALTED = "halted", _("Halted")

    class Trigger(models.TextChoices):
        BUTTON = "button", _("Button")
        API = "api", "API"
        SCHEDULE = "schedule", _("Schedule")
        COMMAND = "command", _("Command")
        ADMIN = "admin", _("Admin")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    prefix = models.CharField(max_length=200)
    coach = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="sync_runs",
        null=True,
        blank=True,
        help_text=_("Empty: the whole bucket."),
    )
    trigger = models.CharField(max_length=8, choices=Trigger.choices)
    status = models.CharField(max_length=9, choices=Status.choices, default=Status.PENDING)
    dry_run = models.BooleanField(default=False)
    accept_missing = models.BooleanField(
        default=False, help_text=_("Staff confirmed that many recordings are really gone.")
    )
    total_files = models.PositiveIntegerField(default=0)
    new_records = models.PositiveIntegerField(default=0)
    updated_records = models.PositiveIntegerField(default=0)
    missing_records = models.PositiveIntegerField(default=0)
    unmatched_files = models.PositiveIntegerField(default=0)
    errors = models.JSONField(default=list)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    created_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    lease_owner = models.CharField(max_length=100, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)

    objects: ClassVar[models.Manager[SyncRun]] = SyncRunQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at", "-id")
        constraints = (
            models.UniqueConstraint(
                fields=["prefix", "dry_run"],
                condition=Q(status__in=("pending", "running")),
                name="sync_one_running_per_prefix",
            ),
            models.CheckConstraint(
                condition=Q(status__in=("pending", "running")) | Q(finished_at__isnull=False),
                name="sync_ended_has_time",
            ),
        )
        indexes = (models.Index(fields=["coach", "-created_at"], name="sync_coach_time"),)

    def __str__(self) -> str:
        return f"{self.prefix} ({self.get_status_display()})"


class UnmatchedFileQuerySet(CoachesOwnQuerySet["UnmatchedFile"]):
    """Unmatched files; a coach sees those below their own prefix."""


class UnmatchedFile(models.Model):
    """An object under ``recordings/`` that belongs to no upload; once it does it is not listed."""

    class Reason(models.TextChoices):
        NO_SESSION = "no_session", _("No session fits")
        SEVERAL_SESSIONS = "several_sessions", _("Several sessions fit")
        BAD_KEY = "bad_key", _("The key names no coach and date")
        NOT_MEDIA = "not_media", _("Not an audio or video file")
        EMPTY = "empty", _("Empty")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    s3_key = KeyField(unique=True)
    coach = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, related_name="+", null=True, blank=True
    )
    reason = models.CharField(max_length=20, choices=Reason.choices)
    suggestions = models.JSONField(default=list)
    size_bytes = models.BigIntegerField()
    etag = models.CharField(max_length=100, blank=True)
    last_modified = models.DateTimeField()
    first_seen_at = models.DateTimeField(default=timezone.now)
    last_seen_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[models.Manager[UnmatchedFile]] = UnmatchedFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("unmatched file")
        verbose_name_plural = _("unmatched files")
        ordering = ("-first_seen_at", "-id")
        indexes = (models.Index(fields=["coach", "-first_seen_at"], name="unmatched_coach_time"),)

    def __str__(self) -> str:
        return self.s3_key
