"""Calendly: people who book and cancel. A move is a cancellation and a booking, in any order."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from integrations.news import BookingChange, BookingNews, News, Somebody
from integrations.receivers.errors import BadSignature, NothingToDo, Unreadable
from integrations.receivers.receiver import (
    Delivery,
    Receiver,
    check_age,
    hex_hmac,
    one_of,
    secret_of,
)
from integrations.receivers.told import Told

HEADER = "calendly-webhook-signature"


class Calendly(Receiver):
    """``t={seconds},v1={hex}``: HMAC-SHA256 over ``{t}.{body}``."""

    signature_headers = (HEADER,)

    def verify(self, delivery: Delivery, secrets: Mapping[str, str]) -> bytes:
        pairs = [part.strip().partition("=") for part in delivery.header(HEADER).split(",")[:10]]
        timestamp = next((value for name, _, value in pairs if name == "t"), "")
        message = timestamp.encode("utf-8", "replace") + b"." + delivery.body
        expected = hex_hmac(secret_of(secrets, "webhook_secret"), message)
        if not one_of((value for name, _, value in pairs if name == "v1"), expected):
            raise BadSignature
        check_age(delivery, timestamp)
        return delivery.body

    def event_type(self, told: Told) -> str:
        return told["event"].text(100)

    def read(self, told: Told, *, received_at: datetime) -> list[News]:
        event, about = self.event_type(told), told["payload"]
        if event not in ("invitee.created", "invitee.canceled"):
            raise NothingToDo
        uri = about["uri"].name()
        if not uri:
            raise Unreadable
        if event == "invitee.created":
            moved_from = about["old_invitee"].name()
            change = BookingChange.MOVED if moved_from else BookingChange.MADE
        elif about["rescheduled"].is_true() or about["new_invitee"]:
            # The booking that takes its place says so itself.
            raise NothingToDo
        else:
            moved_from, change = "", BookingChange.CANCELLED
        meeting = about["scheduled_event"]
        hosts = [each["user_email"].email() for each in meeting["event_memberships"].each()]
        person = Somebody(about["name"].text(), about["email"].email())
        return [
            BookingNews(
                external_id=uri,
                change=change,
                told_at=told["created_at"].time() or received_at,
                moved_from=moved_from,
                title=meeting["name"].text(),
                starts_at=meeting["start_time"].time(),
                ends_at=meeting["end_time"].time(),
                host_email=next((host for host in hosts if host), ""),
                attendees=(person,) if person.name or person.email else (),
                meeting_url=meeting.at("location.join_url").link(),
            )
        ]
