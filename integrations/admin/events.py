"""What platforms sent, in the admin: to see why something did not come, and to have it done."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

import orjson
from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from accounts.admin_lists import HistoryAdmin, acting
from accounts.models import User
from filmroom.logs import scrub
from filmroom.sealing import Unsealable
from filmroom.sentences import told
from integrations import handling, tasks
from integrations.models import ReceivedEvent
from integrations.receiving import unsealed

MOST_SHOWN = 20_000
MOST_OF_NO_JSON = 500
DEEPEST = 40
MASK = "…"
_NAMES = r"token|secret|passw|passcode|pwd|signature|clientstate|api_?key"
_SECRET_NAME = re.compile(_NAMES, re.IGNORECASE)
_SECRET_FIELD = re.compile(rf'("[^"]*(?:{_NAMES})[^"]*"\s*:\s*)[^,}}]*', re.IGNORECASE)
_QUERY = re.compile(r"(https?://[^\s?\"']+)\?[^\s\"']*")


@admin.register(ReceivedEvent)
class ReceivedEventAdmin(HistoryAdmin):
    """Every request that platforms sent, what came of it, and the way to have it handled again."""

    list_display = (
        "received_at",
        "platform",
        "event_type",
        "outcome",
        "outcome_code",
        "coach",
        "times_received",
        "handled_at",
    )
    list_select_related = ("coach",)
    list_filter = ("platform", "outcome", ("received_at", admin.DateFieldListFilter))
    search_fields = ("event_type", "outcome_code", "coach__email")
    search_help_text = _(
        "The id of an event, connection, session or upload, a coach's e-mail address, or words of"
        " the event's type or code."
    )
    # Ids follow time, and their index spares the sorting of the whole table.
    ordering = ("-id",)
    actions = ("handle_again",)
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "id",
                    "platform",
                    "event_type",
                    "outcome",
                    "outcome_code",
                    "detail_told",
                    "connection_link",
                    "coach",
                    "session_link",
                    "upload_link",
                )
            },
        ),
        (
            _("When"),
            {
                "fields": (
                    "received_at",
                    "times_received",
                    "handled_at",
                    "attempts",
                    "next_attempt_at",
                    "lease_owner",
                    "lease_until",
                )
            },
        ),
        (_("Request"), {"fields": ("dedupe_key", "headers_shown", "size", "body_shown")}),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [name for _title, block in self.fieldsets for name in block["fields"]]

    def id_condition(self, found: UUID) -> Q:
        return Q(pk=found) | Q(connection=found) | Q(session=found) | Q(upload=found)

    def search_condition(self, word: str) -> Q:
        if "@" in word:
            coaches = User.objects.filter(email__icontains=word)
            return Q(coach__in=coaches.values("pk"))
        return Q(event_type__icontains=word) | Q(outcome_code__icontains=word)

    @admin.display(description=_("detail"))
    def detail_told(self, event: ReceivedEvent) -> str:
        """Why it ended so, in the reader's language."""
        return told(event.outcome_detail)

    @admin.display(description=_("connection"))
    def connection_link(self, event: ReceivedEvent) -> str:
        """The connection whose secret proved it, or that it was meant for."""
        return _link("integrations_connection", event.connection_id, event.connection)

    @admin.display(description=_("session"))
    def session_link(self, event: ReceivedEvent) -> str:
        """The session that it was about."""
        return _link("sessions_app_session", event.session_id, event.session)

    @admin.display(description=_("upload"))
    def upload_link(self, event: ReceivedEvent) -> str:
        """The import that came of it."""
        return _link("recordings_sessionupload", event.upload_id, event.upload)

    @admin.display(description=_("size"), ordering="body_bytes")
    def size(self, event: ReceivedEvent) -> str:
        """The body's size as people write it."""
        return filesizeformat(event.body_bytes)

    @admin.display(description=_("headers"))
    def headers_shown(self, event: ReceivedEvent) -> str:
        """The headers that were kept, a line each."""
        lines = sorted(event.headers.items())
        return format_html_join("", "{}: {}<br>", lines) if lines else ""

    @admin.display(description=_("body"))
    def body_shown(self, event: ReceivedEvent) -> str:
        """The body with what could be a secret masked."""
        if not event.sealed_body:
            return str(_("Not kept."))
        try:
            body, _signature = unsealed(event)
        except Unsealable as error:
            return error.told()
        return format_html("<pre>{}</pre>", shown(body))

    @admin.action(description=_("Handle the selected events again"), permissions=["operate"])
    def handle_again(self, request: HttpRequest, queryset: QuerySet[ReceivedEvent]) -> None:
        """Put events back for a worker; rejected ones have to prove themselves first."""
        by = acting(request)

        def again(event: ReceivedEvent) -> None:
            handling.replay(event=event, by=by)
            tasks.nudge_event(event.pk)

        self.run_each(request, queryset, again, _("Events that are handled again: {count}."))


def shown(body: bytes) -> str:
    """Return a body for people: JSON in lines, without secrets and the keys in links."""
    try:
        text = orjson.dumps(_masked(orjson.loads(body)), option=orjson.OPT_INDENT_2).decode()
    except (orjson.JSONDecodeError, orjson.JSONEncodeError):
        start = body[:MOST_OF_NO_JSON].decode("utf-8", "replace")
        text = _without_keys(_SECRET_FIELD.sub(rf"\1{MASK}", start))
    return text if len(text) <= MOST_SHOWN else f"{text[:MOST_SHOWN]}\n{MASK}"


def _masked(value: Any, depth: int = 0) -> Any:
    if depth > DEEPEST:
        return MASK
    if isinstance(value, dict):
        return {
            name: MASK if _SECRET_NAME.search(name) and item else _masked(item, depth + 1)
            for name, item in value.items()
        }
    if isinstance(value, list):
        return [_masked(item, depth + 1) for item in value]
    return _without_keys(value) if isinstance(value, str) else value


def _without_keys(text: str) -> str:
    return scrub(_QUERY.sub(rf"\1?{MASK}", text))


def _link(page: str, pk: UUID | None, shown_as: Any) -> str:
    if pk is None:
        return ""
    return format_html('<a href="{}">{}</a>', reverse(f"admin:{page}_change", args=(pk,)), shown_as)
