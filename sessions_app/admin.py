"""The admin's door to sessions; `recordings.admin` adds what concerns their recordings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AutocompleteSelect
from django.db.models import ForeignKey, Model, Q, QuerySet, URLField
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _

from accounts.admin_lists import LongListAdmin, acting
from accounts.models import User
from filmroom.errors import FilmRoomError
from sessions_app.models import Participant, Session, UploadStatus
from sessions_app.scheduling import (
    MOST_PARTICIPANTS,
    Person,
    cancel_session,
    change_session,
    create_session,
)


class PersonSelect(AutocompleteSelect):
    """Django's search field for a person, told whom it shows: rows then need no query each."""

    shown: User | None = None

    def optgroups(self, name: str, value: Sequence[str], attrs: Any = None) -> list[Any]:
        """Return the options to draw: nobody, and the person shown."""
        if self.shown is None or [str(each) for each in value] != [str(self.shown.pk)]:
            return super().optgroups(name, value, attrs)
        nobody = self.create_option(name, "", "", False, 0)
        person = self.create_option(name, self.shown.pk, str(self.shown), True, 1)
        return [(None, [nobody, person], 0)]


class ParticipantForm(forms.ModelForm):
    """One participant, whose user was read together with the others'."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "user" in self.fields:
            self.fields["user"].widget.widget.shown = self.instance.user


class ParticipantInline(admin.TabularInline):
    """Who else was there."""

    model = Participant
    form = ParticipantForm
    fields = ("user", "name", "email")
    extra = 0
    max_num = MOST_PARTICIPANTS

    def get_queryset(self, request: HttpRequest) -> QuerySet[Participant]:
        return super().get_queryset(request).select_related("user")

    def formfield_for_foreignkey(
        self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> Any:
        if db_field.name == "user":
            kwargs["widget"] = PersonSelect(db_field, self.admin_site)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class SessionAdmin(LongListAdmin):
    """Sessions: stored through `sessions_app.scheduling`, cancelled, and never deleted."""

    list_display = (
        "title",
        "coach",
        "client_shown",
        "scheduled_at",
        "status",
        "recording_state",
        "recording_size",
    )
    list_select_related = ("coach", "client")
    list_filter = (
        "status",
        "s3_status",
        "external_platform",
        # Today, the last week, this month, this year; a date hierarchy would read the whole table.
        ("scheduled_at", admin.DateFieldListFilter),
    )
    search_fields = ("title", "coach__email", "client__email", "client__name", "client_name")
    search_help_text = _(
        "Words of the title, a person's name or e-mail address, or a session's id."
    )
    autocomplete_fields = ("coach", "client")
    formfield_overrides = {URLField: {"assume_scheme": "https"}}
    inlines: ClassVar[tuple[type[admin.TabularInline], ...]] = (ParticipantInline,)
    actions: tuple[str, ...] = ("cancel",)
    fieldsets = (
        (None, {"fields": ("title", "description", "scheduled_at", "duration_minutes", "status")}),
        (_("People"), {"fields": ("coach", "client", "client_name")}),
        (_("Where it was held"), {"fields": ("external_platform", "external_recording_url")}),
        (
            _("Recording"),
            {
                "fields": (
                    "s3_status",
                    "recording_filename",
                    "recording_mime_type",
                    "recording_size",
                    "recording_duration_seconds",
                    "s3_uploaded_at",
                    "s3_key",
                    "transcript_status",
                    "analysis_status",
                )
            },
        ),
    )
    readonly_fields = (
        "s3_status",
        "recording_filename",
        "recording_mime_type",
        "recording_size",
        "recording_duration_seconds",
        "s3_uploaded_at",
        "s3_key",
        "transcript_status",
        "analysis_status",
    )

    def search_condition(self, word: str) -> Q:
        """People are found in their own, smaller table; its indexes lead to their sessions."""
        people = User.objects.filter(Q(email__icontains=word) | Q(name__icontains=word))
        of_people = Q(coach__in=people.values("pk")) | Q(client__in=people.values("pk"))
        if "@" in word:
            return of_people
        return of_people | Q(title__icontains=word) | Q(client_name__icontains=word)

    @admin.display(description=_("client"), ordering="client__email")
    def client_shown(self, session: Session) -> str:
        """The client as this coach knows them."""
        return session.client_display_name

    @admin.display(description=_("recording"), ordering="s3_status")
    def recording_state(self, session: Session) -> str:
        """Where the newest attempt stands, and whether an earlier recording plays meanwhile."""
        state = session.get_s3_status_display() if session.s3_status else ""
        if session.has_recording and session.s3_status != UploadStatus.COMPLETED:
            return _("{state} (an earlier one plays)").format(state=state)
        return state

    @admin.display(description=_("size"), ordering="recording_size_bytes")
    def recording_size(self, session: Session) -> str:
        """The recording's size as people write it."""
        size = session.recording_size_bytes
        return "" if size is None else filesizeformat(size)

    def get_readonly_fields(self, request: HttpRequest, obj: Session | None = None) -> Any:
        """The coach is chosen once: a session's recordings lie below the coach's prefix."""
        fields = super().get_readonly_fields(request, obj)
        return fields if obj is None else (*fields, "coach")

    def formfield_for_foreignkey(
        self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> Any:
        if db_field.name == "coach":
            kwargs["queryset"] = User.objects.filter(
                Q(role=User.Role.COACH) | Q(is_staff=True), is_active=True
            )
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: Session, form: Any, change: bool) -> None:
        """Store the session through scheduling, as the API does."""
        by = acting(request)
        names = form.changed_data if change else form.cleaned_data
        given = {name: form.cleaned_data[name] for name in names}
        if {"client", "client_name"} & given.keys():
            given.pop("client_name", None)
            given["client"] = _named(obj.client, obj.client_name)
        if given and change:
            change_session(session=obj, by=by, changes=given)
        elif not change:
            obj.pk = create_session(by=by, **given).pk
            obj._state.adding = False
        obj.refresh_from_db()

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Hand the whole list of participants to scheduling."""
        formset.save(commit=False)  # notes what changed, for the admin's log
        if formset.model is Participant and formset.has_changed():
            change_session(
                session=form.instance,
                by=acting(request),
                changes={"participants": [_participant(entry) for entry in _kept(formset)]},
            )

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show what scheduling refuses as a message; nothing of the form is stored then."""
        try:
            return super().changeform_view(request, *args, **kwargs)
        except FilmRoomError as error:
            self.message_user(request, error.told(), messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())

    @admin.action(description=_("Cancel the selected sessions"), permissions=["change"])
    def cancel(self, request: HttpRequest, queryset: QuerySet[Session]) -> None:
        """Mark the selected sessions as cancelled; their recordings stay."""
        by = acting(request)
        self.run_each(
            request,
            queryset,
            lambda session: cancel_session(session=session, by=by),
            _("Sessions cancelled: {count}."),
        )


def _named(client: User | None, name: str) -> Person | None:
    return None if client is None else Person(id=client.pk, name=name)


def _kept(formset: Any) -> list[dict[str, Any]]:
    return [
        form.cleaned_data
        for form in formset.forms
        if form.cleaned_data and not form.cleaned_data.get("DELETE")
    ]


def _participant(entry: dict[str, Any]) -> Person:
    user: Model | None = entry.get("user")
    return Person(
        id=user.pk if user else None, name=entry.get("name", ""), email=entry.get("email", "")
    )


admin.site.register(Session, SessionAdmin)
