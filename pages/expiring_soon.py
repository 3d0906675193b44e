"""What pages say of recordings that expire at their source before they are here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from integrations.expiring import Expiring, expiring_soon
from integrations.models import AnnouncedRecording
from recordings import imports


class Action(NamedTuple):
    """What a person can do about it: where, in which words."""

    url: str
    word: str | Promise


@dataclass(frozen=True)
class ExpiringLine:
    """A recording that expires soon, and what can be done about it."""

    expiring: Expiring

    @property
    def action(self) -> Action | None:
        """The next step; None when there is none but at the source."""
        recording, session = self.expiring.recording, self.expiring.session
        if recording is not None and recording.status == AnnouncedRecording.Status.WAITING:
            url = reverse("unmatched-recording", args=[recording.pk])
            return Action(url, _("Choose a session"))
        if session is None:
            return None
        if self.expiring.upload is not None and not imports.can_retry(self.expiring.upload):
            return Action(reverse("session", args=[session.pk]), _("Look at it"))
        if self.expiring.upload is not None:
            return Action(reverse("session", args=[session.pk]), _("Try again"))
        query = urlencode({"external_url": self.expiring.link})
        return Action(f"{reverse('session-upload', args=[session.pk])}?{query}", _("Import it"))


def expiring_lines(user: User) -> list[ExpiringLine]:
    """Return what expires soon of what the person coaches, the next first."""
    return [ExpiringLine(each) for each in expiring_soon(user)]
