"""Sync runs in the admin: what each found, and ways to start another."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from accounts.admin_lists import HistoryAdmin, acting
from accounts.models import User
from filmroom.errors import FilmRoomError
from filmroom.sentences import told
from recordings import sync, tasks
from recordings.models import SyncRun

MOST_ERRORS_SHOWN = 200
COUNTS = ("total_files", "new_records", "updated_records", "missing_records", "unmatched_files")


class NotHalted(FilmRoomError):
    code = "not_halted"
    detail = "This run was not halted: there is nothing to accept."
    http_status = 409


@admin.register(SyncRun)
class SyncRunAdmin(HistoryAdmin):
    """Comparisons of bucket and table, with their counts and errors."""

    list_display = (
        "created_at",
        "scope",
        "trigger",
        "status",
        "dry_run",
        *COUNTS,
        "requested_by",
        "finished_at",
    )
    list_select_related = ("coach", "requested_by")
    list_filter = ("status", "trigger", "dry_run", ("created_at", admin.DateFieldListFilter))
    search_fields = ("coach__email", "coach__name")
    search_help_text = _("A run's id, or a coach's name or e-mail address.")
    actions = ("run_again",)
    fieldsets = (
        (None, {"fields": ("id", "scope", "prefix", "trigger", "status", "dry_run")}),
        (_("Found"), {"fields": (*COUNTS, "accept_missing", "errors_shown")}),
        (
            _("Who and when"),
            {"fields": ("requested_by", "created_at", "started_at", "finished_at", "attempts")},
        ),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [name for _title, block in self.fieldsets for name in block["fields"]]

    def search_condition(self, word: str) -> Q:
        coaches = User.objects.filter(Q(email__icontains=word) | Q(name__icontains=word))
        return Q(coach__in=coaches.values("pk"))

    @admin.display(description=_("scope"), ordering="prefix")
    def scope(self, run: SyncRun) -> str:
        """Whose recordings were compared."""
        return str(run.coach) if run.coach else str(_("The whole bucket"))

    @admin.display(description=_("errors"))
    def errors_shown(self, run: SyncRun) -> str:
        """The first errors, a line each: key, code and sentence."""
        lines = [
            (error.get("s3_key") or "", error.get("code") or "", told(error.get("detail") or ""))
            for error in run.errors[:MOST_ERRORS_SHOWN]
        ]
        if not lines:
            return str(_("None."))
        items = format_html_join("", "<li>{}<br>{}: {}</li>", lines)
        return format_html(
            "{}<ul>{}</ul>", _("{count} in all").format(count=len(run.errors)), items
        )

    @admin.action(
        description=_("Run again, accepting that the missing recordings are gone"),
        permissions=["operate"],
    )
    def run_again(self, request: HttpRequest, queryset: QuerySet[SyncRun]) -> None:
        """Repeat halted runs; what is missing is then recorded as missing."""
        by = acting(request)

        def again(run: SyncRun) -> None:
            if run.status != SyncRun.Status.HALTED:
                raise NotHalted
            request_run(coach=run.coach, by=by, accept_missing=True)

        self.run_each(
            request, queryset.select_related("coach"), again, _("Sync runs started: {count}.")
        )

    def get_urls(self) -> list[Any]:
        sync_all = self.admin_site.admin_view(self.sync_all)
        return [
            path("sync-all/", sync_all, name="recordings_syncrun_sync_all"),
            *super().get_urls(),
        ]

    def sync_all(self, request: HttpRequest) -> HttpResponse:
        """Ask, then sync the whole bucket."""
        if not self.has_operate_permission(request):
            raise PermissionDenied
        if request.method != "POST":
            context = {
                **self.admin_site.each_context(request),
                "opts": self.opts,
                "title": _("Sync the whole bucket"),
                "question": _(
                    "Compare every object in the bucket with the table now? Files found are"
                    " adopted; nothing in the bucket is changed."
                ),
                "button": _("Sync now"),
                "option": {
                    "name": "dry_run",
                    "label": _("Only report what would change"),
                },
            }
            return TemplateResponse(request, "admin/confirm_action.html", context)
        try:
            run = request_run(
                coach=None, by=acting(request), dry_run=request.POST.get("dry_run") == "yes"
            )
        except FilmRoomError as error:
            self.message_user(request, error.told(), messages.ERROR)
            return HttpResponseRedirect(reverse("admin:recordings_syncrun_changelist"))
        self.message_user(request, _("The sync has been asked for."), messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:recordings_syncrun_change", args=(run.pk,)))

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        can_sync = self.has_operate_permission(request)
        return super().changelist_view(request, {**(extra_context or {}), "can_sync": can_sync})


def request_run(
    *, coach: User | None, by: User, dry_run: bool = False, accept_missing: bool = False
) -> SyncRun:
    """Ask for a sync run from the admin, and nudge a worker to do it."""
    run = sync.request_sync(
        coach=coach,
        by=by,
        trigger=SyncRun.Trigger.ADMIN,
        dry_run=dry_run,
        accept_missing=accept_missing,
    )
    tasks.nudge_sync(run.pk)
    return run
