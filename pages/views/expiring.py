"""Everything that expires at its source soon and is not here yet."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from integrations.expiring import MOST
from pages.expiring_soon import expiring_lines
from pages.views.access import coach_page, person_of


@require_safe
@coach_page
@never_cache
def expiring(request: HttpRequest) -> HttpResponse:
    """List it, the next to go first."""
    context = {"expiring": expiring_lines(person_of(request)), "most_expiring": MOST}
    return render(request, "pages/expiring/list.html", context)
