"""Whom Film Room calls for a coach: endpoints, their secrets, what was sent, another try."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from rest_framework.throttling import UserRateThrottle

from filmroom.errors import FilmRoomError
from integrations import deliveries, endpoints, tasks
from integrations.models import WebhookDelivery, WebhookEndpoint
from pages.throttling import hold_back
from pages.views.access import coach_page, person_of, show_form_error
from pages.webhook_form import EndpointForm
from pages.webhook_page import DeliveryLine, EndpointLine

HISTORY_SIZE = 25


class CalledOften(FilmRoomError):
    code = "throttled"
    detail = "You sent many tests and replays just now: wait a minute before you send another."
    http_status = 429


class CallThrottle(UserRateThrottle):
    """Thirty tests and replays a minute for each person: each calls somebody."""

    scope = "webhook-calls"
    rate = "30/min"


def own_endpoint(request: HttpRequest, endpoint_id: UUID) -> WebhookEndpoint:
    """Return an endpoint that the person may see; another coach's is as unknown as none."""
    visible = WebhookEndpoint.objects.visible_to(person_of(request))
    return get_object_or_404(visible.select_related("coach"), pk=endpoint_id)


@require_http_methods(["GET", "HEAD", "POST"])
@coach_page
@never_cache  # with no-store: a new endpoint's secret is shown once, and kept nowhere
def webhooks(request: HttpRequest) -> HttpResponse:
    """List one's endpoints and make a new one, whose secret this answer alone shows."""
    if request.method != "POST":
        return _show_list(request, EndpointForm())
    form = EndpointForm(request.POST)
    if not form.is_valid():
        return _show_list(request, form, status=400)
    person = person_of(request)
    try:
        endpoint, secret = endpoints.create_endpoint(owner=person, by=person, **form.cleaned_data)
    except FilmRoomError as error:
        show_form_error(form, error, {})
        return _show_list(request, form, status=error.http_status)
    return _show(request, endpoint, secret=secret, is_new=True)


def _show_list(request: HttpRequest, form: EndpointForm, status: int = 200) -> HttpResponse:
    person = person_of(request)
    own = WebhookEndpoint.objects.visible_to(person).filter(coach=person)
    context = {"form": form, "lines": [EndpointLine(each) for each in own]}
    return render(request, "pages/webhooks/list.html", context, status=status)


@require_safe
@coach_page
@never_cache
def webhook(request: HttpRequest, endpoint_id: UUID) -> HttpResponse:
    """Show an endpoint with what was sent to it; only that, when a script looks again."""
    return _show(request, own_endpoint(request, endpoint_id))


def _show(
    request: HttpRequest, endpoint: WebhookEndpoint, *, secret: str = "", is_new: bool = False
) -> HttpResponse:
    pages = Paginator(endpoint.deliveries.defer("payload"), HISTORY_SIZE)
    page = pages.get_page(request.GET.get("page"))
    lines = [DeliveryLine(each) for each in page]
    context: dict[str, Any] = {
        "line": EndpointLine(endpoint),
        "page": page,
        "deliveries": lines,
        "is_moving": any(each.is_moving for each in lines),
        "secret": secret,
        "is_new": is_new,
    }
    is_partial = bool(getattr(request, "htmx", False)) and not secret
    template = "pages/webhooks/_history.html" if is_partial else "pages/webhooks/endpoint.html"
    return render(request, template, context)


@require_http_methods(["GET", "HEAD", "POST"])
@coach_page
@never_cache
def edit(request: HttpRequest, endpoint_id: UUID) -> HttpResponse:
    """Change an endpoint's address, description and events."""
    endpoint = own_endpoint(request, endpoint_id)
    if request.method != "POST":
        form = EndpointForm(initial=EndpointForm.initial_of(endpoint))
        return _ask(request, "edit", endpoint, form=form)
    form = EndpointForm(request.POST)
    if not form.is_valid():
        return _ask(request, "edit", endpoint, form=form, status=400)
    try:
        endpoints.change_endpoint(
            endpoint=endpoint, changes=form.cleaned_data, by=person_of(request)
        )
    except FilmRoomError as error:
        show_form_error(form, error, {})
        return _ask(request, "edit", endpoint, form=form, status=error.http_status)
    messages.success(request, _("The endpoint is changed."))
    return redirect("endpoint", endpoint.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@coach_page
@never_cache
def rotate(request: HttpRequest, endpoint_id: UUID) -> HttpResponse:
    """Ask whether a new secret is wanted, and show it once."""
    endpoint = own_endpoint(request, endpoint_id)
    if request.method != "POST":
        return _ask(request, "rotate", endpoint)
    secret = endpoints.rotate_secret(endpoint=endpoint, by=person_of(request))
    return _show(request, endpoint, secret=secret)


@require_http_methods(["GET", "HEAD", "POST"])
@coach_page
def delete(request: HttpRequest, endpoint_id: UUID) -> HttpResponse:
    """Ask whether an endpoint may go with its history, and delete it."""
    endpoint = own_endpoint(request, endpoint_id)
    if request.method != "POST":
        return _ask(request, "delete", endpoint)
    endpoints.delete_endpoint(endpoint=endpoint, by=person_of(request))
    messages.success(request, _("The endpoint is deleted."))
    return redirect("endpoints")


def _ask(
    request: HttpRequest,
    question: str,
    endpoint: WebhookEndpoint,
    *,
    form: EndpointForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """A question, as a page or for the dialog of the page behind it."""
    partial = "_" if getattr(request, "htmx", False) else ""
    context = {"line": EndpointLine(endpoint), "form": form}
    template = f"pages/webhooks/{partial}{question}.html"
    return render(request, template, context, status=status)


@require_POST
@coach_page
def enable(request: HttpRequest, endpoint_id: UUID) -> HttpResponse:
    """Let an endpoint be called again, from now on."""
    endpoint = own_endpoint(request, endpoint_id)
    endpoints.enable_endpoint(endpoint=endpoint, by=person_of(request))
    messages.success(request, _("The endpoint is told of everything from now on."))
    return redirect("endpoint", endpoint.pk)


@require_POST
@coach_page
def disable(request: HttpRequest, endpoint_id: UUID) -> HttpResponse:
    """Switch an endpoint off."""
    endpoint = own_endpoint(request, endpoint_id)
    endpoints.disable_endpoint(endpoint=endpoint, by=person_of(request))
    messages.success(request, _("The endpoint is switched off."))
    return redirect("endpoint", endpoint.pk)


@require_POST
@coach_page
def test(request: HttpRequest, endpoint_id: UUID) -> HttpResponse:
    """Send an event that only shows whether the endpoint works."""
    endpoint = own_endpoint(request, endpoint_id)
    hold_back(request, CallThrottle, CalledOften)
    delivery = deliveries.queue_test(endpoint=endpoint, by=person_of(request))
    tasks.nudge_delivery(delivery.pk)
    messages.success(request, _("A test is on its way: see below what comes of it."))
    return redirect("endpoint", endpoint.pk)


def own_delivery(request: HttpRequest, delivery_id: UUID) -> WebhookDelivery:
    """Return a delivery that the person may see; another coach's is as unknown as none."""
    visible = WebhookDelivery.objects.visible_to(person_of(request))
    return get_object_or_404(visible.select_related("endpoint__coach"), pk=delivery_id)


@require_safe
@coach_page
@never_cache
def delivery(request: HttpRequest, delivery_id: UUID) -> HttpResponse:
    """Show what was sent, and how each try went."""
    row = own_delivery(request, delivery_id)
    partial = "_" if getattr(request, "htmx", False) else ""
    context = {"each": DeliveryLine(row), "line": EndpointLine(row.endpoint)}
    return render(request, f"pages/webhooks/{partial}delivery.html", context)


@require_POST
@coach_page
def replay(request: HttpRequest, delivery_id: UUID) -> HttpResponse:
    """Send a delivery again."""
    row = own_delivery(request, delivery_id)
    hold_back(request, CallThrottle, CalledOften)
    deliveries.replay(delivery=row, by=person_of(request))
    tasks.nudge_delivery(row.pk)
    messages.success(request, _("It is sent again: see below what comes of it."))
    return redirect("endpoint", row.endpoint_id)
