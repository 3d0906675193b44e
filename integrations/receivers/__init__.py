"""Platforms that call us: one module each, none of which knows the database or the network."""

from __future__ import annotations

from collections.abc import Mapping

from integrations.receivers.cal_com import CalCom
from integrations.receivers.calendly import Calendly
from integrations.receivers.errors import (
    BadSignature,
    NothingToDo,
    NotJson,
    Refused,
    Stale,
    Unreadable,
)
from integrations.receivers.fathom import Fathom
from integrations.receivers.fireflies import Fireflies
from integrations.receivers.graph import Graph
from integrations.receivers.livekit import LiveKit
from integrations.receivers.receiver import Delivery, Receiver, Reply
from integrations.receivers.standard import Standard
from integrations.receivers.told import Told, clean, load
from integrations.receivers.webex import Webex
from integrations.receivers.zoom import Zoom

# By the values of `Connection.Platform`.
RECEIVERS: Mapping[str, Receiver] = {
    "zoom": Zoom(),
    "cal_com": CalCom(),
    "calendly": Calendly(),
    "livekit": LiveKit(),
    "fathom": Fathom(),
    "standard": Standard(),
    "webex": Webex(),
    "graph": Graph(),
    "fireflies": Fireflies(),
}

__all__ = [
    "RECEIVERS",
    "BadSignature",
    "Delivery",
    "NotJson",
    "NothingToDo",
    "Receiver",
    "Refused",
    "Reply",
    "Stale",
    "Told",
    "Unreadable",
    "clean",
    "load",
]
