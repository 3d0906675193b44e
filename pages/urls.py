"""Addresses of pages."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, re_path

from pages.views import (
    bulk,
    connections,
    expiring,
    health,
    links,
    notes,
    past,
    playing,
    preferences,
    recordings,
    removing,
    scheduling,
    session_details,
    tokens,
    unmatched,
    uploading,
    webhooks,
)


def closed(request: HttpRequest) -> HttpResponse:
    """Answer for the pages of django-allauth that Film Room does not offer."""
    raise Http404


COACH = "dashboard/coach/"
SESSION = f"{COACH}sessions/<uuid:session_id>"
ENDPOINT = f"{COACH}webhooks/<uuid:endpoint_id>"
DELIVERY = f"{COACH}webhooks/deliveries/<uuid:delivery_id>"
UNMATCHED = f"{COACH}unmatched/<uuid:recording_id>"
CONNECTION = f"{COACH}connections/<uuid:connection_id>"

urlpatterns: list[URLPattern] = [
    path("", recordings.home, name="home"),
    path(f"{COACH}recordings", recordings.listing, name="recordings"),
    path(f"{COACH}recordings/sync", recordings.sync_now, name="sync"),
    path(f"{COACH}recordings/live", recordings.live, name="recordings-live"),
    path(f"{COACH}recordings/clients", recordings.clients, name="recordings-clients"),
    path(f"{COACH}recordings/bulk/delete", bulk.delete, name="bulk-delete"),
    path(f"{COACH}recordings/bulk/restore", bulk.restore, name="bulk-restore"),
    path(f"{COACH}recordings/bulk/retry", bulk.retry, name="bulk-retry"),
    path(f"{COACH}recordings/bulk/sync", bulk.sync_chosen, name="bulk-sync"),
    path(f"{COACH}recordings/bulk/links", bulk.links, name="bulk-links"),
    path(f"{COACH}recordings/add", uploading.add, name="recordings-add"),
    path(f"{COACH}recordings/links", links.links, name="recordings-links"),
    path(f"{COACH}recordings/links/list.csv", links.template, name="recordings-links-template"),
    path(f"{COACH}sessions/new", scheduling.new, name="session-new"),
    path(SESSION, session_details.details, name="session"),
    path(f"{SESSION}/edit", scheduling.edit, name="session-edit"),
    path(f"{SESSION}/upload", uploading.upload, name="session-upload"),
    path(f"{SESSION}/download", playing.download, name="session-download"),
    path(f"{SESSION}/play", playing.play, name="session-play"),
    path(f"{SESSION}/media", playing.media, name="session-media"),
    path(f"{SESSION}/thumbnails.vtt", playing.thumbnails, name="session-thumbnails"),
    path(f"{SESSION}/copy/retry", playing.retry_copy, name="session-copy-retry"),
    path(f"{SESSION}/delete", session_details.delete, name="session-delete"),
    path(f"{SESSION}/restore", removing.restore, name="session-restore"),
    path(f"{SESSION}/notes", notes.notes, name="session-notes"),
    path(f"{SESSION}/notes.md", notes.export, name="session-notes-export"),
    path(f"{SESSION}/position", notes.position, name="session-position"),
    path(f"{COACH}notes/<uuid:note_id>/edit", notes.edit, name="note-edit"),
    path(f"{COACH}notes/<uuid:note_id>/delete", notes.delete, name="note-delete"),
    path(f"{COACH}uploads/<uuid:upload_id>/retry", session_details.retry, name="upload-retry"),
    path(f"{COACH}uploads/<uuid:upload_id>/cancel", session_details.cancel, name="upload-cancel"),
    path(f"{COACH}connections", connections.connections, name="connections"),
    path(f"{COACH}connections/new/<slug:platform>", connections.new, name="connection-new"),
    path(CONNECTION, connections.connection, name="connection"),
    path(f"{CONNECTION}/secrets/<slug:name>", connections.secret, name="connection-secret"),
    path(f"{CONNECTION}/test", connections.test, name="connection-test"),
    path(f"{CONNECTION}/subscribe", connections.subscribe, name="connection-subscribe"),
    path(f"{CONNECTION}/past", past.past, name="connection-past"),
    path(f"{CONNECTION}/remove", connections.remove, name="connection-remove"),
    path(f"{COACH}sidecars/<uuid:sidecar_id>/download", playing.sidecar, name="sidecar-download"),
    path(f"{COACH}expiring", expiring.expiring, name="expiring"),
    path(f"{COACH}unmatched", unmatched.unmatched, name="unmatched"),
    path(UNMATCHED, unmatched.recording, name="unmatched-recording"),
    path(f"{UNMATCHED}/session", unmatched.make_session, name="unmatched-session"),
    path(f"{UNMATCHED}/dismiss", unmatched.dismiss, name="unmatched-dismiss"),
    path(f"{UNMATCHED}/reconsider", unmatched.reconsider, name="unmatched-reconsider"),
    path(f"{COACH}unmatched/files/<uuid:file_id>", unmatched.file, name="unmatched-file"),
    path(f"{COACH}webhooks", webhooks.webhooks, name="endpoints"),
    path(ENDPOINT, webhooks.webhook, name="endpoint"),
    path(f"{ENDPOINT}/edit", webhooks.edit, name="endpoint-edit"),
    path(f"{ENDPOINT}/rotate", webhooks.rotate, name="endpoint-rotate"),
    path(f"{ENDPOINT}/test", webhooks.test, name="endpoint-test"),
    path(f"{ENDPOINT}/enable", webhooks.enable, name="endpoint-enable"),
    path(f"{ENDPOINT}/disable", webhooks.disable, name="endpoint-disable"),
    path(f"{ENDPOINT}/delete", webhooks.delete, name="endpoint-delete"),
    path(DELIVERY, webhooks.delivery, name="delivery"),
    path(f"{DELIVERY}/replay", webhooks.replay, name="delivery-replay"),
    path("dashboard/settings", preferences.settings, name="settings"),
    path("dashboard/tokens", tokens.tokens, name="tokens"),
    path("dashboard/tokens/<uuid:token_id>/revoke", tokens.revoke, name="token-revoke"),
    re_path(r"^healthz/?$", health.healthz, name="healthz"),
    re_path(r"^readyz/?$", health.readyz, name="readyz"),
    # Addresses change in the admin only, and nobody logs in by a code.
    re_path(r"^accounts/(?:email|confirm-email|login/code)/", closed),
]
