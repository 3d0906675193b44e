"""Every attempt to bring in a recording, and every move it made."""

from __future__ import annotations

from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from filmroom.ids import new_id
from recordings.models.fields import KeyField
from sessions_app.models import URL_MAX_LENGTH, Platform, Session, UploadStatus

ACTIVE_STATUSES = (UploadStatus.PENDING, UploadStatus.UPLOADING)
LIVE_STATUSES = (*ACTIVE_STATUSES, UploadStatus.COMPLETED, UploadStatus.MISSING)


class SessionUploadQuerySet(models.QuerySet["SessionUpload"]):
    """Uploads, narrowed to what a person may see."""

    def visible_to(self, user: User) -> Self:
        """Return the uploads of the sessions that ``user`` may see."""
        if user.is_active and user.is_staff:
            return self.all()  # the same rows, without a subquery that keeps SQLite off the index
        return self.filter(session__in=Session.objects.visible_to(user))

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
        KNOWN = "known", pgettext_lazy("facts of a file", "Read")
        UNREADABLE = "unreadable", _("Cannot be read as audio or video")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="uploads")
    type = models.CharField(max_length=8, choices=Type.choices)
    platform = models.CharField(max_length=16, choices=Platform.choices, blank=True)
    original_url = models.URLField(max_length=URL_MAX_LENGTH, blank=True)
    original_filename = models.CharField(max_length=255, blank=True)
    file_modified_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text=_("Of the sender's file; with name and size it tells the file when it resumes."),
    )

    sealed_passcode = models.TextField(
        blank=True,
        editable=False,
        help_text=_("Of the link, sealed; forgotten when the import ends."),
    )

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
    waiting_since = models.DateTimeField(
        null=True,
        blank=True,
        help_text=_("When the platform first said what gets better by itself."),
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

    objects: ClassVar[models.Manager[SessionUpload]] = SessionUploadQuerySet.as_manager()

    class Meta:
        verbose_name = _("upload")
        verbose_name_plural = _("uploads")
        ordering = ("-created_at", "-id")
        constraints = (
            models.CheckConstraint(
                condition=~Q(status=UploadStatus.COMPLETED)
                | (
                    # A comparison with NULL is not false, and only what is false is refused.
                    Q(
                        size_bytes__isnull=False,
                        size_bytes__gt=0,
                        completed_at__isnull=False,
                        error_code="",
                    )
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
                condition=Q(sealed_passcode="") | Q(status__in=ACTIVE_STATUSES),
                name="upload_passcode_only_while_active",
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
                condition=Q(
                    removal_requested_at__isnull=False,
                    status__in=(UploadStatus.COMPLETED, UploadStatus.MISSING),
                ),
                name="upload_removal_wanted",
            ),
            models.Index(
                fields=["created_by", "expected_size_bytes"],
                condition=Q(status__in=ACTIVE_STATUSES),
                name="upload_open_of_person",
            ),
            models.Index(
                fields=["grant_until"],
                condition=Q(grant_until__isnull=False),
                name="upload_grant_open",
            ),
            models.Index(
                fields=["leftovers"], condition=Q(leftovers=True), name="upload_leftovers"
            ),
        )

    def __str__(self) -> str:
        return f"{self.original_filename or self.s3_key} ({self.get_status_display()})"

    @property
    def is_active(self) -> bool:
        """Whether the attempt is still under way."""
        return self.status in ACTIVE_STATUSES

    @property
    def waits_for_platform(self) -> bool:
        """Whether the platform said what gets better by itself, and it is tried again by itself.

        ``error_code`` and ``error_detail`` then say what it waits for.
        """
        return self.status == UploadStatus.PENDING and self.error_code != ""

    @property
    def part_count(self) -> int:
        """How many parts an upload in parts has, each but the last of ``part_size_bytes``."""
        return -(-(self.expected_size_bytes or 0) // (self.part_size_bytes or 1))

    @property
    def pinned_version(self) -> str | None:
        """The version to read while a presigned form may still put another one over it.

        Afterwards the key alone says the same, and every store answers ranges of it.
        """
        return (self.version_id or None) if self.grant_until else None

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
        indexes = (
            models.Index(fields=["upload", "at"], name="event_upload_time"),
            models.Index(
                fields=["at"],
                condition=Q(
                    to_status__in=(
                        UploadStatus.COMPLETED,
                        UploadStatus.FAILED,
                        UploadStatus.DELETED,
                    )
                ),
                name="event_news_time",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_from_status_display() or '–'} → {self.get_to_status_display()}"
