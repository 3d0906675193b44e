"""Which addresses an import may reach: one parser, one judgement, one look-up.

``parse`` reads a URL once; what it returns is what is checked and what is dialled. ``resolve``
turns a host into addresses of which every one was judged; nothing else may be dialled.
"""

from __future__ import annotations

import ipaddress
import queue
import re
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias
from urllib.parse import quote, unquote, urlsplit

import idna
from django.conf import settings

from recordings.fetching.errors import BlockedAddress, InvalidUrl, Unreachable, UnsupportedScheme

Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address

MAX_URL_CHARACTERS = 2048
DOOR_LOOKUP_SECONDS = 2.0
_DEFAULT_PORTS = {"http": 80, "https": 443}
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
# Printable ASCII stays as it is: an already quoted path must not be quoted twice.
_KEEP = "".join(map(chr, range(0x21, 0x7F)))

# IANA special-purpose registries, multicast and reserved space, and what clouds answer on.
_NOT_GLOBAL_V4 = [
    ipaddress.IPv4Network(network)
    for network in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16",
        "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24",
        "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15",
        "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
        "168.63.129.16/32",  # Azure's host agent
    )
]  # fmt: skip
# Only 2000::/3 is global unicast; every form that carries an IPv4 address lies outside it, but
# for 6to4 and Teredo.
_GLOBAL_V6 = ipaddress.IPv6Network("2000::/3")
_NOT_GLOBAL_V6 = [
    ipaddress.IPv6Network(network)
    for network in (
        "2001::/23",  # protocol assignments, Teredo and ORCHID among them
        "2001:db8::/32",
        "2002::/16",  # 6to4
        "2620:4f:8000::/48",
        "3fff::/20",
    )
]
_METADATA_HOSTS = {"metadata.goog", "metadata.tencentyun.com", "metadata.platformequinix.com"}
_LOCAL_DOMAINS = (".localhost", ".local", ".localdomain", ".internal", ".home.arpa", ".lan")


@dataclass(frozen=True)
class Target:
    """A URL as it was read: ``url`` is its only spelling from here on, plain ASCII.

    ``host`` is a lower-case ASCII name without a final dot, or the canonical text of
    ``address`` when the URL names an address itself.
    """

    url: str
    scheme: str
    host: str
    port: int
    address: Address | None

    @property
    def origin(self) -> tuple[str, str, int]:
        return self.scheme, self.host, self.port


def parse(url: str) -> Target:
    """Read ``url`` (at most 2,048 characters) or raise ``InvalidUrl``, ``UnsupportedScheme``
    or ``BlockedAddress`` (an address in any other spelling than the canonical one).

    Whatever two libraries could read differently is refused: backslashes, white space, control
    characters, credentials. The fragment is dropped.
    """
    if not url or len(url) > MAX_URL_CHARACTERS or any(map(_is_unsafe, url)):
        raise InvalidUrl
    if not _SCHEME.match(url):
        raise InvalidUrl
    try:
        parts = urlsplit(url)
        hostname, port = parts.hostname, parts.port
    except ValueError as error:
        raise InvalidUrl from error
    if parts.scheme not in _DEFAULT_PORTS:
        raise UnsupportedScheme
    if not hostname or "@" in parts.netloc or port == 0:
        raise InvalidUrl
    if hostname.startswith("[") or parts.netloc.startswith("["):
        address: Address | None = _ipv6(hostname)
        host = str(address)
    else:
        host = _host_name(hostname)
        address = _ipv4(host)
    netloc = f"[{host}]" if isinstance(address, ipaddress.IPv6Address) else host
    if port is not None and port != _DEFAULT_PORTS[parts.scheme]:
        netloc += f":{port}"
    path = quote(parts.path, safe=_KEEP) or "/"
    query = f"?{quote(parts.query, safe=_KEEP)}" if parts.query else ""
    return Target(
        url=f"{parts.scheme}://{netloc}{path}{query}",
        scheme=parts.scheme,
        host=host,
        port=port or _DEFAULT_PORTS[parts.scheme],
        address=address,
    )


def is_global_unicast(address: Address) -> bool:
    """Whether ``address`` is one that any machine on the internet could be reached at.

    Python's ``is_global`` alone is not enough: it holds multicast, site-local, IPv4-compatible
    and NAT64 addresses for global.
    """
    if isinstance(address, ipaddress.IPv4Address):
        return address.is_global and not any(address in network for network in _NOT_GLOBAL_V4)
    return (
        address.scope_id is None
        and address in _GLOBAL_V6
        and address.is_global
        and not any(address in network for network in _NOT_GLOBAL_V6)
    )


def check_target(target: Target) -> None:
    """Judge what ``target`` itself says, without a look-up; raises ``BlockedAddress``."""
    if target.address is not None:
        check_address(target.address, target.port)
        return
    name = target.host
    if "." not in name or name in _METADATA_HOSTS or name.endswith(_LOCAL_DOMAINS):
        raise BlockedAddress
    # A name may stand for the one exempt address, whose port is then free.
    if target.port not in settings.IMPORT_ALLOWED_PORTS and not settings.IMPORT_ALLOWED_ORIGIN:
        raise BlockedAddress


def check_address(address: Address, port: int) -> None:
    """Raise ``BlockedAddress`` unless an import may connect to ``address`` on ``port``."""
    if settings.IMPORT_ALLOWED_ORIGIN and address == ipaddress.ip_address(
        settings.IMPORT_ALLOWED_ORIGIN
    ):
        return
    if not is_global_unicast(address) or port not in settings.IMPORT_ALLOWED_PORTS:
        raise BlockedAddress


def lookup(host: str, port: int) -> list[tuple[str, int]]:
    """Every (address, port) at which ``host`` can be dialled; ``OSError`` when there is none."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys((str(sockaddr[0]), int(sockaddr[1])) for *_, sockaddr in found))


def resolve(
    host: str, port: int, *, seconds: float, stopped: Callable[[], bool] = lambda: False
) -> list[tuple[Address, int]]:
    """Look ``host`` up within ``seconds`` and judge every address it has.

    ``stopped`` is asked several times a second and ends the wait. Raises ``BlockedAddress`` if
    any address may not be reached, ``Unreachable`` if the name has none or none came in time.
    """
    try:
        literal = ipaddress.ip_address(host)
    except ValueError:
        pass
    else:
        check_address(literal, port)
        return [(literal, port)]
    try:
        answers = _lookup_within(host, port, seconds, stopped)
    except (OSError, UnicodeError) as error:
        raise Unreachable from error
    dialable = []
    for text, dial_port in answers:
        try:
            address = ipaddress.ip_address(text)
        except ValueError as error:
            raise BlockedAddress from error
        # The port the URL names is judged: the look-up only ever repeats it.
        check_address(address, port)
        dialable.append((address, dial_port))
    if not dialable:
        raise Unreachable
    return dialable


def check_written(url: str) -> Target:
    """Return what ``url`` names, judged by its text alone: nothing is looked up.

    Raises ``InvalidUrl``, ``UnsupportedScheme`` or ``BlockedAddress``.
    """
    target = parse(url)
    check_target(target)
    return target


def check_url(url: str) -> None:
    """Refuse a link that may not be imported, before anything is stored; opens no connection.

    Raises ``InvalidUrl``, ``UnsupportedScheme`` or ``BlockedAddress``. A name that has no
    address within two seconds passes: the worker asks again and decides.
    """
    target = check_written(url)
    if target.address is None:
        try:
            resolve(target.host, target.port, seconds=DOOR_LOOKUP_SECONDS)
        except Unreachable:
            return


def _is_unsafe(character: str) -> bool:
    return character == "\\" or character.isspace() or not character.isprintable()


def _ipv6(hostname: str) -> ipaddress.IPv6Address:
    if "%" in hostname:  # a zone names a network card of ours
        raise BlockedAddress
    try:
        return ipaddress.IPv6Address(hostname)
    except ValueError as error:
        raise InvalidUrl from error


def _host_name(hostname: str) -> str:
    try:
        name = unquote(hostname, errors="strict")
        if not name.isascii():
            name = idna.encode(name, uts46=True).decode("ascii")
    except (UnicodeError, idna.IDNAError) as error:
        raise InvalidUrl from error
    name = name.lower().rstrip(".")
    if len(name) > 253 or not all(_LABEL.fullmatch(label) for label in name.split(".")):
        raise InvalidUrl
    return name


def _ipv4(host: str) -> ipaddress.IPv4Address | None:
    if not _NUMBER.fullmatch(host.rpartition(".")[2]):
        return None
    try:
        return ipaddress.IPv4Address(host)
    except ValueError as error:
        # Decimal, octal, hexadecimal and short forms: libraries disagree on what they mean,
        # and nobody shares a recording that way.
        raise BlockedAddress from error


# Names whose servers never answer must not pile up threads.
_lookups = threading.BoundedSemaphore(64)


def _lookup_within(
    host: str, port: int, seconds: float, stopped: Callable[[], bool]
) -> list[tuple[str, int]]:
    answer: queue.SimpleQueue[list[tuple[str, int]] | OSError | UnicodeError] = queue.SimpleQueue()

    def run() -> None:
        try:
            answer.put(lookup(host, port))
        except (OSError, UnicodeError) as error:
            answer.put(error)
        finally:
            _lookups.release()

    give_up = time.monotonic() + seconds
    if not _lookups.acquire(timeout=seconds):
        raise TimeoutError
    threading.Thread(target=run, name="lookup", daemon=True).start()
    while not stopped() and (left := give_up - time.monotonic()) > 0:
        try:
            result = answer.get(timeout=min(left, 0.2))
        except queue.Empty:
            continue
        if isinstance(result, Exception):
            raise result
        return result
    raise TimeoutError
