"""Creating, changing and cancelling a session."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from django.db import IntegrityError, transaction
from django.db.models import Q

from accounts.models import User
from filmroom.errors import FilmRoomError
from sessions_app.meetings import meeting_id_of
from sessions_app.models import Participant, Session

logger = structlog.get_logger(__name__)

MOST_PARTICIPANTS = 200
_PLAIN_FIELDS = frozenset(
    {
        "title",
        "description",
        "scheduled_at",
        "duration_minutes",
        "status",
        "meeting_id",
        "external_platform",
        "external_recording_url",
    }
)


class SessionRefused(FilmRoomError):
    code = "invalid"
    detail = "This session cannot be stored like that."


@dataclass(frozen=True)
class Person:
    """Somebody named in a session: a user by id, or a name and an e-mail address."""

    id: UUID | None = None
    name: str = ""
    email: str = ""


def known_people(user: User) -> Any:
    """Return the users that ``user`` may name by id: themselves, and whom they met before."""
    if user.is_staff:
        return User.objects.all()
    own = Session.objects.filter(coach=user)
    return User.objects.filter(
        Q(pk=user.pk) | Q(client_sessions__in=own) | Q(participations__session__in=own)
    ).distinct()


def create_session(
    *,
    by: User,
    title: str,
    scheduled_at: datetime,
    coach: User | None = None,
    client: Person | None = None,
    participants: Iterable[Person] = (),
    **fields: Any,
) -> Session:
    """Return a new session of ``by`` (or, for staff, of ``coach``).

    A client named by e-mail who is not known yet gets a user that cannot log in. Further
    ``fields``: description, duration_minutes, status, meeting_id (also as a link or number),
    external_platform, external_recording_url.
    Raises SessionRefused for an id that ``by`` does not know, a client without an e-mail address,
    a coach that only staff may choose, or too many participants.
    """
    owner = by if coach is None or not by.is_staff else coach
    if owner.role != User.Role.COACH and not owner.is_staff:
        raise SessionRefused(
            "Only a coach holds sessions: ask staff for the role.",
            code="permission_denied",
            http_status=403,
        )
    _refuse_unknown(fields)
    _spell_meeting_id(fields)
    with transaction.atomic():
        session = Session(coach=owner, title=title, scheduled_at=scheduled_at, **fields)
        _set_client(session, client, by)
        session.save()
        _set_participants(session, participants, by)
    logger.info("session_created", session=str(session.pk), by=str(by.pk))
    return session


def change_session(
    *,
    session: Session,
    by: User,
    changes: Mapping[str, Any],
) -> Session:
    """Store ``changes`` and return the session as it is now.

    ``changes`` may hold the fields of `create_session`, ``client`` (a Person or None to remove
    them) and ``participants`` (which replaces the whole list). Raises as `create_session`.
    """
    plain = {name: value for name, value in changes.items() if name in _PLAIN_FIELDS}
    _refuse_unknown({k: v for k, v in changes.items() if k not in ("client", "participants")})
    _spell_meeting_id(plain)
    with transaction.atomic():
        session = Session.objects.select_for_update().get(pk=session.pk)
        for name, value in plain.items():
            setattr(session, name, value)
        touched = [*plain, "updated_at"]
        if "client" in changes:
            _set_client(session, changes["client"], by)
            touched += ["client", "client_name"]
        session.save(update_fields=touched)
        if "participants" in changes:
            session.participants.all().delete()
            _set_participants(session, changes["participants"], by)
    logger.info("session_changed", session=str(session.pk), by=str(by.pk), fields=sorted(changes))
    return session


def cancel_session(*, session: Session, by: User) -> Session:
    """Mark the session as cancelled; its recordings stay. Saying it twice changes nothing."""
    return change_session(session=session, by=by, changes={"status": Session.Status.CANCELLED})


def _refuse_unknown(fields: Mapping[str, Any]) -> None:
    unknown = set(fields) - _PLAIN_FIELDS
    if unknown:
        raise TypeError(f"a session has no field {sorted(unknown)}")


def _spell_meeting_id(fields: dict[str, Any]) -> None:
    if "meeting_id" in fields:
        fields["meeting_id"] = meeting_id_of(fields["meeting_id"])


def _set_client(session: Session, person: Person | None, by: User) -> None:
    if person is None:
        session.client, session.client_name = None, ""
        return
    if person.id is not None:
        user = known_people(by).filter(pk=person.id).first()
        if user is None:
            raise SessionRefused(
                "You have no client with this id: name them by e-mail instead.", attr="client"
            )
        session.client = user
        session.client_name = person.name or _earlier_name(session.coach, user)
        return
    if not person.email:
        raise SessionRefused("Give the client's e-mail address.", code="required", attr="client")
    user, met = _find_or_add(person, session.coach)
    session.client = user
    # A name that somebody else gave this person stays theirs: show what this coach calls them.
    fallback = _earlier_name(session.coach, user) if met else person.email.split("@")[0]
    session.client_name = person.name or fallback


def _earlier_name(coach: User, client: User) -> str:
    """What ``coach`` called ``client`` last time."""
    name = (
        Session.objects.filter(coach=coach, client=client)
        .exclude(client_name="")
        .order_by("-scheduled_at")
        .values_list("client_name", flat=True)
        .first()
    )
    return name or ""


def _find_or_add(person: Person, coach: User) -> tuple[User, bool]:
    """Return the user with this e-mail, and whether ``coach`` has met them before."""
    email = person.email.strip().lower()
    user = User.objects.filter(email=email).first()
    if user is not None:
        return user, Session.objects.filter(coach=coach, client=user).exists()
    try:
        with transaction.atomic():
            user = User.objects.create_user(email, name=person.name, role=User.Role.CLIENT)
    except IntegrityError:
        # Somebody else added the same person in this moment.
        return User.objects.get(email=email), False
    return user, False


def _set_participants(session: Session, people: Iterable[Person], by: User) -> None:
    people = list(people)
    if len(people) > MOST_PARTICIPANTS:
        raise SessionRefused(
            "A session has at most {most} participants.",
            values={"most": MOST_PARTICIPANTS},
            attr="participants",
        )
    ids = {person.id for person in people if person.id is not None}
    known = {user.pk: user for user in known_people(by).filter(pk__in=ids)} if ids else {}
    rows, seen = [], set()
    for person in people:
        if person.id is not None:
            if person.id not in known:
                raise SessionRefused(
                    "You know no participant with this id: give a name and e-mail instead.",
                    attr="participants",
                )
            if person.id in seen:
                continue
            seen.add(person.id)
        elif not (person.name or person.email):
            raise SessionRefused(
                "A participant needs a name or an e-mail address.",
                code="required",
                attr="participants",
            )
        rows.append(
            Participant(
                session=session, user_id=person.id, name=person.name, email=person.email.lower()
            )
        )
    Participant.objects.bulk_create(rows)
