"""Unmatched files in the admin: what lies in the bucket and belongs to nobody yet."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.defaultfilters import filesizeformat
from django.template.response import TemplateResponse
from django.urls import path, reverse, reverse_lazy
from django.utils.dateparse import parse_datetime
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from accounts.admin_lists import HistoryAdmin, acting, may
from accounts.models import User
from filmroom.errors import FilmRoomError
from filmroom.ids import as_uuid
from recordings import sync, tasks
from recordings.models import UnmatchedFile
from recordings.weighing import told_why
from sessions_app.models import Session

MOST_FOUND = 20
LIST = reverse_lazy("admin:recordings_unmatchedfile_changelist")


@admin.register(UnmatchedFile)
class UnmatchedFileAdmin(HistoryAdmin):
    """Files that no session claims, and the way to give each to its session."""

    list_display = (
        "s3_key",
        "reason",
        "size",
        "coach",
        "suggestion",
        "assign_link",
        "last_modified",
    )
    list_select_related = ("coach",)
    list_filter = ("reason", ("first_seen_at", admin.DateFieldListFilter))
    search_fields = ("s3_key", "coach__email", "coach__name")
    search_help_text = _("A part of the key, or the coach's name or e-mail address.")
    actions = ("assign",)
    fieldsets = (
        (None, {"fields": ("s3_key", "reason", "size", "size_bytes", "coach")}),
        (_("Suggested session"), {"fields": ("suggestion", "assign_link")}),
        (_("Times"), {"fields": ("last_modified", "first_seen_at", "last_seen_at", "etag")}),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [name for _title, block in self.fieldsets for name in block["fields"]]

    def search_condition(self, word: str) -> Q:
        coaches = User.objects.filter(Q(email__icontains=word) | Q(name__icontains=word))
        return Q(s3_key__icontains=word) | Q(coach__in=coaches.values("pk"))

    def has_assign_permission(self, request: HttpRequest) -> bool:
        """Whether the person may act on unmatched files and see the sessions to choose from."""
        return self.has_operate_permission(request) and may(request, "view", Session)

    @admin.display(description=_("size"), ordering="size_bytes")
    def size(self, file: UnmatchedFile) -> str:
        """The size as people write it."""
        return filesizeformat(file.size_bytes)

    @admin.display(description=_("suggestion"))
    def suggestion(self, file: UnmatchedFile) -> str:
        """The likeliest session, as a link."""
        if not file.suggestions:
            return ""
        first = file.suggestions[0]
        address = reverse("admin:sessions_app_session_change", args=(first["session_id"],))
        return format_html(
            '<a href="{}">{} ({})</a>', address, first["title"], first["scheduled_at"][:10]
        )

    @admin.display(description=_("assign"))
    def assign_link(self, file: UnmatchedFile) -> str:
        """The way to the page that assigns it."""
        return format_html('<a href="{}">{}</a>', _assign_address(file), _("Assign…"))

    @admin.action(description=_("Assign to a session…"), permissions=["assign"])
    def assign(
        self, request: HttpRequest, queryset: QuerySet[UnmatchedFile]
    ) -> HttpResponse | None:
        """Go to the page that assigns the one selected file."""
        chosen = list(queryset[:2])
        if len(chosen) != 1:
            self.message_user(request, _("Choose one file at a time."), messages.WARNING)
            return None
        return HttpResponseRedirect(_assign_address(chosen[0]))

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.assign_view)
        return [
            path("<uuid:file_id>/assign/", view, name="recordings_unmatchedfile_assign"),
            *super().get_urls(),
        ]

    def assign_view(self, request: HttpRequest, file_id: UUID) -> HttpResponse:
        """Show sessions that fit, suggested or searched for, each with a button; assign by POST."""
        if not self.has_assign_permission(request):
            raise PermissionDenied
        file = get_object_or_404(self.get_queryset(request), pk=file_id)
        if request.method == "POST":
            return self._assign(request, file)
        searched = request.GET.get("q", "").strip()
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Assign to a session"),
            "file": file,
            "searched": searched,
            "found": self._search(request, file, searched) if searched else [],
            "suggested": _with_times(file.suggestions),
        }
        return TemplateResponse(request, "admin/recordings/unmatchedfile/assign.html", context)

    def _assign(self, request: HttpRequest, file: UnmatchedFile) -> HttpResponse:
        chosen = as_uuid(request.POST.get("session", ""))
        sessions = self.admin_site.get_model_admin(Session).get_queryset(request)
        session = sessions.filter(pk=chosen).first() if chosen else None
        if session is None:
            self.message_user(request, _("Choose a session that exists."), messages.ERROR)
            return HttpResponseRedirect(_assign_address(file))
        file_id = file.pk  # a file that is taken off the list loses it
        try:
            upload = sync.assign_unmatched(file=file, session=session, by=acting(request))
        except FilmRoomError as error:
            self.message_user(request, error.told(), messages.ERROR)
            still_there = self.get_queryset(request).filter(pk=file_id).exists()
            return HttpResponseRedirect(request.path if still_there else LIST)
        tasks.nudge_facts(upload.pk)
        self.message_user(
            request, _("The file now belongs to “%s”.") % session.title, messages.SUCCESS
        )
        return HttpResponseRedirect(LIST)

    def _search(self, request: HttpRequest, file: UnmatchedFile, searched: str) -> list[Session]:
        """Sessions as the list of sessions finds them; a coach's file belongs to that coach."""
        door = self.admin_site.get_model_admin(Session)
        rows = door.get_queryset(request).select_related("coach", "client")
        if file.coach_id:
            rows = rows.filter(coach=file.coach_id)
        rows, _duplicates = door.get_search_results(request, rows, searched)
        return list(rows.order_by("-scheduled_at", "-id")[:MOST_FOUND])


def _assign_address(file: UnmatchedFile) -> str:
    return reverse("admin:recordings_unmatchedfile_assign", args=(file.pk,))


def _with_times(suggestions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        each | {"when": parse_datetime(each["scheduled_at"]), "why": told_why(each["why"])}
        for each in suggestions
    ]
