"""The recordings page: every session, its recording and what can be done."""

from __future__ import annotations

from typing import Any, cast
from urllib.parse import parse_qsl, urlsplit

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from filmroom.ids import as_uuid
from integrations.expiring import MOST
from pages.expiring_soon import expiring_lines
from pages.listing import MOST_AT_ONCE, SIZES, Listing
from pages.rows import rows_of
from pages.states import SYNCS
from pages.toasts import answer_with_toast, waiting_toast
from pages.views.access import coach_page, own_sessions, person_of
from pages.waiting import count_waiting
from recordings import sync, tasks
from recordings.models import SyncRun, SyncRunQuerySet
from recordings.storage import KEY_ROOT

VIEW_LENGTH = User._meta.get_field("recordings_view").max_length or 0
MOST_ROWS = max(SIZES)


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Lead to the recordings; who is not signed in is asked to on the way."""
    return redirect("recordings")


@require_safe
@coach_page
@never_cache
def listing(request: HttpRequest) -> HttpResponse:
    """Show the table: searched, filtered, sorted and turned to a page by its address.

    The bare address leads to the table as the person left it; ``?all`` forgets that. A script
    that names the table's results as its target gets only them.
    """
    user = person_of(request)
    if "all" in request.GET:
        _remember(user, "")
        return redirect("recordings")
    if not request.GET and user.recordings_view and not _goes_back(request):
        return redirect(f"{reverse('recordings')}?{user.recordings_view}")
    asked = Listing(request.GET, own_sessions(request))
    page = Paginator(asked.sessions, asked.size).get_page(asked.page)
    view = asked.query(page=page.number)
    if request.method == "GET":
        _remember(user, view)
    if _wants_results(request):
        response = render(request, "pages/recordings/_results.html", _results(asked, page))
        response[_history_header(request, view)] = reverse("recordings") + (view and f"?{view}")
        return response
    asked.offer_chosen_client()
    context = _results(asked, page) | {
        "last_sync": _last_sync(user),
        "prefix": f"{KEY_ROOT}{user.pk}/",
        "toast": waiting_toast(request),
        "waiting": count_waiting(user),
        "expiring": expiring_lines(user),
        "most_expiring": MOST,
    }
    return render(request, "pages/recordings/listing.html", context)


def _results(asked: Listing, page: Any) -> dict[str, Any]:
    return {
        "listing": asked,
        "form": asked.form,
        "page": page,
        "links": _page_links(asked, page),
        "rows": rows_of(page.object_list),
        "most": MOST_AT_ONCE,
        "total": asked.everything.count() if asked.filters else page.paginator.count,
    }


def _page_links(asked: Listing, page: Any) -> dict[str, Any]:
    def link(number: int) -> str:
        return f"?{asked.query(page=number)}"

    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    return {
        "before": link(page.previous_page_number()) if page.has_previous() else "",
        "after": link(page.next_page_number()) if page.has_next() else "",
        "numbers": [(each, link(each) if isinstance(each, int) else "") for each in numbers],
    }


def _remember(user: User, view: str) -> None:
    if view != user.recordings_view and len(view) <= VIEW_LENGTH:
        User.objects.filter(pk=user.pk).update(recordings_view=view)


def _wants_results(request: HttpRequest) -> bool:
    htmx = request.htmx  # type: ignore[attr-defined]
    return htmx.target == "results" and not htmx.history_restore_request


def _goes_back(request: HttpRequest) -> bool:
    htmx = request.htmx  # type: ignore[attr-defined]
    return bool(htmx.history_restore_request)


def _history_header(request: HttpRequest, view: str) -> str:
    """Let "back" leave a search as a whole, not letter by letter."""
    before, after = (
        dict(parse_qsl(query))
        for query in (urlsplit(request.htmx.current_url or "").query, view)  # type: ignore[attr-defined]
    )
    if before == after:
        return "HX-Replace-Url"
    is_typing = before.get("q") != after.get("q") and "q" in before
    rest = [{**query, "q": "", "page": ""} for query in (before, after)]
    return "HX-Replace-Url" if is_typing and rest[0] == rest[1] else "HX-Push-Url"


def _last_sync(user: User) -> dict[str, Any] | None:
    runs = cast("SyncRunQuerySet", SyncRun.objects).visible_to(user)
    run = runs.filter(dry_run=False).first()
    return {"run": run, "shown": SYNCS[run.status]} if run else None


@require_safe
@coach_page
@never_cache
def clients(request: HttpRequest) -> HttpResponse:
    """Show the field that narrows the table to one client, with all there are to choose from."""
    asked = Listing(request.GET, own_sessions(request))
    asked.offer_clients()
    return render(request, "pages/recordings/_clients.html", {"form": asked.form})


@require_safe
@coach_page
@never_cache
def live(request: HttpRequest) -> HttpResponse:
    """Show the lines of the sessions in ``rows`` as they are now; with ``sync`` the last sync.

    ``rows`` are ids with commas between them, at most as many as a page has. Those of nobody's, or
    of another coach's, sessions are not in the answer.
    """
    ids = [as_uuid(text) for text in request.GET.get("rows", "").split(",")[:MOST_ROWS]]
    sessions = own_sessions(request).filter(pk__in=[pk for pk in ids if pk])
    context = {
        "rows": rows_of(sessions),
        "last_sync": _last_sync(person_of(request)) if "sync" in request.GET else None,
    }
    return render(request, "pages/recordings/_live.html", context)


@require_POST
@coach_page
def sync_now(request: HttpRequest) -> HttpResponse:
    """Compare the bucket with the table: a coach their own part, staff all of it."""
    user = person_of(request)
    run = sync.request_sync(
        coach=None if user.is_staff else user, by=user, trigger=SyncRun.Trigger.BUTTON
    )
    tasks.nudge_sync(run.pk)
    return answer_with_toast(request, [_("The sync is on its way; its outcome appears here.")])
