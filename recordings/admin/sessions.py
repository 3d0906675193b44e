"""What the admin of sessions gains from recordings: the uploads, deleting, syncing a coach."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import QuerySet
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest, HttpResponse
from django.template.defaultfilters import filesizeformat
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

from accounts.admin_lists import ReadOnlyInline, acting, may
from accounts.models import User
from recordings import removal
from recordings.admin.runs import request_run
from recordings.models import SessionUpload, SyncRun
from sessions_app.admin import SessionAdmin
from sessions_app.models import Session

NEWEST_UPLOADS = 20


class NewestFormSet(BaseInlineFormSet):
    """The newest rows only: a session may have been tried a hundred times."""

    def get_queryset(self) -> QuerySet[Any]:
        if not hasattr(self, "_newest"):
            self._newest = super().get_queryset()[:NEWEST_UPLOADS]
        return self._newest


class UploadInline(ReadOnlyInline):
    """The newest uploads of the session, each a link to its page."""

    model = SessionUpload
    formset = NewestFormSet
    verbose_name_plural = _("newest uploads")
    fields = ("created_at", "type", "platform", "status", "file", "size", "error_code")
    readonly_fields = fields
    ordering = ("-created_at", "-id")

    @admin.display(description=_("file"))
    def file(self, upload: SessionUpload) -> str:
        """The name it came with."""
        return upload.original_filename

    @admin.display(description=_("size"))
    def size(self, upload: SessionUpload) -> str:
        """The size as people write it."""
        return "" if upload.size_bytes is None else filesizeformat(upload.size_bytes)


class RecordedSessionAdmin(SessionAdmin):
    """Sessions with what happened to their recordings."""

    inlines = (*SessionAdmin.inlines, UploadInline)
    actions = (*SessionAdmin.actions, "delete_recording", "sync_coach")

    def has_remove_permission(self, request: HttpRequest) -> bool:
        """Whether the person may change both the session and its uploads."""
        return may(request, "change", Session) and may(request, "change", SessionUpload)

    def has_sync_permission(self, request: HttpRequest) -> bool:
        """Whether the person may start sync runs."""
        return may(request, "change", SyncRun)

    @admin.action(description=_("Delete the recording of…"), permissions=["remove"])
    def delete_recording(
        self, request: HttpRequest, queryset: QuerySet[Session]
    ) -> HttpResponse | None:
        """Ask, then remove the selected sessions' recordings from the bucket."""
        if request.POST.get("confirmed") != "yes":
            return self._ask(request, queryset)
        by, cancel = acting(request), request.POST.get("cancel") == "yes"
        self.run_each(
            request,
            queryset,
            lambda session: removal.delete_recording(session=session, by=by, cancel=cancel),
            _("Recordings deleted of sessions: {count}."),
        )
        return None

    def _ask(self, request: HttpRequest, queryset: QuerySet[Session]) -> HttpResponse | None:
        chosen = self.at_most(request, queryset)
        if not chosen:
            return None
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Delete recordings"),
            "question": _(
                "Delete the recordings of these sessions from the bucket, with their transcripts"
                " and analyses? The sessions and the history of their uploads stay."
            ),
            "button": _("Delete the recordings"),
            "action": "delete_recording",
            "action_checkbox_name": ACTION_CHECKBOX_NAME,
            "rows": chosen,
            "option": {"name": "cancel", "label": _("Also cancel uploads under way")},
        }
        return TemplateResponse(request, "admin/confirm_action.html", context)

    @admin.action(description=_("Sync the coaches of the selected sessions"), permissions=["sync"])
    def sync_coach(self, request: HttpRequest, queryset: QuerySet[Session]) -> None:
        """Compare the bucket below these coaches' prefixes with the table."""
        by = acting(request)
        coaches = User.objects.filter(pk__in=queryset.order_by().values("coach"))
        self.run_each(
            request,
            coaches,
            lambda coach: request_run(coach=coach, by=by),
            _("Sync runs asked for: {count}."),
        )


admin.site.unregister(Session)
admin.site.register(Session, RecordedSessionAdmin)
