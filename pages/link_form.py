"""The form of many links: what was posted, as rows; rows, as the page shows them again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import ngettext

from recordings.link_lists import MOST_BYTES, MOST_LINKS, LinkRow, ListTooLarge, Placed, read_text
from sessions_app.filters import SessionFilter
from sessions_app.models import Session, SessionQuerySet

LEAVE_OUT = "leave"
MOST_OFFERED = 25
# Where a row came from: pasted text is read anew each time, a list is carried along.
TEXT, LIST = "text", "list"


class ListUploadHandler(MemoryFileUploadHandler):
    """Takes a small list into memory and stops at the first byte too many (ListTooLarge)."""

    def handle_raw_input(self, *args: Any, **kwargs: Any) -> None:
        self.activated, self.received = True, 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> Any:
        self.received += len(raw_data)
        if self.received > MOST_BYTES:
            raise ListTooLarge
        return super().receive_data_chunk(raw_data, start)


class Line(NamedTuple):
    """One row as the page shows it; ``name`` begins the names of its fields."""

    name: str
    placed: Placed

    def chooses(self, preset: Session | None) -> bool:
        """Whether it is to be asked which session this link is for."""
        if self.placed.refused:
            return False
        # A pasted link that is not to be imported is deleted from the text.
        return preset is None or self.name.startswith(LIST) or self.placed.session != preset


@dataclass(frozen=True)
class Posted:
    """The rows that a form carried along: pasted ones by their link, those of a list in order."""

    pasted: dict[str, LinkRow]
    listed: Sequence[LinkRow]


def posted_rows(data: QueryDict) -> Posted:
    """Return the rows of a form as a person left them."""
    pasted = {row.url: row for row in _rows(data, TEXT)}
    return Posted(pasted, _rows(data, LIST))


def _rows(data: QueryDict, origin: str) -> list[LinkRow]:
    rows = []
    for number in range(MOST_LINKS):
        name = f"{origin}-{number}"
        url = data.get(f"{name}-url")
        if url is None:
            break
        chosen = data.get(f"{name}-session", "")
        rows.append(
            LinkRow(
                url=url,
                passcode=data.get(f"{name}-passcode", "")[:200],
                session=data.get(f"{name}-named", "") if chosen in ("", LEAVE_OUT) else chosen,
                date=data.get(f"{name}-date", "")[:300],
                client=data.get(f"{name}-client", "")[:300],
                by_hand=chosen != "",
                left_out=chosen == LEAVE_OUT,
            )
        )
    return rows


def rows_of_text(text: str, posted: Posted) -> list[LinkRow]:
    """Return the links in ``text``, with what a person has said about them before.

    Raises ListRefused for too many.
    """
    return [posted.pasted.get(row.url, row) for row in read_text(text)]


def lines_of(pasted: Sequence[Placed], listed: Sequence[Placed]) -> list[Line]:
    """Return all rows with the names of their fields."""
    origins = ((TEXT, pasted), (LIST, listed))
    return [
        Line(f"{origin}-{number}", placed)
        for origin, rows in origins
        for number, placed in enumerate(rows)
    ]


def sessions_offered(sessions: SessionQuerySet, search: str) -> list[Session]:
    """Return the sessions to choose from: those found, else the latest that have begun."""
    search = search.replace("\0", "").strip()[:200]
    if search:
        return list(SessionFilter({"q": search}, queryset=sessions).qs[:MOST_OFFERED])
    begun = sessions.filter(scheduled_at__lte=timezone.now())
    return list(begun.order_by("-scheduled_at", "-id")[:MOST_OFFERED])


def summary_of(lines: Sequence[Line]) -> str:
    """Say how many of the rows can be imported and how many wait for something."""
    ready = sum(line.placed.is_ready for line in lines)
    waiting = sum(bool(line.placed.problem) and not line.placed.row.left_out for line in lines)
    said = []
    if ready:
        said.append(ngettext("%(count)s link is ready.", "%(count)s links are ready.", ready))
    if waiting:
        said.append(ngettext("%(count)s needs a look.", "%(count)s need a look.", waiting))
    counts = [count for count in (ready, waiting) if count]
    return " ".join(words % {"count": count} for words, count in zip(said, counts, strict=True))
