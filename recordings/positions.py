"""Where each person stopped watching, so that they go on there."""

from __future__ import annotations

from django.utils import timezone

from accounts.models import User
from recordings.models import PlaybackPosition
from recordings.moments import check_moment
from sessions_app.models import Session

# Who stops this close to the end has watched it: the next time starts from the beginning.
WATCHED_SECONDS = 15.0
WATCHED_SHARE = 0.05


def remember(*, session: Session, by: User, at_seconds: float) -> None:
    """Keep ``at_seconds`` as where ``by`` stopped; the last word wins, of two tabs as well.

    Raises InvalidMoment.
    """
    row = PlaybackPosition(
        session=session,
        user=by,
        at_seconds=check_moment(at_seconds),
        updated_at=timezone.now(),
    )
    # One statement, INSERT … ON CONFLICT DO UPDATE: two tabs cannot both insert.
    PlaybackPosition.objects.bulk_create(
        [row],
        update_conflicts=True,
        unique_fields=["session", "user"],
        update_fields=["at_seconds", "updated_at"],
    )


def position_of(*, session: Session, by: User) -> float:
    """Return the second at which ``by`` goes on watching; 0.0 for the beginning.

    Who stopped in the last 15 seconds or the last 5 % begins anew, of a short recording who
    stopped in its second half.
    """
    kept = PlaybackPosition.objects.filter(session=session, user=by)
    at_seconds = kept.values_list("at_seconds", flat=True).first() or 0.0
    duration = session.recording_duration_seconds
    return 0.0 if duration and at_seconds >= _watched_from(duration) else at_seconds


def _watched_from(duration: float) -> float:
    return duration - min(max(WATCHED_SECONDS, duration * WATCHED_SHARE), duration / 2)
