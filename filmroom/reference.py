"""The API's reference as it is served."""

from __future__ import annotations

from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView


class InEnglish:
    """The reference has one language: what it takes from the product's words is English, too."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        with translation.override("en"):
            response: Any = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
            response.render()
        response["Content-Language"] = "en"
        return cast("HttpResponse", response)


class SchemaView(InEnglish, SpectacularAPIView):
    """The OpenAPI document."""


class DocsView(InEnglish, SpectacularSwaggerSplitView):
    """The OpenAPI document, to read and to try."""
