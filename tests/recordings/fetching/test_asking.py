"""Small questions: what is sent, how much is taken in, and where nothing is sent."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator

import pytest

from recordings.fetching import FetchError, FetchSession, ask, form
from recordings.fetching.asking import JSON
from tests.origins import (
    Origin,
    a_file,
    a_page,
    dripping_body,
    endless,
    redirect,
    status,
)


@pytest.fixture
def origin() -> Iterator[Origin]:
    with Origin() as served:
        yield served


@pytest.fixture
def session() -> Iterator[FetchSession]:
    with FetchSession(5) as held:
        yield held


def test_a_header_that_cannot_be_written_is_refused(origin: Origin, session: FetchSession) -> None:
    with pytest.raises(FetchError, match="source_refused"):
        ask("GET", origin.url("/"), session=session, headers={"Authorization": "k\u2013y"})
    assert origin.requests == []


def test_a_form_is_posted_and_the_whole_answer_comes_back(
    origin: Origin, session: FetchSession
) -> None:
    url = origin.serve("/check", a_page(b"<p>wrong", status=403, headers={"X-Reason": "r"}))
    answer = ask(
        "POST", url, session=session, body=form({"passwd": "ä &", "a": "b"}), headers={"X-A": "1"}
    )
    assert (answer.status, answer.url, answer.content_type) == (403, url, "text/html")
    assert (answer.body, answer.text, answer.json(), answer.ok) == (
        b"<p>wrong", "<p>wrong", None, False,
    )  # fmt: skip
    assert answer.headers["x-reason"] == "r"
    [request] = origin.requests
    assert (request.method, request.body) == ("POST", b"passwd=%C3%A4+%26&a=b")
    assert request.headers["content-type"] == "application/x-www-form-urlencoded"
    assert request.headers["x-a"] == "1"


def test_json_is_posted_and_read(origin: Origin, session: FetchSession) -> None:
    url = origin.serve("/api", a_file(b'{"a": [1]}', content_type="application/json"))
    answer = ask("POST", url, session=session, body=b'{"q": 1}', content_type=JSON)
    assert answer.json() == {"a": [1]}
    assert origin.requests[0].headers["content-type"] == "application/json"


def test_a_post_turns_into_a_get_where_a_redirect_says_so(
    origin: Origin, session: FetchSession
) -> None:
    url = origin.serve("/login", redirect("/home", status=303, cookies=["sid=1; Path=/"]))
    origin.serve("/home", a_page(b"home"))
    answer = ask("POST", url, session=session, body=form({"a": "b"}))
    assert answer.body == b"home"
    assert [(each.method, each.path, each.body) for each in origin.requests] == [
        ("POST", "/login", b"a=b"),
        ("GET", "/home", b""),
    ]
    assert origin.requests[1].headers["cookie"] == "sid=1"
    assert "content-type" not in origin.requests[1].headers


def test_a_body_is_carried_on_within_the_host_and_to_no_other(
    origin: Origin, session: FetchSession
) -> None:
    url = origin.serve("/one", redirect("/two", status=307))
    origin.serve("/two", status(204))
    assert ask("POST", url, session=session, body=b"secret=1").status == 204
    assert origin.requests[1].body == b"secret=1"
    with Origin() as other:
        url = origin.serve("/one", redirect(other.url("/take"), status=308))
        with pytest.raises(FetchError) as caught:
            ask("POST", url, session=session, body=b"secret=1")
        assert caught.value.code == "source_refused"
        assert other.requests == []


def test_without_redirects_a_redirect_is_the_answer(origin: Origin, session: FetchSession) -> None:
    url = origin.serve("/one", redirect("http://169.254.169.254/"))
    answer = ask("POST", url, session=session, body=b"{}", redirects=False)
    assert (answer.status, answer.ok, len(origin.requests)) == (302, False, 1)


@pytest.mark.parametrize("inward", ["http://169.254.169.254/", "http://127.0.0.1/", "file:///etc"])
def test_nothing_is_asked_inwards(origin: Origin, session: FetchSession, inward: str) -> None:
    for url in (inward, origin.serve("/hop", redirect(inward, status=307))):
        with pytest.raises(FetchError) as caught:
            ask("POST", url, session=session, body=b"x")
        assert caught.value.code in ("blocked_address", "unsupported_scheme", "source_refused")


def test_more_than_the_limit_is_refused(origin: Origin, session: FetchSession) -> None:
    url = origin.serve("/big", endless())
    with pytest.raises(FetchError) as caught:
        ask("GET", url, session=session, max_bytes=100_000)
    assert caught.value.code == "too_large"


@pytest.mark.parametrize("pack", [gzip.compress, zlib.compress])
def test_what_comes_compressed_is_inflated_up_to_the_limit(
    origin: Origin, session: FetchSession, pack: object
) -> None:
    assert callable(pack)
    coding = {"Content-Encoding": "gzip" if pack is gzip.compress else "deflate"}
    url = origin.serve("/page", a_file(pack(b"a page" * 100), headers=coding))
    assert ask("GET", url, session=session).body == b"a page" * 100
    bomb = origin.serve("/bomb", a_file(pack(bytes(10_000_000)), headers=coding))
    with pytest.raises(FetchError) as caught:
        ask("GET", bomb, session=session, max_bytes=1_000_000)
    assert caught.value.code == "too_large"
    cut = origin.serve("/cut", a_file(pack(b"a page" * 100)[:-6], headers=coding))
    with pytest.raises(FetchError) as caught:
        ask("GET", cut, session=session)
    assert caught.value.code == "truncated"


def test_a_session_ends_by_its_own_time_however_slowly_bytes_drip(origin: Origin) -> None:
    url = origin.serve("/drip", dripping_body(seconds=0.02))
    with FetchSession(0.5) as hurried, pytest.raises(FetchError) as caught:
        ask("GET", url, session=hurried)
    assert caught.value.code == "timed_out"
