"""Outgoing webhooks in the admin: whom we call and how it went, with switching off and replay."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from accounts.admin_lists import HistoryAdmin, ReadOnlyInline, acting
from accounts.models import User
from filmroom.sentences import told
from integrations import deliveries, endpoints, tasks
from integrations.deliveries import why
from integrations.models import DeliveryAttempt, WebhookDelivery, WebhookEndpoint


@admin.register(WebhookEndpoint)
class WebhookEndpointAdmin(HistoryAdmin):
    """The addresses that people want to be told at; changed on their page."""

    list_display = (
        "created_at",
        "coach",
        "address_shown",
        "description",
        "status",
        "disabled_reason",
        "last_success_at",
    )
    list_select_related = ("coach",)
    list_filter = ("status", "disabled_reason", ("created_at", admin.DateFieldListFilter))
    search_fields = ("url", "description", "coach__email", "coach__name")
    search_help_text = _("An endpoint's id, words of its address, or a coach's name or e-mail.")
    ordering = ("-id",)
    actions = ("switch_off",)
    fieldsets = (
        (None, {"fields": ("id", "address_shown", "description", "events")}),
        (
            _("State"),
            {"fields": ("status", "disabled_reason", "disabled_at", "last_success_at")},
        ),
        (_("Secret"), {"fields": ("secret_ending", "previous_secret_until")}),
        (_("Who and when"), {"fields": ("coach", "created_by", "created_at", "listening_since")}),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [name for _title, block in self.fieldsets for name in block["fields"]]

    def search_condition(self, word: str) -> Q:
        coaches = User.objects.filter(Q(email__icontains=word) | Q(name__icontains=word))
        return (
            Q(url__icontains=word)
            | Q(description__icontains=word)
            | Q(coach__in=coaches.values("pk"))
        )

    @admin.display(description=_("address"), ordering="url")
    def address_shown(self, endpoint: WebhookEndpoint) -> str:
        """The address without its query, where people keep keys."""
        return endpoint.address_shown

    @admin.action(description=_("Switch the selected endpoints off"), permissions=["operate"])
    def switch_off(self, request: HttpRequest, queryset: QuerySet[WebhookEndpoint]) -> None:
        """Let endpoints not be called any more, until somebody enables them."""
        by = acting(request)
        self.run_each(
            request,
            queryset,
            lambda endpoint: endpoints.disable_endpoint(endpoint=endpoint, by=by),
            _("Endpoints that are switched off: {count}."),
        )


class AttemptInline(ReadOnlyInline):
    """Every try of a delivery."""

    model = DeliveryAttempt
    fields = ("at", "status_code", "error_code", "duration_ms")
    readonly_fields = fields
    show_change_link = False


@admin.register(WebhookDelivery)
class WebhookDeliveryAdmin(HistoryAdmin):
    """What was sent, or waits to be."""

    list_display = (
        "created_at",
        "endpoint",
        "event_type",
        "status",
        "attempts",
        "status_code",
        "error_code",
        "next_attempt_at",
        "delivered_at",
    )
    list_select_related = ("endpoint",)
    list_filter = (
        "status",
        "event_type",
        "error_code",
        ("created_at", admin.DateFieldListFilter),
    )
    search_fields = ("endpoint__url",)
    search_help_text = _("The id of a delivery or an endpoint, or words of an address.")
    ordering = ("-id",)
    actions = ("replay",)
    inlines = (AttemptInline,)
    fieldsets = (
        (None, {"fields": ("id", "event_id", "endpoint_link", "event_type", "source", "payload")}),
        (_("State"), {"fields": ("status", "status_code", "error_shown", "delivered_at")}),
        (
            _("Work under way"),
            {
                "fields": (
                    "attempts",
                    "first_attempt_at",
                    "next_attempt_at",
                    "lease_owner",
                    "lease_until",
                )
            },
        ),
        (_("Who and when"), {"fields": ("of_coach", "created_at")}),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [name for _title, block in self.fieldsets for name in block["fields"]]

    def id_condition(self, found: Any) -> Q:
        return Q(pk=found) | Q(endpoint=found)

    def search_condition(self, word: str) -> Q:
        return Q(endpoint__url__icontains=word)

    @admin.display(description="webhook-id")
    def event_id(self, delivery: WebhookDelivery) -> str:
        """What the receiver knows it by."""
        return delivery.event_id

    @admin.display(description=_("endpoint"))
    def endpoint_link(self, delivery: WebhookDelivery) -> str:
        """The endpoint, as a link."""
        address = reverse("admin:integrations_webhookendpoint_change", args=(delivery.endpoint_id,))
        return format_html('<a href="{}">{}</a>', address, delivery.endpoint)

    @admin.display(description=_("error"))
    def error_shown(self, delivery: WebhookDelivery) -> str:
        """The code and its sentence."""
        code = delivery.error_code
        return f"{code}: {told(why(code))}" if code else ""

    @admin.action(description=_("Send the selected deliveries again"), permissions=["operate"])
    def replay(self, request: HttpRequest, queryset: QuerySet[WebhookDelivery]) -> None:
        """Put deliveries back in the queue."""
        by = acting(request)

        def again(delivery: WebhookDelivery) -> None:
            deliveries.replay(delivery=delivery, by=by)
            tasks.nudge_delivery(delivery.pk)

        self.run_each(
            request,
            queryset.select_related("endpoint"),
            again,
            _("Deliveries that are sent again: {count}."),
        )
