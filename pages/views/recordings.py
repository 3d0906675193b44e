"""The recordings page: every session, its recording and what can be done."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from pages.forms import ListingForm
from pages.rows import rows_of
from pages.states import SYNCS
from pages.views.access import coach_page, own_sessions, person_of, session_or_404
from recordings import sync, tasks
from recordings.models import SyncRun, SyncRunQuerySet
from sessions_app.filters import SessionFilter
from sessions_app.models import SessionQuerySet

PAGE_SIZE = 50


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Lead to the recordings; who is not signed in is asked to on the way."""
    return redirect("recordings")


@require_safe
@coach_page
@never_cache
def listing(request: HttpRequest) -> HttpResponse:
    """Show the table: searched, filtered and turned to a page by its address."""
    form = ListingForm(request.GET)
    everything = own_sessions(request)
    found = _narrowed(everything, form)
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "pages": page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1),
        "rows": rows_of(page.object_list),
        "is_narrowed": any(form.cleaned_data.values()),
        "last_sync": _last_sync(person_of(request)),
    }
    return render(request, "pages/recordings/listing.html", context)


def _narrowed(sessions: SessionQuerySet, form: ListingForm) -> Any:
    form.is_valid()  # what is not valid is left out, and the form says so
    return SessionFilter(form.cleaned_data, queryset=sessions).qs


def _last_sync(user: User) -> dict[str, Any] | None:
    runs = cast("SyncRunQuerySet", SyncRun.objects).visible_to(user)
    run = runs.filter(dry_run=False).first()
    return {"run": run, "shown": SYNCS[run.status]} if run else None


@require_safe
@coach_page
@never_cache
def row(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """Show one line of the table as it is now; a line at rest asks no further."""
    [line] = rows_of([session_or_404(request, session_id)])
    return render(request, "pages/recordings/_row.html", {"row": line})


@require_safe
@coach_page
@never_cache
def sync_status(request: HttpRequest) -> HttpResponse:
    """Show how the last sync stands; one that has ended asks no further."""
    context = {"last_sync": _last_sync(person_of(request))}
    return render(request, "pages/recordings/_sync.html", context)


@require_POST
@coach_page
def sync_now(request: HttpRequest) -> HttpResponse:
    """Compare the bucket with the table: a coach their own part, staff all of it."""
    user = person_of(request)
    run = sync.request_sync(
        coach=None if user.is_staff else user, by=user, trigger=SyncRun.Trigger.BUTTON
    )
    tasks.nudge_sync(run.pk)
    messages.success(request, _("The sync is on its way; its outcome appears here."))
    return redirect("recordings")
