"""Connections, announced recordings and bookings in the admin: to look at, without any secret."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from filmroom.sealing import seal_fields
from integrations.models import AnnouncedRecording, Booking, Connection
from sessions_app.models import Session

pytestmark = pytest.mark.django_db
KEY = "a-download-token-77aa"


@pytest.fixture
def zoom(coach: User) -> Connection:
    return Connection.objects.create(
        coach=coach,
        platform="zoom",
        name="Work account",
        sealed_secrets=seal_fields({"client_secret": KEY}),
        secret_endings={"client_secret": "77aa"},
        details={"account_id": "acc-1"},
        problem="Zoom does not accept this connection's credentials: enter them anew and test it.",
    )


def address(row: Connection | AnnouncedRecording | Booking) -> str:
    return reverse(f"admin:integrations_{row._meta.model_name}_change", args=(row.pk,))


def test_a_connection_shows_how_its_secrets_end(admin_client: Client, zoom: Connection) -> None:
    page = admin_client.get(address(zoom)).content.decode()

    assert "client_secret: …77aa" in page
    assert "acc-1" in page
    assert "Zoom does not accept" in page
    assert KEY not in page
    assert zoom.sealed_secrets not in page


def test_an_announced_recording_shows_neither_keys_nor_addresses(
    admin_client: Client, zoom: Connection, session: Session
) -> None:
    link = "https://files.example.org/a.mp4?X-Amz-Signature=abc"
    recording = AnnouncedRecording.objects.create(
        coach=zoom.coach,
        connection=zoom,
        platform="zoom",
        external_id="uuid-1",
        title="Weekly talk",
        session=session,
        status="matched",
        sealed_access=seal_fields({"download_token": KEY}),
        access_until=timezone.now(),
        files=[
            {"id": "1", "kind": "video", "view": "speaker_view", "extension": "mp4", "url": link}
        ],
    )

    page = admin_client.get(address(recording)).content.decode()

    assert "video speaker_view mp4" in page
    assert reverse("admin:sessions_app_session_change", args=(session.pk,)) in page
    for secret in (KEY, recording.sealed_access, "X-Amz-Signature"):
        assert secret not in page


def test_a_booking_leads_to_its_session(
    admin_client: Client, zoom: Connection, session: Session
) -> None:
    booking = Booking.objects.create(
        coach=zoom.coach, platform="cal_com", external_id="uid-1", session=session
    )

    page = admin_client.get(address(booking)).content.decode()

    assert reverse("admin:sessions_app_session_change", args=(session.pk,)) in page


def test_they_are_found_by_words_of_theirs(admin_client: Client, zoom: Connection) -> None:
    for words, count in (("work", 1), ("carla", 1), (str(zoom.pk), 1), ("nothing", 0)):
        answer = admin_client.get(reverse("admin:integrations_connection_changelist"), {"q": words})
        assert answer.context["cl"].result_count == count
