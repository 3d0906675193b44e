"""A loopback server of one object that counts what it is asked for, and can misbehave."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class RangeServer(ThreadingHTTPServer):
    """Serves ``data``; ``behaviour`` is ``ranges``, ``whole``, ``hangs``, ``shifted``, ``short``,
    ``padded``, ``redirects`` or ``forbids``."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, data: bytes, behaviour: str) -> None:
        super().__init__(("127.0.0.3", 0), _Handler)
        self.data = data
        self.behaviour = behaviour
        self.bytes_sent = 0
        self.requests: list[str] = []
        self.released = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.3:{self.server_port}/bucket/a%20key.mp4?X-Amz-Signature=abc"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is what some tests are about."""


class _Handler(BaseHTTPRequestHandler):
    server: RangeServer
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: Any) -> None:
        return

    def do_GET(self) -> None:
        server = self.server
        server.requests.append(self.path)
        if server.behaviour == "hangs":
            server.released.wait(60)
            return
        if server.behaviour in ("forbids", "redirects"):
            self.send_response(403 if server.behaviour == "forbids" else 307)
            self.send_header("Location", "/bucket/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        if server.behaviour == "whole":
            self._send(200, server.data, {})
            return
        first, last = map(int, self.headers["Range"].removeprefix("bytes=").split("-"))
        body = server.data[first : last + 1]
        shift = 1 if server.behaviour == "shifted" else 0
        content_range = f"bytes {first + shift}-{last}/{len(server.data)}"
        if server.behaviour == "padded":
            body += bytes(10)
        self._send(206, body, {"Content-Range": content_range})

    def _send(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.server.behaviour == "short":
            self.wfile.write(body[: len(body) // 2])
            self.close_connection = True
            return
        for start in range(0, len(body), 65536):
            self.wfile.write(body[start : start + 65536])
            self.server.bytes_sent += len(body[start : start + 65536])


@contextmanager
def serving(data: bytes, behaviour: str = "ranges") -> Iterator[RangeServer]:
    """Serve ``data`` on loopback until the block ends."""
    server = RangeServer(data, behaviour)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield server
    finally:
        server.released.set()
        server.shutdown()
        thread.join()
        server.server_close()
