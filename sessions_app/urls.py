"""Addresses of the sessions API, below /api/v1/."""

from __future__ import annotations

from filmroom.routes import route
from sessions_app.api import SessionViewSet

urlpatterns = [
    route(
        "sessions", SessionViewSet.as_view({"get": "list", "post": "create"}), "api-session-list"
    ),
    route(
        "sessions/<session_id>",
        SessionViewSet.as_view(
            {
                "get": "retrieve",
                "put": "update",
                "patch": "partial_update",
                "delete": "destroy",
            }
        ),
        "api-session",
    ),
]
