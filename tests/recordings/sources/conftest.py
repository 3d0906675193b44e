"""Platforms played by their own host names, and trips to them as an import makes them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs

import pytest
import requests
from pytest_django import Settings

from filmroom.json import dump
from recordings.browsing import Browser
from recordings.fetching import Answer, FetchSession, check_url
from recordings.following import open_recording
from recordings.sources import Media, SourceError, recognise
from tests.origins import ALLOWED_ADDRESS, Behaviour, Exchange, Origin, stand_in

Play = Callable[..., Origin]


@pytest.fixture
def play(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Play]:
    """Start one TLS server that stands in for every host it is given."""
    settings.IMPORT_ALLOWED_ORIGIN = ALLOWED_ADDRESS
    started: list[Origin] = []

    def start(*hosts: str) -> Origin:
        origin = Origin(tls_names=hosts).__enter__()
        started.append(origin)
        stand_in(monkeypatch, origin, *hosts)
        return origin

    yield start
    for origin in started:
        origin.__exit__(None, None, None)


def locate(url: str, passcode: str = "") -> Media:
    """What a source makes of a link."""
    check_url(url)
    with FetchSession() as session:
        return recognise(url).locate(url, passcode, Browser(session))


def fetch(url: str, passcode: str = "") -> bytes:
    """The bytes behind a link, as an import gets them. Raises what an import fails with."""
    check_url(url)
    source = recognise(url)
    with FetchSession() as session:
        media = source.locate(url, passcode, Browser(session))
        assert media.file is not None
        with open_recording(source, media.file, session=session) as fetched:
            return b"".join(fetched.iter_bytes())


def refused(url: str, passcode: str = "") -> SourceError:
    """Why a link gives nothing."""
    with pytest.raises(SourceError) as caught:
        fetch(url, passcode)
    return caught.value


def told(data: object, *, status: int = 200, cookies: tuple[str, ...] = ()) -> Behaviour:
    """JSON, with cookies set on the way."""

    def behave(exchange: Exchange) -> None:
        body = dump(data)
        pairs = [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
        exchange.send_head(status, [*pairs, *(("Set-Cookie", cookie) for cookie in cookies)])
        exchange.send(body)

    return behave


def fields_of(exchange: Exchange) -> dict[str, str]:
    """The fields of a posted form."""
    pairs = parse_qs(exchange.request.body.decode(), keep_blank_values=True)
    return {name: values[0] for name, values in pairs.items()}


def cookies_of(exchange: Exchange) -> set[str]:
    """The cookies sent along, as name=value."""
    return set(filter(None, exchange.request.headers.get("cookie", "").split("; ")))


class Scripted:
    """A web that gives these bodies, one after the other, to whatever is asked."""

    def __init__(self, bodies: list[bytes]) -> None:
        self.bodies = bodies
        self.session = requests.Session()

    def get(self, url: str, **_: Any) -> Answer:
        body = self.bodies.pop(0) if self.bodies else b""
        return Answer(200, url, "text/html", {}, body)

    post = get
