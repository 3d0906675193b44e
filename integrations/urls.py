"""Addresses of integrations, whole: platforms call outside of /api/."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, re_path

from integrations import webhooks

urlpatterns: list[URLPattern | URLResolver] = [
    re_path(r"^webhooks/(?P<platform>[a-z._-]+)/?$", webhooks.webhook, name="webhook"),
    re_path(
        r"^webhooks/(?P<platform>[a-z._-]+)/(?P<connection_id>[^/]+)/?$",
        webhooks.webhook,
        name="webhook-connection",
    ),
]
