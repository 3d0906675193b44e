"""The admin's door to people and their tokens."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from allauth.account.decorators import secure_admin_login
from allauth.account.models import EmailAddress
from django import forms
from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.admin_lists import HistoryAdmin, LongListAdmin, acting
from accounts.forms import LanguageField, TimeZoneField
from accounts.models import ApiToken, User
from accounts.tokens import revoke_token
from filmroom.ids import as_uuid

admin.site.site_header = admin.site.site_title = "Film Room"
admin.site.index_title = _("Administration")
# The one login there is, with its rate limits; the admin's own has none.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
# A person's address is set with the person: allauth's rows follow it, and are no second door.
admin.site.unregister(EmailAddress)

PREFERENCES = ("language", "time_zone")
POWERS = ("is_staff", "is_superuser", "groups", "user_permissions")


class UniqueEmail(forms.ModelForm):
    """A form that takes an e-mail address once, however it is spelled."""

    def clean_email(self) -> str:
        """Return the address in lower case; refuse one that somebody else has."""
        email: str = self.cleaned_data["email"].strip().lower()
        if User.objects.filter(email=email).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("Somebody already has this e-mail address."))
        return email


class PersonAddForm(UniqueEmail, AdminUserCreationForm):
    class Meta:
        model = User
        fields = ("email", "name", "role")


class PersonForm(UniqueEmail, UserChangeForm):
    language = LanguageField()
    time_zone = TimeZoneField()

    class Meta:
        model = User
        fields = ("email", "name", "role", *PREFERENCES, "is_active", "password", *POWERS)


@admin.register(User)
class UserAdmin(LongListAdmin, DjangoUserAdmin):
    """People: added, changed, switched off, and never deleted."""

    form = PersonForm
    add_form = PersonAddForm
    add_form_template = None
    list_display = ("email", "name", "role", "is_staff", "is_active")
    list_filter = ("role", "is_staff", "is_active")
    search_fields = ("email", "name")
    search_help_text = _("A name or e-mail address, or a part of it.")
    ordering = ("email",)
    readonly_fields = ("last_login", "date_joined")
    fieldsets = (
        (None, {"fields": ("email", "name", "role", "is_active", "password")}),
        (_("Preferences"), {"fields": PREFERENCES}),
        (_("Powers"), {"fields": POWERS}),
        (_("Times"), {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = (
        (None, {"fields": ("email", "name", "role")}),
        (_("Password"), {"fields": ("usable_password", "password1", "password2")}),
    )

    def search_condition(self, word: str) -> Q:
        return Q(email__icontains=word) | Q(name__icontains=word)

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Only a superuser changes staff: a new password would hand over their powers."""
        if obj is not None and (obj.is_staff or obj.is_superuser) and not _is_super(request):
            return False
        return super().has_change_permission(request, obj)

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> Any:
        fields = super().get_readonly_fields(request, obj)
        return fields if _is_super(request) else (*fields, *POWERS)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if change and "email" in form.changed_data:
            # allauth logs in by any address it keeps: the old one must not go on working.
            EmailAddress.objects.filter(user=obj).exclude(email=obj.email).delete()


@admin.register(ApiToken)
class ApiTokenAdmin(HistoryAdmin):
    """Tokens: who holds which, and a way to revoke them.

    A token's primary key is its digest. It stays on the server: rows are named by ``id``, there
    is no page for a single token, and Django's log of actions is not written.
    """

    list_display = ("name", "user", "scope", "created", "expiry", "is_valid")
    list_display_links = None
    list_select_related = ("user",)
    list_filter = ("scope", ("created", admin.DateFieldListFilter))
    search_fields = ("name", "user__email")
    search_help_text = _("A token's name, or its holder's e-mail address.")
    sortable_by = ("name", "user", "scope", "created", "expiry")
    actions = ("revoke",)

    def search_condition(self, word: str) -> Q:
        return Q(name__icontains=word) | Q(user__email__icontains=word)

    @admin.display(description=_("valid"), boolean=True)
    def is_valid(self, token: ApiToken) -> bool:
        """Whether it would be accepted now."""
        return token.user.is_active and (token.expiry is None or token.expiry > timezone.now())

    @admin.action(description=_("Revoke the selected tokens"), permissions=["operate"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[ApiToken]) -> None:
        """Make the selected tokens worthless at once."""
        self.run_each(
            request,
            queryset,
            lambda token: revoke_token(token=token, by=acting(request)),
            _("Tokens revoked: {count}."),
        )

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """No filter in an address may ask about the digest or the token's beginning."""
        return not lookup.startswith(("pk", "digest", "token_key")) and super().lookup_allowed(
            lookup, value, request
        )

    def action_checkbox(self, obj: ApiToken) -> SafeString:
        return forms.CheckboxInput(
            {
                "class": "action-select",
                "aria-label": gettext("Select {name}").format(name=obj.name),
            },
            lambda value: False,
        ).render(ACTION_CHECKBOX_NAME, str(obj.id))

    def response_action(  # type: ignore[override]
        self, request: HttpRequest, queryset: QuerySet[ApiToken]
    ) -> HttpResponse | None:
        """Turn the ids that the page knows into the keys that Django's actions look for."""
        ids = [as_uuid(value) for value in request.POST.getlist(ACTION_CHECKBOX_NAME)]
        chosen: list[UUID] = [value for value in ids if value is not None]
        data = request.POST.copy()
        data.setlist(
            ACTION_CHECKBOX_NAME, list(queryset.filter(id__in=chosen).values_list("pk", flat=True))
        )
        request.POST = data  # type: ignore[assignment]
        return super().response_action(request, queryset)

    def change_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:accounts_apitoken_changelist"))

    def history_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:accounts_apitoken_changelist"))


def _is_super(request: HttpRequest) -> bool:
    return bool(getattr(request.user, "is_superuser", False))
