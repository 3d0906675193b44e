"""Addresses of a benchmark's web process: the peer that receivers are measured against."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from filmroom import urls

handler400, handler500 = urls.handler400, urls.handler500


@csrf_exempt
def empty(request: HttpRequest) -> HttpResponse:
    """Answer, and do nothing else."""
    return HttpResponse(b'{"received":true}', content_type="application/json", status=202)


urlpatterns = [path("empty", empty), *urls.urlpatterns]
