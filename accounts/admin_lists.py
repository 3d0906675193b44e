"""What every list of the admin shares: quick with long tables, safe with history."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, cast
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from django.utils.functional import Promise, cached_property
from django.utils.text import smart_split, unescape_string_literal
from django.utils.translation import gettext as _

from accounts.models import User
from filmroom.errors import FilmRoomError
from filmroom.ids import as_uuid

MOST_LISTED = 10_000
MOST_AT_ONCE = 100
MOST_SEARCH_WORDS = 8


class BoundedPaginator(Paginator):
    """Counts no further than ``MOST_LISTED`` rows, so that a list costs the same at any size.

    Rows beyond are reached by search and filter, which is how people find them anyway.
    """

    @cached_property
    def count(self) -> int:
        rows = cast("QuerySet[Any]", self.object_list)
        return rows.order_by()[:MOST_LISTED].count()


class LongListAdmin(admin.ModelAdmin):
    """A list that stays quick with 100,000 rows, and whose rows nobody deletes."""

    paginator = BoundedPaginator
    list_per_page = 50
    # "Show all" renders this many rows at most.
    list_max_show_all = 200
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request)
        return rows.visible_to(request.user) if hasattr(rows, "visible_to") else rows

    def id_condition(self, found: UUID) -> Q:
        """What a searched id must fulfil."""
        return Q(id=found)

    def search_condition(self, word: str) -> Q:
        """What one searched word must fulfil. Without it, ``search_fields`` are used."""
        raise NotImplementedError

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """An id finds its row; else every word must be found, as `search_condition` says."""
        for word in search_words(search_term):
            found = as_uuid(word)
            queryset = queryset.filter(
                self.id_condition(found) if found is not None else self.search_condition(word)
            )
        return queryset, False

    def run_each(
        self, request: HttpRequest, rows: QuerySet[Any], act: Callable[[Any], object], done: Promise
    ) -> None:
        """Call ``act`` with every row and tell how each ended: a refusal does not stop the rest.

        ``done`` is the sentence for those that worked, with ``{count}`` in it. More than
        ``MOST_AT_ONCE`` rows are refused, for one request must end in time.
        """
        chosen = self.at_most(request, rows)
        count = 0
        for row in chosen:
            try:
                act(row)
            except FilmRoomError as error:
                self.message_user(request, f"“{row}”: {error.told()}", messages.ERROR)
            else:
                count += 1
        if count:
            self.message_user(request, str(done).format(count=count), messages.SUCCESS)

    def at_most(self, request: HttpRequest, rows: QuerySet[Any]) -> list[Any]:
        """Return ``rows`` as a list; an empty one and a message when they are too many."""
        chosen = list(rows[: MOST_AT_ONCE + 1])
        if len(chosen) > MOST_AT_ONCE:
            self.message_user(
                request,
                _("Choose at most {most} rows at once. Nothing was changed.").format(
                    most=MOST_AT_ONCE
                ),
                messages.ERROR,
            )
            return []
        return chosen


class HistoryAdmin(LongListAdmin):
    """A list of what happened: to be read, never to be written.

    Its forms are read-only for everybody. Its actions ask for ``permissions=["operate"]``: the
    model's change permission, as Django's groups hand it out.
    """

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_operate_permission(self, request: HttpRequest) -> bool:
        """Whether the person may act on these rows, and not just look at them."""
        return may(request, "change", self.model)


class ReadOnlyInline(admin.TabularInline):
    """Rows below another row, shown as they are, each a link where there is a page for it."""

    extra = 0
    can_delete = False
    show_change_link = True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def may(request: HttpRequest, action: str, model: type[Model]) -> bool:
    """Whether the person has Django's permission ``action`` (view, change) for ``model``."""
    options = model._meta
    return request.user.has_perm(f"{options.app_label}.{action}_{options.model_name}")


def acting(request: HttpRequest) -> User:
    """The person who acts. Raises PermissionDenied for nobody, whom the admin never lets in."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def search_words(term: str) -> Iterable[str]:
    """The words of a search, quoted ones together; PostgreSQL takes no NUL in them."""
    words = []
    for word in smart_split(term.replace("\x00", "")):
        quoted = len(word) > 1 and word[0] in "\"'" and word[0] == word[-1]
        words.append(unescape_string_literal(word) if quoted else word)
    return words[:MOST_SEARCH_WORDS]
