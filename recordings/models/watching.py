"""What a person leaves behind while watching: notes, and where they stopped."""

from __future__ import annotations

from typing import ClassVar, Self

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from filmroom.ids import new_id
from sessions_app.models import Session

NOTE_MAX_LENGTH = 4000


class NoteQuerySet(models.QuerySet["Note"]):
    """Notes, narrowed to what a person may see."""

    def visible_to(self, user: User) -> Self:
        """Return the notes that ``user`` wrote: notes are private, from staff as well."""
        return self.filter(author=user, session__in=Session.objects.visible_to(user))


class Note(models.Model):
    """A thought at a moment of a session's recording, for its author alone."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="notes")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="notes"
    )
    at_seconds = models.FloatField(_("moment in seconds"), validators=[MinValueValidator(0)])
    text = models.TextField(_("note"), max_length=NOTE_MAX_LENGTH)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(auto_now=True)

    objects: ClassVar[models.Manager[Note]] = NoteQuerySet.as_manager()

    class Meta:
        verbose_name = _("note")
        ordering = ("at_seconds", "created_at", "id")
        constraints = (
            models.CheckConstraint(condition=Q(at_seconds__gte=0), name="note_moment_not_negative"),
            models.CheckConstraint(condition=~Q(text=""), name="note_has_text"),
        )
        indexes = (
            models.Index(fields=["session", "author", "at_seconds"], name="note_session_author"),
        )

    def __str__(self) -> str:
        return f"{self.at_seconds:.0f} s: {self.text[:40]}"


class PlaybackPosition(models.Model):
    """Where a person stopped watching a session's recording."""

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at_seconds = models.FloatField()
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["session", "user"], name="position_person_once"),
            models.CheckConstraint(condition=Q(at_seconds__gte=0), name="position_not_negative"),
        )

    def __str__(self) -> str:
        return f"{self.at_seconds:.0f} s"
