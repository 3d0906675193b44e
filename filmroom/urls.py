"""Where every address leads."""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path, re_path

from filmroom.api_errors import ApiNotFound
from filmroom.reference import DocsView, SchemaView

urlpatterns = [
    path("", include("pages.urls")),
    path("api/v1/", include("recordings.urls")),
    path("api/v1/", include("sessions_app.urls")),
    path("", include("integrations.urls")),
    re_path(r"^api/schema/?$", SchemaView.as_view(), name="schema"),
    re_path(r"^api/docs/?$", DocsView.as_view(url_name="schema"), name="docs"),
    re_path(r"^api/", ApiNotFound.as_view(), name="api-not-found"),
    re_path(r"^webhooks/", ApiNotFound.as_view(), name="webhooks-not-found"),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
]

handler400 = "filmroom.api_errors.bad_request"
handler500 = "filmroom.api_errors.server_error"
