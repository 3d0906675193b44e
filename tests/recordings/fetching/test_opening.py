"""Redirects, cookies, statuses, ranges: guarantees 14, 17 and 18."""

from __future__ import annotations

import threading
from collections.abc import Callable
from email.utils import formatdate
from time import time

import pytest

from recordings.fetching import FetchSession, StatusError, check_url, open_url
from recordings.fetching.errors import (
    BlockedAddress,
    FetchError,
    InvalidUrl,
    SourceRefused,
    TooLarge,
    TooManyRedirects,
    UnsupportedScheme,
)
from tests.origins import (
    Behaviour,
    Exchange,
    Origin,
    a_file,
    a_page,
    chunked,
    gzip_bomb,
    redirect,
    stand_in,
    status,
)

DATA = bytes(range(256)) * 40


def _read(url: str, session: FetchSession, **options: object) -> bytes:
    with open_url(url, session=session, **options) as fetched:  # type: ignore[arg-type]
        return b"".join(fetched.iter_bytes())


def test_a_file_comes_with_what_its_server_says(origin: Origin, session: FetchSession) -> None:
    url = origin.serve("/a/My%20call.mp4", a_file(DATA, content_type="Video/MP4; codecs=avc1"))
    with open_url(url, session=session) as fetched:
        assert (fetched.url, fetched.status, fetched.offset) == (url, 200, 0)
        assert (fetched.content_length, fetched.size) == (len(DATA), len(DATA))
        assert (fetched.etag, fetched.last_modified) == ('"v1"', formatdate(0, usegmt=True))
        assert (fetched.content_type, fetched.filename) == ("video/mp4", "My call.mp4")
        assert fetched.headers["accept-ranges"] == "bytes"
        assert fetched.peek(10) == DATA[:10]
        assert fetched.peek(4) == DATA[:4]
        assert b"".join(fetched.iter_bytes(7)) == DATA
    request = origin.requests[0]
    assert request.headers["accept-encoding"] == "identity"
    assert "cookie" not in request.headers


def test_chunked_bodies_have_no_length(origin: Origin, session: FetchSession) -> None:
    with open_url(origin.serve("/a", chunked(DATA)), session=session) as fetched:
        assert fetched.content_length is None
        assert fetched.size is None
        assert b"".join(fetched.iter_bytes()) == DATA


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
def test_five_redirects_are_followed(code: int, origin: Origin, session: FetchSession) -> None:
    origin.serve("/0", redirect("1?a=b", status=code))
    origin.serve("/1", redirect(f"//{origin.address}:{origin.port}/2", status=code))
    origin.serve("/2", redirect("/3#part", status=code))
    origin.serve("/3", redirect(origin.url("/4"), status=code))
    origin.serve("/4", redirect("./ü 5", status=code))
    origin.serve("/%C3%BC%205", a_file(DATA))
    with open_url(origin.url("/0"), session=session) as fetched:
        assert fetched.url == origin.url("/%C3%BC%205")
        assert b"".join(fetched.iter_bytes()) == DATA
    assert origin.paths() == ["/0", "/1?a=b", "/2", "/3", "/4", "/%C3%BC%205"]


def test_a_sixth_redirect_is_not(origin: Origin, session: FetchSession) -> None:
    origin.serve("/loop", redirect("/loop"))
    with pytest.raises(TooManyRedirects) as caught:
        open_url(origin.url("/loop"), session=session)
    assert (caught.value.code, caught.value.retryable) == ("too_many_redirects", False)
    assert len(origin.requests) == 6


@pytest.mark.parametrize(
    ("location", "error"),
    [
        ("http://127.0.0.1/", BlockedAddress),
        ("http://169.254.169.254/latest/meta-data/", BlockedAddress),
        ("http://2130706433/", BlockedAddress),
        ("http://[::ffff:127.0.0.1]/", BlockedAddress),
        ("//metadata.google.internal/", BlockedAddress),
        ("http://localhost:6379/", BlockedAddress),
        ("http://127.0.0.1\\@example.com/", InvalidUrl),
        ("http://user:pw@example.com/", InvalidUrl),
        ("http://[", InvalidUrl),
        ("file:///etc/passwd", UnsupportedScheme),
        ("gopher://127.0.0.1/", UnsupportedScheme),
    ],
)
def test_each_redirect_is_checked_again(
    location: str,
    error: type[FetchError],
    origin: Origin,
    session: FetchSession,
    dialled: list[tuple[str, int]],
) -> None:
    origin.serve("/first", redirect("/second"))
    origin.serve("/second", redirect(location))
    with pytest.raises(error):
        open_url(origin.url("/first"), session=session)
    assert dialled == [(origin.address, origin.port)] * 2


def test_the_body_of_a_redirect_is_not_read(origin: Origin, session: FetchSession) -> None:
    hung_up = threading.Event()

    def behave(exchange: Exchange) -> None:
        exchange.send_head(302, {"Location": "/file"})
        exchange.stall()
        hung_up.set()

    origin.serve("/file", a_file(DATA))
    assert _read(origin.serve("/a", behave), session) == DATA
    assert hung_up.wait(5)


def test_a_redirect_to_a_name_with_a_local_address_is_blocked(
    origin: Origin, session: FetchSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Origin("127.0.0.3") as inside:
        stand_in(monkeypatch, inside, "inside.example.com")
        origin.serve("/a", redirect("http://inside.example.com/secret"))
        with pytest.raises(BlockedAddress):
            open_url(origin.url("/a"), session=session)
        assert inside.requests == []


def test_secrets_stay_with_the_first_host(
    origin: Origin, session: FetchSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in(monkeypatch, origin, "one.example.com", "two.example.com", "a.one.example.com")
    origin.serve("/start", redirect("/same"))
    origin.serve("/same", redirect("http://two.example.com/other"))
    origin.serve("/other", redirect("http://a.one.example.com/below"))
    origin.serve("/below", redirect("http://one.example.com/back"))
    origin.serve("/back", a_file(DATA))
    body = _read(
        "http://one.example.com/start",
        session,
        headers={"Authorization": "Bearer s", "X-Api-Key": "k", "Accept": "video/*"},
        cookies={"sid": "1"},
    )
    assert body == DATA
    sent = [
        (r.path, *(r.headers.get(name) for name in ("authorization", "x-api-key", "cookie")))
        for r in origin.requests
    ]
    assert sent == [
        ("/start", "Bearer s", "k", "sid=1"),
        ("/same", "Bearer s", "k", "sid=1"),
        ("/other", None, None, None),
        ("/below", None, None, None),
        ("/back", None, None, "sid=1"),
    ]
    assert {r.headers["accept"] for r in origin.requests} == {"video/*"}


def test_a_cookie_header_of_the_caller_stays_with_the_first_host(
    origin: Origin, session: FetchSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in(monkeypatch, origin, "one.example.com", "two.example.com")
    origin.serve("/a", redirect("http://two.example.com/b"))
    origin.serve("/b", a_file(DATA))
    assert _read("http://one.example.com/a", session, headers={"Cookie": "sid=1"}) == DATA
    assert [r.headers.get("cookie") for r in origin.requests] == ["sid=1", None]


def test_cookies_that_hosts_set_go_back_to_them_alone(
    origin: Origin, session: FetchSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in(monkeypatch, origin, "a.example.com", "b.example.com", "evil.example.org")
    cookies = ["host=1; path=/", "wide=2; domain=.example.com; path=/", "x=3; domain=example.org"]
    origin.serve("/1", redirect("/2", cookies=cookies))
    origin.serve("/2", redirect("http://b.example.com/3"))
    origin.serve("/3", redirect("http://evil.example.org/4"))
    origin.serve("/4", a_file(DATA))
    assert _read("http://a.example.com/1", session) == DATA
    assert [r.headers.get("cookie") for r in origin.requests] == [
        None,
        "host=1; wide=2",
        "wide=2",
        None,
    ]


@pytest.mark.parametrize(
    ("code", "error_code", "retryable"),
    [
        (401, "sign_in_required", False),
        (403, "sign_in_required", False),
        (404, "expired_or_deleted", False),
        (410, "expired_or_deleted", False),
        (429, "source_unavailable", True),
        (500, "source_unavailable", True),
        (503, "source_unavailable", True),
        (204, "source_refused", False),
        (206, "source_refused", False),
        (400, "source_refused", False),
        (416, "source_refused", False),
        (451, "source_refused", False),
    ],
)
def test_a_status_that_is_no_file(
    code: int, error_code: str, retryable: bool, origin: Origin, session: FetchSession
) -> None:
    body = b"" if code == 204 else b"<p>secret 10.0.0.1</p>"
    url = origin.serve("/a", a_page(body, status=code))
    with pytest.raises(StatusError) as caught:
        open_url(url, session=session)
    error = caught.value
    assert (error.code, error.retryable, error.retry_after) == (error_code, retryable, None)
    assert (error.status, error.final_url, error.content_type) == (code, url, "text/html")
    assert error.head == (b"" if retryable else body)
    assert "10.0.0.1" not in str(error)


@pytest.mark.parametrize(
    ("value", "low", "high"),
    [
        (lambda: "120", 120, 120),
        (lambda: formatdate(time() + 3600, usegmt=True), 3000, 3600),
        (lambda: formatdate(0, usegmt=True), 0, 0),
    ],
    ids=["seconds", "a date to come", "a date gone by"],
)
def test_retry_after_is_handed_on(
    value: Callable[[], str], low: float, high: float, origin: Origin, session: FetchSession
) -> None:
    url = origin.serve("/a", status(429, headers={"Retry-After": value()}), a_file(DATA))
    with pytest.raises(StatusError) as caught:
        open_url(url, session=session)
    assert caught.value.retry_after is not None
    assert low <= caught.value.retry_after <= high
    assert _read(url, session) == DATA


@pytest.mark.parametrize("value", ["soon", "-1", "99999999999999", "", "1e9"])
def test_a_retry_after_that_means_nothing_is_none(
    value: str, origin: Origin, session: FetchSession
) -> None:
    url = origin.serve("/a", status(503, headers={"Retry-After": value}))
    with pytest.raises(StatusError) as caught:
        open_url(url, session=session)
    assert caught.value.retry_after is None


def test_a_fetch_resumes_where_it_stopped(origin: Origin, session: FetchSession) -> None:
    url = origin.serve("/a", a_file(DATA))
    with open_url(url, session=session, offset=1000, if_range='"v1"') as fetched:
        assert (fetched.status, fetched.offset, fetched.size) == (206, 1000, len(DATA))
        assert fetched.content_length == len(DATA) - 1000
        assert b"".join(fetched.iter_bytes()) == DATA[1000:]
    assert origin.requests[0].headers["range"] == "bytes=1000-"
    assert origin.requests[0].headers["if-range"] == '"v1"'


@pytest.mark.parametrize("tag", [None, 'W/"v1"', "v1"])
def test_without_a_strong_etag_a_fetch_starts_at_zero(
    tag: str | None, origin: Origin, session: FetchSession
) -> None:
    url = origin.serve("/a", a_file(DATA))
    with open_url(url, session=session, offset=1000, if_range=tag) as fetched:
        assert (fetched.status, fetched.offset) == (200, 0)
        assert b"".join(fetched.iter_bytes()) == DATA
    assert "range" not in origin.requests[0].headers


def test_a_file_that_changed_is_fetched_from_zero(origin: Origin, session: FetchSession) -> None:
    url = origin.serve("/a", a_file(DATA, etag='"v2"'))
    with open_url(url, session=session, offset=1000, if_range='"v1"') as fetched:
        assert (fetched.status, fetched.offset, fetched.etag) == (200, 0, '"v2"')
        assert b"".join(fetched.iter_bytes()) == DATA
    assert len(origin.requests) == 1


def _partial(content_range: str, *, etag: str = '"v1"', length: int = 10) -> Behaviour:
    def behave(exchange: Exchange) -> None:
        head = {"Content-Range": content_range, "ETag": etag, "Content-Length": str(length)}
        exchange.send_head(206, head)
        exchange.send(bytes(length))

    return behave


@pytest.mark.parametrize(
    "lie",
    [
        _partial(f"bytes 0-9/{len(DATA)}"),
        _partial(f"bytes {len(DATA) - 10}-{len(DATA) - 2}/{len(DATA)}", length=9),
        _partial(f"bytes {len(DATA) - 10}-{len(DATA) - 1}/*"),
        _partial(f"bytes {len(DATA) - 10}-{len(DATA) - 1}/{len(DATA)}", length=9),
        _partial(f"bytes {len(DATA) - 10}-{len(DATA) - 1}/{len(DATA)}", etag='"v2"'),
        _partial("nonsense"),
        status(416),
    ],
)
def test_a_part_that_does_not_fit_is_dropped_for_the_whole(
    lie: Behaviour, origin: Origin, session: FetchSession
) -> None:
    url = origin.serve("/a", lie, a_file(DATA))
    with open_url(url, session=session, offset=len(DATA) - 10, if_range='"v1"') as fetched:
        assert (fetched.status, fetched.offset) == (200, 0)
        assert b"".join(fetched.iter_bytes()) == DATA
    assert "range" not in origin.requests[1].headers


def test_a_compressed_body_is_not_inflated(origin: Origin, session: FetchSession) -> None:
    with pytest.raises(SourceRefused) as caught:
        open_url(origin.serve("/a", gzip_bomb()), session=session)
    assert (caught.value.code, caught.value.retryable) == ("source_refused", False)


def test_two_lengths_that_differ_are_refused(origin: Origin, session: FetchSession) -> None:
    def behave(exchange: Exchange) -> None:
        exchange.send_head(200, [("Content-Length", "3"), ("Content-Length", "5")])
        exchange.send(b"12345")

    with pytest.raises(SourceRefused):
        open_url(origin.serve("/a", behave), session=session)


def test_a_file_over_the_limit_is_not_begun(origin: Origin, session: FetchSession) -> None:
    url = origin.serve("/a", a_file(DATA))
    with pytest.raises(TooLarge) as caught:
        open_url(url, session=session, max_bytes=len(DATA) - 1)
    assert (caught.value.code, caught.value.http_status) == ("too_large", 413)
    assert _read(url, session, max_bytes=len(DATA)) == DATA
    with pytest.raises(TooLarge):  # the limit is the whole file's, not the rest's
        open_url(url, session=session, offset=5, if_range='"v1"', max_bytes=len(DATA) - 1)


def test_tls_is_verified_for_the_name_of_the_link(
    allowed: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Origin(tls_names=["files.example.com"]) as origin:
        origin.serve("/a", a_file(DATA))
        stand_in(monkeypatch, origin, "files.example.com", "other.example.com")
        check_url("https://files.example.com/a")
        with FetchSession() as session:
            assert _read("https://files.example.com/a", session) == DATA
            session.verify = False
            with pytest.raises(FetchError) as caught:
                open_url("https://other.example.com/a", session=session)
    assert (caught.value.code, caught.value.retryable) == ("unreachable", True)
    assert origin.requests[0].headers["host"] == "files.example.com"


def test_the_environment_sends_nothing_through_a_proxy(
    origin: Origin, session: FetchSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Origin("127.0.0.3") as proxy:
        for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url())
        session.trust_env = True
        assert session.get(origin.serve("/a", a_file(DATA))).content == DATA
        assert proxy.requests == []
    assert origin.paths() == ["/a"]
