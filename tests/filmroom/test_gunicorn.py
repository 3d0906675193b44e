"""How gunicorn is configured: what its log holds, and what a silent client costs."""

from __future__ import annotations

import socket
import struct
from datetime import timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest
from gunicorn.config import Config

from filmroom import gunicorn


@pytest.mark.parametrize(
    ("uri", "logged"),
    [
        ("/api/v1/recordings/sessions?q=Ann&X-Amz-Signature=abc", "/api/v1/recordings/sessions"),
        ("/accounts/password/reset/key/4-abc-def/", "/accounts/password/reset/key/***/"),
        ("/accounts/confirm-email/MQ:1/", "/accounts/confirm-email/***/"),
        ("/a\x1b[2Jb%0Ac", "/a\\x1b[2Jb%0Ac"),
    ],
)
def test_the_access_log_holds_no_secret_and_no_control_character(uri: str, logged: str) -> None:
    environ = {
        "REQUEST_METHOD": "GET",
        "RAW_URI": uri,
        "SERVER_PROTOCOL": "HTTP/1.1",
        "QUERY_STRING": "X-Amz-Signature=abc",
        "HTTP_USER_AGENT": "curl\x1b[2J",
    }
    answer = SimpleNamespace(status="200 OK", headers=[], sent=12)
    logger = gunicorn.PathLogger(Config())

    atoms = logger.atoms(answer, SimpleNamespace(headers=[]), environ, timedelta(milliseconds=5))
    line = gunicorn.access_log_format % logger.atoms_wrapper_class(atoms)

    assert line == f'- "GET {logged} HTTP/1.1" 200 12 5ms "curl\\x1b[2J"'


def test_a_silent_client_is_dropped_by_the_kernel(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gunicorn, "SILENCE_SECONDS", 1)
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        worker: Any = SimpleNamespace(sockets=[SimpleNamespace(sock=listener)])
        gunicorn.post_worker_init(cast("Any", worker))
        with socket.create_connection(listener.getsockname()):
            accepted, _ = listener.accept()
            with accepted:
                accepted.setblocking(True)  # as gthread does before each request
                with pytest.raises(BlockingIOError):
                    accepted.recv(1)


def test_the_limit_is_a_minute_both_ways() -> None:
    with socket.socket() as listener:
        worker: Any = SimpleNamespace(sockets=[SimpleNamespace(sock=listener)])
        gunicorn.post_worker_init(worker)
        for option in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):
            value = listener.getsockopt(socket.SOL_SOCKET, option, 16)
            assert struct.unpack("ll", value) == (60, 0)
