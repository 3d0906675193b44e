"""Who met whom, when, and a summary of the recording that came of it."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.visibility import CoachesOwnQuerySet
from filmroom.ids import new_id

URL_MAX_LENGTH = 2048  # share links of several hundred characters are common


class Platform(models.TextChoices):
    """Where a session was held, or its recording came from."""

    ZOOM = "zoom", "Zoom"
    TEAMS = "teams", "Microsoft Teams"
    MEET = "meet", "Google Meet"
    WEBEX = "webex", "Webex"
    LOOM = "loom", "Loom"
    GOOGLE_DRIVE = "google_drive", "Google Drive"
    DROPBOX = "dropbox", "Dropbox"
    ONEDRIVE = "onedrive", "OneDrive"
    VIMEO = "vimeo", "Vimeo"
    RIVERSIDE = "riverside", "Riverside"
    FATHOM = "fathom", "Fathom"
    OTHER = "other", _("Other")


class UploadStatus(models.TextChoices):
    """Where an attempt to bring in a recording stands."""

    PENDING = "pending", _("Waiting")
    UPLOADING = "uploading", _("Uploading")
    COMPLETED = "completed", _("Completed")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")
    DELETED = "deleted", _("Deleted")
    MISSING = "missing", _("Missing")


class StageStatus(models.TextChoices):
    """Where the work on a transcript or an analysis stands."""

    PENDING = "pending", _("Pending")
    PROCESSING = "processing", _("Processing")
    COMPLETED = "completed", _("Completed")
    FAILED = "failed", _("Failed")


class SessionQuerySet(CoachesOwnQuerySet["Session"]):
    """Sessions; a coach sees those they coach."""


class Session(models.Model):
    """One meeting of a coach with a client.

    The ``s3_*`` and ``recording_*`` columns repeat what the session's uploads say, so that a list
    needs no join; `recordings.lifecycle` writes them in the transaction that moves an upload.
    """

    class Status(models.TextChoices):
        SCHEDULED = "scheduled", _("Scheduled")
        IN_PROGRESS = "in_progress", _("In progress")
        COMPLETED = "completed", pgettext_lazy("session", "Completed")
        CANCELLED = "cancelled", pgettext_lazy("session", "Cancelled")
        NO_SHOW = "no_show", _("No-show")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    title = models.CharField(_("title"), max_length=200)
    description = models.TextField(_("description"), blank=True, max_length=20_000)
    scheduled_at = models.DateTimeField(_("scheduled at"))
    duration_minutes = models.PositiveIntegerField(
        _("duration in minutes"),
        default=60,
        validators=[MinValueValidator(1), MaxValueValidator(24 * 60)],
    )
    status = models.CharField(
        _("status"), max_length=12, choices=Status.choices, default=Status.SCHEDULED
    )
    coach = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="coached_sessions"
    )
    client = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="client_sessions",
        null=True,
        blank=True,
    )
    client_name = models.CharField(
        _("client's name"),
        max_length=200,
        blank=True,
        help_text=_("As this coach knows them; empty: the name in their own account."),
    )

    meeting_id = models.CharField(
        _("meeting id"),
        max_length=200,
        blank=True,
        help_text=_("Of the online meeting: its link or number. Recordings are matched by it."),
    )
    external_platform = models.CharField(
        _("platform"), max_length=16, choices=Platform.choices, blank=True
    )
    external_recording_url = models.URLField(
        _("link of the recording"), max_length=URL_MAX_LENGTH, blank=True
    )

    recording_upload_id = models.UUIDField(null=True, blank=True, editable=False)
    s3_key = models.CharField(max_length=1024, blank=True, editable=False)
    s3_status = models.CharField(
        max_length=10, choices=UploadStatus.choices, blank=True, editable=False
    )
    s3_uploaded_at = models.DateTimeField(null=True, blank=True, editable=False)
    recording_filename = models.CharField(max_length=255, blank=True, editable=False)
    recording_mime_type = models.CharField(max_length=100, blank=True, editable=False)
    recording_size_bytes = models.BigIntegerField(null=True, blank=True, editable=False)
    recording_duration_seconds = models.FloatField(null=True, blank=True, editable=False)

    transcript = models.JSONField(null=True, blank=True, editable=False)
    transcript_status = models.CharField(
        max_length=10, choices=StageStatus.choices, default=StageStatus.PENDING, editable=False
    )
    analysis = models.JSONField(null=True, blank=True, editable=False)
    analysis_status = models.CharField(
        max_length=10, choices=StageStatus.choices, default=StageStatus.PENDING, editable=False
    )

    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    objects: ClassVar[models.Manager[Session]] = SessionQuerySet.as_manager()

    class Meta:
        ordering = ("-scheduled_at", "-id")
        constraints = (
            models.CheckConstraint(
                condition=Q(duration_minutes__gte=1, duration_minutes__lte=24 * 60),
                name="session_duration_sane",
            ),
            models.CheckConstraint(
                condition=Q(
                    s3_key="",
                    recording_upload_id__isnull=True,
                    recording_size_bytes__isnull=True,
                    s3_uploaded_at__isnull=True,
                )
                | (
                    ~Q(s3_key="")
                    & Q(
                        recording_upload_id__isnull=False,
                        recording_size_bytes__isnull=False,
                        s3_uploaded_at__isnull=False,
                    )
                ),
                name="session_recording_whole_or_none",
            ),
        )
        indexes = (
            models.Index(fields=["coach", "-scheduled_at", "-id"], name="session_coach_time"),
            models.Index(fields=["-scheduled_at", "-id"], name="session_time"),
            models.Index(fields=["client", "-scheduled_at"], name="session_client_time"),
            models.Index(
                fields=["coach", "meeting_id"], condition=~Q(meeting_id=""), name="session_meeting"
            ),
            models.Index(fields=["coach", "s3_status"], name="session_coach_s3_status"),
        )

    def __str__(self) -> str:
        at = date_format(timezone.localtime(self.scheduled_at), "SHORT_DATETIME_FORMAT")
        return f"{self.title} ({at})"

    @property
    def has_recording(self) -> bool:
        """Whether a completed upload's object is in the bucket."""
        return bool(self.s3_key)

    @property
    def client_display_name(self) -> str:
        """The client's name as this coach knows it; empty without a client."""
        if self.client is None:
            return ""
        return self.client_name or self.client.name or self.client.email


class Participant(models.Model):
    """Somebody else in the session: a user, or just a name and an e-mail address."""

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="participants")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="participations",
        null=True,
        blank=True,
    )
    name = models.CharField(_("name"), max_length=200, blank=True)
    email = models.EmailField(_("e-mail"), max_length=254, blank=True)

    class Meta:
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(
                condition=Q(user__isnull=False) | ~Q(name="") | ~Q(email=""),
                name="participant_is_somebody",
            ),
            models.UniqueConstraint(
                fields=["session", "user"],
                condition=Q(user__isnull=False),
                name="participant_user_once",
            ),
        )

    def __str__(self) -> str:
        return self.display_name or self.display_email

    @property
    def display_name(self) -> str:
        """The name given, or the user's own."""
        return self.name or (self.user.name if self.user else "")

    @property
    def display_email(self) -> str:
        """The e-mail address given, or the user's own."""
        return self.email or (self.user.email if self.user else "")
