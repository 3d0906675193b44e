"""What a person chooses for themselves."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.preferences import change_preferences
from filmroom.errors import FilmRoomError
from filmroom.middleware import browsers_time_zone
from pages.forms import PreferencesForm
from pages.views.access import person_of, show_form_error


@require_http_methods(["GET", "HEAD", "POST"])
@login_required  # for clients as well: they read, too
@never_cache
def settings(request: HttpRequest) -> HttpResponse:
    """Show and store name, language and time zone of whoever is signed in."""
    person = person_of(request)
    form = PreferencesForm(
        request.POST if request.method == "POST" else None,
        initial={each: getattr(person, each) for each in ("name", "language", "time_zone")},
        browsers_time_zone=browsers_time_zone(request),
    )
    if form.is_bound and form.is_valid():
        try:
            change_preferences(user=person, by=person, **form.cleaned_data)
        except FilmRoomError as error:
            show_form_error(form, error, {})
            return _show(request, form, error.http_status)
        with translation.override(
            person.language or translation.get_language_from_request(request)
        ):
            messages.success(request, _("Your settings are saved."))
        return redirect("settings")
    return _show(request, form, 400 if form.is_bound else 200)


def _show(request: HttpRequest, form: PreferencesForm, status: int) -> HttpResponse:
    return render(request, "pages/preferences/page.html", {"form": form}, status=status)
