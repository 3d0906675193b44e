"""Connections, announced recordings and bookings in the admin: to look at, never to change."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from accounts.admin_lists import HistoryAdmin
from accounts.models import User
from filmroom.sentences import told
from integrations.models import AnnouncedRecording, Booking, Connection
from sessions_app.models import Session


class _CoachesAdmin(HistoryAdmin):
    """Rows of coaches, found by them."""

    words: tuple[str, ...] = ()

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [name for _title, block in self.fieldsets or () for name in block["fields"]]

    def search_condition(self, word: str) -> Q:
        coaches = User.objects.filter(Q(email__icontains=word) | Q(name__icontains=word))
        found = Q(coach__in=coaches.values("pk"))
        for name in self.words:
            found |= Q(**{f"{name}__icontains": word})
        return found

    @admin.display(description=_("problem"))
    def problem_told(self, row: Any) -> str:
        """What went wrong, in the reader's language."""
        return told(row.problem)

    @admin.display(description=_("session"))
    def session_link(self, row: Any) -> str:
        """The way to the session."""
        session: Session | None = row.session
        if session is None:
            return ""
        address = reverse("admin:sessions_app_session_change", args=(session.pk,))
        return format_html('<a href="{}">{}</a>', address, session)


@admin.register(Connection)
class ConnectionAdmin(_CoachesAdmin):
    """What coaches have connected; of secrets only how they end."""

    list_display = (
        "platform",
        "name",
        "coach",
        "makes_sessions",
        "last_event_at",
        "polled_at",
        "problem_told",
        "created_at",
    )
    list_select_related = ("coach",)
    list_filter = ("platform", "makes_sessions", ("created_at", admin.DateFieldListFilter))
    search_fields = ("name", "coach__email", "coach__name")
    search_help_text = _("A connection's id or name, or the coach's name or e-mail address.")
    words = ("name",)
    fieldsets = (
        (None, {"fields": ("id", "platform", "name", "coach", "makes_sessions", "problem_told")}),
        (_("Account"), {"fields": ("details", "endings")}),
        (
            _("Times"),
            {"fields": ("last_event_at", "polled_at", "tested_at", "created_at", "created_by")},
        ),
    )

    @admin.display(description=_("secrets"))
    def endings(self, connection: Connection) -> str:
        """How each secret ends."""
        return ", ".join(f"{name}: …{end}" for name, end in connection.secret_endings.items())


@admin.register(AnnouncedRecording)
class AnnouncedRecordingAdmin(_CoachesAdmin):
    """Recordings that platforms told of; what they are fetched with is not shown."""

    list_display = (
        "started_at",
        "title",
        "platform",
        "coach",
        "status",
        "session_link",
        "problem_told",
        "expires_at",
    )
    list_select_related = ("coach", "session")
    list_filter = ("status", "platform", ("started_at", admin.DateFieldListFilter))
    search_fields = ("title", "external_id", "host_email", "coach__email", "coach__name")
    search_help_text = _(
        "A recording's id here or at its platform, a part of its title, its host's address, or "
        "the coach's name or e-mail address."
    )
    words = ("title", "external_id", "host_email")
    fieldsets = (
        (None, {"fields": ("id", "platform", "external_id", "title", "coach", "connection")}),
        (
            _("Meeting"),
            {
                "fields": (
                    "meeting_id",
                    "host_email",
                    "participants",
                    "started_at",
                    "duration_seconds",
                    "share_url",
                    "files_shown",
                )
            },
        ),
        (
            _("Session"),
            {"fields": ("status", "session_link", "upload_link", "decided_by", "problem_told")},
        ),
        (
            _("Times"),
            {"fields": ("expires_at", "gone_at", "looked_at", "created_at", "updated_at")},
        ),
    )

    @admin.display(description=_("files"))
    def files_shown(self, row: AnnouncedRecording) -> str:
        """What the platform has of it, without addresses, which may hold keys."""
        return ", ".join(
            " ".join(filter(None, (file["kind"], file["view"], file["extension"])))
            for file in row.files
        )

    @admin.display(description=_("upload"))
    def upload_link(self, row: AnnouncedRecording) -> str:
        """The way to the import."""
        if row.upload is None:
            return ""
        address = reverse("admin:recordings_sessionupload_change", args=(row.upload.pk,))
        return format_html('<a href="{}">{}</a>', address, row.upload)


@admin.register(Booking)
class BookingAdmin(_CoachesAdmin):
    """Bookings, and the sessions that they became."""

    list_display = (
        "created_at",
        "platform",
        "external_id",
        "coach",
        "session_link",
        "is_cancelled",
        "told_at",
    )
    list_select_related = ("coach", "session")
    list_filter = ("platform", "is_cancelled", ("created_at", admin.DateFieldListFilter))
    search_fields = ("external_id", "moved_from", "coach__email", "coach__name")
    search_help_text = _("A booking's id, or the coach's name or e-mail address.")
    words = ("external_id", "moved_from")
    fieldsets = (
        (None, {"fields": ("id", "platform", "external_id", "moved_from", "coach", "connection")}),
        (_("Session"), {"fields": ("session_link", "is_cancelled")}),
        (_("Times"), {"fields": ("told_at", "created_at", "updated_at")}),
    )
