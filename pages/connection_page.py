"""What pages show of a connection: its state in words, its address, how its secrets end."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from integrations import connecting
from integrations.models import Connection, ReceivedEvent
from integrations.platforms import PLATFORMS, PlatformInfo, Secret, Text
from pages.states import Shown

EVENTS_SHOWN = 20
NEEDS_SECRET = Shown(_("Waits for its secret"), "key", "busy")
HAS_PROBLEM = Shown(_("Needs a look"), "warning", "bad")
CONNECTED = Shown(_("Connected"), "check", "good")
NOTHING_YET = Shown(_("Nothing received yet"), "waiting", "quiet")

Outcome = ReceivedEvent.Outcome
OUTCOMES: dict[str, Shown] = {
    Outcome.PENDING: Shown(Outcome.PENDING.label, "waiting", "busy"),
    Outcome.HANDLED: Shown(Outcome.HANDLED.label, "check", "good"),
    Outcome.IGNORED: Shown(Outcome.IGNORED.label, "none", "quiet"),
    Outcome.FAILED: Shown(Outcome.FAILED.label, "warning", "bad"),
    Outcome.REJECTED: Shown(Outcome.REJECTED.label, "stop", "bad"),
}


class KeptSecret(NamedTuple):
    """A secret as it is shown: its name in words, and its last characters if there is one."""

    secret: Secret
    ending: str | None

    @property
    def is_missing(self) -> bool:
        """Whether the connection does not work without it."""
        return self.ending is None and self.secret.is_required


class KeptDetail(NamedTuple):
    """What is known of the account and no secret."""

    label: Text
    value: str


@dataclass(frozen=True)
class ConnectionLine:
    """A connection as pages show it."""

    connection: Connection

    @property
    def info(self) -> PlatformInfo:
        """What is known of its platform."""
        return PLATFORMS[self.connection.platform]

    @property
    def address(self) -> str:
        """Where the platform is to send what it has to tell."""
        return self.connection.webhook_address

    @property
    def shown(self) -> Shown:
        """Its state."""
        if connecting.missing_secrets(self.connection):
            return NEEDS_SECRET
        if self.connection.problem:
            return HAS_PROBLEM
        return CONNECTED if self.connection.last_event_at else NOTHING_YET

    @cached_property
    def secrets(self) -> list[KeptSecret]:
        """Its secrets, by their endings."""
        endings = self.connection.secret_endings
        return [KeptSecret(each, endings.get(each.name)) for each in self.info.secrets]

    @property
    def details(self) -> list[KeptDetail]:
        """What it knows of the account."""
        kept = self.connection.details
        return [
            KeptDetail(each.label, kept[each.name])
            for each in self.info.details
            if kept.get(each.name)
        ]

    @property
    def lists_past(self) -> bool:
        """Whether past recordings can be listed: the platform does, and what it takes is there."""
        known = {**self.connection.details, **self.connection.secret_endings}
        return self.info.has_past and all(known.get(name) for name in self.info.together)


class EventLine(NamedTuple):
    """One request of the platform as pages show it; its body is shown to nobody."""

    event: ReceivedEvent

    @property
    def shown(self) -> Shown:
        """What came of it."""
        return OUTCOMES[self.event.outcome]


def events_of(connection: Connection) -> list[EventLine]:
    """Return the newest requests that came for the connection."""
    rows = connection.events.select_related("session").defer("sealed_body", "headers")
    return [EventLine(event) for event in rows[:EVENTS_SHOWN]]
