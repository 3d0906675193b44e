"""What a worker makes of a recording so that a browser can show it."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from filmroom.ids import new_id
from recordings.models.uploads import SessionUpload
from sessions_app.models import StageStatus, UploadStatus


class RenditionQuerySet(models.QuerySet["Rendition"]):
    """Renditions, narrowed to what somebody may want or hold."""

    def current(self) -> Self:
        """Return those of uploads that are their session's recording."""
        # No join: PostgreSQL looks anew at a row that another worker changes only by conditions
        # on its own table, and an UPDATE with joins leaves none there.
        recordings = SessionUpload.objects.filter(
            status=UploadStatus.COMPLETED, session__recording_upload_id=F("pk")
        )
        return self.filter(upload__in=recordings)

    def held_by(self, owner: str) -> Self:
        """Return those that are being made under that lease."""
        return self.filter(status=StageStatus.PROCESSING, lease_owner=owner)


class Rendition(models.Model):
    """One thing made of a completed upload: its object lies below ``renditions/`` in the bucket.

    The row comes before the object, and goes after it: when an upload stops being a recording its
    renditions are removed, and made anew should it come back. Only `recordings.rendering` writes.
    """

    class Kind(models.TextChoices):
        POSTER = "poster", _("Poster")
        THUMBNAILS = "thumbnails", _("Thumbnails")
        WAVEFORM = "waveform", _("Waveform")
        WEB_COPY = "web_copy", _("Web copy")

    Status = StageStatus

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    upload = models.ForeignKey(SessionUpload, on_delete=models.PROTECT, related_name="renditions")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.PENDING)
    s3_key = models.CharField(max_length=1024, blank=True)
    size_bytes = models.BigIntegerField(null=True, blank=True)
    mime_type = models.CharField(max_length=100, blank=True)
    details = models.JSONField(
        default=dict, blank=True, help_text=_("What a player has to know: sizes, times, counts.")
    )
    progress_percent = models.PositiveSmallIntegerField(default=0)
    error_code = models.CharField(max_length=50, blank=True)
    error_detail = models.CharField(max_length=500, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_owner = models.CharField(max_length=100, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    next_attempt_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    completed_at = models.DateTimeField(null=True, blank=True)

    objects = RenditionQuerySet.as_manager()

    class Meta:
        verbose_name = _("rendition")
        verbose_name_plural = _("renditions")
        ordering = ("created_at", "id")
        constraints = (
            models.UniqueConstraint(fields=["upload", "kind"], name="rendition_kind_once"),
            models.CheckConstraint(
                condition=~Q(status=StageStatus.COMPLETED)
                | (
                    Q(
                        size_bytes__isnull=False,
                        size_bytes__gt=0,
                        completed_at__isnull=False,
                    )
                    & ~Q(s3_key="")
                ),
                name="rendition_completed_has_facts",
            ),
            models.CheckConstraint(
                condition=~Q(status=StageStatus.FAILED) | ~Q(error_code=""),
                name="rendition_failed_has_error",
            ),
            models.CheckConstraint(
                condition=~Q(status=StageStatus.PROCESSING) | Q(lease_until__isnull=False),
                name="rendition_processing_has_lease",
            ),
        )
        indexes = (
            models.Index(
                fields=["status", "created_at"],
                condition=Q(status__in=(StageStatus.PENDING, StageStatus.PROCESSING)),
                name="rendition_open",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.get_status_display()})"
