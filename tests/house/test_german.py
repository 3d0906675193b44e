"""Every page in German and in English: what reads the same in both is data, or the same word."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.tokens import create_token
from integrations.models import Connection, EventType
from recordings.models import SessionUpload, SyncRun, UnmatchedFile
from recordings.noting import write_note
from recordings.sync import WORKER_LOST as SENTENCE
from sessions_app.models import Platform, Session
from tests.attempts import add_upload
from tests.house.matrix import ADMIN, FOR_ALL, PAGES
from tools import messages

LIST = "dashboard/coach/recordings"

# Attributes that people see or hear; of data-attributes those that hold words.
SAID = {"alt", "aria-label", "label", "placeholder", "title"}
COMMA = re.compile(r"""\s(?:data-[\w-]+|value|max|min|step)=["']-?\d+,\d+["']""")
WORDS = re.compile(r"[^\W\d_]{2,}")


class Texts(HTMLParser):
    """Collects what a page says: its text, its spoken attributes, words kept for scripts."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()
        self._inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self._inside = given.get("type", "") if tag in {"script", "style"} else ""
        if tag in {"script", "style"} and self._inside != "application/json":
            self._inside = "code"
        for name, value in given.items():
            if name in SAID or (name.startswith("data-") and " " in value):
                self._add(value)
        if tag == "input" and given.get("type") in {"button", "submit"}:
            self._add(given.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside == "application/json":
            for text in strings(json.loads(data)):
                self._add(text)
        elif self._inside != "code":
            self._add(data)

    def _add(self, text: str) -> None:
        said = " ".join(text.split())
        if WORDS.search(said):
            self.found.add(said)


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from strings(each)


# Whatever a person might have written in our tests has this in it.
DATA = "zz"
# Names, keys, codes, and what Django has in its templates without a mark.
ALIKE = {
    *(label.casefold() for label in (*Platform.labels, *Connection.Platform.labels)),
    *(name.casefold() for _code, name in settings.LANGUAGES),
    *(name.casefold() for name in EventType.values),
    *("api", "esc", "false", "filter", "md5", "person", "search", "true"),
    "webhooks · film room",
}


@pytest.fixture
def people(make_user: Callable[..., User]) -> dict[str, User]:
    def make(name: str, **fields: Any) -> User:
        return make_user(email=f"zz-{name}@example.com", name=f"Zz {name}", **fields)

    staff = make("staff", is_staff=True, is_superuser=True)
    return {"coach": make("coach"), "client": make("client", role="client"), "staff": staff}


@pytest.fixture
def ids(people: dict[str, User]) -> dict[str, Any]:
    """Something in every state, and the ids that addresses name."""
    coach = people["coach"]
    now = timezone.now()

    def meet(title: str) -> Session:
        client = people["client"]
        return Session.objects.create(title=title, scheduled_at=now, coach=coach, client=client)

    talk = meet("Zz talk")
    stored = add_upload(talk, original_filename="Zz talk.mp4", platform="zoom")
    failed = add_upload(talk, "failed", original_filename="Zz again.mp4", platform="vimeo")
    for status in ("uploading", "pending", "cancelled", "failed"):
        add_upload(meet(f"Zz {status}"), status, original_filename="Zz.mp4")
    SessionUpload.objects.exclude(error_code="").update(error_code="zz", error_detail=SENTENCE)
    run = SyncRun.objects.create(
        prefix="",
        trigger="admin",
        status="failed",
        coach=coach,
        finished_at=now,
        errors=[{"s3_key": "", "code": "zz", "detail": SENTENCE}],
    )
    file = UnmatchedFile.objects.create(
        s3_key="recordings/Zz.mp4", reason="bad_key", size_bytes=1, last_modified=now
    )
    token, _value = create_token(owner=coach, name="Zz backup", scope="read", by=None)
    return {
        "session_id": talk.pk,
        "empty": meet("Zz empty").pk,
        "upload_id": failed.pk,
        "token_id": token.id,
        "note_id": write_note(session=talk, by=coach, at_seconds=5, text="Zz noted").pk,
        "file_id": file.pk,
        "accounts/user": coach.pk,
        "sessions_app/session": talk.pk,
        "recordings/sessionupload": stored.pk,
        "recordings/syncrun": run.pk,
        "recordings/unmatchedfile": file.pk,
    }


def coachs_pages(ids: dict[str, Any]) -> list[str]:
    routes = [route for route, row in PAGES.items() if row.owner.get("GET") == 200]
    empty = [route.replace("<session_id>", str(ids["empty"])) for route in routes]
    return [filled(route, ids) for route in [*routes, *empty, f"{LIST}?q=nobody", "no"]]


def staffs_pages(ids: dict[str, Any]) -> list[str]:
    pages = []
    for route in (f"admin/{route}" for route, status in ADMIN.items() if status == 200):
        model = "/".join(route.split("/")[1:3])
        if model in ids or "<object_id>" not in route:
            pages.append(filled(route.replace("<object_id>", str(ids.get(model, ""))), ids))
    return [page for page in pages if "<" not in page and "jsi18n" not in page]


def anybodys_pages(_ids: dict[str, Any]) -> list[str]:
    return [route for route, seen in FOR_ALL.items() if seen[1] == 200 and "accounts/" in route]


def filled(route: str, ids: dict[str, Any]) -> str:
    return re.sub(r"<(\w+)>", lambda found: str(ids.get(found[1], found[0])), route)


def said_on(browser: Client, address: str, language: str) -> set[str]:
    cache.clear()  # nobody is throttled here
    answer = browser.get(f"/{address}", headers={"Accept-Language": language}, follow=True)
    if "html" not in answer["Content-Type"]:
        return set()
    # A comma is for people: scripts and browsers read a point.
    assert not COMMA.findall(answer.text), address
    page = Texts()
    page.feed(answer.text)
    return page.found


def is_said(text: str) -> bool:
    """Whether it is for people to read, and not an address, a key or an id."""
    return not text.startswith("recordings/") and (" " in text or not re.search(r"[/\d*]", text))


@pytest.mark.parametrize(
    ("who", "pages"),
    [
        ("coach", coachs_pages),
        ("client", lambda _ids: ["dashboard/settings", LIST]),
        ("staff", staffs_pages),
        ("nobody", anybodys_pages),
    ],
)
def test_no_german_page_has_english_on_it(
    who: str,
    pages: Callable[[dict[str, Any]], list[str]],
    people: dict[str, User],
    ids: dict[str, Any],
    bucket: str,
) -> None:
    kept = [(str(each.id).casefold(), str(each.string).casefold()) for each in messages.kept("de")]
    same_word = {english for english, german in kept if english == german}
    browser = Client()
    if who in people:
        browser.force_login(people[who])
    addresses = pages(ids)
    assert addresses

    for address in addresses:
        alike = said_on(browser, address, "en") & said_on(browser, address, "de")
        words = {text.strip(" :›").casefold() for text in filter(is_said, alike)}
        left = {word for word in words - same_word - ALIKE if DATA not in word}
        assert (address, left) == (address, set())
