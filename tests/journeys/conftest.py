"""One Film Room for all journeys of a test process, and its people."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.chromium import watched_windows
from tests.journeys.stack import PASSWORD, Api, Stack, wait_for
from tests.origins import Origin
from tests.recordings.media.variants import sample

# Until a worker of a busy machine has read a recording.
PATIENCE_MS = 30_000


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # All journeys share one stack of processes: one worker of the suite runs them.
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("journeys"))


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with Stack(tmp_path_factory.mktemp("stack")) as started:
        started.start("worker", wait=False)
        started.start("web")
        yield started


@pytest.fixture(scope="session")
def api(stack: Stack) -> Api:
    """The API with a token that the command printed."""
    token = stack.manage("create_token", "coach@example.com", "--scope", "write", "--name", "j")
    return stack.api(token.strip())


@pytest.fixture(scope="session")
def mp4() -> bytes:
    return sample("mp4", seconds=2)


@pytest.fixture
def window(browser: Browser, stack: Stack) -> Iterator[Callable[..., BrowserContext]]:
    """Open a window on the stack's pages; what they complain of fails the test."""
    with watched_windows(browser, stack.site) as open_window:
        yield open_window


@pytest.fixture
def sign_in(window: Callable[..., BrowserContext]) -> Callable[..., Page]:
    """Open a window and sign in by the form; gives the page that follows, the recordings.

    Takes the e-mail address, what to search for, what `watched_windows` takes, and options of the
    window.
    """

    def enter(email: str = "coach@example.com", *, find: str = "", **options: Any) -> Page:
        page = window(**options).new_page()
        page.goto("/")
        page.get_by_label("Email").fill(email)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url("**/dashboard/coach/recordings**")
        if find:  # other journeys left the table as they liked it
            page.goto(f"/dashboard/coach/recordings?q={find}")
        return page

    return enter


@pytest.fixture
def origin() -> Iterator[Origin]:
    with Origin() as served:
        yield served


@pytest.fixture
def session(api: Api) -> dict[str, Any]:
    """A new session of the coach's, as the API shows it."""
    made: dict[str, Any] = api(
        "POST",
        "/sessions",
        201,
        json={
            "title": "First talk",
            "scheduled_at": "2026-01-14T15:00:00Z",
            "client": {"name": "Klara Client", "email": "klara@example.com"},
        },
    )
    return made


@pytest.fixture
def talk(api: Api) -> str:
    """The title of a new session, which no other journey has."""
    title = f"Talk {uuid.uuid4().hex[:8]}"
    api("POST", "/sessions", 201, json={"title": title, "scheduled_at": "2026-01-14T15:00:00Z"})
    return title


@pytest.fixture
def ended(api: Api) -> Callable[[str], dict[str, Any]]:
    """Poll an upload until it has ended; as the API shows it then."""

    def poll(upload_id: str) -> dict[str, Any]:
        def look() -> dict[str, Any] | None:
            shown = api("GET", f"/recordings/uploads/{upload_id}", 200)
            return None if shown["status"] in ("pending", "uploading") else shown

        found: dict[str, Any] = wait_for(look, seconds=30)
        return found

    return poll


@pytest.fixture
def fetch_from(api: Api) -> Callable[[str, str], str]:
    """Ask for an import; gives the upload's id."""

    def ask(session_id: str, url: str) -> str:
        body = {"session_id": session_id, "external_url": url}
        answer = api("POST", "/recordings/upload", 202, json=body)
        assert answer["status"] == "pending"
        return str(answer["upload_id"])

    return ask


@pytest.fixture
def wait_until_flowing(api: Api) -> Callable[[str], None]:
    def wait(upload_id: str) -> None:
        def flows() -> bool:
            shown = api("GET", f"/recordings/uploads/{upload_id}", 200)
            return bool(shown["status"] == "uploading" and shown["bytes_transferred"])

        wait_for(flows, seconds=30)

    return wait


def objects_below(stack: Stack, prefix: str) -> list[str]:
    found = stack.s3().list_objects_v2(Bucket="filmroom", Prefix=prefix).get("Contents", [])
    return [held["Key"] for held in found]


def parts_below(stack: Stack, prefix: str) -> list[str]:
    found = stack.s3().list_multipart_uploads(Bucket="filmroom", Prefix=prefix)
    return [held["Key"] for held in found.get("Uploads", [])]


def media_is(page: Page, condition: str) -> None:
    """Wait until the page's video or sound is as a function of JavaScript wants it."""
    media = "document.querySelector('[data-player] :is(video, audio)')"
    page.wait_for_function(f"() => ({condition})({media})", timeout=PATIENCE_MS)


def renditions_made(stack: Stack, talk: str) -> list[str]:
    """The kinds of what the worker has made of the session's recordings so far."""
    rows = stack.sql(
        "SELECT r.kind FROM recordings_rendition r"
        " JOIN recordings_sessionupload u ON u.id = r.upload_id"
        " JOIN sessions_app_session s ON s.id = u.session_id"
        " WHERE s.title = ? AND r.status = 'completed' ORDER BY r.kind",
        talk,
    )
    return [kind for (kind,) in rows]
