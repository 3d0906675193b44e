"""Cal.com: bookings, and recordings of Cal Video."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from integrations.news import (
    AnnouncedFile,
    BookingChange,
    BookingNews,
    FileKind,
    News,
    RecordingNews,
    Somebody,
)
from integrations.receivers.errors import BadSignature, NothingToDo, Unreadable
from integrations.receivers.receiver import Delivery, Receiver, hex_hmac, same, secret_of
from integrations.receivers.told import Told, seconds_between

_CHANGES = {
    "BOOKING_CREATED": BookingChange.MADE,
    "BOOKING_RESCHEDULED": BookingChange.MOVED,
    "BOOKING_CANCELLED": BookingChange.CANCELLED,
}


class CalCom(Receiver):
    """Hex HMAC-SHA256 over the body; the words ``no-secret-provided`` are no signature."""

    signature_headers = ("x-cal-signature-256",)

    def verify(self, delivery: Delivery, secrets: Mapping[str, str]) -> bytes:
        expected = hex_hmac(secret_of(secrets, "webhook_secret"), delivery.body)
        if not same(delivery.header("x-cal-signature-256"), expected):
            raise BadSignature
        return delivery.body

    def event_type(self, told: Told) -> str:
        return told["triggerEvent"].text(100)

    def read(self, told: Told, *, received_at: datetime) -> list[News]:
        event, about = self.event_type(told), told["payload"]
        if event == "RECORDING_READY":
            return [_recording(about)]
        if event not in _CHANGES:
            raise NothingToDo
        uid = about["uid"].name()
        if not uid:
            raise Unreadable
        attendees = (_person(each) for each in about["attendees"].each())
        return [
            BookingNews(
                external_id=uid,
                change=_CHANGES[event],
                told_at=told["createdAt"].time() or received_at,
                moved_from=about["rescheduleUid"].name(),
                title=about["title"].text(),
                description=about["additionalNotes"].text(5000),
                starts_at=about["startTime"].time(),
                ends_at=about["endTime"].time(),
                host_email=about.at("organizer.email").email(),
                attendees=tuple(each for each in attendees if each.name or each.email),
                meeting_url=_meeting_url(about),
            )
        ]


def _recording(about: Told) -> RecordingNews:
    url, uid = about["downloadLink"].link(), about["uid"].name()
    if not uid:
        raise Unreadable
    if not url:
        raise NothingToDo
    start, end = about["startTime"].time(), about["endTime"].time()
    attendees = (_person(each) for each in about["attendees"].each())
    return RecordingNews(
        platform="other",
        external_id=uid,
        title=about["title"].text(),
        host_email=about.at("organizer.email").email(),
        participants=tuple(each for each in attendees if each.name or each.email),
        started_at=start,
        duration_seconds=seconds_between(start, end),
        files=(AnnouncedFile(id=uid, kind=FileKind.VIDEO, url=url, extension="mp4"),),
    )


def _person(told: Told) -> Somebody:
    return Somebody(told["name"].text(), told["email"].email())


def _meeting_url(about: Told) -> str:
    return (
        about.at("metadata.videoCallUrl").link()
        or about.at("videoCallData.url").link()
        or about["location"].link()
    )
