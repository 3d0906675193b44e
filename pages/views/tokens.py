"""The API tokens of the person who is signed in."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from rest_framework.throttling import UserRateThrottle

from accounts.models import ApiToken
from accounts.tokens import create_token, revoke_token
from filmroom.errors import FilmRoomError
from pages.forms import TokenForm
from pages.throttling import hold_back
from pages.views.access import coach_page, person_of, show_form_error


class TooManyTokens(FilmRoomError):
    code = "throttled"
    detail = "You made many tokens just now: wait a minute before you make another."
    http_status = 429


class TokenThrottle(UserRateThrottle):
    """Ten new tokens a minute for each person, by the means that also hold back the API."""

    scope = "tokens"
    rate = "10/min"


@require_http_methods(["GET", "HEAD", "POST"])
@coach_page
@never_cache  # with no-store: a new token's value is shown once, and kept nowhere
def tokens(request: HttpRequest) -> HttpResponse:
    """List one's tokens and make a new one, whose value this answer alone shows."""
    if request.method != "POST":
        return _show(request, TokenForm())
    form = TokenForm(request.POST)
    if not form.is_valid():
        return _show(request, form, status=400)
    hold_back(request, TokenThrottle, TooManyTokens)
    person = person_of(request)
    try:
        row, value = create_token(
            owner=person,
            name=form.cleaned_data["name"],
            scope=form.cleaned_data["scope"],
            expires_at=form.expires_at(),
            by=person,
        )
    except FilmRoomError as error:
        show_form_error(form, error, {"expires_at": "expires_on"})
        return _show(request, form, status=error.http_status)
    return _show(request, TokenForm(), new=row, value=value)


def _show(
    request: HttpRequest,
    form: TokenForm,
    *,
    new: ApiToken | None = None,
    value: str = "",
    status: int = 200,
) -> HttpResponse:
    rows = ApiToken.objects.filter(user=person_of(request))
    context = {"form": form, "tokens": rows, "new": new, "value": value, "now": timezone.now()}
    return render(request, "pages/tokens/list.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@coach_page
@never_cache
def revoke(request: HttpRequest, token_id: UUID) -> HttpResponse:
    """Ask whether a token may go, and make it worthless once that is confirmed."""
    person = person_of(request)
    token = get_object_or_404(ApiToken.objects.filter(user=person), id=token_id)
    if request.method == "POST":
        revoke_token(token=token, by=person)
        messages.success(request, _("The token is revoked."))
        return redirect("tokens")
    partial = bool(getattr(request, "htmx", False))
    template = "pages/tokens/_revoke.html" if partial else "pages/tokens/revoke.html"
    return render(request, template, {"token": token})
