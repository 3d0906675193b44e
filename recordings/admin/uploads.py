"""Uploads in the admin: the audit trail, to be read, with retry and cancel."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from accounts.admin_lists import HistoryAdmin, ReadOnlyInline, acting
from accounts.models import User
from filmroom.errors import FilmRoomError
from recordings import imports, storage, tasks, uploads
from recordings.models import Rendition, SessionUpload, UploadEvent
from recordings.turns import FETCHED_TYPES
from sessions_app.models import Session, UploadStatus


class NothingWaits(FilmRoomError):
    code = "nothing_waits"
    detail = "Nothing of this upload waits for a worker."
    http_status = 409


class EventInline(ReadOnlyInline):
    """Every move of the upload: when, from where to where, by whom."""

    model = UploadEvent
    fields = ("at", "from_status", "to_status", "actor", "by", "note")
    readonly_fields = fields
    show_change_link = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[UploadEvent]:
        return super().get_queryset(request).select_related("by")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Who may see an upload may see its history: events have no page of their own."""
        return True


class RenditionInline(ReadOnlyInline):
    """What a worker makes of the upload; each is retried on a page of its own."""

    model = Rendition
    fields = (
        "kind",
        "status",
        "progress_percent",
        "size_bytes",
        "attempts",
        "error_code",
        "error_detail",
        "completed_at",
    )
    readonly_fields = fields


@admin.register(SessionUpload)
class SessionUploadAdmin(HistoryAdmin):
    """Every attempt to bring in a recording."""

    list_display = (
        "created_at",
        "session",
        "type",
        "platform",
        "status",
        "original_filename",
        "size",
        "error_code",
        "completed_at",
    )
    list_select_related = ("session",)
    list_filter = (
        "status",
        "type",
        "platform",
        "media_state",
        ("removal_requested_at", admin.EmptyFieldListFilter),
        ("created_at", admin.DateFieldListFilter),
    )
    search_fields = ("s3_key", "original_filename", "session__title", "session__coach__email")
    search_help_text = _(
        "An upload's or session's id, the beginning of a key (recordings/…), a coach's e-mail"
        " address, or words of the file name or the session's title."
    )
    # Ids follow time, and their index spares the sorting of the whole table.
    ordering = ("-id",)
    inlines = (EventInline, RenditionInline)
    actions = ("retry", "cancel", "nudge")
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "id",
                    "session_link",
                    "type",
                    "platform",
                    "original_url",
                    "original_filename",
                    "status",
                    "error_code",
                    "error_detail",
                )
            },
        ),
        (
            _("Object"),
            {
                "fields": (
                    "s3_key",
                    "size",
                    "size_bytes",
                    "expected_size_bytes",
                    "bytes_transferred",
                    "mime_type",
                    "checksum_shown",
                    "etag",
                    "version_id",
                )
            },
        ),
        (
            _("Media"),
            {
                "fields": (
                    "media_state",
                    "duration_seconds",
                    "container",
                    "video_codec",
                    "audio_codec",
                    "width",
                    "height",
                    "frame_rate",
                    "truncated",
                )
            },
        ),
        (
            _("Who and when"),
            {
                "fields": (
                    "created_at",
                    "created_by",
                    "created_with_token",
                    "completed_at",
                    "removal_requested_at",
                    "removal_requested_by",
                    "deleted_at",
                    "deleted_by",
                )
            },
        ),
        (
            _("Work under way"),
            {
                "fields": (
                    "attempts",
                    "lost_workers",
                    "lease_owner",
                    "lease_until",
                    "next_attempt_at",
                    "expires_at",
                    "leftovers",
                    "media_attempts",
                )
            },
        ),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [name for _title, block in self.fieldsets for name in block["fields"]]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """A key is one word, whatever blanks it holds, and its index finds it."""
        term = search_term.strip().replace("\x00", "")
        if term.startswith(storage.KEY_ROOT):
            # As a range, for SQLite finds no beginning (LIKE) by an index.
            return queryset.filter(s3_key__gte=term, s3_key__lt=f"{term}\U0010ffff"), False
        return super().get_search_results(request, queryset, search_term)

    def id_condition(self, found: Any) -> Q:
        return Q(pk=found) | Q(session=found)

    def search_condition(self, word: str) -> Q:
        """Coaches and sessions are found in their own tables; indexes lead to their uploads."""
        if "@" in word:
            coaches = User.objects.filter(email__icontains=word)
            return Q(
                session__in=Session.objects.filter(coach__in=coaches.values("pk")).values("pk")
            )
        titled = Session.objects.filter(title__icontains=word)
        return (
            Q(original_filename__icontains=word)
            | Q(session__in=titled.values("pk"))
            | Q(s3_key__icontains=word)
        )

    @admin.display(description=_("size"), ordering="size_bytes")
    def size(self, upload: SessionUpload) -> str:
        """The size as people write it."""
        return "" if upload.size_bytes is None else filesizeformat(upload.size_bytes)

    @admin.display(description=_("session"))
    def session_link(self, upload: SessionUpload) -> str:
        """The session, as a link."""
        address = reverse("admin:sessions_app_session_change", args=(upload.session_id,))
        return format_html('<a href="{}">{}</a>', address, upload.session)

    @admin.display(description=_("Checksum"))
    def checksum_shown(self, upload: SessionUpload) -> str:
        """The checksum as the bucket confirmed it, with its algorithm."""
        return upload.checksum

    @admin.action(description=_("Retry the selected imports"), permissions=["operate"])
    def retry(self, request: HttpRequest, queryset: QuerySet[SessionUpload]) -> None:
        """Put failed imports back in the queue."""
        by = acting(request)

        def again(upload: SessionUpload) -> None:
            imports.retry(upload=upload, by=by)
            tasks.nudge_import(upload.pk)

        self.run_each(request, queryset, again, _("Imports that begin anew: {count}."))

    @admin.action(description=_("Cancel the selected uploads"), permissions=["operate"])
    def cancel(self, request: HttpRequest, queryset: QuerySet[SessionUpload]) -> None:
        """Stop uploads and imports that are under way."""
        by = acting(request)
        self.run_each(
            request,
            queryset,
            lambda upload: uploads.cancel(upload=upload, by=by),
            _("Uploads cancelled: {count}."),
        )

    @admin.action(
        description=_("Nudge the workers about the selected uploads"), permissions=["operate"]
    )
    def nudge(self, request: HttpRequest, queryset: QuerySet[SessionUpload]) -> None:
        """Ask workers to look now at what waits; the sweep asks by itself, a little later."""
        self.run_each(request, queryset, _nudge, _("Workers were asked to look at: {count}."))


def _nudge(upload: SessionUpload) -> None:
    if upload.status == UploadStatus.COMPLETED:
        tasks.nudge_facts(upload.pk)
    elif upload.status == UploadStatus.PENDING and upload.type in FETCHED_TYPES:
        tasks.nudge_import(upload.pk)
    else:
        raise NothingWaits
