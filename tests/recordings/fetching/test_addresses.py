"""Guarantees 13 to 15 and 21: what is refused, in every spelling, before any socket."""

from __future__ import annotations

import ipaddress
import socket
import threading
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from pytest_django import Settings

from recordings.fetching import FetchSession, addresses, check_url, open_url
from recordings.fetching.errors import (
    BlockedAddress,
    FetchError,
    InvalidUrl,
    Unreachable,
    UnsupportedScheme,
)
from tests.origins import Origin, a_file, closed_port

Dialled = list[tuple[str, int]]


def _full_width(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if c.isdigit() else c for c in text)


def _percent(text: str) -> str:
    return "".join(f"%{ord(c):02x}" for c in text)


def spellings_of(address: ipaddress.IPv4Address) -> list[str]:
    """One IPv4 address in the ways that some library or other reads."""
    number, parts = int(address), address.packed
    a, b, c, d = parts
    text = str(address)
    return [
        text,
        f"{text}.",
        str(number),
        hex(number),
        hex(number).upper().replace("X", "x"),
        f"0{number:o}",
        f"{a}.{number & 0xFFFFFF}",
        f"{a}.{b}.{c << 8 | d}",
        ".".join(f"0{part:o}" for part in parts),
        ".".join(f"{part:#x}" for part in parts),
        f"{a:#x}.{b}.0{c:o}.{d}",
        ".".join(f"{part:03d}" for part in parts),
        _full_width(text),
        text.replace(".", "。"),
        text.replace(".", "．"),
        _percent(text),
        _percent(text).upper(),
        f"[::ffff:{text}]",
        f"[::{text}]",
        f"[64:ff9b::{text}]",
        f"[64:ff9b:1::{text}]",
        f"[2002:{a:02x}{b:02x}:{c:02x}{d:02x}::1]",
        f"[2001:0:{a:02x}{b:02x}:{c:02x}{d:02x}::1]",
        f"[2001::{a ^ 255:02x}{b ^ 255:02x}:{c ^ 255:02x}{d ^ 255:02x}]",
        f"[::ffff:0:{text}]",
        f"[0:0:0:0:0:ffff:{a:02x}{b:02x}:{c:02x}{d:02x}]",
    ]


NOT_GLOBAL = [
    "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
    "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15",
    "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4", "168.63.129.16/32",
]  # fmt: skip
NOT_GLOBAL_V6 = [
    "::/8", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/32", "2001:2::/48",
    "2001:10::/28", "2001:20::/28", "2001:db8::/32", "2002::/16", "3fff::/20", "4000::/3",
    "5f00::/16", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8",
]  # fmt: skip


def _in(networks: list[str]) -> st.SearchStrategy[int]:
    return st.one_of(
        *(
            st.integers(int(network.network_address), int(network.broadcast_address))
            for network in map(ipaddress.ip_network, networks)
        )
    )


@given(number=_in(NOT_GLOBAL), data=st.data())
@hypothesis_settings(deadline=None, max_examples=300)
def test_every_spelling_of_a_local_ipv4_address_is_blocked(
    number: int, data: st.DataObject
) -> None:
    host = data.draw(st.sampled_from(spellings_of(ipaddress.IPv4Address(number))))
    with pytest.raises(BlockedAddress):
        check_url(f"http://{host}/recording.mp4")


@given(number=_in(NOT_GLOBAL_V6), exploded=st.booleans())
@hypothesis_settings(deadline=None, max_examples=300)
def test_every_ipv6_address_that_is_not_global_unicast_is_blocked(
    number: int, exploded: bool
) -> None:
    address = ipaddress.IPv6Address(number)
    with pytest.raises(BlockedAddress):
        check_url(f"https://[{address.exploded if exploded else address}]/")


@pytest.mark.parametrize("host", spellings_of(ipaddress.IPv4Address("127.0.0.1")))
def test_loopback_is_blocked_in_every_spelling_before_any_socket(
    host: str, dialled: Dialled, session: FetchSession
) -> None:
    with pytest.raises(BlockedAddress) as door:
        check_url(f"http://{host}/")
    with pytest.raises(BlockedAddress):
        open_url(f"http://{host}/", session=session)
    assert (door.value.code, door.value.http_status, door.value.attr) == (
        "blocked_address",
        400,
        "external_url",
    )
    assert dialled == []


@pytest.mark.parametrize(
    "host",
    [
        "[fe80::1%25eth0]", "[fe80::1%eth0]", "[2600::1%25eth0]", "[::1]", "[::]",
        "[fd00:ec2::254]", "[fec0::1]",
        "127.1", "0", "0x7f.1", "1.2.3.4.5", "127.0.0.256", "08.8.8.8", "010.8.8.8", "①②⑦.⓪.⓪.①",
        "localhost", "LOCALHOST.", "api.localhost", "printer.local", "db", "redis", "intranet.lan",
        "metadata.google.internal", "METADATA.google.internal.", "metadata.goog", "metadata",
        "instance-data.ec2.internal", "metadata.azure.internal", "metadata.tencentyun.com",
    ],
)  # fmt: skip
def test_local_names_and_odd_addresses_are_blocked_without_a_look_up(
    host: str, dialled: Dialled, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(addresses, "lookup", lambda host, port: asked.append(host))
    with pytest.raises(BlockedAddress):
        check_url(f"http://{host}/latest/meta-data/")
    assert (asked, dialled) == ([], [])


@pytest.mark.parametrize(
    "url",
    [
        "", "recording.mp4", "//example.com/a", "http:", "http://", "http:///a",
        "https:/example.com", "http://127.0.0.1\\@example.com/",
        "http://example.com\\@127.0.0.1/", "http:\\\\example.com", "http://user@example.com/",
        "http://user:secret@example.com/", "http://@example.com/", "http://:@example.com/",
        " http://example.com/", "http://example.com/ ", "http://exam ple.com",
        "http://example.com/a b", "http://example.com/a\\b",
        "http://example.com/\t", "http://example.com/\r\nHost: a",
        "http://example.com\x00.internal/", "http://example.com/\u202emp4",
        "http://example.com/\ud800", "http://example.com:99999/", "http://example.com:x/",
        "http://example.com:0/", "http://example.com:80:80/", "http://[::1", "http://::1/",
        "http://[v1.a]/", "http://[1.2.3.4]/", "http://exa%6dple.com%2f@127.0.0.1/",
        "http://a%2fb.com/", "http://a%40b.com/", "http://a%2531.com/", "http://%ff.com/",
        "http://a..com/", "http://.com/", "http://-a.com/", "http://a℀b.com/",
        "http://xn--́.com/", "http://" + "a" * 64 + ".com/", "http://example.com/" + "a" * 2048,
    ],
)  # fmt: skip
def test_what_two_libraries_could_read_differently_is_no_url(url: str, dialled: Dialled) -> None:
    with pytest.raises(InvalidUrl) as caught:
        check_url(url)
    assert (caught.value.code, caught.value.http_status) == ("invalid_url", 400)
    assert dialled == []


@pytest.mark.parametrize(
    "url",
    ["ftp://example.com/a", "file:///etc/passwd", "gopher://127.0.0.1:6379/_", "javascript:1",
     "data:,a", "HTTPX://example.com/", "ws://example.com/", "s3://bucket/key", "http+unix://a/b"],
)  # fmt: skip
def test_other_schemes_are_refused(url: str) -> None:
    with pytest.raises(UnsupportedScheme) as caught:
        check_url(url)
    assert (caught.value.code, caught.value.http_status) == ("unsupported_scheme", 400)


@given(url=st.text(max_size=60).map(lambda rest: f"http://{rest}"))
@hypothesis_settings(deadline=None, max_examples=300)
def test_any_text_is_read_or_refused(url: str) -> None:
    try:
        target = addresses.parse(url)
    except FetchError:
        return
    assert target.url.isascii()
    assert addresses.parse(target.url) == target


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("HTTPS://Example.COM", "https://example.com/"),
        ("https://example.com.:443/a?b#c", "https://example.com/a?b"),
        ("http://bücher.example.com/ü?q=ü", "http://xn--bcher-kva.example.com/%C3%BC?q=%C3%BC"),
        ("https://exa%6Dple.com/%41", "https://example.com/%41"),
        ("https://[2606:4700:0:0::1]:8443/", "https://[2606:4700::1]:8443/"),
        ("https://1.1.1.1/a//b/../c", "https://1.1.1.1/a//b/../c"),
        ("https://my_bucket.example.com/a", "https://my_bucket.example.com/a"),
    ],
)
def test_a_url_has_one_spelling_from_then_on(url: str, canonical: str) -> None:
    assert addresses.parse(url).url == canonical


@pytest.mark.parametrize("port", [22, 25, 6379, 8000, 8080])
@pytest.mark.parametrize("host", ["1.1.1.1", "example.com"])
def test_other_ports_are_blocked(
    host: str, port: int, dialled: Dialled, settings: Settings
) -> None:
    settings.IMPORT_ALLOWED_ORIGIN = ""
    with pytest.raises(BlockedAddress):
        check_url(f"https://{host}:{port}/")
    assert dialled == []


def _answers(*texts: str) -> Callable[[str, int], list[tuple[str, int]]]:
    return lambda host, port: [(text, port) for text in texts]


@pytest.mark.parametrize(
    "bad", ["127.0.0.1", "10.1.2.3", "169.254.169.254", "::1", "fe80::1%eth0", "::ffff:8.8.8.8"]
)
def test_a_name_with_any_local_address_is_blocked(
    bad: str, monkeypatch: pytest.MonkeyPatch, dialled: Dialled, session: FetchSession
) -> None:
    monkeypatch.setattr(addresses, "lookup", _answers("93.184.216.34", bad))
    with pytest.raises(BlockedAddress):
        check_url("https://example.com/a")
    with pytest.raises(BlockedAddress):
        open_url("https://example.com/a", session=session)
    assert dialled == []


def test_a_name_with_global_addresses_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(addresses, "lookup", _answers("93.184.216.34", "2606:4700::1"))
    check_url("https://example.com/a")


def test_a_name_that_does_not_resolve_passes_the_door_and_fails_in_the_worker(
    monkeypatch: pytest.MonkeyPatch, session: FetchSession, dialled: Dialled
) -> None:
    def lookup(host: str, port: int) -> list[tuple[str, int]]:
        raise socket.gaierror(socket.EAI_NONAME, "no such name")

    monkeypatch.setattr(addresses, "lookup", lookup)
    check_url("https://nowhere.example.com/")
    with pytest.raises(Unreachable) as caught:
        open_url("https://nowhere.example.com/", session=session)
    assert caught.value.retryable
    assert dialled == []


def test_a_name_server_that_never_answers_does_not_hold_the_door(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answered = threading.Event()

    def lookup(host: str, port: int) -> list[tuple[str, int]]:
        answered.wait(30)
        return [("127.0.0.1", port)]

    monkeypatch.setattr(addresses, "lookup", lookup)
    monkeypatch.setattr(addresses, "DOOR_LOOKUP_SECONDS", 0.05)
    try:
        check_url("https://slow.example.com/")
    finally:
        answered.set()


def test_the_address_that_was_checked_is_dialled_when_a_name_changes_its_answer(
    origin: Origin, monkeypatch: pytest.MonkeyPatch, session: FetchSession, dialled: Dialled
) -> None:
    answers = iter([[(origin.address, origin.port)], [("127.0.0.1", origin.port)]])
    monkeypatch.setattr(addresses, "lookup", lambda host, port: next(answers))
    origin.serve("/a", a_file(b"recording"))
    with open_url("http://rebinding.example.com/a", session=session) as fetched:
        assert b"".join(fetched.iter_bytes()) == b"recording"
    with pytest.raises(BlockedAddress):
        open_url("http://rebinding.example.com/a", session=session)
    assert dialled == [(origin.address, origin.port)]


def test_the_one_allowed_origin_opens_no_other_address(
    origin: Origin, session: FetchSession, dialled: Dialled, settings: Settings
) -> None:
    check_url(origin.url("/a"))
    for host in ("127.0.0.1", "127.0.0.3", "0x7f000002", "[::ffff:127.0.0.2]", "localhost"):
        with pytest.raises(BlockedAddress):
            check_url(f"http://{host}:{origin.port}/")
        with pytest.raises(BlockedAddress):
            open_url(f"http://{host}:{origin.port}/", session=session)
    settings.IMPORT_ALLOWED_ORIGIN = ""
    with pytest.raises(BlockedAddress):
        check_url(origin.url("/a"))
    assert dialled == []


def test_closed_and_refused_addresses_read_the_same(allowed: None, session: FetchSession) -> None:
    with closed_port() as port, pytest.raises(Unreachable) as closed:
        open_url(f"http://127.0.0.2:{port}/", session=session)
    with pytest.raises(BlockedAddress) as refused:
        open_url("http://127.0.0.1/", session=session)
    assert closed.value.detail == refused.value.detail
    assert "127" not in closed.value.detail


@given(number=st.integers(0, 2**32 - 1))
@hypothesis_settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_ipv4_judgement_agrees_with_the_registry(number: int) -> None:
    address = ipaddress.IPv4Address(number)
    listed = any(address in ipaddress.ip_network(network) for network in NOT_GLOBAL)
    if listed:
        assert not addresses.is_global_unicast(address)
    elif addresses.is_global_unicast(address):
        assert address.is_global


@pytest.mark.parametrize("text", ["1.1.1.1", "8.8.8.8", "192.0.1.1", "2606:4700::1111", "2a00::1"])
def test_global_addresses_pass(text: str) -> None:
    assert addresses.is_global_unicast(ipaddress.ip_address(text))
