"""Whom Film Room calls: endpoints, what was sent to them, and every try."""

from __future__ import annotations

from typing import Self

import orjson
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.visibility import CoachesOwnQuerySet
from filmroom.ids import new_id
from sessions_app.models import URL_MAX_LENGTH


class EventType(models.TextChoices):
    """What an endpoint can ask to be told of."""

    RECORDING_COMPLETED = "recording.completed", _("A recording is complete")
    RECORDING_FAILED = "recording.failed", _("A recording failed to arrive")
    RECORDING_DELETED = "recording.deleted", _("A recording was deleted")
    SYNC_COMPLETED = "sync.completed", _("A sync is complete")


# Sent when a person asks for it, to whatever endpoint.
TEST_TYPE = "webhook.test"


class WebhookEndpointQuerySet(CoachesOwnQuerySet["WebhookEndpoint"]):
    """Endpoints; a coach sees their own."""

    def listening(self) -> Self:
        """Return those that are told of what happens: active, their owner too."""
        return self.filter(status=WebhookEndpoint.Status.ACTIVE, coach__is_active=True)


class WebhookEndpoint(models.Model):
    """An address that a person wants to be told at, and the secret that signs what is sent.

    It is told of what its owner, ``coach``, may see: staff of everything. ``listening_since`` is
    when it was made, enabled, or asked for more: of what happened before it is not told. After a
    rotation the previous secret signs as well until ``previous_secret_until``.
    Only `integrations.endpoints` writes, and `integrations.delivering` how it went.
    """

    class Status(models.TextChoices):
        ACTIVE = "active", _("Active")
        DISABLED = "disabled", _("Disabled")

    class Reason(models.TextChoices):
        SWITCHED_OFF = "switched_off", _("Switched off")
        FAILING = "failing", _("It did not answer for a day")
        GONE = "gone", _("It said that it is gone")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    coach = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="webhook_endpoints"
    )
    url = models.URLField(_("address"), max_length=URL_MAX_LENGTH)
    description = models.CharField(_("description"), max_length=200, blank=True)
    events = models.JSONField(_("events"), default=list)
    status = models.CharField(
        _("status"), max_length=8, choices=Status.choices, default=Status.ACTIVE
    )
    disabled_reason = models.CharField(max_length=12, choices=Reason.choices, blank=True)
    disabled_at = models.DateTimeField(null=True, blank=True)
    listening_since = models.DateTimeField(default=timezone.now)
    sealed_secret = models.TextField(editable=False)
    secret_ending = models.CharField(max_length=4, editable=False)
    sealed_previous_secret = models.TextField(blank=True, editable=False)
    previous_secret_until = models.DateTimeField(null=True, blank=True)
    last_success_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True
    )

    objects = WebhookEndpointQuerySet.as_manager()

    class Meta:
        verbose_name = _("webhook endpoint")
        verbose_name_plural = _("webhook endpoints")
        ordering = ("created_at", "id")
        constraints = (
            models.CheckConstraint(
                condition=Q(status="active", disabled_reason="", disabled_at__isnull=True)
                | (Q(status="disabled", disabled_at__isnull=False) & ~Q(disabled_reason="")),
                name="endpoint_disabled_says_why",
            ),
            models.CheckConstraint(
                condition=~Q(sealed_secret="") & ~Q(secret_ending=""), name="endpoint_has_secret"
            ),
            models.CheckConstraint(
                condition=Q(sealed_previous_secret="") | Q(previous_secret_until__isnull=False),
                name="endpoint_previous_secret_ends",
            ),
        )
        indexes = (models.Index(fields=["coach", "created_at"], name="endpoint_coach_time"),)

    def __str__(self) -> str:
        return self.description or self.address_shown

    @property
    def is_active(self) -> bool:
        """Whether it is told of what happens."""
        return self.status == self.Status.ACTIVE

    @property
    def address_shown(self) -> str:
        """The address without its query, where keys are kept."""
        return self.url.partition("?")[0]


class WebhookDeliveryQuerySet(models.QuerySet["WebhookDelivery"]):
    """Deliveries, narrowed to what a person may see."""

    def visible_to(self, user: User) -> Self:
        """Return what went to the endpoints that ``user`` may see."""
        if user.is_active and user.is_staff:
            return self.all()
        return self.filter(endpoint__in=WebhookEndpoint.objects.visible_to(user))


class WebhookDelivery(models.Model):
    """One event on its way to one endpoint. The row is the queue.

    ``source`` names what happened, so that it is sent once however often it is found;
    ``of_coach`` is whose recordings it tells of, empty for the whole bucket. ``payload`` is the
    very text that is sent and signed. While a worker sends it the row is ``pending`` under a
    lease. Only `integrations.deliveries` and `integrations.delivering` write.
    """

    class Status(models.TextChoices):
        PENDING = "pending", _("Waiting")
        DELIVERED = "delivered", _("Delivered")
        FAILED = "failed", _("Failed")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    endpoint = models.ForeignKey(
        WebhookEndpoint, on_delete=models.CASCADE, related_name="deliveries"
    )
    event_type = models.CharField(max_length=40)
    source = models.CharField(max_length=60)
    of_coach = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    payload = models.TextField()
    status = models.CharField(max_length=9, choices=Status.choices, default=Status.PENDING)
    attempts = models.PositiveSmallIntegerField(
        default=0, help_text=_("Tries since it was queued, or replayed.")
    )
    first_attempt_at = models.DateTimeField(null=True, blank=True)
    next_attempt_at = models.DateTimeField(
        null=True, blank=True, help_text=_("Not to be taken up before.")
    )
    status_code = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text=_("Of the newest answer.")
    )
    error_code = models.CharField(max_length=50, blank=True)
    lease_owner = models.CharField(max_length=100, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    delivered_at = models.DateTimeField(null=True, blank=True)

    objects = WebhookDeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("webhook delivery")
        verbose_name_plural = _("webhook deliveries")
        ordering = ("-created_at", "-id")
        constraints = (
            models.UniqueConstraint(fields=["endpoint", "source"], name="delivery_source_once"),
            models.CheckConstraint(
                condition=~Q(status="delivered")
                | Q(delivered_at__isnull=False, status_code__isnull=False, error_code=""),
                name="delivery_delivered_has_facts",
            ),
            models.CheckConstraint(
                condition=~Q(status="failed") | ~Q(error_code=""), name="delivery_failed_has_error"
            ),
            models.CheckConstraint(
                condition=Q(status="pending") | Q(lease_until__isnull=True),
                name="delivery_lease_only_while_pending",
            ),
        )
        indexes = (
            models.Index(
                fields=["endpoint", "created_at"],
                condition=Q(status="pending"),
                name="delivery_pending",
            ),
            models.Index(fields=["endpoint", "-created_at", "-id"], name="delivery_endpoint_time"),
            models.Index(fields=["created_at"], name="delivery_time"),
        )

    def __str__(self) -> str:
        return f"{self.event_type} ({self.get_status_display()})"

    @property
    def event_id(self) -> str:
        """The ``webhook-id``: the same at every try and every replay."""
        return f"msg_{self.pk.hex}"

    @property
    def content(self) -> dict[str, object]:
        """The payload, read."""
        read: dict[str, object] = orjson.loads(self.payload)
        return read

    @property
    def is_test(self) -> bool:
        """Whether it only shows that the endpoint works."""
        return self.event_type == TEST_TYPE


class DeliveryAttempt(models.Model):
    """One try: an answer's status, or what went wrong before there was one. Never changed."""

    delivery = models.ForeignKey(WebhookDelivery, on_delete=models.CASCADE, related_name="tries")
    at = models.DateTimeField(default=timezone.now)
    status_code = models.PositiveSmallIntegerField(null=True, blank=True)
    error_code = models.CharField(max_length=50, blank=True)
    duration_ms = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        verbose_name = _("delivery attempt")
        verbose_name_plural = _("delivery attempts")
        ordering = ("at", "id")
        constraints = (
            models.CheckConstraint(
                condition=Q(status_code__isnull=False, error_code="")
                | (Q(status_code__isnull=True) & ~Q(error_code="")),
                name="attempt_answer_or_error",
            ),
        )
        indexes = (models.Index(fields=["delivery", "at"], name="attempt_delivery_time"),)

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S}: {self.status_code or self.error_code}"
