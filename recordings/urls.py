"""Addresses of the recordings API, below /api/v1/."""

from __future__ import annotations

from filmroom.routes import route
from recordings.api import (
    AttemptViewSet,
    SessionRecordingsViewSet,
    SyncViewSet,
    UploadViewSet,
)
from recordings.direct_api import DirectViewSet, MatchViewSet, PresignViewSet

urlpatterns = [
    route(
        "recordings/sessions",
        SessionRecordingsViewSet.as_view({"get": "list"}),
        "api-recording-list",
    ),
    route(
        "recordings/sessions/<session_id>",
        SessionRecordingsViewSet.as_view({"get": "retrieve"}),
        "api-recording",
    ),
    route("recordings/upload", UploadViewSet.as_view({"post": "create"}), "api-upload"),
    route(
        "recordings/presigned-upload-url",
        PresignViewSet.as_view({"get": "retrieve"}),
        "api-presign",
    ),
    route(
        "recordings/confirm-upload/<upload_id>",
        DirectViewSet.as_view({"post": "confirm"}),
        "api-confirm",
    ),
    route(
        "recordings/multipart",
        DirectViewSet.as_view({"get": "list", "post": "open"}),
        "api-multipart",
    ),
    route("recordings/match-files", MatchViewSet.as_view({"post": "match"}), "api-match-files"),
    route(
        "recordings/multipart/<upload_id>",
        DirectViewSet.as_view({"delete": "abort"}),
        "api-multipart-abort",
    ),
    route(
        "recordings/multipart/<upload_id>/parts",
        DirectViewSet.as_view({"get": "parts", "post": "sign"}),
        "api-multipart-parts",
    ),
    route(
        "recordings/multipart/<upload_id>/complete",
        DirectViewSet.as_view({"post": "complete"}),
        "api-multipart-complete",
    ),
    route(
        "recordings/uploads/<upload_id>",
        AttemptViewSet.as_view({"get": "retrieve"}),
        "api-attempt",
    ),
    route(
        "recordings/uploads/<upload_id>/retry",
        AttemptViewSet.as_view({"post": "retry"}),
        "api-attempt-retry",
    ),
    route(
        "recordings/uploads/<upload_id>/cancel",
        AttemptViewSet.as_view({"post": "cancel"}),
        "api-attempt-cancel",
    ),
    route(
        "recordings/sync-bucket",
        SyncViewSet.as_view({"post": "start"}, throttle_scope="sync"),
        "api-sync",
    ),
    route("recordings/sync-runs", SyncViewSet.as_view({"get": "list"}), "api-sync-run-list"),
    route(
        "recordings/sync-runs/<run_id>",
        SyncViewSet.as_view({"get": "retrieve"}),
        "api-sync-run",
    ),
    route(
        "recordings/download/<session_id>",
        SessionRecordingsViewSet.as_view({"get": "download"}),
        "api-download",
    ),
    route(
        "recordings/sidecars/<session_id>",
        SessionRecordingsViewSet.as_view({"get": "sidecars"}),
        "api-sidecars",
    ),
    route(
        "recordings/recording/<session_id>",
        SessionRecordingsViewSet.as_view({"delete": "destroy"}),
        "api-recording-delete",
    ),
    route(
        "recordings/recording/<session_id>/restore",
        SessionRecordingsViewSet.as_view({"post": "restore"}),
        "api-recording-restore",
    ),
]
