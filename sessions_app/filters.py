"""Narrowing a list of sessions: the same filters for API and page."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import django_filters
from django.core.exceptions import ValidationError
from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Coalesce, Lower, NullIf
from django.utils.translation import gettext_lazy as _
from django_filters.fields import IsoDateTimeField

from sessions_app.models import Platform, Session, StageStatus, UploadStatus

EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)
LATEST = datetime(3000, 1, 1, tzinfo=UTC)
BAD_TIME = _("Give a time between 1900 and 2999.")
DATE_LENGTH = len("2026-01-14")
RECORDING_CHOICES = (
    ("any", _("Has a recording")),
    ("none", _("No recording")),
    ("failed", _("Last attempt failed")),
    ("uploading", _("Upload under way")),
    ("missing", _("File missing")),
)
# What a coach calls the client, else the client's own name, else the address: as pages show them.
CLIENT_SHOWN = Coalesce(
    NullIf("client_name", Value("")), NullIf("client__name", Value("")), "client__email"
)
# How columns sort where the bare value would not do.
SORTED_BY = {"title": Lower("title"), "client_name": Lower(CLIENT_SHOWN)}
MAY_BE_UNKNOWN = ("size_bytes", "duration_seconds")


def check_sane_time(value: datetime) -> None:
    """Raise ValidationError for a time that no session can have (and some databases cannot)."""
    if not EARLIEST <= value < LATEST:
        raise ValidationError(BAD_TIME, code="invalid")


class SaneTimeField(IsoDateTimeField):
    """RFC 3339 time or plain date, within the years of sessions."""

    def to_python(self, value: Any) -> datetime | None:
        try:
            return super().to_python(value)
        except OverflowError as error:
            raise ValidationError(
                _("Give a time between 1900 and 2999."), code="invalid"
            ) from error

    def validate(self, value: datetime | None) -> None:
        super().validate(value)
        if value is not None:
            check_sane_time(value)


class SaneTimeFilter(django_filters.IsoDateTimeFilter):
    field_class = SaneTimeField


def _search(queryset: QuerySet[Session], _name: str, value: str) -> QuerySet[Session]:
    return queryset.filter(
        Q(title__icontains=value)
        | Q(client_name__icontains=value)
        | Q(client__name__icontains=value)
        | Q(client__email__icontains=value)
    )


def _by_recording(queryset: QuerySet[Session], _name: str, value: str) -> QuerySet[Session]:
    conditions = {
        "any": ~Q(s3_key=""),
        "none": Q(s3_key=""),
        "failed": Q(s3_status=UploadStatus.FAILED),
        "uploading": Q(s3_status__in=(UploadStatus.PENDING, UploadStatus.UPLOADING)),
        "missing": Q(s3_status=UploadStatus.MISSING),
    }
    return queryset.filter(conditions[value])


class SessionOrdering(django_filters.OrderingFilter):
    """Order in which letters of either case stand together, and what is not known stands last."""

    def get_ordering_value(self, param: str) -> Any:
        """Return what to sort by for ``param``, a name that may begin with a minus."""
        name = param.removeprefix("-")
        by = SORTED_BY.get(name, F(self.param_map[name]))
        # None leaves it to the database, whose indexes know no other order.
        nulls_last = name in MAY_BE_UNKNOWN or None
        return by.desc(nulls_last=nulls_last) if param != name else by.asc(nulls_last=nulls_last)


class _SessionFilter(django_filters.FilterSet):
    """``from`` and ``to`` are added below: the one is a keyword of Python."""

    # SQLite gives up on patterns of 50,000 bytes.
    q = django_filters.CharFilter(
        method=_search, max_length=200, label=_("Title, client's name or e-mail")
    )
    status = django_filters.ChoiceFilter(choices=Session.Status.choices)
    recording = django_filters.ChoiceFilter(choices=RECORDING_CHOICES, method=_by_recording)
    transcript_status = django_filters.ChoiceFilter(choices=StageStatus.choices)
    analysis_status = django_filters.ChoiceFilter(choices=StageStatus.choices)
    platform = django_filters.ChoiceFilter(field_name="external_platform", choices=Platform.choices)
    client = django_filters.UUIDFilter(field_name="client_id")
    ordering = SessionOrdering(
        fields=(
            ("scheduled_at", "scheduled_at"),
            ("title", "title"),
            ("status", "status"),
            ("client__email", "client"),
            ("client_name", "client_name"),
            ("s3_status", "recording"),
            ("recording_size_bytes", "size_bytes"),
            ("recording_duration_seconds", "duration_seconds"),
            ("created_at", "created_at"),
        )
    )

    class Meta:
        model = Session
        fields: tuple[str, ...] = ()

    def filter_to(self, queryset: QuerySet[Session], _name: str, value: datetime) -> Any:
        """Up to and including ``value``; a plain date means the whole of that day."""
        if len(str(self.data.get("to", "")).strip()) <= DATE_LENGTH:
            return queryset.filter(scheduled_at__lt=value + timedelta(days=1))
        return queryset.filter(scheduled_at__lte=value)

    def filter_queryset(self, queryset: QuerySet[Session]) -> Any:
        # The id settles ties, so that pages neither repeat nor skip.
        found = super().filter_queryset(queryset)
        return found.order_by(*found.query.order_by or ("-scheduled_at",), "-id")


SessionFilter = type(
    "SessionFilter",
    (_SessionFilter,),
    {
        "from": SaneTimeFilter(field_name="scheduled_at", lookup_expr="gte"),
        "to": SaneTimeFilter(method="filter_to"),
    },
)
