"""HTTP servers on loopback that behave as platforms do, and as attackers do.

    with Origin() as origin:
        origin.serve("/call.mp4", a_file(b"..."))
        origin.url("/call.mp4")

A path answers with its behaviours one request after the other, the last one for ever. Every
request is recorded in ``origin.requests``. ``Origin(tls_names=(...,))`` speaks TLS with a
certificate for these names, signed by ``origin.authority``.
"""

from __future__ import annotations

import contextlib
import gzip
import re
import socket
import socketserver
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from email.utils import formatdate
from http import HTTPStatus
from types import TracebackType

import pytest
import trustme

from recordings.fetching import addresses, session

# What tests let imports reach, through settings.IMPORT_ALLOWED_ORIGIN.
ALLOWED_ADDRESS = "127.0.0.2"


@dataclass
class Request:
    """One request as it came in: header names in lower case."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes = b""


@dataclass
class Exchange:
    """What a behaviour works with: the request, the raw connection, the server's end."""

    request: Request
    connection: socket.socket
    stopping: threading.Event

    def send(self, data: bytes) -> None:
        self.connection.sendall(data)

    def send_head(
        self, status: int, headers: Mapping[str, str] | Sequence[tuple[str, str]] = ()
    ) -> None:
        pairs = headers.items() if isinstance(headers, Mapping) else headers
        lines = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}", "Connection: close"]
        lines += [f"{name}: {value}" for name, value in pairs]
        self.send("\r\n".join([*lines, "", ""]).encode("utf-8"))

    def drip(self, data: bytes, seconds: float) -> None:
        """One byte every ``seconds``."""
        for position in range(len(data)):
            self.send(data[position : position + 1])
            self.wait(seconds)

    def wait(self, seconds: float) -> None:
        if self.stopping.wait(seconds):
            raise ConnectionAbortedError

    def stall(self) -> None:
        """Send nothing more until the other side or the test ends it."""
        while not self.stopping.is_set():
            self.connection.settimeout(0.1)
            try:
                if not self.connection.recv(1024):
                    return
            except TimeoutError:
                continue

    def reset(self) -> None:
        """End the connection with RST instead of FIN."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()
        raise ConnectionAbortedError


Behaviour = Callable[[Exchange], None]


def a_file(
    data: bytes,
    *,
    etag: str | None = '"v1"',
    content_type: str = "video/mp4",
    headers: Mapping[str, str] | None = None,
) -> Behaviour:
    """A well-behaved file: length, ETag, ranges, If-Range."""

    def behave(exchange: Exchange) -> None:
        start = _range_start(exchange.request, etag, len(data))
        head = {
            "Content-Type": content_type,
            "Content-Length": str(len(data) - start),
            "Accept-Ranges": "bytes",
            "Last-Modified": formatdate(0, usegmt=True),
            **({"ETag": etag} if etag else {}),
            **(headers or {}),
        }
        if start:
            head["Content-Range"] = f"bytes {start}-{len(data) - 1}/{len(data)}"
        exchange.send_head(206 if start else 200, head)
        exchange.send(data[start:])

    return behave


def a_page(
    html: bytes, *, status: int = 200, headers: Mapping[str, str] | None = None
) -> Behaviour:
    """An HTML page, with status 200 as walls have it, or another."""

    def behave(exchange: Exchange) -> None:
        head = {"Content-Type": "text/html; charset=utf-8", "Content-Length": str(len(html))}
        exchange.send_head(status, {**head, **(headers or {})})
        exchange.send(html)

    return behave


def without_length(data: bytes, *, content_type: str = "video/mp4") -> Behaviour:
    """A body that ends with the connection."""

    def behave(exchange: Exchange) -> None:
        exchange.send_head(200, {"Content-Type": content_type})
        exchange.send(data)

    return behave


def chunked(data: bytes, *, size: int = 1000, finished: bool = True) -> Behaviour:
    """A chunked body, with or without its last chunk."""

    def behave(exchange: Exchange) -> None:
        exchange.send_head(200, {"Transfer-Encoding": "chunked", "Content-Type": "video/mp4"})
        for start in range(0, len(data), size):
            piece = data[start : start + size]
            exchange.send(b"%x\r\n%b\r\n" % (len(piece), piece))
        if finished:
            exchange.send(b"0\r\n\r\n")

    return behave


def lying_length(data: bytes, *, declared: int, etag: str = '"v1"') -> Behaviour:
    """A Content-Length that is not the number of bytes that come."""

    def behave(exchange: Exchange) -> None:
        head = f"HTTP/1.1 200 OK\r\nContent-Length: {declared}\r\nETag: {etag}\r\n\r\n"
        exchange.send(head.encode() + data)

    return behave


def endless(*, chunk: bytes = bytes(65536), headers: Mapping[str, str] | None = None) -> Behaviour:
    """Bytes until the other side has had enough."""

    def behave(exchange: Exchange) -> None:
        exchange.send_head(200, {"Content-Type": "video/mp4", **(headers or {})})
        while not exchange.stopping.is_set():
            exchange.send(chunk)

    return behave


def dripping_header(*, seconds: float = 0.05) -> Behaviour:
    """A status line at once, then a header that never ends, byte by byte."""

    def behave(exchange: Exchange) -> None:
        exchange.send(b"HTTP/1.1 200 OK\r\n")
        while True:
            exchange.drip(b"X-Drip: 1\r\n", seconds)

    return behave


def dripping_body(*, declared: int = 10_000_000, seconds: float = 0.05) -> Behaviour:
    """A body that comes byte by byte."""

    def behave(exchange: Exchange) -> None:
        exchange.send_head(200, {"Content-Length": str(declared), "Content-Type": "video/mp4"})
        exchange.drip(bytes(declared), seconds)

    return behave


def stalling(data: bytes = b"", *, declared: int | None = None) -> Behaviour:
    """``data`` of a body of ``declared`` bytes, then silence; without both, no answer at all."""

    def behave(exchange: Exchange) -> None:
        if declared is not None:
            exchange.send_head(200, {"Content-Length": str(declared), "ETag": '"v1"'})
            exchange.send(data)
        exchange.stall()

    return behave


def resetting(data: bytes, *, sent: int, etag: str = '"v1"') -> Behaviour:
    """The first ``sent`` bytes of a file, then a reset. Serve ``a_file`` after it."""

    def behave(exchange: Exchange) -> None:
        head = {"Content-Length": str(len(data)), "ETag": etag, "Content-Type": "video/mp4"}
        exchange.send_head(200, head)
        exchange.send(data[:sent])
        # A reset throws away what the peer has not read yet.
        exchange.wait(0.2)
        exchange.reset()

    return behave


def gzip_bomb(*, inflated: int = 50_000_000) -> Behaviour:
    """A small body that would inflate to ``inflated`` bytes, though nobody asked for gzip."""
    return a_file(gzip.compress(bytes(inflated)), headers={"Content-Encoding": "gzip"})


def redirect(location: str, *, status: int = 302, cookies: Sequence[str] = ()) -> Behaviour:
    """A redirect that sets ``cookies`` (whole Set-Cookie values) on the way."""

    def behave(exchange: Exchange) -> None:
        pairs = [("Location", location), ("Content-Length", "0")]
        exchange.send_head(status, [*pairs, *(("Set-Cookie", cookie) for cookie in cookies)])

    return behave


def status(code: int, *, headers: Mapping[str, str] | None = None, body: bytes = b"") -> Behaviour:
    """An answer with nothing but a status: 429 with Retry-After, 503, and so on."""

    def behave(exchange: Exchange) -> None:
        exchange.send_head(code, {"Content-Length": str(len(body)), **(headers or {})})
        exchange.send(body)

    return behave


@dataclass
class Origin:
    """A threaded server on ``address``, any free port. A context manager."""

    address: str = ALLOWED_ADDRESS
    tls_names: Sequence[str] = ()
    requests: list[Request] = field(default_factory=list)
    port: int = 0

    def __post_init__(self) -> None:
        self.authority = trustme.CA() if self.tls_names else None
        self._paths: dict[str, list[Behaviour]] = {}
        self._lock = threading.Lock()
        self._stopping = threading.Event()

    def serve(self, path: str, *behaviours: Behaviour) -> str:
        """Answer ``path`` (its query aside) with ``behaviours``; gives its URL."""
        with self._lock:
            self._paths[path] = list(behaviours)
        return self.url(path)

    def url(self, path: str = "/", *, host: str | None = None) -> str:
        """The address of ``path``; for ``host`` without a port, as shared links are written."""
        scheme = "https" if self.tls_names else "http"
        return (
            f"{scheme}://{host}{path}" if host else f"{scheme}://{self.address}:{self.port}{path}"
        )

    def paths(self) -> list[str]:
        """The paths asked for so far, with their queries."""
        return [request.path for request in self.requests]

    def __enter__(self) -> Origin:
        self._context = self._tls_context()
        self._server = _Server((self.address, self.port), self)
        self.port = self._server.server_address[1]
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._stopping.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def behaviour(self, path: str) -> Behaviour:
        with self._lock:
            queue = self._paths.get(path.partition("?")[0], [status(404)])
            return queue.pop(0) if len(queue) > 1 else queue[0]

    def answer(self, connection: socket.socket) -> None:
        """Serve the one request that comes over ``connection``."""
        # The other side hangs up on us in most of these tests.
        with contextlib.suppress(OSError):
            if self._context is not None:
                connection = self._context.wrap_socket(connection, server_side=True)
            request = _read_request(connection)
            if request is None:
                return
            self.requests.append(request)
            self.behaviour(request.path)(Exchange(request, connection, self._stopping))
            connection.shutdown(socket.SHUT_WR)

    def _tls_context(self) -> ssl.SSLContext | None:
        if self.authority is None:
            return None
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.authority.issue_cert(*self.tls_names).configure_cert(context)
        return context


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], origin: Origin) -> None:
        self._origin = origin
        super().__init__(address, socketserver.BaseRequestHandler)

    def finish_request(self, request: object, client_address: object) -> None:
        if isinstance(request, socket.socket):
            self._origin.answer(request)


def _read_request(connection: socket.socket) -> Request | None:
    connection.settimeout(10)
    data = b""
    while b"\r\n\r\n" not in data:
        if not (piece := connection.recv(65536)):
            return None
        data += piece
    head, _, body = data.partition(b"\r\n\r\n")
    start, *lines = head.decode("latin-1").split("\r\n")
    method, path, _ = start.split(" ", 2)
    pairs = (line.split(":", 1) for line in lines)
    headers = {name.strip().lower(): value.strip() for name, value in pairs}
    length = int(headers.get("content-length", 0))
    while len(body) < length and (piece := connection.recv(65536)):
        body += piece
    return Request(method, path, headers, body)


def _range_start(request: Request, etag: str | None, size: int) -> int:
    match = re.fullmatch(r"bytes=(\d+)-", request.headers.get("range", ""))
    if match is None or request.headers.get("if-range", etag) != etag:
        return 0
    return min(int(match.group(1)), size - 1)


def stand_in(monkeypatch: pytest.MonkeyPatch, origin: Origin, *hosts: str) -> None:
    """Let ``hosts`` lead to ``origin``, whatever port a link names, and every other name nowhere.

    Only the look-up is replaced, and the list of trusted authorities when the origin speaks TLS.
    """

    def lookup(host: str, port: int) -> list[tuple[str, int]]:
        if host not in hosts:
            raise socket.gaierror(socket.EAI_NONAME, "no such name")
        return [(origin.address, origin.port)]

    monkeypatch.setattr(addresses, "lookup", lookup)
    if origin.authority is not None:
        context = ssl.create_default_context()
        origin.authority.configure_trust(context)
        monkeypatch.setattr(session, "tls_context", lambda: context)


@contextlib.contextmanager
def closed_port(address: str = ALLOWED_ADDRESS) -> Iterator[int]:
    """A port of ``address`` on which nothing listens."""
    with socket.socket() as sock:
        sock.bind((address, 0))
        yield sock.getsockname()[1]


def wait_until(condition: Callable[[], bool], *, seconds: float = 10.0) -> None:
    """Return as soon as ``condition`` holds; fail the test when it does not in time."""
    give_up = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > give_up:
            raise AssertionError("The condition did not come true in time.")
        time.sleep(0.01)
