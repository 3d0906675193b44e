"""Every attempt to bring in a recording, every sync, every file that nobody owns yet."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from filmroom.ids import new_id
from sessions_app.models import URL_MAX_LENGTH, Platform, Session, UploadStatus

ACTIVE_STATUSES = (UploadStatus.PENDING, UploadStatus.UPLOADING)
LIVE_STATUSES = (*ACTIVE_STATUSES, UploadStatus.COMPLETED, UploadStatus.MISSING)


class KeyField(models.CharField):  # type: ignore[type-arg]
    """An object key, compared byte by byte as S3 lists it (UTF-8 order)."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 1024)
        super().__init__(*args, **kwargs)

    def db_parameters(self, connection: BaseDatabaseWrapper) -> dict[str, Any]:
        parameters = super().db_parameters(connection)
        if connection.vendor == "postgresql":
            parameters["collation"] = "C"
        return parameters


class SessionUploadQuerySet(models.QuerySet["SessionUpload"]):
    """Uploads, narrowed to what a person may see."""

    def visible_to(self, user: User) -> Self:
        """Return the uploads of the sessions that ``user`` may see."""
        return self.filter(session__in=Session.objects.visible_to(user))  # type: ignore[attr-defined]

    def active(self) -> Self:
        """Return those under way: waiting or uploading."""
        return self.filter(status__in=ACTIVE_STATUSES)


class SessionUpload(models.Model):
    """One attempt to bring a recording into the bucket; together they are the audit trail.

    ``status`` moves only through `recordings.lifecycle.advance`.
    """

    class Type(models.TextChoices):
        MANUAL = "manual", _("Through the server")
        DIRECT = "direct", _("Straight to the bucket")
        EXTERNAL = "external", _("Fetched from a link")
        SYNC = "sync", _("Found in the bucket")
        WEBHOOK = "webhook", _("Announced by a platform")

    Status = UploadStatus

    class MediaState(models.TextChoices):
        PENDING = "pending", _("Not read yet")
        KNOWN = "known", _("Read")
        UNREADABLE = "unreadable", _("Cannot be read as audio or video")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="uploads")
    type = models.CharField(max_length=8, choices=Type.choices)
    platform = models.CharField(max_length=16, choices=Platform.choices, blank=True)
    original_url = models.URLField(max_length=URL_MAX_LENGTH, blank=True)
    original_filename = models.CharField(max_length=255, blank=True)

    s3_key = KeyField()
    expected_size_bytes = models.BigIntegerField(null=True, blank=True)
    size_bytes = models.BigIntegerField(null=True, blank=True)
    bytes_transferred = models.BigIntegerField(default=0)
    mime_type = models.CharField(max_length=100, blank=True)
    checksum_algorithm = models.CharField(max_length=12, blank=True)
    checksum_value = models.CharField(max_length=128, blank=True)
    etag = models.CharField(max_length=100, blank=True)
    version_id = models.CharField(max_length=1024, blank=True)
    multipart_id = models.CharField(max_length=1024, blank=True)
    part_size_bytes = models.BigIntegerField(null=True, blank=True)

    status = models.CharField(max_length=10, choices=Status.choices, default=Status.PENDING)
    error_code = models.CharField(max_length=50, blank=True)
    error_detail = models.CharField(max_length=500, blank=True)

    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
    )
    created_with_token = models.UUIDField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    completed_at = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)
    deleted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
    )

    attempts = models.PositiveSmallIntegerField(default=0)
    lost_workers = models.PositiveSmallIntegerField(default=0)
    lease_owner = models.CharField(max_length=100, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    next_attempt_at = models.DateTimeField(
        null=True, blank=True, help_text=_("Not to be taken up before.")
    )
    expires_at = models.DateTimeField(
        null=True, blank=True, help_text=_("Resolved by a sweep when still open then.")
    )
    grant_key = models.CharField(
        max_length=1024, blank=True, help_text=_("Key that a presigned POST may still write.")
    )
    grant_until = models.DateTimeField(null=True, blank=True)
    removal_requested_at = models.DateTimeField(null=True, blank=True)
    removal_requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
    )
    leftovers = models.BooleanField(
        default=False, help_text=_("Parts or an object may still have to be removed.")
    )

    media_state = models.CharField(
        max_length=10, choices=MediaState.choices, default=MediaState.PENDING
    )
    media_attempts = models.PositiveSmallIntegerField(default=0)
    duration_seconds = models.FloatField(null=True, blank=True)
    container = models.CharField(max_length=40, blank=True)
    video_codec = models.CharField(max_length=40, blank=True)
    audio_codec = models.CharField(max_length=40, blank=True)
    width = models.PositiveIntegerField(null=True, blank=True)
    height = models.PositiveIntegerField(null=True, blank=True)
    frame_rate = models.FloatField(null=True, blank=True)
    truncated = models.BooleanField(default=False, help_text=_("The file ends too early."))

    objects: ClassVar[models.Manager[SessionUpload]] = SessionUploadQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("upload")
        ordering = ("-created_at", "-id")
        constraints = (
            models.CheckConstraint(
                condition=~Q(status=UploadStatus.COMPLETED)
                | (
                    Q(size_bytes__gt=0, completed_at__isnull=False, error_code="")
                    & ~Q(s3_key="")
                    & ~Q(etag="")
                ),
                name="upload_completed_has_facts",
            ),
            models.CheckConstraint(
                condition=~Q(status=UploadStatus.FAILED)
                | (~Q(error_code="") & ~Q(error_detail="")),
                name="upload_failed_has_error",
            ),
            models.CheckConstraint(
                condition=~Q(status=UploadStatus.DELETED) | Q(deleted_at__isnull=False),
                name="upload_deleted_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(status=UploadStatus.PENDING, type__in=("manual", "direct"))
                | Q(expires_at__isnull=False),
                name="upload_pending_has_deadline",
            ),
            models.CheckConstraint(
                condition=~Q(status=UploadStatus.UPLOADING)
                | Q(lease_until__isnull=False)
                | Q(expires_at__isnull=False),
                name="upload_uploading_has_deadline",
            ),
            models.CheckConstraint(
                condition=Q(bytes_transferred__gte=0), name="upload_bytes_not_negative"
            ),
            models.UniqueConstraint(
                fields=["s3_key"],
                condition=Q(status__in=LIVE_STATUSES),
                name="upload_live_key_once",
            ),
        )
        indexes = (
            models.Index(fields=["session", "-created_at", "-id"], name="upload_session_time"),
            models.Index(fields=["s3_key", "status"], name="upload_key_status"),
            models.Index(
                fields=["status", "type", "created_at"],
                condition=Q(status__in=ACTIVE_STATUSES),
                name="upload_active",
            ),
            models.Index(
                fields=["media_state", "completed_at"],
                condition=Q(status=UploadStatus.COMPLETED, media_state="pending"),
                name="upload_facts_wanted",
            ),
            models.Index(
                fields=["removal_requested_at"],
                condition=Q(removal_requested_at__isnull=False),
                name="upload_removal_wanted",
            ),
            models.Index(
                fields=["grant_until"],
                condition=Q(grant_until__isnull=False),
                name="upload_grant_open",
            ),
            models.Index(fields=["leftovers"], condition=Q(leftovers=True), name="upload_leftovers"),
        )

    def __str__(self) -> str:
        return f"{self.original_filename or self.s3_key} ({self.status})"

    @property
    def is_active(self) -> bool:
        """Whether the attempt is still under way."""
        return self.status in ACTIVE_STATUSES

    @property
    def checksum(self) -> str:
        """``algorithm:value``, or empty when the bucket has not confirmed one yet."""
        return f"{self.checksum_algorithm}:{self.checksum_value}" if self.checksum_value else ""


class UploadEvent(models.Model):
    """One move of an upload: written once, never changed."""

    upload = models.ForeignKey(SessionUpload, on_delete=models.PROTECT, related_name="events")
    from_status = models.CharField(max_length=10, choices=UploadStatus.choices, blank=True)
    to_status = models.CharField(max_length=10, choices=UploadStatus.choices)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    actor = models.CharField(
        max_length=20, help_text=_("person, worker, sweep or sync: who made the move.")
    )
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ("at", "id")
        indexes = (models.Index(fields=["upload", "at"], name="event_upload_time"),)

    def __str__(self) -> str:
        return f"{self.from_status or '-'} → {self.to_status}"


class SyncRunQuerySet(models.QuerySet["SyncRun"]):
    """Sync runs, narrowed to what a person may see."""

    def visible_to(self, user: User) -> Self:
        """Return what ``user`` may see: staff all, a coach those of their own prefix."""
        if not user.is_active:
            return self.none()
        if user.is_staff:
            return self.all()
        if user.role == User.Role.COACH:
            return self.filter(coach=user)
        return self.none()


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
        ADMIN = "admin", "Admin"

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

    objects: ClassVar[models.Manager[SyncRun]] = SyncRunQuerySet.as_manager()  # type: ignore[assignment]

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
        return f"{self.prefix} ({self.status})"


class UnmatchedFileQuerySet(models.QuerySet["UnmatchedFile"]):
    """Unmatched files, narrowed to what a person may see."""

    def visible_to(self, user: User) -> Self:
        """Return what ``user`` may see: staff all, a coach those below their own prefix."""
        if not user.is_active:
            return self.none()
        if user.is_staff:
            return self.all()
        if user.role == User.Role.COACH:
            return self.filter(coach=user)
        return self.none()


class UnmatchedFile(models.Model):
    """An object under ``recordings/`` that belongs to no upload; it leaves the list when it does."""

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

    objects: ClassVar[models.Manager[UnmatchedFile]] = UnmatchedFileQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("unmatched file")
        ordering = ("-first_seen_at", "-id")
        indexes = (models.Index(fields=["coach", "-first_seen_at"], name="unmatched_coach_time"),)

    def __str__(self) -> str:
        return self.s3_key
