"""What a platform had beside a recording: captions, transcripts, chat."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from filmroom.ids import new_id
from recordings.models.uploads import SessionUpload


class SidecarQuerySet(models.QuerySet["Sidecar"]):
    """Sidecars, narrowed to what a person may see."""

    def visible_to(self, user: User) -> Self:
        """Return those of the uploads that ``user`` may see."""
        return self.filter(upload__in=SessionUpload.objects.all().visible_to(user))


class Sidecar(models.Model):
    """A caption, transcript or chat file of a recording: its object lies below ``sidecars/``.

    The row comes before the object. It leaves the bucket with its recording, and comes back with
    it. Only `recordings.sidecars` writes.
    """

    class Kind(models.TextChoices):
        CAPTIONS = "captions", _("Captions")
        TRANSCRIPT = "transcript", _("Transcript")
        CHAT = "chat", _("Chat")

    class Status(models.TextChoices):
        PENDING = "pending", _("Waiting")
        COMPLETED = "completed", _("Completed")
        DELETED = "deleted", _("Deleted")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    upload = models.ForeignKey(SessionUpload, on_delete=models.PROTECT, related_name="sidecars")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    source_id = models.CharField(
        max_length=200, help_text=_("Tells it from its neighbours, the same at every import.")
    )
    language = models.CharField(max_length=35, blank=True)
    filename = models.CharField(max_length=255)
    mime_type = models.CharField(max_length=100)
    status = models.CharField(max_length=9, choices=Status.choices, default=Status.PENDING)
    s3_key = models.CharField(max_length=1024, unique=True)
    version_id = models.CharField(max_length=1024, blank=True)
    size_bytes = models.BigIntegerField(null=True, blank=True)
    checksum_sha256 = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[models.Manager[Sidecar]] = SidecarQuerySet.as_manager()

    class Meta:
        verbose_name = _("sidecar")
        verbose_name_plural = _("sidecars")
        ordering = ("kind", "language", "created_at", "id")
        constraints = (
            models.UniqueConstraint(
                fields=["upload", "kind", "source_id"], name="sidecar_once_per_upload"
            ),
            models.CheckConstraint(
                condition=Q(status="pending")
                | (Q(size_bytes__isnull=False, size_bytes__gt=0) & ~Q(checksum_sha256="")),
                name="sidecar_stored_has_facts",
            ),
        )
        indexes = (
            models.Index(
                fields=["created_at"], condition=Q(status="pending"), name="sidecar_unfinished"
            ),
        )

    def __str__(self) -> str:
        return f"{self.filename} ({self.get_kind_display()})"
