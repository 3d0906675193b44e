"""What Film Room knows of each platform that can be connected: data only.

Keys are the values of `Connection.Platform`; a test holds them to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise


class Brings(StrEnum):
    """What comes of a connection."""

    RECORDINGS = "recordings"
    BOOKINGS = "bookings"


class Made(StrEnum):
    """Who thinks of a secret: the platform, or Film Room, in the form the platform takes."""

    THERE = "there"
    HEX = "hex"
    WHSEC = "whsec"


@dataclass(frozen=True)
class Secret:
    """One secret of a connection, by the name it is kept under.

    ``is_late``: the platform shows it only once it has the connection's address, so that it may
    be added afterwards.
    """

    name: str
    label: Text
    help: Text = ""
    made: Made = Made.THERE
    is_required: bool = True
    is_late: bool = False

    @property
    def is_generated(self) -> bool:
        """Whether Film Room makes it and shows it once."""
        return self.made != Made.THERE


@dataclass(frozen=True)
class Detail:
    """Something to know of an account that is no secret, by the name it is kept under."""

    name: str
    label: Text
    help: Text = ""
    is_required: bool = True


@dataclass(frozen=True)
class PlatformInfo:
    """What a coach reads and fills in to connect a platform.

    ``steps`` say where the address, and what was generated, are pasted there. ``together`` names
    optional secrets and details that are of use only all at once. ``has_client``: its API is asked
    (`integrations.clients`), so that a test proves more than the signature. ``has_past``: it
    lists what was recorded before. ``subscribes``: Film Room itself asks the platform to call.
    """

    label: str
    summary: Text
    brings: Brings
    secrets: tuple[Secret, ...]
    details: tuple[Detail, ...] = ()
    steps: tuple[Text, ...] = ()
    together: tuple[str, ...] = ()
    makes_sessions: bool = False
    has_client: bool = False
    has_past: bool = False
    subscribes: bool = False

    @property
    def makes_bookings(self) -> bool:
        """Whether bookings come from it, which become sessions; else recordings do."""
        return self.brings == Brings.BOOKINGS

    def secret(self, name: str) -> Secret | None:
        """Return the secret of that name, if the platform has it."""
        return next((each for each in self.secrets if each.name == name), None)


_ONLY_FOR_PAST = _("Only for past recordings, and for what a webhook has missed.")

PLATFORMS: Mapping[str, PlatformInfo] = {
    "zoom": PlatformInfo(
        label="Zoom",
        summary=_("Cloud recordings arrive when Zoom has finished them; past ones can be fetched."),
        brings=Brings.RECORDINGS,
        secrets=(
            Secret(
                "webhook_secret",
                _("Secret token"),
                _("In the Zoom App Marketplace: your app, Features, Access, Token."),
            ),
            Secret(
                "client_secret",
                _("Client secret"),
                _("In your app under App credentials. Only for past and missed recordings."),
                is_required=False,
            ),
        ),
        details=(
            Detail("account_id", _("Account ID"), _ONLY_FOR_PAST, is_required=False),
            Detail("client_id", _("Client ID"), _ONLY_FOR_PAST, is_required=False),
            Detail(
                "user",
                _("User"),
                _("E-mail address or ID at Zoom of whose recordings to list; empty: your own."),
                is_required=False,
            ),
        ),
        steps=(
            _("Sign in to the Zoom App Marketplace and build a server-to-server OAuth app."),
            _("Under Scopes, add the ones that let it read cloud recordings."),
            _("Under Features, add an event subscription with the webhook address from here."),
            _(
                "Choose the events “All recordings have completed” and “Recording transcript files"
                " have completed”, press Validate, save, and activate the app."
            ),
        ),
        together=("account_id", "client_id", "client_secret"),
        has_client=True,
        has_past=True,
    ),
    "cal_com": PlatformInfo(
        label="Cal.com",
        summary=_("Bookings become sessions with their clients, and move and end with them."),
        brings=Brings.BOOKINGS,
        secrets=(Secret("webhook_secret", _("Secret"), made=Made.HEX),),
        steps=(
            _("In Cal.com, open Settings, Developer, Webhooks, and add a webhook."),
            _("Paste the webhook address from here as the subscriber URL, and the secret."),
            _("Choose the events Booking created, Booking rescheduled and Booking cancelled."),
        ),
        makes_sessions=True,
    ),
    "calendly": PlatformInfo(
        label="Calendly",
        summary=_("Bookings become sessions with their clients, and move and end with them."),
        brings=Brings.BOOKINGS,
        secrets=(
            Secret(
                "webhook_secret",
                _("Signing key"),
                _("The key that you or Calendly chose with the webhook subscription."),
                is_late=True,
            ),
        ),
        steps=(
            _("In Calendly, open Integrations, API and webhooks, and make a personal token."),
            _("With it, create a webhook subscription for the address from here."),
            _("Choose the events invitee.created and invitee.canceled."),
            _("Enter the subscription's signing key here."),
        ),
        makes_sessions=True,
    ),
    "livekit": PlatformInfo(
        label="LiveKit",
        summary=_("What your own rooms recorded arrives when the egress has ended."),
        brings=Brings.RECORDINGS,
        secrets=(Secret("api_secret", _("API secret"), _("In LiveKit under Settings, Keys.")),),
        details=(Detail("api_key", _("API key"), _("The key that signs LiveKit's webhooks.")),),
        steps=(
            _("In the LiveKit dashboard, open Settings, Webhooks, and add a webhook."),
            _("Paste the webhook address from here, and choose the API key that you enter here."),
        ),
    ),
    "fathom": PlatformInfo(
        label="Fathom",
        summary=_("Meetings that Fathom recorded arrive with their transcript."),
        brings=Brings.RECORDINGS,
        secrets=(
            Secret(
                "webhook_secret",
                _("Webhook secret"),
                _("It begins with whsec_. Fathom shows it when the webhook is made."),
                is_late=True,
            ),
            Secret("api_key", _("API key"), _("In Fathom under API access."), is_required=False),
        ),
        steps=(
            _("In Fathom, open Settings, API access, and add a webhook."),
            _("Paste the webhook address from here, and let it include the transcript."),
            _("Copy the webhook secret that Fathom shows, and enter it here."),
        ),
        has_client=True,
    ),
    "standard": PlatformInfo(
        label="Standard Webhooks",
        summary=_("For your own tools: anything that signs as Standard Webhooks do."),
        brings=Brings.RECORDINGS,
        secrets=(Secret("webhook_secret", _("Signing secret"), made=Made.WHSEC),),
        steps=(
            _("In the tool that sends, add an endpoint with the webhook address from here."),
            _("Give it the signing secret; if the tool makes its own, replace the secret here."),
        ),
    ),
    "webex": PlatformInfo(
        label="Webex",
        summary=_("Recordings of Webex meetings arrive with their transcript."),
        brings=Brings.RECORDINGS,
        secrets=(
            Secret("webhook_secret", _("Webhook secret"), made=Made.HEX),
            Secret(
                "access_token",
                _("Access token"),
                _("Of a bot or integration that may read recordings and transcripts."),
            ),
        ),
        steps=(
            _("With your access token, create a webhook for the address from here."),
            _("Choose the resource recordings and the event created, and give it the secret."),
            _("For transcripts, create a second one with the resource meetingTranscripts."),
        ),
        has_client=True,
    ),
    "graph": PlatformInfo(
        label="Microsoft Teams",
        summary=_("Recordings of Teams meetings arrive before they expire there."),
        brings=Brings.RECORDINGS,
        secrets=(
            Secret("client_state", _("Client state"), made=Made.HEX),
            Secret(
                "client_secret",
                _("Client secret"),
                _("In Microsoft Entra: your app, Certificates and secrets; the value, not the ID."),
            ),
        ),
        details=(
            Detail("tenant_id", _("Tenant ID"), _("In Microsoft Entra under Overview.")),
            Detail("client_id", _("Client ID"), _("Of your app: the application ID.")),
        ),
        steps=(
            _("In Microsoft Entra, register an app and make a client secret."),
            _(
                "Give it the application permissions OnlineMeetingRecording.Read.All and"
                " OnlineMeetingTranscript.Read.All, with an administrator's consent."
            ),
            _("Press “Subscribe” here: Film Room asks Microsoft to tell it of every recording."),
        ),
        has_client=True,
        subscribes=True,
    ),
    "fireflies": PlatformInfo(
        label="Fireflies",
        summary=_("Meetings that Fireflies transcribed arrive with their transcript."),
        brings=Brings.RECORDINGS,
        secrets=(
            Secret("webhook_secret", _("Webhook secret"), made=Made.HEX),
            Secret(
                "api_key",
                _("API key"),
                _("In Fireflies under Integrations, Fireflies API."),
            ),
        ),
        steps=(
            _("In Fireflies, open Settings, Developer settings."),
            _("Paste the webhook address from here and the secret, and save."),
        ),
        has_client=True,
    ),
}
