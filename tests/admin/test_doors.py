"""Who gets into which page of the admin, and what the pages cost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.admin_lists import MOST_LISTED, BoundedPaginator
from accounts.models import User
from accounts.tokens import create_token
from integrations.models import (
    AnnouncedRecording,
    Booking,
    Connection,
    ReceivedEvent,
    WebhookDelivery,
    WebhookEndpoint,
)
from recordings.models import Rendition, SessionUpload, SyncRun, UnmatchedFile
from sessions_app.models import Participant, Session

LISTS = {
    "accounts.user",
    "accounts.apitoken",
    "auth.group",
    "sessions_app.session",
    "recordings.rendition",
    "recordings.sessionupload",
    "recordings.syncrun",
    "recordings.unmatchedfile",
    "integrations.connection",
    "integrations.announcedrecording",
    "integrations.booking",
    "integrations.receivedevent",
    "integrations.webhookendpoint",
    "integrations.webhookdelivery",
}
HOOK = "https://hooks.example.com/film-room"
PAGES = sorted(LISTS - {"accounts.apitoken"})


def _list(label: str) -> str:
    return reverse(f"admin:{label.replace('.', '_')}_changelist")


def _page(label: str, row: Model) -> str:
    return reverse(f"admin:{label.replace('.', '_')}_change", args=(row.pk,))


@pytest.fixture
def make_world(
    make_user: Callable[..., User],
    make_session: Callable[..., Session],
    make_upload: Callable[..., SessionUpload],
) -> Callable[[int], dict[str, Any]]:
    """Make ``number`` rows of everything, each with people of its own; return one of each kind."""

    def make(number: int) -> dict[str, Any]:
        world: dict[str, Any] = {}
        for index in range(number):
            # Without passwords: to hash two hundred would take a minute.
            coach = make_user(role="coach", password=None)
            client, guest = (make_user(role="client", password=None) for _each in range(2))
            session = make_session(title=f"Talk {index}", coach=coach, client=client)
            Participant.objects.create(session=session, user=guest)
            stamp = timezone.now()
            world = {
                "accounts.user": coach,
                "accounts.apitoken": create_token(
                    owner=coach, name=f"token {index}", scope="read", by=None
                )[0],
                "auth.group": Group.objects.create(name=f"{coach.pk}"),
                "sessions_app.session": session,
                "recordings.rendition": Rendition.objects.create(
                    upload=make_upload(session=session), kind="poster"
                ),
                "recordings.sessionupload": make_upload(session=session, created_by=coach),
                "recordings.syncrun": SyncRun.objects.create(
                    prefix=f"recordings/{coach.pk}/",
                    coach=coach,
                    requested_by=coach,
                    trigger="api",
                    status="completed",
                    finished_at=stamp,
                    errors=[{"s3_key": "recordings/<b>", "code": "bad", "detail": "Broken."}],
                ),
                "recordings.unmatchedfile": UnmatchedFile.objects.create(
                    s3_key=f"recordings/{coach.pk}/lost.mp4",
                    coach=coach,
                    reason="no_session",
                    size_bytes=7,
                    last_modified=stamp,
                    suggestions=[
                        {
                            "session_id": str(session.pk),
                            "title": session.title,
                            "scheduled_at": "2026-01-14T15:00:00Z",
                            "score": 0.5,
                            "why": "Same day.",
                        }
                    ],
                ),
                **_integrations(session, index),
            }
        return world

    return make


def _integrations(session: Session, index: int) -> dict[str, Any]:
    """Whatever a platform brings about for a session, and whom its coach has told of it."""
    coach = session.coach
    zoom = Connection.objects.create(coach=coach, platform="zoom", created_by=coach)
    of_coach: dict[str, Any] = {"coach": coach, "connection": zoom, "platform": "zoom"}
    endpoint = WebhookEndpoint.objects.create(
        coach=coach, url=HOOK, sealed_secret="sealed", secret_ending="abcd"
    )
    return {
        "integrations.connection": zoom,
        "integrations.announcedrecording": AnnouncedRecording.objects.create(
            external_id=f"uuid {index}", session=session, status="matched", **of_coach
        ),
        "integrations.booking": Booking.objects.create(
            external_id=f"uid {index}", session=session, **of_coach
        ),
        "integrations.receivedevent": ReceivedEvent.objects.create(dedupe_key="1", **of_coach),
        "integrations.webhookendpoint": endpoint,
        "integrations.webhookdelivery": WebhookDelivery.objects.create(
            endpoint=endpoint,
            event_type="sync.completed",
            source=f"sync {index}",
            of_coach=coach,
            payload="{}",
        ),
    }


def test_nothing_else_is_registered() -> None:
    assert {model._meta.label_lower for model in admin.site._registry} == LISTS


@pytest.mark.parametrize("label", sorted(LISTS))
def test_a_list_opens_for_the_superuser(
    admin_client: Client, make_world: Callable[[int], dict[str, Any]], label: str
) -> None:
    make_world(2)
    response = admin_client.get(_list(label))
    assert response.status_code == 200
    assert response.context["cl"].result_count >= 2


@pytest.mark.parametrize("label", PAGES)
def test_a_page_opens_for_the_superuser(
    admin_client: Client, make_world: Callable[[int], dict[str, Any]], label: str
) -> None:
    row = make_world(1)[label]
    response = admin_client.get(_page(label, row))
    assert response.status_code == 200
    assert "&lt;b&gt;" in response.content.decode() or label != "recordings.syncrun"


@pytest.mark.parametrize("label", sorted(LISTS))
def test_staff_see_what_they_may_see(
    make_world: Callable[[int], dict[str, Any]],
    helper: Callable[..., User],
    browser_of: Callable[[User], Client],
    label: str,
) -> None:
    row = make_world(1)[label]
    nobody = browser_of(helper())
    assert nobody.get(_list(label)).status_code == 403
    if label in PAGES:
        assert nobody.get(_page(label, row)).status_code == 403
    viewer = browser_of(helper(f"view_{label.split('.')[1]}"))
    assert viewer.get(_list(label)).status_code == 200
    if label in PAGES:
        assert viewer.get(_page(label, row)).status_code == 200
        assert viewer.post(_page(label, row), {"title": "x"}).status_code == 403


@pytest.mark.parametrize("label", sorted(LISTS))
def test_others_are_sent_to_the_login(
    client: Client,
    make_world: Callable[[int], dict[str, Any]],
    browser_of: Callable[[User], Client],
    coach: User,
    client_user: User,
    label: str,
) -> None:
    row = make_world(1)[label]
    addresses = [_list(label), *([_page(label, row)] if label in PAGES else [])]
    for browser in (client, browser_of(coach), browser_of(client_user)):
        for address in addresses:
            response = browser.get(address)
            assert response.status_code == 302
            assert response["Location"].startswith("/admin/login/?next=")


@pytest.mark.parametrize("label", sorted(LISTS))
def test_a_list_costs_the_same_with_60_rows_as_with_5(
    admin_client: Client,
    make_world: Callable[[int], dict[str, Any]],
    label: str,
) -> None:
    counts = []
    admin_client.get(_list(label))  # fills Django's cache of content types
    for more in (5, 55):
        make_world(more)
        with CaptureQueriesContext(connection) as queries:
            assert admin_client.get(_list(label)).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[0] <= 8


def test_a_session_page_costs_the_same_with_many_uploads_and_participants(
    admin_client: Client,
    make_user: Callable[..., User],
    make_upload: Callable[..., SessionUpload],
    session: Session,
) -> None:
    address = _page("sessions_app.session", session)
    counts = []
    admin_client.get(address)
    for more in (2, 30):
        for _index in range(more):
            make_upload()
            Participant.objects.create(session=session, user=make_user(password=None))
        with CaptureQueriesContext(connection) as queries:
            response = admin_client.get(address)
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert response.content.decode().count("/admin/recordings/sessionupload/") == 20 + 1


@pytest.mark.parametrize("label", sorted(LISTS))
@pytest.mark.parametrize("term", ["Talk", "example.com", "@", "recordings/", "\x00", "'\"", "%_"])
def test_any_search_is_answered(
    admin_client: Client,
    make_world: Callable[[int], dict[str, Any]],
    label: str,
    term: str,
) -> None:
    make_world(1)
    assert admin_client.get(_list(label), {"q": term}).status_code == 200


def test_a_long_list_is_counted_only_so_far(make_user: Callable[..., User]) -> None:
    User.objects.bulk_create(
        User(email=f"many{number}@example.com") for number in range(MOST_LISTED + 5)
    )
    with CaptureQueriesContext(connection) as queries:
        assert BoundedPaginator(User.objects.all(), 50).count == MOST_LISTED
    assert f"LIMIT {MOST_LISTED}" in queries[0]["sql"]


def test_coaches_are_found_for_a_session(admin_client: Client, coach: User) -> None:
    response = admin_client.get(
        "/admin/autocomplete/",
        {
            "term": "carla",
            "app_label": "sessions_app",
            "model_name": "session",
            "field_name": "coach",
        },
    )
    assert response.json()["results"] == [{"id": str(coach.pk), "text": "Carla Coach"}]


def test_a_session_is_found_by_id_person_and_word(
    admin_client: Client, make_session: Callable[..., Session], other_coach: User
) -> None:
    first = make_session(title="Pricing", client_name="Zoe")
    other = make_session(
        title="Hiring",
        coach=other_coach,
        client=None,
        scheduled_at=datetime(2026, 2, 1, tzinfo=UTC),
    )
    for term, found in (
        (str(first.pk), [first]),
        ("pric", [first]),
        ("zoe", [first]),
        ("klara", [first]),
        ("client@example", [first]),
        ("OTHER@example.com", [other]),
        ("oscar hiring", [other]),
        ("oscar pricing", []),
        ("ing", [other, first]),
    ):
        response = admin_client.get(_list("sessions_app.session"), {"q": term})
        assert list(response.context["cl"].result_list) == found, term


def test_an_upload_is_found_by_key_name_session_and_coach(
    admin_client: Client, make_upload: Callable[..., SessionUpload]
) -> None:
    upload = make_upload(original_filename="Budget talk.mp4")
    make_upload(session=upload.session, original_filename="other.mp4", type="sync")
    for term in (str(upload.pk), upload.s3_key, upload.s3_key[:-4], "budget", upload.s3_key[-12:]):
        response = admin_client.get(_list("recordings.sessionupload"), {"q": term})
        assert list(response.context["cl"].result_list) == [upload], term
    for term in (str(upload.session_id), "coach@example.com", "first talk", "recordings/"):
        response = admin_client.get(_list("recordings.sessionupload"), {"q": term})
        assert response.context["cl"].result_count == 2, term
