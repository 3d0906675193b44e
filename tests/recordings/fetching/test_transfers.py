"""Bodies and clocks: guarantees 16, 17, 19 and 20."""

from __future__ import annotations

import resource
import threading
from collections import deque
from collections.abc import Callable

import pytest
from pytest_django import Settings

from recordings.fetching import Fetched, FetchSession, deadlines, open_url
from recordings.fetching.errors import (
    Aborted,
    FetchError,
    TimedOut,
    TooLarge,
    TooSlow,
    TruncatedBody,
    Unreachable,
)
from tests.origins import (
    Behaviour,
    Exchange,
    Origin,
    a_file,
    chunked,
    dripping_body,
    dripping_header,
    endless,
    lying_length,
    resetting,
    stalling,
    stand_in,
    wait_until,
    without_length,
)

DATA = bytes(range(256)) * 400


@pytest.fixture
def _quick(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Limits that a test can wait for."""
    settings.IMPORT_CONNECT_SECONDS = 0.3
    settings.IMPORT_FIRST_BYTE_SECONDS = 0.3
    monkeypatch.setattr(deadlines, "RATE_WINDOW_SECONDS", 0.4)
    monkeypatch.setattr(deadlines, "TICK_SECONDS", 0.05)


def _read(url: str, session: FetchSession) -> bytes:
    with open_url(url, session=session) as fetched:
        return b"".join(fetched.iter_bytes())


def test_a_body_that_ends_with_the_connection(origin: Origin, session: FetchSession) -> None:
    assert _read(origin.serve("/a", without_length(DATA)), session) == DATA


@pytest.mark.parametrize(
    "liar",
    [
        lying_length(DATA, declared=len(DATA) + 1),
        lying_length(b"", declared=5),
        lying_length(b"abcdef", declared=3),
        lying_length(DATA, declared=100),
        chunked(DATA, finished=False),
        resetting(DATA, sent=5000),
    ],
)
def test_bytes_that_are_not_as_many_as_declared(
    liar: Behaviour, origin: Origin, session: FetchSession
) -> None:
    with pytest.raises(TruncatedBody) as caught:
        _read(origin.serve("/a", liar), session)
    assert (caught.value.code, caught.value.retryable) == ("truncated", True)


def test_a_transfer_that_was_reset_is_resumed(origin: Origin) -> None:
    url = origin.serve("/a", resetting(DATA, sent=5000), a_file(DATA))
    got = b""
    with FetchSession() as session, open_url(url, session=session) as fetched:
        etag = fetched.etag
        pieces = fetched.iter_bytes(1000)
        while len(got) < 5000:
            got += next(pieces)
        with pytest.raises(TruncatedBody):
            next(pieces)
    assert got == DATA[:5000]
    with (
        FetchSession() as session,
        open_url(url, session=session, offset=len(got), if_range=etag) as fetched,
    ):
        assert fetched.offset == len(got)
        got += b"".join(fetched.iter_bytes())
    assert got == DATA


@pytest.mark.parametrize("max_bytes", [0, 100_000])
def test_an_endless_body_ends_at_the_limit(
    max_bytes: int, origin: Origin, session: FetchSession
) -> None:
    url = origin.serve("/a", endless())
    pieces: list[bytes] = []
    with (
        open_url(url, session=session, max_bytes=max_bytes) as fetched,
        pytest.raises(TooLarge),
    ):
        pieces.extend(fetched.iter_bytes())
    assert len(b"".join(pieces)) <= max_bytes


@pytest.mark.usefixtures("_quick")
@pytest.mark.parametrize("peer", [stalling(), dripping_header(seconds=0.02)])
def test_a_header_that_does_not_end_in_time(
    peer: Behaviour, origin: Origin, session: FetchSession
) -> None:
    with pytest.raises(TimedOut) as caught:
        open_url(origin.serve("/a", peer), session=session)
    assert (caught.value.code, caught.value.retryable) == ("timed_out", True)


@pytest.mark.usefixtures("_quick")
@pytest.mark.parametrize("peer", [dripping_body(seconds=0.02), stalling(b"x", declared=9)])
def test_a_body_that_comes_too_slowly(
    peer: Behaviour, origin: Origin, session: FetchSession
) -> None:
    with pytest.raises(TooSlow) as caught:
        _read(origin.serve("/a", peer), session)
    assert (caught.value.code, caught.value.retryable) == ("too_slow", True)


@pytest.mark.usefixtures("_quick")
def test_a_tls_handshake_that_never_ends_is_unreachable(
    origin: Origin, session: FetchSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in(monkeypatch, origin, "files.example.com")
    with pytest.raises(Unreachable):  # the origin speaks no TLS and waits for more
        open_url("https://files.example.com/a", session=session)


def test_our_own_slowness_is_not_the_peers(
    origin: Origin, session: FetchSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deadlines, "RATE_WINDOW_SECONDS", 0.2)
    monkeypatch.setattr(deadlines, "TICK_SECONDS", 0.02)
    slow_bucket = threading.Event()
    body = b""
    with open_url(origin.serve("/a", a_file(DATA)), session=session) as fetched:
        for piece in fetched.iter_bytes(40_000):
            slow_bucket.wait(0.3)
            body += piece
    assert body == DATA


def test_the_whole_has_a_deadline(
    origin: Origin, session: FetchSession, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.IMPORT_TOTAL_SECONDS = 0.3
    monkeypatch.setattr(deadlines, "TICK_SECONDS", 0.05)
    url = origin.serve("/a", endless(chunk=bytes(1000)))
    with open_url(url, session=session) as fetched, pytest.raises(TimedOut):
        deque(fetched.iter_bytes(), maxlen=0)


def _abort_session(session: FetchSession, fetched: Fetched) -> None:
    session.abort()


def _abort_fetched(session: FetchSession, fetched: Fetched) -> None:
    fetched.abort()


@pytest.mark.parametrize("abort", [_abort_session, _abort_fetched])
@pytest.mark.parametrize("tls", [False, True])
def test_abort_ends_a_blocked_read(
    abort: Callable[[FetchSession, Fetched], None],
    tls: bool,
    allowed: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hung_up = threading.Event()

    def behave(exchange: Exchange) -> None:
        exchange.send_head(200, {"Content-Length": "1000"})
        exchange.send(b"x")
        exchange.stall()
        hung_up.set()

    names = ["files.example.com"] if tls else []
    with Origin(tls_names=names) as origin, FetchSession() as session:
        stand_in(monkeypatch, origin, "files.example.com")
        origin.serve("/a", behave)
        with open_url(origin.url("/a", host="files.example.com"), session=session) as fetched:
            body = fetched.iter_bytes()
            assert next(body) == b"x"
            timer = threading.Timer(0.1, abort, (session, fetched))
            timer.start()
            with pytest.raises(Aborted) as caught:
                next(body)
            timer.join()
            # The other side sees the end while the response is still held.
            assert hung_up.wait(5)
        assert (caught.value.code, caught.value.retryable) == ("aborted", False)
        with pytest.raises(Aborted):
            open_url(origin.url("/a", host="files.example.com"), session=session)
    assert len(origin.requests) == 1


def test_abort_ends_the_wait_for_an_answer(origin: Origin, session: FetchSession) -> None:
    url = origin.serve("/a", stalling())
    errors: list[FetchError] = []

    def fetch() -> None:
        try:
            open_url(url, session=session)
        except FetchError as error:
            errors.append(error)

    thread = threading.Thread(target=fetch)
    thread.start()
    wait_until(lambda: bool(origin.requests))
    session.abort()
    thread.join(5)
    assert [type(error) for error in errors] == [Aborted]


def test_closing_lets_go_of_the_connection(origin: Origin, session: FetchSession) -> None:
    hung_up = threading.Event()

    def behave(exchange: Exchange) -> None:
        exchange.send_head(200, {"Content-Length": "1000"})
        exchange.stall()
        hung_up.set()

    with open_url(origin.serve("/a", behave), session=session):
        pass
    assert hung_up.wait(5)


def test_memory_does_not_grow_with_the_file(origin: Origin, session: FetchSession) -> None:
    size = 300 * 1024 * 1024
    chunk = bytes(1024 * 1024)

    def behave(exchange: Exchange) -> None:
        exchange.send_head(200, {"Content-Length": str(size)})
        for _ in range(size // len(chunk)):
            exchange.send(chunk)

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    received = 0
    with open_url(origin.serve("/a", behave), session=session) as fetched:
        for piece in fetched.iter_bytes():
            assert len(piece) <= 256 * 1024
            received += len(piece)
    assert received == size
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 50 * 1024  # KiB
