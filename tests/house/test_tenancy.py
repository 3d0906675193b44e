"""Every address, tried as owner, another coach, a client, staff, nobody, and with a read token."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.apps import apps
from django.contrib.auth.models import Group
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, get_resolver
from rest_framework.test import APIClient

from accounts.models import User
from accounts.tokens import create_token
from integrations import connecting, deliveries
from integrations.endpoints import create_endpoint
from integrations.models import (
    AnnouncedRecording,
    Booking,
    Connection,
    ReceivedEvent,
    WebhookDelivery,
    WebhookEndpoint,
)
from recordings import imports, sidecars, storage, sync, uploads
from recordings.models import Note, Rendition, SessionUpload, Sidecar, SyncRun, UnmatchedFile
from recordings.noting import write_note
from sessions_app.models import Session
from tests.attempts import add_upload, fail
from tests.house.matrix import ADMIN, ADMIN_OPEN, API, FOR_ALL, HOOK, LINK, PAGES, RECEIVERS
from tests.recordings.media.variants import sample

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
ROWS = {f"api/v1/{route}": row for route, row in API.items()} | PAGES
API_ROUTES = [route for route in ROWS if route.startswith("api/")]
IN_ADMIN = {f"admin/{route}" for route in (*ADMIN, *ADMIN_OPEN)}
ALL = sorted({*ROWS, *FOR_ALL, *RECEIVERS, *IN_ADMIN})
# Where the owner does see what others must not.
LISTS = {"api/v1/recordings/sessions", "api/v1/sessions", "dashboard/coach/recordings"}
SECRETS = (
    "Quiet ambition",
    "carla-secret.mp4",
    "coach@example.com",
    "client@example.com",
    "Carla noted this",
    "Carla's bookings",
    "carla-loose.mp4",
    "Carla listens here",
)


def routes(patterns: Any, prefix: str = "") -> Iterator[str]:
    """Every address of the project as the matrix writes it."""
    for pattern in patterns:
        written = prefix + str(pattern.pattern).removeprefix("^")
        if not isinstance(pattern, URLPattern):
            yield from routes(pattern.url_patterns, written)
            continue
        named = re.sub(r"\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)", r"<\1>", written)
        named = re.sub(r"<\w+:(\w+)>", r"<\1>", named)
        yield named.removesuffix("$").removesuffix("/?")


@dataclass
class World:
    """Something of the coach's behind every kind of address."""

    session: Session
    sent_form: SessionUpload
    parts: SessionUpload
    failed: SessionUpload
    run: SyncRun
    token: Any
    file: UnmatchedFile
    note: Note
    rendition: Rendition
    connection: Connection
    announced: AnnouncedRecording
    booking: Booking
    loose: UnmatchedFile
    sidecar: Sidecar
    endpoint: WebhookEndpoint
    delivery: WebhookDelivery
    received: ReceivedEvent
    group: Group
    coach: User

    def id_of(self, target: str) -> str:
        found = getattr(self, target)
        return str(found.id)


@pytest.fixture(scope="session")
def talk() -> bytes:
    return sample("mp4", seconds=1)


@pytest.fixture
def build(
    coach: User, client_user: User, make_session: Callable[..., Session], bucket: str, talk: bytes
) -> Callable[[], World]:
    """Make a world of the coach's; one in a savepoint of its own bears a call that changes it."""

    def make() -> World:
        session = make_session(title=SECRETS[0])
        stored = add_upload(session, original_filename=SECRETS[1])
        _put(stored.s3_key, talk)
        again = make_session(title="Quiet ambition, again")
        sent_form, _form, _limit = uploads.presign(session=again, filename="a.mp4", by=coach)
        _put(sent_form.s3_key, talk)
        parts = uploads.open_multipart(
            session=again, filename="b.mp4", content_type="video/mp4", size_bytes=9, by=coach
        )
        failed = imports.start_import(session=again, url=LINK, by=coach)
        fail(failed)
        run = sync.request_sync(coach=coach, by=coach, trigger=SyncRun.Trigger.API)
        token, _value = create_token(owner=coach, name="mine", scope="read", by=None)
        file = UnmatchedFile.objects.create(
            s3_key="recordings/stray.mp4",
            reason="bad_key",
            size_bytes=1,
            last_modified=run.created_at,
        )
        note = write_note(session=session, by=coach, at_seconds=5, text=SECRETS[4])
        rendition = Rendition.objects.create(upload=stored, kind="poster")
        connection, _made = connecting.connect(
            coach=coach,
            platform="cal_com",
            name="Carla's bookings",
            secrets={},
            details={},
            by=coach,
        )
        announced = AnnouncedRecording.objects.create(
            connection=connection, coach=coach, platform="zoom", external_id="1", title="Announced"
        )
        booking = Booking.objects.create(
            connection=connection, coach=coach, platform="cal_com", external_id="1"
        )
        loose = UnmatchedFile.objects.create(
            s3_key=f"recordings/{coach.pk}/loose/carla-loose.mp4",
            coach=coach,
            reason="bad_key",
            size_bytes=1,
            last_modified=run.created_at,
        )
        sidecar = sidecars.keep(
            upload=stored, kind="chat", source_id="1", filename="chat.txt", data=b"Carla said"
        )
        assert sidecar is not None
        endpoint, _secret = create_endpoint(
            owner=coach, url=HOOK, events=["sync.completed"], description=SECRETS[7], by=coach
        )
        delivery = deliveries.queue_test(endpoint=endpoint, by=coach)
        received = ReceivedEvent.objects.create(
            platform=connection.platform, connection=connection, coach=coach, dedupe_key="1"
        )
        group = Group.objects.create(name="Helpers")
        return World(
            session=session,
            sent_form=sent_form,
            parts=parts,
            failed=failed,
            run=run,
            token=token,
            file=file,
            note=note,
            rendition=rendition,
            connection=connection,
            announced=announced,
            booking=booking,
            loose=loose,
            sidecar=sidecar,
            endpoint=endpoint,
            delivery=delivery,
            received=received,
            group=group,
            coach=coach,
        )

    return make


@pytest.fixture
def world(build: Callable[[], World]) -> World:
    return build()


def _put(key: str, data: bytes) -> None:
    storage.put_file(key, BytesIO(data), content_type="video/mp4")


def everything(s3: Any, bucket: str) -> Any:
    """All rows of all our tables, and what the bucket holds."""
    ours = [
        model
        for label in ("accounts", "sessions_app", "recordings", "integrations")
        for model in apps.get_app_config(label).get_models()
    ]
    rows = {model: list(model._default_manager.order_by("pk").values()) for model in ours}
    objects = [
        (found["Key"], found["VersionId"])
        for found in s3.list_object_versions(Bucket=bucket).get("Versions", [])
    ]
    parts = s3.list_multipart_uploads(Bucket=bucket).get("Uploads", [])
    return rows, objects, [part["UploadId"] for part in parts]


class Person:
    """Somebody with a token for the API and a browser for the rest, or nobody."""

    def __init__(self, user: User | None, api: APIClient) -> None:
        self.api = api
        self.browser = Client(raise_request_exception=False)
        if user is not None:
            self.browser.force_login(user)

    def client(self, route: str) -> Client:
        return self.api if route.startswith("api/") else self.browser

    def send(self, method: str, route: str, world: World, unknown: UUID | None = None) -> Any:
        """Send what the row says, about its target or an unknown id."""
        cache.clear()  # nobody is throttled here
        row = ROWS[route]
        target = str(unknown) if unknown else world.id_of(row.target) if row.target else ""
        chosen = route.replace("<platform>", "cal_com").replace("<name>", "webhook_secret")
        url = "/" + re.sub(r"<\w+>", target, chosen)
        named = {"session_id": target} if row.target and target not in url else {}
        data = (row.query if method == "GET" else row.body) | named
        return getattr(self.client(route), method.lower())(url, data)


@pytest.fixture
def person(api_for: Callable[..., APIClient]) -> Callable[..., Person]:
    """Return what a person knocks with."""
    return lambda user, scope="write": Person(user, api_for(user, scope))


def test_the_matrix_names_every_address_and_no_other() -> None:
    assert sorted(set(routes(get_resolver().url_patterns))) == ALL


@pytest.mark.parametrize("who", ["nobody", "client_user", "other_coach"])
def test_strangers_change_nothing_and_learn_nothing(
    world: World,
    who: str,
    request: pytest.FixtureRequest,
    person: Callable[..., Person],
    s3: Any,
    bucket: str,
) -> None:
    stranger = person(None if who == "nobody" else request.getfixturevalue(who))
    before = everything(s3, bucket)

    for route, row in ROWS.items():
        if who == "other_coach" and row.other is None:
            continue  # their own: see below
        for method, owners in row.owner.items():
            answer = stranger.send(method, route, world)

            if who == "nobody":
                expected = 401 if route.startswith("api/") else 302
            else:
                told = row.other if who == "other_coach" else row.client
                expected = told[method] if isinstance(told, dict) else told or owners
            assert (route, method, answer.status_code) == (route, method, expected)
            _check_refusal(answer, route)
            if expected == 404:
                unknown = stranger.send(method, route, world, unknown=uuid4())
                assert (unknown.status_code, unknown.content) == (404, answer.content)
        assert everything(s3, bucket) == before, route


def _check_refusal(answer: Any, route: str) -> None:
    text = answer.content.decode()
    assert not [secret for secret in SECRETS if secret in text]
    if answer.status_code == 401:
        assert answer["WWW-Authenticate"] == "Bearer"
    elif answer.status_code == 302:
        assert answer["Location"].startswith("/accounts/login/?next=/")
    elif route.startswith("api/") and answer.status_code >= 400:
        assert set(answer.json()) == {"type", "errors"}


def test_another_coach_sees_their_own_only(
    world: World, person: Callable[..., Person], other_coach: User
) -> None:
    own = Session.objects.create(
        coach=other_coach, title="Theirs", scheduled_at=world.session.scheduled_at
    )
    add_upload(own, original_filename="theirs.mp4")
    other = person(other_coach)

    for route, row in ROWS.items():
        for method, status in row.owner.items() if row.other is None else ():
            answer = other.send(method, route, world)
            assert (route, method, answer.status_code) == (route, method, status)
            text = answer.content.decode()
            assert not [secret for secret in SECRETS if secret in text]
            assert str(world.coach.pk) not in text
    assert Session.objects.filter(coach=world.coach).count() == 2
    assert list(SyncRun.objects.filter(coach=world.coach)) == [world.run]


@pytest.mark.parametrize("who", ["coach", "staff"])
def test_owner_and_staff_get_what_they_ask_for(
    build: Callable[[], World],
    who: str,
    request: pytest.FixtureRequest,
    person: Callable[..., Person],
) -> None:
    asker = person(request.getfixturevalue(who))

    for route, row in ROWS.items():
        expected = (row.staff or row.owner) if who == "staff" else row.owner
        for method, status in expected.items():
            with transaction.atomic():
                answer = asker.send(method, route, build())
                transaction.set_rollback(True)
            assert (route, method, answer.status_code) == (route, method, status)
            assert not answer.headers.get("Location", "").startswith("/accounts/login")
            if route in LISTS and method == "GET":
                assert SECRETS[0] in answer.content.decode()


def test_other_methods_are_refused(
    world: World, person: Callable[..., Person], s3: Any, bucket: str
) -> None:
    owner = person(world.coach)
    before = everything(s3, bucket)

    for route, row in ROWS.items():
        for method in METHODS:
            if method not in row.owner:
                answer = owner.send(method, route, world)
                assert (route, method, answer.status_code) == (route, method, 405)
    assert everything(s3, bucket) == before


def test_a_read_token_writes_nothing(
    world: World, person: Callable[..., Person], s3: Any, bucket: str
) -> None:
    reader = person(world.coach, "read")
    before = everything(s3, bucket)

    for route in API_ROUTES:
        row = ROWS[route]
        for method, status in row.owner.items():
            answer = reader.send(method, route, world)
            reads = method == "GET" if row.writes is None else not row.writes
            assert (route, method, answer.status_code) == (route, method, status if reads else 403)
            if not reads:
                assert [error["code"] for error in answer.json()["errors"]] == ["token_scope"]
        assert everything(s3, bucket) == before, route


def test_addresses_that_are_nobodys_in_particular(
    world: World,
    person: Callable[..., Person],
    client_user: User,
    staff: User,
    s3: Any,
    bucket: str,
) -> None:
    people = [person(user) for user in (world.coach, client_user, staff)]
    nobody = person(None)
    before = everything(s3, bucket)

    for route, (signed_in, stranger) in FOR_ALL.items():
        url = f"/{route}".replace("(?:email|confirm-email|login/code)", "email")
        url = url.replace("<uidb36>", "1").replace("<key>", "set-password")
        answers = [someone.client(route).get(url) for someone in (*people, nobody)]
        assert [answer.status_code for answer in answers] == [signed_in] * 3 + [stranger], route
        for answer in answers:
            assert world.session.title.encode() not in answer.content
        assert everything(s3, bucket) == before, route


def test_where_platforms_call_nobody_is_anybody(
    world: World,
    person: Callable[..., Person],
    client_user: User,
    staff: User,
    s3: Any,
    bucket: str,
) -> None:
    people = [person(user) for user in (world.coach, client_user, staff, None)]
    before = everything(s3, bucket)

    for route in RECEIVERS:
        url = "/" + re.sub("<platform>", world.connection.platform, route)
        url = url.replace("<connection_id>", str(world.connection.pk))
        for someone in people:
            for ask in (someone.browser, someone.api):
                for method in METHODS:
                    if method != "POST":
                        answer = ask.generic(method, url)
                        assert (method, answer.status_code) == (method, 405)
                answer = ask.generic("POST", url, b'{"event": "x"}', "application/json")
                assert answer.status_code == 401
                _check_api_refusal(answer)
    # Each refusal is kept for staff, and nothing else has changed.
    kept = ReceivedEvent.objects.filter(outcome=ReceivedEvent.Outcome.REJECTED)
    assert kept.count() == len(RECEIVERS) * len(people) * 2
    kept.delete()
    assert everything(s3, bucket) == before


def _check_api_refusal(answer: Any) -> None:
    text = answer.content.decode()
    assert not [secret for secret in SECRETS if secret in text]
    assert set(answer.json()) == {"type", "errors"}


def test_the_admin_is_for_staff(
    world: World,
    person: Callable[..., Person],
    client_user: User,
    staff: User,
    s3: Any,
    bucket: str,
) -> None:
    objects = {
        "auth/group": world.group.pk,
        "accounts/user": world.coach.pk,
        "accounts/apitoken": world.token.pk,
        "sessions_app/session": world.session.pk,
        "recordings/rendition": world.rendition.pk,
        "recordings/sessionupload": world.parts.pk,
        "recordings/syncrun": world.run.pk,
        "recordings/unmatchedfile": world.file.pk,
        "integrations/connection": world.connection.pk,
        "integrations/announcedrecording": world.announced.pk,
        "integrations/booking": world.booking.pk,
        "integrations/webhookendpoint": world.endpoint.pk,
        "integrations/webhookdelivery": world.delivery.pk,
        "integrations/receivedevent": world.received.pk,
    }
    people = [person(user) for user in (None, world.coach, client_user)]
    superuser = person(staff)
    before = everything(s3, bucket)

    for route, expected in ADMIN.items():
        target = next((str(pk) for model, pk in objects.items() if route.startswith(model)), "x")
        url = "/admin/" + re.sub(r"<\w+>", target, route.replace("<app_label>", "recordings"))
        for someone in people:
            for ask in (someone.browser.get, someone.browser.post):
                answer = ask(url)
                assert (url, answer.status_code) == (url, 302)
                assert answer["Location"] == f"/admin/login/?next={url}"
        assert (route, superuser.browser.get(url).status_code) == (route, expected)
        assert everything(s3, bucket) == before, route
