"""Mails to people about their integrations."""

from __future__ import annotations

from smtplib import SMTPException
from uuid import UUID

import structlog
from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils import translation

from integrations.models import WebhookEndpoint

logger = structlog.get_logger(__name__)


def tell_of_disabling(endpoint_id: UUID) -> None:
    """Write to the owner of an endpoint that was disabled, in their language.

    A mail that cannot be sent is logged and nothing more: the page says the same.
    """
    endpoint = WebhookEndpoint.objects.select_related("coach").filter(pk=endpoint_id).first()
    if endpoint is None or endpoint.is_active or not endpoint.coach.is_active:
        return
    context = {
        "endpoint": endpoint,
        "is_gone": endpoint.disabled_reason == WebhookEndpoint.Reason.GONE,
        "link": f"{settings.SITE_URL}/dashboard/coach/webhooks/{endpoint.pk}",
    }
    with translation.override(endpoint.coach.language or settings.LANGUAGE_CODE):
        subject = render_to_string("emails/webhook_disabled_subject.txt", context)
        message = render_to_string("emails/webhook_disabled_message.txt", context)
    try:
        send_mail(" ".join(subject.split()), message, None, [endpoint.coach.email])
    except (SMTPException, OSError) as error:
        logger.warning("mail_lost", endpoint=str(endpoint_id), error=type(error).__name__)
