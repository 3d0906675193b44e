"""Addresses of integrations, whole: platforms call outside of /api/."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path, re_path

from filmroom.routes import route
from integrations import webhooks
from integrations.api import DeliveryViewSet, EndpointViewSet

ENDPOINT = "webhook-endpoints/<endpoint_id>"
api_patterns = [
    route(
        "webhook-endpoints",
        EndpointViewSet.as_view({"get": "list", "post": "create"}),
        "api-webhook-endpoints",
    ),
    route(
        ENDPOINT,
        EndpointViewSet.as_view(
            {"get": "retrieve", "patch": "partial_update", "delete": "destroy"}
        ),
        "api-webhook-endpoint",
    ),
    route(
        f"{ENDPOINT}/rotate-secret",
        EndpointViewSet.as_view({"post": "rotate"}),
        "api-webhook-endpoint-rotate",
    ),
    route(
        f"{ENDPOINT}/test",
        EndpointViewSet.as_view({"post": "test"}, throttle_scope="webhooks"),
        "api-webhook-endpoint-test",
    ),
    route(
        f"{ENDPOINT}/deliveries",
        EndpointViewSet.as_view({"get": "deliveries"}),
        "api-webhook-deliveries",
    ),
    route(
        "webhook-deliveries/<delivery_id>",
        DeliveryViewSet.as_view({"get": "retrieve"}),
        "api-webhook-delivery",
    ),
    route(
        "webhook-deliveries/<delivery_id>/replay",
        DeliveryViewSet.as_view({"post": "replay"}, throttle_scope="webhooks"),
        "api-webhook-delivery-replay",
    ),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", include(api_patterns)),
    re_path(r"^webhooks/(?P<platform>[a-z._-]+)/?$", webhooks.webhook, name="webhook"),
    re_path(
        r"^webhooks/(?P<platform>[a-z._-]+)/(?P<connection_id>[^/]+)/?$",
        webhooks.webhook,
        name="webhook-connection",
    ),
]
