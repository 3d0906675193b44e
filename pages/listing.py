"""The address of the recordings table: what it searches, how it sorts, where it stands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, NamedTuple, cast
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Max
from django.http import QueryDict
from django.utils.formats import date_format
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext_lazy as _

from sessions_app.filters import BAD_TIME, EARLIEST, LATEST, RECORDING_CHOICES, SessionFilter
from sessions_app.models import Platform, Session, SessionQuerySet

SIZES = (25, 50, 100)
SIZE = 50
# More names would make the page heavy; the search finds every client.
MOST_CLIENTS = 200
# An act on many takes so many at once.
MOST_AT_ONCE = 500
NEWEST_FIRST = "-scheduled_at"
USUAL = {"ordering": NEWEST_FIRST, "size": str(SIZE)}
COLUMNS = (
    ("title", _("Session")),
    ("client_name", _("Client")),
    ("scheduled_at", _("Date")),
    ("recording", _("Recording")),
    ("duration_seconds", _("Length")),
    ("size_bytes", _("Size")),
)
ORDERS = (
    ("-scheduled_at", _("Newest first")),
    ("scheduled_at", _("Oldest first")),
    ("title", _("Title, A to Z")),
    ("-title", _("Title, Z to A")),
    ("client_name", _("Client, A to Z")),
    ("-client_name", _("Client, Z to A")),
    ("-recording", _("Uploads under way first")),
    ("recording", _("Without a recording first")),
    ("-duration_seconds", _("Longest first")),
    ("duration_seconds", _("Shortest first")),
    ("-size_bytes", _("Largest first")),
    ("size_bytes", _("Smallest first")),
)
# What is of most interest at the other end of the alphabet comes first on the first click.
DESCENDING_FIRST = ("scheduled_at", "recording", "duration_seconds", "size_bytes")
FILTERS = ("q", "client", "platform", "recording", "status", "from", "to")


class ListingForm(forms.Form):
    """The search, the filters and the order of the table, as they stand in its address."""

    q = forms.CharField(
        label=_("Search"),
        required=False,
        max_length=200,
        widget=forms.TextInput(
            attrs={
                "type": "search",
                "placeholder": _("Title, client, e-mail"),
                "autocomplete": "off",
            }
        ),
    )
    client = forms.UUIDField(label=_("Client"), required=False, widget=forms.Select)
    platform = forms.ChoiceField(
        label=_("Platform"), required=False, choices=[("", _("All")), *Platform.choices]
    )
    recording = forms.ChoiceField(
        label=_("Recording"), required=False, choices=[("", _("All")), *RECORDING_CHOICES]
    )
    status = forms.ChoiceField(
        label=_("Session"), required=False, choices=[("", _("All")), *Session.Status.choices]
    )
    ordering = forms.ChoiceField(label=_("Order"), required=False, choices=ORDERS)
    size = forms.TypedChoiceField(
        label=_("Per page"), required=False, choices=[(size, size) for size in SIZES], coerce=int
    )


def _day(label: Any) -> forms.DateField:
    sane = [MinValueValidator(EARLIEST.date(), BAD_TIME), MaxValueValidator(LAST_DAY, BAD_TIME)]
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=False, widget=widget, validators=sane)


LAST_DAY = date(LATEST.year - 1, 12, 31)
# The one is a keyword of Python.
ListingForm.base_fields |= {"from": _day(_("From")), "to": _day(_("Until"))}


class Chip(NamedTuple):
    """One filter that is on: what it is, and the address without it."""

    name: str
    label: str
    text: str
    url: str


class Column(NamedTuple):
    """A column that sorts: ``sorting`` is its aria-sort, ``url`` sorts by it or turns it round."""

    name: str
    label: str | Promise
    sorting: str
    url: str


class Listing:
    """What an address asks of the table. What is not valid in it is left out.

    ``everything`` are the sessions that the person may see.
    """

    def __init__(self, query: QueryDict, everything: SessionQuerySet) -> None:
        self.everything = everything
        self.form = ListingForm(USUAL | query.dict())
        self.form.is_valid()
        values = {
            name: value for name, value in self.form.cleaned_data.items() if value not in ("", None)
        }
        self.filters = {name: str(values[name]) for name in FILTERS if name in values}
        self.ordering: str = values.get("ordering", NEWEST_FIRST)
        self.size: int = values.get("size", SIZE)
        self.page = query.get("page", "")

    @property
    def sessions(self) -> SessionQuerySet:
        """The sessions that fit, in the order asked for."""
        data = {**self.filters, "ordering": self.ordering}
        found = SessionFilter(data, queryset=self.everything).qs
        return cast("SessionQuerySet", found.defer("description"))

    @property
    def usual(self) -> str:
        """What an address that says nothing of it means, as a query string."""
        return urlencode(USUAL)

    def query(self, *, page: int = 1, ordering: str = "", drop: str = "") -> str:
        """Return the shortest query string for this state, in another order or without a filter."""
        order = {"ordering": ordering or self.ordering, "size": str(self.size)}
        state = {name: text for name, text in self.filters.items() if name != drop} | order
        kept = {name: text for name, text in state.items() if USUAL.get(name) != text}
        return urlencode(kept | ({"page": page} if page > 1 else {}))

    @cached_property
    def columns(self) -> list[Column]:
        """The columns that sort."""
        return [self._column(name, label) for name, label in COLUMNS]

    def _column(self, name: str, label: str | Promise) -> Column:
        first, second = (f"-{name}", name) if name in DESCENDING_FIRST else (name, f"-{name}")
        turned = second if self.ordering == first else first
        sorting = {name: "ascending", f"-{name}": "descending"}.get(self.ordering, "none")
        return Column(name, label, sorting, f"?{self.query(ordering=turned)}")

    @cached_property
    def chips(self) -> list[Chip]:
        """The filters that are on, but for the search, which everybody sees in its field."""
        return [
            Chip(
                name,
                str(self.form.fields[name].label),
                self._text_of(name),
                f"?{self.query(drop=name)}",
            )
            for name in self.filters
            if name != "q"
        ]

    def _text_of(self, name: str) -> str:
        value: Any = self.form.cleaned_data[name]
        if isinstance(value, date):
            return date_format(value, "SHORT_DATE_FORMAT")
        if isinstance(value, UUID):
            met = self.everything.filter(client=value).first()
            return met.client_display_name if met else "–"
        choices: Any = cast("forms.ChoiceField", self.form.fields[name]).choices
        return str(dict(choices)[value])

    def offer_chosen_client(self) -> None:
        """Let the form name no client but the one chosen: the others are fetched when wanted."""
        chosen = self.form.cleaned_data.get("client")
        named = [(chosen, self._text_of("client"))] if chosen else []
        self.form.fields["client"].widget.choices = [("", _("All")), *named]

    def offer_clients(self) -> None:
        """Let the form name the clients met last, at most `MOST_CLIENTS`, by name."""
        met = (
            self.everything.filter(client__isnull=False)
            .order_by()
            .values_list("client", "client_name", "client__name", "client__email")
            .annotate(last=Max("scheduled_at"))
            .order_by("-last")[:MOST_CLIENTS]
        )
        names = dict(_shown_names(met))
        chosen = self.form.cleaned_data.get("client")
        if chosen and chosen not in names:
            names[chosen] = self._text_of("client")
        choices = sorted(names.items(), key=lambda client: client[1].casefold())
        self.form.fields["client"].widget.choices = [("", _("All")), *choices]


def _shown_names(met: Iterable[tuple[Any, ...]]) -> Iterator[tuple[UUID, str]]:
    seen = set()
    for client, called, name, email, _last in met:
        if client not in seen:
            seen.add(client)
            yield client, called or name or email
