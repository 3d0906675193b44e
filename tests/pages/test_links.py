"""Importing links by the form: what is said before, what is started, what is not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import User
from recordings.fetching import addresses
from recordings.models import SessionUpload
from sessions_app.models import Session

URL = "/dashboard/coach/recordings/links"
A, ZOOM = "https://files.example.com/a.mp4", "https://zoom.us/rec/share/abc"


@pytest.fixture(autouse=True)
def looked_up(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names that were looked up; none has an address."""
    names: list[str] = []

    def none_there(host: str, port: int) -> Any:
        names.append(host)
        raise OSError

    monkeypatch.setattr(addresses, "lookup", none_there)
    return names


def a_list(text: str) -> SimpleUploadedFile:
    return SimpleUploadedFile("links.csv", text.encode(), content_type="text/csv")


@pytest.fixture
def ask(web: Client) -> Callable[..., Any]:
    """POST the form as htmx does."""
    return lambda **data: web.post(URL, data, headers={"HX-Request": "true"})


def test_the_page_shows_an_empty_form(web: Client, session: Session) -> None:
    assert "One or several" in web.get(URL).text
    assert "First talk" in web.get(f"{URL}?session={session.pk}").text
    assert web.get(f"{URL}?session=7").status_code == 404


def test_while_typing_each_link_is_told_and_nothing_is_contacted_or_stored(
    ask: Callable[..., Any], session: Session, looked_up: list[str]
) -> None:
    text = f"{ZOOM}\nhttps://me:secret@files.example.com/a.mp4\nhttps://zoom.us/j/1"

    answer = ask(text=text, session=session.pk)

    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert [answer.context["summary"], answer.context["ready"]] == [
        "1 link is ready. 2 need a look.",
        1,
    ]
    for said in (
        "<strong>Zoom</strong>",
        'type="password" id="text-0-passcode"',
        "A passcode is kept encrypted while the recording is fetched",
        "This is not a complete web address",
        "opens the meeting room",
        "Import 1 link",
    ):
        assert said in answer.text, said
    assert (looked_up, SessionUpload.objects.count()) == ([], 0)


def test_what_was_chosen_and_typed_stays_while_more_is_pasted(
    ask: Callable[..., Any], session: Session
) -> None:
    kept = {"text-0-url": ZOOM, "text-0-session": session.pk, "text-0-passcode": "sesame"}

    answer = ask(text=f"{A} {ZOOM}", **kept)

    assert f'<option value="{session.pk}" selected>' in answer.text
    assert 'name="text-1-passcode" value="sesame"' in answer.text


def test_a_list_is_shown_before_anything_is_started(
    ask: Callable[..., Any], session: Session, make_session: Callable[..., Session]
) -> None:
    make_session(title="Same day")
    make_session(title="Elsewhere", scheduled_at=datetime(2026, 2, 2, 9, tzinfo=UTC))
    text = (
        "url;date;client;passcode\n"
        f"{A};2026-02-02;Klara Client;\n{ZOOM};2026-01-14;;sesame\n{A}?2;2027-01-01;;\n"
    )

    answer = ask(csv=a_list(text), act="import")

    placed = [line.placed for line in answer.context["lines"]]
    assert [each.session and each.session.title for each in placed] == ["Elsewhere", None, None]
    assert "Several sessions fit: choose one." in answer.text
    assert "There is no session on that day" in answer.text
    assert 'name="list-1-passcode" value="sesame"' in answer.text
    assert not SessionUpload.objects.exists()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("nothing", "The first line has to name the columns"),
        ("url\n", "This list holds no link"),
        ("url\n" + "x" * 1_100_000, "larger than 1 MB"),
    ],
)
@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_a_list_that_cannot_be_read_is_said(
    web: Client, content: str, sentence: str, headers: dict[str, str]
) -> None:
    answer = web.post(URL, {"csv": a_list(content)}, headers=headers)

    assert sentence in answer.text
    if headers:
        assert (answer.status_code, answer["HX-Retarget"]) == (200, "#links-problem")
    else:
        assert answer.status_code in (400, 413)


def test_import_starts_what_can_be_and_keeps_the_rest_to_be_set_right(
    ask: Callable[..., Any], session: Session, make_session: Callable[..., Session], coach: User
) -> None:
    other = make_session(title="Another")
    rows = {
        "text": ZOOM,
        "text-0-url": ZOOM,
        "text-0-session": session.pk,
        "text-0-passcode": "sesame",
        "list-0-url": A,
        "list-0-session": other.pk,
        "list-1-url": "http://10.0.0.1/a.mp4",
        "list-1-session": other.pk,
        "list-2-url": A,
        "list-2-session": "leave",
        "list-3-url": A,
        "list-3-date": "2026-03-03",
        "act": "import",
    }

    answer = ask(**rows)

    started = SessionUpload.objects.order_by("created_at")
    assert [(each.session, each.original_url, each.status) for each in started] == [
        (session, ZOOM, "pending"),
        (other, A, "pending"),
    ]
    assert {each.created_by for each in started} == {coach}
    assert "2 imports have started." in answer.text
    assert answer["HX-Retarget"] == "#links-panel"
    assert str(session.pk) in answer["HX-Trigger"]
    left = [(line.name, line.placed.problem[:22]) for line in answer.context["lines"]]
    assert left == [("list-0", "We could not reach thi"), ("list-1", "There is no session on")]
    assert not [row for row in started.values() if "sesame" in str(row)]

    again = ask(**rows)

    assert "Nothing was started." in again.text
    assert "An import of this link for this session is under way." in again.text
    assert SessionUpload.objects.count() == 2


def test_a_link_not_seen_yet_is_shown_first(web: Client, session: Session) -> None:
    data = {"text": A, "session": session.pk, "act": "import"}

    shown = web.post(URL, data)

    assert "Import 1 link" in shown.text
    assert not SessionUpload.objects.exists()
    done = web.post(URL, {**data, "text-0-url": A})
    assert "1 import has started." in done.text
    assert SessionUpload.objects.get().session == session


def test_nothing_to_import_is_said(web: Client) -> None:
    answer = web.post(URL, {"act": "import", "text": "good morning"})

    assert (answer.status_code, "Paste a link" in answer.text) == (400, True)
    assert ">good morning</textarea>" in answer.text


def test_sessions_are_looked_for_among_ones_own(
    ask: Callable[..., Any], make_session: Callable[..., Session], other_coach: User
) -> None:
    make_session(title="Quarterly goals")
    make_session(title="Quarterly secrets", coach=other_coach)

    found = ask(text=A, q="quarterly\0")

    assert "Quarterly goals" in found.text
    assert "Quarterly secrets" not in found.text
    assert "Quarterly goals" not in ask(text=A, q="nothing like it").text


@pytest.mark.parametrize("field", ["session", "text-0-session", "list-0-session"])
def test_someone_elses_session_takes_no_link(
    web_for: Callable[..., Client], other_coach: User, session: Session, field: str
) -> None:
    data = {"text": ZOOM, "text-0-url": ZOOM, "list-0-url": A, "act": "import", field: session.pk}

    answer = web_for(other_coach).post(URL, data)

    assert answer.status_code == (404 if field == "session" else 200)
    assert session.title not in answer.text
    assert not SessionUpload.objects.exists()


def test_the_list_to_fill_in_names_sessions_without_a_recording(
    web: Client, make_session: Callable[..., Session], other_coach: User, coach: User
) -> None:
    coach.time_zone = "Europe/Berlin"
    coach.save()
    mine = make_session(client_name="=cmd()")
    make_session(coach=other_coach)

    answer = web.get(f"{URL}/list.csv")

    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.content.decode("utf-8-sig").splitlines() == [
        "url,session,date,client,passcode",
        f",{mine.pk},2026-01-14 16:00,'=cmd(),",
    ]


def test_without_a_csrf_token_nothing_is_started(web: Client, session: Session) -> None:
    web.handler.enforce_csrf_checks = True

    answer = web.post(URL, {"text": A, "text-0-url": A, "session": session.pk, "act": "import"})

    assert answer.status_code == 403
    assert not SessionUpload.objects.exists()


def test_five_hundred_links_are_taken_at_once(web: Client, session: Session) -> None:
    rows = {f"list-{n}-url": f"http://10.0.0.{n % 250}/{n}.mp4" for n in range(500)}
    more = {
        f"list-{n}-{name}": "x"
        for n in range(500)
        for name in ("date", "client", "named", "passcode")
    }

    answer = web.post(URL, {**rows, **more, "session": session.pk})

    assert (answer.status_code, len(answer.context["lines"])) == (200, 500)
