"""Starting many imports: each on its own, so that one refusal stops no other."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import tzinfo

import structlog
from django.utils.translation import gettext as _

from accounts.models import User
from filmroom.errors import FilmRoomError
from recordings.imports import start_import_once
from recordings.link_lists.placing import Placed, place
from recordings.link_lists.reading import LinkRow
from recordings.models import SessionUpload
from sessions_app.models import Session, SessionQuerySet

logger = structlog.get_logger(__name__)

# Names that nobody answers for take two seconds each: a web server gives up before 500 of them.
PATIENCE_SECONDS = 15.0


@dataclass(frozen=True)
class Outcome:
    """What became of a row: the pending upload, or None and the sentence why not."""

    placed: Placed
    upload: SessionUpload | None = None
    problem: str = ""


def start_links(
    *,
    rows: Sequence[LinkRow],
    sessions: SessionQuerySet,
    zone: tzinfo,
    by: User,
    preset: Session | None = None,
) -> list[Outcome]:
    """Start an import for each row that can be, and return what became of each, in their order.

    Everything is judged anew, as `place` does (whose arguments these are): what a page showed
    before is not believed. Rows that are left out are passed over. A link whose import is under
    way is not started again, so saying it twice does no harm.
    """
    began = time.monotonic()
    outcomes = []
    for placed in place(rows, sessions=sessions, zone=zone, preset=preset):
        if placed.row.left_out:
            continue
        if time.monotonic() - began > PATIENCE_SECONDS:
            later = _("There was no time left for this link: import it again.")
            outcomes.append(Outcome(placed, problem=placed.problem or later))
        else:
            outcomes.append(_start(placed, by))
    started = sum(outcome.upload is not None for outcome in outcomes)
    logger.info("links_started", by=str(by.pk), rows=len(outcomes), started=started)
    return outcomes


def _start(placed: Placed, by: User) -> Outcome:
    if placed.session is None or not placed.is_ready:
        return Outcome(placed, problem=placed.problem)
    try:
        upload = start_import_once(
            session=placed.session, url=placed.row.url, passcode=placed.row.passcode, by=by
        )
    except FilmRoomError as error:
        return Outcome(placed, problem=error.told())
    if upload is None:
        placed = placed.as_under_way()
    return Outcome(placed, upload, placed.problem)
