"""A requests session whose sockets are dialled only to addresses that were checked.

Every request that goes through it, redirects and other libraries' requests included, passes the
same guard: the adapter reads the URL with our parser, and the connection looks the host up,
judges every address and dials one of those, so a name that changes its answer gains nothing.
"""

from __future__ import annotations

import functools
import http.client
import ipaddress
import socket
import ssl
import time
from collections.abc import Mapping
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import certifi
import requests
from django.conf import settings
from requests.adapters import HTTPAdapter
from requests.cookies import create_cookie, extract_cookies_to_jar
from requests.structures import CaseInsensitiveDict
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError

from recordings.fetching.addresses import Address, check_target, parse, resolve
from recordings.fetching.deadlines import RATE_WINDOW_SECONDS, Deadline
from recordings.fetching.errors import FetchError, TimedOut, Unreachable

USER_AGENT = "Mozilla/5.0 (compatible; FilmRoom/1.0)"


class _Response(http.client.HTTPResponse):
    """Notices bytes that came after the length the peer had declared."""

    surplus = False

    def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        self._peer = sock

    def read1(self, n: int = -1) -> bytes:
        data = super().read1(n)
        if data and self.length == 0 and not self.chunked and self._has_more():
            self.surplus = True
        return data

    def _has_more(self) -> bool:
        timeout = self._peer.gettimeout()
        try:
            self._peer.settimeout(0)
            return bool(self.fp.peek(1))
        except OSError:  # nothing there yet, or the connection has ended
            return False
        finally:
            if self._peer.fileno() >= 0:
                self._peer.settimeout(timeout)


class _GuardedConnection(HTTPConnection):
    response_class = _Response

    def __init__(self, *args: Any, deadline: Deadline, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._deadline = deadline

    def connect(self) -> None:
        self._deadline.limit_phase(settings.IMPORT_CONNECT_SECONDS, Unreachable())
        super().connect()
        self._deadline.limit_phase(settings.IMPORT_FIRST_BYTE_SECONDS, TimedOut())

    def _new_conn(self) -> socket.socket:
        give_up = time.monotonic() + settings.IMPORT_CONNECT_SECONDS
        addresses = resolve(
            self.host,
            self.port,
            seconds=settings.IMPORT_CONNECT_SECONDS,
            stopped=lambda: self._deadline.stopped is not None,
        )
        for position, (address, port) in enumerate(addresses):
            left = max(give_up - time.monotonic(), 0.1)
            try:
                # A dead first address must leave the others their share of the time.
                return self._dial(address, port, left / (len(addresses) - position))
            except OSError as error:
                failure = error
        raise Unreachable from failure

    def _dial(self, address: Address, port: int, seconds: float) -> socket.socket:
        family = socket.AF_INET if address.version == 4 else socket.AF_INET6
        sock = socket.socket(family, socket.SOCK_STREAM)
        try:
            self._deadline.attach(sock)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            sock.settimeout(seconds)
            sock.connect((str(address), port))
            if ipaddress.ip_address(sock.getpeername()[0]) != address:
                raise Unreachable
        except BaseException:
            sock.close()
            raise
        return sock


class _GuardedTLSConnection(_GuardedConnection, HTTPSConnection):
    pass


class _Pool(HTTPConnectionPool):
    ConnectionCls = _GuardedConnection


class _TLSPool(HTTPSConnectionPool):
    ConnectionCls = _GuardedTLSConnection


@functools.cache
def tls_context() -> ssl.SSLContext:
    """Trusts what the machine trusts (``SSL_CERT_FILE`` adds to it) and Mozilla's list."""
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context


class GuardedAdapter(HTTPAdapter):
    """Sends each request over a connection of its own, dialled to a checked address.

    Certificates are always verified, proxies and environment settings never used, whatever the
    caller's session says. Raises ``FetchError`` kinds for what the guard refuses or the deadline
    stops, else what requests raises.
    """

    def __init__(self, deadline: Deadline) -> None:
        super().__init__(max_retries=0)
        self._deadline = deadline
        # Should requests ever come by its pools another way than through here, it finds none.
        self.poolmanager.pool_classes_by_scheme = {}

    def send(
        self, request: requests.PreparedRequest, *args: Any, **kwargs: Any
    ) -> requests.Response:
        request.headers["Connection"] = "close"
        kwargs["timeout"] = (settings.IMPORT_CONNECT_SECONDS, RATE_WINDOW_SECONDS)
        # Not None: what yt-dlp puts in the place of requests' own choice cannot read that.
        kwargs["proxies"] = {}
        self._deadline.limit_total(settings.IMPORT_TOTAL_SECONDS, TimedOut())
        try:
            response = super().send(request, *args, **kwargs)
        except (requests.RequestException, HTTPError, OSError, FetchError):
            if self._deadline.stopped is not None:
                raise self._deadline.stopped from None
            raise
        # A header that was cut off reads like one that has ended.
        if self._deadline.stopped is not None:
            response.close()
            raise self._deadline.stopped
        self._deadline.limit_rate(settings.IMPORT_MIN_BYTES_PER_SECOND)
        return response

    def get_connection_with_tls_context(
        self, request: requests.PreparedRequest, *args: Any, **kwargs: Any
    ) -> HTTPConnectionPool:
        target = parse(request.url or "")
        check_target(target)
        if target.scheme == "http":
            return _Pool(target.host, target.port, deadline=self._deadline)
        return _TLSPool(
            target.host, target.port, deadline=self._deadline, ssl_context=tls_context()
        )

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
        """The pool's own context verifies, whatever ``verify`` says."""


class FetchSession(requests.Session):
    """What one import holds while it fetches: cookies, the connection and its deadlines.

    One transfer at a time. ``abort`` may be called from any thread, at any time. Once stopped, by
    ``abort`` or by a deadline, a session stays so: the next try takes a new one.
    """

    def __init__(self, seconds: float | None = None) -> None:
        """``seconds`` bounds all that is done with it together, default IMPORT_TOTAL_SECONDS."""
        super().__init__()
        self.trust_env = False
        self._next: FetchSession | None = None
        self.deadline = Deadline()
        if seconds is not None:
            self.deadline.limit_total(seconds, TimedOut())
        self.headers.update({"User-Agent": USER_AGENT, "Accept-Encoding": "identity"})
        # A cookie without a domain goes back to the very host that set it, not to those below.
        self.cookies.set_policy(
            DefaultCookiePolicy(strict_ns_domain=DefaultCookiePolicy.DomainStrictNonDomain)
        )
        self.adapters.clear()
        for prefix in ("http://", "https://"):
            self.mount(prefix, GuardedAdapter(self.deadline))

    def set_cookies(self, cookies: Mapping[str, str], *, host: str) -> None:
        """Send ``cookies`` to ``host`` and to no other."""
        for name, value in cookies.items():
            cookie = create_cookie(name, value, domain=host)  # type: ignore[no-untyped-call]
            cookie.domain_specified = False
            self.cookies.set_cookie(cookie)

    def prepare_request(self, request: requests.Request) -> requests.PreparedRequest:
        """As requests does, but by the jar's own policy, which requests loses in a copy."""
        prepared = super().prepare_request(request)
        if not request.cookies and "Cookie" not in CaseInsensitiveDict(request.headers):
            prepared.headers.pop("Cookie", None)
            prepared.prepare_cookies(self.cookies)
        return prepared

    def send_once(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None = None
    ) -> requests.Response:
        """The open answer to one request, a redirect's included; its cookies are kept.

        Not ``get``: requests reads a redirect's whole body, however long, even when it is told
        not to follow it.
        """
        request = self.prepare_request(requests.Request(method, url, headers=headers, data=body))
        response = self.get_adapter(url).send(request, stream=True)
        extract_cookies_to_jar(self.cookies, request, response.raw)  # type: ignore[no-untyped-call]
        return response

    def abort(self) -> None:
        """Shut the connection down: a blocked read ends at once, with ``Aborted``."""
        self.deadline.abort()
        if self._next is not None:
            self._next.abort()

    def close(self) -> None:
        super().close()
        self.deadline.close()
        if self._next is not None:
            self._next.close()

    def renewed(self) -> FetchSession:
        """The session for a next try after a deadline stopped this one.

        It shares the cookies and the total that this one has left; `abort` and `close` end both.
        """
        self._next = session = FetchSession()
        session.cookies = self.cookies
        session.deadline.inherit(self.deadline)
        if self.deadline.is_aborted:  # meanwhile, by another thread
            session.abort()
        return session
