"""Renditions in the admin: what is made of recordings, to be read, with retry."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from accounts.admin_lists import HistoryAdmin, acting
from recordings import rendering, tasks
from recordings.models import Rendition


@admin.register(Rendition)
class RenditionAdmin(HistoryAdmin):
    """Posters, thumbnails, waveforms and web copies."""

    list_display = (
        "created_at",
        "upload",
        "kind",
        "status",
        "progress_percent",
        "size",
        "error_code",
        "attempts",
        "completed_at",
    )
    list_select_related = ("upload",)
    list_filter = ("kind", "status", "error_code", ("created_at", admin.DateFieldListFilter))
    search_fields = ("upload__original_filename",)
    search_help_text = _("A rendition's or upload's id, or words of the file name.")
    ordering = ("-id",)
    actions = ("retry",)
    fieldsets = (
        (None, {"fields": ("id", "upload_link", "kind", "status", "error_code", "error_detail")}),
        (_("Object"), {"fields": ("s3_key", "size", "mime_type", "details")}),
        (_("Who and when"), {"fields": ("created_at", "completed_at")}),
        (
            _("Work under way"),
            {
                "fields": (
                    "progress_percent",
                    "attempts",
                    "lease_owner",
                    "lease_until",
                    "next_attempt_at",
                )
            },
        ),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [name for _title, block in self.fieldsets for name in block["fields"]]

    def id_condition(self, found: Any) -> Q:
        return Q(pk=found) | Q(upload=found)

    def search_condition(self, word: str) -> Q:
        return Q(upload__original_filename__icontains=word)

    @admin.display(description=_("size"), ordering="size_bytes")
    def size(self, rendition: Rendition) -> str:
        """The size as people write it."""
        return "" if rendition.size_bytes is None else filesizeformat(rendition.size_bytes)

    @admin.display(description=_("upload"))
    def upload_link(self, rendition: Rendition) -> str:
        """The upload, as a link."""
        address = reverse("admin:recordings_sessionupload_change", args=(rendition.upload_id,))
        return format_html('<a href="{}">{}</a>', address, rendition.upload)

    @admin.action(description=_("Make the selected renditions again"), permissions=["operate"])
    def retry(self, request: HttpRequest, queryset: QuerySet[Rendition]) -> None:
        """Put failed renditions back in the queue."""
        by = acting(request)

        def again(rendition: Rendition) -> None:
            rendering.retry_rendition(rendition=rendition, by=by)
            tasks.nudge_rendition(rendition.pk)

        self.run_each(request, queryset, again, _("Renditions that are made again: {count}."))
