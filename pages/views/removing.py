"""Taking a deletion back."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from pages.views.access import coach_page, person_of, session_or_404
from recordings import removal


@require_POST
@coach_page
def restore(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """Bring back what the session's newest deletion took; a script is answered 204."""
    session = session_or_404(request, session_id)
    removal.restore_recording(session=session, by=person_of(request))
    if getattr(request, "htmx", False):
        return HttpResponse(status=204)
    messages.success(request, _("The recording is back."))
    return redirect("session", session_id)
