"""Loading the demo: its people and sessions, the state of their recordings, the bucket's strays."""

from __future__ import annotations

import secrets
import socket
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from accounts.models import User
from recordings import storage, sync
from recordings.demo.acting import Stage, put_by_hand
from recordings.demo.files import Files
from recordings.demo.showcase import (
    COACHES,
    MARA,
    PUBLIC_PASSWORD,
    STAFF_EMAIL,
    STAFF_NAME,
    STRAY_OF_COACH,
    STRAYS_OF_NOBODY,
    Act,
    Client,
    Coach,
    Talk,
)
from recordings.models import SessionUpload, SyncRun
from recordings.noting import notes_of, write_note
from sessions_app.models import Session
from sessions_app.scheduling import Person, create_session


@dataclass(frozen=True, slots=True)
class Login:
    """How a person of the demo signs in; ``password`` is empty when it cannot be told again."""

    role: str
    email: str
    password: str


def load_demo(*, public_password: bool) -> list[Login]:
    """Load the demo unless it is loaded, and return its logins.

    With ``public_password`` all share the one that the documents name; without, each gets a random
    one that only the first load tells. A load that was interrupted goes on where it stopped; after
    one that ended nothing is changed any more, whatever people deleted since.
    Raises StorageError when the bucket cannot be used.
    """
    # The staff are made last: where they are, all the rest has been made.
    if not User.objects.filter(email=STAFF_EMAIL).exists():
        return _load(public_password)
    password = PUBLIC_PASSWORD if public_password else ""
    emails = [("coach", coach.email) for coach in COACHES] + [("staff", STAFF_EMAIL)]
    return [Login(role, email, password) for role, email in emails]


def _load(public_password: bool) -> list[Login]:
    hour = timezone.now().replace(minute=0, second=0, microsecond=0)
    stage = Stage(Files())
    logins, later = [], []
    for coach in COACHES:
        user, login = _sign_up("coach", coach.email, coach.name, public_password)
        logins.append(login)
        later += _load_sessions(coach, user, hour, stage)
    _put_strays(stage, hour)
    run = sync.request_sync(coach=None, by=None, trigger=SyncRun.Trigger.COMMAND)
    sync.run_sync(run.pk, worker=socket.gethostname())
    for session, talk in later:
        stage.play(session, talk)
    staff, login = _sign_up("staff", STAFF_EMAIL, STAFF_NAME, public_password)
    User.objects.filter(pk=staff.pk).update(is_staff=True, is_superuser=True)
    return [*logins, login]


def _sign_up(role: str, email: str, name: str, public_password: bool) -> tuple[User, Login]:
    password = PUBLIC_PASSWORD if public_password else secrets.token_urlsafe(12)
    user = User.objects.filter(email=email).first()
    if user is None:
        user = User.objects.create_user(email, password, name=name, role=User.Role.COACH)
    else:  # of a load that was interrupted, before it could tell the password
        user.set_password(password)
        user.save(update_fields=["password"])
    return user, Login(role, email, password)


def _load_sessions(
    coach: Coach, user: User, hour: datetime, stage: Stage
) -> list[tuple[Session, Talk]]:
    """Make what is missing of the coach's sessions; return those to play after the sync."""
    later = []
    made = {session.title: session for session in Session.objects.filter(coach=user)}
    for talk in coach.talks:
        session = made.get(talk.title) or _create(user, talk, hour)
        _write_notes(session, talk)
        if talk.act is Act.LEFT_FOR_SYNC:
            later.append((session, talk))
        elif not SessionUpload.objects.filter(session=session).exists():
            stage.play(session, talk)
    return later


def _create(user: User, talk: Talk, hour: datetime) -> Session:
    return create_session(
        by=user,
        title=talk.title,
        scheduled_at=(hour - timedelta(days=talk.days)).replace(hour=talk.hour),
        duration_minutes=talk.minutes,
        description=talk.description,
        status=talk.status,
        client=_person(talk.client) if talk.client else None,
        participants=[_person(guest) for guest in talk.guests],
    )


def _write_notes(session: Session, talk: Talk) -> None:
    """Write what is missing of the coach's notes."""
    written = notes_of(session=session, by=session.coach).count()
    for at_seconds, text in talk.notes[written:]:
        write_note(session=session, by=session.coach, at_seconds=at_seconds, text=text)


def _person(client: Client) -> Person:
    return Person(name=client.name, email=client.email)


def _put_strays(stage: Stage, hour: datetime) -> None:
    """Put files into the bucket that match no session."""
    for name in STRAYS_OF_NOBODY:
        put_by_hand(f"{storage.KEY_ROOT}{name}", stage.files.of(name))
    name, client, days = STRAY_OF_COACH
    prefix = storage.session_prefix(
        coach_id=User.objects.get(email=MARA.email).pk,
        client_id=User.objects.get(email=client.email).pk,
        scheduled_at=hour - timedelta(days=days),
    )
    put_by_hand(f"{prefix}{name}", stage.files.of(name))
